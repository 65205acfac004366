"""What a judgement holds: the legs on which a demand may stand, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from bihuan.engine.eligibility import further
from bihuan.engine.eligibility.facts import FLAWS, Ask, Good, Promise
from bihuan.engine.eligibility.labels import MISSING
from bihuan.engine.eligibility.legs import Deadline, Freight, Leg, RefusalGround, Step
from bihuan.engine.eligibility.proving import presumed
from bihuan.engine.grounds import ROUTES
from bihuan.engine.workdays import WorkCalendar

DEEMED_DAYS = 15
HARMLESS = "harmless_label_flaw"
Outcome = Literal["eligible", "not_eligible", "person"]
NO_FREIGHT = Freight()
BETTER = Step("better_wins", "note", "L-19")
SELF_RUN = Step("self_run", "note", "L-22")
MERCHANT_UNKNOWN = Step("merchant_unknown", "note", "L-23")
JOINT_LIABILITY = Step("joint_liability", "note", "L-24")
UNSAFE = Step("unsafe", "note", "R-01")
FOOD_DAMAGES = Step("food_damages", "note", "L-17")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A lawful ground with its clause, the facts that ``grounds.refusal_ground`` checks, and the routes."""

    ground: RefusalGround
    article: str
    facts: Mapping[str, Any]
    routes: tuple[str, ...] = ROUTES
    clause: str = "PCN-3.3.2.c"


class Judgement(NamedTuple):
    """Whether a demand is due by law, norm or promise; equal facts give equal judgements (PCN-1.3).

    ``legs`` are all that were tried, ``best`` the open one that is best for the consumer. What follows from
    them is worked out when it is asked for; ``again`` judges the same with other facts.
    """

    outcome: Outcome
    ask: Ask
    good: Good
    promises: tuple[Promise, ...]
    calendar: WorkCalendar
    legs: tuple[Leg, ...]
    best: Leg | None
    refusal: Refusal | None
    again: Callable[..., Judgement]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Everything looked at, in order."""
        legs, notes = self.legs, _notes(self.ask, self.good)
        if len(legs) == 1:
            return legs[0].steps + notes
        steps = [step for leg in legs for step in leg.steps]
        if len(self.open_legs) > 1:
            steps.append(BETTER)
        return (*steps, *notes)

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that a person must find, each once."""
        if self.outcome != "person":
            return ()
        return tuple(
            dict.fromkeys(name for leg in self.legs if leg.state == "person" for name in leg.missing)
        )

    @property
    def pays_first(self) -> str:
        """Who owes first: the platform as seller or for an unnamed merchant (L-22, L-23), a promiser."""
        ask = self.ask
        if ask.self_run or not ask.merchant_known:
            return "platform"
        if self.best is not None and self.best.promise is not None:
            return self.best.promise.by
        return ask.asked_of if _faulty_food(ask, self.good) else "merchant"

    @property
    def burden(self) -> str:
        """Who must prove: operator or consumer (L-13)."""
        return "operator" if presumed(self.ask, self.good, self.calendar) else "consumer"

    @property
    def flags(self) -> tuple[str, ...]:
        """What whoever settles the claim has to know besides."""
        ask, found = self.ask, []
        if ask.abuse == HARMLESS:
            found.append("no_punitive")
        if ask.self_run:
            found.append("self_run")
        if not ask.merchant_known:
            found.append("merchant_unknown")
        if ask.platform_knew:
            found.append("joint_liability")
        if ask.unsafe:
            found.append("unsafe")
        if ask.ground == "fake" and any(promise.kind == "times" for promise in self.promises):
            found.append("promised_times")
        return tuple(found)

    @property
    def deemed_refusal(self) -> Deadline:
        """The period after which silence counts as refusal: a duty, so it never rolls (L-11)."""
        day = self.ask.asked + timedelta(days=DEEMED_DAYS)
        return Deadline("deemed_refusal", "L-11", day, day, "none", self.calendar.zone)

    @property
    def open_legs(self) -> tuple[Leg, ...]:
        """All rights that are open."""
        return tuple([leg for leg in self.legs if leg.state == "open"])

    @property
    def freight(self) -> Freight:
        """Who pays which way under the best leg."""
        return self.best.freight if self.best else NO_FREIGHT

    @property
    def conditions(self) -> tuple[str, ...]:
        """What binds the best leg."""
        return self.best.conditions if self.best else ()

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """Every period that was counted, the deemed refusal last."""
        found = [leg.deadline for leg in self.legs if leg.deadline is not None]
        return (*found, self.deemed_refusal)

    @property
    def alternatives(self) -> tuple[further.Alternative, ...]:
        """What else is open; never empty where the demand is not eligible."""
        return tuple(further.alternatives(self))

    @property
    def changes(self) -> tuple[further.Change, ...]:
        """What would change the outcome: each judged anew with that fact."""
        return tuple(further.changes(self))

    @property
    def routes(self) -> tuple[str, ...]:
        """Where else the consumer may turn; named with every answer that is not a plain yes."""
        return () if self.outcome == "eligible" else ROUTES

    @property
    def articles(self) -> tuple[str, ...]:
        """Clauses behind the steps, each once, in order."""
        return tuple(dict.fromkeys(step.article for step in self.steps if step.article))

    def missing_words(self, language: str) -> tuple[str, ...]:
        """The missing facts in words, ``zh`` or ``en``."""
        return tuple(MISSING[name][language != "zh"] for name in self.missing)


def _faulty_food(ask: Ask, good: Good) -> bool:
    return good.kind == "food" and ask.ground in FLAWS


def _notes(ask: Ask, good: Good) -> tuple[Step, ...]:
    """What the law says besides: who answers first, danger, what food adds (L-17, L-18, L-22 to L-24)."""
    plain = ask.merchant_known and not ask.self_run and not ask.platform_knew and not ask.unsafe
    if plain and good.kind != "food":
        return ()
    found = [UNSAFE] if ask.unsafe else []
    if ask.self_run:
        found.append(SELF_RUN)
    if not ask.merchant_known:
        found.append(MERCHANT_UNKNOWN)
    if ask.platform_knew:
        found.append(JOINT_LIABILITY)
    if _faulty_food(ask, good):
        found.append(Step("food_first_asked", "note", "L-18", {"who": ask.asked_of}))
        if ask.abuse == "":
            found.append(FOOD_DAMAGES)
    return tuple(found)
