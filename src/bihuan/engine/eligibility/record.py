"""A judgement as plain data to keep, and facts read from plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar

from bihuan.engine.eligibility.facts import Ask, BadAsk, Good, Promise
from bihuan.engine.eligibility.judgement import Judgement
from bihuan.engine.eligibility.judging import judge
from bihuan.engine.eligibility.legs import Deadline, Leg, Step
from bihuan.engine.workdays import WorkCalendar

VERSION = "2026-11"
DATES = {"asked", "ordered", "shipped", "signed", "warranty_from", "replaced", "since", "until"}
LISTS = {"traces", "goods", "grounds"}
T = TypeVar("T", Ask, Good, Promise)


def as_record(judgement: Judgement) -> dict[str, Any]:
    """Everything for a JSON column: codes, numbers, ISO dates, and each step's sentence in both languages."""
    refusal = judgement.refusal
    return {
        "version": VERSION,
        "outcome": judgement.outcome,
        "ask": _plain(judgement.ask),
        "good": _plain(judgement.good),
        "steps": [_step(step) for step in judgement.steps],
        "legs": [_leg(leg) for leg in judgement.legs],
        "best": judgement.best.code if judgement.best else None,
        "missing": list(judgement.missing),
        "refusal": refusal and {"ground": str(refusal.ground), "article": refusal.article, **_data(refusal)},
        "freight": _plain(judgement.freight),
        "conditions": list(judgement.conditions),
        "formula": judgement.best.formula if judgement.best else "",
        "pays_first": judgement.pays_first,
        "burden": judgement.burden,
        "flags": list(judgement.flags),
        "deadlines": [_deadline(item) for item in judgement.deadlines],
        "routes": list(judgement.routes),
        "alternatives": [_plain(item) for item in judgement.alternatives],
        "changes": [_plain(item) for item in judgement.changes],
    }


def _data(refusal: Any) -> dict[str, Any]:
    return {"facts": {name: _value(value) for name, value in refusal.facts.items()}, "clause": refusal.clause}


def _step(step: Step) -> dict[str, Any]:
    data = {name: _value(value) for name, value in step.data.items()}
    texts = {"zh": step.zh, "en": step.en}
    return {"code": step.code, "result": step.result, "article": step.article, "data": data, **texts}


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "code": leg.code,
        "basis": leg.basis,
        "article": leg.article,
        "state": leg.state,
        "missing": list(leg.missing),
        "freight": _plain(leg.freight),
        "conditions": list(leg.conditions),
        "formula": leg.formula,
        "deadline": leg.deadline and _deadline(leg.deadline),
        "promise": leg.promise and _plain(leg.promise),
    }


def _deadline(item: Deadline) -> dict[str, Any]:
    rest = {part.name: _value(getattr(item, part.name)) for part in fields(item) if part.name != "zone"}
    return {**rest, "ends_at": item.ends_at.isoformat()}


def _plain(item: Any) -> dict[str, Any]:
    return {part.name: _value(getattr(item, part.name)) for part in fields(item) if part.init}


def _value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def from_facts(facts: Mapping[str, Any]) -> tuple[Ask, Good, tuple[Promise, ...]]:
    """Demand, goods (under ``good``) and ``promises`` from plain data; dates as ISO text. Raises BadAsk."""
    rest = {name: value for name, value in facts.items() if name not in ("good", "promises")}
    promises = facts.get("promises", ())
    if not isinstance(promises, list | tuple):
        raise BadAsk(field="promises", problem="it is a list")
    return (
        _read(Ask, rest),
        _read(Good, facts.get("good") or {}),
        tuple(_read(Promise, row) for row in promises),
    )


def _read(kind: Callable[..., T], given: Any) -> T:
    if not isinstance(given, Mapping):
        raise BadAsk(field="facts", problem=f"{given!r} is not a mapping")
    known = {part.name for part in fields(kind)}  # type: ignore[arg-type]
    unknown = [str(name) for name in given if name not in known]
    if unknown:
        raise BadAsk(field=unknown[0], problem="there is no such fact")
    try:
        return kind(**{name: _typed(name, value) for name, value in given.items()})
    except TypeError as error:
        raise BadAsk(field="facts", problem=str(error).partition("() ")[2] or str(error)) from None


def _typed(name: str, value: Any) -> Any:
    if name in LISTS and not isinstance(value, list | tuple):
        raise BadAsk(field=name, problem="it is a list")
    if name in DATES and isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            raise BadAsk(field=name, problem=f"{value!r} is not a date") from None
    return value


@dataclass(frozen=True, slots=True)
class Finding:
    """A judgement in the few words that a scenario compares."""

    outcome: str
    leg: str
    article: str
    articles: tuple[str, ...]
    open: tuple[str, ...]
    refusal: str
    missing: tuple[str, ...]
    last_day: date | None
    unrolled: date | None
    freight_out: str
    freight_back: str
    conditions: tuple[str, ...]
    formula: str
    pays_first: str
    burden: str
    flags: tuple[str, ...]
    deemed_refusal: date
    alternatives: tuple[str, ...]
    routes: tuple[str, ...]


def judge_facts(facts: Mapping[str, Any], calendar: WorkCalendar) -> Finding:
    """The judgement of plain facts in short. Raises BadAsk, BeyondCalendar."""
    found = judge(*from_facts(facts), calendar)
    leg = found.best or found.legs[0]
    return Finding(
        outcome=found.outcome,
        leg=leg.code,
        article=leg.article,
        articles=found.articles,
        open=tuple(item.code for item in found.open_legs),
        refusal=str(found.refusal.ground) if found.refusal else "none",
        missing=found.missing,
        last_day=leg.deadline.last_day if leg.deadline else None,
        unrolled=leg.deadline.unrolled if leg.deadline else None,
        freight_out=found.freight.out,
        freight_back=found.freight.back,
        conditions=found.conditions,
        formula=leg.formula if found.best else "",
        pays_first=found.pays_first,
        burden=found.burden,
        flags=found.flags,
        deemed_refusal=found.deemed_refusal.last_day,
        alternatives=tuple(item.want or item.code for item in found.alternatives),
        routes=found.routes,
    )
