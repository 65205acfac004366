"""Which marketplace is asked, from the environment or from the setting ``MARKETPLACE``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from bihuan.engine.errors import Invalid

STORE = "store"
HTTP = "http"


@dataclass(frozen=True, slots=True)
class Config:
    """``url`` ends without a slash; ``secret`` signs requests and callbacks. Times in seconds:
    ``timeout`` for one attempt, ``budget`` for a call with all its attempts."""

    adapter: str = STORE
    url: str = ""
    key_id: str = ""
    secret: str = ""
    timeout: float = 5.0
    budget: float = 12.0
    attempts: int = 3


def current() -> Config:
    """The configuration in force. Raises Invalid where it is incomplete."""
    given = getattr(settings, "MARKETPLACE", None)
    return given if isinstance(given, Config) else from_environment(os.environ)


def from_environment(environ: Mapping[str, str]) -> Config:
    """``BIHUAN_MARKETPLACE`` = store | http, and for http ``…_URL``, ``…_KEY_ID``, ``…_SECRET``."""
    adapter = environ.get("BIHUAN_MARKETPLACE", STORE)
    if adapter not in (STORE, HTTP):
        raise _wrong("BIHUAN_MARKETPLACE", "Set it to store or http.")
    config = Config(
        adapter=adapter,
        url=environ.get("BIHUAN_MARKETPLACE_URL", "").rstrip("/"),
        key_id=environ.get("BIHUAN_MARKETPLACE_KEY_ID", ""),
        secret=environ.get("BIHUAN_MARKETPLACE_SECRET", ""),
        timeout=_seconds(environ, "BIHUAN_MARKETPLACE_TIMEOUT", 5.0),
        budget=_seconds(environ, "BIHUAN_MARKETPLACE_BUDGET", 12.0),
    )
    if adapter == HTTP:
        _complete(config)
    return config


def _complete(config: Config) -> None:
    if not config.url.startswith(("https://", "http://")):
        raise _wrong("BIHUAN_MARKETPLACE_URL", "Give the address under which the contract is served.")
    if not config.key_id or not config.secret:
        raise _wrong(
            "BIHUAN_MARKETPLACE_KEY_ID", "Give the key id and the secret agreed with the marketplace."
        )


def _seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    try:
        value = float(environ.get(name, default))
    except ValueError:
        value = -1.0
    if not 0 < value <= 120:
        raise _wrong(name, "Give a number of seconds above 0 and up to 120.")
    return value


def _wrong(name: str, remedy: str) -> Invalid:
    return Invalid("The setting {field} is not valid.", code="marketplace.config", field=name, remedy=remedy)
