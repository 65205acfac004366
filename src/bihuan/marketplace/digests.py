"""The keyed digests under which ``accounts`` finds a person: by phone, by the marketplace's reference."""

from __future__ import annotations

from bihuan.accounts.vault.fields import PersonalField, normal, whole


def phone_digest(phone: str) -> bytes:
    """Raises Invalid, never showing the number."""
    return whole(PersonalField.PHONE, normal(PersonalField.PHONE, phone))


def ref_digest(ref: str) -> bytes:
    """Raises Invalid."""
    return whole(PersonalField.EXTERNAL_REF, normal(PersonalField.EXTERNAL_REF, ref))


def name_digest(name: str) -> bytes:
    """Of a recipient's name, written together and in small letters. Raises Invalid, never showing it."""
    return whole(PersonalField.NAME, "".join(normal(PersonalField.NAME, name).split()).casefold())


def content_digest(content: str) -> bytes:
    """Tells equal content from other content without keeping it."""
    return whole(PersonalField.ADDRESS, content)
