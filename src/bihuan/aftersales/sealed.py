"""The return address of a case: sealed under the consumer's key, opened for those who may see the case."""

from __future__ import annotations

import json
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.aftersales.models import Application


def place(case_id: UUID) -> str:
    """Where the sealed address lies; part of what it is sealed with."""
    return f"aftersales.address:{case_id}"


def address(application: Application, consumer_id: UUID) -> dict[str, str]:
    """The parts of the return address; empty where none was given. The caller has checked who reads."""
    if application.address_sealed is None:
        return {}
    plain = accounts.unseal_own(
        person_id=consumer_id, sealed=bytes(application.address_sealed), place=place(application.pk)
    )
    found: dict[str, str] = json.loads(plain)
    return found
