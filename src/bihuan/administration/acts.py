"""What is done in the room: one table of acts a thing, one way to ask for it, do it and tell of it.

An act has a form; its page works alone, and as a part in the dialog. What it does is one action of the
module that owns the data; a refusal comes back into the form with the rule and what would make it pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from bihuan.accounts.doors import signed_in
from bihuan.accounts.permissions import allows
from bihuan.accounts.requests import told
from bihuan.administration.forms import RoomForm
from bihuan.engine.errors import BihuanError, NotFound, Refusal
from bihuan.journal.actor import Actor
from bihuan.journal.time import now

Run = Callable[[Actor, datetime, Any, Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that can be done. ``label``, ``hint`` and ``done`` are English msgids.

    ``fits`` says whether it makes sense for the thing as it is now; ``given`` what its form needs besides.
    """

    name: str
    label: str
    form: type[RoomForm]
    permission: StrEnum
    run: Run
    done: str
    icon: str = "pencil"
    hint: str = ""
    clause: str = ""
    danger: bool = False
    fits: Callable[[Any], bool] = field(default=lambda _thing: True)
    given: Callable[[Any], dict[str, Any]] = field(default=lambda _thing: {})
    initial: Callable[[Any], dict[str, Any]] = field(default=lambda _thing: {})


@dataclass(frozen=True, slots=True)
class Offer:
    """An act as a page offers it."""

    name: str
    label: str
    icon: str
    path: str
    danger: bool


def offers(acts: Mapping[str, Act], actor: Actor, thing: Any, path: Callable[[str], str]) -> list[Offer]:
    """The acts that this actor may do to this thing as it is."""
    return [
        Offer(act.name, _(act.label), act.icon, path(act.name), act.danger)
        for act in acts.values()
        if allows(actor, act.permission) and act.fits(thing)
    ]


def act_named(acts: Mapping[str, Act], name: str) -> Act:
    """Raises NotFound."""
    if name not in acts:
        raise NotFound(kind="step", id=name)
    return acts[name]


def perform(
    request: HttpRequest, act: Act, thing: Any, *, title: str, back: str, tabs: list[dict[str, Any]]
) -> HttpResponse:
    """Ask with the form, or do it and go back; what was typed stays where it is refused."""
    if not act.fits(thing):
        raise Refusal(
            "This is not possible as things are now.", code="room.act", remedy="Load the page again."
        )
    given = act.given(thing)
    if request.method != "POST":
        form = act.form(initial=act.initial(thing), **given)
        return _asked(request, act, form, title, back, tabs, 200)
    form = act.form(request.POST, request.FILES, **given)
    if not form.is_valid():
        return _asked(request, act, form, title, back, tabs, 422)
    try:
        act.run(signed_in(request), now(), thing, form.cleaned_data)
    except BihuanError as error:
        if error.status >= 500:
            raise
        form.add_error(None, told(error))
        return _asked(request, act, form, title, back, tabs, error.status)
    messages.success(request, _(act.done))
    return HttpResponseRedirect(back)


def _asked(
    request: HttpRequest,
    act: Act,
    form: RoomForm,
    title: str,
    back: str,
    tabs: list[dict[str, Any]],
    status: int,
) -> HttpResponse:
    part = request.headers.get("HX-Request") == "true"
    context = {"act": act, "form": form, "title": title, "back": back, "tabs": tabs, "action": request.path}
    name = "administration/_act.html" if part else "administration/act.html"
    return render(request, name, context, status=status)
