"""Signing in with an OpenID Connect provider: only active staff, by the mail address that it has verified.

Nobody is made by it and nothing that the provider says is kept: no account of it, no token, no profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.utils import perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bihuan.accounts.queries import staff_by_mail

_BACKEND = "bihuan.accounts.backends.PersonBackend"
VIA = "bihuan_via"
"""On the request: by which way somebody came in, for the journal."""


class SingleSignOn(DefaultSocialAccountAdapter):
    """Where allauth asks this program about a login with a provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Open a session for the one person whose verified address it is, or say that none is opened."""
        mail = verified_mail(sociallogin.account.extra_data)
        person = staff_by_mail(mail) if mail else None
        if person is None:
            raise ImmediateHttpResponse(refused(request))
        if request.user.is_authenticated:
            logout(request)
        person.backend = _BACKEND
        setattr(request, VIA, "single_sign_on")
        target = sociallogin.get_redirect_url(request)
        raise ImmediateHttpResponse(
            perform_login(request, person, email_verification="none", redirect_url=target)
        )

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Mapping[str, Any] | None = None,
    ) -> None:
        """Our page instead of allauth's, whatever went wrong."""
        raise ImmediateHttpResponse(render(request, "accounts/single_failed.html", status=401))


def verified_mail(data: Mapping[str, Any]) -> str:
    """The address that the provider says it has verified; empty where it does not say so.

    Both answers of the provider must be about the same person.
    """
    info, token = data.get("userinfo") or {}, data.get("id_token") or {}
    if info and token and info.get("sub") != token.get("sub"):
        return ""
    said = info or token
    verified = said.get("email_verified")
    return str(said.get("email") or "") if verified is True or verified == "true" else ""


def refused(request: HttpRequest) -> HttpResponse:
    """The same answer whether there is no such person, an inactive one or several."""
    return render(request, "accounts/single_refused.html", status=403)
