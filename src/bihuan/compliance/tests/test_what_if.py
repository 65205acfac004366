"""What if: exact verdicts under another limit, slices, narrowing, and that nothing at all is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from bihuan.clocks.models import Clock
from bihuan.compliance import whatif
from bihuan.compliance.figures import Filters, Outcome
from bihuan.compliance.replay import Unsure
from bihuan.compliance.tests.clocks import some_id, stopped
from bihuan.compliance.tests.lives import AT, CLAUSE, drill, live, rules
from bihuan.compliance.whatif import Choice, Supposed, Tally
from bihuan.engine.clause import ClauseInvalid
from bihuan.engine.errors import Invalid, NotAllowed
from bihuan.journal.actor import Actor, ActorKind
from bihuan.norms import queries as norms

pytestmark = pytest.mark.django_db
AUDITOR = Actor(id=uuid4(), kind=ActorKind.STAFF, roles=frozenset({"auditor"}))
START = datetime.fromisoformat("2026-09-01T00:00:00+08:00")
END = datetime.fromisoformat("2026-10-01T00:00:00+08:00")
O = Outcome  # noqa: E741
BY_CLASS = "{by: complexity, general: 3wd, complex: 5wd, special: 10wd}"


@pytest.fixture(autouse=True)
def _drill(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with drill(tmp_path, monkeypatch):
        rules(tmp_path)
        yield


def supposed(written: Any, **more: Any) -> Supposed:
    limit = whatif.limit_of(norms.clause(CLAUSE), written)
    given: dict[str, Any] = {"start": START, "end": END, "at": AT, **more}
    return Supposed(clause_id=CLAUSE, limit=limit, **given)


def counted(written: Any, actor: Actor = AUDITOR, **more: Any) -> Tally:
    tally = whatif.go_on(actor=actor, supposed=supposed(written, **more), so_far=None, keep_on=lambda: True)
    assert tally.ended
    return tally


def moves(written: Any, **more: Any) -> dict[tuple[Outcome, Outcome], int]:
    return dict(counted(written, **more).moves.counts)


def behind(written: Any, choice: Choice, **more: Any) -> list[tuple[UUID, str]]:
    found = whatif.behind(
        actor=AUDITOR, supposed=supposed(written, **more), choice=choice, after="", keep_on=lambda: True
    )
    return [(row.frozen.subject_id, str(row.would)) for row in found.rows]


def six() -> dict[str, UUID]:
    """One day of time each: answered after 10 and 30 hours, never, not yet; withdrawn after 12 and 30."""
    begun = ("accepted", "2026-09-01T10:00:00")
    return {
        "met": live(begun, ("found", "2026-09-01T20:00:00")),
        "late": live(begun, ("found", "2026-09-02T16:00:00")),
        "never": live(begun),
        "open": live(("accepted", "2026-09-19T22:00:00")),
        "gone": live(begun, ("withdrawn", "2026-09-01T22:00:00")),
        "gone_late": live(begun, ("withdrawn", "2026-09-02T16:00:00")),
    }


def test_a_shorter_limit_moves_exactly_these() -> None:
    made = six()
    tally = counted("8h").moves
    assert (tally.all, tally.was_missed, tally.would_miss, tally.more, tally.fewer) == (6, 3, 6, 3, 0)
    assert dict(tally.counts) == {
        (O.MET, O.LATE): 1,
        (O.LATE, O.LATE): 1,
        (O.OVERDUE, O.OVERDUE): 2,
        (O.OPEN, O.OVERDUE): 1,
        (O.CANCELLED, O.OVERDUE): 1,
    }
    new = behind("8h", Choice(was=frozenset(O) - whatif.MISSED, would=whatif.MISSED))
    wanted = [(made["met"], "late"), (made["gone"], "overdue"), (made["open"], "overdue")]
    assert sorted(new) == sorted(wanted)


def test_a_longer_limit_spares_exactly_these() -> None:
    made = six()
    tally = counted("48h").moves
    assert (tally.was_missed, tally.would_miss, tally.more, tally.fewer) == (3, 1, 0, 2)
    assert dict(tally.counts) == {
        (O.MET, O.MET): 1,
        (O.LATE, O.MET): 1,
        (O.OVERDUE, O.OVERDUE): 1,
        (O.OVERDUE, O.CANCELLED): 1,
        (O.OPEN, O.OPEN): 1,
        (O.CANCELLED, O.CANCELLED): 1,
    }
    spared = behind("48h", Choice(was=whatif.MISSED, would=frozenset(O) - whatif.MISSED))
    assert sorted(spared) == sorted([(made["late"], "met"), (made["gone_late"], "cancelled")])


def test_on_the_dot_counts_as_the_engine_counts() -> None:
    live(("accepted", "2026-09-01T10:00:00"), ("found", "2026-09-01T20:00:00"))
    assert moves("10h") == {(O.MET, O.MET): 1}
    assert moves("9h") == {(O.MET, O.LATE): 1}
    live(("accepted", "2026-09-01T10:00:00"), ("found", "2026-09-03T00:00:00"))
    assert moves("1d")[O.LATE, O.LATE] == 1
    assert moves("2d")[O.LATE, O.MET] == 1


def test_working_days_are_counted_by_the_calendar() -> None:
    friday = live(("accepted", "2026-09-04T10:00:00"), ("found", "2026-09-07T23:59:59"))
    assert moves("1wd") == {(O.LATE, O.MET): 1}
    (row,) = whatif.behind(
        actor=AUDITOR, supposed=supposed("1wd"), choice=Choice(), after="", keep_on=lambda: True
    ).rows
    assert row.frozen.subject_id == friday
    assert row.due_at == datetime.fromisoformat("2026-09-08T00:00:00+08:00")


def test_the_same_limit_moves_nothing() -> None:
    six()
    tally = counted("24h").moves
    assert all(was is would for was, would in tally.counts)
    assert (tally.all, tally.unsaid) == (6, 0)


def classes(folder: Path) -> None:
    rules(
        folder,
        limit=BY_CLASS,
        extension={"on": "complaint.extended", "to": ["complex", "special"], "approver": "supervisor"},
        follows="complaint.reclassified",
    )


def test_an_extension_told_after_the_other_end_is_none(tmp_path: Path) -> None:
    classes(tmp_path)
    live(
        ("accepted", "2026-09-02T10:00:00"),
        ("extended", "2026-09-04T10:00:00", {"to": "special"}),
        ("found", "2026-09-15T10:00:00"),
    )
    other = {"by": "complexity", "general": "1wd", "complex": "5wd", "special": "10wd"}
    assert moves({**other, "general": "3wd"}) == {(O.MET, O.MET): 1}
    assert moves(other) == {(O.MET, O.LATE): 1}
    assert moves({**other, "general": "2wd", "special": "8wd"}) == {(O.MET, O.LATE): 1}
    assert moves({**other, "general": "2wd", "special": "9wd"}) == {(O.MET, O.MET): 1}


def test_a_class_that_was_changed_shortens_as_it_did(tmp_path: Path) -> None:
    classes(tmp_path)
    live(
        ("accepted", "2026-09-02T10:00:00", {"complexity": "complex"}),
        ("reclassified", "2026-09-03T10:00:00", {"complexity": "general"}),
        ("found", "2026-09-08T10:00:00"),
    )
    same = {"by": "complexity", "general": "3wd", "complex": "5wd", "special": "10wd"}
    assert moves(same) == {(O.LATE, O.LATE): 1}
    assert moves({**same, "general": "4wd"}) == {(O.LATE, O.MET): 1}


def test_facts_narrow(tmp_path: Path) -> None:
    classes(tmp_path)
    live(("accepted", "2026-09-02T10:00:00"), ("found", "2026-09-02T11:00:00"))
    live(("accepted", "2026-09-02T10:00:00", {"complexity": "complex"}))
    other = {"by": "complexity", "general": "1wd", "complex": "5wd", "special": "10wd"}
    assert counted(other, facts={"complexity": "complex"}).moves.all == 1
    assert counted(other, facts={"complexity": "special"}).total == 0


def test_what_cannot_be_replayed_is_set_apart() -> None:
    six()
    stopped(AT, "met")
    forged = Clock.objects.filter(verdict="met").exclude(clause_hash="0" * 64)
    forged.update(due_at=datetime.fromisoformat("2026-09-05T10:00:00+08:00"))
    tally = counted("24h").moves
    assert dict(tally.unsure) == {Unsure.TEXT: 1, Unsure.REPLAY: 1}
    assert tally.all == 5
    assert len(behind("24h", Choice(unsure=True))) == 2


def test_imported_clocks_are_left_out() -> None:
    stopped(AT, "late", imported=True)
    tally = counted("1h")
    assert (tally.total, tally.imported, tally.moves.all) == (0, 1, 0)


def test_slices_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    six()
    whole = counted("8h")
    monkeypatch.setattr(whatif, "BATCH", 2)
    tally, steps = None, []
    while tally is None or not tally.ended:
        tally = whatif.go_on(actor=AUDITOR, supposed=supposed("8h"), so_far=tally, keep_on=lambda: False)
        steps.append(tally.done)
    assert steps == [2, 4, 6]
    assert tally.moves == whole.moves
    assert tally.merchants == whole.merchants


def test_rows_are_paged_without_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    made = set(six().values())
    monkeypatch.setattr(whatif, "BATCH", 4)
    seen: list[UUID] = []
    after = ""
    while True:
        found = whatif.behind(
            actor=AUDITOR,
            supposed=supposed("8h"),
            choice=Choice(),
            after=after,
            keep_on=lambda: True,
            limit=2,
        )
        seen += [row.frozen.subject_id for row in found.rows]
        after = found.after
        if not after:
            break
    assert (len(seen), set(seen)) == (6, made)


def test_by_merchant_and_team_and_only_what_one_may_see() -> None:
    begun, found = ("accepted", "2026-09-01T10:00:00"), ("found", "2026-09-01T20:00:00")
    live(begun, found, merchant_id=some_id(1), team_id=some_id(5))
    live(begun, merchant_id=some_id(2), team_id=some_id(6))
    tally = counted("8h")
    assert {group: (m.was_missed, m.would_miss) for group, m in tally.merchants.items()} == {
        some_id(1): (0, 1),
        some_id(2): (1, 1),
    }
    assert counted("8h", filters=Filters(team_id=some_id(6))).moves.all == 1
    boss = Actor(uuid4(), ActorKind.STAFF, frozenset({"supervisor"}), team_id=some_id(5))
    assert list(counted("8h", actor=boss).merchants) == [some_id(1)]
    assert counted("8h", actor=boss, filters=Filters(team_id=some_id(6))).total == 0
    with pytest.raises(NotAllowed):
        counted("8h", actor=Actor(uuid4(), ActorKind.STAFF, frozenset({"officer_product"})))


@pytest.mark.parametrize("written", ["", "8", "0h", "three days", {"by": "flow"}, "4bh", "-1h"])
def test_a_limit_that_no_clause_file_could_have_is_refused(written: Any) -> None:
    with pytest.raises(ClauseInvalid):
        supposed(written)


def test_a_clause_without_a_limit_is_refused(tmp_path: Path) -> None:
    limit = whatif.limit_of(norms.clause(CLAUSE), "8h")
    rules(tmp_path, kind="control")
    path = tmp_path / "pcn" / "clauses" / f"{CLAUSE}.yaml"
    text = path.read_text("utf-8").split("limit:")[0]
    path.write_text("\n".join(line for line in text.splitlines() if "s_on" not in line) + "\n", "utf-8")
    norms_actions_load()
    asked = Supposed(clause_id=CLAUSE, limit=limit, start=START, end=END, at=AT)
    with pytest.raises(Invalid, match="has no limit"):
        whatif.go_on(actor=AUDITOR, supposed=asked, so_far=None, keep_on=lambda: True)


def norms_actions_load() -> None:
    from bihuan.journal.actor import PROGRAM
    from bihuan.norms import actions
    from bihuan.norms.tests.books import KNOWN

    actions.load_rulebooks(actor=PROGRAM, at=AT, known=KNOWN)


def digest_of_everything() -> str:
    """One hash over every row of every table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(
                "SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
                f' FROM "{table}" t'
            )
            found.append((table, *cursor.fetchone()))
    return repr(found)


def test_nothing_at_all_is_written() -> None:
    six()
    before = digest_of_everything()
    counted("8h")
    behind("8h", Choice())
    assert digest_of_everything() == before
