"""How an event starts and stops clocks."""

from __future__ import annotations

import pytest

from bihuan.engine.clause import LimitUnknown
from bihuan.engine.clock import NoEnd, plain_verdict, strictest, verdict_at
from bihuan.engine.tests.build import Case, clause
from bihuan.engine.tests.known import at

BY = {"2026-01-01": {"by": "complexity", "general": "3wd", "complex": "5wd", "special": "10wd"}}


def test_the_example_of_the_house() -> None:
    case = Case(clause(applies={"flow": "complaint"}, limit=BY), flow="complaint", complexity="complex")
    case.say("accepted", "2026-09-30 10:00")
    assert case.clock.due_at == at("2026-10-14 00:00")
    case.say("findings_recorded", "2026-10-13 18:20")
    assert (case.clock.state, case.clock.verdict) == ("stopped", "met")
    assert case.clock.facts == {"flow": "complaint", "complexity": "complex"}


@pytest.mark.parametrize(
    ("limit", "stop", "verdict"),
    [
        ("24h", "2026-10-10 10:00:00", "met"),
        ("24h", "2026-10-10 10:00:00.000001", "late"),
        ("1wd", "2026-10-10 23:59:59.999999", "met"),
        ("1wd", "2026-10-11 00:00:00", "late"),
        ("1d", "2026-10-11 00:00:00", "late"),
    ],
)
def test_the_edge_of_natural_time_is_inside_and_that_of_days_outside(
    limit: str, stop: str, verdict: str
) -> None:
    case = Case(clause(limit={"2026-01-01": limit}))
    case.say("accepted", "2026-10-09 10:00")
    case.say("findings_recorded", stop)
    assert case.clock.verdict == verdict


def test_a_stop_counts_when_it_was_recorded_unless_proven() -> None:
    for proven, verdict in ((False, "late"), (True, "met")):
        case = Case(clause(limit={"2026-01-01": "24h"}))
        case.say("accepted", "2026-10-09 10:00")
        case.say("findings_recorded", "2026-10-10 09:00", recorded="2026-10-10 11:00", proven=proven)
        assert case.clock.verdict == verdict


def test_a_start_goes_back_to_the_fact() -> None:
    case = Case(clause(limit={"2026-01-01": "24h"}))
    case.say("accepted", "2026-10-08 10:00", recorded="2026-10-09 10:00")
    assert case.clock.due_at == at("2026-10-09 10:00")


def test_facts_that_do_not_fit_or_are_missing_start_nothing() -> None:
    rule = clause(applies={"type": ["quality", "safety"]})
    for facts in ({"type": "service"}, {}, {"type": None}):
        case = Case(rule, **facts)
        assert case.say("accepted", "2026-10-09 10:00") == []


def test_the_value_of_the_start_day_is_kept() -> None:
    rule = clause(limit={"2026-01-01": "24h", "2026-10-10": "48h"})
    case = Case(rule)
    case.say("accepted", "2026-10-09 23:59")
    assert (case.clock.limit, case.clock.clause_hash) == ("24h", rule.hash)


def test_before_since_and_after_until_nothing_starts() -> None:
    for when in ("2025-12-31 23:59", "2026-06-01 00:00"):
        assert Case(clause(until="2026-06-01")).say("accepted", when) == []


def test_a_supplement_starts_a_fresh_round() -> None:
    rule = clause(
        starts_on=["complaint.received", "complaint.supplemented"],
        stops_on="complaint.supplement_told",
        cancels_on="complaint.acceptance_told",
        limit={"2026-01-01": "24h"},
    )
    case = Case(rule)
    case.say("received", "2026-10-09 10:00")
    case.say("supplement_told", "2026-10-09 12:00")
    case.say("supplemented", "2026-10-12 08:00")
    case.say("acceptance_told", "2026-10-12 09:00")
    assert [(clock.round, clock.verdict) for clock in case.clocks] == [(1, "met"), (2, "cancelled")]
    assert case.clocks[1].due_at == at("2026-10-13 08:00")


def test_a_second_start_while_running_changes_nothing() -> None:
    case = Case(clause())
    case.say("accepted", "2026-10-09 10:00")
    assert case.say("accepted", "2026-10-12 10:00") == []


def test_a_recurring_clock_stops_and_starts_on_one_event() -> None:
    rule = clause(
        starts_on=["complaint.investigation_opened", "complaint.progress_told"],
        stops_on="complaint.progress_told",
        cancels_on="complaint.findings_recorded",
        limit={"2026-01-01": "2wd"},
    )
    case = Case(rule)
    case.say("investigation_opened", "2026-10-12 10:00")
    changes = case.say("progress_told", "2026-10-14 10:00")
    assert [change.op for change in changes] == ["stop", "start"]
    case.say("findings_recorded", "2026-10-15 10:00")
    assert [(clock.round, clock.verdict) for clock in case.clocks] == [(1, "met"), (2, "cancelled")]


