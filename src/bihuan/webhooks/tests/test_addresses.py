"""Where nothing is ever sent."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from bihuan.engine.errors import Invalid
from bihuan.webhooks import addresses, calling

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_called(address: str) -> None:
    with pytest.raises(addresses.Refused):
        addresses.allow(ipaddress.ip_address(address), "https")
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(Invalid):
        addresses.checked(f"https://{host}/hook")


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1"])
def test_public_addresses_are_called(address: str) -> None:
    addresses.allow(ipaddress.ip_address(address), "https")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "https://user:pass@example.com/", "https://",
        "//example.com", "https://example.com/#part", "https://exa mple.com/", "https://例子.com/",
        "javascript:alert(1)", "https://example.com:0/", "https://example.com:99999/", "https://[::1",
        "https://e.com/" + "a" * 500,
    ],
)  # fmt: skip
def test_forms_that_are_refused(url: str) -> None:
    with pytest.raises(Invalid):
        addresses.checked(url)


def test_a_setting_allows_a_network_and_no_other(settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = ["10.20.0.0/16"]
    addresses.allow(ipaddress.ip_address("10.20.3.4"), "http")
    assert addresses.checked("http://erp.internal/hook") == "http://erp.internal/hook"
    for other in ("10.21.0.1", "127.0.0.1"):
        with pytest.raises(addresses.Refused):
            addresses.allow(ipaddress.ip_address(other), "https")
    with pytest.raises(addresses.Refused):  # plain http stays inside
        addresses.allow(ipaddress.ip_address("8.8.8.8"), "http")


def test_a_name_that_leads_inside_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []

    def two(*_: Any, **__: Any) -> list[Any]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("8.8.8.8", 443)), (*kind, ("127.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    monkeypatch.setattr(socket, "create_connection", lambda *a, **_: called.append(a))
    answer = calling.post("https://rebinding.example/", headers={}, body=b"{}")
    assert (answer.code, answer.status, called) == ("address_refused", None, [])


def test_the_address_that_was_checked_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    called: list[Any] = []

    def once(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]

    def connect(address: Any, **_: Any) -> Any:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", once)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert calling.post("https://example.com/x", headers={}, body=b"{}").code == "unreachable"
    assert (asked, called) == (["example.com"], [("8.8.8.8", 443)])
