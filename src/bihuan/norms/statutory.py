"""The holidays proper (法定节假日), told apart from days off that were only moved.

全国年节及纪念日放假办法 changed in 2008, 2014 and 2025; the days that follow the moon stand in a table
until 2035. After that only the days with a fixed date are known as statutory, which matters to
explanations only: no limit is counted by this distinction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

FIRST: Final = 2004
# 春节 (first day of the first month), 端午节, 中秋节 as month and day of the solar year
_MOON: Final = """
2004 0122 0622 0928  2005 0209 0611 0918  2006 0129 0531 1006  2007 0218 0619 0925
2008 0207 0608 0914  2009 0126 0528 1003  2010 0214 0616 0922  2011 0203 0606 0912
2012 0123 0623 0930  2013 0210 0612 0919  2014 0131 0602 0908  2015 0219 0620 0927
2016 0208 0609 0915  2017 0128 0530 1004  2018 0216 0618 0924  2019 0205 0607 0913
2020 0125 0625 1001  2021 0212 0614 0921  2022 0201 0603 0910  2023 0122 0622 0929
2024 0210 0610 0917  2025 0129 0531 1006  2026 0217 0619 0925  2027 0206 0609 0915
2028 0126 0528 1003  2029 0213 0616 0922  2030 0203 0605 0912  2031 0123 0624 1001
2032 0211 0612 0919  2033 0131 0601 0908  2034 0219 0620 0927  2035 0208 0610 0916
"""
_OF_YEAR: Final = {
    int(row[:4]): row[5:].split() for line in _MOON.splitlines() for row in line.split("  ") if row
}


def statutory_days(year: int) -> dict[date, str]:
    """Statutory holidays of a year with their names, from 2004 on; empty before."""
    if year < FIRST:
        return {}
    return {**dict(_fixed(year)), **dict(_lunar(year)), **_tomb_sweeping(year)}


def _fixed(year: int) -> Iterator[tuple[date, str]]:
    yield date(year, 1, 1), "元旦"
    labour = 3 if year < 2008 else 2 if year >= 2025 else 1
    for day in range(1, labour + 1):
        yield date(year, 5, day), "劳动节"
    for day in (1, 2, 3):
        yield date(year, 10, day), "国庆节"


def _lunar(year: int) -> Iterator[tuple[date, str]]:
    if year not in _OF_YEAR:
        return
    spring, boat, moon = (date(year, int(text[:2]), int(text[2:])) for text in _OF_YEAR[year])
    first, last = _spring_range(year)
    for offset in range(first, last + 1):
        yield spring + timedelta(days=offset), "春节"
    if year >= 2008:
        yield boat, "端午节"
        yield moon, "中秋节"


def _spring_range(year: int) -> tuple[int, int]:
    """Offsets from the first day of the first month: New Year's Eve is -1."""
    if year >= 2025:
        return -1, 2
    return (-1, 1) if 2008 <= year <= 2013 else (0, 2)


def _tomb_sweeping(year: int) -> dict[date, str]:
    """清明 by the usual formula for the 21st century."""
    if year < 2008 or year > 2099:
        return {}
    short = year - 2000
    return {date(year, 4, int(short * 0.2422 + 4.81) - short // 4): "清明节"}
