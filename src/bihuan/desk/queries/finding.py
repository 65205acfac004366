"""Search in Chinese: two neighbouring characters are the unit of the index, so that no word list is needed.

Kept texts (accounts) and names of evidence have a GIN index over ``desk_grams``, the pairs of neighbouring
characters in one written form (migration 0002). An index over the column itself, not a copy: what is
redacted or erased with its person leaves the search in the same statement. Personal data that was taken
out of a text is a mark there and is not found; telephone numbers are looked up in the vault instead.

The days of the texts stand in the same index (``desk_days``, migration 0004): words that stand in very many
texts are looked for in those of the last day, week, month and quarter, until a page is full. What was written
last stands first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import require
from bihuan.cases.models import Case
from bihuan.desk.permissions import D
from bihuan.desk.queries.rows import everything, reasons
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor

SHORTEST: Final = 2
LONGEST: Final = 100
TERMS: Final = 6
MANY: Final = 2_000
"""Texts that are collected at most; more, and only the newest cases are looked through."""
NEWEST: Final = 2_000
"""Cases that are looked through one by one where even so too many texts were found."""
STRIDES: Final = (200, 600, 1_200)
PAGE: Final = 30
BEGINNING: Final = 10
"""Characters of a number that narrow enough: BH, year, month and half of the running number."""
BACK: Final = (1, 7, 30, 90, None)
"""Days that are looked through, one span after the other; None: all."""
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_FIRST: Final = date(2000, 1, 1)
"""Day 0 of ``desk_days``."""
_FOUND = """
SELECT t.subject_id, t.id, 'text', t.created_at FROM (
    SELECT id, subject_id, created_at FROM accounts_text
    WHERE subject_kind = 'case' AND body IS NOT NULL AND {where_body} LIMIT {many}) t
UNION ALL
SELECT e.subject_id, e.id, 'evidence', e.uploaded_at FROM (
    SELECT id, subject_id, uploaded_at FROM evidence_item
    WHERE subject_kind = 'case' AND {where_name} LIMIT {many}) e
"""
_LOOKED = """
SELECT t.subject_id, t.id, 'text', t.created_at FROM unnest(%s::uuid[]) AS c(id)
JOIN accounts_text t ON t.subject_id = c.id AND t.subject_kind = 'case' WHERE {where_body}
"""
Row = tuple[UUID, UUID, str, datetime]
"""The case, what was found in it, of which kind, and when that was written."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that was found: by what (number, order, text, evidence), and the words around it."""

    case: Case
    by: str
    before: str = ""
    word: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """``direct``: the case whose number was given; ``newest``: only the newest cases were looked through."""

    query: str
    hits: Sequence[Hit] = field(default_factory=tuple)
    direct: Case | None = None
    newest: bool = False
    more: bool = False


def find(actor: Actor, text: str, *, at: datetime, skip: int = 0) -> Found:
    """Cases that the actor may know of, the latest words first. Raises NotAllowed, Invalid (too short)."""
    require(actor, D.WORK)
    query = " ".join(unicodedata.normalize("NFKC", text).split())
    if not query:
        return Found(query)
    numbered = _by_number(actor, query)
    direct = next((case for case in numbered if case.number == _number(query)), None)
    terms = _terms(query)
    matches, newest = _matching(actor, terms, at, skip + PAGE + 1) if terms else ({}, False)
    page = _cases(actor, matches, skip)
    hits = [
        *(_numbered_hit(case, query) for case in numbered if not skip),
        *_hits(page[:PAGE], matches, terms),
    ]
    known: dict[UUID, Hit] = {}
    for hit in hits:
        known.setdefault(hit.case.id, hit)
    if not terms and not numbered:
        raise Invalid(
            "Give at least {least} characters of a word.",
            field="q",
            least=SHORTEST,
            remedy="Write more of it, or a whole number.",
        )
    return Found(query, tuple(known.values()), direct, newest, len(page) > PAGE)


def allowed(actor: Actor) -> QuerySet[Case]:
    """Cases, open or not, that the actor may know of; without the joins of ``cases.queries.visible``."""
    found = Case.objects.all()
    return found if everything(actor) else found.filter(reduce(or_, reasons(actor)))


def _terms(query: str) -> list[str]:
    return [term for term in query[:LONGEST].split() if len(term) >= SHORTEST][:TERMS]


def _number(query: str) -> str:
    """The case number that was meant, or its beginning; the letters before it may be left out."""
    return f"BH{query.upper().removeprefix('BH')}"


def _by_number(actor: Actor, query: str) -> list[Case]:
    """By case number (whole, or its beginning from ten characters on) and by order number (whole).

    Each is asked for by an index of its own, without order: with one, many rows of a number that is
    rare would be walked through in the order of their receipt.
    """
    if " " in query or len(query) < 4:
        return []
    number = _number(query)
    wanted = [Q(number=number), Q(order_number=query) & ~Q(order_number="")]
    if len(number) >= BEGINNING:
        wanted.append(Q(number__startswith=number))
    ids: set[UUID] = set()
    for one in wanted:
        ids.update(Case.objects.filter(one).order_by().values_list("id", flat=True)[:MANY])
    found = allowed(actor).order_by().filter(id__in=list(ids)) if ids else ()
    return sorted(found, key=lambda case: (case.received_at, case.id), reverse=True)[:PAGE]


