"""Copies of letters by mail and into the browser, as each member of staff chose; never in quiet hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from bihuan.accounts.permissions import Resource, require
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal import actions as journal
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject
from bihuan.notices import events
from bihuan.notices.actions.queueing import enqueue, notice_id
from bihuan.notices.alerts import GROUPS, WAYS, group_of, quiet_until
from bihuan.notices.browsers import Subscription, allowed, sealed
from bihuan.notices.models import Alerts, Browser, InboxLetter, Notice, State
from bihuan.notices.permissions import NoticePermission
from bihuan.notices.ports.browser import BrowserPort, unpacked
from bihuan.notices.ports.choice import ports
from bihuan.notices.wording import template

MOST: Final = 10
"""Browsers of one person."""


def set_alerts(
    *,
    choices: Mapping[str, Sequence[str]],
    quiet_from: time | None,
    quiet_until: time | None,
    actor: Actor,
    at: datetime,
) -> None:
    """By which ways besides the letter one wants to hear of what. Raises NotAllowed, Invalid."""
    _require(actor)
    if not set(choices) <= set(GROUPS) or not all(set(ways) <= set(WAYS) for ways in choices.values()):
        raise Invalid(field="choices", remedy=f"Groups: {', '.join(GROUPS)}; ways: {', '.join(WAYS)}.")
    if (quiet_from is None) != (quiet_until is None):
        raise Invalid(
            "Quiet hours have a beginning and an end.", field="quiet_from", remedy="Give both, or none."
        )
    kept = {group: [way for way in WAYS if way in ways] for group, ways in choices.items() if ways}
    with transaction.atomic():
        Alerts.objects.update_or_create(
            person_id=actor.id,
            defaults={
                "choices": kept, "quiet_from": quiet_from, "quiet_until": quiet_until, "changed_at": at,
            },
        )  # fmt: skip
        said = [f"{group}.{way}" for group, ways in kept.items() for way in ways]
        _say(events.AlertsChosen(chosen=said, quiet=quiet_from is not None), actor, at)


def add_browser(*, endpoint: str, p256dh: str, auth: str, actor: Actor, at: datetime) -> Browser:
    """A browser that may be called when no page is open; the same one again changes nothing.

    Raises NotAllowed, Refusal (Web Push is not set up, or too many), Invalid (not a push service's address).
    """
    _require(actor)
    port = _port()
    given = Subscription(endpoint[:2000], p256dh[:200], auth[:100])
    if not allowed(given.endpoint, port.hosts) or not _is_key(given):
        raise Invalid(
            "This is no address of a push service that is trusted here.",
            field="endpoint",
            remedy="Use another browser, or have its push service added to BIHUAN_WEB_PUSH_HOSTS.",
        )
    with transaction.atomic():
        known = Browser.objects.filter(digest=given.digest).first()
        if known is not None and known.person_id == actor.id:
            return known
        if known is not None:  # somebody else signs in with this browser now
            known.delete()
        if Browser.objects.filter(person_id=actor.id).count() >= MOST:
            raise Refusal(
                "You have {most} browsers here already.",
                code="notices.browsers",
                most=MOST,
                remedy="Remove one of them first.",
            )
        row = Browser.objects.create(
            id=uuid4(),
            person_id=actor.id,
            digest=given.digest,
            sealed=sealed(actor.id, given),
            added_at=at,
        )
        _say(events.BrowserAdded(browser_id=row.id), actor, at)
    return row


def remove_browser(*, browser_id: UUID, actor: Actor, at: datetime) -> None:
    """It is not called any more. Raises NotFound, also for somebody else's."""
    _require(actor)
    with transaction.atomic():
        if not Browser.objects.filter(id=browser_id, person_id=actor.id).delete()[0]:
            raise NotFound(kind="browser", id=str(browser_id))
        _say(events.BrowserRemoved(browser_id=browser_id), actor, at)


def copy_letters(letters: Sequence[Notice], *, at: datetime) -> None:
    """Queue the copies that the recipients of these letters chose, in the transaction that places them."""
    told = [n for n in letters if n.recipient_id and template(n.kind).audience == "staff"]
    wishes = Alerts.objects.in_bulk({n.recipient_id for n in told}) if told else {}
    if not wishes:
        return
    open_ways = [way for way in WAYS if way in ports()]
    made: list[Notice] = []
    for letter in told:
        wish = wishes.get(letter.recipient_id)
        ways = wish.choices.get(group_of(letter.kind), []) if wish else []
        made += [_copy(letter, way, wish, at) for way in ways if way in open_ways]
    Notice.objects.bulk_create(made, ignore_conflicts=True)
    for when in {copy.next_try_at for copy in made}:
        enqueue([str(copy.id) for copy in made if copy.next_try_at == when], at=when)


def mark_all_read(*, actor: Actor, at: datetime) -> int:
    """Every letter that one has not opened counts as read; how many."""
    _require(actor)
    return InboxLetter.objects.filter(person_id=actor.id, read_at__isnull=True).update(read_at=at)


def _copy(letter: Notice, way: str, wish: Alerts | None, at: datetime) -> Notice:
    waits = quiet_until(at, wish.quiet_from, wish.quiet_until) if wish else None
    key = f"copy:{letter.id}:{way}"
    return Notice(
        id=notice_id(key),
        key=key,
        kind=letter.kind,
        recipient_id=letter.recipient_id,
        language=letter.language,
        subject_kind=letter.subject_kind,
        subject_id=letter.subject_id,
        params=letter.params,
        wording_id=letter.wording_id,
        channel=way,
        later=[],
        chosen=True,
        copy_of=letter.id,
        state=State.QUEUED,
        queued_at=at,
        queued_by=letter.queued_by,
        next_try_at=waits or at,
    )


def _port() -> BrowserPort:
    port = ports().get("browser")
    if not isinstance(port, BrowserPort):
        raise Refusal(
            "Messages to browsers without an open page are not set up here.",
            code="notices.web_push",
            remedy="Have the administrator set BIHUAN_WEB_PUSH_KEY.",
        )
    return port


def _is_key(given: Subscription) -> bool:
    try:
        return len(unpacked(given.p256dh)) == 65 and len(unpacked(given.auth)) == 16
    except ValueError:
        return False


def _require(actor: Actor) -> None:
    require(actor, NoticePermission.INBOX, Resource(person_ids=frozenset({actor.id})))


def _say(event: Event, actor: Actor, at: datetime) -> None:
    journal.append([journal.Draft(Subject("person", actor.id), event, actor, at)])
