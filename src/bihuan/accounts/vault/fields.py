"""The fields of a person: normal form, mask, and which of them can be looked up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import StrEnum

import phonenumbers

from bihuan.accounts.vault.crypto import blind
from bihuan.engine.errors import Invalid

MAX = 500
_BARE = re.compile(r"[^0-9A-Za-z]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,24}\Z")
_STARS = 2
_OWN = re.compile(r"1[3-9]\d{9}|[48]00\d{7}")
_LANDLINE = re.compile(r"(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}")
_MOBILE = re.compile(r"1[3-9]\d{9}|\+\d{7,15}")


class PersonalField(StrEnum):
    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    ID_NUMBER = "id_number"
    EMAIL = "email"
    BANK_CARD = "bank_card"
    WECHAT = "wechat"
    QQ = "qq"
    EXTERNAL_REF = "external_ref"
    """How the marketplace calls the person."""


def normal(field: PersonalField, value: str) -> str:
    """The form in which a value is kept and looked up. Raises Invalid, never showing the value."""
    text = unicodedata.normalize("NFKC", value).strip()
    if not text or len(text) > MAX or any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise _invalid(field)
    if field is PersonalField.PHONE:
        return _phone(text)
    if field in (PersonalField.ID_NUMBER, PersonalField.BANK_CARD):
        return _BARE.sub("", text).upper()
    if field is PersonalField.EMAIL:
        if not _EMAIL.match(text):
            raise _invalid(field)
        return text
    return text


def mobile(value: str) -> str:
    """A number that can take a message, in normal form. Raises Invalid."""
    number = normal(PersonalField.PHONE, value)
    if not _MOBILE.fullmatch(number):
        raise _invalid(PersonalField.PHONE)
    return number


def digests(field: PersonalField, value: str) -> Iterator[tuple[str, bytes]]:
    """``(part, digest)`` pairs under which a value in normal form is found again."""
    if field in (PersonalField.PHONE, PersonalField.EXTERNAL_REF):
        yield "whole", whole(field, value)
    if field is PersonalField.EMAIL:
        yield "whole", whole(field, value.lower())
    if field is PersonalField.PHONE and len(value) >= 7:
        yield "last4", last_four(field, value[-4:])


def whole(field: PersonalField, value: str) -> bytes:
    return blind(f"{field}:whole", value)


def last_four(field: PersonalField, digits: str) -> bytes:
    return blind(f"{field}:last4", digits)


def mask(field: PersonalField, value: str) -> str:
    """What is shown of a value: 138****1234, 王**, a***@example.cn."""
    if field is PersonalField.PHONE:
        return f"{value[:-8]}****{value[-4:]}" if len(value) >= 11 else f"****{value[-2:]}"
    if field is PersonalField.NAME:
        return value[0] + "*" * min(max(len(value) - 1, 1), _STARS)
    if field is PersonalField.EMAIL:
        name, _, host = value.rpartition("@")
        return f"{name[:1]}***@{host}"
    keep_first, keep_last = _ENDS[field]
    if len(value) <= keep_first + keep_last:
        return "****"
    return value[:keep_first] + "****" + (value[-keep_last:] if keep_last else "")


_ENDS: Mapping[PersonalField, tuple[int, int]] = {
    PersonalField.ADDRESS: (3, 0),
    PersonalField.ID_NUMBER: (1, 1),
    PersonalField.BANK_CARD: (0, 4),
    PersonalField.WECHAT: (2, 0),
    PersonalField.QQ: (2, 0),
    PersonalField.EXTERNAL_REF: (2, 0),
}


def _phone(text: str) -> str:
    """A Chinese number as its digits (13812345678, 01066554433), a foreign one as +44…"""
    try:
        parsed = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        raise _invalid(PersonalField.PHONE) from None
    digits = str(parsed.national_number)
    if parsed.country_code != 86 and phonenumbers.is_possible_number(parsed):
        return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    if parsed.country_code == 86 and _OWN.fullmatch(digits):
        return digits
    if parsed.country_code == 86 and _LANDLINE.fullmatch(digits):
        return f"0{digits}"
    raise _invalid(PersonalField.PHONE)


def _invalid(field: PersonalField) -> Invalid:
    return Invalid(
        "This is not a valid {field}.",
        code="vault.value",
        field=str(field),
        remedy="Correct it, or leave it out.",
    )
