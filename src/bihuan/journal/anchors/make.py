"""Making anchors.

An anchor takes every entry whose transaction lies in [horizon of the one before, horizon). The
horizon is the oldest transaction that still runs, so no entry can be committed below it later.

Transaction numbers restart when a dump is restored. The restore therefore begins a new epoch:
what the old epoch holds beyond its last horizon is final (nobody can write there any more) and is
closed by one anchor of its own; the new epoch counts its horizons from zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from bihuan.engine.errors import Refusal
from bihuan.journal.anchors import merkle
from bihuan.journal.anchors.record import ZERO, Anchor, Signed, key_id, public_key, sign

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('bihuan.journal.anchor'))"

_STATE = """
SELECT d.identity::text, d.epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint, bihuan_now()
FROM journal_deployment d
"""

_HORIZON = "SELECT coalesce(max(to_txid::text::bigint), 0) FROM journal_anchor WHERE epoch = %s"

_LEAVES = """
SELECT id, hash, sequence, txid::text::bigint FROM journal_entry
WHERE epoch = %s AND txid >= %s::text::xid8 AND (%s::text IS NULL OR txid < %s::text::xid8) ORDER BY id
"""

_INSERT = """
INSERT INTO journal_anchor (number, epoch, from_txid, to_txid, count, total, subjects, max_id, root, previous,
    made_at, key_id, payload, hash, signature)
VALUES (%s, %s, %s::text::xid8, %s::text::xid8, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

RESTARTED = Refusal(
    "The transaction numbers of this database lie below its last anchor: it was restored.",
    code="journal.epoch",
    remedy="Run `bihuan journal new-epoch`; `bihuan restore` does so by itself.",
)


def make(*, abandoned: tuple[str, ...] = (), number: int | None = None) -> list[Signed]:
    """Anchor all that is not anchored yet, epoch by epoch; nothing where there is nothing new.

    ``abandoned`` and ``number`` belong to the first anchor after a restore (see ``begin_epoch``),
    which is made even if it covers no entry.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_STATE)
        identity, epoch, horizon, made_at = cursor.fetchone()
        last, previous = _last(cursor)
        made: list[Signed] = []
        for each in range(last.epoch if last else 1, epoch + 1):
            bounds = (each, horizon if each == epoch else None)
            draft = _cover(cursor, bounds, last, allow_empty=bool(abandoned))
            if draft is None:
                continue
            anchor = Anchor(
                journal=identity,
                number=number or (last.number + 1 if last else 1),
                previous=previous,
                made_at=made_at,
                public_key=public_key(settings.KEYS.signing),
                abandoned=abandoned,
                **draft,
            )
            signed = sign(anchor, settings.KEYS.signing)
            _store(cursor, anchor, signed)
            made.append(signed)
            last, previous, abandoned, number = anchor, signed.hash(), (), None
        return made


def _last(cursor: Any) -> tuple[Anchor | None, bytes]:
    cursor.execute("SELECT payload, hash FROM journal_anchor ORDER BY number DESC LIMIT 1")
    row = cursor.fetchone()
    return (Anchor.read(bytes(row[0])), bytes(row[1])) if row else (None, ZERO)


def _cover(
    cursor: Any, bounds: tuple[int, int | None], last: Anchor | None, *, allow_empty: bool
) -> dict[str, Any] | None:
    """What the next anchor of an epoch says about its entries; None where there are none."""
    epoch, stop = bounds
    cursor.execute(_HORIZON, [epoch])
    start = cursor.fetchone()[0]
    if stop is not None and stop < start:
        raise RESTARTED
    tree, begun, max_id, highest = merkle.Tree(), 0, last.max_id if last else 0, start
    for entry_id, entry_hash, sequence, txid in _leaves(cursor, epoch, start, stop):
        tree.add(merkle.leaf(entry_id, bytes(entry_hash)))
        begun += sequence == 1
        max_id, highest = max(max_id, entry_id), max(highest, txid)
    if not tree.count and not allow_empty:
        return None
    return {
        "epoch": epoch,
        "from_txid": start,
        "to_txid": highest + 1 if stop is None else max(stop, start + 1),
        "count": tree.count,
        "total": (last.total if last else 0) + tree.count,
        "subjects": (last.subjects if last else 0) + begun,
        "max_id": max_id,
        "root": tree.root(),
    }


def _leaves(cursor: Any, epoch: int, start: int, stop: int | None) -> Iterator[Any]:
    limit = None if stop is None else str(stop)
    with connection.chunked_cursor() as chunks:
        chunks.execute(_LEAVES, [epoch, str(start), limit, limit])
        while rows := chunks.fetchmany(5000):
            yield from rows


def _store(cursor: Any, anchor: Anchor, signed: Signed) -> None:
    cursor.execute(
        _INSERT,
        [
            anchor.number,
            anchor.epoch,
            str(anchor.from_txid),
            str(anchor.to_txid),
            anchor.count,
            anchor.total,
            anchor.subjects,
            anchor.max_id,
            anchor.root,
            anchor.previous,
            anchor.made_at,
            key_id(anchor.public_key),
            signed.payload,
            signed.hash(),
            signed.signature,
        ],
    )
