"""The audit room: a sample that anybody can draw again, bundles that verify, every look in the journal."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from bihuan.accounts.models import Person
from bihuan.complaints import stage
from bihuan.complaints.tests.conftest import AT, played, set_stage
from bihuan.complaints.tests.play import submit
from bihuan.compliance import actions, counting
from bihuan.compliance.figures import Outcome
from bihuan.compliance.models import Sample, SampleCase
from bihuan.compliance.tests.clocks import clock, stopped
from bihuan.compliance.tests.site import text_of, visitor
from bihuan.engine.errors import Invalid, NotAllowed, NotFound
from bihuan.evidence.models import Item
from bihuan.journal import queries as journal
from bihuan.journal.actor import Actor, ActorKind

__all__ = ["played", "set_stage"]
pytestmark = pytest.mark.django_db
AUDITOR = Actor(id=uuid4(), kind=ActorKind.STAFF, roles=frozenset({"auditor"}))
START, END = AT - timedelta(days=30), AT + timedelta(days=30)
O = Outcome  # noqa: E741


def draw(seed: int = 7, wanted: int = 2, actor: Actor = AUDITOR, **more: Any) -> Sample:
    at = more.pop("at", AT)
    return actions.draw_sample(actor=actor, at=at, start=START, end=END, seed=seed, wanted=wanted, **more)


def listed(sample: Sample) -> list[tuple[str, UUID]]:
    return [(row.stratum, row.case_id) for row in sample.cases.all()]


def some() -> dict[Outcome, list[UUID]]:
    """Five cases met, three late, one overdue; one of the late ones met another clock too."""
    made = {
        O.MET: [stopped(AT, "met").subject_id for _ in range(5)],
        O.LATE: [stopped(AT, "late").subject_id for _ in range(3)],
        O.OVERDUE: [clock(AT - timedelta(hours=1)).subject_id],
    }
    stopped(AT, "met", subject_id=made[O.LATE][0])
    return made


def expected(made: dict[Outcome, list[UUID]], seed: int, wanted: int) -> list[tuple[str, UUID]]:
    """The same sample drawn by hand from what the page says about the rule."""

    def place(case: UUID) -> str:
        return hashlib.sha256(f"{seed}:{case}".encode()).hexdigest()

    return [
        (str(outcome), case)
        for outcome in counting.WORST
        for case in sorted(made.get(outcome, []), key=place)[:wanted]
    ]


def test_a_sample_is_stratified_and_can_be_drawn_again(db: None) -> None:
    made = some()
    first, again, other = draw(), draw(), draw(seed=8)
    assert listed(first) == expected(made, 7, 2)
    assert listed(again) == listed(first)
    assert again.digest == first.digest != other.digest
    assert first.population == {"met": 5, "late": 3, "overdue": 1}
    lines = "".join(f"{stratum} {case}\n" for stratum, case in listed(first))
    assert first.digest == hashlib.sha256(lines.encode()).hexdigest()


def test_drawing_is_in_the_journal(db: None) -> None:
    some()
    sample = draw()
    (entry,) = journal.entries_of(sample.id)
    assert (entry.event, entry.actor_id) == ("audit.sample_drawn", AUDITOR.id)
    assert (entry.data["seed"], entry.data["cases"], entry.data["digest"]) == (7, 5, sample.digest)


@pytest.mark.parametrize(("seed", "wanted"), [(-1, 2), (2**63, 2), (1, 0), (1, 51)])
def test_a_wrong_size_is_refused_and_nothing_is_kept(db: None, seed: int, wanted: int) -> None:
    with pytest.raises(Invalid):
        draw(seed=seed, wanted=wanted)
    assert not Sample.objects.exists()


def test_only_an_auditor_draws_opens_and_takes(played: stage.Stage) -> None:
    case_id = submit(played).case_id
    sample = draw(actor=played.who("auditor"))
    for part in ("manager", "supervisor", "counsel", "agent"):
        who = played.who(part)
        with pytest.raises(NotAllowed):
            draw(actor=who)
        with pytest.raises(NotAllowed):
            actions.open_sampled(sample_id=sample.id, case_id=case_id, actor=who, at=AT)
        with pytest.raises(NotAllowed):
            actions.take_bundle(sample_id=sample.id, case_id=case_id, actor=who, at=AT)
    assert len(journal.entries_of(sample.id)) == 1
    with pytest.raises(NotFound):
        actions.open_sampled(sample_id=sample.id, case_id=uuid4(), actor=played.who("auditor"), at=AT)


def test_a_case_opened_twice_at_once_is_one_look(played: stage.Stage) -> None:
    case_id, auditor = submit(played).case_id, played.who("auditor")
    sample = draw(actor=auditor)
    for minutes in (0, 5, 30):
        at = AT + timedelta(minutes=minutes)
        actions.open_sampled(sample_id=sample.id, case_id=case_id, actor=auditor, at=min(at, AT))
    looks = [e for e in journal.entries_of(sample.id) if e.event == "audit.case_opened"]
    assert [(e.data["case_id"], e.actor_id) for e in looks] == [(str(case_id), auditor.id)]


def taken(played: stage.Stage, case_id: UUID) -> tuple[Sample, zipfile.ZipFile, bytes]:
    auditor = played.who("auditor")
    sample = draw(actor=auditor)
    made = actions.take_bundle(sample_id=sample.id, case_id=case_id, actor=auditor, at=AT)
    with made.stream as stream:
        content = stream.read()
    assert (made.size, made.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    return sample, zipfile.ZipFile(io.BytesIO(content)), content


def test_a_bundle_holds_what_the_manifest_says(played: stage.Stage) -> None:
    done = submit(played, files=2)
    sample, archive, content = taken(played, done.case_id)
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["number"] == done.number
    assert manifest["sample"]["seed"] == 7
    names = {file["name"] for file in manifest["files"]}
    assert names | {"manifest.json"} == set(archive.namelist())
    assert {"case.json", "case.html", "clocks.json", "journal.jsonl", "bihuan_verify.py"} <= names
    for file in manifest["files"]:
        body = archive.read(file["name"])
        assert (hashlib.sha256(body).hexdigest(), len(body)) == (file["sha256"], file["size"])
    (entry,) = [e for e in journal.entries_of(sample.id) if e.event == "audit.bundle_taken"]
    assert entry.data["sha256"] == hashlib.sha256(content).hexdigest()
    assert entry.data["size"] == len(content)


def test_the_evidence_is_there_and_its_export_recorded(played: stage.Stage) -> None:
    done = submit(played, files=2)
    _, archive, _ = taken(played, done.case_id)
    listed_ = json.loads(archive.read("evidence/manifest.json"))["items"]
    assert len(listed_) == 2
    for item in listed_:
        assert hashlib.sha256(archive.read(f"evidence/{item['file']}")).hexdigest() == item["sha256"]
    for item in Item.objects.filter(subject_id=done.case_id):
        assert "evidence.exported" in [entry.event for entry in journal.entries_of(item.id)]


def test_the_journal_of_a_bundle_verifies_by_its_own_verifier(played: stage.Stage, tmp_path: Path) -> None:
    done = submit(played)
    _, archive, _ = taken(played, done.case_id)
    archive.extractall(tmp_path)
    ran = subprocess.run(
        [sys.executable, "bihuan_verify.py", "journal.jsonl"], cwd=tmp_path, capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stdout
    (tmp_path / "journal.jsonl").write_text(
        (tmp_path / "journal.jsonl").read_text("utf-8").replace("complaint.received", "complaint.accepted"),
        "utf-8",
    )
    ran = subprocess.run(
        [sys.executable, "bihuan_verify.py", "journal.jsonl"], cwd=tmp_path, capture_output=True, check=False
    )
    assert ran.returncode == 1


def test_the_case_reads_as_a_page_and_as_data(played: stage.Stage) -> None:
    done = submit(played)
    _, archive, _ = taken(played, done.case_id)
    page = archive.read("case.html").decode()
    data = json.loads(archive.read("case.json"))
    assert done.number in page
    assert "收到的水壶漏水" in page
    assert (data["number"], data["matter"]) == (done.number, "收到的水壶漏水")
    assert "<script" not in page
    clocks = json.loads(archive.read("clocks.json"))
    assert "PCN-3.1.3.a" in {one["clause"] for one in clocks}
    assert all(one["explanation"] for one in clocks)


def test_the_room_from_drawing_to_taking(played: stage.Stage, settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = []
    done = submit(played)
    client = visitor(Person.objects.get(id=played.who("auditor").id), "en")
    assert "No sample was drawn yet." in text_of(client, "/oversight/audit")
    asked = {"from": "2026-02-01", "to": "2026-04-30", "seed": "2026", "wanted": "3"}
    answer = client.post("/oversight/audit", asked)
    assert answer.status_code == 302
    path = answer.headers["Location"]
    text = text_of(client, path)
    assert done.number in text
    opened = client.get(f"{path}/{done.case_id}")
    assert opened.headers["Location"] == f"/oversight/case/{done.case_id}"
    bundle = client.post(f"{path}/{done.case_id}/bundle.zip")
    assert bundle.headers["Content-Disposition"] == f'attachment; filename="{done.number}.zip"'
    assert zipfile.ZipFile(io.BytesIO(b"".join(bundle.streaming_content))).testzip() is None
    events = [entry.event for entry in journal.entries_of(Sample.objects.get().id)]
    assert events == ["audit.sample_drawn", "audit.case_opened", "audit.bundle_taken"]
    assert "2026-03-02 10:00" in text_of(client, path).split("Bundle taken")[1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": "abc"}, "at most 18 digits"),
        ({"wanted": "0"}, "between 1 and 50"),
        ({"from": "x"}, "Give a day between"),
    ],
)
def test_a_form_with_an_error_draws_nothing_and_keeps_what_was_typed(
    played: stage.Stage, settings: Any, change: dict[str, str], words: str
) -> None:
    settings.MFA_REQUIRED_ROLES = []
    client = visitor(Person.objects.get(id=played.who("auditor").id), "en")
    asked = {"from": "2026-02-01", "to": "2026-04-30", "seed": "2026", "wanted": "3", **change}
    answer = client.post("/oversight/audit", asked)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not SampleCase.objects.exists()
    assert not Sample.objects.exists()
    for part in ("manager", "supervisor"):
        other = visitor(Person.objects.get(id=played.who(part).id), "en")
        assert other.get("/oversight/audit").status_code == 403
