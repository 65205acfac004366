"""The partners' site: filters and counts, colleagues, exports, the order behind a case, last notices."""

# ruff: noqa: F811 (a fixture of another file)
from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.accounts import actions as accounts
from bihuan.accounts import queries as accounts_queries
from bihuan.accounts.actions import NewPerson
from bihuan.accounts.models import Person
from bihuan.accounts.models.people import OrganisationKind
from bihuan.accounts.permissions import Role
from bihuan.accounts.queries import PersonalField
from bihuan.cases.models import Case
from bihuan.complaints import actions, stage
from bihuan.complaints.actions import partner
from bihuan.complaints.models import EvidenceRequest
from bihuan.journal import queries as journal
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.notices.models import Notice, Sunk

from .conftest import AT
from .play import pass_to
from .test_pages_consumer import signed_in
from .test_pages_partner import case_id  # noqa: F401 (a fixture)


def person(organisation_id: UUID | None, role: Role, name: str, **values: str) -> Actor:
    kind = ActorKind.PARTNER if role is Role.PARTNER_OPERATOR else ActorKind.MERCHANT
    kept = {PersonalField(field): value for field, value in values.items()}
    new = NewPerson(kind=kind, username=name, organisation_id=organisation_id, values=kept)
    made = accounts.create_person(new=new, actor=PROGRAM, at=AT)
    Person.objects.filter(id=made.id).update(state="active")
    accounts.grant_role(person_id=made.id, role=role, actor=PROGRAM, at=AT)
    return accounts_queries.actor_by_id(made.id, at=AT)


@pytest.fixture
def boss(played: stage.Stage) -> Actor:
    return person(played.who("merchant").organisation_id, Role.MERCHANT_ADMIN, "boss")


@pytest.fixture
def carrier(played: stage.Stage, case_id: UUID) -> Actor:
    """A carrier of the case."""
    firm = accounts.create_organisation(
        kind=OrganisationKind.CARRIER, name="迅达快递", reference="sf", actor=PROGRAM, at=AT
    )
    Case.objects.filter(id=case_id).update(partner_id=firm.id)
    return person(firm.id, Role.PARTNER_OPERATOR, "courier")


def test_tabs_count_and_filters_narrow(played: stage.Stage, case_id: UUID) -> None:
    client, number = signed_in(played.who("merchant")), Case.objects.get().number
    page = client.get("/partner").content.decode()
    assert number in page
    assert "1 statement is asked of you." in page
    assert number in client.get(f"/partner?q={number[:8].lower()}").content.decode()
    assert number in client.get("/partner?type=quality&shown=asked").content.decode()
    assert number not in client.get("/partner?type=price").content.decode()
    assert number not in client.get("/partner?shown=ended").content.decode()
    assert number in client.get("/partner?type=no_such&state=nowhere").content.decode()


def test_a_carrier_sees_the_parcel_and_no_price(played: stage.Stage, carrier: Actor, case_id: UUID) -> None:
    page = signed_in(carrier).get(f"/partner/{case_id}").content.decode()
    order = played.orders[0]
    title = order["lines"][0]["product"]["title"]
    assert order["number"] in page
    assert title in page
    assert "Prices and the buyer are not shown." in page
    side = page[page.index('id="h-order"') : page.index("Prices and the buyer")]
    assert "¥" not in side
    assert order["buyer"]["ref"] not in page


def test_a_merchant_sees_what_was_paid(played: stage.Stage, case_id: UUID) -> None:
    page = signed_in(played.who("merchant")).get(f"/partner/{case_id}").content.decode()
    side = page[page.index('id="h-order"') :]
    assert "¥" in side[: side.index("</section>")]


def test_the_administrator_invites_an_operator(played: stage.Stage, boss: Actor) -> None:
    form = {"username": "clerk2", "label": "店铺 客服", "phone": "13912345678", "email": ""}
    page = signed_in(boss).post("/partner/people", form).content.decode()
    made = Person.objects.get(username="clerk2")
    assert (made.organisation_id, made.state) == (boss.organisation_id, "invited")
    assert accounts_queries.roles_of([made.id], at=AT)[made.id] == {"merchant_operator"}
    assert "/account/invitation/" in page
    assert "139****5678" in page
    assert "13912345678" not in page
    notice = Notice.objects.get(kind="invitation")
    assert (notice.recipient_id, notice.sealed is not None) == (made.id, True)


def test_a_refused_invitation_keeps_what_was_typed(played: stage.Stage, boss: Actor) -> None:
    page = signed_in(boss).post("/partner/people", {"username": "X", "label": "店铺"})
    assert page.status_code == 422
    assert 'value="店铺"' in page.content.decode()
    assert not Person.objects.filter(label="店铺").exists()


