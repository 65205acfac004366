"""Addresses: a road, estate or building with a number, and the places named before it.

Read from the number leftwards instead of by one large pattern, so that the time stays linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bihuan.accounts.vault.fields import PersonalField
from bihuan.accounts.vault.scan.numbers import Span

_NUMBER = r"(?:[0-9]{1,5}(?:[\-—][0-9]{1,4})?|[一二三四五六七八九十百]{1,5}|[A-Za-z][0-9]{0,3})"
_UNIT = r"(?:号院|号楼|号|弄|栋|幢|座|单元|室|楼|层|户)"
_PLACE = re.compile(
    rf"{_NUMBER} ?{_UNIT}(?:[ ,，-]?{_NUMBER} ?{_UNIT}){{0,6}}(?:[ -]?[0-9]{{3,4}}(?![0-9年月日元块个]))?"
)
_PART = re.compile(rf"{_NUMBER} ?({_UNIT})")
_BUILDING = frozenset({"号楼", "栋", "幢", "座", "单元", "室", "户"})
_STRONG = re.compile(r"(?:大道|大街|[路街巷]|胡同|弄堂|小区|社区|花园|公寓|大厦|新村|家园|宿舍|家属院)$")
_WEAK = re.compile(r"(?:[道里村庄苑园城府湾庭坊屯镇乡弄]|广场|中心)$")
_NO_PLACE = re.compile(
    r"(?:线路|电路|思路|出路|走路|半路|在路|知道|味道|渠道|报道|频道|家里|这里|那里|哪里|店里|群里|手里)$"
)
_ADMIN = re.compile(r"[省市区县州盟旗镇乡村]|街道")
_ADMIN_END = re.compile(r"(?:[省市区县州盟旗镇乡村路街]|街道|大道)$")
_LEAD = re.compile(
    r"(?:地址(?:是|为|在)?|收货|住在|家住|我住|位于|送货|送到|寄到|发到|我在|人在|收件|[在到去给往是请送寄住])"
)
_REACH = 40


def addresses(text: str) -> Iterator[Span]:
    end = 0
    for match in _PLACE.finditer(text):
        start = _start(text, match.start(), end)
        left = text[start : match.start()].rstrip()
        if _is_address(left, _PART.findall(match[0])):
            end = match.end()
            yield Span(PersonalField.ADDRESS, start, end)


def _is_address(left: str, units: list[str]) -> bool:
    if sum(unit in _BUILDING for unit in units) >= 2:
        return True
    if _NO_PLACE.search(left):
        return False
    if _STRONG.search(left) and len(left) >= 2:
        return True
    named = len(units) >= 2 or any(unit in _BUILDING for unit in units) or _ADMIN.search(left) is not None
    return _WEAK.search(left) is not None and len(left) >= 2 and named


def _start(text: str, number: int, floor: int) -> int:
    """Where the names before the number begin: leftwards over Chinese characters, then past lead-in words."""
    place = number
    while place > floor and number - place < _REACH:
        char = text[place - 1]
        if "\u4e00" <= char <= "\u9fff" or (char in " ,，" and _joins(text, place - 1, number)):
            place -= 1
        else:
            break
    leads = list(_LEAD.finditer(text, place, number))
    return leads[-1].end() if leads else place


def _joins(text: str, gap: int, number: int) -> bool:
    """A space inside an address: after 省, 市, 区 … or straight before the number."""
    before = text[max(0, gap - 4) : gap]
    return _ADMIN_END.search(before) is not None or (gap == number - 1 and _WEAK.search(before) is not None)
