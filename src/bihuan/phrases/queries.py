"""Reading reasons, categories and quick replies."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from bihuan.accounts.permissions import require
from bihuan.engine.errors import NotFound
from bihuan.journal.actor import Actor
from bihuan.phrases.models import Former, Kind, Phrase
from bihuan.phrases.permissions import PhrasePermission


@dataclass(frozen=True, slots=True)
class Offered:
    """A phrase as a form offers it in one language."""

    id: UUID
    code: str
    title: str
    body: str


def offered(
    kind: Kind | str, *, of: Collection[str] = (), language: str = "zh-hans", limit: int = 200
) -> list[Offered]:
    """Phrases in use that belong to one of ``of`` or to everything, the closer ones first, in order.

    For who asks inside the program: phrases hold nothing that somebody at work may not read.
    """
    found = Phrase.objects.filter(kind=kind, retired_at=None).filter(Q(of="") | Q(of__in=list(of)))
    rows = sorted(found.order_by("position", "id")[:limit], key=lambda phrase: phrase.of == "")
    return [_offered(row, language) for row in rows]


def find(text: str, *, of: Collection[str] = (), language: str = "zh-hans", limit: int = 12) -> list[Offered]:
    """Quick replies by what is typed: first those whose code begins so, then by title, then by words."""
    wanted = text.strip()
    if not wanted:
        return offered(Kind.REPLY, of=of, language=language, limit=limit)
    side = "en" if language.startswith("en") else "zh"
    found = Phrase.objects.filter(kind=Kind.REPLY, retired_at=None).filter(
        Q(code__istartswith=wanted)
        | Q(**{f"title_{side}__icontains": wanted})
        | Q(**{f"body_{side}__icontains": wanted})
    )
    rows = list(found.order_by("position", "id")[:200])

    def nearness(row: Phrase) -> tuple[int, bool]:
        if row.code.startswith(wanted.lower()):
            return 0, row.of not in of
        return 1 if wanted.lower() in row.title(language).lower() else 2, row.of not in of

    return [_offered(row, language) for row in sorted(rows, key=nearness)[:limit]]


def words(phrase_ids: Iterable[UUID], language: str = "zh-hans") -> dict[UUID, str]:
    """Titles of phrases that were chosen once, retired ones included."""
    return {row.id: row.title(language) for row in Phrase.objects.filter(id__in=list(phrase_ids))}


def all_of(actor: Actor, kind: Kind | str) -> list[Phrase]:
    """Every phrase of a kind, those in use first, in order."""
    require(actor, PhrasePermission.READ)
    rows = Phrase.objects.filter(kind=kind).order_by("of", "position", "id")
    return sorted(rows, key=lambda row: row.retired_at is not None)


def get_for(actor: Actor, phrase_id: UUID) -> Phrase:
    """One phrase. Raises NotFound."""
    require(actor, PhrasePermission.READ)
    found = Phrase.objects.filter(id=phrase_id).first()
    if found is None:
        raise NotFound(kind="phrase", id=str(phrase_id))
    return found


def history(phrase_id: UUID) -> list[Former]:
    """What a phrase said before, the latest first."""
    return list(Former.objects.filter(phrase_id=phrase_id).order_by("-version"))


def _offered(row: Phrase, language: str) -> Offered:
    return Offered(row.id, row.code, row.title(language), row.body(language))
