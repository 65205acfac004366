"""``GET /live/stream``: the ASGI application of the live process.

Kept outside Django's request cycle: one coroutine and one queue a stream, so that thousands of them cost
little. The session cookie says who listens; pages of other sites get nothing (CORS).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from weakref import WeakKeyDictionary

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from bihuan.journal.queries import Position, newest_position
from bihuan.project.live.hub import CHECK, Full, Hub, Stream
from bihuan.project.live.reading import lines, read_after, told, viewer

BEAT: Final = 15.0  # seconds of silence after which a sign of life is sent
AGAIN: Final = 60.0  # seconds after which the session is looked at again
LOOKS: Final = 10  # batches that are read for somebody who was away; then everything is to be loaded anew
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request."""
    if scope["type"] != "http":
        return
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    cors = allowed_origin(headers)
    if cors is None or not _host_is_ours(headers):
        await _refuse(send, 403, "origin", {})
    elif scope["path"] != "/live/stream":
        await _refuse(send, 404, "not_found", cors)
    elif scope["method"] != "GET":
        await _refuse(send, 405, "method", {**cors, "allow": "GET"})
    else:
        await _stream(scope, headers, cors, receive, send)


def allowed_origin(headers: dict[str, str]) -> dict[str, str] | None:
    """The headers that let the page read the stream; None for a page of another site.

    A request of the same origin carries none; otherwise it must be this host on the pages' port, or one
    of the addresses that the settings name.
    """
    origin = headers.get("origin")
    if origin is None:
        return {}
    own = {settings.PUBLIC_URL.rstrip("/"), *settings.CSRF_TRUSTED_ORIGINS}
    host = split_domain_port(headers.get("host", ""))[0]
    parts = urlsplit(origin)
    if settings.LIVE_PORT and host:
        own.add(f"{parts.scheme}://{host}:{int(settings.LIVE_PORT) - 1}")
    elif host:
        own.add(f"{parts.scheme}://{headers['host']}")
    if origin not in own:
        return None
    return {
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        "vary": "Origin",
    }


async def _stream(
    scope: Scope, headers: dict[str, str], cors: dict[str, str], receive: Receive, send: Send
) -> None:
    hub = _hub()
    session = _session(headers)
    actor = await hub.work(viewer, session) if session else None
    if actor is None or session is None:
        return await _refuse(send, 401, "signed_out", cors)
    try:
        stream = await hub.join(actor)
    except Full:
        return await _refuse(send, 429, "too_many", {**cors, "retry-after": "60"})
    try:
        await _start(send, cors)
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("from", [""])[0]
        sending = asyncio.create_task(
            _send_all(send, told_to(hub, stream, session, _position(headers.get("last-event-id") or given)))
        )
        leaving = asyncio.create_task(_gone(receive))
        done, open_ = await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        for task in open_:
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)
        for task in done:
            task.result()
    finally:
        hub.leave(stream)
    return None


async def told_to(hub: Hub, stream: Stream, session: str, since: Position | None) -> AsyncIterator[bytes]:
    """What one stream says, until its session or its rights end."""
    async for missed in _missed(hub, stream, since):
        yield missed
    check_at = time.monotonic() + AGAIN
    while True:
        line = await _next(stream)
        if line is None:
            return
        if line == CHECK or time.monotonic() >= check_at:
            check_at = time.monotonic() + AGAIN
            if await hub.work(viewer, session) != stream.actor:
                yield lines("end", stream.position, {})
                return
        if line != CHECK:
            yield line


async def _next(stream: Stream) -> bytes | None:
    try:
        return await asyncio.wait_for(stream.queue.get(), BEAT)
    except TimeoutError:
        return lines("beat", stream.position, {})


async def _missed(hub: Hub, stream: Stream, since: Position | None) -> AsyncIterator[bytes]:
    """What was committed since the position that the reader knows, up to where the stream began."""
    yield b"retry: 3000\n\n"
    start = stream.position
    if since is not None and since > start:
        # the page is younger than the poller's last look; a position of another database counts for nothing
        if since <= await hub.work(newest_position):
            stream.position = since
    elif since is not None and since < start:
        for _ in range(LOOKS):
            batch = await hub.work(read_after, since)
            for happened in batch.happened:
                line = told(stream.actor, happened) if happened.position <= start else None
                if line:
                    yield line
            since = batch.position
            if since >= start or not batch.full:
                break
        else:
            yield lines("again", start, {})
    yield lines("hello", stream.position, {})


def _hub() -> Hub:
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


def _host_is_ours(headers: dict[str, str]) -> bool:
    domain = split_domain_port(headers.get("host", ""))[0]
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _session(headers: dict[str, str]) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return found.value if found else None


def _position(text: str) -> Position | None:
    try:
        return Position.parse(text)
    except ValueError:
        return None


async def _send_all(send: Send, said: AsyncIterator[bytes]) -> None:
    async for line in said:
        await send({"type": "http.response.body", "body": line, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send, cors: dict[str, str]) -> None:
    await _head(send, 200, "text/event-stream", {**cors, "x-accel-buffering": "no"})


async def _refuse(send: Send, status: int, code: str, more: dict[str, str]) -> None:
    body = json.dumps({"type": "about:blank", "status": status, "code": f"live.{code}"}).encode()
    await _head(send, status, "application/problem+json", more)
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _head(send: Send, status: int, kind: str, more: dict[str, str]) -> None:
    headers = {"content-type": kind, "cache-control": "no-store", "x-content-type-options": "nosniff", **more}
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
