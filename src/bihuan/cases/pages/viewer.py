"""Looking at one file of a case: large, with digest, who gave it, who looked at it, and the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from bihuan.accounts import queries as accounts
from bihuan.accounts.doors import signed_in
from bihuan.cases import queries
from bihuan.cases.labels import language
from bihuan.cases.pages.sides import desk_page
from bihuan.cases.permissions import P
from bihuan.engine.errors import NotFound
from bihuan.evidence import queries as files
from bihuan.evidence.queries import ItemRef
from bihuan.journal.actor import Actor

_LOOKS: Final = 5
_SHOWN_TO: Final = {
    "consumer": gettext_noop(
        "The people who work on the case, the complainant, the merchant and the carrier"
    ),
    "merchant": gettext_noop("The people who work on the case and the merchant"),
    "carrier": gettext_noop("The people who work on the case and the carrier"),
    "platform": gettext_noop("Only the people who work on the case"),
}
"""Whose pages show a file of a side."""


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody opened the file."""

    who: str
    at: datetime
    original: bool


@desk_page(P.READ)
@require_safe
def evidence(request: HttpRequest, case_id: UUID, item_id: UUID) -> HttpResponse:
    """One file with its neighbours; a part in the dialog, else a page."""
    actor = signed_in(request)
    case = queries.get_for(actor, case_id)
    shown = _shown(actor, tuple(map(files.ref, files.items_of(case.id))), item_id)
    part = request.headers.get("HX-Request") == "true"
    page = "cases/desk/_evidence.html" if part else "cases/desk/evidence.html"
    return render(request, page, {"case": case, "part": part, **shown})


def _shown(actor: Actor, items: tuple[ItemRef, ...], item_id: UUID) -> dict[str, object]:
    place = next((n for n, one in enumerate(items) if one.id == item_id), None)
    if place is None:
        raise NotFound(kind="evidence", id=str(item_id))
    item = items[place]
    row = files.get_for(actor, item_id)
    looks = files.accesses_of(actor, item_id)
    lang = "en" if language() == "en" else "zh-hans"
    names = accounts.labels({row.uploader_id, *(look.actor_id for look in looks[:_LOOKS])}, lang)
    return {
        "item": item,
        "number": place + 1,
        "of": len(items),
        "previous": items[place - 1] if place else None,
        "next": items[place + 1] if place + 1 < len(items) else None,
        "kind": item.media_type.partition("/")[0],
        "giver": names.get(row.uploader_id, ""),
        "cleaned": row.public_id is not None,
        "sealed_at": row.sealed_at,
        "shown_to": _(_SHOWN_TO.get(item.party, _SHOWN_TO["platform"])),
        "looks": [Look(names.get(a.actor_id, ""), a.at, a.original) for a in looks[:_LOOKS]],
        "looked": len(looks),
    }
