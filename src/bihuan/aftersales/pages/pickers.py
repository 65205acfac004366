"""What can be picked in the form of a step: pieces, proposals, materials, people of this case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bihuan.accounts import queries as accounts
from bihuan.aftersales import facts, rules
from bihuan.aftersales.queries import File
from bihuan.cases.forms import Option, Pickers
from bihuan.cases.labels import label
from bihuan.journal.actor import Actor
from bihuan.workforce import queries as workforce

MOST_PIECES: Final = 6
"""Beyond this many pieces of a line one finding stands for all of them; the API takes any split."""
_LISTS: Final[Mapping[str, tuple[str, Sequence[str]]]] = {
    "request_materials.missing": ("material", rules.MATERIALS),
    "decline.alternatives": ("alternative", rules.ALTERNATIVES),
}


def pickers(
    step: str, fields: Sequence[str], file: File, actor: Actor, at: datetime, language: str
) -> Pickers:
    """For the fields of a step that name a thing: what can be chosen."""
    found: dict[str, Sequence[Option]] = {}
    for name in fields:
        if f"{step}.{name}" in _LISTS:
            group, codes = _LISTS[f"{step}.{name}"]
            found[name] = [(code, label(group, code, language)) for code in codes]
        elif (make := _MAKERS.get(f"{step}.{name}", _MAKERS.get(name))) is not None:
            found[name] = make(file, at, language)
    return found


def _owners(file: File, at: datetime, language: str) -> list[Option]:
    """People who may be given the case now (PCN-2.2.1), least loaded first."""
    without = {file.case.owner_id} if file.case.owner_id else set()
    people = workforce.candidates(at=at, skills=["aftersales"], exclude=without)
    names = accounts.labels(people, "en" if language == "en" else "zh-hans")
    return [(str(i), names[i]) for i in people if i in names]


def _proposals(file: File, at: datetime, language: str) -> list[Option]:
    return [
        (str(p.id), f"{label('kind', p.kind, language)} {_yuan(p.amount_fen)}".strip())
        for p in file.application.proposals.all()
        if p.state == "open"
    ]


def _missing(file: File, at: datetime, language: str) -> list[Option]:
    return [(code, label("material", code, language)) for code in file.application.missing]


def _pieces(file: File, at: datetime, language: str) -> list[Option]:
    """A row for each piece, so that pieces of one line may be found in different condition."""
    rows = []
    for line in file.application.lines.all():
        if 1 < line.quantity <= MOST_PIECES:
            rows += [
                (f"{line.number}:1#{n}", f"{line.title}（{n}/{line.quantity}）")
                for n in range(1, line.quantity + 1)
            ]
        else:
            said = f"{line.title} ×{line.quantity}" if line.quantity > 1 else line.title
            rows.append((f"{line.number}:{line.quantity}", said))
    return rows


def _lines(file: File, at: datetime, language: str) -> list[Option]:
    return [("", "—"), *((str(line.number), line.title) for line in file.application.lines.all())]


def _findings(file: File, at: datetime, language: str) -> list[Option]:
    """What the rules miss comes first."""
    missing = file.judgement.missing if file.judgement else []
    codes = sorted(facts.CODES, key=lambda code: code.partition(".")[0] not in missing)
    return [(code, label("fact_found", code, language)) for code in codes]


def _yuan(amount: int) -> str:
    return f"¥{amount // 100:,}.{amount % 100:02d}" if amount else ""


_MAKERS: Final[Mapping[str, Callable[[File, datetime, str], list[Any]]]] = {
    "owner_id": _owners,
    "proposal_id": _proposals,
    "materials_given": _missing,
    "findings": _pieces,
    "finding": _findings,
    "line": _lines,
}
