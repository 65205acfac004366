"""Pages of automation: the list, one rule, one macro, and running a macro on a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows
from bihuan.accounts.requests import told
from bihuan.automation import actions, matching, plans, queries, words
from bihuan.automation.actions.rules import NOTIFY
from bihuan.automation.permissions import AutomationPermission
from bihuan.automation.running import Result
from bihuan.cases import queries as cases
from bihuan.cases.labels import label
from bihuan.complaints import steps
from bihuan.engine.errors import BihuanError, NotFound
from bihuan.journal.actor import Actor
from bihuan.journal.events import REGISTRY, headline
from bihuan.journal.time import now

P = AutomationPermission


@page_permission(P.READ)
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Rules and macros, and making one."""
    actor, error = signed_in(request), None
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_made(request, actor))
        except BihuanError as refused:
            error = refused
    shown = {
        "rules": [(r, words.waits(r), words.off(r)) for r in queries.rules_for(actor)],
        "macros": [(m, [words.step_words(s["step"]) for s in m.steps]) for m in queries.macros_for(actor)],
        "events": [(name, headline(name, words.language())) for name in matching.events()],
        "may": allows(actor, P.MANAGE),
        "typed": request.POST if error else {},
        "error": told(error) if error else "",
    }
    return render(request, "automation/list.html", shown, status=error.status if error else 200)


@page_permission(P.READ)
@require_safe
def rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """One rule: what it waits for, what it does, what it did, and what it would have done (``?try=1``)."""
    return _rule(request, rule_id)


@page_permission(P.READ)
@require_safe
def macro(request: HttpRequest, macro_id: UUID) -> HttpResponse:
    """One macro: its steps, and adding one."""
    return _macro(request, macro_id)


