"""A reference SMS gateway of our JSON contract: keeps messages by key, checks signatures."""

from __future__ import annotations

import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bihuan.notices.ports.signing import SIGNATURE, TIMESTAMP, sign

SECRET = "gateway secret"


class Gateway:
    """``misbehave``: what the next requests do instead, one after the other, such as ``500`` or ``lose``."""

    def __init__(self) -> None:
        self.sent: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, str]] = []
        self.misbehave: list[str] = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.requests.append(("POST", self.headers["Idempotency-Key"]))
                if not gateway.signed(self, body):
                    return gateway.answer(self, 401, {"code": "signature"})
                how = gateway.misbehave.pop(0) if gateway.misbehave else ""
                return gateway.post(self, json.loads(body), how)

            def do_GET(self) -> None:
                key = self.path.rsplit("/", 1)[-1]
                gateway.requests.append(("GET", key))
                found = gateway.sent.get(key)
                how = gateway.misbehave.pop(0) if gateway.misbehave else ""
                if how == "500":
                    return gateway.answer(self, 500, {})
                return gateway.answer(self, 200 if found else 404, found or {})

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def post(self, request: BaseHTTPRequestHandler, message: dict[str, Any], how: str) -> None:
        if how == "500":
            return self.answer(request, 500, {})
        if how == "429":
            return self.answer(request, 429, {"code": "busy"})
        if how == "422":
            return self.answer(request, 422, {"code": "number.unknown", "text": "no such number"})
        if how == "redirect":
            return self.answer(request, 302, {})
        kept = self.sent.setdefault(
            message["key"], message | {"id": f"sms-{len(self.sent) + 1}", "status": "accepted"}
        )
        if how == "lose":
            request.connection.close()
            return None
        if how == "slow":
            time.sleep(1.2)
        if how == "malformed":
            return self.raw(request, 200, b"<html>OK</html>")
        return self.answer(request, 200, kept)

    def signed(self, request: BaseHTTPRequestHandler, body: bytes) -> bool:
        wanted = sign(SECRET.encode(), int(request.headers[TIMESTAMP]), body)
        return hmac.compare_digest(wanted, request.headers[SIGNATURE])

    def answer(self, request: BaseHTTPRequestHandler, status: int, body: dict[str, Any]) -> None:
        self.raw(request, status, json.dumps(body).encode())

    def raw(self, request: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
        try:
            request.send_response(status)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
