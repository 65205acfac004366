"""An after-sales case as its consumer sees it: what is asked now, how far it is, what one gets."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.accounts.doors import signed_in
from bihuan.aftersales import queries
from bihuan.aftersales.fields import WORDS
from bihuan.aftersales.pages import casefile, stepping, way
from bihuan.aftersales.permissions import P
from bihuan.aftersales.queries import File
from bihuan.cases import actions as case_actions
from bihuan.cases import queries as cases
from bihuan.cases.pages import sides
from bihuan.cases.pages.sides import site_page
from bihuan.journal.actor import Actor, ActorKind
from bihuan.journal.time import now
from bihuan.notices import queries as notices

LETTERS: Final = 8
STEPS: Final = frozenset(
    {
        "give_materials",
        "add_evidence",
        "write",
        "accept_proposal",
        "decline_proposal",
        "send_back",
        "report_loss",
        "accept_finding",
        "object_finding",
        "deliver",
        "confirm",
        "object",
        "rate",
        "withdraw",
        "appeal",
    }
)
"""The steps that a consumer takes here."""
_ASKED: Final = frozenset({"give_materials", "send_back", "accept_finding", "confirm"})
"""The steps whose form stands on the page when the case waits for the consumer to take them."""
_QUIET: Final = ("add_evidence", "report_loss", "deliver", "withdraw", "appeal", "rate")
_ONLY: Final = (ActorKind.CONSUMER,)


@site_page(P.READ, _ONLY, "consumer:follow")
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One application: what is asked now, how far it is, what was said."""
    actor, at = signed_in(request), now()
    file = queries.file_for(actor, case_id, at=at)
    return render(request, "aftersales/case.html", _shown(file, actor, at))


step = stepping.PAGES.page(
    site_page(P.READ, _ONLY, "consumer:follow"),
    back="aftersales:case",
    template="aftersales/step.html",
    steps=STEPS,
)


def _shown(file: File, actor: Actor, at: datetime) -> dict[str, Any]:
    doors = {d.step.name: d for d in file.doors if d.step.name in STEPS}
    rows = way.way(file)
    asked = _asked(file, doors)
    proposal = next((p for p in file.application.proposals.all() if p.state == "open"), None)
    return {
        "file": file,
        "case": file.case,
        "now": at,
        **casefile.panels(file),
        "doors": doors,
        "asked": asked,
        "asked_until": _until(file, asked),
        "form": stepping.PAGES.form(file, asked, actor, at, _known(file, asked)) if asked else None,
        "paid_out": all(part.credited_at for part in file.application.parts.all()),
        "proposal": proposal if "accept_proposal" in doors else None,
        "rows": rows,
        "next": way.next_row(rows),
        "next_words": way.next_words(file),
        "words": file.texts.get(file.application.text, "") if file.application.text else "",
        "lines": sides.conversation(file, actor),
        "files": sides.files(file.evidence, ("consumer",), own=True),
        "their_files": sides.files(file.evidence, ("merchant", "platform"), own=False),
        "history": list(reversed(file.timeline)),
        "quiet": [(doors[n], WORDS.consequence_of(n)) for n in _QUIET if n in doors and n != asked],
        "linked": cases.links_of(actor, file.case.id),
        "openable": case_actions.openable(actor, file.case),
        "letters": notices.inbox(actor, about=file.case.id, limit=LETTERS),
        "limited": actor.case_id is not None,
    }


def _asked(file: File, doors: dict[str, Any]) -> str:
    """The step whose form stands at the head of the page; empty where nothing is asked."""
    case = file.case
    theirs = case.next_step_by == "consumer" and case.next_step in _ASKED
    return case.next_step if theirs and case.next_step in doors else ""


def _known(file: File, asked: str) -> dict[str, Any]:
    """What need not be asked: where one material is missing, the file that is given is that."""
    missing = file.application.missing
    return {"materials_given": missing} if asked == "give_materials" and len(missing) == 1 else {}


def _until(file: File, asked: str) -> datetime | None:
    """Until when the consumer has time for it, whatever our own clocks say; None where no time is set."""
    application = file.application
    return {
        "give_materials": application.materials_due_at,
        "send_back": application.back_due_at,
        "confirm": application.confirm_due_at,
    }.get(asked)
