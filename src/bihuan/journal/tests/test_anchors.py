"""Anchors: what they cover, how they are signed, where they lie, how they survive a restore."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from bihuan.engine.errors import Refusal, Unavailable
from bihuan.journal.actions import begin_epoch, make_anchors
from bihuan.journal.anchors import make
from bihuan.journal.anchors.record import Signed
from bihuan.journal.queries import committed_after, identity, newest_position, verify
from bihuan.journal.tests.conftest import COMMITTED, write
from bihuan.journal.time import mark_deployment, set_drill_time
from bihuan.journal.verification.report import Exposure

pytestmark = COMMITTED

Owner = Callable[..., int]


def lines(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (journal / f"{identity()}.jsonl").read_text().splitlines()]


def test_each_anchor_takes_what_came_since_the_one_before(journal: Path) -> None:
    write(steps=3)
    (first,) = make_anchors()
    write(steps=2)
    (second,) = make_anchors()
    assert make_anchors() == []
    one, two = first.anchor(), second.anchor()
    assert (one.number, one.count, one.total, one.subjects, one.max_id) == (1, 3, 3, 1, 3)
    assert (two.number, two.count, two.total, two.subjects, two.max_id) == (2, 2, 5, 2, 5)
    assert (two.previous, two.from_txid) == (first.hash(), one.to_txid)


def test_the_file_outside_holds_every_anchor_once(journal: Path) -> None:
    write()
    make_anchors()
    make_anchors()
    write()
    make_anchors()
    assert [line["anchor"]["number"] for line in lines(journal)] == [1, 2]


def test_an_anchor_that_could_not_leave_leaves_with_the_next_call(journal: Path, settings: Any) -> None:
    write()
    settings.ANCHOR_ROOT = "/dev/null/none"
    with pytest.raises(Unavailable):
        make_anchors()
    settings.ANCHOR_ROOT = journal
    assert verify().codes() == {"outside_waiting"}
    make_anchors()
    assert [line["anchor"]["number"] for line in lines(journal)] == [1]
    assert verify().findings == []


def test_a_transaction_that_commits_late_falls_into_a_later_anchor(journal: Path) -> None:
    started, finish = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                write(steps=1)
                started.set()
                finish.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    started.wait(10)
    position = newest_position()
    write(steps=1)
    assert make_anchors() == []
    assert committed_after(position, 10) == []
    finish.set()
    thread.join()
    (made,) = make_anchors()
    assert made.anchor().count == 2
    assert [entry.id for _, entry in committed_after(position, 10)] == [1, 2]
    assert verify().ok


def test_a_changed_anchor_row_is_named(owner: Owner) -> None:
    write(steps=2)
    make_anchors()
    owner("UPDATE journal_anchor SET count = 1")
    assert [f.text() for f in verify().findings] == ["Anchor 1 in the database was changed in: count."]


def test_an_anchor_signed_with_another_key_is_named(owner: Owner, settings: Any) -> None:
    write(steps=2)
    kept = settings.KEYS
    settings.KEYS = type(kept)(master=kept.master, blind=kept.blind, signing=bytes(32), django=kept.django)
    make_anchors()
    settings.KEYS = kept
    assert verify().codes() == {"anchor_key", "outside_forged"}


def test_a_forged_signature_is_named(owner: Owner) -> None:
    write(steps=2)
    make_anchors()
    owner("UPDATE journal_anchor SET signature = set_byte(signature, 3, 255 - get_byte(signature, 3))")
    assert verify().codes() == {"anchor_signature"}


def test_an_anchor_taken_out_of_the_database_is_named(owner: Owner) -> None:
    for _ in range(3):
        write()
        make_anchors()
    owner("DELETE FROM journal_anchor_copy WHERE number = 2")
    owner("DELETE FROM journal_anchor WHERE number = 2")
    assert verify().codes() == {"anchor_chain", "anchor_lost"}


def test_the_last_anchors_taken_out_of_the_database_are_named(owner: Owner) -> None:
    for _ in range(2):
        write()
        make_anchors()
    owner("DELETE FROM journal_anchor_copy WHERE number = 2")
    owner("DELETE FROM journal_anchor WHERE number = 2")
    (finding,) = verify().findings
    assert (finding.code, finding.data["anchor"], finding.data["place"]) == ("anchor_lost", 2, "file")


def test_an_anchor_rewritten_outside_or_gone_is_named(journal: Path) -> None:
    for _ in range(2):
        write()
        make_anchors()
    file = journal / f"{identity()}.jsonl"
    first, second = file.read_text().splitlines()
    file.write_text(first.replace('"count":1', '"count":2') + "\n" + second + "\n")
    assert verify().codes() == {"outside_forged"}
    file.write_text(second + "\n")
    assert [(f.code, f.data["anchor"]) for f in verify().findings] == [("outside_missing", 1)]


def test_a_line_torn_by_a_crash_is_a_notice_and_written_again(journal: Path) -> None:
    write()
    (signed,) = make.make()
    journal.mkdir()
    (journal / f"{identity()}.jsonl").write_bytes(signed.line()[:100])
    make_anchors()
    report = verify()
    assert (report.ok, report.codes()) == (True, {"outside_torn"})


def test_after_a_restore_the_old_epoch_is_closed_and_the_new_one_counts_from_zero(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(steps=2)
    pretend_high_numbers(owner, monkeypatch)
    make_anchors()
    write_high(owner, monkeypatch)
    begin_epoch()
    write(steps=2)
    (last,) = make_anchors()
    assert (last.anchor().epoch, last.anchor().from_txid, last.anchor().count) == (2, 0, 2)
    report = verify()
    assert (report.ok, report.findings, report.entries) == (True, [], 5)
    assert [row[0].epoch for row in committed_after(newest_position()._replace(epoch=0), 10)] == [
        1,
        1,
        1,
        2,
        2,
    ]


def pretend_high_numbers(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database before the restore had seen far more transactions than this one."""
    owner("UPDATE journal_entry SET txid = (txid::text::bigint + 900000000)::text::xid8")
    monkeypatch.setattr(make, "_STATE", make._STATE.replace("bigint,", "bigint + 900000000,"))


