#!/usr/bin/env python3
"""Verifies an export of a Bihuan journal. One file, Python's standard library, nothing of Bihuan.

    python bihuan_verify.py EXPORT.jsonl [--key HEX ...] [--anchors FILE ...]

EXPORT is what `bihuan journal export` wrote. --key is a public key that you trust (from the
operator, by another way than the export); without it the keys of the export itself are used,
which proves only that the export agrees with itself. --anchors is a file of anchors that lay
outside the database (one a line); every one of them must stand in the export too.

Exit code 0: nothing wrong was found; 1: something was; 2: the file cannot be read.
This is a second implementation on purpose: it shares no code with the program it checks.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ZERO = bytes(32)


class Broken(Exception):
    """The file is not an export, or cannot be read to its end."""


# --- Ed25519 (RFC 8032), verification only; slow and simple. `cryptography` is used where it is there.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def add(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    m, n, o, p = f - e, h - g, h + g, f + e
    return (m * n % P, p * o % P, n * o % P, m * p % P)


def times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def recover(raw: bytes) -> Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if y >= P or (square == 0 and sign):
        return None
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = recover((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by_hand(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is valid, computed here."""
    if len(public) != 32 or len(signature) != 64 or BASE is None:
        return False
    key, near = recover(public), recover(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or near is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, BASE), add(near, times(h, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 (optional)
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    except ImportError:
        return signed_by_hand(public, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# --- the bytes that are hashed


def compact(value: Any) -> bytes:
    """JSON with sorted keys and no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def canonical(entry: dict[str, Any]) -> bytes:
    """Scheme 1: the bytes that the columns of an entry ask for."""
    return compact(
        {
            "scheme": 1,
            "subject": [entry["subject_kind"], entry["subject_id"]],
            "sequence": entry["sequence"],
            "generation": entry["generation"],
            "event": entry["event"],
            "version": entry["version"],
            "actor": [entry["actor_kind"], entry["actor_id"]],
            "occurred_at": entry["occurred_at"],
            "recorded_at": entry["recorded_at"],
            "proven": entry["proven"],
            "data": entry["data"],
        }
    )


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def leaf(entry: dict[str, Any]) -> bytes:
    return sha(b"\x00", entry["id"].to_bytes(8, "big"), bytes.fromhex(entry["hash"]))


def root(leaves: list[bytes]) -> bytes:
    level = leaves
    while len(level) > 1:
        pairs = [sha(b"\x01", *level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0] if level else sha()


def climb(value: bytes, path: list[Any]) -> bytes:
    for side, neighbour in path:
        other = bytes.fromhex(neighbour)
        value = sha(b"\x01", other, value) if side == "left" else sha(b"\x01", value, other)
    return value


# --- the checks


class Check:
    """Reads the lines of an export once and collects what is wrong."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        self.trusted = {sha(key).hex()[:16]: key for key in keys}
        self.own_keys = not self.trusted
        self.faults: list[str] = []
        self.last: dict[str, tuple[int, bytes]] = {}
        self.heads: dict[str, tuple[int, bytes]] = {}
        self.anchors: list[tuple[dict[str, Any], bytes, bytes]] = []
        self.leaves: list[tuple[int, int, bytes, bool]] = []
        self.proofs: list[tuple[int, bytes, dict[str, Any]]] = []
        self.header: dict[str, Any] = {}
        self.entries = 0
        self.highest = 0
        self.ended = False

    def fault(self, text: str) -> None:
        self.faults.append(text)

    def line(self, value: dict[str, Any]) -> None:
        if "bihuan_journal" in value:
            self.start(value)
        elif not self.header:
            raise Broken("the first line is not the header of an export")
        elif "entry" in value:
            self.entry(value["entry"], value.get("proof"))
        elif "head" in value:
            head = value["head"]
            self.heads[head["subject_id"]] = (head["sequence"], bytes.fromhex(head["hash"]))
        elif "anchor" in value:
            self.anchors.append(
                (value["anchor"], compact(value["anchor"]), bytes.fromhex(value["signature"]))
            )
        elif "end" in value:
            self.end(value["end"])
        else:
            raise Broken(f"a line of unknown kind: {', '.join(value)}")

    def start(self, header: dict[str, Any]) -> None:
        if header["bihuan_journal"] != 1:
            raise Broken(f"format {header['bihuan_journal']} is not known here")
        self.header = header
        if self.own_keys:
            self.trusted = {name: bytes.fromhex(key) for name, key in header["public_keys"].items()}

    def entry(self, entry: dict[str, Any], proof: dict[str, Any] | None) -> None:
        self.entries += 1
        name = f"entry {entry['id']} ({entry['subject_kind']}:{entry['subject_id']}, no. {entry['sequence']})"
        text = entry["canonical"]
        stored = text.encode() if text is not None else bytes.fromhex(entry["canonical_hex"])
        digest = bytes.fromhex(entry["hash"])
        if entry["scheme"] != 1 or canonical(entry) != stored:
            self.fault(f"{name}: columns and hashed bytes differ")
        if entry["id"] <= self.highest:
            self.fault(f"{name}: out of order")
        self.highest = max(self.highest, entry["id"])
        sequence, before = self.last.get(entry["subject_id"], (0, ZERO))
        if entry["sequence"] != sequence + 1:
            self.fault(f"{name}: follows no. {sequence}: something was deleted, inserted or moved")
        elif sha(before, stored) != digest:
            self.fault(f"{name}: the hash does not follow from the entry before it")
        self.last[entry["subject_id"]] = (entry["sequence"], digest)
        self.leaves.append((entry["epoch"], entry["txid"], leaf(entry), entry["sequence"] == 1))
        if proof:
            self.proofs.append((entry["id"], leaf(entry), proof))

    def end(self, counts: dict[str, int]) -> None:
        self.ended = True
        here = {"entries": self.entries, "heads": len(self.heads), "anchors": len(self.anchors)}
        if counts != here:
            self.fault(f"the export says {counts} and holds {here}")

    def finish(self) -> int:
        """After the last line; returns how many entries lie above the last anchor."""
        if not self.ended:
            self.fault("the export breaks off: its last line is missing")
        for subject in sorted(self.last.keys() | self.heads.keys()):
            sequence, digest = self.last.get(subject, (0, ZERO))
            head = self.heads.get(subject)
            if head is None:
                self.fault(f"{subject}: has no head")
            elif head[0] != sequence:
                self.fault(f"{subject}: the head says {head[0]} entries, {sequence} are there")
            elif head[1] != digest:
                self.fault(f"{subject}: the head does not name the last entry")
        self.chain()
        return self.part() if self.header.get("subject_id") else self.whole()

    def chain(self) -> None:
        """Signature of each anchor, and that it follows from the one before."""
        before, number, total = ZERO, 0, 0
        horizons: dict[int, int] = {}
        for anchor, payload, signature in self.anchors:
            name = f"anchor {anchor['number']}"
            public = bytes.fromhex(anchor["public_key"])
            if public not in self.trusted.values():
                self.fault(f"{name}: signed with a key that is not trusted ({sha(public).hex()[:16]})")
            elif not is_signed(public, payload, signature):
                self.fault(f"{name}: the signature is not valid")
            total += anchor["count"]
            follows = (
                anchor["journal"] == self.header["journal"]
                and bytes.fromhex(anchor["previous"]) == before
                and anchor["number"] == number + 1 + len(anchor["abandoned"])
                and anchor["from_txid"] == horizons.get(anchor["epoch"], 0)
                and anchor["total"] == total
            )
            if not follows:
                self.fault(f"{name}: does not follow from the anchor before it")
            if anchor["abandoned"]:
                print(f"note: {name} says that a restore lost {len(anchor['abandoned'])} anchors before it")
            horizons[anchor["epoch"]] = anchor["to_txid"]
            before, number = sha(payload), anchor["number"]

    def part(self) -> int:
        """One subject: each entry climbs to the root that was signed."""
        roots = {a["number"]: bytes.fromhex(a["root"]) for a, _, _ in self.anchors}
        for entry_id, value, proof in self.proofs:
            if climb(value, proof["path"]) != roots.get(proof["anchor"]):
                self.fault(f"entry {entry_id}: is not below anchor {proof['anchor']}")
        covered = sum(
            any(a["epoch"] == e and a["from_txid"] <= t < a["to_txid"] for a, _, _ in self.anchors)
            for e, t, _, _ in self.leaves
        )
        if covered != len(self.proofs):
            self.fault(f"{covered} entries lie below anchors, {len(self.proofs)} prove it")
        return self.entries - len(self.proofs)

    def whole(self) -> int:
        """The whole journal: the trees below the anchors are built anew."""
        below: dict[int, list[bytes]] = {}
        begun = subjects = covered = 0
        for epoch, txid, value, first in self.leaves:
            for anchor, _, _ in self.anchors:
                if anchor["epoch"] == epoch and anchor["from_txid"] <= txid < anchor["to_txid"]:
                    below.setdefault(anchor["number"], []).append(value)
                    begun += first
                    covered += 1
                    break
        for anchor, _, _ in self.anchors:
            leaves = below.get(anchor["number"], [])
            name = f"anchor {anchor['number']}"
            subjects = anchor["subjects"]
            if len(leaves) != anchor["count"]:
                self.fault(f"{name}: covers {anchor['count']} entries, {len(leaves)} are there")
            elif root(leaves) != bytes.fromhex(anchor["root"]):
                self.fault(f"{name}: the entries below it are not the ones that were signed")
        if begun < subjects:
            self.fault(f"{subjects - begun} whole subjects below the last anchor are gone")
        return self.entries - covered

    def outside(self, lines: Iterable[dict[str, Any]], name: str) -> None:
        """Anchors that lay elsewhere must be the export's, unless a later one says a restore lost them."""
        held = {sha(payload) for _, payload, _ in self.anchors}
        lost = {bytes.fromhex(h) for a, _, _ in self.anchors for h in a["abandoned"]}
        for value in lines:
            payload = compact(value["anchor"])
            public = bytes.fromhex(value["anchor"]["public_key"])
            number = value["anchor"]["number"]
            valid = public in self.trusted.values() and is_signed(
                public, payload, bytes.fromhex(value["signature"])
            )
            if not valid:
                self.fault(f"{name}: anchor {number} there has no valid signature")
            elif sha(payload) not in held | lost:
                self.fault(f"{name}: anchor {number} there is not in the export")


def read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                value = json.loads(line)
            except ValueError as error:
                raise Broken(f"{path}, line {number}: {error}") from error
            if not isinstance(value, dict):
                raise Broken(f"{path}, line {number}: not an object")
            yield value


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verify an export of a Bihuan journal.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", action="append", default=[], type=bytes.fromhex, metavar="HEX")
    parser.add_argument("--anchors", action="append", default=[], type=Path, metavar="FILE")
    arguments = parser.parse_args(words)
    check = Check(arguments.key)
    try:
        for value in read(arguments.export):
            check.line(value)
        exposed = check.finish()
        for path in arguments.anchors:
            check.outside(read(path), str(path))
    except (Broken, OSError, KeyError, TypeError, ValueError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    for fault in check.faults:
        print(f"FAULT  {fault}")
    if check.own_keys:
        print("note: no --key was given; the keys of the export itself were used")
    print(
        f"{'NOT VERIFIED' if check.faults else 'verified'}: {check.entries} entries,"
        f" {len(check.last)} subjects, {len(check.anchors)} anchors; {exposed} entries above the last anchor"
    )
    return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main())
