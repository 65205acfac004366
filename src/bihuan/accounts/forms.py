"""Forms of the sign-in and account pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.actions import use_once
from bihuan.accounts.actions.people import USERNAME
from bihuan.accounts.errors import TooMany
from bihuan.accounts.limits import Limit, take
from bihuan.accounts.requests import address_of, told
from bihuan.journal.time import now

CODE_TRIES = Limit(5, 300)
NAME_TRIES = Limit(30, 900)
ADDRESS_TRIES = Limit(60, 600)
_CODE_LIFE = timedelta(minutes=3)


class SignInForm(LoginForm):
    """User name and password. django-axes closes the door to one name from one address; these limits hold
    for a name from all addresses together, and for an address with all names."""

    def clean(self) -> Any:
        try:
            take(f"sign-in address|{address_of(self.request)}", ADDRESS_TRIES)
            take(f"sign-in name|{self.cleaned_data.get('login', '')}", NAME_TRIES)
        except TooMany as error:
            raise forms.ValidationError(told(error)) from error
        return super().clean()

    def clean_login(self) -> str:
        """What cannot be a user name goes no further: a phone typed here by mistake is kept nowhere."""
        username = str(super().clean_login()).lower()
        if not USERNAME.match(username):
            raise get_adapter().validation_error("username_password_mismatch")
        return username


class _OnceMixin(BaseAuthenticateForm):
    """Tries are limited and a code is taken once over all processes (allauth alone counts in one)."""

    def clean_code(self) -> str:
        try:
            take(f"second factor|{self.user.pk}", CODE_TRIES)
        except TooMany as error:
            raise forms.ValidationError(told(error)) from error
        code = str(super().clean_code())
        once = f"totp|{self.user.pk}|{code.replace(' ', '')}"
        if self.authenticator.type == Authenticator.Type.TOTP and not use_once(
            once, until_at=now() + _CODE_LIFE
        ):
            raise forms.ValidationError(_("That did not work."))
        return code


class SecondFactorForm(_OnceMixin, AuthenticateForm):
    """Code of the authenticator app, or a recovery code."""


class ConfirmFactorForm(_OnceMixin, ReauthenticateForm):
    """The same, to confirm that it is still you."""


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )


class CodeForm(forms.Form):
    code = forms.RegexField(
        regex=r"^\s*[0-9]{6}\s*$",
        label=_("Code of six digits"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class NewPasswordForm(forms.Form):
    """A password, typed twice; its rules are checked by the action."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two passwords are not the same."))
        return again


class PasswordChangeForm(NewPasswordForm):
    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("old", "password", "again")


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
