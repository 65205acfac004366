"""What counts when a notice has reached the person: the proof stands behind the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from bihuan.cases.actions import Work, work_on
from bihuan.cases.models import Case
from bihuan.clocks import queries as clocks
from bihuan.complaints import events
from bihuan.complaints.actions.changes import LENGTHENED
from bihuan.complaints.models import Extension, Promise
from bihuan.complaints.workflow import COMPLAINT
from bihuan.journal.actor import Actor
from bihuan.journal.events import REGISTRY, Event

Params = Mapping[str, str]

TOLD: Mapping[str, Callable[[UUID, str], Event]] = {
    "acceptance": lambda notice, channel: events.AcceptanceTold(notice_id=notice, channel=channel),
    "supplement_request": lambda notice, channel: events.SupplementTold(notice_id=notice, channel=channel),
    "refusal": lambda notice, channel: events.RefusalTold(notice_id=notice, channel=channel),
    "progress": lambda notice, channel: events.ProgressTold(notice_id=notice, channel=channel),
    "result": lambda notice, channel: events.ResultTold(notice_id=notice, channel=channel),
}
ALL_KINDS = frozenset({*TOLD, "message", "extension", "promise_kept"})


def mark_told(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    kind: str,
    notice_id: UUID,
    channel: str,
    told_at: datetime,
    params: Params,
) -> Case:
    """A notice to the complainant was accepted by its provider or lies in their inbox at ``told_at``.

    The event carries the proof, so that clocks stop by the provider's stamp and not by when this
    job ran. Says nothing for kinds that are not owed to the complainant.
    """
    step = "mark_told" if kind == "result" else "note_told"
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step=step) as work:
        if kind in TOLD:
            work.say(TOLD[kind](notice_id, channel), occurred_at=told_at, proven=True)
        elif kind == "message":
            work.say(
                events.Contacted(via="message", message_id=UUID(params["message_id"])),
                occurred_at=told_at,
                proven=True,
            )
        elif kind == "promise_kept":
            _promise_kept(work, UUID(params["promise_id"]), told_at)
        elif kind == "extension":
            _extend(work, UUID(params["extension_id"]), notice_id, told_at)
    return work.case


MIRRORED = frozenset(
    {
        "complaint.answered",
        "complaint.contacted",
        "complaint.acceptance_told",
        "complaint.investigation_opened",
        "complaint.progress_told",
        "complaint.findings_recorded",
        "complaint.handled",
        "complaint.result_told",
    }
)
"""What happens to the case that others were merged into happens to these too."""


def mirror(
    *, case_id: UUID, actor: Actor, at: datetime, event: str, data: Params, occurred_at: datetime
) -> Case:
    """Say of a merged case what happened to the one it was merged into: its own clocks stop by it.

    Merging keeps each source's clocks by its own receipt; the main case's entry is the proof.
    """
    with work_on(COMPLAINT, case_id=case_id, actor=actor, at=at, step="mirror") as work:
        work.say(REGISTRY[event](**data), occurred_at=occurred_at, proven=True)
    return work.case


def _promise_kept(work: Work, promise_id: UUID, told_at: datetime) -> None:
    Promise.objects.filter(id=promise_id, kept_at=None).update(kept_at=told_at)
    work.say(events.PromiseKept(promise_id=promise_id), occurred_at=told_at, proven=True)


def _extend(work: Work, extension_id: UUID, notice_id: UUID, told_at: datetime) -> None:
    """In effect only when told before the old end; told later, it fails and the breach stays."""
    extension = Extension.objects.get(id=extension_id)
    open_ones = [
        s.clock
        for s in clocks.of(work.case.id)
        if s.clock.clause_id in LENGTHENED
        and s.clock.verdict is None
        and s.clock.generation == extension.generation
    ]
    if extension.state != "approved":
        return
    if any(c.due_at <= told_at for c in open_ones):
        extension.state = "failed"
        work.say(events.ExtensionFailed(extension_id=extension.id, reason="told_late"))
    else:
        extension.state, extension.effective_at = "effective", told_at
        work.set(complexity=extension.to)
        work.say(
            events.Extended(
                extension_id=extension.id,
                to=extension.to,
                clauses=[c.clause_id for c in open_ones],
                notice_id=notice_id,
            ),
            occurred_at=told_at,
            proven=True,
        )
    extension.save(update_fields=["state", "effective_at"])
