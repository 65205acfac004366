"""Invitation, own account, password, language."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bihuan.accounts.actions import accept_invitation, change_password, set_language
from bihuan.accounts.actions.invitations import invitation_holds
from bihuan.accounts.doors import local, public_page, signed_in, signed_in_page
from bihuan.accounts.forms import LanguageForm, NewPasswordForm, PasswordChangeForm
from bihuan.accounts.limits import Limit, take
from bihuan.accounts.queries import PersonalField, masked, person_by_id
from bihuan.accounts.requests import actor_of, address_of, told
from bihuan.engine.errors import BihuanError
from bihuan.journal.time import now

TRIES = Limit(30, 600)
COOKIE_AGE = 365 * 24 * 3600


@public_page
@never_cache
@sensitive_post_parameters()
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password by an invitation's link; then sign in with it."""
    at = now()
    form, status = NewPasswordForm(request.POST or None), 200
    try:
        take(f"invitation|{address_of(request)}", TRIES)
        if not invitation_holds(token, at=at):
            return render(request, "accounts/invitation_gone.html", status=404)
        if request.method == "POST" and form.is_valid():
            accept_invitation(token=token, password=form.cleaned_data["password"], at=at)
            return HttpResponseRedirect(reverse("account_login"))
    except BihuanError as error:
        if not form.is_bound:
            return render(request, "accounts/enter_failed.html", {"error": told(error)}, status=error.status)
        form.add_error(None, told(error))
        status = error.status
    return render(request, "accounts/invitation.html", {"form": form}, status=status)


@signed_in_page
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """What is known here of oneself, and where to change it."""
    actor = signed_in(request)
    person = person_by_id(actor.id)
    context = {
        "person": person,
        "display": person.display(person.language),
        "roles": sorted(actor.roles),
        "phone": masked(person.id, PersonalField.PHONE),
        "language_form": LanguageForm(initial={"language": person.language}),
        "has_password": person.has_usable_password(),
        "has_factor": is_mfa_enabled(person),
    }
    return render(request, "accounts/account.html", context)


@signed_in_page
@never_cache
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; other sessions end."""
    actor = signed_in(request)
    form, status = PasswordChangeForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            take(f"password|{actor.id}", Limit(5, 300))
            given = form.cleaned_data
            person = change_password(old=given["old"], new=given["password"], actor=actor, at=now())
            update_session_auth_hash(request, person)
            return HttpResponseRedirect(reverse("accounts:account"))
        except BihuanError as error:
            form.add_error(None, told(error))
            status = error.status
    return render(request, "accounts/password.html", {"form": form}, status=status)


@public_page
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of this browser, and of the person where somebody is signed in."""
    response = HttpResponseRedirect(
        local(request, request.POST.get("next") or request.headers.get("Referer"))
    )
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return response
    chosen = form.cleaned_data["language"]
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=COOKIE_AGE,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    actor = actor_of(request)
    if actor is not None:
        set_language(language=chosen, actor=actor, at=now())
    return response
