"""The words of notices in both languages: shipped ones, the operator's own over them, a preview of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.requests import told
from bihuan.administration.acts import Act, perform
from bihuan.administration.forms import RoomForm, Why
from bihuan.administration.labels import language, word
from bihuan.administration.pages import site
from bihuan.engine.errors import BihuanError
from bihuan.journal.actor import Actor
from bihuan.journal.time import now
from bihuan.notices import actions, queries
from bihuan.notices.permissions import NoticePermission as N

LANGUAGES: Final = {"zh": "中文", "en": "English"}
RESTORE: Final = Act(
    name="restore", label=gettext_noop("Restore the shipped words"), icon="arrow-back-up", form=Why,
    permission=N.WORDING, done=gettext_noop("The shipped words are in use again."),
    hint=gettext_noop("Your own words stay in the history."), fits=lambda words: words.own is not None,
    run=lambda actor, at, words, g: actions.restore_wording(
        kind=words.template.kind, why=g["why"], actor=actor, at=at
    ),
)  # fmt: skip


class WordsForm(RoomForm):
    """A field for each part that the shipped words have, in both languages."""

    def __init__(self, *args: Any, shipped: Mapping[str, Mapping[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for side, parts in shipped.items():
            for part, text in parts.items():
                rows = 1 if part == "title" else min(12, text.count("\n") + 3)
                label = f"{LANGUAGES[side]} · {word('part', part)}"
                widget = forms.Textarea(attrs={"rows": rows, "lang": side, "class": "form-control"})
                self.fields[f"{side}_{part}"] = forms.CharField(label=label, max_length=4000, widget=widget)
        widget = forms.Textarea(attrs={"rows": 2, "class": "form-control"})
        self.fields["why"] = forms.CharField(label=_("Reason"), required=False, max_length=500, widget=widget)

    def texts(self) -> dict[str, dict[str, str]]:
        """What was entered, in the form of a file's ``texts``."""
        found: dict[str, dict[str, str]] = {"zh": {}, "en": {}}
        for name in self.fields:
            side, _sep, part = name.partition("_")
            if part:
                found[side][part] = str(self.cleaned_data[name]).replace("\r\n", "\n")
        return found


@page_permission(N.WORDING)
@require_safe
def wordings(request: HttpRequest) -> HttpResponse:
    """Every kind of notice: to whom, by which channels, whose words."""
    actor = signed_in(request)
    rows = [{"words": each, "label": each.template.label(language())} for each in queries.words(actor)]
    context = {"tabs": site.tabs(actor, "wordings"), "rows": sorted(rows, key=lambda r: str(r["label"]))}
    return render(request, "administration/wordings.html", context)


@page_permission(N.WORDING)
def wording(request: HttpRequest, kind: str) -> HttpResponse:
    """The words of one kind: write them, see them as an invented recipient would, use them."""
    actor, status = signed_in(request), 200
    words = queries.words_of(actor, kind)
    shipped = queries.shipped_words(kind).content["texts"]
    form = WordsForm(request.POST or None, shipped=shipped, initial=_initial(words.template.content["texts"]))
    shown = words.template.content["texts"]
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                shown = form.texts()
                if "preview" not in request.POST:
                    why = form.cleaned_data["why"]
                    actions.use_own_wording(kind=kind, texts=shown, why=why, actor=actor, at=now())
                    messages.success(request, _("Your own words are used from now on."))
                    return HttpResponseRedirect(reverse("administration:wording", args=[kind]))
                queries.preview(actor, kind=kind, texts=shown, language="zh")
                status = 200
            except BihuanError as error:
                form.add_error(None, told(error))
                shown, status = words.template.content["texts"], error.status
    context = {**_shown(actor, words, shown), "form": form, "tabs": site.tabs(actor, "wordings")}
    return render(request, "administration/wording.html", context, status=status)


@page_permission(N.WORDING)
def restore(request: HttpRequest, kind: str) -> HttpResponse:
    """Back to the shipped words."""
    actor = signed_in(request)
    words = queries.words_of(actor, kind)
    back = reverse("administration:wording", args=[kind])
    title = words.template.label(language())
    return perform(request, RESTORE, words, title=title, back=back, tabs=site.tabs(actor, "wordings"))


def _shown(actor: Actor, words: queries.Words, texts: Mapping[str, Any]) -> dict[str, Any]:
    kind = words.template.kind
    history = queries.wording_history(actor, kind)
    reasons = accounts.bodies([row.reason_id for row in history if row.reason_id])
    return {
        "words": words,
        "label": words.template.label(language()),
        "places": sorted({*words.template.params, "name", "link"}),
        "previews": [
            {
                "language": name,
                "lang": side,
                "parts": queries.preview(actor, kind=kind, texts=texts, language=side),
            }
            for side, name in LANGUAGES.items()
        ],
        "history": [
            {"row": row, "reason": reasons.get(row.reason_id, "") if row.reason_id else ""} for row in history
        ],
        "names": site.names([row.made_by for row in history]),
    }


def _preview(actor: Actor, kind: str, texts: Mapping[str, Any], side: str) -> dict[str, Any]:
    parts = queries.preview(actor, kind=kind, texts=texts, language=side)
    return {"language": LANGUAGES[side], "lang": side, "parts": parts}


def _initial(texts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {f"{side}_{part}": text for side, parts in texts.items() for part, text in parts.items()}
