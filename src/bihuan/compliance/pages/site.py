"""What every page of the site shares: subjects as links, names of groups, the tabs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.accounts.permissions import allows
from bihuan.cases import kinds
from bihuan.cases import queries as cases
from bihuan.compliance.labels import language, word
from bihuan.compliance.permissions import CompliancePermission as P
from bihuan.journal.actor import Actor, ActorKind

_TABS: Final = (
    ("conformity", gettext_noop("Conformity"), "chart-bar", P.READ),
    ("what_if", gettext_noop("What if"), "history", P.READ),
    ("coverage", gettext_noop("Coverage"), "checklist", P.READ),
    ("journal", gettext_noop("Journal"), "shield-check", P.JOURNAL_READ),
    ("audit", gettext_noop("Audit room"), "clipboard-check", P.AUDIT),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A subject as a page shows it: its number where the actor may know it; ``path`` empty: no page."""

    words: str
    path: str = ""


def tabs(actor: Actor, here: str) -> list[dict[str, Any]]:
    """The pages of the site that the actor may enter."""
    return [
        {"path": reverse(f"compliance:{name}"), "words": _(words), "icon": icon, "here": name == here}
        for name, words, icon, permission in _TABS
        if allows(actor, permission)
    ]


def links(actor: Actor, subjects: Collection[tuple[str, UUID | None]]) -> dict[UUID, Link]:
    """Each subject as a link; a case with its number and page where the actor may see it."""
    wanted = {subject for kind, subject in subjects if kind == "case" and subject}
    numbers: Mapping[UUID, str] = dict(
        cases.visible(actor).filter(id__in=wanted).values_list("id", "number") if wanted else ()
    )
    return {
        subject: _link(actor, kind, subject, numbers.get(subject, ""))
        for kind, subject in subjects
        if subject
    }


def names(column: str, ids: Collection[UUID]) -> dict[UUID, str]:
    """What merchants or teams are called."""
    if column == "merchant_id":
        return accounts.organisation_names(ids)
    return {team.id: team.name for team in accounts.teams() if team.id in ids}


def people(ids: Collection[UUID]) -> dict[UUID, str]:
    """Working names of people, in the language of the page."""
    return accounts.labels(ids, "en" if language() == "en" else "zh-hans")


def _link(actor: Actor, kind: str, subject: UUID, number: str) -> Link:
    if number and actor.kind is ActorKind.STAFF:
        return Link(number, reverse("compliance:case", args=[subject]))
    if number:
        return Link(number, kinds.path_of("case", subject, "merchant", None))
    return Link(f"{word('subject', kind)} {str(subject)[:8]}…")
