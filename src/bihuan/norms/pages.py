"""The rules as everybody may read them: by book, and each clause with its source, history and examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import public_page
from bihuan.engine.clausetypes import Clause
from bihuan.engine.explain import print_limit
from bihuan.journal.time import now
from bihuan.norms import queries
from bihuan.norms.reading import Book, ReadClause

NATURES: Final[Mapping[str, tuple[str, str]]] = {
    "statutory": ("法定", "statutory"),
    "norm": ("规范要求", "norm"),
    "contract": ("合同约定", "contract"),
    "editorial": ("本平台设定", "set by this platform"),
}
KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "deadline": ("时限", "deadline"),
    "check": ("核验", "check"),
    "control": ("管控", "control"),
    "duty": ("义务", "duty"),
    "record": ("记录", "record"),
    "target": ("指标", "target"),
    "phrase": ("用语", "phrase"),
    "remedy": ("救济", "remedy"),
    "sanction": ("处罚", "sanction"),
}
STATUSES: Final[Mapping[str, tuple[str, str]]] = {
    "carried": ("已执行", "carried out"),
    "planned": ("计划中", "planned"),
}
SOURCES: Final[Mapping[str, str]] = {
    "section": _("Section"),
    "article": _("Article"),
    "document": _("Document"),
    "checked": _("Checked against"),
}


@public_page
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """All rulebooks with their clauses."""
    off = queries.switched_off()
    books = [_book(found.book, off) for found in queries.books()]
    return render(request, "norms/rules.html", {"books": books})


@public_page
@require_safe
def clause(request: HttpRequest, clause_id: str) -> HttpResponse:
    """One clause: text, source, nature, limits by date, history and worked examples."""
    read = queries.read_clause(clause_id)
    one = read.clause
    book = queries.library().books[one.book]
    context = {
        "clause": one,
        "words": _words(one),
        "book": book.header,
        "limits": _limits(one),
        "values": _values(one),
        "source": _source(one),
        "events": _events(one),
        "history": queries.history(clause_id),
        "switched": queries.switched_off().get(clause_id),
        "scenarios": _scenarios(book, clause_id),
        "own": read.own,
        "in_force": one.in_force(now()),
    }
    return render(request, "norms/clause.html", context)


def _book(book: Book, off: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": book.id,
        "header": book.header,
        "clauses": [_line(read, off) for read in book.clauses.values()],
    }


def _line(read: ReadClause, off: Mapping[str, Any]) -> dict[str, Any]:
    one = read.clause
    return {"clause": one, "words": _words(one), "limit": _limit_now(one), "off": one.id in off}


def _words(one: Clause) -> dict[str, str]:
    return {
        "nature": _said(NATURES[one.nature]),
        "kind": _said(KINDS[one.kind]),
        "status": _said(STATUSES[one.status]),
        "title": _text(one.title),
        "text": _text(one.text),
        "note": _text(one.note) if one.note else "",
    }


def _limit_now(one: Clause) -> str:
    limits = _limits(one)
    return str(limits[-1]["text"]) if limits else ""


def _limits(one: Clause) -> list[dict[str, Any]]:
    return [{"since": since, "text": _limit(value)} for since, value in one.limits]


def _limit(value: Any) -> str:
    if value.fixed is not None:
        return print_limit(str(value.fixed), _language())
    if value.from_param:
        return "所载时间" if _language() == "zh" else "the time stated"
    joint = "；" if _language() == "zh" else "; "
    return joint.join(f"{_fact(k)}：{print_limit(str(v), _language())}" for k, v in value.choices.items())


_FACTS: Final[Mapping[str, tuple[str, str]]] = {
    "general": ("一般", "general"),
    "complex": ("复杂", "complex"),
    "special": ("特殊", "special"),
    "normal": ("普通", "normal"),
    "urgent": ("紧急", "urgent"),
    "critical": ("特急", "critical"),
    "major": ("重大", "major"),
}


def _fact(code: str) -> str:
    return _said(_FACTS.get(code, (code, code)))


def _values(one: Clause) -> list[dict[str, Any]]:
    return [{"since": since, "rows": sorted(values.items())} for since, values in one.values]


def _source(one: Clause) -> list[tuple[str, str]]:
    return [(SOURCES.get(name, name), value) for name, value in one.source.items()]


def _events(one: Clause) -> list[tuple[str, tuple[str, ...]]]:
    named = (
        (_("Starts"), one.starts_on),
        (_("Stops"), one.stops_on),
        (_("Cancelled by"), one.cancels_on),
        (_("Paused by"), one.pauses_on),
        (_("Runs on with"), one.resumes_on),
    )
    return [(words, events) for words, events in named if events]


def _scenarios(book: Book, clause_id: str) -> list[dict[str, Any]]:
    """Examples in which the clause is proved, each as times in and verdicts out."""
    found = []
    for document in book.scenarios:
        body = document.value
        if clause_id in body.get("clauses", ()) or str(body.get("decide", "")).endswith(clause_id):
            found.append(_scenario(body))
    return found


def _scenario(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": _text(body.get("name", {})),
        "events": body.get("events", ()),
        "expect": _rows(body.get("expect")),
        "acts": body.get("acts", ()),
        "facts": sorted(body.get("facts", {}).items()),
        "decide": body.get("decide", ""),
    }


def _rows(expected: Any) -> list[Any]:
    if isinstance(expected, Mapping):
        return [{"rows": sorted(expected.items())}]
    return list(expected or ())


def _said(pair: tuple[str, str]) -> str:
    return pair[0] if _language() == "zh" else pair[1]


def _text(texts: Mapping[str, str]) -> str:
    return str(texts.get(_language()) or texts.get("zh") or "")


def _language() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"
