"""What a verification found, each finding with its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

SENTENCES: Final[dict[str, str]] = {
    "changed_column": "Entry {entry} ({subject}, no. {sequence}) was changed in: {columns}.",
    "changed_bytes": "The hashed bytes of entry {entry} ({subject}, no. {sequence}) were changed.",
    "changed_hash": "The hash of entry {entry} ({subject}, no. {sequence}) was changed.",
    "broken": "Between no. {sequence} and {next} of {subject} the chain breaks: one of entries {entry} and"
    " {other} was rewritten.",
    "changed_entry": "Entry {entry} ({subject}, no. {sequence}) does not follow from the entry before it.",
    "deleted": "No. {sequence} of {subject} was deleted.",
    "inserted": "Entry {entry} ({subject}, no. {sequence}) was inserted.",
    "reordered": "The entries of {subject} were put into another order: no. {sequence} is entry {entry}.",
    "tail_cut": "The end of {subject} was cut off: no. {sequence} to {next} are gone.",
    "head_behind": "{subject} goes on to no. {next} though its head says {sequence}: entries were inserted"
    " or the head was set back.",
    "head_changed": "The head of {subject} was changed: it does not name the last entry ({entry}).",
    "head_missing": "The head of {subject} was deleted.",
    "subject_dropped": "All {sequence} entries of {subject} were deleted.",
    "unexplained": "{subject} does not verify.",
    "more": "{count} more subjects do not verify; only the first were examined.",
    "below_deleted": "{count} entries that anchor {anchor} covers ({range}) are gone.",
    "below_inserted": "{count} entries were inserted below anchor {anchor} ({range}).",
    "below_rewritten": "The {count} entries below anchor {anchor} ({range}) were rewritten: they are not"
    " the ones that were signed at {made_at}.",
    "below_subjects": "{count} whole subjects that were begun below anchor {anchor} are gone.",
    "anchor_payload": "Anchor {anchor} in the database cannot be read.",
    "anchor_columns": "Anchor {anchor} in the database was changed in: {columns}.",
    "anchor_signature": "The signature of anchor {anchor} in the database is not valid.",
    "anchor_key": "Anchor {anchor} in the database is signed with a key that is not ours ({key}).",
    "anchor_chain": "Anchor {anchor} in the database does not follow from the anchor before it.",
    "anchor_lost": "Anchor {anchor} of {made_at} lies outside ({place}) but the database does not hold it.",
    "outside_differs": "Anchor {anchor} outside ({place}) is another one than in the database.",
    "outside_forged": "Anchor {anchor} outside ({place}) has no valid signature of ours.",
    "outside_missing": "Anchor {anchor} was brought outside ({place}) and is not there any more.",
    "outside_silent": "The place outside ({place}) does not answer; its copies were not compared.",
    "outside_torn": "{count} lines outside ({place}) are torn, as by a crash while writing.",
    "outside_waiting": "{count} anchors have not left for {place} yet.",
    "restored": "A restore lost {count} anchors that lie outside; anchor {anchor} of {made_at} says so.",
}

NOTICES: Final = frozenset({"restored", "outside_silent", "outside_torn", "outside_waiting"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; ``code`` is a key of SENTENCES, ``data`` the fields of its sentence."""

    code: str
    data: dict[str, Any]

    @property
    def is_fault(self) -> bool:
        """False for what is only to be known (a restore, a place that does not answer)."""
        return self.code not in NOTICES

    @property
    def msgid(self) -> str:
        return SENTENCES[self.code]

    def text(self) -> str:
        """English sentence."""
        return self.msgid.format(**self.data)


def finding(code: str, **data: Any) -> Finding:
    return Finding(code, data)


@dataclass(frozen=True, slots=True)
class Exposure:
    """Entries above the last anchor: whoever owns the database could still rewrite them unseen."""

    entries: int
    since: datetime | None


@dataclass(slots=True)
class Report:
    entries: int = 0
    subjects: int = 0
    anchors: int = 0
    findings: list[Finding] = field(default_factory=list)
    exposure: Exposure = field(default_factory=lambda: Exposure(0, None))
    seconds: float = 0.0
    processes: int = 1

    @property
    def ok(self) -> bool:
        """No fault was found. Says nothing about the exposure window."""
        return not any(f.is_fault for f in self.findings)

    def codes(self) -> set[str]:
        return {f.code for f in self.findings}

    def to_json(self) -> dict[str, Any]:
        since = self.exposure.since
        return {
            "ok": self.ok,
            "entries": self.entries,
            "subjects": self.subjects,
            "anchors": self.anchors,
            "findings": [
                {"code": f.code, "fault": f.is_fault, "text": f.text(), **f.data} for f in self.findings
            ],
            "exposure": {"entries": self.exposure.entries, "since": since and since.isoformat()},
            "seconds": round(self.seconds, 3),
            "processes": self.processes,
        }