def _matching(actor: Actor, terms: Sequence[str], at: datetime, wanted: int) -> tuple[dict[UUID, Row], bool]:
    """By case that the actor may know of the latest thing that holds every term, and whether only the newest
    were looked through. Spans reach back further and further until as many as ``wanted`` were found.
    """
    for days in BACK:
        rows = _within(terms, at, days)
        if len(rows) > MANY:
            whole = _latest(rows) if everything(actor) else {}
            return (whole, True) if len(whole) >= wanted else (_looked(actor, terms, wanted) | whole, True)
        found = _latest(rows)
        enough = 0 if days is None else wanted
        if len(found) >= enough and len(known := _known(actor, found)) >= enough:
            return known, False
    return {}, False


def _within(terms: Sequence[str], at: datetime, days: int | None) -> list[Row]:
    """Texts and evidence of the last days that hold every term; beyond ``MANY`` just any of them."""
    body, name = _where("body", terms), _where("name", terms)
    values: list[Any] = [value for term in terms for value in (term, term)]
    if days is not None:
        last = (at.astimezone(_ZONE).date() - _FIRST).days + 1
        span = list(range(last - days, last + 1))
        body += " AND desk_days(created_at) && %s::int[]"
        name += " AND desk_days(uploaded_at) && %s::int[]"
        values.append(span)
    return _run(_FOUND.format(where_body=body, where_name=name, many=MANY + 1), [*values, *values])


def _latest(rows: Sequence[Row]) -> dict[UUID, Row]:
    """The last row of each case."""
    return {row[0]: row for row in sorted(rows, key=lambda row: (row[3], row[1]))}


def _looked(actor: Actor, terms: Sequence[str], wanted: int) -> dict[UUID, Row]:
    """Letter by letter through the newest cases that the actor may know of, until enough is found."""
    newest = list(allowed(actor).order_by("-received_at", "id").values_list("id", flat=True)[:NEWEST])
    sql, start = _LOOKED.format(where_body=_form("body", terms)), 0
    found: dict[UUID, Row] = {}
    for stride in STRIDES:
        found |= _latest(_run(sql, [newest[start : start + stride], *terms]))
        start += stride
        if len(found) >= wanted or start >= len(newest):
            break
    return found


def _where(column: str, terms: Sequence[str]) -> str:
    """By the index first, then letter by letter, since pairs may stand apart."""
    return " AND ".join(
        f"desk_grams({column}) @> desk_grams(%s) AND strpos(desk_form({column}), desk_form(%s)) > 0"
        for _ in terms
    )


def _form(column: str, terms: Sequence[str]) -> str:
    return " AND ".join(f"strpos(desk_form({column}), desk_form(%s)) > 0" for _ in terms)


def _run(sql: str, values: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _known(actor: Actor, matches: dict[UUID, Row]) -> dict[UUID, Row]:
    """Those of the cases that the actor may know of."""
    if everything(actor) or not matches:
        return matches
    known = allowed(actor).order_by().filter(id__in=list(matches)).values_list("id", flat=True)
    return {case_id: matches[case_id] for case_id in known}


def _cases(actor: Actor, matches: Mapping[UUID, Row], skip: int) -> list[Case]:
    if not matches:
        return []
    latest = sorted(matches, key=lambda case: (matches[case][3], case), reverse=True)
    page = latest[skip : skip + PAGE + 1]
    found = allowed(actor).in_bulk(page)
    return [found[case] for case in page if case in found]


def _numbered_hit(case: Case, query: str) -> Hit:
    by = "order" if case.order_number == query else "number"
    return Hit(case, by, word=case.order_number if by == "order" else case.number)


def _hits(page: Sequence[Case], matches: Mapping[UUID, Row], terms: Sequence[str]) -> list[Hit]:
    by_case = {case.id: (matches[case.id][2], matches[case.id][1]) for case in page}
    bodies = accounts.bodies([thing for kind, thing in by_case.values() if kind == "text"])
    names = _names([thing for kind, thing in by_case.values() if kind == "evidence"])
    return [_hit(case, *by_case[case.id], {**bodies, **names}, terms) for case in page]


def _names(ids: Sequence[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM evidence_item WHERE id = ANY(%s)", [list(ids)])
        return dict(cursor.fetchall())


def _hit(case: Case, kind: str, thing: UUID, words: Mapping[UUID, str], terms: Sequence[str]) -> Hit:
    body = " ".join(words.get(thing, "").split())
    start = unicodedata.normalize("NFKC", body).lower().find(terms[0].lower())
    if start < 0 or len(unicodedata.normalize("NFKC", body)) != len(body):
        return Hit(case, kind, before=body[:60])
    end = start + len(terms[0])
    before = body[max(0, start - 24) : start]
    return Hit(
        case,
        kind,
        before=f"…{before}" if start > 24 else before,
        word=body[start:end],
        after=body[end : end + 48] + ("…" if len(body) > end + 48 else ""),
    )
