"""How consumers come in: with the marketplace's token, or with phone and code."""

from __future__ import annotations

import hashlib
import logging
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from bihuan.accounts.actions import enter_by_token, request_code, verify_code
from bihuan.accounts.doors import local, open_session, public_page
from bihuan.accounts.forms import CodeForm, PhoneForm
from bihuan.accounts.limits import Limit, take
from bihuan.accounts.requests import address_of, told
from bihuan.engine.errors import BihuanError
from bihuan.journal.time import now

log = logging.getLogger(__name__)
CODE_KEY = "bihuan_code"
SHOWN_KEY = "bihuan_demo_code"
PHONE_PAUSE = Limit(1, 60)
PHONE_HOUR = Limit(5, 3600)
ADDRESS_HOUR = Limit(20, 3600)
ADDRESS_TRIES = Limit(30, 600)


@public_page
@never_cache
@require_GET
def enter(request: HttpRequest) -> HttpResponse:
    """``/enter?token=…&next=/path``: the marketplace's link. The token is good once."""
    try:
        take(f"enter|{address_of(request)}", ADDRESS_TRIES)
        person = enter_by_token(token=request.GET.get("token", ""), at=now())
    except BihuanError as error:
        return render(request, "accounts/enter_failed.html", {"error": told(error)}, status=error.status)
    open_session(request, person, via="token")
    return HttpResponseRedirect(local(request, request.GET.get("next")))


@public_page
@never_cache
@sensitive_post_parameters("phone")
def phone(request: HttpRequest) -> HttpResponse:
    """Ask for a phone number and send it a code. The answer is the same whoever has an account."""
    form, status = PhoneForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            return _send_code(request, form.cleaned_data["phone"])
        except BihuanError as error:
            form.add_error(None, told(error))
            status = error.status
    context = {"form": form, "next": local(request, request.POST.get("next") or request.GET.get("next"))}
    return render(request, "accounts/phone.html", context, status=status)


@public_page
@never_cache
@sensitive_post_parameters("code")
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code and sign in."""
    code_id = request.session.get(CODE_KEY)
    if code_id is None:
        return HttpResponseRedirect(reverse("accounts:phone"))
    form, status = CodeForm(request.POST or None), 200
    goal = local(request, request.POST.get("next") or request.GET.get("next"))
    if request.method == "POST" and form.is_valid():
        try:
            take(f"code tries|{address_of(request)}", ADDRESS_TRIES)
            person = verify_code(
                code_id=UUID(code_id), code=form.cleaned_data["code"], language=_language(), at=now()
            )
            for key in (CODE_KEY, SHOWN_KEY):
                request.session.pop(key, None)
            open_session(request, person, via="code")
            return HttpResponseRedirect(goal)
        except BihuanError as error:
            form.add_error(None, told(error))
            status = error.status
    context = {"form": form, "next": goal, "shown": request.session.get(SHOWN_KEY)}
    return render(request, "accounts/code.html", context, status=status)


def _send_code(request: HttpRequest, number: str) -> HttpResponse:
    bucket = hashlib.sha256("".join(filter(str.isdigit, number))[-11:].encode()).hexdigest()
    take(f"code address|{address_of(request)}", ADDRESS_HOUR)
    take(f"code hour|{bucket}", PHONE_HOUR)
    take(f"code pause|{bucket}", PHONE_PAUSE)
    issued = request_code(phone=number, language=_language(), at=now())
    try:
        issued.send()
    except Exception:
        # told to nobody: whether a number can be reached would tell something about it
        log.exception("a sign-in code could not be handed over")
    request.session[CODE_KEY] = str(issued.id)
    request.session.pop(SHOWN_KEY, None)
    if issued.shown is not None:
        request.session[SHOWN_KEY] = issued.shown
    goal = local(request, request.POST.get("next"))
    return HttpResponseRedirect(reverse("accounts:code", query={"next": goal}))


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"
