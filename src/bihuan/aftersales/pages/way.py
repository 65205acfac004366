"""How far an application is, in plain words: stages done and to come, with promised times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.aftersales import rules
from bihuan.aftersales.queries import File
from bihuan.cases.pages.way import Row

_RUNNING: Final = ("running", "held", "overdue")


@dataclass(frozen=True, slots=True)
class Stage:
    """A row of the way: the events that end it, the clauses that set its time, and for which kinds it is."""

    code: str
    words: str
    promise: str
    events: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = rules.KINDS


_MONEY: Final = rules.MONEY
_SENT: Final = ("exchange", "repair", "resend")
STAGES: Final[Sequence[Stage]] = (
    Stage("received", gettext_noop("Applied for"), "", ("received",)),
    Stage(
        "decided",
        gettext_noop("Decided"),
        gettext_noop("you hear whether it is granted"),
        ("approved", "refused", "proposal_accepted"),
        ("PCN-2.3.3.b",),
    ),
    Stage(
        "sent_back",
        gettext_noop("Goods sent back"),
        gettext_noop("you send the goods back"),
        ("parcel_registered", "goods_received_back"),
        kinds=rules.GOES_BACK,
    ),
    Stage(
        "received_back",
        gettext_noop("Goods back and looked at"),
        gettext_noop("the goods are back and looked at"),
        ("inspected",),
        kinds=rules.GOES_BACK,
    ),
    Stage(
        "repaired",
        gettext_noop("Repaired"),
        gettext_noop("the repair is done"),
        ("repair_finished",),
        kinds=("repair",),
    ),
    Stage(
        "delivered",
        gettext_noop("Sent to you"),
        gettext_noop("the goods are with you"),
        ("goods_delivered",),
        ("ASM-3.2",),
        kinds=_SENT,
    ),
    Stage(
        "refunded",
        gettext_noop("Money on its way"),
        gettext_noop("the refund is on its way"),
        ("refund_sent", "refund_denied"),
        ("L-07", "L-11", "ASM-3.2"),
        kinds=_MONEY,
    ),
    Stage(
        "credited",
        gettext_noop("Money arrived"),
        gettext_noop("the money is with you"),
        ("refund_credited",),
        kinds=_MONEY,
    ),
    Stage("closed", gettext_noop("Confirmed and closed"), "", ("confirmed", "closed")),
)
_ENDS: Final[Mapping[str, str]] = {
    "declined": gettext_noop("Not granted"),
    "expired": gettext_noop("Put aside, because nothing came in time"),
    "withdrawn": gettext_noop("Withdrawn by you"),
}
NEXT: Final[Mapping[str, str]] = {
    "deciding": gettext_noop("It is being decided; within 24 hours you hear how, whichever way."),
    "materials": gettext_noop("We wait for what you add; then it is decided within 24 hours."),
    "approved": gettext_noop("It is granted. Send the goods to the address below and enter the parcel."),
    "returning": gettext_noop("The goods are on their way back; we follow the parcel."),
    "inspecting": gettext_noop("The goods are back and are being looked at."),
    "disputed": gettext_noop("A person of the platform decides on what both sides show."),
    "refunding": gettext_noop("The refund is being sent to where you paid from."),
    "replacing": gettext_noop("The goods are being sent to you."),
    "repairing": gettext_noop("The goods are being repaired; the time does not count to the warranty."),
    "fulfilled": gettext_noop("All is done from our side. Tell us whether it is right."),
    "closed": gettext_noop("It is closed."),
    "declined": gettext_noop("You can appeal, choose an alternative, or go one of the other ways."),
    "expired": gettext_noop("You can add what was missing, or apply again while the time allows."),
    "withdrawn": gettext_noop("You can apply again while the time allows."),
}


def way(file: File) -> list[Row]:
    """The stages of this application in order; what has ended otherwise is said at the end."""
    done = _first_times(file)
    kind, rows, current = file.case.type, [], False
    for stage in STAGES:
        if kind not in stage.kinds:
            continue
        at = next((done[e] for e in stage.events if e in done), None)
        if at is not None:
            rows.append(Row(stage.code, _(stage.words), "done", at=at))
        elif file.case.state not in _ENDS:
            rows.append(_open(file, stage, "to_come" if current else "now"))
            current = True
    if file.case.state in _ENDS:
        rows.append(Row("ended", _(_ENDS[file.case.state]), "ended", at=file.case.closed_at))
    return rows


def next_words(file: File) -> str:
    """What happens next, in a sentence."""
    if file.case.state == "approved" and file.application.address_at is None:
        return _("It is granted. We tell you where to send the goods as soon as the merchant has said so.")
    return _(NEXT[file.case.state])


def next_row(rows: Sequence[Row]) -> Row | None:
    """The stage that is due next with a promised time."""
    return next((row for row in rows if row.state == "now" and row.due_at and row.promise), None)


def _open(file: File, stage: Stage, state: str) -> Row:
    look_by = file.application.inspect_due_at
    if stage.code == "received_back" and file.case.state == "inspecting" and look_by is not None:
        return Row(
            stage.code, _(stage.words), state, due_at=look_by, clause="ASM-5.3", promise=_(stage.promise),
            overdue=file.application.inspection_passed,
        )  # fmt: skip
    clocks = [c for c in file.clocks if c.clause in stage.clauses and c.stopped_at is None]
    running = [c for c in clocks if c.verdict in _RUNNING]
    first = min(running, key=lambda c: c.due_at, default=None)
    if first is None:
        return Row(stage.code, _(stage.words), state)
    return Row(
        stage.code,
        _(stage.words),
        state,
        due_at=first.due_at,
        clause=first.clause,
        promise=_(stage.promise) if stage.promise else "",
        overdue=first.verdict == "overdue",
        provisional=first.provisional,
    )


def _first_times(file: File) -> dict[str, datetime]:
    """When each event of this round happened first; parcels to the consumer are no parcels back."""
    found: dict[str, datetime] = {}
    for line in file.timeline:
        name = line.event.removeprefix("aftersales.")
        if name == "appealed":
            for decided in ("refused", "approved"):
                found.pop(decided, None)
        if name == "parcel_registered" and line.data.get("direction") != "back":
            continue
        found.setdefault(name, line.at)
    return found
