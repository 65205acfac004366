"""The template of the fast pass and the one of the writer agree on every value an event may have."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bihuan.journal.anchors import merkle
from bihuan.journal.events import CODE, at_text
from bihuan.journal.verification.fast import moment, normal

FIRST = datetime(1000, 1, 1)  # noqa: DTZ001 (hypothesis wants it so)
codes = st.from_regex(CODE, fullmatch=True)
values = st.one_of(codes, st.integers(-(2**60), 2**60), st.booleans())
nested = st.recursive(values, lambda v: st.lists(v, max_size=3) | st.dictionaries(codes, v, max_size=3))


def as_jsonb(value: Any) -> str:
    """The text of PostgreSQL: keys by length, then by bytes; a space after comma and colon."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda k: (len(k), k))
        return "{" + ", ".join(f'"{k}": {as_jsonb(value[k])}' for k in keys) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_jsonb, value)) + "]"
    return json.dumps(value)


@given(st.dictionaries(codes, nested, max_size=6))
def test_the_data_of_an_event(data: dict[str, Any]) -> None:
    assert normal(as_jsonb(data)) == json.dumps(data, sort_keys=True, separators=(",", ":"))


@given(st.datetimes(FIRST))
def test_a_time(value: datetime) -> None:
    stamp = value.replace(tzinfo=UTC)
    text = stamp.isoformat(sep=" ").replace("+00:00", "+00")
    shortened = text.replace("+00", "").rstrip("0") + "+00" if "." in text else text
    assert moment(shortened) + "Z" == at_text(stamp)


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40))
def test_the_tree_is_the_same_both_ways_and_every_path_climbs_to_its_root(hashes: list[bytes]) -> None:
    leaves = [merkle.leaf(number, value) for number, value in enumerate(hashes)]
    tree = merkle.Tree()
    for each in leaves:
        tree.add(each)
    assert tree.root() == merkle.root(b"".join(leaves))
    paths = merkle.paths(leaves, range(len(leaves)))
    assert all(merkle.climb(leaves[i], paths[i]) == tree.root() for i in range(len(leaves)))


def test_an_unusual_time_keeps_its_fraction() -> None:
    assert moment("2026-03-02 01:02:03+00") == "2026-03-02T01:02:03.000000"
    assert moment("2026-03-02 01:02:03.00012+00") == "2026-03-02T01:02:03.000120"
    assert at_text(datetime(2026, 3, 2, tzinfo=UTC) + timedelta(microseconds=1)).endswith("00.000001Z")
