"""Which port serves which channel, from the environment. In a demo or drill all messages end in the sink."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Final

from bihuan.accounts.queries import PersonalField
from bihuan.engine.errors import Unavailable
from bihuan.journal.time import deployment_kind
from bihuan.notices.models import Channel
from bihuan.notices.ports.aliyun import ENDPOINT, AliyunSmsPort
from bihuan.notices.ports.browser import HOSTS, BrowserPort
from bihuan.notices.ports.mail import SmtpPort
from bihuan.notices.ports.port import Port
from bihuan.notices.ports.sink import SinkPort
from bihuan.notices.ports.sms import HttpSmsPort
from bihuan.notices.ports.station import StationPort
from bihuan.notices.ports.webhook import WebhookPort

FIELDS: Final = {
    Channel.SMS: PersonalField.PHONE,
    Channel.MAIL: PersonalField.EMAIL,
    Channel.PUSH: PersonalField.EXTERNAL_REF,
    Channel.WEBHOOK: None,
    Channel.BROWSER: None,
}
_installed: dict[str, Port] = {}


def install(ports: Mapping[str, Port]) -> None:
    """Use these ports instead of the environment's, for tests and drills; empty: no longer."""
    _installed.clear()
    _installed.update(ports)


def ports() -> Mapping[str, Port]:
    """The channels that can be used now."""
    if _installed:
        return _installed
    if deployment_kind() in ("demo", "drill"):
        sinks: dict[str, Port] = {str(channel): SinkPort(field) for channel, field in FIELDS.items()}
        return sinks | {str(Channel.STATION): StationPort()}
    made = {channel: make() for channel, make in _MAKERS.items()}
    return {str(channel): port for channel, port in made.items() if port is not None}


def _sms() -> Port | None:
    chosen = os.environ.get("BIHUAN_SMS", "")
    if not chosen:
        return None
    if chosen == "http":
        return HttpSmsPort(_needed("BIHUAN_SMS_URL"), _needed("BIHUAN_SMS_SECRET"))
    if chosen == "aliyun":
        return AliyunSmsPort(
            key_id=_needed("BIHUAN_ALIYUN_KEY_ID"),
            secret=_needed("BIHUAN_ALIYUN_SECRET"),
            sign_name=_needed("BIHUAN_ALIYUN_SIGN_NAME"),
            templates=_templates(),
            token=os.environ.get("BIHUAN_ALIYUN_TOKEN", ""),
            endpoint=os.environ.get("BIHUAN_ALIYUN_ENDPOINT", ENDPOINT),
        )
    raise _wrong("BIHUAN_SMS", "http or aliyun")


def _mail() -> Port | None:
    url = os.environ.get("BIHUAN_SMTP_URL", "")
    return SmtpPort(url, os.environ.get("BIHUAN_SMTP_REPORT_SECRET", "")) if url else None


def _push() -> Port | None:
    return _webhook("BIHUAN_PUSH", PersonalField.EXTERNAL_REF)


def _system() -> Port | None:
    return _webhook("BIHUAN_WEBHOOK", None)


def _browser() -> Port | None:
    key = os.environ.get("BIHUAN_WEB_PUSH_KEY", "")
    if not key:
        return None
    hosts = [h for h in os.environ.get("BIHUAN_WEB_PUSH_HOSTS", "").split(",") if h] or HOSTS
    try:
        return BrowserPort(key, _needed("BIHUAN_WEB_PUSH_CONTACT"), hosts)
    except ValueError:
        raise _wrong("BIHUAN_WEB_PUSH_KEY", "32 bytes in base64url") from None


def _webhook(prefix: str, field: PersonalField | None) -> Port | None:
    url = os.environ.get(f"{prefix}_URL", "")
    if not url:
        return None
    reports = os.environ.get(f"{prefix}_REPORT_SECRET", "")
    return WebhookPort(url, _needed(f"{prefix}_SECRET"), field, reports)


_MAKERS: Final[Mapping[Channel, Callable[[], Port | None]]] = {
    Channel.STATION: StationPort,
    Channel.SMS: _sms,
    Channel.MAIL: _mail,
    Channel.PUSH: _push,
    Channel.WEBHOOK: _system,
    Channel.BROWSER: _browser,
}


def _needed(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise _wrong(name, "set")
    return value


def _templates() -> Mapping[str, Mapping[str, str]]:
    try:
        found = json.loads(_needed("BIHUAN_ALIYUN_TEMPLATES"))
        return {str(k): {str(lang): str(code) for lang, code in v.items()} for k, v in found.items()}
    except (ValueError, AttributeError):
        raise _wrong("BIHUAN_ALIYUN_TEMPLATES", 'JSON such as {"acceptance": {"zh": "SMS_1"}}') from None


def _wrong(name: str, wanted: str) -> Unavailable:
    return Unavailable(
        "The setting {name} must be {wanted}.",
        service="notices",
        name=name,
        wanted=wanted,
        remedy="Correct it and restart; what is queued waits.",
    )
