"""Standing, anchors and cover of the journal, on committed entries."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

from bihuan.compliance import trail
from bihuan.journal.actions import make_anchors
from bihuan.journal.subject import Subject
from bihuan.journal.tests.conftest import COMMITTED, journal, owner, registered, write

__all__ = ["journal", "owner", "registered"]
pytestmark = COMMITTED


def test_the_standing_is_the_last_anchor_and_what_lies_above_it(journal: Path) -> None:
    write(steps=3)
    make_anchors()
    write(steps=2)
    found = trail.standing()
    assert (found.entries, found.subjects, found.exposed, found.last_anchor) == (5, 2, 2, 1)
    assert found.newest is not None
    assert (found.newest[1], found.more) == ("journal.tried", False)


def test_an_empty_journal_has_no_newest_entry(journal: Path) -> None:
    found = trail.standing()
    assert (found.entries, found.newest, found.last_anchor, found.exposed_since) == (0, None, 0, None)


def test_anchors_come_newest_first_with_signature_and_places(journal: Path) -> None:
    for _ in range(3):
        write()
        make_anchors()
    assert [(a.number, a.count, a.total) for a in trail.anchors(limit=2)] == [(3, 1, 3), (2, 1, 2)]
    (first,) = trail.anchors(before=2)
    assert (first.number, first.signature, first.outside, first.missing) == (1, "valid", ("file",), ())


def test_a_changed_anchor_and_a_foreign_key_are_told(journal: Path, owner: Any, settings: Any) -> None:
    write()
    make_anchors()
    settings.KEYS = type(settings.KEYS)(
        master=settings.KEYS.master, blind=settings.KEYS.blind, signing=bytes(range(32)), django="x"
    )
    assert trail.anchors()[0].signature == "foreign"
    owner("UPDATE journal_anchor SET count = count + 1, total = total + 1")
    assert trail.anchors()[0].signature == "broken"


def test_each_entry_names_the_anchor_over_it(journal: Path) -> None:
    subject = Subject("case", uuid4())
    write(subject, steps=2)
    make_anchors()
    write(subject, first=3)
    make_anchors()
    write(subject, first=4)
    found = trail.covered(subject.id)
    assert [found[n].anchor for n in (1, 2, 3, 4)] == [1, 1, 2, None]
    assert len(found[1].hash) == 64
