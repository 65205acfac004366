"""A complaint comes in by any door: one transaction from receipt to its number (PCN-3.1.*, CRP-1.1.*)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from bihuan.accounts import queries as accounts
from bihuan.accounts.actions import TextRef
from bihuan.accounts.permissions import Resource, require
from bihuan.cases import green
from bihuan.cases import queries as cases
from bihuan.cases.actions import Work, new_work
from bihuan.cases.models import Case
from bihuan.complaints import acceptance, events, rules
from bihuan.complaints.actions import history
from bihuan.complaints.actions.history import Past
from bihuan.complaints.models import Check, ClaimItem, Complaint, MajorReport
from bihuan.complaints.permissions import P
from bihuan.complaints.workflow import COMPLAINT
from bihuan.engine import decisions
from bihuan.engine.errors import Invalid
from bihuan.evidence import actions as evidence
from bihuan.evidence import queries as evidence_queries
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.marketplace import actions as marketplace_actions
from bihuan.marketplace import queries as marketplace
from bihuan.marketplace.queries import Check as Answer
from bihuan.marketplace.queries import Claimant, Facts

MOST_ITEMS: Final = 20
MOST_FILES: Final = 20
MOST_FEN: Final = 10**12


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """One claim item; amount in fen."""

    matter: str
    demand: str
    amount: int | None = None
    order_line: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class NewComplaint:
    """What a door collected. Texts are free; everything else codes, ids, fen and times.

    ``consumer_id`` is the complainant; a consumer who submits is the complainant or a
    representative of the one named. ``party`` says in which role: buyer, user, victim, reporter.
    A report of a violation (type violation, PCN-3.1.1.b) is a reporter's and says what it is about.
    ``opened_from``: a case of another flow whose files come along.
    """

    channel: str
    consumer_id: UUID
    matter_text: str
    type: str
    demand: str
    demand_text: str = ""
    demand_amount: int | None = None
    happened_at: datetime | None = None
    order_number: str = ""
    transaction_record: str = ""
    party: str = "buyer"
    representative_id: UUID | None = None
    concerns: UUID | None = None
    items: tuple[NewItem, ...] = field(default_factory=tuple)
    evidence_ids: tuple[UUID, ...] = field(default_factory=tuple)
    about: str = ""
    named: bool = True
    opened_from: UUID | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """The receipt: number and code to follow the case, its state and how the checks came out."""

    case_id: UUID
    number: str
    code: str
    state: str
    checks: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


def submit(
    *,
    actor: Actor,
    at: datetime,
    new: NewComplaint,
    received_at: datetime | None = None,
    imported: bool = False,
    past: Past | None = None,
) -> Submitted:
    """Take a complaint in: number, acceptance checks, classification, clocks, notice.

    ``received_at`` sets the receipt back to the fact (a letter, a historical import). With every
    check passed the program accepts; otherwise a person decides within the 24 hours, and nothing
    that is unknown ever refuses (clocks.md 12). Raises Invalid with the field that is wrong.
    ``imported`` sends nothing and decides nothing: ``past`` says what had happened by then.
    """
    require(actor, P.REGISTER if actor.kind is ActorKind.STAFF else P.SUBMIT, _own(actor, new, at))
    _check(new, at)
    facts = _marketplace_facts(new)
    case, code = _case(new, facts, received_at or at, imported)
    verdict = acceptance.decide(_given(new), facts)
    with new_work(COMPLAINT, case=case, actor=actor, at=at) as work:
        texts = work.keep_all([new.matter_text, new.demand_text, *(item.text for item in new.items)])
        _receive(work, new, texts, received_at or at)
        for condition in verdict.conditions:
            work.say(
                events.Checked(
                    condition=condition.name, result=condition.result, basis=condition.basis or None
                )
            )
        _classify(work, new)
        green.notice(work, text=f"{new.matter_text} {new.demand_text}", categories=facts.categories)
        _join_evidence(work, new)
        if imported:
            history.tell(work, past or Past())
        missing = verdict.missing if imported else _decide(work, verdict, code)
        if facts.order.result is Answer.UNKNOWN:
            marketplace_actions.ask_later(actor=PROGRAM, at=at, order_number=new.order_number)
        _rows(work, new, texts, verdict)
        if past is not None and (row := history.follow_up(past)) is not None:
            row.complaint_id = case.id
            work.add(row)
    checks = tuple((c.name, c.result) for c in verdict.conditions)
    return Submitted(case.id, case.number, code, case.state, checks, missing)


def _given(new: NewComplaint) -> acceptance.Given:
    return acceptance.Given(
        party=new.party,
        transaction_record=new.transaction_record,
        matter=bool(new.matter_text.strip()),
        demand=new.demand,
        has_evidence=bool(new.evidence_ids) or _brings_files(new),
    )


def _brings_files(new: NewComplaint) -> bool:
    return new.opened_from is not None and bool(evidence_queries.items_of(new.opened_from))


def _marketplace_facts(new: NewComplaint) -> Facts:
    lines = [item.order_line for item in new.items if item.order_line]
    return marketplace.acceptance_facts(
        order_number=new.order_number, lines=lines, claimant=Claimant(), person_id=new.consumer_id
    )


def _own(actor: Actor, new: NewComplaint, at: datetime) -> Resource:
    """For whom this is asked: oneself, or somebody whose representation is registered."""
    people = {new.consumer_id}
    if new.representative_id is not None and new.representative_id in accounts.representatives(
        new.consumer_id, at=at
    ):
        people.add(new.representative_id)
    return Resource(person_ids=frozenset(people))


def _check(new: NewComplaint, at: datetime) -> None:
    rules.known("channel", new.channel, rules.CHANNELS)
    rules.known("type", new.type, rules.TYPES)
    rules.known("demand", new.demand, rules.DEMANDS)
    rules.known("party", new.party, acceptance.PARTIES)
    _check_report(new)
    if not new.matter_text.strip():
        raise Invalid(
            "Say what happened.",
            field="matter_text",
            clause="CRP-1.1.b",
            remedy="Describe the matter in a sentence or more.",
        )
    if new.happened_at is not None and new.happened_at > at:
        raise Invalid(
            "It cannot have happened in the future.",
            field="happened_at",
            clause="CRP-1.1.b",
            remedy="Give the day on which it happened.",
        )
    _check_amount("demand_amount", new.demand_amount)
    if len(new.items) > MOST_ITEMS or len(new.evidence_ids) > MOST_FILES:
        raise Invalid(
            "A complaint has at most {items} claim items and {files} files.",
            field="items",
            items=MOST_ITEMS,
            files=MOST_FILES,
            remedy="Put what belongs together into one item, or submit a second complaint.",
        )
    for item in new.items:
        rules.known("matter", item.matter, rules.TYPES)
        rules.known("demand", item.demand, rules.DEMANDS)
        _check_amount("amount", item.amount)


def _check_report(new: NewComplaint) -> None:
    """A report is a reporter's, and names what it is about; nothing else does."""
    if new.type != rules.VIOLATION:
        return
    rules.known("about", new.about or "other", rules.REPORTED)
    if new.party != "reporter":
        raise Invalid(
            "Who reports a violation does so as a reporter.",
            field="party",
            clause="PCN-3.1.1.b",
            remedy="Give reporter, or choose another type for a complaint about a purchase of your own.",
        )


