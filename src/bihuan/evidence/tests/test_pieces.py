"""A file that comes in piece by piece: it goes on where it stopped, and nothing changed gets in."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from bihuan.engine.errors import Invalid, NotFound, Refusal
from bihuan.evidence import pieces
from bihuan.evidence.errors import FileBroken, FileTooBig, FileType
from bihuan.evidence.models import Incoming, Item
from bihuan.evidence.sniff import MB
from bihuan.journal.actor import Actor

from .factories import AT, actor, picture, video

pytestmark = pytest.mark.django_db
MARK = "a1b2c3d4"


def begun(who: Actor, size: int, *, mark: str = MARK, case_id: UUID | None = None) -> pieces.Standing:
    return pieces.begin(
        actor=who, at=AT, name="水壶.mp4", size=size, mark=mark, party="consumer", case_id=case_id
    )


def sent(who: Actor, made: pieces.Standing, offset: int, content: bytes) -> pieces.Standing:
    return pieces.append(
        actor=who,
        at=AT,
        incoming_id=made.id,
        offset=offset,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def test_in_pieces_it_is_the_same_file_as_at_once(root: Path) -> None:
    who, body = actor(), video()
    made = begun(who, len(body))
    assert sent(who, made, 0, body[:300]).received == 300
    assert sent(who, made, 300, body[300:]).received == len(body)
    item = pieces.finish(actor=who, at=AT, incoming_id=made.id)
    assert (item.sha256, item.size, item.name) == (hashlib.sha256(body).hexdigest(), len(body), "水壶.mp4")
    assert not (root / "unfinished" / str(made.id)).exists()


def test_the_same_file_begun_again_goes_on_where_it_stopped() -> None:
    who, body = actor(), video()
    made = begun(who, len(body))
    sent(who, made, 0, body[:300])
    again = begun(who, len(body))
    assert (again.id, again.received) == (made.id, 300)
    assert begun(who, len(body), mark="another1").id != made.id
    assert begun(actor(), len(body)).id != made.id


def test_a_changed_piece_is_refused_and_nothing_is_added() -> None:
    who = actor()
    made = begun(who, 1000)
    with pytest.raises(pieces.PieceChanged):
        pieces.append(actor=who, at=AT, incoming_id=made.id, offset=0, content=b"x" * 10, sha256="0" * 64)
    assert pieces.standing(who, made.id).received == 0


def test_a_piece_in_the_wrong_place_says_where_to_go_on() -> None:
    who, body = actor(), video()
    made = begun(who, len(body))
    sent(who, made, 0, body[:300])
    with pytest.raises(pieces.WrongPlace) as refused:
        sent(who, made, 0, body[:300])
    assert refused.value.data["received"] == 300
    with pytest.raises(pieces.WrongPlace):
        pieces.finish(actor=who, at=AT, incoming_id=made.id)
    assert not Item.objects.exists()


def test_more_than_was_said_is_refused() -> None:
    who = actor()
    made = begun(who, 10)
    with pytest.raises(Invalid):
        sent(who, made, 0, b"x" * 11)
    assert pieces.standing(who, made.id).received == 0


def test_what_would_be_refused_at_the_end_is_refused_at_the_first_piece() -> None:
    who = actor()
    made = begun(who, 10_000)
    with pytest.raises(FileType):
        sent(who, made, 0, b"MZ" + bytes(5000))
    large = begun(who, 30 * MB, mark="large-one")
    with pytest.raises(FileTooBig):
        sent(who, large, 0, picture() + bytes(5000))
    with pytest.raises(FileTooBig):
        begun(who, 501 * MB, mark="too-large")


def test_a_file_that_is_refused_leaves_nothing_behind(root: Path) -> None:
    who, body = actor(), video()[:-200]
    made = begun(who, len(body))
    sent(who, made, 0, body)
    with pytest.raises(FileBroken):
        pieces.finish(actor=who, at=AT, incoming_id=made.id)
    assert not Incoming.objects.exists()
    assert [p for p in root.rglob("*") if p.is_file()] == []


def test_finishing_twice_gives_the_same_item() -> None:
    who, body = actor(), picture()
    made = begun(who, len(body))
    sent(who, made, 0, body)
    first = pieces.finish(actor=who, at=AT, incoming_id=made.id)
    assert pieces.finish(actor=who, at=AT, incoming_id=made.id).id == first.id
    assert Item.objects.count() == 1


def test_a_file_that_is_being_taken_in_is_not_taken_in_twice() -> None:
    who, body = actor(), picture()
    made = begun(who, len(body))
    sent(who, made, 0, body)
    Incoming.objects.update(ending_at=AT)
    with pytest.raises(Refusal):
        pieces.finish(actor=who, at=AT + timedelta(minutes=1), incoming_id=made.id)
    later = AT + timedelta(minutes=11)
    assert pieces.finish(actor=who, at=later, incoming_id=made.id).size == len(body)


def test_somebody_elses_file_is_not_there() -> None:
    made = begun(actor(), 100)
    for act in (pieces.abandon, pieces.finish):
        with pytest.raises(NotFound):
            act(actor=actor(), at=AT, incoming_id=made.id)
    assert Incoming.objects.count() == 1


def test_where_the_disk_lost_it_it_starts_anew(root: Path) -> None:
    who, body = actor(), video()
    made = begun(who, len(body))
    sent(who, made, 0, body[:300])
    (root / "unfinished" / str(made.id)).unlink()
    assert pieces.standing(who, made.id).received == 0


def test_giving_up_removes_row_and_bytes(root: Path) -> None:
    who, body = actor(), video()
    made = begun(who, len(body))
    sent(who, made, 0, body[:300])
    pieces.abandon(actor=who, at=AT, incoming_id=made.id)
    assert not Incoming.objects.exists()
    assert not (root / "unfinished" / str(made.id)).exists()


def test_the_sweep_takes_what_nobody_went_on_with(root: Path) -> None:
    who, body = actor(), video()
    old, fresh = begun(who, len(body)), begun(who, len(body), mark="fresh-one")
    sent(who, old, 0, body[:300])
    Incoming.objects.filter(id=fresh.id).update(touched_at=AT + timedelta(days=2))
    stray = root / "unfinished" / "00000000-0000-0000-0000-000000000001"
    stray.write_bytes(b"x")
    os.utime(stray, (0, 0))
    assert pieces.sweep(at=AT + timedelta(days=3), files_at=AT + timedelta(days=3)) == 1
    assert list(Incoming.objects.values_list("id", flat=True)) == [fresh.id]
    assert list((root / "unfinished").iterdir()) == []


def test_too_much_that_is_unfinished_is_refused() -> None:
    who = actor()
    for n in range(4):
        begun(who, 500 * MB, mark=f"film-no-{n}")
    with pytest.raises(Refusal):
        begun(who, 500 * MB, mark="film-no-5")
    assert Incoming.objects.count() == 4
