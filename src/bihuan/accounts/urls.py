"""Addresses of the module. allauth finds its pages by its own names, ours stand under ``accounts:``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from bihuan.accounts.pages import account, consumer, sign_in

_own = [
    path("enter", consumer.enter, name="enter"),
    path("sign-in/phone", consumer.phone, name="phone"),
    path("sign-in/phone/code", consumer.code, name="code"),
    path("account", account.account, name="account"),
    path("account/password", account.password, name="password"),
    path("account/invitation/<str:token>", account.invitation, name="invitation"),
    path("language", account.language, name="language"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", sign_in.sign_in, name="account_login"),
    path("sign-in/second-factor", sign_in.second_factor, name="mfa_authenticate"),
    path("sign-in/with/<slug:provider_id>", sign_in.single_sign_on, name="openid_connect_login"),
    path("sign-in/with/<slug:provider_id>/back", sign_in.single_callback, name="openid_connect_callback"),
    path("sign-out", sign_in.sign_out, name="account_logout"),
    path("account/inactive", sign_in.inactive, name="account_inactive"),
    path("account/confirm", sign_in.confirm, name="account_reauthenticate"),
    path("account/confirm/code", sign_in.confirm_factor, name="mfa_reauthenticate"),
    path("account/second-factor", sign_in.factors, name="mfa_index"),
    path("account/second-factor/add", sign_in.factor_add, name="mfa_activate_totp"),
    path("account/second-factor/remove", sign_in.factor_remove, name="mfa_deactivate_totp"),
    path("account/recovery-codes", sign_in.codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new", sign_in.codes_make, name="mfa_generate_recovery_codes"),
    path("", include((_own, "accounts"))),
]
