"""Every change of reasons, categories and quick replies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Max

from bihuan.accounts.actions import keep_reason
from bihuan.accounts.permissions import require
from bihuan.accounts.queries import PersonalField, scan
from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.journal import actions as journal
from bihuan.journal.actor import Actor
from bihuan.journal.events import Event
from bihuan.journal.subject import Subject
from bihuan.phrases import events
from bihuan.phrases.models import Former, Kind, Phrase
from bihuan.phrases.permissions import PhrasePermission

FIELDS: Final = frozenset(("number", "name"))
LONGEST: Final = {"title_zh": 80, "title_en": 160, "body_zh": 2000, "body_en": 4000}
STEP: Final = 10
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_OURS: Final = frozenset((PersonalField.PHONE, PersonalField.EMAIL, PersonalField.ADDRESS))
"""A hotline, a mailbox and an address of the platform may stand in a reply; nobody's ID or bank card may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a phrase says in both languages; ``body_*`` for quick replies only."""

    title_zh: str
    title_en: str
    body_zh: str = ""
    body_en: str = ""

    def as_kept(self) -> dict[str, str]:
        """Without blanks around and with plain line ends."""
        fields = ("title_zh", "title_en", "body_zh", "body_en")
        return {name: getattr(self, name).replace("\r\n", "\n").strip() for name in fields}


@transaction.atomic
def add(*, kind: Kind, code: str, of: str, words: Words, actor: Actor, at: datetime) -> Phrase:
    """A new phrase at the end of its list. Raises Invalid, Refusal (the code is taken)."""
    require(actor, PhrasePermission.MANAGE)
    kept = _checked(kind, words)
    if not _CODE.match(code) or (of and not _CODE.match(of)):
        raise Invalid(field="code", remedy="Use small letters, digits and underscores, a letter first.")
    last = Phrase.objects.filter(kind=kind, of=of).aggregate(last=Max("position"))["last"] or 0
    made = Phrase(id=uuid4(), kind=kind, code=code, of=of, position=last + STEP, made_at=at, **kept)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal(
            "The code {code} is taken.",
            code="phrases.code",
            name=code,
            remedy="Choose another code, or restore the retired one.",
        ) from error
    _say(made, events.PhraseAdded(kind=str(kind), code=code, of=of or None), actor, at)
    return made


@transaction.atomic
def change(*, phrase_id: UUID, words: Words, actor: Actor, at: datetime, why: str = "") -> Phrase:
    """Other words; the former ones are kept. Raises NotFound, Invalid."""
    phrase = _locked(phrase_id, actor)
    kept = _checked(Kind(phrase.kind), words)
    before = {name: getattr(phrase, name) for name in kept}
    if kept == before:
        return phrase
    reason = keep_reason(why, subject=_subject(phrase), actor=actor, at=at)
    Former.objects.create(
        phrase=phrase,
        version=phrase.version,
        words=before,
        until_at=at,
        changed_by=actor.id,
        reason_id=reason,
    )
    for name, value in kept.items():
        setattr(phrase, name, value)
    phrase.version += 1
    phrase.save()
    said = events.PhraseChanged(kind=phrase.kind, code=phrase.code, version=phrase.version, reason_id=reason)
    _say(phrase, said, actor, at)
    return phrase


@transaction.atomic
def place(*, phrase_id: UUID, up: bool, actor: Actor, at: datetime) -> bool:
    """One place up or down among its neighbours in use; False where there is no such place."""
    phrase = _locked(phrase_id, actor)
    row = list(
        Phrase.objects.select_for_update()
        .filter(kind=phrase.kind, of=phrase.of, retired_at=None)
        .order_by("position", "id")
    )
    here = next((n for n, each in enumerate(row) if each.id == phrase.id), -1)
    there = here - 1 if up else here + 1
    if here < 0 or not 0 <= there < len(row):
        return False
    row[here], row[there] = row[there], row[here]
    for number, each in enumerate(row, 1):
        each.position = number * STEP
    Phrase.objects.bulk_update(row, ["position"])
    said = events.PhrasePlaced(kind=phrase.kind, code=phrase.code, position=there + 1)
    _say(phrase, said, actor, at)
    return True


@transaction.atomic
def retire(*, phrase_id: UUID, actor: Actor, at: datetime, why: str = "") -> None:
    """Offered no more; what was chosen before keeps its words. Raises NotFound, Refusal."""
    phrase = _locked(phrase_id, actor)
    if phrase.retired_at is not None:
        raise Refusal("This is retired already.", code="phrases.retired")
    Phrase.objects.filter(id=phrase.id).update(retired_at=at)
    reason = keep_reason(why, subject=_subject(phrase), actor=actor, at=at)
    _say(phrase, events.PhraseRetired(kind=phrase.kind, code=phrase.code, reason_id=reason), actor, at)


@transaction.atomic
def restore(*, phrase_id: UUID, actor: Actor, at: datetime, why: str = "") -> None:
    """Offered again, where it stood. Raises NotFound, Refusal."""
    phrase = _locked(phrase_id, actor)
    if phrase.retired_at is None:
        raise Refusal("This is in use.", code="phrases.in_use")
    Phrase.objects.filter(id=phrase.id).update(retired_at=None)
    reason = keep_reason(why, subject=_subject(phrase), actor=actor, at=at)
    _say(phrase, events.PhraseRestored(kind=phrase.kind, code=phrase.code, reason_id=reason), actor, at)


def _checked(kind: Kind, words: Words) -> dict[str, str]:
    kept = words.as_kept()
    needed = [name for name in kept if name.startswith("title") or kind is Kind.REPLY]
    for name, text in kept.items():
        if bool(text) != (name in needed) or len(text) > LONGEST[name]:
            raise Invalid(
                "Both languages are needed, the title with up to {most} characters.",
                code="phrases.words",
                field=name,
                most=LONGEST["title_zh"],
            )
        if set(_FIELD.findall(text)) - FIELDS:
            raise Invalid(
                "Only {{number}} and {{name}} are filled in.",
                code="phrases.fields",
                field=name,
            )
        if any(found.field not in _OURS for found in scan(text).findings):
            raise Invalid("A phrase holds no personal data.", code="phrases.personal", field=name)
    return kept


def _locked(phrase_id: UUID, actor: Actor) -> Phrase:
    require(actor, PhrasePermission.MANAGE)
    phrase = Phrase.objects.select_for_update().filter(id=phrase_id).first()
    if phrase is None:
        raise NotFound(kind="phrase", id=str(phrase_id))
    return phrase


def _subject(phrase: Phrase) -> Subject:
    return Subject("phrase", phrase.id)


def _say(phrase: Phrase, event: Event, actor: Actor, at: datetime) -> None:
    journal.append([journal.Draft(_subject(phrase), event, actor, at)])
