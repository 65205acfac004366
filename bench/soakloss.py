"""Losses made on purpose after a soak, to see that the check would have found them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bench import soakcheck
from bench.soakcheck import Ledger

LOSSES = {
    "complaint lost": "DELETE FROM cases_case WHERE id = (SELECT case_id FROM complaints_complaint"
    " WHERE transaction_record LIKE 'soak-%' ORDER BY case_id LIMIT 1)",
    "complaint twice": "UPDATE complaints_complaint SET transaction_record = (SELECT max(transaction_record)"
    " FROM complaints_complaint) WHERE case_id = (SELECT case_id FROM complaints_complaint"
    " WHERE transaction_record LIKE 'soak-%' ORDER BY transaction_record LIMIT 1)",
    "evidence lost": "DELETE FROM evidence_item WHERE id = (SELECT id FROM evidence_item"
    " WHERE subject_id IS NOT NULL ORDER BY id LIMIT 1)",
    "event lost or twice": "DELETE FROM journal_entry WHERE id = (SELECT max(id) FROM journal_entry"
    " WHERE event = 'complaint.received' AND subject_id IN (SELECT id FROM cases_case))",
    "event lost": "DELETE FROM journal_entry WHERE id = (SELECT max(id) FROM journal_entry"
    " WHERE event = 'complaint.answered')",
    "notice lost or twice": "DELETE FROM notices_notice WHERE id = (SELECT id FROM notices_notice"
    " WHERE kind = 'acceptance' AND subject_id IN (SELECT id FROM cases_case) ORDER BY id LIMIT 1)",
    "reaction lost": "DELETE FROM journal_receipt WHERE entry_id = (SELECT min(entry_id) FROM journal_receipt)",
    "job stuck": "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
    " VALUES ('x', 'x', '{}', 'doing')",
    "journal": "UPDATE journal_entry SET occurred_at = occurred_at - interval '1 hour' WHERE id ="
    " (SELECT min(id) FROM journal_entry WHERE event = 'complaint.checked')",
    "clock wrong": "UPDATE clocks_clock SET due_at = due_at + interval '1 minute' WHERE id ="
    " (SELECT id FROM clocks_clock WHERE subject_kind = 'case'"
    " AND subject_id IN (SELECT id FROM cases_case) ORDER BY id LIMIT 1)",
}
"""By kind of loss the SQL that makes one. The first takes a case away: the others touch cases that are left,
for the check looks at those only."""


def found(server: Any, ledger: Ledger) -> list[str]:
    """Make one loss of each kind by SQL, and say which of them the check names."""
    import psycopg

    before = Ledger(dict(ledger.files), dict(ledger.cases), Counter(ledger.steps))
    with psycopg.connect(server.cluster.url("postgres"), autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        for sql in LOSSES.values():
            admin.execute(sql.encode())
    return [kind for kind in LOSSES if kind in soakcheck.check(before)]