def test_deactivated_is_out_and_back(played: stage.Stage, boss: Actor) -> None:
    clerk, client = played.who("merchant"), signed_in(boss)
    theirs = signed_in(clerk)
    assert theirs.get("/partner").status_code == 200
    client.post(f"/partner/people/{clerk.id}/deactivate")
    assert Person.objects.get(id=clerk.id).state == "locked"
    assert theirs.get("/partner").status_code == 302
    client.post(f"/partner/people/{clerk.id}/reactivate")
    assert Person.objects.get(id=clerk.id).is_active


def test_nobody_reaches_into_another_merchant(played: stage.Stage, boss: Actor) -> None:
    other = next(o for o in played.merchants.values() if o != boss.organisation_id)
    theirs = next(
        a for p, a in played.people.items() if p.startswith("merchant") and a.organisation_id == other
    )
    client = signed_in(boss)
    for name in ("deactivate", "invite", "operator", "no-operator"):
        assert client.post(f"/partner/people/{theirs.id}/{name}").status_code == 404
    assert client.post(f"/partner/people/{boss.id}/deactivate").status_code == 403
    assert signed_in(played.who("merchant")).get("/partner/people").status_code == 403
    assert signed_in(played.who("merchant")).post("/partner/people", {"username": "abc"}).status_code == 403
    assert Person.objects.get(id=theirs.id).is_active
    assert not Person.objects.filter(username="abc").exists()


def exported(actor: Actor, form: str, query: str = "shown=all") -> str:
    answer: Any = signed_in(actor).get(f"/partner/export.{form}?{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def test_an_export_holds_own_cases_and_nobody_elses(played: stage.Stage, case_id: UUID) -> None:
    (line,) = exported(played.who("merchant"), "jsonl").splitlines()
    row = json.loads(line)
    case = Case.objects.get()
    assert (row["number"], row["asked"], row["matter"]) == (
        case.number, "inspection_report", "水壶漏水，我叫王小明，电话〔手机号〕",
    ) or "13912345678" not in row["matter"]  # fmt: skip
    assert row["asked_due_at"] == "2026-03-05T10:00:00+08:00"
    mine = played.who("merchant").organisation_id
    other = next(
        a for p, a in played.people.items() if p.startswith("merchant") and a.organisation_id != mine
    )
    assert exported(other, "jsonl") == ""
    assert journal.last_of(mine, ["organisation.cases_exported"]) is not None  # type: ignore[arg-type]


def test_a_table_has_words_and_no_formulas(played: stage.Stage, case_id: UUID) -> None:
    Case.objects.update(order_number="=HYPERLINK(1)")
    text = exported(played.who("merchant"), "csv")
    head, row = text.splitlines()
    assert head.startswith("\ufeffNumber,State,Type")
    assert "'=HYPERLINK(1)" in row
    assert "Inspection report" in row or "inspection report" in row
    assert exported(played.who("merchant"), "csv", "shown=ended").count("\n") == 1


def test_every_case_is_exported_across_pages(
    played: stage.Stage,
    case_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for n in range(4):
        consumer = played.who("consumer")
        new = actions.NewComplaint(
            channel="site", consumer_id=consumer.id, matter_text=f"水壶漏水 {n}", type="quality",
            demand="refund", order_number=played.orders[0]["number"],
            evidence_ids=(stage.photo(consumer, at=AT, shade=9 + n),),
        )  # fmt: skip
        actions.submit(actor=consumer, at=AT, new=new)
    monkeypatch.setattr("bihuan.complaints.pages.exporting.PIECE", 2)
    numbers = [json.loads(line)["number"] for line in exported(played.who("merchant"), "jsonl").splitlines()]
    assert sorted(numbers) == sorted(Case.objects.values_list("number", flat=True))


def test_the_last_notice_goes_out_by_phone_and_is_shown(played: stage.Stage, case_id: UUID) -> None:
    mine = played.who("merchant").organisation_id
    reached = person(mine, Role.MERCHANT_OPERATOR, "reached", phone="13800001111")
    mailed = person(mine, Role.MERCHANT_OPERATOR, "mailed", email="shop@example.com")
    due = EvidenceRequest.objects.get().due_at
    pass_to(due - timedelta(hours=20))
    request = EvidenceRequest.objects.get()
    assert request.warned_at is not None
    assert request.default_at is None
    ways = dict(Notice.objects.filter(kind="default_warning").values_list("recipient_id", "channel"))
    assert (ways[reached.id], ways[mailed.id], ways[played.who("merchant").id]) == ("sms", "mail", "station")
    assert {s.channel for s in Sunk.objects.filter(notice__kind="default_warning")} == {"sms", "mail"}
    page = signed_in(reached).get(f"/partner/{case_id}").content.decode()
    assert "Last notice by" in page
    assert "SMS" in page


def test_the_events_of_an_organisation_are_published(boss: Actor) -> None:
    made = partner.invite_colleague(username="fourth", label="", phone="", email="", actor=boss, at=AT)
    assert not made.told
    names = [e.event for e in journal.entries_of(made.person_id)]
    assert names == ["person.created", "person.role_granted", "person.invited"]
