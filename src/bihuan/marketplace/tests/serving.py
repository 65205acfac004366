"""The reference marketplace on a real socket, and an adapter that asks it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bihuan.marketplace.config import Config
from bihuan.marketplace.http import Breaker, Client, HttpMarketplace
from bihuan.marketplace.http.client import Means
from bihuan.marketplace.reference import Reference, serve
from bihuan.marketplace.tests.factories import line, record

KEYS = {"bihuan": "a shared secret"}


@dataclass
class Ticker:
    """Time that passes only by sleeping, plus what really passes."""

    slept: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def monotonic(self) -> float:
        return self.slept


@dataclass
class Setup:
    app: Reference
    config: Config
    ticker: Ticker
    port: HttpMarketplace

    def slow(self, timeout: float) -> HttpMarketplace:
        """An adapter with a short time-out, in real time."""
        config = replace(self.config, timeout=timeout, budget=timeout * 2, attempts=2)
        return HttpMarketplace(Client(config, means=Means(sleep=self.ticker.sleep)), digest=digest)


def digest(phone: str) -> bytes:
    return phone.encode()


@contextmanager
def running(**more: object) -> Iterator[Setup]:
    first = record("A1", line(1, 10_000), line(2, 5_000))
    app = Reference(orders={"A1": first}, secrets=KEYS)
    server = serve(app)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    config = Config(
        adapter="http", url=f"http://127.0.0.1:{server.server_port}", key_id="bihuan", secret=KEYS["bihuan"]
    )
    ticker = Ticker()
    means = Means(monotonic=ticker.monotonic, sleep=ticker.sleep, jitter=lambda: 1.0)
    breaker = Breaker(ticker.monotonic, failures=5, rest=30)
    client = Client(replace(config, **more), means=means, breaker=breaker)  # type: ignore[arg-type]
    try:
        yield Setup(app, config, ticker, HttpMarketplace(client, digest=digest))
    finally:
        server.shutdown()
        server.server_close()
