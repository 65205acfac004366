"""What a person found: recorded with its evidence, judged anew, and held against the decision that stands."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from bihuan.aftersales import events, facts, rules
from bihuan.aftersales.actions import complete, reviewing
from bihuan.aftersales.actions.common import application_of, join_files, lines_of, sold_of
from bihuan.aftersales.models import Established, Line
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases.actions import work_on
from bihuan.engine.clausetypes import local_day
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import Actor


def find(
    *,
    case_id: UUID,
    actor: Actor,
    at: datetime,
    finding: str,
    reason: str,
    line: int | None = None,
    day: date | None = None,
    evidence_ids: tuple[UUID, ...] = (),
) -> Established:
    """Record what a person of the platform found, with the words and files it rests on; judge anew with it.

    ``finding`` is a code of ``facts.FACTS``; ``line`` the order line it holds for, all where left out;
    ``day`` the day of installation. What is found against the consumer, and an authority's finding, needs a
    file. A decision that the new judgement contradicts is not left standing (``reviewing``).
    """
    rules.known("finding", finding, facts.CODES)
    with work_on(AFTERSALES, case_id=case_id, actor=actor, at=at, step="find", reason=reason) as work:
        application = application_of(work)
        lines = lines_of(application)
        known = facts.FACTS[finding]
        _check(known, lines, line, day, at, files=bool(evidence_ids))
        row = Established.objects.create(
            application=application,
            code=finding,
            line=line,
            day=day,
            clause=known.clause,
            text=work.keep(reason).id,
            evidence=join_files(work, evidence_ids),
            found_by=actor.id,
            found_at=at,
            generation=work.case.generation,
        )
        work.say(
            events.FactFound(
                established_id=row.id,
                finding=finding,
                clause=known.clause,
                line=line,
                files=len(row.evidence),
                reason_id=row.text,
            )
        )
        judgement = complete.judge(work, application, lines, sold_of(work))
        row.judgement = judgement
        row.save(update_fields=["judgement"])
        reviewing.hold_against(work, application, judgement)
    return row


def _check(
    known: facts.Fact, lines: list[Line], line: int | None, day: date | None, at: datetime, *, files: bool
) -> None:
    if line is not None and line not in {one.number for one in lines}:
        raise Invalid(
            "Line {line} is not part of this application.", field="line", line=line, clause=known.clause,
            remedy="Choose a line of the application, or leave it out for all of them.",
        )  # fmt: skip
    if bool(known.day) != (day is not None):
        raise Invalid(
            "A day goes with a finding of installation, and only there.", field="day", clause=known.clause,
            remedy="Give the day of installation, or leave the day out.",
        )  # fmt: skip
    if day is not None and day > local_day(at):
        raise Invalid(
            "{day} lies in the future.", field="day", day=day.isoformat(), clause=known.clause,
            remedy="Give the day on which it was installed.",
        )  # fmt: skip
    if known.proof and not files:
        raise Invalid(
            "This finding needs the file that it rests on.", field="evidence_ids", clause=known.clause,
            remedy="Add the report, certificate or photo.",
        )  # fmt: skip