def test_clocks_with_a_key_run_side_by_side() -> None:
    rule = clause(
        starts_on="complaint.promised",
        stops_on="complaint.promise_kept",
        cancels_on="complaint.withdrawn",
        key="promise_id",
        limit={"2026-01-01": {"from": "due_at"}},
    )
    case = Case(rule)
    for name, due in (("a", "2026-10-10T10:00:00+08:00"), ("b", "2026-10-13"), ("c", at("2026-10-12 09:00"))):
        case.say("promised", "2026-10-09 10:00", params={"promise_id": name, "due_at": due})
    case.say("promise_kept", "2026-10-13 23:00", params={"promise_id": "b"})
    case.say("withdrawn", "2026-10-11 00:00")
    found = {clock.key: (clock.due_at, clock.verdict) for clock in case.clocks}
    assert found == {
        "a": (at("2026-10-10 10:00"), None),
        "b": (at("2026-10-14 00:00"), "met"),
        "c": (at("2026-10-12 09:00"), "cancelled"),
    }


@pytest.mark.parametrize("due", [None, "soon", "2026-10-10T10:00:00", 5])
def test_a_start_that_should_carry_its_end_and_does_not_is_refused(due: object) -> None:
    case = Case(clause(limit={"2026-01-01": {"from": "due_at"}}))
    with pytest.raises(NoEnd):
        case.say("accepted", "2026-10-09 10:00", params={"due_at": due})
    assert case.clocks == []


def test_a_limit_by_an_unknown_class_is_refused_unless_there_is_a_default() -> None:
    with pytest.raises(LimitUnknown) as caught:
        Case(clause(limit=BY), complexity="odd").say("accepted", "2026-10-09 10:00")
    assert caught.value.clause == "PCN-3.2.3"
    assert caught.value.data["known"] == "general, complex, special"
    with_default = {"2026-01-01": {"by": "complexity", "special": "10wd", "default": "1wd"}}
    case = Case(clause(limit=with_default))
    case.say("accepted", "2026-10-09 10:00")
    assert case.clock.limit == "1wd"


def test_cancelling_leaves_an_overdue_clock_alone() -> None:
    case = Case(clause(cancels_on="complaint.withdrawn", limit={"2026-01-01": "24h"}))
    case.say("accepted", "2026-10-09 10:00")
    assert case.say("withdrawn", "2026-10-10 10:00:01") == []
    assert plain_verdict(case.clock, at("2026-10-11 00:00")) == "overdue"


def test_a_cancel_set_back_without_proof_does_not_save_an_overdue_clock() -> None:
    case = Case(clause(cancels_on="complaint.withdrawn", limit={"2026-01-01": "24h"}))
    case.say("accepted", "2026-10-09 10:00")
    assert case.say("withdrawn", "2026-10-10 09:00", recorded="2026-10-10 12:00") == []


def test_a_new_generation_starts_its_own_clocks_and_keeps_the_old_verdicts() -> None:
    case = Case(clause(starts_on=["complaint.accepted", "complaint.reopened"]))
    case.say("accepted", "2026-10-09 10:00")
    case.say("findings_recorded", "2026-10-20 10:00")
    case.say("reopened", "2026-10-21 10:00", generation=2)
    assert [(clock.generation, clock.round, clock.verdict) for clock in case.clocks] == [
        (1, 1, "late"),
        (2, 1, None),
    ]


def test_an_older_event_does_not_stop_a_newer_generation() -> None:
    case = Case(clause())
    case.say("accepted", "2026-10-09 10:00", generation=2)
    assert case.say("findings_recorded", "2026-10-10 10:00", generation=1) == []


def test_imported_clocks_are_marked_and_ask_for_no_action() -> None:
    case = Case(clause(warn=["50%"]))
    case.say("accepted", "2026-01-05 10:00", recorded="2026-11-01 10:00", imported=True)
    case.say("findings_recorded", "2026-01-06 10:00", recorded="2026-11-01 10:00", imported=True)
    assert (case.clock.imported, case.clock.next_at, case.clock.verdict) == (True, None, "met")


def test_a_provisional_clock_has_a_provisional_verdict() -> None:
    case = Case(clause())
    case.say("accepted", "2026-12-30 10:00")
    assert case.clock.provisional is True
    assert verdict_at(case.clock, at("2026-12-31 00:00")) == "running"
    assert verdict_at(case.clock, at("2027-02-01 00:00")) == "provisional"
    assert plain_verdict(case.clock, at("2027-02-01 00:00")) == "overdue"


def test_the_strictest_live_clock_leads() -> None:
    rules = [clause(), clause(id="ISH-1.2.b.solved", limit={"2026-01-01": "72h"})]
    case = Case(*rules)
    case.say("accepted", "2026-09-30 10:00")
    leading = strictest(case.clocks)
    assert leading is not None
    assert leading.clause_id == "ISH-1.2.b.solved"
    assert strictest([]) is None
