"""The consumer's site: complain, follow, answer. A session opened by number and code sees that one case."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import local, open_session, public_page, signed_in
from bihuan.accounts.limits import Limit, take
from bihuan.accounts.requests import actor_of, address_of, told
from bihuan.cases import kinds
from bihuan.cases import queries as cases
from bihuan.cases.labels import language
from bihuan.cases.pages.sides import site_page
from bihuan.complaints import queries
from bihuan.complaints.pages import following, stepping
from bihuan.complaints.pages.wizard import SENT
from bihuan.complaints.permissions import P
from bihuan.engine.errors import BihuanError
from bihuan.journal.actor import ActorKind
from bihuan.journal.time import now

ADDRESS_TRIES: Final = Limit(10, 600)
NUMBER_TRIES: Final = Limit(10, 3600)
STEPS: Final = frozenset(
    {
        "supplement",
        "answer_evidence",
        "add_evidence",
        "accept_offer",
        "decline_offer",
        "counter",
        "object_liability",
        "write",
        "rate",
        "withdraw",
        "reopen",
        "appeal",
    }
)
"""The steps that a complainant takes here."""

_ONLY: Final = (ActorKind.CONSUMER,)


@public_page
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What is needed to complain and what happens then; from here to the sign-in by phone."""
    actor = actor_of(request)
    limited = actor is not None and actor.case_id is not None
    lang, at = language(), now()
    context = {
        "limited": limited,
        "promises": following.promises(lang, at),
        "goal": reverse("consumer:complain"),
    }
    return render(request, "complaints/consumer/start.html", context)


@site_page(P.READ, _ONLY, "consumer:follow")
@never_cache
@require_safe
def received(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The receipt: number and code, what happens next and by when."""
    actor, at = signed_in(request), now()
    file = queries.file_for(actor, case_id, at=at)
    code = next((s["code"] for s in SENT.all(request) if s["case"] == str(case_id)), "")
    shown = following.receipt(file, language(), at)
    return render(request, "complaints/consumer/received.html", {**shown, "code": code})


@site_page(P.READ, _ONLY, "consumer:follow")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The person's complaints, the latest first, and what they were told."""
    shown = following.overview(signed_in(request), request.GET.get("before", ""), language(), now())
    return render(request, "complaints/consumer/mine.html", shown)


@site_page(P.READ, _ONLY, "consumer:follow")
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One complaint: what is asked now, how far it is, what was said."""
    actor, at = signed_in(request), now()
    file = queries.file_for(actor, case_id, at=at)
    return render(request, "complaints/consumer/case.html", following.shown(file, actor, language(), at))


step = stepping.PAGES.page(
    site_page(P.READ, _ONLY, "consumer:follow"),
    back="consumer:case",
    template="complaints/consumer/step.html",
    steps=STEPS,
)


@public_page
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Enter with number and code: a session for that case alone. Wrong pairs are answered alike."""
    typed = {name: request.POST.get(name, "")[:40].strip() for name in ("number", "code")}
    context: dict[str, Any] = {
        "number": typed["number"],
        "goal": local(request, request.GET.get("next") or reverse("consumer:mine")),
    }
    status = 200
    if request.method == "POST":
        try:
            return HttpResponseRedirect(kinds.path_of("case", _enter(request, **typed), "complainant", None))
        except BihuanError as error:
            context["error"], status = told(error), error.status
    return render(request, "complaints/consumer/follow.html", context, status=status)


def _enter(request: HttpRequest, number: str, code: str) -> UUID:
    take(f"follow|{address_of(request)}", ADDRESS_TRIES)
    take(f"follow number|{number.upper()}", NUMBER_TRIES)
    found = cases.by_code(number, code)
    person = accounts.person_by_id(found.consumer_id)
    open_session(request, person, via="code", case_id=found.id)
    return found.id
