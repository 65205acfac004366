"""What had happened to a complaint before it was imported: events at the times given, and nothing sent.

The clocks of an imported case run on these times and are marked imported; they warn nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bihuan.cases.actions import Work
from bihuan.complaints import events, rules
from bihuan.complaints.models import FollowUp
from bihuan.engine.errors import Invalid
from bihuan.journal.events import Event

OUTCOMES: Final = ("agreed", "upheld", "partly_upheld", "declined")
IMPORT: Final = "import"


@dataclass(frozen=True, kw_only=True)
class Past:
    """The milestones that were reached, each with its time; ``finding`` and ``outcome`` are codes."""

    accepted_at: datetime | None = None
    acceptance_told_at: datetime | None = None
    findings_at: datetime | None = None
    finding: str = "undetermined"
    findings_text: str = ""
    handled_at: datetime | None = None
    outcome: str = ""
    told_at: datetime | None = None
    followed_up_at: datetime | None = None
    score: int | None = None
    closed_at: datetime | None = None
    withdrawn_at: datetime | None = None


def check(past: Past, received_at: datetime, until: datetime) -> None:
    """Raise Invalid where the times run backwards or into the future, or a code is unknown."""
    order = (
        "accepted_at", "acceptance_told_at", "findings_at", "handled_at", "told_at", "followed_up_at",
        "closed_at", "withdrawn_at",
    )  # fmt: skip
    last = received_at
    for name in order:
        moment = getattr(past, name)
        if moment is None:
            continue
        if not last <= moment <= until:
            raise Invalid(
                "{field} does not follow what went before it, or lies in the future.",
                field=name,
                remedy="Give the times in the order in which things happened.",
            )
        last = moment
    rules.known("finding", past.finding, rules.FINDINGS)
    if past.handled_at is not None:
        rules.known("outcome", past.outcome, OUTCOMES)
    if past.findings_at is not None and not past.findings_text.strip():
        raise Invalid("What was found is missing.", field="findings_text", remedy="Give it in a sentence.")
    if past.score is not None and not 1 <= past.score <= 5:
        raise Invalid("A score lies between 1 and 5.", field="score", remedy="Give 1 to 5.")


def tell(work: Work, past: Past) -> None:
    """Say what had happened and bring the new case into the state it was in."""
    for event, moment, state in _milestones(work, past):
        if moment is not None:
            work.say(event, occurred_at=moment)
            if state:
                work.move(state)
    work.set(accepted_at=past.accepted_at, handled_at=past.handled_at, closed_at=past.closed_at)
    work.notes["outcome"] = past.outcome if past.handled_at else ""


def follow_up(past: Past) -> FollowUp | None:
    """The row of the follow-up, without its complaint."""
    if past.followed_up_at is None:
        return None
    return FollowUp(via="questionnaire", score=past.score, tries=1, at=past.followed_up_at)


def _milestones(work: Work, past: Past) -> list[tuple[Event, datetime | None, str]]:
    found: list[tuple[Event, datetime | None, str]] = [
        (events.Accepted(by=IMPORT), past.accepted_at, "accepted"),
        (events.AcceptanceTold(channel=IMPORT), past.acceptance_told_at, ""),
    ]
    if past.findings_at is not None:
        text = work.keep(past.findings_text)
        finding = events.FindingsRecorded(result=past.finding, text_id=text.id, digest=text.digest)
        found.append((finding, past.findings_at, "settling"))
    via = events.FollowedUp(via="questionnaire", score=past.score)
    return [
        *found,
        (events.Handled(outcome=past.outcome or "closed"), past.handled_at, "handled"),
        (events.ResultTold(channel=IMPORT), past.told_at, "told"),
        (via, past.followed_up_at, "followed_up"),
        (events.Closed(outcome=past.outcome or "closed"), past.closed_at, "closed"),
        (events.Withdrawn(by="consumer"), past.withdrawn_at, "withdrawn"),
    ]
