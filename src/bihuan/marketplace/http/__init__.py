"""A marketplace outside that implements the published contract."""

from bihuan.marketplace.http.adapter import HttpMarketplace
from bihuan.marketplace.http.breaker import Breaker
from bihuan.marketplace.http.client import Client

__all__ = ["Breaker", "Client", "HttpMarketplace"]
