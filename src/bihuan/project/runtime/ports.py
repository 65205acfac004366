"""Is a port free; and if not, who has it."""

from __future__ import annotations

import errno
import socket

import psutil

from bihuan.project.runtime.errors import CannotRun


def check(host: str, port: int, what: str) -> None:
    """Refuse a port that another program listens on, naming that program where the system tells."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _refusal(error, host, port, what) from error
        except OverflowError as error:
            raise CannotRun(
                "{port} is no port number.", port=port, remedy="Choose one from 1024 to 65534 (--port)."
            ) from error


def _refusal(error: OSError, host: str, port: int, what: str) -> CannotRun:
    if error.errno == errno.EADDRINUSE:
        return CannotRun(
            "Port {port} ({what}) is in use by {who}. Nothing was started.",
            port=port,
            what=what,
            who=_holder(port),
            remedy="Stop that program, or choose another port: --port {other} (make run PORT={other}).",
            other=port + 10,
        )
    if error.errno == errno.EACCES:
        return CannotRun(
            "Port {port} is reserved for root.", port=port, remedy="Choose one above 1023 (--port)."
        )
    return CannotRun(
        "Nothing can listen on {host}:{port}: {why}.",
        host=host,
        port=port,
        why=error.strerror,
        remedy="Give an address of this machine (--host).",
    )


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN:
                name = psutil.Process(connection.pid).name() if connection.pid else "a program"
                return f"{name} (process {connection.pid})" if connection.pid else "another account's program"
    except psutil.Error:
        pass
    return "another program"
