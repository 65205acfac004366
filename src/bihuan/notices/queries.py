"""Reading notices: a person's inbox, what a case's people were told, what did not go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from bihuan.accounts.permissions import Resource, require
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor
from bihuan.notices.alerts import quiet_until
from bihuan.notices.content import secrets, template_of
from bihuan.notices.inventing import invented
from bihuan.notices.links import path_of
from bihuan.notices.models import (
    Alerts,
    Attempt,
    Browser,
    Channel,
    InboxLetter,
    Notice,
    OwnWording,
    Preference,
    State,
    Sunk,
)
from bihuan.notices.own import DoesNotFit, fitting, over, problems
from bihuan.notices.permissions import NoticePermission
from bihuan.notices.ports.browser import BrowserPort
from bihuan.notices.ports.choice import ports
from bihuan.notices.rendering import Rendered, render
from bihuan.notices.wording import Template, catalogue, template

PAGE: Final = 50
_HIDDEN: Final = frozenset(("sign_in_code",))


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as its recipient may read it again; ``read_at`` only for letters of the station."""

    notice_id: UUID
    kind: str
    subject_kind: str
    subject_id: UUID
    channel: str
    title: str
    body: str
    path: str
    told_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """That somebody was told: by which channel, when, and under which reference the provider knows it."""

    notice_id: UUID
    kind: str
    recipient_id: UUID | None
    channel: str
    told_at: datetime
    provider_ref: str
    delivered_at: datetime | None


def get(notice_id: UUID) -> Notice:
    """A notice without a check, for reactions and code with its own. Raises NotFound."""
    notice = Notice.objects.filter(id=notice_id).first()
    if notice is None:
        raise NotFound(kind="notice", id=str(notice_id))
    return notice


def get_for(actor: Actor, notice_id: UUID) -> Letter:
    """One message to this person, with its words. Raises NotFound."""
    require(actor, NoticePermission.INBOX, _own(actor))
    found = _told_to(actor.id).filter(id=notice_id).first()
    if found is None or not _in_reach(actor, found):
        raise NotFound(kind="letter", id=str(notice_id))
    return _letter(found)


