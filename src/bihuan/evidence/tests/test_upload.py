"""A file comes in: durable, typed by its content, traced, and stripped for others."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from bihuan.accounts.permissions import Role
from bihuan.engine.errors import NotAllowed, NotFound, Refusal
from bihuan.evidence import actions, queries
from bihuan.evidence.models import Blob, Item
from bihuan.evidence.tests.conftest import files
from bihuan.evidence.tests.factories import AT, actor, pdf, picture, staff, video
from bihuan.journal.queries import entries_of

pytestmark = pytest.mark.django_db


def test_the_file_lies_under_its_digest_read_only(root: Path) -> None:
    content = pdf()
    ref = actions.upload(actor=actor(), at=AT, content=content, name="a.pdf", party="consumer")
    path = root / ref.sha256[:2] / ref.sha256[2:4] / ref.sha256
    assert ref.sha256 == hashlib.sha256(content).hexdigest()
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o440
    assert files(root) == [path]


def test_the_type_follows_from_the_content() -> None:
    ref = actions.upload(
        actor=actor(),
        at=AT,
        content=picture("PNG"),
        name="letter.pdf",
        party="consumer",
        declared_type="application/pdf",
    )
    assert (ref.media_type, ref.name) == ("image/png", "letter.png")


def test_the_journal_has_the_event_without_a_name() -> None:
    ref = actions.upload(actor=actor(), at=AT, content=pdf(), name="张三.pdf", party="consumer")
    (entry,) = entries_of(ref.id)
    assert entry.event == "evidence.uploaded"
    assert entry.data == {
        "sha256": ref.sha256,
        "size": ref.size,
        "media_type": "application/pdf",
        "party": "consumer",
        "source": "upload",
    }


def test_the_same_content_is_stored_once(root: Path) -> None:
    one = actions.upload(actor=actor(), at=AT, content=pdf(), name="a.pdf", party="consumer")
    two = actions.upload(actor=actor(), at=AT, content=io.BytesIO(pdf()), name="b.pdf", party="merchant")
    assert one.sha256 == two.sha256
    assert (one.id != two.id, Item.objects.count(), Blob.objects.count(), len(files(root))) == (True, 2, 1, 1)


def test_the_public_picture_is_upright_and_has_no_place_or_camera() -> None:
    person = actor()
    ref = actions.upload(actor=person, at=AT, content=picture(), name="a.jpg", party="consumer")
    public = queries.open_for(person, ref.id).stream.read()
    shown = Image.open(io.BytesIO(public))
    assert shown.size == (30, 40)
    assert dict(shown.getexif()) == {}
    assert b"SecretCamera" not in public
    assert b"SecretCamera" in queries.open_for(person, ref.id, original=True).stream.read()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_other_pictures_lose_their_metadata_too(kind: str) -> None:
    person = actor()
    ref = actions.upload(actor=person, at=AT, content=picture(kind), name="a", party="consumer")
    public = queries.open_for(person, ref.id)
    assert public.media_type == f"image/{kind.lower()}"
    assert b"SecretCamera" not in public.stream.read()


def test_a_moving_picture_keeps_moving() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80)
    person = actor()
    ref = actions.upload(actor=person, at=AT, content=out.getvalue(), name="a.gif", party="consumer")
    assert Image.open(queries.open_for(person, ref.id).stream).n_frames == 3


@pytest.mark.parametrize(("brand", "media_type"), [(b"isom", "video/mp4"), (b"qt  ", "video/quicktime")])
def test_a_film_loses_its_place_and_keeps_its_length(brand: bytes, media_type: str) -> None:
    person = actor()
    content = video(brand)
    ref = actions.upload(actor=person, at=AT, content=content, name="a", party="consumer")
    public = queries.open_for(person, ref.id).stream.read()
    assert ref.media_type == media_type
    assert len(public) == len(content)
    assert b"31.2304" not in public
    assert public.endswith(b"\x01" * 500)


def test_a_name_loses_path_numbers_and_addresses() -> None:
    ref = actions.upload(
        actor=actor(),
        at=AT,
        content=pdf(),
        party="consumer",
        name="C:\\Users\\x\\订单13800138000 li@example.com\u202egpj.exe",
    )
    assert ref.name == "订单… ….pdf"


def test_a_role_without_the_permission_is_refused(root: Path) -> None:
    with pytest.raises(NotAllowed):
        actions.upload(actor=staff(Role.AUDITOR), at=AT, content=pdf(), name="a", party="platform")
    assert (Item.objects.count(), root.exists()) == (0, False)


def test_uploading_onto_a_case_needs_to_read_it(case_readers: Any, root: Path) -> None:
    case_id, agent = uuid4(), staff(Role.AGENT)
    with pytest.raises(NotFound):
        actions.upload(actor=agent, at=AT, content=pdf(), name="a", party="platform", case_id=case_id)
    assert root.exists() is False
    case_readers[case_id] = {agent.id}
    ref = actions.upload(actor=agent, at=AT, content=pdf(), name="a", party="platform", case_id=case_id)
    assert [i.id for i in queries.items_of(case_id)] == [ref.id]


def test_one_consumer_cannot_fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_UNCLAIMED", 2)
    person = actor()
    for _ in range(2):
        actions.upload(actor=person, at=AT, content=pdf(), name="a", party="consumer")
    with pytest.raises(Refusal, match="2 files"):
        actions.upload(actor=person, at=AT, content=pdf(), name="a", party="consumer")
    assert Item.objects.count() == 2
