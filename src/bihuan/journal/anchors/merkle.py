"""The tree over the entries of an anchor; the shape is that of RFC 6962.

leaf = SHA-256(0x00 || id as 8 bytes, big endian || hash of the entry)
node = SHA-256(0x01 || left || right); a last one without a neighbour moves up as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

EMPTY: Final = hashlib.sha256(b"").digest()
"""Root of a tree without leaves."""

Side = tuple[str, bytes]
"""Where the neighbour stands (``left`` or ``right``) and its hash."""


def leaf(entry_id: int, entry_hash: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry_id.to_bytes(8, "big") + entry_hash).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Root of leaves given one after the other; keeps one hash a level."""

    def __init__(self) -> None:
        self.count = 0
        self._levels: list[bytes] = []

    def add(self, value: bytes) -> None:
        size = self.count
        while size & 1:
            value = node(self._levels.pop(), value)
            size >>= 1
        self._levels.append(value)
        self.count += 1

    def root(self) -> bytes:
        if not self._levels:
            return EMPTY
        levels = list(self._levels)
        value = levels.pop()
        while levels:
            value = node(levels.pop(), value)
        return value


def root(leaves: bytes | bytearray) -> bytes:
    """Root of leaves laid end to end, 32 bytes each, level by level: the fast way where all are at hand."""
    if not leaves:
        return EMPTY
    sha256, level = hashlib.sha256, bytes(leaves)
    while len(level) > 32:
        paired = len(level) // 64 * 64
        nodes = [sha256(b"\x01" + level[place : place + 64]).digest() for place in range(0, paired, 64)]
        level = b"".join(nodes) + level[paired:]
    return level


def paths(leaves: Sequence[bytes], wanted: Sequence[int]) -> dict[int, list[Side]]:
    """For each wanted position the neighbours on its way to the root, lowest first."""
    found: dict[int, list[Side]] = {index: [] for index in wanted}
    places = {index: index for index in wanted}
    level = list(leaves)
    while len(level) > 1:
        for index, place in places.items():
            neighbour = place ^ 1
            if neighbour < len(level):
                found[index].append(("left" if place % 2 else "right", level[neighbour]))
            places[index] = place // 2
        odd = [level[-1]] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [node(left, right) for left, right in pairs] + odd
    return found


def climb(value: bytes, path: Iterable[Side]) -> bytes:
    """The root that a leaf leads to along its path."""
    for side, neighbour in path:
        value = node(neighbour, value) if side == "left" else node(value, neighbour)
    return value
