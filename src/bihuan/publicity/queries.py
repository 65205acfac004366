"""What the public page says, made from settings, clauses and figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache

from bihuan.compliance import queries as compliance
from bihuan.compliance.figures import Filters, Line, Outcome
from bihuan.engine import decisions
from bihuan.engine.clausetypes import Clause
from bihuan.engine.decisions import PublicContact
from bihuan.journal.actor import PROGRAM
from bihuan.norms import queries as norms

ZONE: Final = ZoneInfo("Asia/Shanghai")
KEPT_SECONDS: Final = 600
"""The figures of a closed month hardly change; everybody gets the same for ten minutes."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the process and the clauses that promise something in it; which are in force is looked up."""

    code: str
    clauses: tuple[str, ...]


STAGES: Final[Sequence[Stage]] = (
    Stage("entry", ("PCN-3.1.1", "PCN-3.1.1.b", "CRP-1.1.b", "PCN-3.1.2")),
    Stage("acceptance", ("PCN-3.1.3.a", "PCN-3.1.3.b")),
    Stage("answer", ("ISH-1.2.b.first", "FIS-5.b", "CRP-1.2.a", "CRP-1.2.b")),
    Stage("investigation", ("PCN-3.2.3", "CRP-2.2.b")),
    Stage("solution", ("PCN-3.3.2.a", "CRP-2.3.b", "PCN-3.3.3")),
    Stage("result", ("PCN-3.4.b", "FIS-5.c", "CRP-2.4.a")),
)
"""The process as it is told to the public: an order of clauses, no figure of its own."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Where to complain, and what PCN-4.2.c finds missing."""

    phone: str
    mail: str
    hours: str
    verdict: PublicContact


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the process with the clauses of it that are carried and switched on."""

    code: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """How one promise was kept in the month; ``rate`` None where nothing fell due."""

    clause: Clause
    met: int
    counted: int
    rate: Fraction | None


@dataclass(frozen=True, slots=True)
class Month:
    """[start, end) with the promises shown here."""

    start: datetime
    end: datetime
    figures: tuple[Figure, ...]


def contact() -> Contact:
    """Telephone, mail address and hours as the operator set them; empty where nothing was set."""
    phone, mail = settings.COMPLAINT_PHONE, settings.COMPLAINT_MAIL
    verdict = decisions.public_contact({"phone": phone, "mail": mail})
    return Contact(phone, mail, settings.COMPLAINT_HOURS, verdict)


def process() -> list[Step]:
    """The steps with their clauses in force; a clause that is planned or switched off makes no promise."""
    off = norms.switched_off()
    found = []
    for stage in STAGES:
        clauses = (norms.clause(clause_id) for clause_id in stage.clauses)
        kept = tuple(c for c in clauses if c.status == "carried" and c.id not in off)
        found.append(Step(stage.code, kept))
    return found


def promised() -> list[Clause]:
    """Every clause of the page with a time limit."""
    return [c for step in process() for c in step.clauses if c.has_clock]


def figures(at: datetime) -> Month:
    """How the promises were kept in the last closed month, over all cases; the same for everybody."""
    end = at.astimezone(ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    start = (end - timedelta(days=1)).replace(day=1)
    clauses = promised()
    wanted = tuple(c.id for c in clauses)
    key = f"publicity|{start:%Y-%m}|{hashlib.sha256('|'.join(wanted).encode()).hexdigest()}"
    counted: dict[str, tuple[int, int]] | None = cache.get(key)
    if counted is None:
        report = compliance.conformity(
            actor=PROGRAM, start=start, end=end, at=at, filters=Filters(clause_ids=wanted)
        )
        counted = {line.clause_id: _counts(line) for line in report.lines}
        cache.set(key, counted, KEPT_SECONDS)
    return Month(start, end, tuple(_figure(c, counted.get(c.id, (0, 0))) for c in clauses))


def digest() -> str:
    """SHA-256 over contact and promises as the page shows them."""
    shown = contact()
    body = {
        "phone": shown.phone,
        "mail": shown.mail,
        "hours": shown.hours,
        "clauses": [[c.id, c.hash] for step in process() for c in step.clauses],
    }
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _counts(line: Line) -> tuple[int, int]:
    return line.figures[Outcome.MET], line.figures.counted


def _figure(clause: Clause, counts: tuple[int, int]) -> Figure:
    met, counted = counts
    return Figure(clause, met, counted, Fraction(met, counted) if counted else None)
