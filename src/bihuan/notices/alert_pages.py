"""A member of staff's letters, how they want to be notified, the bell, and what an open page is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import local, page_permission, public_page, signed_in
from bihuan.accounts.queries import PersonalField
from bihuan.accounts.requests import told
from bihuan.engine.errors import BihuanError, Invalid, NotFound
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now
from bihuan.notices import actions, queries
from bihuan.notices.alerts import GROUPS, WAYS, because, group_of
from bihuan.notices.permissions import NoticePermission as P

PAGE: Final = 30
LABELS: Final[Mapping[str, str]] = {
    "mention": gettext_noop("Somebody mentions me, or something happens in a case that I follow"),
    "assigned": gettext_noop("A case or a task becomes mine"),
    "warning": gettext_noop("A limit comes near"),
    "breach": gettext_noop("A limit has passed, or something failed"),
    "approval": gettext_noop("Something waits for my approval"),
    "other": gettext_noop("Everything else in my cases"),
}
WAY_LABELS: Final[Mapping[str, str]] = {"mail": gettext_noop("By mail"), "browser": gettext_noop("Browser")}


@page_permission(P.INBOX)
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """What one was told, the latest first, each with why."""
    actor = _staff(request)
    found = queries.inbox(actor, before=_before(request.GET.get("before", "")), limit=PAGE + 1)
    shown, language = found[:PAGE], get_language() or "zh-hans"
    last = shown[-1] if len(found) > PAGE else None
    context = {
        "letters": [{"letter": one, "body": _body(one), "why": because(one.kind, language)} for one in shown],
        "before": f"{last.told_at.isoformat()}~{last.notice_id}" if last else "",
        "unread": queries.unread(actor),
    }
    return render(request, "notices/letters.html", context)


@page_permission(P.INBOX)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Nothing is unread any more."""
    actions.mark_all_read(actor=_staff(request), at=now())
    return HttpResponseRedirect(reverse("notices:letters"))


@page_permission(P.INBOX)
@require_safe
def open_letter(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Where a letter leads; it counts as read from now on."""
    actor = _staff(request)
    letter = queries.get_for(actor, notice_id)
    if letter.channel == "station":
        actions.mark_read(notice_id=notice_id, actor=actor, at=now())
    return HttpResponseRedirect(local(request, letter.path) if letter.path else reverse("notices:letters"))


@page_permission(P.INBOX)
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """How many letters are unread, for the head of every page."""
    return render(request, "notices/_bell.html", {"unread": queries.unread(_staff(request))})


@page_permission(P.INBOX)
@require_safe
def news(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """What an open page shows of a letter that has just come; ``show``: the person wants that."""
    actor = _staff(request)
    letter, wishes = queries.get_for(actor, notice_id), queries.wishes(actor)
    wanted = "browser" in wishes.choices.get(group_of(letter.kind), ())
    return JsonResponse(
        {
            "title": letter.title,
            "body": letter.body.split("\n", 1)[0],
            "link": reverse("notices:open_letter", args=[notice_id]),
            "show": wanted and letter.read_at is None and not wishes.quiet_at(now()),
        }
    )


@page_permission(P.INBOX)
@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: HttpRequest) -> HttpResponse:
    """By which ways besides the letter one wants to hear of what, and when not."""
    actor, at = _staff(request), now()
    if request.method != "POST":
        return _alerts(request, actor)
    try:
        actions.set_alerts(**_given(request), actor=actor, at=at)
    except BihuanError as error:
        return _alerts(request, actor, error=error)
    messages.success(request, _("Kept."))
    return HttpResponseRedirect(reverse("notices:alerts"))


@page_permission(P.INBOX)
@require_POST
def add_browser(request: HttpRequest) -> HttpResponse:
    """The browser that asks may be called when no page is open (said by alerts.js)."""
    given = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    try:
        row = actions.add_browser(**given, actor=_staff(request), at=now())
    except BihuanError as error:
        return JsonResponse({"detail": told(error)}, status=error.status)
    return JsonResponse({"id": str(row.id)})


@page_permission(P.INBOX)
@require_POST
def remove_browser(request: HttpRequest, browser_id: UUID) -> HttpResponse:
    """It is not called any more."""
    actions.remove_browser(browser_id=browser_id, actor=_staff(request), at=now())
    messages.success(request, _("Removed."))
    return HttpResponseRedirect(reverse("notices:alerts"))


@public_page
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that the browser runs while no page is open; at the root, so that it serves every page."""
    del request
    found = finders.find("notices/worker.js")
    if not isinstance(found, str):
        raise NotFound(kind="file", id="worker.js")
    with open(found, encoding="utf-8") as file:
        answer = HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "max-age=3600"
    return answer


def _body(letter: queries.Letter) -> str:
    """Without the line of the link: the title leads there."""
    lines = letter.body.split("\n")
    return "\n".join(line for line in lines if not (letter.path and letter.path in line))


def _alerts(request: HttpRequest, actor: Actor, *, error: BihuanError | None = None) -> HttpResponse:
    wishes = queries.wishes(actor)
    masked = accounts.masked_many([actor.id], [PersonalField.EMAIL]).get(actor.id, {})
    chosen = _chosen(request) if error else wishes.choices
    context = {
        "rows": [
            {
                "group": group,
                "label": _(LABELS[group]),
                "ways": [
                    {"way": way, "label": _(WAY_LABELS[way]), "on": way in chosen.get(group, ())}
                    for way in WAYS
                ],
            }
            for group in GROUPS
        ],
        "wishes": wishes,
        "mail": masked.get(PersonalField.EMAIL, ""),
        "error": told(error) if error else "",
    }
    return render(request, "notices/alerts.html", context, status=error.status if error else 200)


def _given(request: HttpRequest) -> dict[str, Any]:
    return {
        "choices": _chosen(request),
        "quiet_from": _time(request.POST.get("quiet_from", ""), "quiet_from"),
        "quiet_until": _time(request.POST.get("quiet_until", ""), "quiet_until"),
    }


def _chosen(request: HttpRequest) -> dict[str, list[str]]:
    return {group: [w for w in WAYS if w in request.POST.getlist(group)] for group in GROUPS}


def _time(text: str, field: str) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(field=field, remedy="Write a time such as 22:00.") from None


def _before(text: str) -> tuple[datetime, UUID] | None:
    if not text:
        return None
    at, _sep, last = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment, UUID(last)
    except ValueError:
        raise Invalid(field="before", remedy="Go back to the first page.") from None


def _staff(request: HttpRequest) -> Actor:
    """Consumers, merchants and partners read their letters on their own sites."""
    actor = signed_in(request)
    if actor.kind is not ActorKind.STAFF:
        raise NotFound(kind="page", id=request.path)
    return actor
