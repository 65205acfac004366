"""What must hold after a soak: all that was acknowledged is there, once; the clocks are right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

STEP_EVENTS = {
    "send_message": "complaint.answered",
    "open_investigation": "complaint.investigation_opened",
    "draw_records": "complaint.records_drawn",
    "decide_liability": "complaint.liability_decided",
    "record_findings": "complaint.findings_recorded",
    "withdraw": "complaint.withdrawn",
}
"""The step a client takes, and the event that stands once in the journal for each."""


@dataclass
class Ledger:
    """What was acknowledged with success to the clients."""

    files: dict[str, str] = field(default_factory=dict)
    """Evidence id by SHA-256 that the receipt named."""
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By case id: number, token (unique words of the complaint), files."""
    steps: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By (case id, step): how many were acknowledged."""


Problems = dict[str, list[str]]


def check(ledger: Ledger, *, settled_before: float = 60.0) -> Problems:
    """Everything that is wrong, by kind; empty when nothing was lost or done twice."""
    found: Problems = defaultdict(list)
    for probe in (_cases, _files, _steps, _notices, _reactions, _firing, _jobs, _journal, _clocks):
        for kind, words in probe(ledger):
            found[kind].append(words)
    return dict(found)


Found = Iterator[tuple[str, str]]


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _cases(ledger: Ledger) -> Found:
    stored = {str(row[0]): row[1] for row in _rows("SELECT id, number FROM cases_case")}
    for case_id, receipt in ledger.cases.items():
        if stored.get(case_id) != receipt["number"]:
            yield "complaint lost", receipt["number"]
    for token, times in _rows(
        "SELECT transaction_record, count(*) FROM complaints_complaint WHERE transaction_record <> ''"
        " GROUP BY 1 HAVING count(*) > 1"
    ):
        yield "complaint twice", f"{token}: {times} times"
    counts = {
        str(r[0]): r[1]
        for r in _rows(
            "SELECT subject_id, count(*) FROM journal_entry WHERE event = 'complaint.received' GROUP BY 1"
        )
    }
    for case_id in stored:
        if counts.get(case_id) != 1:
            yield "event lost or twice", f"complaint.received of {case_id}: {counts.get(case_id, 0)}"


def _files(ledger: Ledger) -> Found:
    from bihuan.evidence import queries

    stored = {str(r[0]): (r[1], r[2]) for r in _rows("SELECT id, sha256, subject_id FROM evidence_item")}
    uploaded = {
        str(r[0]): r[1]
        for r in _rows(
            "SELECT subject_id, count(*) FROM journal_entry WHERE event = 'evidence.uploaded' GROUP BY 1"
        )
    }
    for item, digest in ledger.files.items():
        if item not in stored or stored[item][0] != digest:
            yield "evidence lost", item
        elif not queries.verify_item(UUID(item)).ok:
            yield "evidence damaged", item
        elif uploaded.get(item) != 1:
            yield "event lost or twice", f"evidence.uploaded of {item}: {uploaded.get(item, 0)}"
    joined = Counter(
        (str(r[0]), r[1])
        for r in _rows(
            "SELECT subject_id, data->>'evidence_id' FROM journal_entry WHERE event = "
            "'complaint.evidence_added'"
        )
    )
    for case_id, receipt in ledger.cases.items():
        for item in receipt["files"]:
            if item in stored and str(stored[item][1]) != case_id:
                yield "evidence lost", f"{item} is not tied to {receipt['number']}"
            if joined[(case_id, item)] != 1:
                yield "event lost or twice", f"evidence_added {item}: {joined[(case_id, item)]}"


def _steps(ledger: Ledger) -> Found:
    written = Counter(
        {
            (str(r[0]), r[1]): r[2]
            for r in _rows(
                "SELECT subject_id, event, count(*) FROM journal_entry WHERE event = ANY(%s) GROUP BY 1, 2",
                list(STEP_EVENTS.values()),
            )
        }
    )
    for case_id in ledger.cases:
        for step, event in STEP_EVENTS.items():
            said, stands = ledger.steps[(case_id, step)], written[(case_id, event)]
            if said != stands:
                kind = "event lost" if stands < said else "event twice"
                yield kind, f"{event} of {case_id}: acknowledged {said}, written {stands}"


def _notices(ledger: Ledger) -> Found:
    del ledger
    for number, times in _rows(
        "SELECT c.number, count(n.id) FROM cases_case c LEFT JOIN notices_notice n ON n.subject_id = c.id"
        " AND n.kind IN ('received', 'acceptance') WHERE NOT c.imported GROUP BY c.id"
        " HAVING count(n.id) <> 1"
    ):
        yield "notice lost or twice", f"receipt of {number}: {times}"
    for notice, state in _rows("SELECT id, state FROM notices_notice WHERE state IN ('queued', 'sending')"):
        yield "notice stuck", f"{notice} {state}"
    for notice, times in _rows(
        "SELECT notice_id, count(*) FROM notices_attempt WHERE outcome = 'accepted' GROUP BY 1 HAVING "
        "count(*) > 1"
    ):
        yield "notice told twice", f"{notice}: {times}"
    for notice, events in _rows(
        "SELECT subject_id, count(*) FROM journal_entry WHERE event = 'notice.accepted' GROUP BY 1"
        " HAVING count(*) > 1"
    ):
        yield "event twice", f"notice.accepted of {notice}: {events}"
    for notice in _rows(
        "SELECT id FROM notices_notice n WHERE state IN ('accepted', 'delivered') AND NOT EXISTS (SELECT FROM"
        " journal_entry e WHERE e.subject_id = n.id AND e.event = 'notice.accepted')"
    ):
        yield "event lost", f"notice.accepted of {notice[0]}"


def _reactions(ledger: Ledger) -> Found:
    """Every entry that has reactions was reacted to; a receipt is a unique row, so never twice."""
    del ledger
    from bihuan.project.reactions import TABLE

    for event, reactions in TABLE.items():
        for name in reactions:
            for entry in _rows(
                "SELECT e.id, (SELECT j.status::text || ' ' || j.attempts FROM procrastinate_jobs j WHERE"
                " j.args->'entry_ids' @> to_jsonb(e.id) AND j.args->>'reaction' = %s LIMIT 1) FROM journal_entry e"
                " WHERE e.event = %s AND NOT EXISTS (SELECT FROM journal_receipt r WHERE r.entry_id = e.id"
                " AND r.reaction = %s)",
                name,
                event,
                name,
            ):
                yield "reaction lost", f"{name} of entry {entry[0]}; its job: {entry[1] or 'none'}"


def _firing(ledger: Ledger) -> Found:
    """Warnings, breaches, escalations: each once, and none that was due is missing."""
    del ledger
    from bihuan.journal.time import now

    for clock, event, level, times in _rows(
        "SELECT data->>'clock_id', event, coalesce(data->>'level', ''), count(*) FROM journal_entry "
        "WHERE event IN"
        " ('clock.warned', 'clock.breached', 'clock.escalated') GROUP BY 1, 2, 3 HAVING count(*) > 1"
    ):
        yield "event twice", f"{event} {level} of {clock}: {times}"
    late = now() - timedelta(seconds=45)
    for clock in _rows("SELECT id, last_error FROM clocks_clock WHERE next_at < %s OR failures > 0", late):
        yield "clock stuck", f"{clock[0]} {clock[1]}"
    for clock in _rows(
        "SELECT id FROM clocks_clock k WHERE state = 'running' AND due_at < %s AND NOT imported AND "
        "NOT EXISTS"
        " (SELECT FROM journal_entry e WHERE e.event = 'clock.breached' AND e.subject_id = k.subject_id"
        " AND e.data->>'clock_id' = k.id::text)",
        late,
    ):
        yield "event lost", f"clock.breached of {clock[0]}"


def _jobs(ledger: Ledger) -> Found:
    del ledger
    for job, task, status in _rows(
        "SELECT id, task_name, status::text FROM procrastinate_jobs WHERE status = 'failed' OR (status "
        "= 'doing'"
        " AND (worker_id IS NULL OR NOT EXISTS (SELECT FROM procrastinate_workers w WHERE w.id = "
        "worker_id AND"
        " w.last_heartbeat > now() - interval '40 seconds')))"
        " OR (status = 'todo' AND coalesce(scheduled_at, '-infinity') < now() - interval '90 seconds')"
    ):
        yield "job stuck", f"{job} {task} {status}"


def _journal(ledger: Ledger) -> Found:
    del ledger
    from bihuan.journal import queries

    report = queries.verify()
    if not report.ok:
        yield "journal", str(report)[:500]


def _clocks(ledger: Ledger) -> Found:
    """Each case's clocks computed again from its entries by the engine, compared with the stored rows."""
    del ledger
    from bihuan.cases.models import Case
    from bihuan.clocks import queries as clocks

    for case in Case.objects.iterator():
        expected = _replayed(case)
        stored = {s.clock.identity: s.clock for s in clocks.of(case.id)}
        for identity in expected.keys() | stored.keys():
            one, other = expected.get(identity), stored.get(identity)
            if one is None or other is None:
                yield (
                    "clock wrong",
                    f"{case.number} {identity}: {'not expected' if one is None else 'missing'}",
                )
                continue
            for name in (
                "started_at",
                "due_at",
                "limit",
                "state",
                "stopped_at",
                "verdict",
                "held",
                "warn_at",
            ):
                if getattr(one, name) != getattr(other, name):
                    yield (
                        "clock wrong",
                        (
                            f"{case.number} {identity[0]} {name}: {getattr(other, name)},"
                            f" recomputed {getattr(one, name)}"
                        ),
                    )


