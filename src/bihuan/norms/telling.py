"""Worked examples and differences between texts as people read them, in the language of the page."""

# ruff: noqa: E501 (tables of words, where Chinese counts double)
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bihuan.engine.clause import Clause
from bihuan.engine.clausetypes import ZONE
from bihuan.engine.duration import BadDuration, parse_duration
from bihuan.engine.explain import print_limit
from bihuan.journal.events import headline
from bihuan.norms import words
from bihuan.norms.comparing import Changed, Piece, pieces

Row = tuple[str, str]
"""A name and its value, in words."""
KEYS: Final[Mapping[str, words.Pair]] = {
    "status": ("执行状态", "status"), "title": ("标题", "title"), "text": ("条文", "text"), "limit": ("时限", "limit"),
    "values": ("数值", "values"), "since": ("生效日", "in force from"), "until": ("失效日", "in force until"),
    "applies": ("适用情形", "applies to"), "starts_on": ("起算事件", "starts on"), "stops_on": ("停止事件", "stops on"),
    "known_on": ("情形确定于", "facts known on"), "cancels_on": ("取消事件", "cancelled by"), "gives_way_on": ("让位于", "gives way to"),
    "pauses_on": ("中止事件", "paused by"), "resumes_on": ("恢复事件", "runs on with"), "when": ("中止条件", "pause only when"),
    "key": ("并行区分", "told apart by"), "roll": ("顺延", "rolling"), "hours": ("服务时间", "business hours"),
    "extension": ("延期", "extension"), "follows": ("随改类缩短", "shortened by"), "warn": ("预警", "warnings"),
    "escalate": ("升级", "escalation"), "evidence": ("证明", "what proves it"), "note": ("注", "note"), "assumed": ("数值自定", "figure our own"),
    "verified": ("已核对全文", "read in full"), "nature": ("性质", "nature"), "kind": ("种类", "kind"), "source": ("出处", "source"), "id": ("编号", "number"),
}  # fmt: skip
_EVENTS: Final = frozenset({
    "starts_on", "stops_on", "known_on", "cancels_on", "gives_way_on", "pauses_on", "resumes_on", "follows",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """One act of an example: who does what, with what, and what comes of it."""

    at: Any
    who: str
    does: str
    given: tuple[Row, ...]
    comes: tuple[Row, ...]
    refused: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One key that differs: in words as it was and is, or a text laid over the other."""

    key: str
    old: str
    new: str
    laid: tuple[Piece, ...] = ()


def scenario(body: Mapping[str, Any], language: str) -> dict[str, Any]:
    """An example of any family, for the template."""
    return {
        "name": said(body.get("name", {}), language),
        "events": body.get("events", ()),
        "expect": _expected(body.get("expect"), language),
        "acts": [_act(act, language) for act in body.get("acts", ())],
        "facts": rows(body.get("facts", {}), language),
        "decide": words.decides(str(body["decide"]), language) if body.get("decide") else "",
        "asked_at": body.get("asked_at"),
    }


def rows(values: Mapping[str, Any], language: str) -> tuple[Row, ...]:
    """Named values in words, in the order of the file."""
    return tuple((words.field(str(k), language), _value(str(k), v, language)) for k, v in values.items())


def differences(found: Iterable[Changed], language: str) -> list[Shown]:
    """Differences between two texts in words; texts of the page's language are laid over each other."""
    return [shown for one in found for shown in _shown(one, language)]


def said(texts: Any, language: str) -> str:
    """A text in a language; Chinese where there is no other."""
    return (
        str(texts.get(language) or texts.get("zh") or "") if isinstance(texts, Mapping) else str(texts or "")
    )


def limits(clause: Clause, language: str) -> list[dict[str, Any]]:
    """The limits of a clause by date of effect."""
    return [{"since": since, "text": _limit_value(value, language)} for since, value in clause.limits]


def _limit_value(value: Any, language: str) -> str:
    if value.fixed is not None:
        return print_limit(str(value.fixed), language)
    if value.from_param:
        return "所载时间" if language == "zh" else "the time stated"
    given = {**value.choices, **({"default": value.default} if value.default else {})}
    return _joined((f"{_class(value.by, code, language)}{_colon(language)}{print_limit(str(v), language)}"
                    for code, v in given.items()), language)  # fmt: skip


def _class(by: str, code: str, language: str) -> str:
    if code == "default":
        return "其他情形" if language == "zh" else "otherwise"
    return words.word(by, code, language)


def _act(act: Mapping[str, Any], language: str) -> Act:
    expected = act.get("expect") or {}
    comes = {key: value for key, value in expected.items() if key != "refused"}
    return Act(
        at=act["at"],
        who=words.who(str(act.get("who", "")), language),
        does=words.does(str(act["does"]), language),
        given=rows(act.get("with") or {}, language),
        comes=rows(comes, language),
        refused=str(expected.get("refused", "")),
    )


def _expected(expected: Any, language: str) -> list[Any]:
    if isinstance(expected, Mapping):
        refused = str(expected.get("refused", ""))
        plain = {key: value for key, value in expected.items() if key != "refused"}
        return [{"rows": rows(plain, language), "refused": refused, "whole": True}]
    return list(expected or ())


def _value(name: str, value: Any, language: str) -> str:
    if isinstance(value, bool):
        return words.word("", "yes" if value else "no", language)
    if isinstance(value, Mapping):
        return _joined((f"{_named(name, str(k), language)}{_colon(language)}{_value(_inner(name, str(k)), v, language)}"
                        for k, v in value.items()), language)  # fmt: skip
    if isinstance(value, list | tuple):
        return _joined((_value(name, one, language) for one in value), language) or (
            "无" if language == "zh" else "none"
        )
    if isinstance(value, int) and name in words.MONEY:
        return _money(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if name == "event":
        return headline(str(value), language)
    return (
        words.word(name, str(value), language)
        if str(value)
        else ("（空）" if language == "zh" else "(empty)")
    )


def _named(name: str, key: str, language: str) -> str:
    """A key within a mapping: roles of limits and parties of shares are codes, all else are fields."""
    if name == "limits":
        return words.word("role", key, language)
    if name == "shares":
        return words.word("party", key, language)
    return words.field(key, language)


def _inner(name: str, key: str) -> str:
    return name if name in ("limits", "shares") else key


def _shown(one: Changed, language: str) -> Iterator[Shown]:
    key = _of(one.key, language)
    if one.key in ("title", "text", "note"):
        old, new = said(one.old, language), said(one.new, language)
        if old != new:
            yield Shown(key, old, new, tuple(pieces(old, new)))
        else:
            yield Shown(key, "", "英文译文有改动" if language == "zh" else "the Chinese text was changed")
        return
    yield Shown(key, _plain(one.key, one.old, language), _plain(one.key, one.new, language))


def _plain(key: str, value: Any, language: str) -> str:
    """A value of a clause file in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return words.word("", "yes" if value else "no", language)
    if isinstance(value, Mapping):
        rows_ = (
            (_key_of(key, str(k), language), _plain(_within(key, str(k)), v, language))
            for k, v in value.items()
        )
        return _joined((f"{name}{_colon(language)}{said_}" for name, said_ in rows_), language)
    if isinstance(value, list | tuple):
        return _joined((_plain(key, one, language) for one in value), language)
    text = str(value)
    if key in _EVENTS or key == "on":
        return headline(text, language)
    if key == "limit" and _is_length(text):
        return print_limit(text, language)
    return words.word(key, text, language)


def _key_of(key: str, inner: str, language: str) -> str:
    return words.word("complexity", inner, language) if key == "limit" else inner


def _within(key: str, inner: str) -> str:
    return key if key == "limit" else inner


def _is_length(text: str) -> bool:
    try:
        return parse_duration(text).value > 0
    except (BadDuration, TypeError):
        return False


def _of(key: str, language: str) -> str:
    pair = KEYS.get(key, (key, key))
    return pair[0] if language == "zh" else pair[1]


def _joined(parts: Iterable[str], language: str) -> str:
    return ("；" if language == "zh" else "; ").join(parts)


def _colon(language: str) -> str:
    return "：" if language == "zh" else ": "


def _money(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def _moment(value: datetime) -> str:
    local = value.astimezone(ZONE) if value.tzinfo else value
    return f"{local:%Y-%m-%d %H:%M}"
