"""Single values of an order record: read from JSON or text, or refused with the field's name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from bihuan.engine.errors import Invalid

ZONE: Final = ZoneInfo("Asia/Shanghai")
MOST_FEN: Final = 10**12
_REFERENCE: Final = re.compile(r"[A-Za-z0-9._\-]{1,64}\Z")
_CODE: Final = re.compile(r"[a-z0-9_]{1,40}\Z")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_LONG_NUMBER: Final = re.compile(r"\d{7,}")
_FLAGS: Final = {"": False, "false": False, "no": False, "0": False, "true": True, "yes": True, "1": True}
_E = TypeVar("_E", bound=StrEnum)


def wrong(field: str, message: str, **data: Any) -> Invalid:
    return Invalid(message, code="import.value", field=field, **data)


def reference(data: Mapping[str, Any], field: str) -> str:
    """A number given by the marketplace: letters, digits, ``. _ -``, at most 64."""
    value = data.get(field)
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not _REFERENCE.match(text):
        raise wrong(field, "{field} must be 1 to 64 letters, digits, dots, dashes or underscores.")
    return text


def code(value: Any, field: str) -> str:
    if not isinstance(value, str) or not _CODE.match(value):
        raise wrong(field, "{field} must be a code of small letters, digits and underscores.")
    return value


def text(data: Mapping[str, Any], field: str, *, most: int, needed: bool = True) -> str:
    """Text without control characters, at most ``most`` characters."""
    value = data.get(field)
    if value is None or value == "":
        if needed:
            raise wrong(field, "{field} is missing.")
        return ""
    if not isinstance(value, str) or _CONTROL.search(value):
        raise wrong(field, "{field} must be text without control characters.")
    stripped = value.strip()
    if len(stripped) > most or (needed and not stripped):
        raise wrong(field, "{field} must have 1 to {most} characters.", most=most)
    return stripped


def without_numbers(value: str) -> str:
    """Text of a carrier, with long digit runs (phone numbers of couriers) taken out."""
    return _LONG_NUMBER.sub("#", value)


def integer(data: Mapping[str, Any], field: str, *, least: int, most: int, default: int | None = None) -> int:
    value = data.get(field)
    if (value is None or value == "") and default is not None:
        return default
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,13}", value.strip()):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise wrong(field, "{field} must be a whole number from {least} to {most}.", least=least, most=most)
    return value


def fen(data: Mapping[str, Any], field: str, *, default: int | None = None) -> int:
    """An amount: ``<field>_fen`` as a whole number, or ``<field>`` in yuan with two decimals at most."""
    if data.get(f"{field}_fen") not in (None, ""):
        return integer(data, f"{field}_fen", least=0, most=MOST_FEN)
    value = data.get(field)
    if value is None or value == "":
        if default is None:
            raise wrong(field, "{field} is missing.")
        return default
    return _yuan(str(value) if isinstance(value, str | int) else "", field)


def _yuan(value: str, field: str) -> int:
    cleaned = value.strip().removeprefix("¥").removeprefix("¥").replace(",", "")
    try:
        amount = Decimal(cleaned) * 100
        whole = int(amount)
    except (InvalidOperation, ValueError, OverflowError):
        whole, amount = -1, Decimal(0)
    if whole != amount or not 0 <= whole <= MOST_FEN:
        raise wrong(field, "{field} must be an amount in yuan with at most two decimals, not below 0.")
    return whole


def moment(data: Mapping[str, Any], field: str, *, needed: bool = False) -> datetime | None:
    """ISO 8601; without a zone it is meant in Asia/Shanghai."""
    value = data.get(field)
    if value is None or value == "":
        if needed:
            raise wrong(field, "{field} is missing.")
        return None
    try:
        read = datetime.fromisoformat(str(value).strip().replace("/", "-"))
    except ValueError:
        raise wrong(field, "{field} must be a time such as 2026-11-01T10:00:00+08:00.") from None
    aware = read if read.tzinfo else read.replace(tzinfo=ZONE)
    if not 2000 <= aware.year <= 2100:
        raise wrong(field, "{field} must lie between the years 2000 and 2100.")
    return aware


def choice(data: Mapping[str, Any], field: str, values: type[_E], *, default: _E | None = None) -> _E:
    value = data.get(field)
    if (value is None or value == "") and default is not None:
        return default
    try:
        return values(str(value).strip())
    except ValueError:
        known = ", ".join(values)
        raise wrong(field, "{field} must be one of: {known}.", known=known) from None


def flag(data: Mapping[str, Any], field: str) -> bool:
    """True, false or left out; from text also ``true``/``yes``/``1`` and their contraries."""
    value = data.get(field)
    read = _FLAGS.get(value.strip().lower()) if isinstance(value, str) else value
    if value is not None and not isinstance(read, bool):
        raise wrong(field, "{field} must be true or false.")
    return bool(read)


def mapping(value: Any, field: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise wrong(field, "{field} must be an object.")
    return value


def listed(data: Mapping[str, Any], field: str, *, most: int) -> list[Any]:
    value = data.get(field)
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > most:
        raise wrong(field, "{field} must be a list of at most {most}.", most=most)
    return value
