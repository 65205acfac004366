"""The green channel: whether a matter is an urgent need, from products and words (PCN-2.3.4.b).

What counts is data: the clause's ``values``. A need has ``products`` (categories that suffice), ``words``
(each suffices) and ``beside`` (words that count only where a word of ``haste`` stands in the text too).
The result names the place of a word in its list, not the word: the journal keeps codes only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bihuan.engine.errors import Invalid

DENIALS: Final = ("不是", "并非", "不涉及", "不属于", "不需要", "无关", "not ", "isn't ", "no ")
"""Only what denies the thing itself: "没收到药品" is the very need that is meant."""
NEAR: Final = 14
_PAUSE: Final = re.compile(r"[,.;:!?，。；：！？、\s]*[,.;:!?，。；：！？、\n]")


@dataclass(frozen=True, slots=True)
class Need:
    """An urgent need: its code, ``product`` or ``words``, and which category or place in the list."""

    code: str
    ground: str
    found: str


def codes(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The needs that there are, in the order in which they are asked."""
    return tuple(str(need["code"]) for need in values.get("needs", ()))


def find(values: Mapping[str, Any], *, text: str, categories: Iterable[str] = ()) -> Need | None:
    """The first need that fits: by a product before by any word; None where there is none."""
    needs: Sequence[Mapping[str, Any]] = values.get("needs", ())
    given, words = set(categories), text.casefold()
    return _by_product(needs, given) or _by_words(needs, words, _any(values.get("haste", ()), words))


def word_of(values: Mapping[str, Any], code: str, found: str) -> str:
    """The word behind a place such as ``words.2``; empty where the list has none there any more."""
    name, _, place = found.partition(".")
    empty: Mapping[str, Any] = {}
    need = next((need for need in values.get("needs", ()) if need["code"] == code), empty)
    words = need.get(name) if name in ("words", "beside") else None
    return str(words[int(place)]) if words and place.isdigit() and int(place) < len(words) else ""


def _by_product(needs: Sequence[Mapping[str, Any]], given: Collection[str]) -> Need | None:
    for need in needs:
        for category in need.get("products", ()):
            if category in given:
                return Need(str(need["code"]), "product", str(category))
    return None


def _by_words(needs: Sequence[Mapping[str, Any]], text: str, hasty: bool) -> Need | None:
    for need in needs:
        for name in ("words", "beside") if hasty else ("words",):
            for place, word in enumerate(need.get(name, ())):
                if stands(text, str(word).casefold()):
                    return Need(str(need["code"]), "words", f"{name}.{place}")
    return None


def _any(words: Iterable[str], text: str) -> bool:
    return any(stands(text, str(word).casefold()) for word in words)


def stands(text: str, word: str) -> bool:
    """Whether the word stands in the text somewhere without being denied shortly before it."""
    place = text.find(word)
    while place >= 0:
        before = _PAUSE.split(text[max(0, place - NEAR) : place])[-1]
        if not any(denial in before for denial in DENIALS):
            return True
        place = text.find(word, place + 1)
    return False


LISTS: Final = ("products", "words", "beside")
MOST_WORDS: Final = 200
LONGEST_WORD: Final = 30
_PRODUCT: Final = re.compile(r"[a-z0-9_]{1,40}\Z")
_NUMBER: Final = re.compile(r"\d{5,}")


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """The lists without doubles and empty rows, ready to be used. Raises Invalid naming list and word."""
    haste = _listed(values.get("haste", ()), "haste")
    needs: list[dict[str, Any]] = []
    for need in values.get("needs", ()):
        code = str(need["code"])
        found = {name: _listed(need.get(name, ()), f"{code}.{name}") for name in LISTS}
        kept = {name: words for name, words in found.items() if words}
        if kept:
            needs.append({"code": code, **kept})
    if not needs:
        raise Invalid(
            "Without any product or word nothing would be found.", field="needs",
            remedy="Switch the clause off where the green channel is not wanted.",
        )  # fmt: skip
    return {"haste": haste, "needs": needs}


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """What is new and what is gone, each as ``need.list: word``."""
    old, new = set(_flat(before)), set(_flat(after))
    return sorted(new - old), sorted(old - new)


def _flat(values: Mapping[str, Any]) -> list[str]:
    found = [f"haste: {word}" for word in values.get("haste", ())]
    for need in values.get("needs", ()):
        found += [f"{need['code']}.{name}: {word}" for name in LISTS for word in need.get(name, ())]
    return found


def _listed(words: Iterable[Any], field: str) -> list[str]:
    found = list(dict.fromkeys(text for word in words if (text := str(word).strip())))
    if len(found) > MOST_WORDS:
        raise Invalid("A list holds at most {most} words.", field=field, most=MOST_WORDS)
    for text in found:
        products = field.endswith(".products")
        good = _PRODUCT.match(text) if products else 2 <= len(text) <= LONGEST_WORD
        if not good or _NUMBER.search(text):
            raise Invalid(
                "{word} cannot stand in this list.", field=field, word=text[:LONGEST_WORD],
                remedy="Products are codes of categories; words have 2 to 30 characters and no long numbers.",
            )  # fmt: skip
    return found
