"""One real intake as pgbench runs it: its statements from the server's log, with fresh ids for each run.

Ids that the intake made keep their first half and get a number as their second, so that every run of the
script writes rows of its own and the texts stay otherwise letter for letter what the program sent.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from bihuan.project.runtime import binaries
from bihuan.project.runtime.clients import client_environment

# psycopg writes them without dashes; what stands inside a longer digest is none
_UUID = re.compile(
    r"(?<![0-9a-f\\])[0-9a-f]{8}-?[0-9a-f]{4}-?[47][0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}(?![0-9a-f])"
)
# the digest of an idempotency key, under which its answer is kept
_KEYED = re.compile(r"INSERT INTO project_given_answer.*?'\\x([0-9a-f]{64})'", re.DOTALL)
_PARAMETER = re.compile(r"\$(\d+) = ('(?:[^']|'')*'|NULL)")
BASE = 100_000_000_000
SPAN = 1_000_000  # ids of one client


def mark(connection: psycopg.Connection[Any], name: str) -> None:
    """A line in the log by which two intakes are told apart."""
    connection.execute(f"DO $$ BEGIN RAISE LOG 'bench mark {name}'; END $$".encode())


def between(folder: Path, start: str, end: str) -> list[str]:
    """The program's statements between two marks."""
    rows = [
        json.loads(line) for file in sorted(folder.glob("*.json")) for line in file.open(encoding="utf-8")
    ]
    words = [row.get("message", "") for row in rows]
    first, last = words.index(f"bench mark {start}"), words.index(f"bench mark {end}")
    made = (_statement(row) for row in rows[first:last] if row.get("user") == "bihuan_app")
    return [text for text in made if text is not None]


def _statement(row: dict[str, Any]) -> str | None:
    head, _, text = row.get("message", "").partition(": ")
    if head == "statement":
        return text
    if not head.startswith("execute"):
        return None
    values = dict(_PARAMETER.findall(row.get("detail", "")))
    return re.sub(r"\$(\d+)", lambda m: values.get(m[1], m[0]), text)


class Script:
    """The pgbench script of one intake: ``made`` are the ids and the number that it made."""

    def __init__(self, statements: list[str], known: set[UUID], number: str, evidence: list[UUID]) -> None:
        found = {UUID(text) for s in statements for text in _UUID.findall(s)}
        self.made = found - known - set(evidence)
        self.evidence = evidence
        keyed = (_KEYED.search(s) for s in statements)
        self.once = next((found[1] for found in keyed if found), None)
        self.lines = [self._line(s, number) for s in statements]

    def _line(self, statement: str, number: str) -> str:
        for each in [*self.made, *self.evidence]:
            text = str(each)
            statement = statement.replace(text, f"{text[:24]}:bhk").replace(each.hex, f"{each.hex[:20]}:bhk")
        if self.once:
            statement = statement.replace(self.once, f"{self.once[:52]}:bhk")
        return statement.replace(number, f"{number[:6]}:bhk").rstrip(" ;\n") + ";"

    def write(self, path: Path) -> Path:
        """Two metacommands for the number, then the statements."""
        head = [r"\set bhn :bhn + 1", rf"\set bhk {BASE} + :client_id * {SPAN} + :bhn"]
        path.write_text("\n".join([*head, *self.lines]) + "\n", encoding="utf-8")
        return path

    def prepare(self, connection: psycopg.Connection[Any], clients: int, each: int) -> None:
        """Evidence that waits for its case, for every run that may come."""
        columns = "sha256, public_sha256, uploader_id, uploader_kind, party, source, name, uploaded_at"
        found = connection.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns WHERE "
            "table_name ="
            " 'evidence_item' AND column_name NOT IN ('id', 'subject_kind', 'subject_id', 'claimed_at')"
        ).fetchone()
        columns = found[0] if found else columns
        for item in self.evidence:
            connection.execute(
                f"INSERT INTO evidence_item (id, {columns}) SELECT (%s || ({BASE} + c * {SPAN} + n))::uuid,"
                f" {columns} FROM evidence_item, generate_series(0, %s) AS c, generate_series(1, %s) AS n"
                " WHERE id = %s".encode(),
                [str(item)[:24], clients - 1, each, item],
            )


def pgbench(url: str, script: Path, *, clients: int, seconds: int) -> dict[str, float]:
    """Transactions a second and the mean latency; raises SystemExit with its words when a run failed."""
    command = [binaries.find().tool("pgbench"), "-n", "-M", "simple", "-c", str(clients), "-j", "2"]
    command += ["-D", "bhn=0", "-T", str(seconds), "-f", str(script)]
    done = subprocess.run(command, env=client_environment(url), capture_output=True, text=True, check=False)
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    latency = re.search(r"latency average = ([\d.]+)", done.stdout)
    count = re.search(r"actually processed: (\d+)", done.stdout)
    if done.returncode or not (rate and latency and count) or "ERROR" in done.stderr:
        raise SystemExit(f"pgbench failed:\n{done.stdout}\n{done.stderr[-3000:]}")
    return {"tps": float(rate[1]), "latency_ms": float(latency[1]), "count": float(count[1])}
