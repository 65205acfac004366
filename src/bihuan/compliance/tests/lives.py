"""Clocks with their journal for tests: started and moved through the real ``record``, as flows do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from bihuan.clocks import actions as clocks
from bihuan.clocks.actions import Dimensions, Saying
from bihuan.complaints.events import changes, intake, investigation
from bihuan.journal import time
from bihuan.journal.actor import PROGRAM
from bihuan.journal.subject import Subject
from bihuan.norms import actions as norms
from bihuan.norms import cache, reading
from bihuan.norms.checking import Known
from bihuan.norms.tests.books import write_book

AT = datetime.fromisoformat("2026-09-20T00:00:00+00:00")
CLAUSE = "PCN-3.4.b"
EVENTS = {
    "accepted": lambda **_: intake.Accepted(by="program"),
    "found": lambda **_: investigation.FindingsRecorded(
        result="substantiated", text_id=uuid4(), digest="0" * 64
    ),
    "withdrawn": lambda **_: changes.Withdrawn(by="consumer"),
    "extended": lambda to, **_: changes.Extended(
        extension_id=uuid4(), to=to, clauses=[CLAUSE], notice_id=uuid4()
    ),
    "reclassified": lambda complexity, **_: intake.Reclassified(
        type="quality", urgency="normal", severity="normal", complexity=complexity, reason_id=uuid4()
    ),
}
NAMES = {
    "complaint.accepted",
    "complaint.findings_recorded",
    "complaint.withdrawn",
    "complaint.extended",
    "complaint.reclassified",
    "complaint.step_opened",
    "complaint.step_done",
}


def rules(folder: Path, limit: str = "24h", **changes_: Any) -> None:
    """The clause of these lives: from acceptance to findings, unless something else is said."""
    given = {
        "starts_on": "complaint.accepted",
        "stops_on": "complaint.findings_recorded",
        "cancels_on": "complaint.withdrawn",
        **changes_,
    }
    write_book(folder, limit=limit, **given)
    known = Known(events=NAMES, evidence={"things.ended"})
    norms.load_rulebooks(actor=PROGRAM, at=datetime.fromisoformat("2026-08-01T00:00:00+08:00"), known=known)


@contextmanager
def drill(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A drill's database at ``AT`` whose rulebooks stand in the folder."""
    monkeypatch.setattr(reading, "SHIPPED", folder)
    time.mark_deployment("drill")
    time.set_drill_time(AT)
    yield
    time._kinds.clear()
    cache.forget()


def live(*happened: tuple[str, str] | tuple[str, str, dict[str, Any]], **by: UUID | None) -> UUID:
    """A subject to which these things happened: (name, when in China, parameters); its id.

    Everything is proven from outside, so that the times given are the ones that count.
    """
    subject = Subject("case", uuid4())
    facts = {"flow": "complaint", "complexity": "general", "type": "quality"}
    for name, when, *more in happened:
        given = dict(more[0]) if more else {}
        facts = {**facts, **{k: v for k, v in given.items() if k in facts}}
        saying = Saying(
            event=EVENTS[name](**given),
            occurred_at=datetime.fromisoformat(f"{when}+08:00"),
            facts=facts,
            proven=True,
        )
        clocks.record(subject=subject, sayings=[saying], actor=PROGRAM, at=AT, dimensions=Dimensions(**by))
    return subject.id
