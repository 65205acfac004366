"""My data: see, correct, take away, ask to be erased (P-05, D-06)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as people
from bihuan.accounts.doors import signed_in
from bihuan.accounts.limits import Limit, take
from bihuan.accounts.permissions import Resource
from bihuan.accounts.queries import PersonalField
from bihuan.accounts.requests import told
from bihuan.cases import kinds
from bihuan.cases import queries as cases
from bihuan.cases.forms import Field
from bihuan.cases.kinds import Site
from bihuan.cases.labels import language
from bihuan.cases.models import Case
from bihuan.cases.pages.sides import site_page
from bihuan.complaints.permissions import P
from bihuan.conversations import queries as conversations
from bihuan.engine.errors import BihuanError
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.events import sentence
from bihuan.journal.time import now
from bihuan.notices import queries as notices
from bihuan.personal import actions as personal
from bihuan.personal import queries as own

EXPORTS: Final = Limit(10, 3600)
MOST_CASES: Final = 500
MOST_LETTERS: Final = 1000
SHOWN: Final = (
    PersonalField.NAME,
    PersonalField.PHONE,
    PersonalField.EMAIL,
    PersonalField.ADDRESS,
    PersonalField.EXTERNAL_REF,
)
CORRECTED: Final = (PersonalField.NAME, PersonalField.EMAIL, PersonalField.ADDRESS)
WORDS: Final = {
    PersonalField.NAME: gettext_noop("Your name"),
    PersonalField.PHONE: gettext_noop("Phone number"),
    PersonalField.EMAIL: gettext_noop("Your mail address"),
    PersonalField.ADDRESS: gettext_noop("Postal address"),
    PersonalField.EXTERNAL_REF: gettext_noop("How the marketplace calls you"),
}
_ONLY: Final = (ActorKind.CONSUMER,)


@site_page(P.SUBMIT, _ONLY, "consumer:start")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HttpRequest) -> HttpResponse:
    """What is known of oneself, masked, and correcting it."""
    actor = signed_in(request)
    if actor.case_id is not None:
        return HttpResponseRedirect(reverse("consumer:mine"))
    fields, error, status = _fields(), "", 200
    if request.method == "POST":
        try:
            _correct(request, fields, actor, now())
            messages.success(request, _("Your data was corrected."))
            return HttpResponseRedirect(reverse("consumer:data"))
        except BihuanError as refused:
            error, status = _refused(fields, refused), refused.status
    return render(
        request, "complaints/consumer/data.html", _shown(actor, fields, error, now()), status=status
    )


@site_page(P.SUBMIT, _ONLY, "consumer:start")
@never_cache
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Everything that is kept of oneself: ``?form=json`` as a file, else a page to read and print."""
    actor, at = signed_in(request), now()
    if actor.case_id is not None:
        return HttpResponseRedirect(reverse("consumer:mine"))
    take(f"own data|{actor.id}", EXPORTS)
    form = "json" if request.GET.get("form") == "json" else "page"
    found = gathered(actor, at)
    personal.note_export(form=form, actor=actor, at=at)
    if form == "page":
        return render(request, "complaints/consumer/export.html", {**found, "now": at})
    body = json.dumps(found, ensure_ascii=False, indent=2, default=str)
    name = f"bihuan-{at:%Y%m%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type="application/json; charset=utf-8", headers=headers)


@site_page(P.SUBMIT, _ONLY, "consumer:start")
@require_POST
def erasure(request: HttpRequest) -> HttpResponse:
    """Ask to be erased, or take that back."""
    actor, at = signed_in(request), now()
    try:
        if request.POST.get("go") == "withdraw":
            personal.withdraw_erasure(actor=actor, at=at)
            messages.success(request, _("Your request was taken back; nothing is erased."))
        else:
            personal.ask_erasure(actor=actor, at=at)
            messages.success(request, _("Your request stands. Below is what happens when."))
    except BihuanError as error:
        messages.error(request, told(error))
    return HttpResponseRedirect(reverse("consumer:data") + "#erasure")


