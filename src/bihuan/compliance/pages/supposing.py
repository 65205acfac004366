"""The form of a what-if: clause, other limit, period, facts; and the same as a query string."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from bihuan.compliance import whatif
from bihuan.compliance.labels import language
from bihuan.compliance.pages import asking
from bihuan.compliance.pages.asking import Question
from bihuan.compliance.whatif import Supposed
from bihuan.engine.clause import Clause, ClauseInvalid
from bihuan.engine.clausetypes import LimitValue
from bihuan.engine.duration import BadDuration, parse_duration
from bihuan.engine.explain import print_limit

ONE: Final = "limit"
DEFAULT: Final = "default"
LONGEST: Final = 12


@dataclass(frozen=True, slots=True)
class LimitField:
    """One length of the limit; ``code`` is the class that it is for, empty where there is only one."""

    name: str
    code: str
    present: str
    typed: str
    error: str = ""

    @property
    def present_words(self) -> str:
        """What the rulebook says."""
        return print_limit(self.present, language()) if self.present else ""


@dataclass(frozen=True, slots=True)
class FactField:
    """A fact that clocks can be narrowed by."""

    name: str
    options: tuple[str, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked. ``supposed`` is there where it can be computed; ``error`` concerns the whole limit."""

    question: Question
    clause: Clause | None = None
    by: str = ""
    limits: tuple[LimitField, ...] = ()
    facts: tuple[FactField, ...] = ()
    supposed: Supposed | None = None
    error: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def wrong(self) -> bool:
        """Whether something has to be corrected."""
        return bool(self.error or self.question.errors or any(one.error for one in self.limits))

    def query(self, **more: Any) -> str:
        """Query string that asks the same again at the same instant."""
        clause = self.clause.id if self.clause else None
        typed = {one.name: one.typed for one in self.limits}
        facts = {f"fact_{one.name}": one.chosen for one in self.facts}
        return self.question.query(**{"clause": clause, "of": clause, **typed, **facts, **more})


def read(query: QueryDict, now: datetime) -> Asked:
    """The question of an address or form, with what is wrong in it."""
    question = asking.read(query, now, usual="last_quarter")
    clause = next((one for one in whatif.clauses() if one.id == query.get("clause")), None)
    if clause is None:
        return Asked(question)
    value = clause.limit_at(min(question.end, question.at)) or clause.limits[0][1]
    given = query if query.get("of") == clause.id else QueryDict()
    limits = tuple(_limits(value, given))
    facts = tuple(_facts(clause, given))
    asked = Asked(question, clause, value.by or "", limits, facts)
    if asked.wrong or not any(one.name in given for one in limits):
        return asked
    return _complete(asked, clause, value)


def _complete(asked: Asked, clause: Clause, value: LimitValue) -> Asked:
    """With the limit read as one of a clause file, or with why it cannot be one."""
    try:
        limit = whatif.limit_of(clause, _written(asked.limits, value))
    except ClauseInvalid as error:
        said = _said(error.data["problems"])
        return Asked(asked.question, clause, asked.by, asked.limits, asked.facts, error=said)
    question = asked.question
    supposed = Supposed(
        clause_id=clause.id,
        limit=limit,
        start=question.start,
        end=question.end,
        at=question.at,
        filters=question.filters,
        facts={one.name: one.chosen for one in asked.facts if one.chosen},
    )
    return Asked(question, clause, asked.by, asked.limits, asked.facts, supposed)


def _limits(value: LimitValue, given: QueryDict) -> Iterator[LimitField]:
    present = {name: str(length) for name, length in value.choices.items()}
    if value.by is None:
        fixed = str(value.fixed) if value.fixed else ""
        yield _limit(ONE, "", fixed, given)
        return
    for code, length in present.items():
        yield _limit(f"{ONE}_{code}", code, length, given)
    if value.default is not None:
        yield _limit(f"{ONE}_{DEFAULT}", DEFAULT, str(value.default), given)


def _limit(name: str, code: str, present: str, given: QueryDict) -> LimitField:
    typed = given.get(name, present).strip()[:LONGEST]
    error = "" if name not in given or _is_length(typed) else _(
        "Give a length of time such as 24h, 7d, 3wd, 6mo or 1y."
    )  # fmt: skip
    return LimitField(name, code, present, typed, error)


def _is_length(text: str) -> bool:
    try:
        return parse_duration(text).value > 0
    except (BadDuration, TypeError):
        return False


def _facts(clause: Clause, given: QueryDict) -> Iterator[FactField]:
    by = {code for _day, value in clause.limits for code in value.choices}
    for name in clause.fact_names:
        options = [str(each) for each in clause.applies.get(name, ())]
        if not options:
            options = sorted(by)
        chosen = given.get(f"fact_{name}", "")
        if len(options) > 1:
            yield FactField(name, tuple(options), chosen if chosen in options else "")


def _written(limits: tuple[LimitField, ...], value: LimitValue) -> Any:
    """The limit as a clause file writes it."""
    if value.by is None:
        return limits[0].typed
    return {"by": value.by, **{one.code: one.typed for one in limits}}


def _said(problems: list[str]) -> str:
    if any("'hours'" in problem for problem in problems):
        return _("This clause names no business hours, so that its limit cannot be given in bh.")
    return _("A clause file with this limit would be refused: {problems}").format(
        problems="; ".join(problems)
    )
