"""How the installation does: health in one look, jobs, notices that did not go out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import page_permission, signed_in
from bihuan.accounts.permissions import allows
from bihuan.administration import actions, forms, queries
from bihuan.administration.acts import Act, act_named, perform
from bihuan.administration.labels import language
from bihuan.administration.pages import site
from bihuan.administration.permissions import RoomPermission as P
from bihuan.engine.errors import Invalid
from bihuan.journal.time import now
from bihuan.norms import queries as norms
from bihuan.notices import actions as notice_actions
from bihuan.notices import queries as notice_queries
from bihuan.notices.permissions import NoticePermission as N
from bihuan.workforce import queries as work

JOB_ACTS: Final[Mapping[str, Act]] = {
    "retry": Act(
        name="retry", label=gettext_noop("Start again"), icon="refresh", form=forms.Why, permission=P.JOBS,
        fits=lambda job: job.state == "failed", done=gettext_noop("The job starts again."),
        hint=gettext_noop("Every job is safe to repeat: what was done before is not done twice."),
        run=lambda actor, at, job, g: actions.retry_job(job_id=job.id, why=g["why"], actor=actor, at=at),
    ),
    "give-up": Act(
        name="give-up", label=gettext_noop("Give up"), icon="ban", form=forms.WhyNeeded, permission=P.JOBS,
        fits=lambda job: job.state in ("failed", "todo"), danger=True, done=gettext_noop("Given up."),
        hint=gettext_noop("What it was to do stays undone."),
        run=lambda actor, at, job, g: actions.give_up_job(job_id=job.id, why=g["why"], actor=actor, at=at),
    ),
}  # fmt: skip
NOTICE_ACTS: Final[Mapping[str, Act]] = {
    "retry": Act(
        name="retry", label=gettext_noop("Send again"), icon="send", form=forms.RoomForm, permission=N.RETRY,
        fits=lambda it: it.state in ("failed", "bounced"), done=gettext_noop("It is sent again."),
        hint=gettext_noop("From the first channel on."),
        run=lambda actor, at, it, g: notice_actions.retry(notice_id=it.id, actor=actor, at=at),
    ),
    "give-up": Act(
        name="give-up", label=gettext_noop("Give up"), icon="ban", form=forms.WhyNeeded, permission=N.RETRY,
        fits=lambda it: it.state in ("failed", "bounced"), danger=True, done=gettext_noop("Given up."),
        hint=gettext_noop("Nobody counts as told by this: tell the person by another way."),
        run=lambda actor, at, it, g: notice_actions.give_up(
            notice_id=it.id, why=g["why"], actor=actor, at=at
        ),
    ),
}  # fmt: skip


@page_permission(P.SYSTEM)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What is well and what is not, what waits for the administrator."""
    actor, at = signed_in(request), now()
    signs = queries.signs(actor, at=at)
    context = {
        "tabs": site.tabs(actor, "overview"),
        "signs": [_sign(sign) for sign in signs],
        "bad": [sign for sign in signs if sign.state == "bad"],
        "ending": work.ending(at=at, days=30).select_related("worker__person")[:20],
        "uncertified": len(work.uncertified(at=at)),
        "switched": norms.switched(),
        "missing_year": _missing_year(at),
        "now": at,
    }
    return render(request, "administration/overview.html", context)


@page_permission(P.SYSTEM)
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """Jobs of one state, the failed ones first."""
    actor, at = signed_in(request), now()
    state = request.GET.get("state") or "failed"
    found = queries.jobs(actor, state, before=_number(request.GET.get("before", "")))
    shown = found[: len(found) - 1] if len(found) > 50 else found
    more = urlencode({"state": state, "before": shown[-1].id}) if len(found) > 50 else ""
    context = {
        "tabs": site.tabs(actor, "jobs"),
        "jobs": shown,
        "state": state,
        "counted": queries.counted(actor),
        "workers": queries.workers(actor),
        "more": more,
        "may_manage": allows(actor, P.JOBS),
        "now": at,
    }
    return render(request, "administration/jobs.html", context)


@page_permission(P.JOBS)
def job_act(request: HttpRequest, job_id: int, name: str) -> HttpResponse:
    """Start a job again or give it up."""
    actor = signed_in(request)
    job = queries.job_for(actor, job_id)
    back, tabs = reverse("administration:jobs"), site.tabs(actor, "jobs")
    return perform(
        request, act_named(JOB_ACTS, name), job, title=f"{job.task} #{job.id}", back=back, tabs=tabs
    )


@page_permission(N.FAILED)
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Messages that failed or came back, the oldest first, with every try; never their words."""
    actor = signed_in(request)
    found = notice_queries.failed(actor, after=site.key_of(request.GET.get("after", "")), limit=51)
    shown = found[:50]
    more = f"{shown[-1].queued_at.isoformat()}~{shown[-1].id}" if len(found) > 50 else ""
    context = {
        "tabs": site.tabs(actor, "notices"),
        "notices": [{"it": each, "tries": notice_queries.tries_of(each.id)} for each in shown],
        "kinds": notice_queries.kinds(language()),
        "names": site.names([each.recipient_id for each in shown if each.recipient_id]),
        "more": urlencode({"after": more}) if more else "",
        "may_retry": allows(actor, N.RETRY),
        "now": now(),
    }
    return render(request, "administration/notices.html", context)


@page_permission(N.RETRY)
def notice_act(request: HttpRequest, notice_id: UUID, name: str) -> HttpResponse:
    """Send a message again or give it up."""
    actor = signed_in(request)
    it = notice_queries.get(notice_id)
    title = notice_queries.kinds(language()).get(it.kind, it.kind)
    back, tabs = reverse("administration:notices"), site.tabs(actor, "notices")
    return perform(request, act_named(NOTICE_ACTS, name), it, title=title, back=back, tabs=tabs)


def _sign(sign: queries.Sign) -> dict[str, Any]:
    words = _(sign.words).format(**sign.data)
    return {"sign": sign, "words": words, "path": reverse(f"administration:{sign.route}")}


def _missing_year(at: datetime) -> int | None:
    """Next year, when its arrangement is not loaded although it is about to be published (November)."""
    local = at.astimezone(norms.calendars().work.zone)
    wanted = local.year + 1 if local.month >= 11 else local.year
    return None if wanted in norms.calendars().work.years else wanted


def _number(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**62):
        raise Invalid(field="before", remedy="Use the key that the page before gave.")
    return int(text)
