"""Finding personal data in free text and putting a mark in its place.

Pure: no database. What is looked for: Chinese mobile and landline numbers, ID numbers, bank cards, e-mail,
addresses with road or building and number, WeChat and QQ numbers after their words; full-width digits and
separators inside are seen through. Names are not looked for: they cannot be told from words reliably.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.accounts.vault.fields import PersonalField
from bihuan.accounts.vault.scan.address import addresses
from bihuan.accounts.vault.scan.numbers import DETECTORS, Span

WORDS = {
    PersonalField.PHONE: "电话",
    PersonalField.ID_NUMBER: "身份证",
    PersonalField.BANK_CARD: "银行卡",
    PersonalField.EMAIL: "邮箱",
    PersonalField.ADDRESS: "地址",
    PersonalField.WECHAT: "微信",
    PersonalField.QQ: "QQ",
    PersonalField.NAME: "姓名",
    PersonalField.EXTERNAL_REF: "账号",
}
_TAKEN = "\ue000"
_PASSES = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """``mark`` stands in the clean text wherever ``original`` stood."""

    field: PersonalField
    mark: str
    original: str


@dataclass(frozen=True, slots=True)
class Scanned:
    clean_text: str
    findings: tuple[Finding, ...]


def scan(text: str) -> Scanned:
    """Replace personal data by marks such as 〔电话1〕; equal strings get the same mark."""
    return replace(text, find(text))


def find(text: str) -> list[Span]:
    """Spans of personal data in order, none overlapping another."""
    folded = fold(text)
    found: list[Span] = []
    # what lies beside a find may only be seen for what it is once the find is taken out
    for _ in range(_PASSES):
        new: list[Span] = []
        for detect in (*DETECTORS, addresses):
            spans = list(detect(folded))
            new += spans
            folded = _take(folded, spans)
        found += new
        if not new:
            break
    return sorted(found, key=lambda span: span.start)


def replace(text: str, spans: Iterable[Span]) -> Scanned:
    """Put marks for the spans (in order, not overlapping)."""
    marks: dict[tuple[PersonalField, str], str] = {}
    parts, end = [], 0
    for span in spans:
        original = text[span.start : span.end]
        key = (span.field, original)
        if key not in marks:
            marks[key] = _free_mark(span.field, text, marks.values())
        parts += [text[end : span.start], marks[key]]
        end = span.end
    clean = "".join([*parts, text[end:]])
    return Scanned(clean, tuple(Finding(field, mark, original) for (field, original), mark in marks.items()))


def restore(clean_text: str, originals: dict[str, str]) -> str:
    """The text as it was, from marks and originals."""
    for mark, original in originals.items():
        clean_text = clean_text.replace(mark, original)
    return clean_text


def fold(text: str) -> str:
    """Full-width digits, letters and signs as plain ones, at the same places."""
    if text.isascii():
        return text
    return text.translate(_FOLDED)


def _plain(char: str) -> str:
    if char < "\u0080":
        return char
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) != 1:
        return char
    if plain.isdecimal() and not plain.isascii():
        return str(unicodedata.decimal(plain))
    return plain


class _Folded(dict[int, str]):
    """Character → plain character, worked out when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _plain(chr(code))
        return self[code]


_FOLDED = _Folded()


def _take(text: str, spans: list[Span]) -> str:
    parts, end = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        parts += [text[end : span.start], _TAKEN * (span.end - span.start)]
        end = span.end
    return "".join([*parts, text[end:]])


def _free_mark(field: PersonalField, text: str, used: Iterable[str]) -> str:
    taken, number = set(used), 1
    while (mark := f"〔{WORDS[field]}{number}〕") in taken or mark in text:
        number += 1
    return mark
