"""The adapter that the configuration names; one for each configuration and process."""

from __future__ import annotations

from functools import lru_cache

from bihuan.marketplace.config import STORE, Config, current
from bihuan.marketplace.digests import phone_digest
from bihuan.marketplace.http import Client, HttpMarketplace
from bihuan.marketplace.port import Marketplace
from bihuan.marketplace.store import Store


def marketplace() -> Marketplace:
    return _made(current())


@lru_cache(maxsize=8)
def _made(config: Config) -> Marketplace:
    if config.adapter == STORE:
        return Store()
    return HttpMarketplace(Client(config), digest=phone_digest)
