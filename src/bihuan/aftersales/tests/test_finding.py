"""What only a person can find: recorded, judged anew, and held against the decision that stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.aftersales import facts
from bihuan.aftersales.models import Application, Decision
from bihuan.aftersales.queries import file_for
from bihuan.cases import queries as cases
from bihuan.cases.labels import label
from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.engine.eligibility import Ask, Good
from bihuan.engine.errors import BihuanError, NotAllowed
from bihuan.journal import queries as journal
from bihuan.norms.reading import read
from bihuan.notices.models import Notice

from .conftest import AT
from .play import apply, intact, photo, returned, said, state, take

LATE = AT + timedelta(days=18)
HOUR = timedelta(hours=1)


def claimed(played: stage.Stage, **more: Any) -> UUID:
    """A defect claimed long after the seven days: for a person."""
    done = apply(played, at=LATE, **{"ground": "quality", "photos": 1, **more})
    assert done.state == "deciding"
    take(played, "agent", done.case_id, LATE, "take")
    return done.case_id


def find(played: stage.Stage, case_id: UUID, finding: str, *, who: str = "agent", **more: Any) -> Any:
    at = more.pop("at", LATE + HOUR)
    if more.pop("file", False):
        more["evidence_ids"] = [str(photo(played, who, at, shade=len(finding) * 3))]
    return take(played, who, case_id, at, "find", finding=finding, reason="检验报告第三页", **more)


def application(case_id: UUID) -> Application:
    return Application.objects.get(case_id=case_id)


def outcomes(case_id: UUID) -> list[str]:
    return [one.outcome for one in application(case_id).judgements.all()]


def refused(played: stage.Stage, case_id: UUID, finding: str, **more: Any) -> BihuanError:
    before = cases.get(case_id).version, len(journal.entries_of(case_id))
    with pytest.raises(BihuanError) as caught:
        find(played, case_id, finding, **more)
    assert (cases.get(case_id).version, len(journal.entries_of(case_id))) == before
    return caught.value


def test_an_authoritys_finding_opens_the_return(played: stage.Stage) -> None:
    """L-20: certified substandard, so it is taken back at any time; the merchant bears both ways."""
    case_id = claimed(played)
    assert outcomes(case_id) == ["person"]
    found = find(played, case_id, "certified.yes", file=True)
    assert (found.clause, len(found.evidence)) == ("L-20", 1)
    latest = application(case_id).judgements.last()
    assert latest is not None
    assert (latest.outcome, latest.freight_by) == ("eligible", "merchant")
    assert "L-20" in latest.articles
    assert said(case_id)[-2:] == ["aftersales.fact_found", "aftersales.judged"]


def test_the_file_says_what_changed(played: stage.Stage) -> None:
    case_id = claimed(played)
    find(played, case_id, "certified.yes", file=True)
    file = file_for(played.who("agent"), case_id, at=LATE + HOUR)
    assert file.change is not None
    assert (file.change.before, file.change.after) == ("person", "eligible")
    assert [step["code"] for step in file.change.come] == ["certified"]
    shown = file.as_json()
    assert [(one["code"], one["clause"], one["text"]) for one in shown["findings"]] == [
        ("certified.yes", "L-20", "检验报告第三页")
    ]


def test_a_later_finding_of_the_same_fact_leads(played: stage.Stage) -> None:
    case_id = claimed(played)
    find(played, case_id, "certified.yes", file=True)
    find(played, case_id, "certified.no", at=LATE + 2 * HOUR)
    assert outcomes(case_id) == ["person", "eligible", "person"]


@pytest.mark.parametrize(
    ("finding", "more", "field"),
    [
        ("certified.yes", {}, "evidence_ids"),
        ("abuse.swapped", {}, "evidence_ids"),
        ("shown.no", {}, "evidence_ids"),
        ("installed.on", {}, "day"),
        ("installed.on", {"day": "2099-01-01"}, "day"),
        ("shown.yes", {"day": "2026-03-01"}, "day"),
        ("shown.yes", {"line": 9}, "line"),
        ("gold.yes", {}, "finding"),
    ],
)
def test_what_cannot_be_recorded_changes_nothing(
    played: stage.Stage, finding: str, more: dict[str, Any], field: str
) -> None:
    case_id = claimed(played)
    assert refused(played, case_id, finding, **more).data["field"] == field


@pytest.mark.parametrize(("day", "recorded"), [("2026-03-21", True), ("2026-03-22", False)])
def test_the_day_is_the_day_here_also_before_eight_in_the_morning(
    played: stage.Stage, day: str, recorded: bool
) -> None:
    """At seven in the morning it is still yesterday by the clock that actions are given."""
    at = datetime(2026, 3, 20, 23, 0, tzinfo=UTC)
    case_id = claimed(played)
    if recorded:
        assert find(played, case_id, "installed.on", day=day, at=at).day == date(2026, 3, 21)
    else:
        assert refused(played, case_id, "installed.on", day=day, at=at).data["field"] == "day"


@given(st.lists(st.sampled_from(facts.CODES), max_size=6), st.data())
def test_the_order_of_findings_on_different_facts_does_not_matter(
    codes: list[str], data: st.DataObject
) -> None:
    """What a later finding of the same fact replaces apart."""
    sets = {code: {*facts.FACTS[code].ask, *facts.FACTS[code].good} for code in codes}
    apart = [one for one in codes if not any(sets[one] & sets[two] for two in codes if two != one)]
    ask, good = Ask("return", "quality", AT.date()), Good("textile")
    found = [facts.Found(code, day=AT.date()) for code in apart]
    shuffled = data.draw(st.permutations(found))
    assert facts.with_findings(ask, good, found, 1) == facts.with_findings(ask, good, shuffled, 1)


def test_every_finding_has_its_words_and_a_clause() -> None:
    clauses = {item.clause.id for item in read()}
    for code, fact in facts.FACTS.items():
        assert fact.clause in clauses
        assert label("fact_found", code, "zh") != code != label("fact_found", code, "en")


def test_merchant_and_consumer_record_no_findings(played: stage.Stage) -> None:
    case_id = claimed(played)
    for who in ("merchant", "consumer"):
        assert isinstance(refused(played, case_id, "shown.yes", who=who), NotAllowed)


def declined(played: stage.Stage) -> UUID:
    """Refused by the agent as planted, as was found."""
    case_id = claimed(played)
    find(played, case_id, "abuse.planted", file=True)
    take(
        played, "agent", case_id, LATE + HOUR, "decline", ground="abusive_fraud_claim",
        alternatives=["negotiate"], reason="查明夹带",
    )  # fmt: skip
    assert (state(case_id), outcomes(case_id)) == ("declined", ["person", "not_eligible"])
    return case_id


def test_a_refusal_of_what_turns_out_due_is_opened_again_at_once(played: stage.Stage) -> None:
    case_id = declined(played)
    find(played, case_id, "certified.yes", who="supervisor", at=LATE + 2 * HOUR, file=True)
    assert (state(case_id), outcomes(case_id)[-1]) == ("declined", "not_eligible")
    find(played, case_id, "abuse.none", who="supervisor", at=LATE + 3 * HOUR)
    case = cases.get(case_id)
    assert (case.state, case.generation, outcomes(case_id)[-1]) == ("deciding", 2, "eligible")
    assert case.strictest_due_at == LATE + 27 * HOUR
    assert said(case_id)[-4:] == [
        "aftersales.judged",
        "aftersales.decision_contradicted",
        "aftersales.decision_reviewed",
        "aftersales.applied",
    ]
    assert Notice.objects.filter(subject_id=case_id, kind="aftersales_reopened").count() == 1


def test_a_refusal_whose_ground_is_gone_is_reviewed_by_somebody_else(played: stage.Stage) -> None:
    case_id = declined(played)
    find(played, case_id, "abuse.none", who="supervisor", at=LATE + 2 * HOUR)
    with pytest.raises(BihuanError) as caught:
        take(played, "agent", case_id, LATE + 3 * HOUR, "review", outcome="upheld", reason="维持")
    assert caught.value.error_code == "aftersales.same_person"
    take(played, "supervisor", case_id, LATE + 3 * HOUR, "review", outcome="reopened", reason="依据不再成立")
    case = cases.get(case_id)
    assert (case.state, case.generation) == ("deciding", 2)
    assert Decision.objects.get(application_id=case_id).review == "reopened"
    with pytest.raises(BihuanError) as again:
        take(played, "agent", case_id, LATE + 3 * HOUR, "approve")
    assert again.value.error_code == "aftersales.same_person"
    take(played, "supervisor", case_id, LATE + 3 * HOUR, "approve")
    assert state(case_id) == "approved"


def test_while_an_appeal_waits_no_decision_stands_that_could_be_contradicted(played: stage.Stage) -> None:
    case_id = declined(played)
    take(played, "consumer", case_id, LATE + 2 * HOUR, "appeal", reason="没有夹带")
    find(played, case_id, "abuse.none", who="supervisor", at=LATE + 3 * HOUR)
    assert (state(case_id), Decision.objects.get(application_id=case_id).review) == ("deciding", "")
    assert "aftersales.decision_contradicted" not in said(case_id)


@pytest.mark.parametrize("owned", [True, False])
def test_who_is_in_charge_hears_of_an_appeal_else_the_supervisors(played: stage.Stage, owned: bool) -> None:
    case_id = declined(played)
    if not owned:
        Case.objects.filter(id=case_id).update(owner=None)
    take(played, "consumer", case_id, LATE + 2 * HOUR, "appeal", reason="没有夹带")
    told = Notice.objects.filter(subject_id=case_id, kind="aftersales_desk")
    heard = set(told.values_list("recipient_id", flat=True))
    agent, supervisor = played.who("agent").id, played.who("supervisor").id
    assert (agent in heard, supervisor in heard) == (owned, not owned)


def test_goods_granted_in_error_wait_for_a_person(played: stage.Stage) -> None:
    """Granted by rule; swapped goods come back: nothing is paid before somebody decides."""
    done = apply(played, pieces={1: 1})
    assert done.state == "approved"
    take(played, "agent", done.case_id, AT, "take")
    find(played, done.case_id, "traces.tag_removed", at=AT + HOUR, file=True, line=1)
    decision = Decision.objects.get(application_id=done.case_id)
    assert decision.review == "open"
    assert "aftersales.decision_contradicted" in said(done.case_id)
    returned(played, done.case_id, AT + 2 * HOUR)
    take(played, "merchant", done.case_id, AT + 3 * HOUR, "inspect", findings=intact((1, 1)))
    assert state(done.case_id) == "disputed"
    assert not application(done.case_id).parts.exists()
    take(played, "agent", done.case_id, AT + 4 * HOUR, "settle", outcome="granted", reason="吊牌由商家漏装")
    assert (state(done.case_id), application(done.case_id).outcome) == ("fulfilled", "refunded")
    decision.refresh_from_db()
    assert decision.review == "settled"


def test_a_decision_that_nothing_contradicts_is_not_reviewed(played: stage.Stage) -> None:
    done = apply(played, pieces={1: 1})
    take(played, "agent", done.case_id, AT, "take")
    find(played, done.case_id, "used.no", at=AT + HOUR)
    assert Decision.objects.get(application_id=done.case_id).review == ""
    with pytest.raises(BihuanError) as caught:
        take(played, "supervisor", done.case_id, AT + HOUR, "review", outcome="upheld", reason="维持")
    assert caught.value.error_code == "aftersales.nothing_to_review"
