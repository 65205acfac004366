"""The published form, checked by the verifier that shares no code with the program."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bihuan.journal.actions import make_anchors
from bihuan.journal.anchors.record import public_key
from bihuan.journal.queries import export, identity
from bihuan.journal.tests.conftest import AT, COMMITTED, write
from bihuan.journal.verifier import bihuan_verify

pytestmark = COMMITTED

Owner = Callable[..., int]


def exported(tmp_path: Path, **more: object) -> Path:
    file = tmp_path / "export.jsonl"
    file.write_text("".join(export(at=AT, **more)))  # type: ignore[arg-type]
    return file


def test_an_export_verifies_with_the_key_and_the_anchors_outside(
    journal: Path, tmp_path: Path, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    write(steps=3, code="z-1:x")
    write(steps=2)
    make_anchors()
    write()
    key = public_key(settings.KEYS.signing).hex()  # type: ignore[attr-defined]
    words = [str(exported(tmp_path)), "--key", key, "--anchors", str(journal / f"{identity()}.jsonl")]
    assert bihuan_verify.main(words) == 0
    assert capsys.readouterr().out == (
        "verified: 6 entries, 3 subjects, 1 anchors; 1 entries above the last anchor\n"
    )


def test_one_subject_proves_that_it_lies_below_the_anchors(journal: Path, tmp_path: Path) -> None:
    subject = write(steps=3)[0].subject
    write(steps=4)
    make_anchors()
    write(subject, steps=2, first=4)
    make_anchors()
    file = exported(tmp_path, subject_id=subject.id)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["proof"]["anchor"] for line in lines if "entry" in line] == [1, 1, 1, 2, 2]
    assert bihuan_verify.main([str(file)]) == 0
    file.write_text(file.read_text().replace('"left"', '"right"'))
    assert bihuan_verify.main([str(file)]) == 1


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE journal_entry SET event = 'x' WHERE id = 2", "columns and hashed bytes differ"),
        (
            "UPDATE journal_entry SET canonical = canonical || '\\xff' WHERE id = 2",
            "columns and hashed bytes",
        ),
        ("DELETE FROM journal_entry WHERE id = 2", "follows no. 1: something was deleted"),
        ("DELETE FROM journal_entry WHERE id > 2", "the head says 3 entries, 2 are there"),
        ("DELETE FROM journal_head", "has no head"),
        ("DELETE FROM journal_entry; DELETE FROM journal_head", "1 whole subjects below the last anchor"),
        ("UPDATE journal_anchor SET signature = decode(repeat('00', 64), 'hex')", "signature is not valid"),
    ],
)
def test_what_was_changed_in_the_database_shows_in_the_export(
    owner: Owner, tmp_path: Path, capsys: pytest.CaptureFixture[str], sql: str, fault: str
) -> None:
    write(steps=3)
    make_anchors()
    owner(sql)
    assert bihuan_verify.main([str(exported(tmp_path))]) == 1
    assert fault in capsys.readouterr().out


def test_an_export_that_was_cut_or_is_none_does_not_verify(journal: Path, tmp_path: Path) -> None:
    write(steps=3)
    file = exported(tmp_path)
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))
    assert bihuan_verify.main([str(file)]) == 1
    file.write_text('{"entry": 1}\n')
    assert bihuan_verify.main([str(file)]) == 2
    file.write_bytes(b"\xff\xfe")
    assert bihuan_verify.main([str(file)]) == 2


def test_an_anchor_outside_that_the_export_lacks_is_a_fault(
    owner: Owner, tmp_path: Path, journal: Path
) -> None:
    for _ in range(2):
        write()
        make_anchors()
    owner("DELETE FROM journal_anchor_copy; DELETE FROM journal_anchor WHERE number = 2")
    words = [str(exported(tmp_path)), "--anchors", str(journal / f"{identity()}.jsonl")]
    assert bihuan_verify.main(words) == 1


def test_signatures_are_checked_without_any_library() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"text")
    assert bihuan_verify.signed_by_hand(public, b"text", signature)
    assert not bihuan_verify.signed_by_hand(public, b"texu", signature)
    assert not bihuan_verify.signed_by_hand(public, b"text", signature[:-1] + b"\x01")
    assert not bihuan_verify.signed_by_hand(bytes(32), b"text", signature)
