"""What nobody claims goes after seven days; what a killed upload leaves goes too; nothing else does."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from bihuan.evidence import actions
from bihuan.evidence.actions import Discarded
from bihuan.evidence.models import Blob, Item
from bihuan.evidence.storage import LocalStore
from bihuan.evidence.tests.conftest import files
from bihuan.evidence.tests.factories import AT, LATER, actor, pdf, picture
from bihuan.journal.actor import PROGRAM
from bihuan.journal.queries import entries_of

pytestmark = pytest.mark.django_db


def upload(content: bytes) -> UUID:
    return actions.upload(actor=actor(), at=AT, content=content, name="a", party="consumer").id


def clean(*, files_later: bool = True) -> Discarded:
    files_at = datetime.now(UTC) + (timedelta(days=8) if files_later else timedelta())
    return actions.discard_unclaimed(actor=PROGRAM, at=LATER, files_at=files_at)


def test_an_unclaimed_file_goes_with_a_trace(root: Path) -> None:
    item_id = upload(picture())
    assert clean() == Discarded(items=1, files=2, staged=0)
    assert (Item.objects.count(), Blob.objects.count(), files(root)) == (0, 0, [])
    assert entries_of(item_id)[-1].event == "evidence.discarded"


def test_younger_ones_and_those_of_cases_stay(root: Path) -> None:
    person = actor()
    ref = actions.upload(actor=person, at=AT, content=pdf(), name="a", party="consumer")
    actions.attach(item_ids=[ref.id], case_id=uuid4(), actor=person, at=AT)
    actions.upload(actor=person, at=LATER, content=pdf(b"2"), name="a", party="consumer")
    assert clean() == Discarded(0, 0, 0)
    assert (Item.objects.count(), len(files(root))) == (2, 2)


def test_a_content_shared_with_a_case_stays(root: Path) -> None:
    person = actor()
    ref = actions.upload(actor=person, at=AT, content=pdf(), name="a", party="consumer")
    actions.attach(item_ids=[ref.id], case_id=uuid4(), actor=person, at=AT)
    upload(pdf())
    assert clean() == Discarded(items=1, files=0, staged=0)
    assert (Blob.objects.count(), len(files(root))) == (1, 1)


def test_a_file_without_a_row_goes_when_it_is_old(root: Path, tmp_path: Path) -> None:
    staged = tmp_path / "x"
    staged.write_bytes(b"x")
    LocalStore(root).put(staged, "ab" * 32)
    assert clean(files_later=False) == Discarded(0, 0, 0)
    assert clean() == Discarded(0, 1, 0)


def test_a_content_stored_again_while_it_is_removed_is_put_back(root: Path, tmp_path: Path) -> None:
    store, sha = LocalStore(root), "cd" * 32
    (tmp_path / "x").write_bytes(b"x")
    store.put(tmp_path / "x", sha)
    assert store.discard(sha, before=datetime.now(UTC) - timedelta(days=7)) is False
    assert store.open(sha).read() == b"x"


def test_a_clean_up_killed_half_way_is_settled_by_the_next(root: Path) -> None:
    trash = root / "discarded"
    trash.mkdir(parents=True)
    for name, age in (("ab" * 32, 9), ("cd" * 32, 0)):
        (trash / name).write_bytes(b"x")
        os.utime(trash / name, (time.time() - age * 86400,) * 2)
    assert list(LocalStore(root).older(datetime.now(UTC) - timedelta(days=7))) == []
    assert [p.name for p in files(root)] == ["cd" * 32]


KILLED = """
    import os, sys
    from pathlib import Path
    import django
    from django.conf import settings
    settings.configure(EVIDENCE_ROOT=Path(sys.argv[1]), USE_I18N=False)
    from bihuan.evidence import intake, storage
    spot = sys.argv[2]
    def die(*_):
        os.kill(os.getpid(), 9)
    if spot == "staging":
        intake.check_whole = die
    if spot == "linking":
        storage._sync_folders = die
    with intake.received(b"%PDF-1.7\\n%%EOF") as file:
        storage.LocalStore(Path(sys.argv[1])).put(file.original.path, file.original.sha256)
        die()
"""


@pytest.mark.parametrize(("spot", "left"), [("staging", 1), ("linking", 2), ("row", 2)])
def test_kill_9_during_an_upload_leaves_only_what_clean_up_finds(root: Path, spot: str, left: int) -> None:
    code = textwrap.dedent(KILLED)
    died = subprocess.run([sys.executable, "-c", code, str(root), spot], check=False)
    assert died.returncode == -9
    assert (len(files(root)), Item.objects.count()) == (left, 0)
    assert clean().staged == 1
    assert files(root) == []
