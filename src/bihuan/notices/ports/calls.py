"""HTTP calls of the ports: short, without redirects, and with every failure told apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx

from bihuan.notices.ports.port import Refused, Unknown

TIMEOUT: Final = httpx.Timeout(10, connect=5)
LARGEST: Final = 64 * 1024
BUSY: Final = frozenset((408, 425, 429, 503))


def call(
    method: str, url: str, *, headers: Mapping[str, str], content: bytes = b""
) -> httpx.Response | Refused | Unknown:
    """The answer, or how the call failed: never left us (Refused, not lasting), or no answer (Unknown)."""
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client,
            client.stream(method, url, headers=dict(headers), content=content) as response,
        ):
            body = b""
            for block in response.iter_bytes():
                body += block
                if len(body) > LARGEST:
                    return Unknown("answer_too_long")
            return httpx.Response(response.status_code, headers=response.headers, content=body)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        return Refused("unreachable", lasting=False)
    except httpx.TimeoutException:
        return Unknown("timeout")
    except httpx.HTTPError:
        return Unknown("broken_answer")
    except (httpx.InvalidURL, ValueError):
        return Refused("bad_address", lasting=True)


def failure(response: httpx.Response, code: str) -> Refused | Unknown:
    """What an answer other than success means: busy and 4xx were not taken, of 5xx nobody knows."""
    if response.status_code in BUSY:
        return Refused(code, lasting=False)
    if response.status_code >= 500 or response.status_code < 400:
        return Unknown(code)
    return Refused(code, lasting=True)


def json_of(response: httpx.Response) -> dict[str, Any] | None:
    """The JSON object of an answer; None where it is none."""
    try:
        found = response.json()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
