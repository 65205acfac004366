"""The rules as everybody may read them: by book, and each clause with its source, history and examples."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import public_page
from bihuan.engine.clausetypes import Clause
from bihuan.engine.errors import NotFound
from bihuan.journal.time import now
from bihuan.norms import queries, telling
from bihuan.norms.changes import difference
from bihuan.norms.comparing import compared
from bihuan.norms.queries import TextInForce
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
CHANGES: Final[Mapping[str, tuple[str, str]]] = {
    "added": ("首次载入", "first loaded"),
    "value": ("新数值，自生效日起适用", "new figure, by date of effect"),
    "correction": ("更正我方转录", "correction of our transcription"),
    "wording": ("文字调整", "wording"),
    "status": ("执行状态变更", "status"),
}
"""What kind of change a text was; none of them judges a clock again."""
SOURCES: Final[Mapping[str, str]] = {
    "section": _("Section"),
    "article": _("Article"),
    "document": _("Document"),
    "checked": _("Checked against"),
    "quote": _("Quotation"),
    "row": _("Row"),
    "url": _("Address"),
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
    """One clause: text, source, nature, limits by date, history with its differences, worked examples."""
    history = queries.history(clause_id)
    try:
        read = queries.read_clause(clause_id)
    except NotFound:
        if not history:
            raise
        return _page(request, history[-1].clause, history, gone=True)
    return _page(request, read.clause, history, own=read.own)


@public_page
@require_safe
def text(request: HttpRequest, clause_id: str, text_hash: str) -> HttpResponse:
    """A text that was in force once, as clocks that were counted by it refer to it."""
    one = queries.clause_text(text_hash)
    if one.id != clause_id:
        raise NotFound(kind="clause text", id=text_hash)
    history = queries.history(clause_id)
    now_used = history[-1].hash if history else text_hash
    return _page(request, one, history, former=text_hash != now_used)


def _page(
    request: HttpRequest,
    one: Clause,
    history: Sequence[TextInForce],
    *,
    gone: bool = False,
    own: bool = False,
    former: bool = False,
) -> HttpResponse:
    book = queries.library().books.get(one.book)
    context = {
        "clause": one,
        "words": _words(one),
        "book": queries.header_of(one.book),
        "limits": telling.limits(one, _language()),
        "values": _values(one),
        "source": _source(one),
        "events": _events(one),
        "history": _history(history),
        "switches": _switches(one.id),
        "scenarios": [] if book is None or former else _scenarios(book, one.id),
        "own": own,
        "gone": gone,
        "former": former,
        "in_force": one.in_force(now()),
    }
    return render(request, "norms/clause.html", context)


def _history(found: Sequence[TextInForce]) -> list[dict[str, Any]]:
    """Newest first: each text with what kind of change it was and what it changed."""
    shown = []
    for before, text_ in zip((None, *found), found, strict=False):
        old = json.loads(before.clause.canonical) if before else None
        new = json.loads(text_.clause.canonical)
        kind = difference(old, new).kind
        changes = telling.differences(compared(old, new), _language()) if old else []
        shown.append({"text": text_, "kind": _said(CHANGES[kind]), "changes": changes})
    return shown[::-1]


def _switches(clause_id: str) -> list[dict[str, Any]]:
    """Times during which the clause was switched off, newest first, with the reason."""
    found = queries.switch_history(clause_id)
    reasons = queries.reasons(found)
    return [{"from_at": row.off_from, "until": row.on_again_from, "reason": reasons[row.pk]} for row in found]


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
    limits = telling.limits(one, _language())
    return str(limits[-1]["text"]) if limits else ""


def _values(one: Clause) -> list[dict[str, Any]]:
    return [{"since": since, "rows": sorted(values.items())} for since, values in one.values]


def _source(one: Clause) -> list[tuple[str, str]]:
    return [(SOURCES.get(name, name), value) for name, value in one.source.items()]


def _events(one: Clause) -> list[tuple[str, tuple[str, ...]]]:
    named = (
        (_("Starts"), one.starts_on),
        (_("Stops"), one.stops_on),
        (_("Facts known on"), one.known_on),
        (_("Cancelled by"), one.cancels_on),
        (_("Gives way to"), one.gives_way_on),
        (_("Paused by"), one.pauses_on),
        (_("Runs on with"), one.resumes_on),
        (_("Extended by"), (one.extension.on,) if one.extension else ()),
        (_("Shortened by"), one.follows),
    )
    return [(words, events) for words, events in named if events]


def _scenarios(book: Book, clause_id: str) -> list[dict[str, Any]]:
    """Examples in which the clause is proved, each as times in and verdicts out."""
    found = []
    for document in book.scenarios:
        body = document.value
        if clause_id in body.get("clauses", ()) or str(body.get("decide", "")).endswith(clause_id):
            found.append(telling.scenario(body, _language()))
    return found


def _said(pair: tuple[str, str]) -> str:
    return pair[0] if _language() == "zh" else pair[1]


def _text(texts: Mapping[str, str]) -> str:
    return str(texts.get(_language()) or texts.get("zh") or "")


def _language() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"
