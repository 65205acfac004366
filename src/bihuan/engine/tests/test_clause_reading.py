"""Clause files: what is read, and every problem told at once."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bihuan.engine.clause import ClauseInvalid, parse_clause
from bihuan.engine.duration import parse_duration
from bihuan.engine.tests.build import clause, raw
from bihuan.engine.tests.known import at

FULL = {
    "applies": {"flow": "complaint", "type": ["quality", "safety"]},
    "known_on": "complaint.classified",
    "cancels_on": ["complaint.withdrawn"],
    "pauses_on": "complaint.step_opened",
    "resumes_on": "complaint.step_done",
    "when": {"step": "appraisal"},
    "key": "request_id",
    "limit": {
        date(2026, 1, 1): {"by": "complexity", "general": "3wd", "complex": "5wd", "special": "10wd"},
        date(2026, 7, 1): "2wd",
    },
    "roll": "any_off_day",
    "hours": "desk",
    "follows": "complaint.reclassified",
    "warn": ["50%", "-2h"],
    "escalate": {"breach": "supervisor", "1wd": "manager"},
    "evidence": "complaints.investigations",
    "note": {"zh": "注", "en": "note"},
    "assumed": True,
    "until": date(2030, 1, 1),
}


def test_every_key_of_the_schema_is_read() -> None:
    read = clause(**FULL)
    assert read.applies == {"flow": ("complaint",), "type": ("quality", "safety")}
    assert (read.known_on, read.cancels_on) == (("complaint.classified",), ("complaint.withdrawn",))
    assert read.when == {"step": ("appraisal",)}
    assert [warn.text for warn in read.warn] == ["50%", "-2h"]
    assert [(step.text, step.role) for step in read.escalate] == [
        ("breach", "supervisor"),
        ("1wd", "manager"),
    ]
    assert read.fact_names == ("complexity", "flow", "type")
    assert (read.assumed, read.evidence, read.book) == (True, "complaints.investigations", "pcn")


def test_the_value_in_force_goes_by_the_day_in_shanghai() -> None:
    read = clause(**FULL)
    assert read.value_at(date(2025, 12, 31)) is None
    old, new = read.limit_at(at("2026-06-30 23:59")), read.limit_at(at("2026-07-01 00:00"))
    assert old is not None
    assert new is not None
    assert old.choose("x", {"complexity": "complex"}) == parse_duration("5wd")
    assert new.choose("x", {}) == parse_duration("2wd")


def test_a_clause_binds_from_since_until_before_until() -> None:
    read = clause(until="2026-06-01")
    days = ["2025-12-31 23:59", "2026-01-01 00:00", "2026-05-31 23:59", "2026-06-01 00:00"]
    assert [read.in_force(at(day)) for day in days] == [False, True, True, False]


def test_the_hash_is_that_of_the_text_and_survives_json() -> None:
    read = clause(**FULL)
    assert parse_clause(json.loads(read.canonical), book="pcn") == read
    assert clause(**dict(reversed(FULL.items()))).hash == read.hash
    assert clause(**{**FULL, "assumed": False}).hash != read.hash
    assert len(read.hash) == 64


def test_yaml_reads_the_key_on_as_true_and_is_understood() -> None:
    rule = {True: "complaint.extended", "to": ["5wd"], "approver": "supervisor"}
    read = clause(extension=rule)
    assert read.extension is not None
    assert read.extension.on == "complaint.extended"
    assert '"on":"complaint.extended"' in read.canonical


def test_all_problems_are_told_at_once() -> None:
    bad = raw(source=None, nature="law", colour="red", limit={"2026-01-01": "3 days"}, warn="soon")
    with pytest.raises(ClauseInvalid) as caught:
        parse_clause(bad, book="pcn")
    assert caught.value.data["problems"] == [
        "unknown key 'colour'",
        "missing key 'source'",
        "nature: 'law' is not one of statutory, norm, contract, editorial",
        "limit: '3 days' is not a length of time such as 24h or 3wd",
        "warn: 'soon' is neither a share such as 80% nor a time before the end such as -2h",
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"limit": {"2026-07-01": "1d", "2026-01-01": "2d"}}, "limit: the dates of effect"),
        ({"limit": {"2026-02-01": "1d"}}, "no value is in force from 2026-01-01"),
        ({"limit": {"2026-02-30": "1d"}}, "limit: '2026-02-30' is not a date"),
        ({"limit": {"2026-01-01": "0d"}}, "limit: a length of time of zero"),
        ({"limit": {"2026-01-01": "3fortnights"}}, "limit: '3fortnights'"),
        ({"limit": {"2026-01-01": "4bh"}}, "a limit in bh needs 'hours'"),
        ({"limit": {"2026-01-01": {"by": "x"}}}, "limit: needs a length of time"),
        ({"stops_on": None}, "a carried deadline needs 'stops_on'"),
        ({"starts_on": "Accepted"}, "starts_on: 'Accepted' is not an event name"),
        ({"starts_on": ["a.b", "a.b"]}, "starts_on: needs one event or a list without repetition"),
        ({"source": {"page": 3}}, "source: needs a section or an article"),
        ({"source": {"section": 3.1}}, "source: write the number in quotes"),
        ({"title": {"zh": "调查"}}, "title: needs exactly zh and en"),
        ({"text": {"zh": "", "en": "x"}}, "text: needs a text that is not empty"),
        ({"until": "2025-12-31"}, "until: is not after since"),
        ({"pauses_on": "a.b"}, "pauses_on and resumes_on go together"),
        ({"when": {"a": "b"}}, "'when' needs pauses_on"),
        ({"verified": "yes"}, "verified: needs true or false"),
        ({"roll": "weekend"}, "roll: 'weekend' is not one of"),
        ({"id": "three"}, "id: 'three' is not a clause id"),
        ({"warn": ["100%"]}, "warn: '100%'"),
        ({"escalate": {"soon": "manager"}}, "escalate: 'soon' is not a length of time"),
        ({"extension": {"on": "a.b", "to": "special", "approver": "x"}}, "extension: 'to' names neither"),
        ({"extension": {"to": "5wd", "approver": "x"}}, "extension: needs exactly on, to and approver"),
    ],
)
def test_each_problem_has_its_words(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(ClauseInvalid) as caught:
        clause(**changes)
    assert any(text.startswith(problem) for text in caught.value.data["problems"])


def test_what_is_no_deadline_carries_values_by_date() -> None:
    read = clause(
        kind="duty",
        starts_on=None,
        stops_on=None,
        limit=None,
        values={"2026-01-01": {"every": "1mo"}, "2027-01-01": {"every": "3mo"}},
    )
    assert read.value_at(date(2026, 12, 31)) == {"every": "1mo"}
    assert read.value_at(date(2027, 1, 1)) == {"every": "3mo"}
    assert read.has_clock is False


def test_a_planned_deadline_may_lack_what_does_not_exist_yet() -> None:
    assert clause(status="planned", starts_on=None, stops_on=None, limit=None).has_clock is False


def test_something_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(ClauseInvalid):
        parse_clause(["id"], book="pcn")  # type: ignore[arg-type]
