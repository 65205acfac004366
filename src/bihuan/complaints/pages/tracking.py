"""How far a complaint is, in plain words: steps done and to come, promised times, what is asked of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.cases.pages.way import Row
from bihuan.complaints.models import EvidenceRequest, Offer
from bihuan.complaints.queries import ClockLine, File, Happened, visible_offers
from bihuan.complaints.steps import Door
from bihuan.engine.explain import print_limit
from bihuan.norms import queries as norms

_RUNNING: Final = ("running", "held", "overdue")


@dataclass(frozen=True, slots=True)
class Stage:
    """A row of the way: the events that end it and the clauses that set its time."""

    code: str
    words: str
    promise: str
    events: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    after: str = ""


STAGES: Final[Sequence[Stage]] = (
    Stage("received", gettext_noop("Received"), "", ("received",)),
    Stage(
        "accepted",
        gettext_noop("Accepted"),
        gettext_noop("we tell you whether it is accepted"),
        ("accepted",),
        ("PCN-3.1.3.a", "PCN-3.1.3.b"),
    ),
    Stage(
        "answered",
        gettext_noop("Answered by a person"),
        gettext_noop("a person answers you"),
        ("answered",),
        ("ISH-1.2.b.first", "CRP-1.2.a", "FIS-5.b"),
    ),
    Stage(
        "investigated",
        gettext_noop("Investigated"),
        gettext_noop("we have found out what happened"),
        ("findings_recorded", "stage_skipped"),
        ("PCN-3.2.3",),
        gettext_noop("within {limit} from acceptance"),
    ),
    Stage(
        "solved",
        gettext_noop("Solution agreed or decided"),
        gettext_noop("a solution is agreed or decided"),
        ("agreed", "decided", "demand_declined"),
    ),
    Stage(
        "handled",
        gettext_noop("Carried out"),
        gettext_noop("everything that we owe you is on its way"),
        ("handled",),
        ("PCN-3.3.3", "ISH-1.2.b.solved"),
        gettext_noop("within {limit} from acceptance"),
    ),
    Stage(
        "told",
        gettext_noop("Result told"),
        gettext_noop("we tell you the result"),
        ("result_told",),
        ("PCN-3.4.b", "FIS-5.c"),
        gettext_noop("within {limit} after it is carried out"),
    ),
    Stage("closed", gettext_noop("Closed"), "", ("closed",)),
)
_ENDS: Final[Mapping[str, str]] = {
    "refused": gettext_noop("Not accepted"),
    "lapsed": gettext_noop("Put aside, because nothing was added in time"),
    "withdrawn": gettext_noop("Withdrawn by you"),
    "merged": gettext_noop("Goes on in another complaint of yours"),
}
_NEXT: Final[Mapping[str, str]] = {
    "received": gettext_noop("We check the conditions and tell you whether it is accepted."),
    "supplementing": gettext_noop("We wait for what you add; then the check starts anew."),
    "accepted": gettext_noop("Somebody begins to look into it."),
    "investigating": gettext_noop("We find out what happened and tell you how far it is."),
    "settling": gettext_noop("We propose a solution to you."),
    "mediating": gettext_noop("A mediator outside tries to bring you together."),
    "executing": gettext_noop("We carry out what was agreed or decided."),
    "handled": gettext_noop("We tell you the result and what changes because of it."),
    "told": gettext_noop("We ask you whether you are satisfied."),
    "followed_up": gettext_noop(
        "We close it. If something is still wrong, appeal or have it taken up again."
    ),
    "closed": gettext_noop("It is closed. If something is still wrong, appeal or have it taken up again."),
    "refused": gettext_noop("You can appeal, or go one of the other ways that we named to you."),
    "lapsed": gettext_noop("You can add what was missing at any time; then it goes on."),
    "withdrawn": gettext_noop("You can have it taken up again."),
    "merged": gettext_noop("Follow the other complaint; its number stands in our message to you."),
}


@dataclass(frozen=True, slots=True)
class OfferShown:
    """An offer with the formula behind it."""

    offer: Offer
    text: str
    lines: Sequence[Mapping[str, Any]]
    articles: Sequence[str]
    mine: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody is asked for now, the most urgent first."""

    kind: str
    step: str
    due_at: datetime | None = None
    text: str = ""
    request: EvidenceRequest | None = None
    offer: OfferShown | None = None


def way(file: File, lang: str, at: datetime) -> list[Row]:
    """The rows from receipt to close, of the round that the case is in."""
    happened = _of_this_round(file)
    ended = _ENDS.get(file.case.state)
    rows, found_now = [], False
    done_codes = [s.code for s in STAGES if any(e in happened for e in s.events)]
    last_done = max(
        (i for i, s in enumerate(STAGES) if s.code in done_codes and s.code != "answered"), default=0
    )
    for index, stage in enumerate(STAGES):
        clock = _clock(file, stage)
        if stage.code in done_codes:
            rows.append(_done(file, stage, happened))
        elif ended:
            continue
        elif index < last_done and clock is None:
            if stage.code != "answered":
                rows.append(Row(stage.code, _(stage.words), "skipped"))
        else:
            beside = stage.code == "answered"
            is_now = clock is not None if beside else not found_now
            found_now = found_now or not beside
            rows.append(_open(file, stage, clock, "now" if is_now else "to_come", lang, at))
    if ended:
        rows.append(Row("ended", _(ended), "ended", at=_ended_at(file)))
    return rows


