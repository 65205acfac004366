"""Signing in with user name and password, and the second factor. allauth's flows with our templates."""

from __future__ import annotations

from typing import Any

from allauth.account.views import AccountInactiveView, LoginView, LogoutView, ReauthenticateView
from allauth.core.internal.httpkit import authenticated_user
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as ConfirmFactorView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_noop as _
from django.views.decorators.cache import never_cache
from requests import RequestException

from bihuan.accounts.actions import note_second_factor
from bihuan.accounts.doors import declared_page, local, public_page
from bihuan.accounts.forms import ConfirmFactorForm, SecondFactorForm, SignInForm
from bihuan.accounts.queries import actor_by_id
from bihuan.engine.errors import Unavailable
from bihuan.journal.time import now

PROVIDER_ID = "sso"


class SignIn(LoginView):
    form_class = SignInForm
    template_name = "accounts/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        single = settings.SINGLE_SIGN_ON
        if single:
            # the page to come back to goes along; allauth keeps it with its state
            path = reverse("openid_connect_login", args=[PROVIDER_ID])
            target = local(self.request, self.request.GET.get("next"))
            context |= {"single": single, "single_path": f"{path}?{urlencode({'next': target})}"}
        return context


def single_go(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Over to the provider. Raises Unavailable where it does not answer."""
    try:
        answer: HttpResponse = openid_connect.login(request, provider_id)
    except (RequestException, OAuth2Error) as error:
        raise Unavailable(service="single sign-on", remedy=_("Use your user name and password.")) from error
    return answer


class SecondFactor(AuthenticateView):
    form_class = SecondFactorForm
    template_name = "accounts/second_factor.html"


class ConfirmFactor(ConfirmFactorView):
    form_class = ConfirmFactorForm
    template_name = "accounts/confirm.html"


class _Noting:
    """Says in the journal that the person's second factor changed."""

    change = ""
    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        at = now()
        actor = actor_by_id(authenticated_user(self.request).pk, at=at)
        note_second_factor(change=self.change, actor=actor, at=at)
        return response


class AddFactor(_Noting, ActivateTOTPView):
    change = "added"
    template_name = "accounts/factor_add.html"


class RemoveFactor(_Noting, DeactivateTOTPView):
    change = "removed"
    template_name = "accounts/factor_remove.html"


class MakeCodes(_Noting, GenerateRecoveryCodesView):
    change = "codes_made"
    template_name = "accounts/codes_make.html"


def locked_out(request: HttpRequest, *_: Any) -> HttpResponse:
    """Too many wrong passwords (django-axes); the same page whether the user name exists or not."""
    return render(request, "accounts/locked_out.html", status=429)


sign_in = public_page(SignIn.as_view())
single_sign_on = public_page(single_go)
single_callback = public_page(never_cache(openid_connect.callback))
second_factor = public_page(SecondFactor.as_view())
sign_out = public_page(LogoutView.as_view(template_name="accounts/sign_out.html"))
inactive = public_page(AccountInactiveView.as_view(template_name="accounts/inactive.html"))
confirm = declared_page(ReauthenticateView.as_view(template_name="accounts/confirm.html"), "signed-in")
confirm_factor = declared_page(ConfirmFactor.as_view(), "signed-in")
factors = declared_page(IndexView.as_view(template_name="accounts/factors.html"), "signed-in")
factor_add = declared_page(AddFactor.as_view(), "signed-in")
factor_remove = declared_page(RemoveFactor.as_view(), "signed-in")
codes = declared_page(ViewRecoveryCodesView.as_view(template_name="accounts/codes.html"), "signed-in")
codes_make = declared_page(MakeCodes.as_view(), "signed-in")
