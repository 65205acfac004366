"""Numbers and handles: mobile, landline, ID, bank card, e-mail, WeChat, QQ. Input is folded text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bihuan.accounts.vault.fields import PersonalField

_SEP = r"[ \t\u3000\-.·•—–−_/~\u200b-\u200f\u2060\ufeff]{0,3}"
_NOT_BEFORE = r"(?<![0-9])(?<![0-9][\-./])(?<![¥$€£])(?<![¥$€£] )"
_NOT_AFTER = r"(?![0-9])(?!\.[0-9])(?! ?(?:元|块|圆|人民币|RMB|rmb))"
_ORDER = re.compile(
    r"(?:订单|运单|单号|快递单|物流单|流水|交易|工单|编号|货号|条码|款号|批号|物流|order|tracking|\bno\b)"
    r"[号码编单]*[\s:：#.是为]*(?:[A-Za-z]{1,4})?$",
    re.IGNORECASE,
)
_PHONE_WORD = re.compile(r"(?:tel|phone|mobile|call|wx|vx|wechat|weixin|qq|mob|v|ph)[:.\s]*$", re.IGNORECASE)
_AREA = r"(?:010|02[0-9]|0[3-9][0-9]{2})"
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

_MOBILE = re.compile(rf"{_NOT_BEFORE}(?:(?:\+|00)?86{_SEP})?(1{_SEP}[3-9](?:{_SEP}[0-9]){{9}}){_NOT_AFTER}")
_LANDLINE = re.compile(
    rf"{_NOT_BEFORE}(?:(?:\+|00)86{_SEP})?\(?{_AREA}(?P<gap>\)?{_SEP})[2-8](?:{_SEP}[0-9]){{6,7}}"
    rf"(?:(?: ?转 ?|-)[0-9]{{1,6}})?{_NOT_AFTER}"
)
_LANDLINE_SHORT = re.compile(
    rf"(?:电话|座机|固话|tel)[号码]*[\s:：.是为]*([2-8][0-9]{{2,3}}[ \-]?[0-9]{{4}}){_NOT_AFTER}"
)
_ID18 = re.compile(rf"(?<![0-9])([1-9](?:{_SEP}[0-9]){{16}}{_SEP}[0-9Xx])(?![0-9])")
_ID15 = re.compile(rf"{_NOT_BEFORE}([1-9](?:{_SEP}[0-9]){{14}}){_NOT_AFTER}")
_CARD = re.compile(rf"{_NOT_BEFORE}([2-6](?:{_SEP}[0-9]){{15,18}}){_NOT_AFTER}")
_EMAIL = re.compile(
    r"[A-Za-z0-9._%+\-]{1,64} ?@ ?(?:[A-Za-z0-9\-]{1,63} ?\. ?){1,4}[A-Za-z]{2,24}(?![A-Za-z])"
)
_QQ = re.compile(
    rf"(?i)(?<![A-Za-z])(?:qq|扣扣|企鹅)(?:号码|号|群)?[\s:：是为]{{0,4}}([1-9](?:{_SEP}[0-9]){{4,10}})(?![0-9])"
)
_WECHAT = re.compile(
    r"(?i)(?:微信|薇信|威信|weixin|wechat|(?<![A-Za-z])[vw]x|(?<![A-Za-z])v信)(?P<link>(?:号码|账号|号|id)?"
    r"[\s:：是为加我]{0,4})(?P<id>[A-Za-z][A-Za-z0-9_\-]{5,19})(?![A-Za-z0-9_\-])"
)


@dataclass(frozen=True, slots=True)
class Span:
    field: PersonalField
    start: int
    end: int


def emails(text: str) -> Iterator[Span]:
    for match in _EMAIL.finditer(text):
        yield Span(PersonalField.EMAIL, *match.span())


def wechat(text: str) -> Iterator[Span]:
    for match in _WECHAT.finditer(text):
        named = re.search(r"(?i)号|id|[:：是为加]", match["link"])
        if named or re.search(r"[0-9_]", match["id"]):
            yield Span(PersonalField.WECHAT, *match.span("id"))


def qq(text: str) -> Iterator[Span]:
    for match in _QQ.finditer(text):
        yield Span(PersonalField.QQ, *match.span(1))


def id_numbers(text: str) -> Iterator[Span]:
    """18 digits with date and checksum; 15 with province and date, unless named an order number."""
    for match in _ID18.finditer(text):
        if _is_id18(_digits(match[1])):
            yield Span(PersonalField.ID_NUMBER, *match.span(1))
    for match in _ID15.finditer(text):
        if _is_id15(_digits(match[1])) and not _ordered(text, match.start()):
            yield Span(PersonalField.ID_NUMBER, *match.span(1))


def bank_cards(text: str) -> Iterator[Span]:
    for match in _CARD.finditer(text):
        digits = _digits(match[1])
        if _issued(digits) and _luhn(digits) and not _ordered(text, match.start()):
            yield Span(PersonalField.BANK_CARD, *match.span(1))


def mobiles(text: str) -> Iterator[Span]:
    for match in _MOBILE.finditer(text):
        if _even(match[1]) and not _ordered(text, match.start()) and _stands_free(text, match.start()):
            yield Span(PersonalField.PHONE, *match.span())


def landlines(text: str) -> Iterator[Span]:
    for match in _LANDLINE.finditer(text):
        if not _ordered(text, match.start()) and _stands_free(text, match.start()):
            yield Span(PersonalField.PHONE, *match.span())
    for match in _LANDLINE_SHORT.finditer(text):
        yield Span(PersonalField.PHONE, *match.span(1))


DETECTORS: tuple[Callable[[str], Iterator[Span]], ...] = (
    emails,
    wechat,
    qq,
    id_numbers,
    bank_cards,
    mobiles,
    landlines,
)


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text).upper()


def _even(text: str) -> bool:
    """Digits one by one, or in groups: a list of odd and long numbers is no telephone number."""
    groups = [len(group) for group in re.findall(r"[0-9]+", text)]
    return max(groups) == 1 or min(groups) >= 2


def _ordered(text: str, start: int) -> bool:
    """Whether the words before say that an order or waybill number follows."""
    return _ORDER.search(text[max(0, start - 20) : start]) is not None


def _stands_free(text: str, start: int) -> bool:
    """A number grown onto letters is a waybill or article number, unless the letters say telephone."""
    before = text[max(0, start - 10) : start]
    return re.search(r"[A-Za-z_]$", before) is None or _PHONE_WORD.search(before) is not None


def _date(year: int, month: int, day: int) -> bool:
    return 1900 <= year <= 2035 and 1 <= month <= 12 and 1 <= day <= 31


def _is_id18(digits: str) -> bool:
    if not _PROVINCE.match(digits) or not _date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14])):
        return False
    total = sum(int(d) * w for d, w in zip(digits[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == digits[17]


def _is_id15(digits: str) -> bool:
    date_ok = _date(1900 + int(digits[6:8]), int(digits[8:10]), int(digits[10:12]))
    return _PROVINCE.match(digits) is not None and date_ok


def _issued(digits: str) -> bool:
    """Whether a card could begin so: UnionPay of any length, the others with 16 digits."""
    if digits.startswith(("62", "60")):
        return True
    return len(digits) == 16 and re.match(r"4|5[1-5]|2[2-7]|35", digits) is not None


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
