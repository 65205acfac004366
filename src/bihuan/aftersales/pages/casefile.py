"""What the page of an after-sales case shows at the desk, on top of what every case page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_noop

from bihuan.aftersales import standing
from bihuan.aftersales.queries import File
from bihuan.cases.pages import casefile
from bihuan.cases.steps import Door
from bihuan.journal.actor import Actor

_GROUPS: Final[Sequence[tuple[str, frozenset[str]]]] = (
    (gettext_noop("Consumer"), frozenset({"log_call", "follow_up", "add_evidence", "give_materials"})),
    (
        gettext_noop("Decision"),
        frozenset({"approve", "decline", "propose", "request_materials", "judge", "find", "review"}),
    ),
    (
        gettext_noop("Goods"),
        frozenset(
            {
                "give_address",
                "send_back",
                "receive",
                "inspect",
                "settle",
                "report_loss",
                "send_goods",
                "deliver",
                "note_repair",
                "finish_repair",
            }
        ),
    ),
    (gettext_noop("Money"), frozenset({"pay", "turn_to_refund"})),
    (gettext_noop("Case"), frozenset()),
)
"""Steps by what they are about; the last group takes the rest."""
_LAYOUT: Final = casefile.Layout(_GROUPS, aside=frozenset({"withdraw", "turn_to_refund", "report_loss"}))


def _is_theirs(file: File) -> bool:
    """A merchant whose time to decide is over decides no more (PCN-2.3.3.b)."""
    return file.side != "merchant" or not file.application.platform_decides


_HAVING: Final[Mapping[str, Any]] = {
    "take": lambda f: f.case.owner_id is None,
    "pay": lambda f: any(p.refund is None for p in f.application.parts.all()),
    "send_goods": lambda f: standing.open_parcel(f.application, "out") is None,
    "deliver": lambda f: standing.open_parcel(f.application, "out") is not None,
    "give_materials": lambda f: bool(f.application.missing),
    "approve": _is_theirs,
    "decline": _is_theirs,
    "propose": _is_theirs,
    "review": lambda f: standing.under_review(f.application),
}
"""Steps that the state allows but that have nothing to act on are not offered."""


def shown(actor: Actor, file: File, *, at: datetime, draft: bool) -> dict[str, Any]:
    """All that the case page of the desk shows."""
    return {
        **casefile.shown(
            actor,
            file,
            _LAYOUT,
            at=at,
            draft=draft,
            doors=doors(file),
            first=_first(file),
        ),
        **panels(file),
    }


def _first(file: File) -> str:
    """The step to take before the one that the case waits for: a decision in question."""
    return "review" if standing.under_review(file.application) else ""


def doors(file: File) -> list[Door]:
    """The steps that are possible and have something to act on."""
    return casefile.offered(file, _HAVING)


def panels(file: File) -> dict[str, Any]:
    """The application, what the rules say, goods and money: for every site."""
    application = file.application
    return {
        "application": application,
        "goods": list(application.lines.all()),
        "claimed": {line.number for line in application.lines.all()},
        "judgement": file.judgement,
        "decision": file.decision,
        "change": file.change,
        "established": list(application.established.all()),
        "proposals": list(application.proposals.all()),
        "parcels": list(application.parcels.all()),
        "inspections": list(application.inspections.all()),
        "repairs": list(application.repairs.all()),
        "parts": [
            (part, file.payments.get(part.refund) if part.refund else None)
            for part in application.parts.all()
        ],
        "refunded": file.refunded,
        "recourses": list(application.recourses.all()),
        "ratings": list(application.ratings.all()),
        "address": file.address,
    }
