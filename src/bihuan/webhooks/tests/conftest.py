"""A stage with a merchant, its administrator and a receiver on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.actions import NewPerson
from bihuan.accounts.models import Person
from bihuan.accounts.permissions import Role
from bihuan.complaints import stage
from bihuan.complaints.tests.conftest import AT, played, set_stage
from bihuan.journal import time
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.webhooks import actions
from bihuan.webhooks.models import Delivery

__all__ = ["AT", "played", "set_stage"]


class Receiver:
    """Keeps what it is sent; ``answers`` are the statuses of the next ones, 204 afterwards."""

    def __init__(self) -> None:
        self.seen: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.seen.append(({k.lower(): v for k, v in self.headers.items()}, body))
                status = receiver.answers.pop(0) if receiver.answers else 204
                said = b"" if status == 204 else b"told: " + str(status).encode()
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.seen]

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.seen]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def boss(played: stage.Stage) -> Actor:
    """The administrator of the stage's merchant."""
    return boss_of(played.who("merchant").organisation_id)


def boss_of(organisation_id: UUID | None, username: str = "boss") -> Actor:
    new = NewPerson(kind=ActorKind.MERCHANT, username=username, organisation_id=organisation_id)
    person = accounts.create_person(new=new, actor=PROGRAM, at=AT)
    Person.objects.filter(id=person.id).update(state="active")
    accounts.grant_role(person_id=person.id, role=Role.MERCHANT_ADMIN, actor=PROGRAM, at=AT)
    return accounts_queries.actor_by_id(person.id, at=AT)


def hook(actor: Actor, url: str, *events: str) -> actions.Created:
    return actions.create(
        url=url,
        events=events or ("complaint.received",),
        organisation_id=actor.organisation_id,
        actor=actor,
        at=AT,
    )


def deliver(delivery_id: UUID, at: datetime = AT) -> Delivery:
    """What the job does, at this time of the drill."""
    time.set_drill_time(at)
    taken = actions.claim(delivery_id=delivery_id, at=at)
    if taken is not None:
        actions.record(taken=taken, answer=actions.make(taken, at=at), at=at)
    return Delivery.objects.get(id=delivery_id)
