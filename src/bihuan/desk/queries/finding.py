"""Search in Chinese: two neighbouring characters are the unit of the index, so that no word list is needed.

Kept texts (accounts) and names of evidence have a GIN index over ``desk_grams``, the pairs of neighbouring
characters in one written form (migration 0002). An index over the column itself, not a copy: what is
redacted or erased with its person leaves the search in the same statement. Personal data that was taken
out of a text is a mark there and is not found; telephone numbers are looked up in the vault instead.

Words that stand in very many texts are not collected and sorted but looked for among the newest cases.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

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
PAGE: Final = 30
_FOUND = """
SELECT t.subject_id, t.id, 'text' FROM (
    SELECT id, subject_id FROM accounts_text
    WHERE subject_kind = 'case' AND body IS NOT NULL AND {where_body} LIMIT {many}) t
UNION ALL
SELECT e.subject_id, e.id, 'evidence' FROM (
    SELECT id, subject_id FROM evidence_item WHERE subject_kind = 'case' AND {where_name} LIMIT {many}) e
"""
_LOOKED = """
SELECT t.subject_id, t.id, 'text' FROM unnest(%s::uuid[]) AS c(id)
JOIN accounts_text t ON t.subject_id = c.id AND t.subject_kind = 'case' WHERE {where_body}
"""


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


def find(actor: Actor, text: str, *, skip: int = 0) -> Found:
    """Cases that the actor may know of, newest first. Raises NotAllowed, Invalid for a query too short."""
    require(actor, D.WORK)
    query = " ".join(unicodedata.normalize("NFKC", text).split())
    if not query:
        return Found(query)
    numbered = _by_number(actor, query)
    direct = next((case for case in numbered if case.number == query.upper()), None)
    terms = _terms(query)
    matches, newest = _matching(actor, terms) if terms else ({}, False)
    page = _cases(actor, [*matches], skip)
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


def _by_number(actor: Actor, query: str) -> list[Case]:
    """By case number (whole, or its beginning from six characters on) and by order number (whole)."""
    if " " in query or len(query) < 4:
        return []
    upper = query.upper()
    wanted = Q(number=upper) | Q(order_number=query)
    if len(query) >= 6:
        wanted |= Q(number__startswith=upper if upper.startswith("BH") else f"BH{upper}")
    return list(allowed(actor).filter(wanted).order_by("-received_at", "id")[:PAGE])


def _matching(actor: Actor, terms: Sequence[str]) -> tuple[dict[UUID, tuple[str, UUID]], bool]:
    """By case one text or evidence that holds every term, and whether only the newest were looked through."""
    values = [value for term in terms for value in (term, term)]
    sql = _FOUND.format(where_body=_where("body", terms), where_name=_where("name", terms), many=MANY + 1)
    rows = _run(sql, [*values, *values])
    if len(rows) <= MANY:
        return {case: (kind, thing) for case, thing, kind in rows}, False
    newest = list(allowed(actor).order_by("-received_at", "id").values_list("id", flat=True)[:NEWEST])
    looked = _LOOKED.format(where_body=_form("body", terms))
    return {case: (kind, thing) for case, thing, kind in _run(looked, [newest, *terms])}, True


def _where(column: str, terms: Sequence[str]) -> str:
    """By the index first, then letter by letter, since pairs may stand apart."""
    return " AND ".join(
        f"desk_grams({column}) @> desk_grams(%s) AND strpos(desk_form({column}), desk_form(%s)) > 0"
        for _ in terms
    )


def _form(column: str, terms: Sequence[str]) -> str:
    return " AND ".join(f"strpos(desk_form({column}), desk_form(%s)) > 0" for _ in terms)


def _run(sql: str, values: Sequence[Any]) -> list[tuple[UUID, UUID, str]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _cases(actor: Actor, ids: Sequence[UUID], skip: int) -> list[Case]:
    if not ids:
        return []
    return list(allowed(actor).filter(id__in=ids).order_by("-received_at", "id")[skip : skip + PAGE + 1])


def _numbered_hit(case: Case, query: str) -> Hit:
    by = "order" if case.order_number == query else "number"
    return Hit(case, by, word=case.order_number if by == "order" else case.number)


def _hits(page: Sequence[Case], matches: Mapping[UUID, tuple[str, UUID]], terms: Sequence[str]) -> list[Hit]:
    by_case = {case.id: matches[case.id] for case in page}
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
