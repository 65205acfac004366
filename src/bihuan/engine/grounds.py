"""The lawful grounds for declining a demand or not accepting a complaint (PCN-3.3.2.c, PCN-3.1.3.b)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bihuan.engine.clausetypes import local_day
from bihuan.engine.errors import Refusal

ROUTES = ("negotiate", "consumer_association", "regulator_12315", "arbitration", "court")
NO_REASON_DAYS = 7
EXCLUDED_GOODS = ("custom", "perishable", "digital_opened", "newspaper")
CONFIRMED_GOODS = ("opened_affects_safety", "activated_loses_value", "near_expiry_or_flawed")
ABUSES = ("harmless_label_flaw", "planted", "swapped", "forged", "extortion")
_ART_26 = re.compile(
    r"(消法|消费者权益保护法)(?!实施)[^;；]*?(?<!\d)(26|二十六)(?!\d)|consumer.?(protection.?)?law\D*26(?!\d)"
)


class UnlawfulGround(Refusal):
    """A ground that the law does not give for declining."""

    code = "ground.unlawful"
    message = "The demand can't be declined on the ground '{ground}': {why}."
    remedy = "Decline only on one of: {grounds}, with its facts; otherwise grant the demand or negotiate."


@dataclass(frozen=True, slots=True)
class Ground:
    """A lawful ground with its articles (clause ids of the law book) and the routes to be named."""

    ground: str
    articles: tuple[str, ...]
    reasons: tuple[str, ...]
    result: str = "lawful"
    routes: tuple[str, ...] = ROUTES
    clauses: tuple[str, ...] = ("PCN-3.3.2.c",)


def refusal_ground(ground: str, facts: Mapping[str, Any]) -> Ground:
    """Check a ground against its facts; the result holds articles and routes. Raises UnlawfulGround.

    For demands: ``excluded_goods`` {claim, goods}, ``confirmed_exclusion`` {claim, goods, confirmed,
    preticked}, ``not_intact`` {claim, beyond_testing}, ``out_of_time`` {claim, signed_date, sent_date,
    last_day}, ``abusive_fraud_claim`` {way}; claim must be ``no_reason_return`` for the first four. For
    complaints: ``out_of_scope`` {scope}, ``withdrawn``, ``duplicate`` {of}, ``not_supplemented``
    {lapsed}. Citing consumer law art. 26 is refused whatever the ground: it binds operators.
    """
    if _ART_26.search(f"{ground}; {facts.get('article') or ''}".replace(" ", "").lower()):
        raise _unlawful(ground, "consumer law art. 26 restrains operators' terms and refuses no consumer")
    if ground not in _CHECKS:
        raise _unlawful(ground, "the law does not know it")
    articles, clause, check = _CHECKS[ground]
    problem, reasons = check(facts)
    if problem:
        raise _unlawful(ground, problem, clause)
    return Ground(ground, articles, reasons, clauses=(clause,))


def _unlawful(ground: str, why: str, clause: str = "PCN-3.3.2.c") -> UnlawfulGround:
    return UnlawfulGround(clause=clause, ground=ground, why=why, grounds=", ".join(_CHECKS))


Checked = tuple[str, tuple[str, ...]]


def _no_reason(facts: Mapping[str, Any]) -> str:
    claim = facts.get("claim")
    return "" if claim == "no_reason_return" else "it holds against a return without reason only"


def _excluded(facts: Mapping[str, Any]) -> Checked:
    goods = facts.get("goods")
    if goods not in EXCLUDED_GOODS:
        return f"'goods' is none of {', '.join(EXCLUDED_GOODS)}", ()
    return _no_reason(facts), (f"goods:{goods}",)


def _confirmed(facts: Mapping[str, Any]) -> Checked:
    goods = facts.get("goods")
    if goods not in CONFIRMED_GOODS:
        return f"'goods' is none of {', '.join(CONFIRMED_GOODS)}", ()
    if facts.get("confirmed") is not True or facts.get("preticked") is True:
        return "the buyer did not confirm it for this purchase by an own act", ()
    return _no_reason(facts), (f"goods:{goods}", "confirmed")


def _not_intact(facts: Mapping[str, Any]) -> Checked:
    if facts.get("beyond_testing") is not True:
        return "opening and reasonable testing leave goods intact", ()
    return _no_reason(facts), ("beyond_testing",)


def _out_of_time(facts: Mapping[str, Any]) -> Checked:
    signed, sent = _day(facts.get("signed_date")), _day(facts.get("sent_date"))
    if signed is None or sent is None:
        return "the days of signing and of the notice are not known", ()
    last = _day(facts.get("last_day")) or _after_weekend(signed + timedelta(days=NO_REASON_DAYS))
    if sent <= last:
        return f"the notice was sent in time, until {last}", ()
    return _no_reason(facts), (f"last_day:{last}", f"sent:{sent}")


def _after_weekend(day: date) -> date:
    """In doubt for the consumer: a period that ends on a weekend ends on Monday (C-05, C-06)."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return local_day(value)
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _abuse(facts: Mapping[str, Any]) -> Checked:
    way = facts.get("way")
    return ("", (f"way:{way}",)) if way in ABUSES else (f"'way' is none of {', '.join(ABUSES)}", ())


def _scope(facts: Mapping[str, Any]) -> Checked:
    scopes = ("not_this_platform", "not_consumption")
    scope = facts.get("scope")
    return ("", (f"scope:{scope}",)) if scope in scopes else (f"'scope' is none of {', '.join(scopes)}", ())


def _given(name: str, problem: str) -> Callable[[Mapping[str, Any]], Checked]:
    def check(facts: Mapping[str, Any]) -> Checked:
        return ("", (name,)) if facts.get(name) else (problem, ())

    return check


_CHECKS: dict[str, tuple[tuple[str, ...], str, Callable[[Mapping[str, Any]], Checked]]] = {
    "excluded_goods": (("L-04",), "PCN-3.3.2.c", _excluded),
    "confirmed_exclusion": (("L-05",), "PCN-3.3.2.c", _confirmed),
    "not_intact": (("L-06",), "PCN-3.3.2.c", _not_intact),
    "out_of_time": (("L-03",), "PCN-3.3.2.c", _out_of_time),
    "abusive_fraud_claim": (("L-15",), "PCN-3.3.2.c", _abuse),
    "out_of_scope": (("P-01",), "PCN-3.1.3.b", _scope),
    "withdrawn": (("P-01",), "PCN-3.1.3.b", _given("withdrawn", "the complainant did not withdraw it")),
    "duplicate": (("P-01",), "PCN-3.1.3.b", _given("of", "the earlier case 'of' is not named")),
    "not_supplemented": (("P-01",), "PCN-3.1.3.b", _given("lapsed", "the time to supplement runs still")),
}