@page_permission(P.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def planned(request: HttpRequest, kind: str, plan_id: UUID, step: str) -> HttpResponse:
    """The form of a step that is written down beforehand."""
    actor, door, error = signed_in(request), steps.door(step), None
    back = reverse(f"automation:{kind}", args=[plan_id])
    fields = plans.fields_of(door, words.language())
    if request.method == "POST":
        try:
            data = plans.read(door, request.POST, words.language(), at=now())
            _add(kind, plan_id, step, data, actor)
            return HttpResponseRedirect(back)
        except BihuanError as refused:
            error = refused
            for field in fields:
                many = field.widget == "checks"
                field.value = request.POST.getlist(field.name) if many else request.POST.get(field.name, "")
                field.error = told(refused) if refused.data.get("field") == field.name else ""
    shown = {
        "door": door,
        "words": words.step_words(step),
        "fields": fields,
        "back": back,
        "kind": kind,
        "error": told(error) if error and not any(f.error for f in fields) else "",
    }
    return render(request, "automation/step.html", shown, status=error.status if error else 200)


@page_permission(P.RUN)
@require_safe
def for_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The macros that can be run on a case."""
    actor = signed_in(request)
    shown = {
        "case": cases.get_for(actor, case_id),
        "macros": [
            (m, [words.step_words(s["step"]) for s in m.steps]) for m in queries.macros_for(actor) if m.steps
        ],
    }
    return render(request, "automation/choose.html", shown)


@page_permission(P.RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, case_id: UUID, macro_id: UUID) -> HttpResponse:
    """What a macro will do on this case, and doing it: a result for each step."""
    actor = signed_in(request)
    found, case = queries.macro(macro_id), cases.get_for(actor, case_id)
    error: BihuanError | None = None
    results: list[Result] | None = None
    given = {name: request.POST.get(f"input:{name}", "") for name in plans.inputs_of(found.steps)}
    if request.method == "POST":
        try:
            results = actions.run_macro(
                macro_id=macro_id, case_id=case_id, inputs=given, actor=actor, at=now()
            )
        except BihuanError as refused:
            error = refused
    possible = {door.step.name for door in steps.possible(actor, case)}
    shown = {
        "macro": found,
        "case": case,
        "inputs": given,
        "plan": [(words.step_words(s["step"]), words.values(s), s["step"] in possible) for s in found.steps],
        "results": [words.result(r.as_json()) for r in results] if results is not None else None,
        "error": told(error) if error else "",
    }
    return render(request, "automation/run.html", shown, status=error.status if error else 200)


Act = Callable[[HttpRequest, Actor, UUID, datetime], str]


def _posted(show: Callable[..., HttpResponse], act: Act) -> Callable[..., HttpResponse]:
    @page_permission(P.MANAGE)
    @require_POST
    @wraps(act)
    def view(request: HttpRequest, plan_id: UUID) -> HttpResponse:
        actor = signed_in(request)
        try:
            goal = act(request, actor, plan_id, now())
        except BihuanError as error:
            if error.status == 404:
                raise
            return show(request, plan_id, error=error)
        if "/steps/" not in goal:
            messages.success(request, _("Saved."))
        return HttpResponseRedirect(goal)

    return view


def _condition(request: HttpRequest, actor: Actor, rule_id: UUID, at: datetime) -> str:
    codes = request.POST.get("codes", "").replace("，", ",").split(",") + request.POST.getlist("code")
    field = request.POST.get("field", "")
    actions.set_condition(rule_id=rule_id, field=field, codes=codes, actor=actor, at=at)
    return reverse("automation:rule", args=[rule_id])


def _action(request: HttpRequest, actor: Actor, rule_id: UUID, at: datetime) -> str:
    """A notice is added at once; a step has its own form."""
    chosen = request.POST.get("action", "")
    if chosen.startswith("step."):
        return reverse("automation:plan_rule", args=[rule_id, _known(chosen.removeprefix("step."))])
    actions.add_action(rule_id=rule_id, notify=chosen, actor=actor, at=at)
    return reverse("automation:rule", args=[rule_id])


def _drop_action(request: HttpRequest, actor: Actor, rule_id: UUID, at: datetime) -> str:
    actions.drop_action(rule_id=rule_id, number=_number(request), actor=actor, at=at)
    return reverse("automation:rule", args=[rule_id])


def _switch(request: HttpRequest, actor: Actor, rule_id: UUID, at: datetime) -> str:
    actions.switch_rule(rule_id=rule_id, on=request.POST.get("on") == "1", actor=actor, at=at)
    return reverse("automation:rule", args=[rule_id])


def _remove_rule(request: HttpRequest, actor: Actor, rule_id: UUID, at: datetime) -> str:
    del request
    actions.remove_rule(rule_id=rule_id, actor=actor, at=at)
    return reverse("automation:list")


def _step(request: HttpRequest, actor: Actor, macro_id: UUID, at: datetime) -> str:
    del actor, at
    return reverse("automation:plan_macro", args=[macro_id, _known(request.POST.get("step", ""))])


def _drop_step(request: HttpRequest, actor: Actor, macro_id: UUID, at: datetime) -> str:
    actions.drop_macro_step(macro_id=macro_id, number=_number(request), actor=actor, at=at)
    return reverse("automation:macro", args=[macro_id])


def _remove_macro(request: HttpRequest, actor: Actor, macro_id: UUID, at: datetime) -> str:
    del request
    actions.remove_macro(macro_id=macro_id, actor=actor, at=at)
    return reverse("automation:list")


def _rule(request: HttpRequest, rule_id: UUID, *, error: BihuanError | None = None) -> HttpResponse:
    actor, at = signed_in(request), now()
    found = queries.rule_for(actor, rule_id)
    firings = queries.firings_of(actor, rule_id)
    numbers = queries.numbers_of(actor, [f.case_id for f in firings])
    names = accounts.labels([found.owner_id], "en" if words.language() == "en" else "zh-hans")
    tried = queries.dry_run(actor, rule_id, at=at) if request.GET.get("try") == "1" else None
    shown = {
        "rule": found,
        "waits": words.waits(found),
        "off": words.off(found),
        "owner": names.get(found.owner_id, ""),
        "conditions": [(f, words.field_words(f), words.codes(f, c)) for f, c in found.conditions.items()],
        "fields": [(f, words.field_words(f), [(c, label(f, c, words.language())) for c in some])
                   for f, some in matching.FIELDS.items()],
        "event_fields": list(getattr(REGISTRY.get(found.event), "__dataclass_fields__", {})),
        "actions": [words.planned_words(a) for a in found.actions],
        "steps": [(d.step.name, words.step_words(d.step.name)) for d in plans.rule_steps()],
        "tell": [(whom, words.TELL[whom]) for whom in NOTIFY],
        "firings": [words.fired(f, numbers) for f in firings],
        "tried": tried,
        "tried_rows": _tried(tried),
        "may": allows(actor, P.MANAGE) and found.removed_at is None,
        "error": told(error) if error else "",
    }  # fmt: skip
    return render(request, "automation/rule.html", shown, status=error.status if error else 200)


def _tried(run: queries.DryRun | None) -> list[Any]:
    rows = run.rows if run else ()
    return [(row, [(words.action_words(a), ok) for a, ok in row.possible]) for row in rows]


def _macro(request: HttpRequest, macro_id: UUID, *, error: BihuanError | None = None) -> HttpResponse:
    actor = signed_in(request)
    queries.macros_for(actor)
    found = queries.macro(macro_id)
    shown = {
        "macro": found,
        "plan": [(words.step_words(s["step"]), words.values(s)) for s in found.steps],
        "inputs": plans.inputs_of(found.steps),
        "steps": [(d.step.name, words.step_words(d.step.name)) for d in plans.macro_steps()],
        "may": allows(actor, P.MANAGE),
        "error": told(error) if error else "",
    }
    return render(request, "automation/macro.html", shown, status=error.status if error else 200)


condition = _posted(_rule, _condition)
action = _posted(_rule, _action)
drop_action = _posted(_rule, _drop_action)
switch = _posted(_rule, _switch)
remove_rule = _posted(_rule, _remove_rule)
step = _posted(_macro, _step)
drop_step = _posted(_macro, _drop_step)
remove_macro = _posted(_macro, _remove_macro)


def _made(request: HttpRequest, actor: Actor) -> str:
    name, at = request.POST.get("name", ""), now()
    if request.POST.get("what") == "macro":
        return reverse("automation:macro", args=[actions.create_macro(name=name, actor=actor, at=at)])
    timed = request.POST.get("trigger") == "time"
    given = {
        "event": "" if timed else request.POST.get("event", ""),
        "clause": request.POST.get("clause", "").strip(),
        "before": request.POST.get("before", ""),
    }
    return reverse("automation:rule", args=[actions.create_rule(name=name, actor=actor, at=at, **given)])


def _add(kind: str, plan_id: UUID, step: str, data: Mapping[str, Any], actor: Actor) -> None:
    if kind == "rule":
        actions.add_action(rule_id=plan_id, step=step, data=data, actor=actor, at=now())
    else:
        actions.add_macro_step(macro_id=plan_id, step=step, data=data, actor=actor, at=now())


def _known(step: str) -> str:
    if step not in steps.doors():
        raise NotFound(kind="step", id=step[:40])
    return step


def _number(request: HttpRequest) -> int:
    text = request.POST.get("number", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