def _check_amount(field: str, amount: int | None) -> None:
    if amount is not None and not 0 <= amount <= MOST_FEN:
        raise Invalid(
            "{field} must lie between 0 and {most} fen.",
            field=field,
            most=MOST_FEN,
            remedy="Give the amount in fen, without sign.",
        )


def _case(new: NewComplaint, facts: Facts, received_at: datetime, imported: bool) -> tuple[Case, str]:
    number, code = cases.new_number(received_at), secrets.token_hex(4).upper()
    case = Case(
        number=number,
        code_hash=cases.hash_code(number, code),
        flow="complaint",
        state="received",
        channel=new.channel,
        type=new.type,
        consumer_id=new.consumer_id,
        representative_id=new.representative_id,
        merchant_id=facts.organisation_id,
        order_number=new.order_number,
        received_at=received_at,
        imported=imported,
    )
    return case, code


def _receive(work: Work, new: NewComplaint, texts: list[TextRef | None], received_at: datetime) -> None:
    matter = texts[0]
    work.say(
        events.Received(
            channel=new.channel,
            items=max(1, len(new.items)),
            text_id=matter.id if matter else None,
            digest=matter.digest if matter else None,
            order_number=new.order_number or None,
            recorded_by=work.actor.id if work.actor.kind is ActorKind.STAFF else None,
        ),
        occurred_at=received_at,
    )
    if new.type == rules.VIOLATION:
        work.say(events.Reported(about=new.about or "other", named=new.named), occurred_at=received_at)


