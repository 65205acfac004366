"""The streams of this process and the one poller that feeds them.

The poller runs only while somebody listens. It moves ``position`` first and then hands the batch to the
streams that were there, so a stream that joins meanwhile begins behind the batch and misses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from django.db import connections

from bihuan.journal.actor import Actor
from bihuan.journal.queries import Position, newest_position
from bihuan.project.live import presence
from bihuan.project.live.reading import Batch, addressed, here_told, read_after

EVERY: Final = 1.0  # seconds between two looks at the journal
PATIENCE: Final = 5.0  # after a look that failed
QUEUE: Final = 1000  # lines that a slow reader may leave waiting
PER_PERSON: Final = 12
MOST: Final = 8000
log = logging.getLogger(__name__)
_T = TypeVar("_T")
CHECK: Final = b"check"
"""Asks a stream to look whether its session still holds."""


class Stream:
    """One open stream: what waits to be sent, and the position up to which it was told everything."""

    def __init__(self, actor: Actor, position: Position) -> None:
        self.actor = actor
        self.position = position
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    def take(self, told: list[tuple[Position, bytes]], upto: Position) -> None:
        """Put into the queue what lies behind the stream's position; a queue too long ends the stream."""
        for position, line in told:
            if position > self.position:
                self.queue.put_nowait(line)
        self.position = max(self.position, upto)
        if self.queue.qsize() > QUEUE:
            self.queue.put_nowait(None)


class Full(Exception):
    """No more streams: of this person, or at all."""


class Hub:
    """All streams of one event loop."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.position: Position | None = None
        self.present: datetime | None = None
        self._starting = asyncio.Lock()
        self._poller: asyncio.Task[None] | None = None
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="live")

    async def join(self, actor: Actor) -> Stream:
        """Begin a stream at the present position. Raises Full."""
        mine = sum(stream.actor.id == actor.id for stream in self.streams)
        if mine >= PER_PERSON or len(self.streams) >= MOST:
            raise Full
        async with self._starting:
            if self.position is None:
                self.position = await self.work(newest_position)
            stream = Stream(actor, self.position)
            self.streams.add(stream)
            if self._poller is None:
                self._poller = asyncio.create_task(self._poll())
        return stream

    def leave(self, stream: Stream) -> None:
        """The stream ended; with the last one the poller rests."""
        self.streams.discard(stream)
        if not self.streams and self._poller is not None:
            self._poller.cancel()
            self._poller = self.position = self.present = None

    async def work(self, call: Callable[..., _T], *args: object) -> _T:
        """Run something that asks PostgreSQL in a thread; its connection goes back to the pool."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, _and_release, call, args)

    async def _poll(self) -> None:
        while True:
            try:
                full = await self._look()
            except Exception:
                log.exception("live updates: the journal could not be read; trying again")
                await asyncio.sleep(PATIENCE)
                continue
            if not full:
                await asyncio.sleep(EVERY)

    async def _look(self) -> bool:
        if self.position is None:
            return False
        batch: Batch = await self.work(read_after, self.position)
        there = list(self.streams)
        self.position = batch.position
        told = await self.work(addressed, batch, {stream.actor for stream in there})
        for stream in there:
            stream.take(told[stream.actor], batch.position)
        self._recheck(batch.people)
        await self._look_who_is_here(there)
        return batch.full

    async def _look_who_is_here(self, there: list[Stream]) -> None:
        """Who came to a case, left it or began to write; not of the journal, so without a position."""
        cases, self.present = await self.work(presence.changed, self.present)
        if not cases:
            return
        told = await self.work(here_told, cases, {stream.actor for stream in there})
        for stream in there:
            for line in told[stream.actor]:
                stream.queue.put_nowait(line)

    def _recheck(self, people: frozenset[UUID]) -> None:
        for stream in self.streams:
            if stream.actor.id in people:
                stream.queue.put_nowait(CHECK)


def _and_release(call: Callable[..., _T], args: tuple[object, ...]) -> _T:
    try:
        return call(*args)
    finally:
        connections.close_all()
