"""Whose orders these are: buyers by person, by the marketplace's reference, by telephone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import connection

from bihuan.marketplace.digests import phone_digest

MOST_BUYERS: Final = 200
_BUYERS: Final = """
SELECT id FROM marketplace_buyer
WHERE person_id = ANY(%(people)s) OR ref = %(ref)s OR phone_digest = %(phone)s
    OR ref_digest = ANY (ARRAY(SELECT digest FROM accounts_blindindex
        WHERE person_id = ANY(%(people)s) AND field = 'external_ref' AND part = 'whole'))
    OR phone_digest = ANY (ARRAY(SELECT digest FROM accounts_blindindex
        WHERE person_id = ANY(%(people)s) AND field = 'phone' AND part = 'whole' AND proven))
LIMIT %(most)s
"""
"""It reads the look-up digests of ``accounts`` in place, as acceptance.py does."""


def buyers(people: Collection[UUID], *, ref: str = "", phone: str = "") -> list[UUID]:
    """Ids of buyers; a number that was only claimed ties nobody to an order. Raises Invalid for no number."""
    wanted = {
        "people": list(people),
        "ref": ref or None,
        "phone": phone_digest(phone) if phone else None,
        "most": MOST_BUYERS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BUYERS, wanted)
        return [row[0] for row in cursor.fetchall()]
