"""What the verbs share: rows of a case that may not be written yet, who hears of what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from bihuan.aftersales import eligibility, events, rules
from bihuan.aftersales.eligibility import Judged
from bihuan.aftersales.facts import Found
from bihuan.aftersales.models import Application, Line
from bihuan.cases.actions import Work
from bihuan.engine.errors import Refusal
from bihuan.evidence import actions as evidence
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.queries import AfterSales


def put(work: Work, *rows: Model) -> None:
    """New rows: at once for a case that exists, after the case for one that is being born."""
    if work.new:
        work.add(*rows)
        return
    for row in rows:
        row.save(force_insert=True)


def store(work: Work, application: Application, **values: Any) -> None:
    """Change columns of the application."""
    for name, value in values.items():
        setattr(application, name, value)
    if not work.new:
        application.save(update_fields=list(values))


def application_of(work: Work) -> Application:
    """The application of the case under change."""
    found: Application = work.case.aftersales
    return found


def lines_of(application: Application) -> list[Line]:
    return list(application.lines.all())


def judged(work: Work, application: Application, lines: Sequence[Line], sold: AfterSales) -> Judged:
    """What the rules say of the application now, with everything that people found."""
    return eligibility.judged(
        kind=work.case.type,
        application=application,
        lines=lines,
        sold=sold,
        asked=work.case.received_at,
        found=[] if work.new else [Found(f.code, f.line, f.day) for f in application.established.all()],
    )


def sold_of(work: Work) -> AfterSales:
    """The order of the case with its terms, as it is known now."""
    return marketplace.aftersales_facts(work.case.order_number)


def tell_merchant(work: Work, kind: str, *, key: str = "", **params: Any) -> UUID | None:
    """A notice to the merchant's people; None where nobody can be reached."""
    return work.tell_organisation(kind, work.case.merchant_id, key=key, **params)


def last_notice(work: Work, kind: str, *, key: str, due_at: datetime, nobody: Refusal) -> UUID:
    """Warn the merchant that its time ends at ``due_at``; the id of the notice.

    Raises ``nobody`` where no one can be told: nothing follows from silence without a reader.
    """
    notice = tell_merchant(work, kind, key=key, due_at=due_at.isoformat())
    if notice is None:
        raise nobody
    return notice


def tell_desk(work: Work, kind: str = "aftersales_desk", *, key: str) -> None:
    """A notice to who is in charge of the case; where nobody is, to the supervisors."""
    work.tell(kind, work.case.owner_id, key=key)
    if work.case.owner_id is None:
        work.tell_role(kind, "supervisor", key=key)


def join_files(work: Work, evidence_ids: Sequence[UUID]) -> list[str]:
    """Files join the case for the side that acts; their ids."""
    side = rules.party_of(work.actor)
    items = evidence.attach(item_ids=evidence_ids, case_id=work.case.id, actor=work.actor, at=work.at)
    for item in items:
        work.say(events.EvidenceAdded(evidence_id=item.id, sha256=item.sha256, party=side))
    return [str(item.id) for item in items]
