"""The operator's own words for notices: put in place, replaced, taken back; nothing is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from bihuan.accounts.actions import keep_reason
from bihuan.accounts.permissions import require
from bihuan.engine.errors import Refusal
from bihuan.journal import actions as journal
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject
from bihuan.notices import events
from bihuan.notices.models import OwnWording
from bihuan.notices.own import DoesNotFit, over, problems
from bihuan.notices.permissions import NoticePermission
from bihuan.notices.wording import template

LONGEST: Final = 4000
Texts = Mapping[str, Mapping[str, str]]


@transaction.atomic
def use_own_wording(*, kind: str, texts: Texts, why: str, actor: Actor, at: datetime) -> OwnWording:
    """Use these words for a kind of notice from now on; letters that went out stay what they were.

    Raises UnknownKind, DoesNotFit (a placeholder is missing or unknown), Refusal (nothing changed).
    """
    require(actor, NoticePermission.WORDING)
    shipped = template(kind)
    clean = {lang: {p: _clean(t) for p, t in parts.items() if t.strip()} for lang, parts in texts.items()}
    wrong = problems(shipped, clean) + _too_long(clean)
    if wrong:
        raise DoesNotFit(field="texts", text="; ".join(wrong), problems=wrong)
    made = over(shipped, clean)
    before = OwnWording.objects.select_for_update().filter(kind=kind, ended_at=None).first()
    if clean == (before.texts if before else shipped.content["texts"]):
        raise Refusal("These words are in use already.", code="notices.same_wording")
    OwnWording.objects.filter(kind=kind, ended_at=None).update(ended_at=at, ended_by=actor.id)
    subject = Subject.named("wording", kind)
    words = keep_reason(why, subject=subject, actor=actor, at=at)
    row = OwnWording.objects.create(kind=kind, texts=clean, made_at=at, made_by=actor.id, reason_id=words)
    _say(
        kind, events.WordingChanged(kind=kind, own_id=row.pk, sha256=made.sha256, reason_id=words), actor, at
    )
    return row


@transaction.atomic
def restore_wording(*, kind: str, why: str, actor: Actor, at: datetime) -> None:
    """Use the shipped words again; the own ones stay in the history. Raises UnknownKind, Refusal."""
    require(actor, NoticePermission.WORDING)
    template(kind)
    own = OwnWording.objects.select_for_update().filter(kind=kind, ended_at=None).first()
    if own is None:
        raise Refusal("The shipped words are in use.", code="notices.no_own_wording")
    OwnWording.objects.filter(pk=own.pk).update(ended_at=at, ended_by=actor.id)
    words = keep_reason(why, subject=Subject.named("wording", kind), actor=actor, at=at)
    _say(kind, events.WordingRestored(kind=kind, own_id=own.pk, reason_id=words), actor, at)


def _clean(text: str) -> str:
    """Lines end as the files' do."""
    return text.replace("\r\n", "\n").strip()


def _too_long(texts: Texts) -> list[str]:
    return [
        f"{language} {part}: more than {LONGEST} characters"
        for language, parts in texts.items()
        for part, text in parts.items()
        if len(text) > LONGEST
    ]


def _say(kind: str, event: Event, actor: Actor, at: datetime) -> None:
    journal.append([journal.Draft(Subject.named("wording", kind), event, actor, at)])
