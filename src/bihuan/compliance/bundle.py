"""The evidence bundle of one case as one ZIP: what an auditor takes home and checks without this program."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, Final
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from bihuan.complaints import queries as complaints
from bihuan.complaints.queries import File
from bihuan.compliance import queries, trail
from bihuan.compliance.figures import ExplainedClock
from bihuan.compliance.models import SampleCase
from bihuan.journal import queries as journal
from bihuan.journal import verifier
from bihuan.journal.actor import Actor
from bihuan.journal.events import at_text

FORMAT: Final = 1
VERIFIER: Final = Path(verifier.__file__).with_name("bihuan_verify.py")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Bundle:
    """An open temporary file at its start; the caller closes it."""

    stream: BinaryIO
    name: str
    sha256: str
    size: int
    files: int


def written(sampled: SampleCase, evidence: BinaryIO, *, actor: Actor, at: datetime) -> Bundle:
    """Case file, clocks with their reasons, journal with proofs, verifier, evidence, and a manifest over all.

    ``evidence`` is the evidence module's own bundle; its files are taken over as they are. Raises
    NotFound where the actor may not know of the case.
    """
    file = complaints.file_for(actor, sampled.case_id, at=at)
    clocks = [queries.clock_for(actor=actor, clock_id=clock.id, at=at) for clock in file.clocks]
    stream = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    try:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            writer = _Writer(archive)
            for name, parts in _contents(file, clocks, at):
                writer.add(name, parts)
            writer.take_over(evidence)
            manifest = _manifest(sampled, file, writer.files, at)
            writer.add("manifest.json", [_json(manifest)])
    except BaseException:
        stream.close()
        raise
    digest, size = _digest(stream)
    return Bundle(stream, f"{file.case.number}.zip", digest, size, len(writer.files))


class _Writer:
    """Writes entries whose names and dates depend on nothing but their content, and notes their digests."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.files: list[dict[str, Any]] = []

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """One file of the bundle."""
        sha, size = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(name, date_time=_EPOCH)
        entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
        with self.archive.open(entry, "w", force_zip64=True) as target:
            for part in parts:
                sha.update(part)
                size += len(part)
                target.write(part)
        self.files.append({"name": name, "sha256": sha.hexdigest(), "size": size})

    def take_over(self, evidence: BinaryIO) -> None:
        """Every file of the evidence bundle, under evidence/."""
        with zipfile.ZipFile(evidence) as source:
            for entry in source.infolist():
                with source.open(entry) as part:
                    self.add(f"evidence/{entry.filename}", _blocks(part))


def _contents(
    file: File, clocks: list[ExplainedClock], at: datetime
) -> Iterator[tuple[str, Iterable[bytes]]]:
    covered = trail.covered(file.case.id)
    yield "README.txt", [_read_me(file).encode()]
    yield "case.json", [_json(_case(file))]
    yield "case.html", [_page(file, clocks, at).encode()]
    yield "clocks.json", [_json([_clock(one) for one in clocks])]
    yield "entries.json", [_json([_entry(number, one) for number, one in sorted(covered.items())])]
    yield "journal.jsonl", (line.encode() for line in journal.export(at=at, subject_id=file.case.id))
    yield VERIFIER.name, [VERIFIER.read_bytes()]


def _case(file: File) -> dict[str, Any]:
    return {key: value for key, value in file.as_json().items() if key not in ("clocks", "steps")}


def _clock(one: ExplainedClock) -> dict[str, Any]:
    clock = one.clock
    return {
        "clause": one.clause.id,
        "text_sha256": clock.clause_hash,
        "text": dict(one.clause.text),
        "facts": dict(clock.facts),
        "limit": clock.limit,
        "calendar": clock.calendar_version,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "stopped_at": clock.stopped_at,
        "verdict": one.verdict,
        "provisional": clock.provisional,
        "generation": clock.generation,
        "entries": [number for number in one.entries if number],
        "explanation": [{"zh": step.text_zh, "en": step.text_en} for step in one.steps],
    }


def _entry(sequence: int, one: trail.Covered) -> dict[str, Any]:
    return {"sequence": sequence, "entry": one.id, "hash": one.hash, "anchor": one.anchor}


def _page(file: File, clocks: list[ExplainedClock], at: datetime) -> str:
    covered = trail.covered(file.case.id)
    context = {
        "file": file,
        "case": file.case,
        "complaint": file.complaint,
        "clocks": clocks,
        "traced": [(line, covered[line.sequence]) for line in file.timeline if line.sequence in covered],
        "made_at": at,
    }
    return render_to_string("compliance/bundle.html", context)


def _manifest(sampled: SampleCase, file: File, files: list[dict[str, Any]], at: datetime) -> dict[str, Any]:
    sample = sampled.sample
    exposure = queries.exposure(sample.start, sample.end, at)
    return {
        "format": FORMAT,
        "case": file.case.id,
        "number": file.case.number,
        "made_at": at,
        "sample": {"id": sample.id, "seed": sample.seed, "place": sampled.place, "stratum": sampled.stratum},
        "rulebooks": dict(exposure.rulebooks),
        "calendar": exposure.calendar,
        "program": exposure.program,
        "files": files,
    }


def _read_me(file: File) -> str:
    lines = [
        file.case.number,
        "",
        _(
            "case.html is the file to read, case.json the same as data; clocks.json says why each clock ends"
            " when it does."
        ),
        _("journal.jsonl holds every entry with the way to the root that its anchor signed. Check it with:"),
        f"    python {VERIFIER.name} journal.jsonl --key HEX --anchors FILE",
        _(
            "Get the key and the anchors from the operator by another way than this bundle, best the verifier"
            " too."
        ),
        _("manifest.json has the SHA-256 of every other file; the journal has that of the whole ZIP."),
        "",
    ]
    return "\n".join(lines)


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=_plain)
    return text.encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return at_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(_CHUNK):
        yield block


def _digest(stream: BinaryIO) -> tuple[str, int]:
    sha, size = hashlib.sha256(), 0
    stream.seek(0)
    while block := stream.read(_CHUNK):
        sha.update(block)
        size += len(block)
    stream.seek(0)
    return sha.hexdigest(), size