def write_high(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more entry in the old database, not anchored when the dump was made; then the restore."""
    owner("UPDATE journal_deployment SET epoch = 2")
    (entry,) = write()
    owner(
        "UPDATE journal_entry SET epoch = 1, txid = (txid::text::bigint + 900000000)::text::xid8"
        f" WHERE id = {entry.id}"
    )
    owner("UPDATE journal_deployment SET epoch = 1")
    monkeypatch.undo()


def test_nothing_is_written_after_a_restore_before_the_new_epoch(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    root = settings.ANCHOR_ROOT
    write(steps=2)
    pretend_high_numbers(owner, monkeypatch)
    make_anchors()
    monkeypatch.undo()
    settings.ANCHOR_ROOT = root
    with pytest.raises(Refusal) as refused:
        write()
    assert refused.value.error_code == "journal.epoch"
    with pytest.raises(Refusal):
        make_anchors()
    assert verify().entries == 2
    begin_epoch()
    write()
    assert verify().ok


def test_anchors_that_a_restore_lost_are_told_not_called_tampering(owner: Owner) -> None:
    write()
    make_anchors()
    write()
    make_anchors()
    owner("DELETE FROM journal_anchor_copy WHERE number = 2")
    owner("DELETE FROM journal_anchor WHERE number = 2")
    owner("DELETE FROM journal_entry WHERE id = 2")
    owner(
        "DELETE FROM journal_head h WHERE NOT EXISTS"
        " (SELECT FROM journal_entry e WHERE e.subject_id = h.subject_id)"
    )
    assert not verify().ok
    (closing,) = begin_epoch()
    report = verify()
    assert (closing.anchor().number, closing.anchor().count, len(closing.anchor().abandoned)) == (3, 0, 1)
    assert (report.ok, report.codes()) == (True, {"restored"})
    assert report.findings[0].data["count"] == 1


def test_what_no_anchor_of_its_epoch_covers_yet_is_the_exposure_window(journal: Path) -> None:
    write(steps=2)
    make_anchors()
    begin_epoch()
    later = write(steps=3)
    for processes in (1, 2):
        exposure = verify(processes=processes).exposure
        assert (exposure.entries, exposure.since) == (3, later[0].recorded_at)
    make_anchors()
    assert verify().exposure == Exposure(0, None)


def test_the_exposure_window_begins_with_the_earliest_entry(journal: Path) -> None:
    mark_deployment("drill")
    start = datetime(2026, 3, 2, 1, 2, 3, tzinfo=UTC)
    for microseconds in (100, 0, 120_000):
        set_drill_time(start + timedelta(microseconds=microseconds))
        write()
    assert verify().exposure == Exposure(3, start)
    set_drill_time(None)


def test_two_jobs_at_once_make_one_chain(journal: Path) -> None:
    for _ in range(5):
        write()

    def job() -> None:
        try:
            make_anchors()
        finally:
            connection.close()

    threads = [threading.Thread(target=job) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [line["anchor"]["number"] for line in lines(journal)] == [1]
    assert verify().ok


def test_a_line_is_read_back_as_it_was_signed(journal: Path) -> None:
    write()
    (signed,) = make_anchors()
    assert Signed.from_line(signed.line()) == signed
