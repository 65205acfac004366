"""What the pages of consumers and merchants share: conversation, files, history, what a step brings about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import View, declared_page, page_permission
from bihuan.accounts.requests import actor_of
from bihuan.complaints import forms
from bihuan.complaints.forms import StepForm
from bihuan.complaints.pages.pickers import pickers
from bihuan.complaints.pages.stepping import language
from bihuan.complaints.queries import File, Happened
from bihuan.complaints.steps import Door
from bihuan.conversations import queries as conversations
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor, ActorKind

_SHARED: Final = (
    "received",
    "accepted",
    "supplemented",
    "refused",
    "lapsed",
    "investigation_opened",
    "records_drawn",
    "liability_decided",
    "liability_objected",
    "evidence_requested",
    "evidence_answered",
    "default_warned",
    "default_found",
    "evidence_added",
    "findings_recorded",
    "stage_skipped",
    "offer_accepted",
    "offer_declined",
    "agreed",
    "decided",
    "demand_declined",
    "mediation_opened",
    "mediation_closed",
    "execution_started",
    "handled",
    "closed",
    "extended",
    "withdrawn",
    "reopened",
    "merged",
    "unmerged",
    "split",
    "appealed",
    "appeal_decided",
)
_CONSUMER: Final = (
    "acceptance_told",
    "supplement_requested",
    "supplement_told",
    "supplement_reminded",
    "refusal_told",
    "answered",
    "contacted",
    "progress_told",
    "promised",
    "promise_kept",
    "result_told",
    "followed_up",
)
TOLD: Final[Mapping[str, frozenset[str]]] = {
    "consumer": frozenset(f"complaint.{name}" for name in (*_SHARED, *_CONSUMER)),
    "merchant": frozenset(f"complaint.{name}" for name in _SHARED),
    "third_party": frozenset(f"complaint.{name}" for name in _SHARED),
}
"""What each side reads of the history: an allow-list, so that a new internal event stays internal."""
CONSEQUENCES: Final[Mapping[str, str]] = {
    "withdraw": gettext_noop(
        "The complaint ends here and its deadlines stop. It can be taken up again later."
    ),
    "appeal": gettext_noop("Somebody who has not decided in this case before looks at it again."),
    "reopen": gettext_noop("The case is taken up again with new deadlines. Say what is still wrong."),
    "object_liability": gettext_noop("The person in charge looks again at who is responsible."),
    "accept_offer": gettext_noop("Accepting is binding: the offer is carried out, and all others lapse."),
    "decline_offer": gettext_noop("The offer lapses. The case goes on, and another solution is looked for."),
    "counter": gettext_noop("Your own proposal goes to the other side; theirs is then answered."),
    "offer": gettext_noop("Your offer goes to the consumer at once. It binds you until it is answered."),
    "supplement": gettext_noop("With what you add we check again, with a new deadline for us."),
    "answer_evidence": gettext_noop("Statement and files go into the case file; they cannot be taken back."),
    "add_evidence": gettext_noop("The files go into the case file; they cannot be taken back."),
    "rate": gettext_noop("Your score goes also to those who check how we work."),
    "write": gettext_noop("The person in charge reads it and answers you here."),
}
"""What a step brings about, said before it is taken."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of the conversation."""

    mine: bool
    who: str
    at: datetime
    body: str
    files: Sequence[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A file under a name that tells nothing of another side."""

    id: UUID
    name: str
    picture: bool
    at: datetime


def site_page(permission: StrEnum, kinds: Sequence[ActorKind], entrance: str = "") -> Callable[[View], View]:
    """A page of one site: whoever is not signed in goes to the site's entrance, others find nothing here."""

    def decorate(view: View) -> View:
        guarded = page_permission(permission)(view)

        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_of(request)
            if actor is None and entrance:
                return HttpResponseRedirect(f"{reverse(entrance)}?{urlencode({'next': request.path})}")
            if actor is not None and actor.kind not in kinds:
                raise NotFound(kind="page", id=request.path)
            return guarded(request, *args, **kwargs)

        return declared_page(entered, str(permission))

    return decorate


def conversation(file: File, actor: Actor) -> list[Spoken]:
    """What was written between this side and the desk."""
    lines = conversations.messages(file.case.id, audiences=(file.side,))
    names = accounts.labels({x.author_id for x in lines}, "en" if language() == "en" else "zh-hans")
    return [
        Spoken(
            mine=x.author_kind != ActorKind.STAFF and x.author_kind != ActorKind.PROGRAM,
            who=_("You") if x.author_id == actor.id else names.get(x.author_id, ""),
            at=x.at,
            body=x.body,
            files=x.evidence_ids,
        )
        for x in lines
    ]


def files(file: File, parties: Sequence[str], *, own: bool) -> list[Shown]:
    """Files of these parties. Those of another side get a number for a name: names can tell of people."""
    found = [e for e in file.evidence if e.party in parties]
    return [
        Shown(
            e.id,
            e.name if own else _("File {number}").format(number=n),
            e.media_type.startswith("image/"),
            e.uploaded_at,
        )
        for n, e in enumerate(found, 1)
    ]


def history(file: File) -> list[Happened]:
    """What this side may read of the history, the newest first."""
    return [line for line in reversed(file.timeline) if line.event in TOLD[file.side]]


def step_form(file: File, door: Door, actor: Actor, at: datetime, initial: Mapping[str, Any]) -> StepForm:
    """The form of a step to stand in a page of its own case."""
    name = door.step.name
    return forms.form_of(door, pickers(name, door.fields, file, actor, at, language()), language(), initial)


def consequence(name: str) -> str:
    """What a step brings about, in a sentence."""
    return _(CONSEQUENCES[name]) if name in CONSEQUENCES else ""
