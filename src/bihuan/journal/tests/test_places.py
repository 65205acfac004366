"""A second host over HTTP, and mail: the same anchors, never overwritten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from bihuan.engine.errors import Unavailable
from bihuan.journal.actions import make_anchors
from bihuan.journal.queries import identity, verify
from bihuan.journal.tests.conftest import COMMITTED, write

pytestmark = COMMITTED


class Host(BaseHTTPRequestHandler):
    kept: dict[str, bytes]

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        held = self.path in self.kept
        self.kept.setdefault(self.path, body)
        self._answer(412 if held else 201)

    def do_GET(self) -> None:
        self._answer(200 if self.path in self.kept else 404, self.kept.get(self.path, b""))

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def host(journal: Path, settings: Any) -> Iterator[dict[str, bytes]]:
    kept: dict[str, bytes] = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Kept", (Host,), {"kept": kept}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.ANCHOR_PUT = f"http://127.0.0.1:{server.server_port}/bihuan"
    yield kept
    server.shutdown()
    server.server_close()


def test_each_anchor_goes_to_the_second_host(host: dict[str, bytes]) -> None:
    for _ in range(2):
        write()
        make_anchors()
    assert sorted(host) == [f"/bihuan/{identity()}/{n}.json" for n in (1, 2)]
    assert verify().findings == []


def test_the_second_host_gives_a_rewritten_table_away(
    host: dict[str, bytes], owner: Any, journal: Path
) -> None:
    for _ in range(2):
        write()
        make_anchors()
    owner("DELETE FROM journal_anchor_copy WHERE number = 2; DELETE FROM journal_anchor WHERE number = 2")
    (journal / f"{identity()}.jsonl").unlink()
    found = {(f.code, f.data["anchor"], f.data["place"]) for f in verify().findings}
    assert found == {("anchor_lost", 2, "host"), ("outside_missing", 1, "file")}


def test_a_host_that_is_down_keeps_nothing_from_the_file(journal: Path, settings: Any) -> None:
    settings.ANCHOR_PUT = "http://127.0.0.1:9"
    write()
    with pytest.raises(Unavailable):
        make_anchors()
    report = verify()
    assert (report.ok, report.codes()) == (True, {"outside_silent", "outside_waiting"})


def test_an_anchor_held_already_is_no_error_and_another_one_is(host: dict[str, bytes], owner: Any) -> None:
    write()
    make_anchors()
    owner("DELETE FROM journal_anchor_copy")
    make_anchors()
    assert verify().findings == []
    path = f"/bihuan/{identity()}/1.json"
    host[path] = host[path].replace(b'"count":1', b'"count":2')
    assert {f.code for f in verify().findings} == {"outside_forged"}


def test_an_anchor_goes_out_by_mail(journal: Path, settings: Any) -> None:
    settings.ANCHOR_MAIL = ["audit@example.org"]
    write()
    (signed,) = make_anchors()
    assert [(m.to, m.body.strip()) for m in mail.outbox] == [
        (["audit@example.org"], signed.line().decode().strip())
    ]
