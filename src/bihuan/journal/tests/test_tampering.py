"""The owner of the database changes history by SQL; each way is found and named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bihuan.journal.actions import make_anchors
from bihuan.journal.queries import verify
from bihuan.journal.tests.conftest import COMMITTED, write
from bihuan.journal.tests.forger import rechain

pytestmark = COMMITTED

Owner = Callable[..., int]


def found(code: str) -> list[dict[str, Any]]:
    """The data of the findings of one code."""
    return [f.data for f in verify().findings if f.code == code]


def codes() -> set[str]:
    return verify().codes()


def test_an_untouched_journal_verifies(journal: Path) -> None:
    write(steps=3)
    write(steps=2)
    make_anchors()
    report = verify()
    assert (report.ok, report.entries, report.subjects, report.anchors) == (True, 5, 2, 1)
    assert (report.findings, report.exposure.entries) == ([], 0)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("event", "'journal.other'"),
        ("occurred_at", "occurred_at - interval '1 microsecond'"),
        ("recorded_at", "recorded_at + interval '1 day'"),
        ("recorded_at", "'infinity'"),
        ("occurred_at", "'0044-03-15 12:00:00+00 BC'"),
        ("occurred_at", "'12026-01-01 00:00:00+00'"),
        ("actor_id", "gen_random_uuid()"),
        ("data", """'{"step": true, "code": "a.b"}'"""),
        ("data", """'{"step": 1, "code": "a.b", "more": 1}'"""),
        ("proven", "true"),
        ("generation", "2"),
        ("version", "2"),
        ("scheme", "2"),
    ],
)
def test_a_changed_column_is_named(owner: Owner, column: str, value: str) -> None:
    entry = write(steps=3)[0]
    owner(f"UPDATE journal_entry SET {column} = {value} WHERE id = {entry.id}")
    (data,) = found("changed_column")
    assert (data["entry"], data["sequence"], data["columns"]) == (entry.id, 1, column)
    assert codes() == {"changed_column"}


def test_changed_bytes_are_named(owner: Owner) -> None:
    entry = write(steps=3)[1]
    owner(f"UPDATE journal_entry SET canonical = canonical || ' '::bytea WHERE id = {entry.id}")
    assert [d["entry"] for d in found("changed_bytes")] == [entry.id]
    assert codes() == {"changed_bytes"}


def test_bytes_that_say_something_else_are_named_by_the_chain(owner: Owner) -> None:
    entry = write(steps=3)[1]
    change = """convert_to(replace(convert_from(canonical, 'UTF8'), '"step":2', '"step":9'), 'UTF8')"""
    owner(f"UPDATE journal_entry SET canonical = {change} WHERE id = {entry.id}")
    assert [d["entry"] for d in found("changed_bytes")] == [entry.id]


def test_columns_and_bytes_changed_together_break_the_chain(owner: Owner) -> None:
    first, second, _ = write(steps=3)
    change = """convert_to(replace(convert_from(canonical, 'UTF8'), '"step":2', '"step":9'), 'UTF8')"""
    owner(
        f"UPDATE journal_entry SET canonical = {change},"
        f""" data = data || '{{"step": 9}}' WHERE id = {second.id}"""
    )
    (data,) = found("broken")
    assert (data["sequence"], data["next"], data["entry"], data["other"]) == (1, 2, first.id, second.id)


def test_a_changed_hash_of_the_last_entry_is_named(owner: Owner) -> None:
    last = write(steps=2)[1]
    owner(f"UPDATE journal_entry SET hash = sha256(hash) WHERE id = {last.id}")
    assert "broken" in codes()
    assert [d["entry"] for d in found("changed_hash")] == [last.id]


def test_a_deleted_entry_is_named(owner: Owner) -> None:
    entry = write(steps=4)[1]
    owner(f"DELETE FROM journal_entry WHERE id = {entry.id}")
    assert [d["sequence"] for d in found("deleted")] == [2]
    assert codes() == {"deleted"}


@pytest.mark.parametrize("number", [4, 2**62, 2**63 - 1])
def test_an_inserted_entry_is_named(owner: Owner, number: int) -> None:
    entry = write(steps=3)[1]
    names = (
        "subject_kind, subject_id, sequence, generation, event, version, actor_kind, actor_id, occurred_at"
    )
    rest = "proven, data, canonical, hash, scheme, epoch"
    owner(
        f"INSERT INTO journal_entry (id, {names}, recorded_at, {rest}) OVERRIDING SYSTEM VALUE"
        f" SELECT {number}, {names}, recorded_at + interval '1 second', {rest}"
        f" FROM journal_entry WHERE id = {entry.id}"
    )
    assert [(d["entry"], d["sequence"]) for d in found("inserted")] == [(number, 2)]


def test_an_entry_inserted_at_the_end_is_named(owner: Owner) -> None:
    first, second = write(steps=2)
    owner(
        f"UPDATE journal_head SET sequence = 1, hash = (SELECT hash FROM journal_entry WHERE id = {first.id})"
    )
    assert [(d["sequence"], d["next"]) for d in found("head_behind")] == [(1, 2)]
    assert second.sequence == 2


def test_entries_in_another_order_are_named(owner: Owner) -> None:
    _, second, third = write(steps=3)
    owner(f"UPDATE journal_entry SET sequence = 5 - sequence WHERE id IN ({second.id}, {third.id})")
    assert [(d["entry"], d["sequence"]) for d in found("reordered")] == [(second.id, 3), (third.id, 2)]
    assert codes() == {"reordered"}


def test_another_order_is_named_even_where_the_chain_was_made_anew(owner: Owner) -> None:
    written = write(steps=3)
    owner(f"UPDATE journal_entry SET sequence = 5 - sequence WHERE id IN ({written[1].id}, {written[2].id})")
    rechain(written[0].subject.id)
    assert codes() == {"reordered"}


def test_a_cut_tail_is_named(owner: Owner) -> None:
    write(steps=4)
    owner("DELETE FROM journal_entry WHERE sequence > 2")
    (data,) = found("tail_cut")
    assert (data["sequence"], data["next"]) == (3, 4)
    assert codes() == {"tail_cut"}


def test_a_dropped_subject_is_named(owner: Owner) -> None:
    entry = write(steps=2)[0]
    write(steps=2)
    owner("DELETE FROM journal_entry WHERE subject_id = %s", entry.subject.id)
    (data,) = found("subject_dropped")
    assert data == {"subject": f"case:{entry.subject.id}", "sequence": 2}


def test_a_deleted_head_is_named(owner: Owner) -> None:
    entry = write(steps=2)[0]
    owner("DELETE FROM journal_head")
    assert found("head_missing") == [{"subject": f"case:{entry.subject.id}"}]


def test_a_tail_cut_with_its_head_is_named_below_the_anchor(owner: Owner) -> None:
    entry = write(steps=4)[0]
    make_anchors()
    owner("DELETE FROM journal_entry WHERE sequence > 2")
    rechain(entry.subject.id)
    (data,) = found("below_deleted")
    assert (data["anchor"], data["count"]) == (1, 2)
    assert codes() == {"below_deleted"}


def test_a_subject_dropped_with_its_head_is_named_below_the_anchor(owner: Owner) -> None:
    entry = write(steps=2)[0]
    write(steps=2)
    make_anchors()
    owner("DELETE FROM journal_entry WHERE subject_id = %s", entry.subject.id)
    owner("DELETE FROM journal_head WHERE subject_id = %s", entry.subject.id)
    assert found("below_subjects") == [{"anchor": 1, "count": 1}]
    assert codes() == {"below_deleted", "below_subjects"}


def test_a_consistent_rewriting_below_the_anchor_is_named(owner: Owner) -> None:
    entry = write(steps=3)[0]
    make_anchors()
    write(steps=2)
    owner("UPDATE journal_entry SET data = data || '{\"step\": 7}' WHERE id = 2")
    rechain(entry.subject.id)
    (data,) = found("below_rewritten")
    assert (data["anchor"], data["count"]) == (1, 3)
    assert codes() == {"below_rewritten"}


def test_a_consistent_rewriting_above_the_anchor_is_the_exposure_window(owner: Owner) -> None:
    write(steps=3)
    make_anchors()
    later = write(steps=2)
    owner(f"UPDATE journal_entry SET data = data || '{{\"step\": 7}}' WHERE id = {later[0].id}")
    rechain(later[0].subject.id)
    report = verify()
    assert report.ok
    assert (report.exposure.entries, report.exposure.since) == (2, later[0].recorded_at)


def test_an_entry_inserted_below_the_anchor_is_named(owner: Owner) -> None:
    write(steps=3)
    make_anchors()
    write(steps=1)
    owner("UPDATE journal_entry SET txid = (SELECT txid FROM journal_entry WHERE id = 1) WHERE id = 4")
    (data,) = found("below_inserted")
    assert (data["anchor"], data["count"]) == (1, 1)


def test_the_triggers_refuse_change_and_deletion(journal: Path) -> None:
    write()
    make_anchors()
    for sql in (
        "UPDATE journal_entry SET version = 2",
        "DELETE FROM journal_entry",
        "DELETE FROM journal_anchor",
    ):
        with pytest.raises(Exception, match="never changed or deleted"), connection.cursor() as cursor:
            cursor.execute(sql)
    assert verify().ok
