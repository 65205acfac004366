"""A browser that listens, for tests: the ASGI application in a loop of its own, in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from typing import Any
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from bihuan.accounts.models import Person
from bihuan.project.live import door


def session_of(person: Person | UUID, **more: str) -> str:
    known = Person.objects.get(id=getattr(person, "id", person))
    session = Client().session
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = (
        str(known.id),
        "bihuan.accounts.backends.PersonBackend",
    )
    session[HASH_SESSION_KEY] = known.get_session_auth_hash()
    session.update(more)
    session.save()
    return session.session_key or ""


class Listener:
    """An open stream; ``events`` grows while it is open."""

    def __init__(self, session: str, *, last: str = "", query: str = "", origin: str = "") -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.events: list[tuple[str, str, dict[str, Any]]] = []
        self.ended = threading.Event()
        self._given = (session, last, query, origin)
        self._loop = asyncio.new_event_loop()
        self._left = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.wait(lambda: self.status)

    def wait(self, what: Any, seconds: float = 8) -> None:
        """Until ``what()`` holds."""
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, f"waited in vain: {self.status} {self.events}"
            time.sleep(0.01)

    def heard(self, name: str) -> list[dict[str, Any]]:
        """The data of all events of one name so far."""
        return [data for event, _, data in self.events if event == name]

    def last_id(self) -> str:
        return self.events[-1][1]

    def leave(self) -> None:
        """Close the connection from the browser's side."""
        if not self.ended.is_set():
            with contextlib.suppress(RuntimeError):  # it ended by itself just now
                self._loop.call_soon_threadsafe(self._left.set)
        self._thread.join(8)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._ask())
        hub = door._hubs.get(self._loop)
        self._loop.run_until_complete(asyncio.sleep(0))
        if hub:
            hub._threads.shutdown()
        self._loop.close()
        self.ended.set()

    async def _ask(self) -> None:
        session, last, query, origin = self._given
        given = {
            "host": "localhost",
            "cookie": f"sessionid={session}",
            "last-event-id": last,
            "origin": origin,
        }
        scope = {
            "type": "http", "method": "GET", "path": "/live/stream", "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in given.items() if value],
        }  # fmt: skip
        await door.application(scope, self._receive, self._send)

    async def _receive(self) -> dict[str, str]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            self.status = message["status"]
            return
        for block in message["body"].decode().split("\n\n"):
            said = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if "event" in said:
                self.events.append((said["event"], said["id"], json.loads(said["data"])))
