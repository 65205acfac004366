"""Single sign-on as the environment sets it: issuer, client, secret. Without all three there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PROVIDER_ID: Final = "sso"
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def provider(given: Mapping[str, str]) -> dict[str, str] | None:
    """Name, issuer and client, without the secret. Raises ImproperlyConfigured for half a setting.

    The issuer must be reached by TLS: an identity token that came straight from it is believed for that.
    """
    wanted = [given.get(name, "") for name in ("ISSUER", "CLIENT_ID", "SECRET")]
    if not any(wanted):
        return None
    if not all(wanted):
        raise ImproperlyConfigured("Set BIHUAN_OIDC_ISSUER, BIHUAN_OIDC_CLIENT_ID and BIHUAN_OIDC_SECRET.")
    address = urlsplit(wanted[0])
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _LOOPBACK):
        raise ImproperlyConfigured("BIHUAN_OIDC_ISSUER must begin with https://.")
    name = given.get("NAME") or address.hostname or ""
    return {"name": name, "issuer": wanted[0].rstrip("/"), "client_id": wanted[1]}


def providers(single: Mapping[str, str] | None, secret: str) -> dict[str, Any]:
    """The same in allauth's form."""
    if single is None:
        return {}
    app = {
        "provider_id": PROVIDER_ID,
        "name": single["name"],
        "client_id": single["client_id"],
        "secret": secret,
        "settings": {"server_url": single["issuer"], "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app], "SCOPE": ["openid", "email"]}}