def _replayed(case: Any) -> dict[Any, Any]:
    """Facts follow from the events as well: declared type first, then what was classified and decided."""
    from bihuan.clocks.models import Clock as Row
    from bihuan.engine.clock import Happening, advance
    from bihuan.journal.models import Entry
    from bihuan.norms import queries as norms

    rules, calendars = norms.rules(), norms.calendars()
    facts = dict(case.facts, urgency="normal", severity="normal", complexity="general", liable="undecided")
    first = Row.objects.filter(subject_id=case.id).order_by("start_entry").first()
    facts["type"] = first.facts.get("type", case.type) if first else case.type
    clocks: list[Any] = []
    past: dict[tuple[int, str], Happening] = {}
    for entry in Entry.objects.filter(subject_id=case.id).order_by("sequence"):
        if entry.event.startswith("clock."):
            continue
        if entry.event in ("complaint.classified", "complaint.reclassified"):
            facts |= {n: entry.data[n] for n in ("type", "urgency", "severity", "complexity")}
        if entry.event == "complaint.liability_decided":
            facts["liable"] = entry.data["party"]
        happening = Happening(
            name=entry.event,
            occurred_at=entry.occurred_at,
            recorded_at=entry.recorded_at,
            proven=entry.proven,
            params=entry.data,
            facts=dict(facts),
            generation=entry.generation,
            imported=case.imported,
        )
        past.setdefault((entry.generation, entry.event), happening)
        found = advance(
            clocks,
            happening,
            rules,
            calendars,
            history=lambda name, generation=entry.generation: past.get((generation, name)),
        )
        for change in found:
            clocks = [c for c in clocks if c is not change.before] + [change.after]
    return {clock.identity: clock for clock in clocks}
