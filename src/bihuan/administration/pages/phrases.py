"""Reasons, categories and quick replies: both languages, in order, retired instead of deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.requests import told
from bihuan.administration.acts import Act, act_named, perform
from bihuan.administration.forms import PhraseForm, Why
from bihuan.administration.labels import choices, word
from bihuan.administration.pages import site
from bihuan.engine.errors import BihuanError, NotFound
from bihuan.journal.time import now
from bihuan.phrases import actions, queries
from bihuan.phrases.actions import Kind, Words
from bihuan.phrases.permissions import PhrasePermission as P

_TITLES: Final = ("title_zh", "title_en", "body_zh", "body_en")


def _words(given: Mapping[str, Any]) -> Words:
    return Words(**{name: given.get(name, "") for name in _TITLES})


ACTS: Final[Mapping[str, Act]] = {
    "change": Act(
        name="change", label=gettext_noop("Change"), icon="pencil", form=PhraseForm, permission=P.MANAGE,
        done=gettext_noop("Changed; what it said before is kept."),
        given=lambda it: {"reply": it.kind == "reply", "new": False},
        initial=lambda it: {name: getattr(it, name) for name in _TITLES},
        run=lambda actor, at, it, g: actions.change(
            phrase_id=it.id, words=_words(g), why=g["why"], actor=actor, at=at
        ),
    ),
    "retire": Act(
        name="retire", label=gettext_noop("Retire"), icon="archive", form=Why, permission=P.MANAGE,
        danger=True, fits=lambda it: it.retired_at is None,
        done=gettext_noop("Retired: it is offered no more."),
        hint=gettext_noop("Where it was chosen before it stays readable."),
        run=lambda actor, at, it, g: actions.retire(phrase_id=it.id, why=g["why"], actor=actor, at=at),
    ),
    "restore": Act(
        name="restore", label=gettext_noop("Restore"), icon="arrow-back-up", form=Why, permission=P.MANAGE,
        fits=lambda it: it.retired_at is not None, done=gettext_noop("It is offered again."),
        run=lambda actor, at, it, g: actions.restore(phrase_id=it.id, why=g["why"], actor=actor, at=at),
    ),
}  # fmt: skip


@page_permission(P.MANAGE)
def phrases(request: HttpRequest) -> HttpResponse:
    """One kind of phrases, with a form for a new one."""
    actor, status = signed_in(request), 200
    kind = _kind(request.GET.get("kind") or "reply")
    form = PhraseForm(request.POST or None, reply=kind is Kind.REPLY, new=True)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                given = form.cleaned_data
                actions.add(
                    kind=kind, code=given["code"], of=given["of"], words=_words(given), actor=actor, at=now()
                )
                messages.success(request, _("Added at the end of its list."))
                return HttpResponseRedirect(f"{reverse('administration:phrases')}?kind={kind}")
            except BihuanError as error:
                form.add_error(None, told(error))
                status = error.status
    context = {
        "tabs": site.tabs(actor, "phrases"),
        "kind": str(kind),
        "kinds": choices("phrase"),
        "phrases": queries.all_of(actor, kind),
        "form": form,
    }
    return render(request, "administration/phrases.html", context, status=status)


@page_permission(P.MANAGE)
@require_safe
def phrase(request: HttpRequest, phrase_id: UUID) -> HttpResponse:
    """One phrase with what it said before."""
    actor = signed_in(request)
    it = queries.get_for(actor, phrase_id)
    history = queries.history(it.id)
    context = {
        "tabs": site.tabs(actor, "phrases"),
        "it": it,
        "history": history,
        "names": site.names([row.changed_by for row in history]),
    }
    return render(request, "administration/phrase.html", context)


@page_permission(P.MANAGE)
@require_POST
def move(request: HttpRequest, phrase_id: UUID) -> HttpResponse:
    """One place up or down."""
    actor = signed_in(request)
    it = queries.get_for(actor, phrase_id)
    actions.place(phrase_id=it.id, up=request.POST.get("way") == "up", actor=actor, at=now())
    return HttpResponseRedirect(f"{reverse('administration:phrases')}?kind={it.kind}#p-{it.id}")


@page_permission(P.MANAGE)
def act(request: HttpRequest, phrase_id: UUID, name: str) -> HttpResponse:
    """Change it, retire it, restore it."""
    actor = signed_in(request)
    it = queries.get_for(actor, phrase_id)
    back = f"{reverse('administration:phrases')}?kind={it.kind}#p-{it.id}"
    title = f"{word('phrase', it.kind)}: {it.code}"
    return perform(
        request, act_named(ACTS, name), it, title=title, back=back, tabs=site.tabs(actor, "phrases")
    )


def _kind(text: str) -> Kind:
    if text not in Kind.values:
        raise NotFound(kind="list", id=text[:20])
    return Kind(text)
