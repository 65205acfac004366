"""Lines for lists of cases of any flow."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from bihuan.aftersales import standing
from bihuan.aftersales.models import Application, Line
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.journal.actor import Actor


def beginnings(case_ids: Collection[UUID], *, most: int = 60) -> dict[UUID, str]:
    """What was applied for, by case: the goods, as lists show them; one round trip."""
    found: dict[UUID, list[str]] = {}
    rows = Line.objects.filter(application_id__in=list(case_ids)).order_by("application_id", "number")
    for case_id, title, quantity in rows.values_list("application_id", "title", "quantity"):
        found.setdefault(case_id, []).append(f"{title} ×{quantity}" if quantity > 1 else title)
    said = {case_id: "、".join(titles) for case_id, titles in found.items()}
    return {case_id: line if len(line) <= most else f"{line[:most]}…" for case_id, line in said.items()}


def merchant_due(case_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """``standing.merchant_until`` of those of these cases in which a time of the merchant runs; one query."""
    rows = Application.objects.filter(case_id__in=list(case_ids)).select_related("case")
    ends = {row.case_id: standing.merchant_until(row) for row in rows}
    return {case_id: end for case_id, end in ends.items() if end is not None}


def asked_of_consumer(case_ids: Collection[UUID]) -> set[UUID]:
    """Of these cases those in which the consumer is to give, send, answer or confirm something."""
    waiting = Q(case__is_open=True, case__next_step_by="consumer")
    waiting |= Q(case__state="deciding", proposals__state="open")
    found = Application.objects.filter(waiting, case_id__in=list(case_ids))
    return set(found.values_list("case_id", flat=True))


def results(case_ids: Collection[UUID]) -> dict[UUID, str]:
    """How they ended, as codes of the group ``outcome``."""
    rows = Application.objects.filter(case_id__in=list(case_ids)).exclude(outcome="")
    return dict(rows.values_list("case_id", "outcome"))


def of_order(actor: Actor, order_number: str) -> list[Case]:
    """The after-sales cases of an order that the actor may know of, the latest first."""
    found = cases.visible(actor).filter(order_number=order_number, flow="aftersales")
    return list(found.order_by("-received_at", "id")[:50])
