"""What is missing in an organisation is named, and nothing else."""

from __future__ import annotations

from bihuan.engine.organisation import Place, Right, gaps

TREE = [Place("hq", None, True), Place("service", "hq", True, 4)]
HOLDERS = {"agent": 4, "supervisor": 2, "manager": 1}
REFUND = Right(
    "refund", frozenset({"agent", "supervisor", "manager"}),
    {"agent": 20_000, "supervisor": 500_000, "manager": 10**15},
)  # fmt: skip


def test_an_organisation_without_gaps() -> None:
    found = gaps(TREE, [REFUND], HOLDERS)
    assert (found.result, found.codes, found.clauses) == ("complete", (), ("ASM-2.1",))


def test_units_without_head_without_people_and_under_a_closed_one() -> None:
    places = [*TREE, Place("legal", "hq", False, 0), Place("lost", "closed", True)]
    assert gaps(places, [], {}).codes == ("no_head:legal", "nobody_there:legal", "parent_closed:lost")


def test_one_headquarters_and_only_one() -> None:
    assert gaps([], [], {}).codes == ("no_headquarters",)
    assert gaps([*TREE, Place("other", None, True)], [], {}).codes == ("second_headquarters:other",)


def test_decisions_that_nobody_or_only_one_may_take() -> None:
    rights = [Right("close", frozenset({"officer_legal"})), Right("sign", frozenset({"manager"}))]
    assert gaps(TREE, rights, HOLDERS).codes == ("nobody_decides:close", "one_person:sign:manager")


def test_whoever_stands_above_does_not_decide_less() -> None:
    odd = Right("refund", REFUND.roles, {"agent": 60_000, "supervisor": 50_000, "manager": 10**15})
    found = gaps(TREE, [odd], HOLDERS)
    assert found.codes == ("limits_contradict:refund:agent>supervisor",)
    assert found.gaps[0].amount == 60_000


def test_amounts_beyond_all_limits() -> None:
    found = gaps(TREE, [REFUND], {"agent": 4, "supervisor": 2})
    assert (found.codes, found.gaps[0].amount) == (("beyond_all:refund",), 500_000)
