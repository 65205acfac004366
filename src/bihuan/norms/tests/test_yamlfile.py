"""Strict YAML: what is refused, with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bihuan.norms.yamlfile import Unreadable, read_file, read_text


def problems(text: str) -> list[str]:
    with pytest.raises(Unreadable) as caught:
        read_text(text, "f.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_on_is_a_key_and_dates_are_dates() -> None:
    document = read_text("extension: {on: a.b}\nlimit:\n  2026-01-01: 24h\n", "f.yaml")[0]
    assert document.value == {"extension": {"on": "a.b"}, "limit": {date(2026, 1, 1): "24h"}}
    assert document.line("limit", "2026-01-01") == 3


def test_times_of_day_and_leading_zeros_stay_text() -> None:
    assert read_text("a: 12:30\nb: 007\nc: yes\n", "f")[0].value == {"a": "12:30", "b": "007", "c": "yes"}


def test_duplicate_keys_are_all_reported() -> None:
    assert problems("a: 1\nb: {c: 1, c: 2}\na: 2\n") == [
        "f.yaml:2: key c stands twice",
        "f.yaml:3: key a stands twice",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x [1]\nb: *x\n", "f.yaml:2: uses an alias; write it out"),
        ("a: !!python/object:os.system x\n", "not allowed here"),
        ("a: [1\n", "is not YAML"),
        ("? [a]\n: b\n", "not allowed here"),
        ("a: 2026-13-45\n", "month must be in 1..12"),
        ("[" * 50_000, "is too large or too deep"),
        ("- " * 30_000, "is too large or too deep"),
        ("a: [" + "1, " * 21_000 + "]", "is too large or too deep"),
    ],
)
def test_unsafe_or_broken_text_is_refused(text: str, said: str) -> None:
    assert said in problems(text)[0]


def test_a_large_or_wrongly_encoded_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"#" * 70_000)
    (tmp_path / "latin").write_bytes(b"a: 1\nb: \xff\n")
    for name, said in (("large", "large:1: is larger than 64 KiB"), ("latin", "latin:2: is not UTF-8")):
        with pytest.raises(Unreadable, match=said):
            read_file(tmp_path / name, name)
