"""Which materials an application needs, from the rules of PCN-2.3.3.a: data, not code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bihuan.aftersales import rules

CLAUSE = "PCN-2.3.3.a"


def needed(*, kind: str, ground: str, goods: Iterable[str], at: datetime) -> list[str]:
    """The material codes for this reason and these kinds of goods, in the order of the rules."""
    kinds = set(goods)
    found: list[str] = []
    for rule in rules.values(CLAUSE, at)["materials"]:
        if _fits(rule, kind, ground, kinds):
            found += [code for code in rule["needs"] if code not in found]
    return found


def _fits(rule: Mapping[str, Any], kind: str, ground: str, goods: set[str]) -> bool:
    return (
        kind in rule.get("kinds", (kind,))
        and ground in rule.get("grounds", (ground,))
        and (not rule.get("goods") or bool(goods & set(rule["goods"])))
    )


def missing(asked: Iterable[str], given: Mapping[str, Iterable[str]]) -> list[str]:
    """What was asked for and has no file yet."""
    return [code for code in asked if not list(given.get(code, ()))]
