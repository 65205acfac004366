"""A proxy before PostgreSQL's socket that counts how often a client waits for the server.

A round trip is a message after which the server answers: a simple query, or the Sync that closes one or
many extended messages (a pipeline of ten statements with one Sync is one round trip).
"""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path


class Counter:
    """Passes everything through and counts; ``trips`` since the last ``reset``."""

    def __init__(self, target: Path, folder: Path) -> None:
        self.target = str(target / ".s.PGSQL.5432")
        self.trips = 0
        self.folder = folder
        self._lock = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX)
        folder.mkdir(parents=True, exist_ok=True)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def reset(self) -> None:
        with self._lock:
            self.trips = 0

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.target)
                threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
                threading.Thread(target=_pump, args=(server, client), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        buffer, started = b"", False
        with suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
                buffer += data
                while True:
                    head = 4 if not started else 5
                    if len(buffer) < head:
                        break
                    length = struct.unpack("!I", buffer[head - 4 : head])[0] + head - 4
                    if len(buffer) < length:
                        break
                    if started and buffer[:1] in (b"Q", b"S"):
                        with self._lock:
                            self.trips += 1
                    # an SSL or GSS request is answered with one byte and followed by the real start
                    if not started:
                        started = struct.unpack("!I", buffer[4:8])[0] not in (80877103, 80877104)
                    buffer = buffer[length:]
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
