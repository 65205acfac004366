"""One call to a receiver: short, without redirects or proxies, to the very address that was checked."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Timer
from typing import Final

from bihuan.webhooks import addresses

CONNECT: Final = 5
TOTAL: Final = 20
"""Seconds for a connection, and for everything together."""
READ: Final = 4096
KEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """How a call ended. ``code`` is empty for success; ``status`` None where there was no answer."""

    status: int | None
    code: str
    text: str
    duration_ms: int

    @property
    def good(self) -> bool:
        return self.code == ""


def post(url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
    """Send it. Raises nothing: whatever happens is an Answer."""
    started = time.monotonic()
    try:
        status, text = _post(url, headers, body)
        return Answer(status, _code(status), text, _since(started))
    except addresses.Refused:
        return Answer(None, "address_refused", "", _since(started))
    except TimeoutError:
        return Answer(None, "timeout", "", _since(started))
    except ssl.SSLError:
        return Answer(None, "tls", "", _since(started))
    except socket.gaierror:
        return Answer(None, "name_unknown", "", _since(started))
    except OSError:
        late = time.monotonic() - started >= TOTAL
        return Answer(None, "timeout" if late else "unreachable", "", _since(started))
    except http.client.HTTPException:
        late = time.monotonic() - started >= TOTAL
        return Answer(None, "timeout" if late else "bad_answer", "", _since(started))
    except ValueError:
        return Answer(None, "bad_address", "", _since(started))


def _post(url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
    parts = addresses.parse(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = addresses.resolve(host, port, parts.scheme)[0]
    connection = http.client.HTTPConnection(host, port)
    line = _Line(socket.create_connection((str(address), port), timeout=CONNECT))
    watch = Timer(TOTAL, line.cut)
    watch.daemon = True
    watch.start()
    try:
        if parts.scheme == "https":
            line.secure(host)
        line.socket.settimeout(TOTAL)
        connection.sock = line.socket
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers={"Host": parts.netloc, **headers})
        answer = connection.getresponse()
        return answer.status, _clean(answer.read(READ))
    finally:
        watch.cancel()
        line.socket.close()


class _Line:
    """A connection that can be cut from another thread, however slowly the receiver drips."""

    def __init__(self, raw: socket.socket) -> None:
        self.socket = raw

    def secure(self, host: str) -> None:
        """The name of the address is checked against the certificate, though the number was called."""
        tls = ssl.create_default_context().wrap_socket(
            self.socket, server_hostname=host, do_handshake_on_connect=False
        )
        self.socket = tls
        tls.do_handshake()

    def cut(self) -> None:
        try:
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)
        except OSError:
            return


def _code(status: int) -> str:
    return "" if 200 <= status < 300 else f"http_{status}"


def _clean(body: bytes) -> str:
    """The first part of an answer as it may stand in a log."""
    text = body.decode("utf-8", "replace")
    return "".join(c if c.isprintable() else " " for c in text)[:KEPT].strip()


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
