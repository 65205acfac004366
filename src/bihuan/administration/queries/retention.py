"""How long what is kept, and the clause behind it: read from the code and the rulebooks, not typed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.accounts.permissions import require
from bihuan.administration.permissions import RoomPermission
from bihuan.journal.actor import Actor
from bihuan.norms import queries as norms


@dataclass(frozen=True, slots=True)
class Kept:
    """A clause that says how long something is kept. ``carried``: the program acts on it by itself."""

    clause_id: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    figures: tuple[tuple[str, Any], ...]
    nature: str
    carried: bool


WORDS = ("保存", "保留", "留存", "存储期限", "删除")
"""What the Chinese text of such a clause says."""


def retention(actor: Actor) -> list[Kept]:
    """Clauses of all rulebooks that say how long something is kept or when it is deleted."""
    require(actor, RoomPermission.SYSTEM)
    carriage = norms.carriage()
    found = [read.clause for read in norms.library() if any(w in read.clause.text["zh"] for w in WORDS)]
    return [
        Kept(
            clause_id=one.id,
            title=one.title,
            text=one.text,
            figures=tuple(sorted(one.values[-1][1].items())) if one.values else (),
            nature=one.nature,
            carried=carriage[one.id].carried,
        )
        for one in found
    ]
