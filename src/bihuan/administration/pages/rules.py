"""Rulebooks as this operator keeps them: clauses switched off, own figures for limits, with their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows, require
from bihuan.administration.acts import Act, act_named, offers, perform
from bihuan.administration.forms import WhyNeeded, day
from bihuan.administration.labels import language, said, word
from bihuan.administration.pages import site
from bihuan.administration.permissions import RoomPermission as P
from bihuan.engine.clausetypes import Clause, LimitValue
from bihuan.engine.explain import print_limit
from bihuan.journal.time import now
from bihuan.norms import actions, queries
from bihuan.norms.permissions import NormsPermission as N

FIXED: Final = "fixed"


class LimitForm(WhyNeeded):
    """A first day, and a length of time for each class that the clause tells apart."""

    since = day(_("First day"))

    def __init__(self, *args: Any, clause: Clause, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in _lengths(clause.limits[-1][1]).items():
            field = forms.CharField(label=_label(name), max_length=12, initial=value)
            field.help_text = _("30m 24h 7d (days) 3wd (working days) 6mo 1y 4bh (business hours)")
            field.widget.attrs["class"] = "form-control"
            self.fields[f"limit_{name}"] = field
        self.order_fields(["since", *(name for name in self.fields if name.startswith("limit_")), "why"])


def _value(given: Mapping[str, Any], clause: Clause) -> Any:
    """What was entered, as a clause file writes it."""
    last = clause.limits[-1][1]
    lengths = {n.removeprefix("limit_"): v for n, v in given.items() if n.startswith("limit_")}
    return lengths[FIXED] if last.fixed is not None else {"by": last.by, **lengths}


def _lengths(value: LimitValue) -> dict[str, str]:
    if value.fixed is not None:
        return {FIXED: str(value.fixed)}
    found = {code: str(length) for code, length in value.choices.items()}
    return {**found, "default": str(value.default)} if value.default is not None else found


def _label(name: str) -> str:
    return word("class", name)


ACTS: Final[Mapping[str, Act]] = {
    "off": Act(
        name="off", label=gettext_noop("Switch off"), icon="player-pause", form=WhyNeeded, danger=True,
        permission=N.SWITCH, fits=lambda one: one.id not in queries.switched_off(),
        done=gettext_noop("Switched off: it starts no clocks. The conformity report prints your reason."),
        hint=gettext_noop("Clocks that run go on. The reason stands in every conformity report."),
        run=lambda actor, at, one, g: actions.switch_off(
            clause_id=one.id, reason=g["why"], actor=actor, at=at
        ),
    ),
    "on": Act(
        name="on", label=gettext_noop("Switch on"), icon="player-play", form=WhyNeeded, permission=N.SWITCH,
        fits=lambda one: one.id in queries.switched_off(), done=gettext_noop("Switched on."),
        hint=gettext_noop("It starts clocks for events from now on; what happened meanwhile has none."),
        run=lambda actor, at, one, g: actions.switch_on(clause_id=one.id, why=g["why"], actor=actor, at=at),
    ),
    "limit": Act(
        name="limit", label=gettext_noop("Set an own limit"), icon="clock", form=LimitForm,
        permission=N.LIMIT, fits=queries.may_set_limit, given=lambda one: {"clause": one},
        initial=lambda one: {"since": timezone.localdate(now()) + timedelta(days=1)},
        done=gettext_noop("The limit is set. Clocks that run keep theirs."),
        hint=gettext_noop("From a day to come, shown as yours and never as the norm's; reports print why."),
        run=lambda actor, at, one, g: actions.set_limit(
            clause_id=one.id, since=g["since"], value=_value(g, one), reason=g["why"], actor=actor, at=at
        ),
    ),
}  # fmt: skip
WITHDRAW: Final = Act(
    name="withdraw", label=gettext_noop("Take back"), icon="arrow-back-up", form=WhyNeeded,
    permission=N.LIMIT, fits=lambda row: row.withdrawn_at is None,
    done=gettext_noop("Taken back before it began."),
    run=lambda actor, at, row, g: actions.withdraw_limit(limit_id=row.pk, why=g["why"], actor=actor, at=at),
)  # fmt: skip


@page_permission(P.RULES)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """What is set otherwise here, then every rulebook with its clauses."""
    actor = signed_in(request)
    off = queries.switched_off()
    own = {row.clause_id for row in queries.own_limits() if row.withdrawn_at is None}
    found = queries.switched()
    text = request.GET.get("text", "").strip()[:40].lower()
    context = {
        "tabs": site.tabs(actor, "rules"),
        "switched": [{"it": each, "shown": _shown_value(each.value)} for each in found],
        "names": site.names([each.by for each in found]),
        "books": [_book(each, off, own, text) for each in queries.books()],
        "text": text,
    }
    return render(request, "administration/rules.html", context)


@page_permission(P.RULES)
@require_safe
def rule(request: HttpRequest, clause_id: str) -> HttpResponse:
    """One clause: is it on, which limit binds when, whose figure, and everything that was changed."""
    actor = signed_in(request)
    one = queries.clause(clause_id)
    limits, switches = queries.own_limits(clause_id), queries.switch_history(clause_id)
    ids = [*(row.reason_id for row in limits), *(row.reason_id for row in switches)]
    ids += [row.on_reason_id for row in switches if row.on_reason_id]

    def path(name: str) -> str:
        return reverse("administration:rule_act", args=[clause_id, name])

    context = {
        "tabs": site.tabs(actor, "rules"),
        "clause": one,
        "off": queries.switched_off().get(clause_id),
        "limits": [_limit_row(one, since, value, limits) for since, value in one.limits],
        "shipped": [
            {"since": since, "value": _printed(value)}
            for since, value in queries.shipped_clause(clause_id).limits
        ],
        "own": [{"row": row, "value": _shown_value(row.value)} for row in limits],
        "switches": switches,
        "reasons": accounts.bodies(ids),
        "names": site.names([*(r.made_by for r in limits), *(r.off_by for r in switches)]),
        "offers": offers(ACTS, actor, one, path),
        "may_limit": allows(actor, N.LIMIT),
        "today": timezone.localdate(now()),
    }
    return render(request, "administration/rule.html", context)


@page_permission(P.RULES)
def act(request: HttpRequest, clause_id: str, name: str) -> HttpResponse:
    """Switch a clause off or on, or set its limit."""
    actor = signed_in(request)
    one, step = queries.clause(clause_id), act_named(ACTS, name)
    require(actor, step.permission)
    back = reverse("administration:rule", args=[clause_id])
    title = f"{one.id} {said(one.title)}"
    return perform(request, step, one, title=title, back=back, tabs=site.tabs(actor, "rules"))


@page_permission(N.LIMIT)
def withdraw(request: HttpRequest, clause_id: str, row_id: int) -> HttpResponse:
    """Take an own limit back before it begins."""
    actor = signed_in(request)
    row = queries.own_limit(clause_id, row_id)
    back = reverse("administration:rule", args=[clause_id])
    return perform(request, WITHDRAW, row, title=clause_id, back=back, tabs=site.tabs(actor, "rules"))


def _book(found: Any, off: Mapping[str, Any], own: set[str], text: str) -> dict[str, Any]:
    clauses = [read.clause for read in found.book.clauses.values()]
    rows = [
        {
            "clause": one,
            "limit": _printed(one.limits[-1][1]) if one.limits else "",
            "off": one.id in off,
            "own": one.id in own,
        }
        for one in clauses
        if not text or text in f"{one.id} {one.title['zh']} {one.title['en']}".lower()
    ]
    return {"id": found.book.id, "title": found.book.header["title"], "rows": rows, "edition": found.edition}


def _limit_row(one: Clause, since: Any, value: LimitValue, own: list[Any]) -> dict[str, Any]:
    mine = any(row.since == since and row.withdrawn_at is None for row in own)
    return {"since": since, "value": _printed(value), "own": mine}


def _printed(value: LimitValue) -> str:
    if value.from_param:
        return _("the time stated")
    joint = "；" if language() == "zh" else "; "
    lengths = _lengths(value)
    if FIXED in lengths:
        return print_limit(lengths[FIXED], language())
    return joint.join(f"{_label(name)} {print_limit(length, language())}" for name, length in lengths.items())


def _shown_value(value: Any) -> str:
    """A stored value in words."""
    if value is None:
        return ""
    if not isinstance(value, Mapping):
        return print_limit(str(value), language())
    joint = "；" if language() == "zh" else "; "
    rows = {name: length for name, length in value.items() if name != "by"}
    return joint.join(
        f"{_label(name)} {print_limit(str(length), language())}" for name, length in rows.items()
    )