def next_words(file: File) -> str:
    """What happens next, in a sentence."""
    if file.case.state in ("settling", "mediating") and _own_proposal_open(file):
        return _("Your proposal is with the other side; we wait for the answer.")
    return _(_NEXT.get(file.case.state, _NEXT["received"]))


def next_row(rows: Sequence[Row]) -> Row | None:
    """The promise that falls due next; what is overdue says so in its own row."""
    promised = [(r.due_at, n) for n, r in enumerate(rows) if r.due_at is not None and not r.overdue]
    return rows[min(promised)[1]] if promised else None


def offers(file: File) -> list[OfferShown]:
    """Offers that this side may see, the newest first, with the formula where one stands behind."""
    options = {o.rule: o for o in file.complaint.options.all()}
    mine = {"consumer": ("consumer",), "platform": ("platform",)}.get(file.side, ("merchant", "third_party"))
    found = []
    for offer in visible_offers(file.complaint, file.side):
        option = options.get(offer.rule) if offer.rule else None
        found.append(
            OfferShown(
                offer,
                file.texts.get(offer.text, ""),
                option.lines if option else (),
                option.articles if option else (),
                offer.by in mine,
            )
        )
    return found[::-1]


def asks(file: File, doors: Mapping[str, Door], shown: Sequence[OfferShown]) -> list[Ask]:
    """What is asked of this side now: supplement, evidence, an answer to an offer, a rating."""
    complaint, found = file.complaint, []
    if "supplement" in doors:
        due = complaint.supplement_due_at if file.case.state == "supplementing" else None
        found.append(Ask("supplement", "supplement", due))
    if "answer_evidence" in doors:
        found += [
            Ask("evidence", "answer_evidence", r.due_at, file.texts.get(r.text, ""), request=r)
            for r in open_requests(file)
        ]
    if "accept_offer" in doors:
        found += [
            Ask("offer", "accept_offer", offer=o)
            for o in shown
            if o.offer.state == "open" and _answerable(file, o)
        ]
    if "rate" in doors and not complaint.follow_ups.filter(via="questionnaire").exists():
        found.append(Ask("rate", "rate"))
    return found


def open_requests(file: File) -> list[EvidenceRequest]:
    """Evidence requests to this side that nobody answered yet."""
    return [r for r in file.complaint.evidence_requests.all() if r.is_open and r.party == file.side]


def _answerable(file: File, shown: OfferShown) -> bool:
    """The consumer answers the offers of the others, everybody else those of the consumer."""
    return (shown.offer.by == "consumer") != (file.side == "consumer")


def _own_proposal_open(file: File) -> bool:
    return any(o.state == "open" and o.by == "consumer" for o in file.complaint.offers.all())


def _of_this_round(file: File) -> dict[str, Happened]:
    """The first time that each event happened since the case was last taken up again."""
    found: dict[str, Happened] = {}
    receipt: Happened | None = None
    for line in file.timeline:
        name = line.event.removeprefix("complaint.")
        if name == "reopened":
            found = {}
        receipt = receipt or (line if name == "received" else None)
        found.setdefault(name, line)
    if receipt is not None:
        found["received"] = receipt
    return found


def _clock(file: File, stage: Stage) -> ClockLine | None:
    """The strictest open clock of a stage."""
    found = [
        c
        for c in file.clocks
        if c.clause in stage.clauses
        and c.stopped_at is None
        and c.verdict in _RUNNING
        and c.generation == file.case.generation
    ]
    return min(found, key=lambda c: c.due_at, default=None)


def _done(file: File, stage: Stage, happened: Mapping[str, Happened]) -> Row:
    at = min(happened[e].at for e in stage.events if e in happened)
    late = any(
        c.clause in stage.clauses and c.verdict == "late" and c.generation == file.case.generation
        for c in file.clocks
    )
    skipped = stage.code == "investigated" and "findings_recorded" not in happened
    words = _("Simple: straight to its solution") if skipped else _(stage.words)
    return Row(stage.code, words, "done", at=at, late=late)


def _open(file: File, stage: Stage, clock: ClockLine | None, state: str, lang: str, at: datetime) -> Row:
    if clock is None:
        return Row(stage.code, _(stage.words), state, within=_within(file, stage, lang, at))
    return Row(
        stage.code,
        _(stage.words),
        state,
        due_at=clock.due_at,
        clause=clock.clause,
        promise=_(stage.promise),
        overdue=clock.due_at < at,
        provisional=clock.provisional,
    )


def _within(file: File, stage: Stage, lang: str, at: datetime) -> str:
    """The limit in words where its clock does not run yet; empty where it has none of its own."""
    if not stage.after or file.case.state in ("told", "followed_up", "closed"):
        return ""
    limit = norms.clause(stage.clauses[0]).limit_at(at)
    chosen = None if limit is None else limit.fixed or limit.choices.get(file.case.complexity, limit.default)
    return _(stage.after).format(limit=print_limit(str(chosen), lang)) if chosen else ""


def _ended_at(file: File) -> datetime | None:
    name = f"complaint.{file.case.state}"
    return next((line.at for line in reversed(file.timeline) if line.event == name), None)