def gathered(actor: Actor, at: datetime) -> dict[str, Any]:
    """The person's values in clear, cases with messages, letters, drafts and what happened to the account."""
    lang = language()
    person = people.person_by_id(actor.id)
    mine = list(cases.visible(actor).filter(consumer_id=actor.id).order_by("-received_at", "id")[:MOST_CASES])
    return {
        "made_at": at,
        "person": {
            "id": str(actor.id),
            "language": person.language,
            "known_since": person.created_at,
            **{str(field): value for field, value in _values(actor, at).items()},
        },
        "cases": [_case(actor, case, at) for case in mine],
        "letters": [
            {"title": x.title, "body": x.body, "told_at": x.told_at}
            for x in notices.inbox(actor, limit=MOST_LETTERS)
        ],
        "drafts": {
            kind: kept.body
            for kind in ("report", *(each.flow.name for each in kinds.known()))
            if (kept := own.draft(actor, kind)) is not None
        },
        "account": [
            {"at": e.occurred_at, "what": sentence(e.event, _named(e.data), lang)}
            for e in journal.entries_of(actor.id)
        ],
    }


def _case(actor: Actor, case: Case, at: datetime) -> dict[str, Any]:
    """Whatever flow it is of, as that flow reads it."""
    found = kinds.of(case.flow).file_for(actor, case.id, at=at).as_json()
    lines = conversations.messages(case.id, audiences=("consumer",))
    mine = [{"at": x.at, "mine": x.author_id == actor.id, "body": x.body} for x in lines]
    begins = kinds.beginnings([case]).get(case.id, "")
    said = {"flow": case.flow, "type": case.type, "matter": begins, "messages": mine}
    said["page"] = kinds.address(case, Site.CONSUMER)
    return said | {k: v for k, v in found.items() if k != "steps"}


def _values(actor: Actor, at: datetime) -> dict[PersonalField, str]:
    """In clear: seeing one's own is recorded like any other look into the vault."""
    shown = accounts.reveal(
        person_id=actor.id,
        reason="own data",
        on=Resource(person_ids=frozenset({actor.id})),
        actor=actor,
        at=at,
        fields=SHOWN,
    )
    return shown.values


def _named(data: dict[str, Any]) -> dict[str, Any]:
    """The names of one's own fields in words, for the sentence of an event."""
    fields = [_(WORDS[PersonalField(f)]) for f in data.get("fields", ()) if f in WORDS]
    return {**data, "fields": _(", ").join(fields)} if fields else data


def _shown(actor: Actor, fields: list[Field], error: str, at: datetime) -> dict[str, Any]:
    masks = people.masked_many([actor.id], SHOWN).get(actor.id, {})
    return {
        "known": [(_(WORDS[field]), masks[field]) for field in SHOWN if field in masks],
        "fields": fields,
        "form": {},
        "error": error,
        "held": own.held(actor, at),
        "asked": own.request(actor),
        "not_before": personal.NOT_BEFORE,
        "now": at,
    }


def _fields() -> list[Field]:
    made = [Field(str(field), _(WORDS[field]), "text") for field in CORRECTED]
    made[0].help = _("Leave empty what is right.")
    return made


def _correct(request: HttpRequest, fields: list[Field], actor: Actor, at: datetime) -> None:
    for one in fields:
        one.value = request.POST.get(one.name, "").strip()[:500]
    values = {PersonalField(one.name): str(one.value) for one in fields if one.value}
    if values:
        on = Resource(person_ids=frozenset({actor.id}))
        accounts.store(person_id=actor.id, values=values, on=on, actor=actor, at=at)


def _refused(fields: list[Field], error: BihuanError) -> str:
    at = next((one for one in fields if one.name == str(error.data.get("field", ""))), None)
    if at is None:
        return told(error)
    at.error = told(error)
    return ""
