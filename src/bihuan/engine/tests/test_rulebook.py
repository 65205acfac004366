"""Clauses are found by event; what is switched off still rules what it started."""

from __future__ import annotations

import copy
import pickle

import pytest

from bihuan.engine.clock import advance
from bihuan.engine.errors import NotFound
from bihuan.engine.facts import FrozenDict, freeze
from bihuan.engine.rulebook import DuplicateClause, RuleIndex
from bihuan.engine.tests.build import CALS, Case, clause, happening

ONE = clause(cancels_on="complaint.withdrawn")
PLANNED = clause(id="PCN-9.9", status="planned")


def test_only_carried_clauses_with_a_limit_answer_to_events() -> None:
    index = RuleIndex([ONE, PLANNED])
    assert index.starting("complaint.accepted") == (ONE,)
    assert index.stopping("complaint.findings_recorded") == (ONE,)
    assert index.cancelling("complaint.withdrawn") == (ONE,)
    assert index.starting("complaint.unknown") == ()
    assert (len(index), index.get("PCN-9.9")) == (2, PLANNED)


def test_an_unknown_and_a_double_clause_are_errors() -> None:
    with pytest.raises(NotFound):
        RuleIndex([ONE]).get("PCN-0")
    with pytest.raises(DuplicateClause):
        RuleIndex([ONE, ONE])


def test_a_clause_switched_off_starts_nothing_and_still_stops_its_clock() -> None:
    case = Case(ONE)
    case.say("accepted", "2026-10-12 10:00")
    case.index = RuleIndex([], former=[ONE])
    assert case.say("accepted", "2026-10-12 11:00", generation=2) == []
    case.say("findings_recorded", "2026-10-13 10:00", generation=2)
    assert case.clock.verdict == "met"


def test_a_corrected_text_does_not_judge_a_running_clock_anew() -> None:
    case = Case(ONE)
    case.say("accepted", "2026-10-12 10:00")
    new = clause(limit={"2026-01-01": "1wd"}, stops_on="complaint.handled")
    index = RuleIndex([new], former=[ONE])
    (change,) = advance(case.clocks, happening("findings_recorded", "2026-10-15 10:00"), index, CALS)
    assert (change.after.verdict, change.after.clause_hash) == ("met", ONE.hash)


def test_no_other_text_stands_in_for_one_that_is_not_known() -> None:
    new = clause(limit={"2026-01-01": "1wd"})
    assert RuleIndex([new]).text_of(ONE.id, ONE.hash) is None
    assert RuleIndex([new], former=[ONE]).text_of(ONE.id, ONE.hash) == ONE
    assert RuleIndex([new], former=[ONE]).text_of("PCN-0", ONE.hash) is None
    case = Case(ONE)
    case.say("accepted", "2026-10-12 10:00")
    assert (
        advance(case.clocks, happening("findings_recorded", "2026-10-13 10:00"), RuleIndex([new]), CALS) == []
    )


def test_a_clock_whose_text_is_gone_is_left_alone() -> None:
    case = Case(ONE)
    case.say("accepted", "2026-10-12 10:00")
    assert advance(case.clocks, happening("findings_recorded", "2026-10-13 10:00"), RuleIndex([]), CALS) == []


def test_facts_are_frozen_all_the_way_down() -> None:
    facts = freeze({"a": [1, {"b": 2}]})
    assert facts == {"a": (1, {"b": 2})}
    for change in (lambda: facts.update(a=1), lambda: facts.pop("a"), lambda: facts["a"][1].clear()):
        with pytest.raises(TypeError):
            change()
    assert hash(facts) == hash(freeze({"a": [1, {"b": 2}]}))
    assert copy.deepcopy(facts) is facts
    assert pickle.loads(pickle.dumps(facts)) == facts
    assert isinstance(FrozenDict(a=1), dict)
