"""Small rulebooks for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bihuan.norms.checking import Known

HEADER = {
    "book": "pcn",
    "title": {"zh": "规范", "en": "Norm"},
    "issuer": {"zh": "某", "en": "somebody"},
    "edition": "2026-01",
    "language": "zh",
    "nature": "norm",
}
CLAUSE: dict[str, Any] = {
    "id": "PCN-3.4.b",
    "title": {"zh": "告知", "en": "Telling"},
    "text": {"zh": "24小时内告知。", "en": "Told within 24 h."},
    "source": {"section": "3.4"},
    "nature": "norm",
    "verified": True,
    "status": "carried",
    "kind": "deadline",
    "starts_on": "thing.begun",
    "stops_on": "thing.ended",
    "evidence": "things.ended",
}
SCENARIO = """name: {zh: 例, en: example}
facts: {flow: complaint}
events:
  - {at: 2026-03-02T10:00:00+08:00, event: thing.begun}
  - {at: 2026-03-03T10:00:00+08:00, event: thing.ended}
expect:
  - {clause: ID, due_at: 2026-03-03T10:00:00+08:00, verdict: met}
"""
KNOWN = Known(events={"thing.begun", "thing.ended"}, evidence={"things.ended"})


def write_book(
    root: Path, *, limit: str = "24h", scenarios: bool = True, drop: tuple[str, ...] = (), **changes: Any
) -> Path:
    """One book ``pcn`` with one clause; returns the file of the clause."""
    folder = root / "pcn"
    (folder / "clauses").mkdir(parents=True, exist_ok=True)
    (folder / "scenarios").mkdir(exist_ok=True)
    (folder / "book.yaml").write_text(_yaml(HEADER) + "in_force_from: 2026-01-01\n", "utf-8")
    body = {key: value for key, value in {**CLAUSE, **changes}.items() if key not in drop}
    path = folder / "clauses" / f"{body.get('id')}.yaml"
    limits = f"since: 2026-01-01\nlimit:\n  2026-01-01: {limit}\n"
    path.write_text(_yaml(body) + limits, "utf-8")
    named = f"clauses: [{body.get('id')}]\n" if scenarios else ""
    text = named + SCENARIO.replace("ID", str(body.get("id")))
    (folder / "scenarios" / "one.yaml").write_text(text, "utf-8")
    return path


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
