"""Writing: order, refusals, reactions once, years, many writers at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from bihuan.engine.errors import Invalid
from bihuan.journal.actions import Draft, add_years, append, make_anchors, once
from bihuan.journal.actor import PROGRAM
from bihuan.journal.events import EventError
from bihuan.journal.models import Entry
from bihuan.journal.queries import Position, committed_after, entries_of, verify
from bihuan.journal.subject import Subject
from bihuan.journal.tests.conftest import AT, COMMITTED, Tried, write
from bihuan.journal.time import mark_deployment, set_drill_time

pytestmark = COMMITTED


def test_events_of_several_subjects_in_one_call_are_numbered_by_subject(journal: Path) -> None:
    a, b = Subject("case", UUID(int=2)), Subject("person", UUID(int=1))
    with transaction.atomic():
        written = append([Draft(s, Tried(step=n), PROGRAM, AT) for n, s in enumerate((a, b, a, a))])
    assert [(w.subject, w.sequence) for w in written] == [(a, 1), (b, 1), (a, 2), (a, 3)]
    assert [e.data["step"] for e in entries_of(a.id)] == [0, 2, 3]
    assert verify().ok


def test_a_time_ahead_of_the_database_is_refused_and_nothing_written(journal: Path) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)
    with pytest.raises(Invalid), transaction.atomic():
        append([Draft(Subject("case", uuid4()), Tried(step=1), PROGRAM, ahead)])
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("code", ["two words", "逗号", "a,b", 'a"b', "a\nb", "x" * 121])
def test_free_text_is_refused(journal: Path, code: str) -> None:
    with pytest.raises(EventError):
        write(code=code)
    assert Entry.objects.count() == 0


def test_a_reaction_counts_once(journal: Path) -> None:
    (entry,) = write()
    assert (once(entry.id, "cases.notify"), once(entry.id, "cases.notify")) == (True, False)
    assert once(entry.id, "cases.other") is True


def test_a_reaction_that_failed_may_come_again(journal: Path) -> None:
    (entry,) = write()
    with transaction.atomic():
        assert once(entry.id, "cases.notify") is True
        transaction.set_rollback(True)
    assert once(entry.id, "cases.notify") is True


def test_many_writers_leave_no_gap(journal: Path) -> None:
    shared = [Subject("case", uuid4()) for _ in range(3)]

    def work(number: int) -> None:
        try:
            for step in range(12):
                with transaction.atomic():
                    subjects = [shared[(number + step) % 3], shared[step % 3], Subject("case", uuid4())]
                    append([Draft(s, Tried(step=step), PROGRAM, AT) for s in subjects])
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [[e.sequence for e in entries_of(s.id)] for s in shared]
    assert sum(map(len, found)) == 8 * 12 * 2
    assert all(sequences == list(range(1, len(sequences) + 1)) for sequences in found)
    make_anchors()
    assert verify().findings == []


def test_verification_by_several_processes_sees_the_same(journal: Path) -> None:
    for _ in range(5):
        write(steps=3)
    make_anchors()
    report = verify(processes=2)
    assert (report.ok, report.entries, report.subjects, report.processes) == (True, 15, 5, 2)


def test_a_year_without_partition_goes_into_the_other_one(journal: Path) -> None:
    mark_deployment("drill")
    set_drill_time(datetime(2041, 5, 1, tzinfo=UTC))
    write(steps=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_entry_other")
        assert cursor.fetchone() == (2,)
    assert verify().ok
    assert add_years(upto=2041) == [2041]
    set_drill_time(None)


def test_years_to_come_get_their_partition_once(journal: Path) -> None:
    assert add_years(upto=2032) == []
    assert add_years(upto=2032) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('journal_entry_2032') IS NOT NULL")
        assert cursor.fetchone() == (True,)


def test_the_order_of_commitment_can_be_read_in_pieces(journal: Path) -> None:
    write(steps=5)
    position, seen = Position(0, 0, 0), []
    while some := committed_after(position, 2):
        seen += [entry.sequence for _, entry in some]
        position = Position.parse(str(some[-1][0]))
    assert seen == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("text", ["", "1.2", "1.2.3.4", "a.b.c", "-1.0.0", "1.99999999999999999999.0"])
def test_a_position_from_outside_is_checked(text: str) -> None:
    with pytest.raises(ValueError):
        Position.parse(text)
