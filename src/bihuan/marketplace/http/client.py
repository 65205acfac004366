"""One call to the marketplace: signed, within a budget of time, repeated where that is safe.

Every request of the contract may be repeated: reads change nothing and writes carry their key.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx

from bihuan.marketplace import signature
from bihuan.marketplace.config import Config
from bihuan.marketplace.http.breaker import Breaker
from bihuan.marketplace.port import Unknown, Why

LARGEST: Final = 2 * 1024 * 1024
FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 3.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A usable answer: status below 500, and the JSON object that came with it."""

    status: int
    body: Mapping[str, Any]


@dataclass
class Means:
    """Time and chance, which tests replace."""

    monotonic: Callable[[], float] = time.monotonic
    unix: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = field(default=random.SystemRandom().random)


class Client:
    """Safe for threads. ``transport`` replaces the network in tests."""

    def __init__(
        self,
        config: Config,
        *,
        breaker: Breaker | None = None,
        means: Means | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._config = config
        self._means = means or Means()
        self._breaker = breaker or Breaker(self._means.monotonic)
        self._base = urlsplit(config.url).path.rstrip("/")
        self._http = httpx.Client(
            base_url=config.url,
            timeout=httpx.Timeout(config.timeout, connect=min(2.0, config.timeout)),
            follow_redirects=False,
            transport=transport,
            headers={"Accept": "application/json", "User-Agent": "bihuan"},
        )

    def call(
        self, method: str, *path: str, query: Mapping[str, str] | None = None, body: Any = None, key: str = ""
    ) -> Answer | Unknown:
        """The answer, or why there is none; ``path`` parts are quoted here."""
        if not self._breaker.may_ask():
            return Unknown(Why.RESTING)
        target = "/" + "/".join(quote(part, safe="") for part in path)
        if query:
            target += "?" + str(httpx.QueryParams(dict(query)))
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        found = self._repeated(method, target, content, key)
        if isinstance(found, Unknown) and found.why not in (Why.DENIED, Why.MALFORMED):
            self._breaker.failed()
        else:
            self._breaker.succeeded()
        return found

    def _repeated(self, method: str, target: str, content: bytes, key: str) -> Answer | Unknown:
        end = self._means.monotonic() + self._config.budget
        pause = FIRST_PAUSE
        for attempt in range(1, self._config.attempts + 1):
            found, asked_pause = self._once(method, target, content, key, end)
            if isinstance(found, Answer) or found.why in (Why.DENIED, Why.MALFORMED):
                return found
            wait = max(asked_pause, pause * (0.5 + self._means.jitter() / 2))
            over = self._means.monotonic() + wait >= end
            if attempt == self._config.attempts or over or wait > LONGEST_PAUSE:
                return found
            self._means.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE)
        return Unknown(Why.TIMEOUT)

    def _once(
        self, method: str, target: str, content: bytes, key: str, end: float
    ) -> tuple[Answer | Unknown, float]:
        left = max(0.05, min(self._config.timeout, end - self._means.monotonic()))
        try:
            with self._http.stream(
                method,
                target,
                content=content,
                headers=self._headers(method, target, content, key),
                timeout=httpx.Timeout(left, connect=min(2.0, left)),
            ) as response:
                return self._read(response, end)
        except httpx.TimeoutException:
            return Unknown(Why.TIMEOUT), 0.0
        except (httpx.HTTPError, httpx.InvalidURL):
            return Unknown(Why.UNREACHABLE), 0.0

    def _headers(self, method: str, target: str, content: bytes, key: str) -> dict[str, str]:
        signed = signature.sign(
            self._config.secret,
            self._config.key_id,
            t=int(self._means.unix()),
            method=method,
            target=self._base + target,
            body=content,
            key=key,
        )
        headers = {signature.HEADER: signed}
        if content:
            headers["Content-Type"] = "application/json"
        return headers | ({"Idempotency-Key": key} if key else {})

    def _read(self, response: httpx.Response, end: float) -> tuple[Answer | Unknown, float]:
        if response.status_code >= 500:
            return Unknown(Why.ERROR), _asked_pause(response)
        if response.status_code == 429:
            return Unknown(Why.BUSY), _asked_pause(response)
        if response.status_code in (401, 403):
            return Unknown(Why.DENIED), 0.0
        parts, size = [], 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                return Unknown(Why.MALFORMED), 0.0
            if self._means.monotonic() > end:
                return Unknown(Why.TIMEOUT), 0.0
        return _parsed(response.status_code, b"".join(parts)), 0.0


def _parsed(status: int, content: bytes) -> Answer | Unknown:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return Unknown(Why.MALFORMED)
    if not isinstance(body, dict) or 300 <= status < 400:
        return Unknown(Why.MALFORMED)
    return Answer(status, body)


def _asked_pause(response: httpx.Response) -> float:
    """Retry-After in seconds; dates are not read."""
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdigit() and len(value) < 7 else 0.0
