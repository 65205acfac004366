"""Recording what the public page shows."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from bihuan.accounts.permissions import require
from bihuan.journal import actions as journal
from bihuan.journal.actor import Actor
from bihuan.journal.subject import Subject
from bihuan.publicity import queries
from bihuan.publicity.events import PageShown
from bihuan.publicity.permissions import PublicityPermission

PAGE: Final = Subject("page", uuid5(UUID(int=0), "bihuan public page of promises"))


@transaction.atomic
def record_page(*, actor: Actor, at: datetime) -> PageShown:
    """Write down what the page shows today: the evidence of PCN-4.2.c and CRP-1.1.c. Raises NotAllowed."""
    require(actor, PublicityPermission.RECORD)
    shown = queries.contact()
    event = PageShown(
        phone=bool(shown.phone),
        mail=bool(shown.mail),
        promises=len(queries.promised()),
        digest=queries.digest(),
    )
    journal.append([journal.Draft(subject=PAGE, event=event, actor=actor, occurred_at=at)])
    return event
