"""What case pages of every flow need in templates: words for codes, clauses as links, the timeline."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from bihuan.cases import kinds
from bihuan.cases.forms import StepForm
from bihuan.cases.green import CLAUSE, lists_at
from bihuan.cases.kinds import Site
from bihuan.cases.labels import label, language, told
from bihuan.cases.models import Case
from bihuan.engine.errors import NotFound
from bihuan.engine.explain import ExplainStep
from bihuan.engine.green import word_of
from bihuan.journal.events import headline
from bihuan.norms import queries as norms

register = template.Library()
_COLOURS = {
    "major": "red",
    "critical": "red",
    "urgent": "orange",
    "overdue": "red",
    "late": "red",
    "held": "yellow",
    "fail": "red",
    "unknown": "yellow",
    "pass": "green",
    "met": "green",
    "accepted": "green",
    "effective": "green",
    "rejected": "red",
    "failed": "red",
    "open": "azure",
    "asked": "yellow",
    "approved": "azure",
}


@register.filter(name="label")
def label_filter(code: Any, group: str) -> str:
    """``{{ case.type|label:"type" }}``: 商品质量."""
    return label(group, str(code), language())


@register.simple_tag
def badge(group: str, code: str) -> SafeString:
    """A code as a badge: the word says it, the colour only helps."""
    colour = _COLOURS.get(code, "secondary")
    return format_html('<span class="badge bg-{}-lt">{}</span>', colour, label(group, code, language()))


@register.inclusion_tag("cases/_green.html")
def green(case: Any, audience: str = "staff") -> dict[str, Any]:
    """The mark of the green channel with what it stands on; for consumers and partners what follows."""
    if not case.green:
        return {"need": ""}
    ground, _, found = case.green_by.partition(":")
    word = word_of(lists_at(case.received_at), case.green, found)
    return {
        "need": label("need", case.green, language()),
        "ground": label("green_ground", ground, language()),
        "word": word if audience == "staff" else "",
        "audience": audience,
        "clause_id": CLAUSE,
    }


@register.filter
def happened(line: Any) -> str:
    """The sentence of a line of the timeline, with words for its codes."""
    return told(line.event, line.data, language())


@register.filter
def cited(text: str) -> SafeString:
    """A text of a person with the clauses it cites, «PCN-3.2.3 …», as links to their pages."""
    parts = _CITED.split(escape(text))
    made = [
        part
        if place % 3 == 0
        else f'<a class="bh-cited" href="/rules/{part}">«{part} {parts[place + 1]}»</a>'
        for place, part in enumerate(parts)
        if place % 3 != 2
    ]
    return mark_safe("".join(made))  # noqa: S308 (escaped above; ids are of the pattern)


_CITED = re.compile(r"«([A-Z][A-Za-z0-9.-]{1,38}) ([^«»]{1,120})»")


@register.filter
def of_language(thing: Any) -> str:
    """``{"zh": …, "en": …}`` or an object with zh and en, in the language of the page."""
    if isinstance(thing, dict) or hasattr(thing, "get"):
        return str(thing.get(language()) or thing.get("zh") or "")
    return str(getattr(thing, language(), "") or getattr(thing, "zh", ""))


@register.inclusion_tag("cases/_step_form.html", takes_context=True)
def step_form(context: template.Context, form: StepForm, action: str, back: str = "") -> dict[str, Any]:
    """The whole form of a step: fields, errors, clause, button. ``action`` is where it is sent to."""
    return {
        "form": form,
        "action": action,
        "back": back,
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }


@register.simple_tag
def case_address(case: Case, site: str) -> str:
    """The page of a case on a site, whichever flow it is of: ``{% case_address case "desk" %}``."""
    return kinds.address(case, Site(site))


@register.simple_tag
def step_address(case: Case, step: str) -> str:
    """Where a step of a case is taken at the desk: ``{% step_address case "take" %}``."""
    return f"{kinds.address(case, Site.DESK)}/steps/{step}"


@register.filter
def clause_title(clause_id: str) -> str:
    """The title of a clause in the language of the page; empty for one that is gone."""
    try:
        return of_language(norms.clause(clause_id).title)
    except NotFound:
        return ""


@register.filter
def yuan(fen: int) -> str:
    """Fen as a plain number of yuan, for a link that fills in a form: 128.50."""
    return f"{fen // 100}.{fen % 100:02d}"


@register.filter
def explained(step: ExplainStep) -> str:
    """A line of a clock's explanation, with words for its event and a readable time for a date it carries."""
    text = step.text_en if language() == "en" else step.text_zh
    name, end = step.data.get("event"), step.data.get("end")
    if isinstance(name, str):
        text = text.replace(name, headline(name, language()))
    if step.code == "dated" and isinstance(end, str) and "T" in end:
        moment = datetime.fromisoformat(end).astimezone(ZoneInfo("Asia/Shanghai"))
        text = text.replace(end, f"{moment:%Y-%m-%d %H:%M:%S}")
    return text