def _classify(work: Work, new: NewComplaint) -> None:
    """The program's first class, from what was declared and the words; a person may change it."""
    found = decisions.classify({"type": new.type, "text": new.matter_text, "items": len(new.items)})
    work.set(type=found.type, urgency=found.urgency, severity=found.severity, complexity=found.complexity)
    work.say(
        events.Classified(
            type=found.type,
            urgency=found.urgency,
            severity=found.severity,
            complexity=found.complexity,
            basis=list(found.basis),
        )
    )
    if found.severity == "major":
        work.notes["major"] = found.major_ground
        work.say(events.MajorRecognised(reason=found.major_ground))
        work.tell_role("major", "manager")


def _join_evidence(work: Work, new: NewComplaint) -> None:
    items = evidence.attach(item_ids=new.evidence_ids, case_id=work.case.id, actor=work.actor, at=work.at)
    if new.opened_from is not None:
        items += evidence.take_over(
            from_case=new.opened_from, into_case=work.case.id, actor=work.actor, at=work.at
        )
    for item in items:
        work.say(
            events.EvidenceAdded(evidence_id=item.id, sha256=item.sha256, party=rules.party_of(work.actor))
        )


def _decide(work: Work, verdict: acceptance.Verdict, code: str) -> tuple[str, ...]:
    if verdict.result != "accepted":
        work.tell("received", work.case.consumer_id, code=code)
        return verdict.missing
    work.say(events.Accepted(by="program"))
    work.set(accepted_at=work.at)
    work.move("accepted")
    work.tell("acceptance", work.case.consumer_id, code=code)
    return ()


def _rows(work: Work, new: NewComplaint, texts: list[TextRef | None], verdict: acceptance.Verdict) -> None:
    matter, demand, *others = (t.id if t else None for t in texts)
    if matter is None:
        raise Invalid(field="matter_text")  # _check refuses an empty one before anything is written
    complaint = Complaint(
        case=work.case,
        matter_text=matter,
        demand=new.demand,
        demand_text=demand,
        demand_amount=new.demand_amount,
        happened_at=new.happened_at,
        transaction_record=new.transaction_record[:120],
        concerns=new.concerns,
        missing=list(verdict.missing),
        party=new.party,
        outcome=work.notes.get("outcome", ""),
    )
    items = new.items or (NewItem(matter=new.type, demand=new.demand, amount=new.demand_amount),)
    work.add(complaint)
    if "major" in work.notes:
        work.add(
            MajorReport(
                complaint=complaint,
                reason=work.notes["major"],
                recognised_at=work.at,
                recognised_by=work.actor.id,
            )
        )
    work.add(
        *(
            ClaimItem(
                complaint=complaint,
                position=n,
                order_line=item.order_line,
                matter=item.matter,
                demand=item.demand,
                amount=item.amount,
                text=others[n - 1] if new.items else None,
            )
            for n, item in enumerate(items, start=1)
        ),
        *(
            Check(complaint=complaint, condition=c.name, result=c.result, basis=c.basis, checked_at=work.at)
            for c in verdict.conditions
        ),
    )
