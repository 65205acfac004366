"""Which addresses may be called: none of this machine, of private networks or of a link, unless allowed.

``BIHUAN_WEBHOOK_NETWORKS`` (settings.WEBHOOK_NETWORKS) names networks that may be called besides, such as
``10.20.0.0/16``; into these plain http is allowed too.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from functools import cache
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from bihuan.engine.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LONGEST: Final = 500
_EMBEDDING: Final = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
)
"""Networks whose addresses carry an IPv4 address that a gateway would call."""


class Refused(Exception):
    """The address may not be called."""


def networks() -> tuple[Network, ...]:
    """What the setting allows besides."""
    return _networks(tuple(settings.WEBHOOK_NETWORKS))


@cache
def _networks(given: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(each) for each in given)


def checked(url: str) -> str:
    """An address as it may be kept; its name is looked up only when it is called. Raises Invalid."""
    try:
        parts = parse(url)
        literal = _literal(parts.hostname or "")
        if literal is not None:
            allow(literal, parts.scheme)
    except (Refused, ValueError):
        raise Invalid(
            "This address cannot be called.",
            field="url",
            remedy="Give an address that begins with https:// and lies in the public internet, without a"
            " user name and without a fragment.",
        ) from None
    return parts.geturl()


def parse(url: str) -> SplitResult:
    """The parts of an address. Raises ValueError for a form that is not called."""
    text = url.strip()
    parts = urlsplit(text)
    plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= LONGEST
    if not plain or "@" in parts.netloc or parts.fragment or not parts.hostname or parts.port == 0:
        raise ValueError("not an address")
    if parts.scheme != "https" and not (parts.scheme == "http" and networks()):
        raise ValueError("not https")
    return parts


def resolve(host: str, port: int, scheme: str) -> list[Address]:
    """The addresses behind a name. Raises Refused if any of them may not be called, OSError for none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        allow(address, scheme)
    return list(dict.fromkeys(addresses))


def allow(address: Address, scheme: str) -> None:
    """Raises Refused."""
    real = _real(address)
    if _within(real, networks()):
        return
    if scheme != "https" or not real.is_global or real.is_multicast or _within(real, _EMBEDDING):
        raise Refused(str(address))


def _real(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _within(address: Address, some: Sequence[Network]) -> bool:
    return any(address.version == net.version and address in net for net in some)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