def inbox(
    actor: Actor,
    *,
    about: UUID | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[Letter]:
    """What this person was told, the latest first; page on with the last one's (told_at, notice_id).

    ``about`` asks for the letters of one subject; who came by a case's code reads those of that case.
    """
    require(actor, NoticePermission.INBOX, _own(actor))
    found = _told_to(actor.id)
    for subject in (actor.case_id, about):
        if subject is not None:
            found = found.filter(subject_id=subject)
    if before is not None:
        found = found.filter(Q(accepted_at__lt=before[0]) | Q(accepted_at=before[0], id__lt=before[1]))
    return [_letter(n) for n in found.order_by("-accepted_at", "-id")[:limit]]


def unread(actor: Actor) -> int:
    """How many letters of the station the person has not opened."""
    return InboxLetter.objects.filter(person_id=actor.id, read_at__isnull=True).count()


def told(case_id: UUID, kind: str | None = None) -> list[Told]:
    """What stands as told in a case, in order; what came back does not."""
    found = Notice.objects.filter(
        subject_id=case_id, copy_of=None, state__in=(State.ACCEPTED, State.DELIVERED)
    )
    if kind is not None:
        found = found.filter(kind=kind)
    return [
        Told(n.id, n.kind, n.recipient_id, n.channel, n.accepted_at, n.provider_ref, n.delivered_at)
        for n in found.order_by("accepted_at", "id")
        if n.accepted_at is not None
    ]


def notices_of(case_id: UUID) -> list[Notice]:
    """Every notice of a case with its state, in the order of queueing; codes only, no words."""
    return list(Notice.objects.filter(subject_id=case_id).order_by("queued_at", "id"))


def tries_of(notice_id: UUID) -> list[Attempt]:
    """Every try of one notice."""
    return list(Attempt.objects.filter(notice_id=notice_id).order_by("number"))


def failed(actor: Actor, *, after: tuple[datetime, UUID] | None = None, limit: int = PAGE) -> list[Notice]:
    """What failed or came back for good, the oldest first, without words; page on with (queued_at, id)."""
    require(actor, NoticePermission.FAILED)
    found = _lost()
    found = found.defer("sealed", "params")
    if after is not None:
        found = found.filter(Q(queued_at__gt=after[0]) | Q(queued_at=after[0], id__gt=after[1]))
    return list(found.order_by("queued_at", "id")[:limit])


def failed_count() -> int:
    """How many did not go out and were not given up, for who watches over the installation."""
    return _lost().count()


def sunk(actor: Actor, *, after: int = 0, limit: int = PAGE) -> list[Sunk]:
    """What a demo or drill would have sent, in order; page on with the last one's id."""
    require(actor, NoticePermission.SINK)
    return list(Sunk.objects.filter(id__gt=after).order_by("id")[:limit])


def preference(person_id: UUID) -> Sequence[str]:
    """The order in which the person likes to be reached; empty where none was said."""
    found = Preference.objects.filter(person_id=person_id).first()
    return found.channels if found else []


def kinds(language: str) -> dict[str, str]:
    """Every kind of notice and what it is called."""
    return {kind: words.label(language) for kind, words in catalogue().items()}


@dataclass(frozen=True, slots=True)
class Words:
    """One kind of notice with the words in use. ``own``: the operator's row; ``fits``: whether it is used."""

    template: Template
    own: OwnWording | None
    fits: bool


def words(actor: Actor) -> list[Words]:
    """Every kind of notice with its words, by kind."""
    require(actor, NoticePermission.WORDING)
    own = {row.kind: row for row in OwnWording.objects.filter(ended_at=None)}
    return [_words(kind, own.get(kind)) for kind in catalogue()]


def words_of(actor: Actor, kind: str) -> Words:
    """One kind. Raises UnknownKind."""
    require(actor, NoticePermission.WORDING)
    template(kind)
    return _words(kind, OwnWording.objects.filter(kind=kind, ended_at=None).first())


def shipped_words(kind: str) -> Template:
    """The words of the program's file. Raises UnknownKind."""
    return template(kind)


def wording_history(actor: Actor, kind: str) -> list[OwnWording]:
    """Own words that were ever in use, the latest first."""
    require(actor, NoticePermission.WORDING)
    return list(OwnWording.objects.filter(kind=kind).order_by("-made_at", "-id"))


def preview(actor: Actor, *, kind: str, texts: Mapping[str, Any], language: str) -> dict[str, Rendered]:
    """How an invented recipient would read these texts, by part. Raises UnknownKind, DoesNotFit."""
    require(actor, NoticePermission.WORDING)
    shipped = template(kind)
    wrong = problems(shipped, texts)
    if wrong:
        raise DoesNotFit(field="texts", text="; ".join(wrong), problems=wrong)
    return invented(over(shipped, texts), language)


def _words(kind: str, own: OwnWording | None) -> Words:
    fits = own is not None and not problems(template(kind), own.texts)
    return Words(fitting(kind, own.texts if own else None), own, fits)


def _lost() -> QuerySet[Notice]:
    """What reached nobody; a copy of a letter that lies in the inbox is none of these."""
    return Notice.objects.filter(state__in=(State.FAILED, State.BOUNCED), given_up_at=None, copy_of=None)


def _told_to(person_id: UUID) -> QuerySet[Notice]:
    told_ones = Notice.objects.filter(recipient_id=person_id, accepted_at__isnull=False, copy_of=None)
    return told_ones.exclude(kind__in=_HIDDEN).select_related("wording", "letter")


def _in_reach(actor: Actor, notice: Notice) -> bool:
    return actor.case_id is None or actor.case_id == notice.subject_id


def _own(actor: Actor) -> Resource:
    return Resource(person_ids=frozenset({actor.id}), case_id=actor.case_id)


def _letter(notice: Notice) -> Letter:
    words = template_of(notice)
    path = path_of(notice.subject_kind, notice.subject_id, words.audience, notice.recipient_id)
    hidden = {name: str(value) for name, value in secrets(notice).items()}
    made = render(
        words,
        channel="station",
        language=notice.language,
        recipient_id=notice.recipient_id,
        params=notice.params,
        secrets=hidden,
        path=path,
    )
    letter = getattr(notice, "letter", None)
    return Letter(
        notice_id=notice.id,
        kind=notice.kind,
        subject_kind=notice.subject_kind,
        subject_id=notice.subject_id,
        channel=notice.channel,
        title=made.title,
        body=made.body,
        path=path,
        told_at=notice.accepted_at or notice.queued_at,
        read_at=letter.read_at if letter else None,
    )


def can_mail() -> bool:
    """Whether a way of sending mail is set up (in a demo or drill: the sink)."""
    return Channel.MAIL in ports()


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a member of staff wants to be notified; ``ways``: those that are set up here, with an address."""

    choices: Mapping[str, Sequence[str]]
    quiet_from: time | None
    quiet_until: time | None
    ways: Sequence[str]
    push_key: str
    browsers: Sequence[Browser]

    def quiet_at(self, at: datetime) -> bool:
        return quiet_until(at, self.quiet_from, self.quiet_until) is not None


def wishes(actor: Actor) -> Wishes:
    """One's own. ``push_key`` is empty where no browser can be called without an open page."""
    require(actor, NoticePermission.INBOX, _own(actor))
    row = Alerts.objects.filter(person_id=actor.id).first()
    port = ports().get("browser")
    return Wishes(
        choices=row.choices if row else {},
        quiet_from=row.quiet_from if row else None,
        quiet_until=row.quiet_until if row else None,
        ways=[*(["mail"] if can_mail() else []), "browser"],
        push_key=port.public_key if isinstance(port, BrowserPort) else "",
        browsers=list(Browser.objects.filter(person_id=actor.id).order_by("added_at", "id")),
    )
