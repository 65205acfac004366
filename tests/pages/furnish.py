"""Brings into the demo what its stories leave out, and opens a session for everybody: prints them as JSON.

Run by the tests with the program's own database (tests/conftest.py); all of it through the real actions.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from bihuan.project.runtime.environment import database

with database(Path(os.environ["BIHUAN_HOME"]), say=lambda _: None) as variables:
    os.environ.update(variables)
    import django

    django.setup()

    from django.db import transaction

    from bihuan.accounts import actions as accounts
    from bihuan.accounts import queries as people
    from bihuan.accounts.actions import NewPerson
    from bihuan.accounts.models import Person
    from bihuan.accounts.permissions import Role
    from bihuan.automation import actions as automation
    from bihuan.automation.models import Macro, Rule
    from bihuan.cases import kinds
    from bihuan.cases.models import Case
    from bihuan.complaints import steps
    from bihuan.compliance import actions as compliance
    from bihuan.desk import actions as desk
    from bihuan.desk.filters import Wanted
    from bihuan.incidents.models import Incident
    from bihuan.journal.actor import PROGRAM, Actor, ActorKind
    from bihuan.journal.time import now
    from bihuan.phrases import actions as phrases
    from bihuan.phrases.actions import Words
    from bihuan.phrases.models import Kind
    from bihuan.project.tests.listening import session_of
    from bihuan.webhooks import actions as webhooks
    from bihuan.workforce.models import UnitState

    AT = now()
    # as after the password was asked for once more, a moment ago
    CONFIRMED: dict[str, Any] = {
        "account_authentication_methods": [{"method": "password", "at": AT.timestamp()}]
    }

    def who(username: str) -> Actor:
        return people.actor_by_id(Person.objects.get(username=username).id, at=AT)

    def made(username: str, kind: ActorKind, role: Role, organisation_id: Any) -> Actor:
        new = NewPerson(kind=kind, username=username, label=username, organisation_id=organisation_id)
        person = accounts.create_person(new=new, actor=PROGRAM, at=AT)
        accounts.grant_role(person_id=person.id, role=role, actor=PROGRAM, at=AT)
        token = accounts.invite(person_id=person.id, actor=PROGRAM, at=AT).token
        accounts.accept_invitation(token=token, password=token, at=AT)
        return people.actor_by_id(person.id, at=AT)

    def furnish() -> None:
        shop = who("merchant1").organisation_id
        carrier = accounts.create_organisation(
            kind="carrier", name="迅捷", reference="furnished-1", actor=PROGRAM, at=AT
        ).id
        made("furnished_head", ActorKind.MERCHANT, Role.MERCHANT_ADMIN, shop)
        made("furnished_carrier", ActorKind.PARTNER, Role.PARTNER_OPERATOR, carrier)
        boss = who("supervisor")
        ours = webhooks.create(
            url="https://example.com/hook", events=["complaint.received"], actor=who("administrator"), at=AT
        )
        hook = webhooks.create(
            url="https://example.com/own", events=["complaint.received"], actor=who("furnished_head"), at=AT,
            organisation_id=shop,
        )  # fmt: skip
        webhooks.send_test(subscription_id=hook.id, actor=who("furnished_head"), at=AT)
        webhooks.send_test(subscription_id=ours.id, actor=who("administrator"), at=AT)
        macro = automation.create_macro(name="致歉", actor=boss, at=AT)
        automation.add_macro_step(
            macro_id=macro, step="send_message", data={"text": "抱歉让您久等了，{{name}}"}, actor=boss, at=AT
        )
        automation.create_rule(name="受理通知", event="complaint.received", actor=boss, at=AT)
        automation.create_rule(name="临期提醒", clause="PCN-3.2.3", before="12h", actor=boss, at=AT)
        desk.save_view(
            name="质量问题", wanted=Wanted(type="quality"), shown=[], shared=True, actor=boss, at=AT
        )
        compliance.draw_sample(
            actor=who("auditor"), at=AT, start=AT - timedelta(days=30), end=AT + timedelta(days=30), seed=7
        )
        compliance.request_verification(actor=who("auditor"), at=AT)
        accounts.create_api_key(
            name="erp", scopes=["complaints:read"], actor=who("administrator"), at=AT, why="ERP 接入"
        )
        words = Words(title_zh="请稍候", title_en="One moment", body_zh="正在核对", body_en="Checking.")
        phrases.add(kind=Kind.REPLY, code="one_moment", of="", words=words, actor=boss, at=AT)
        waiting = Case.objects.filter(flow="complaint", state="received").order_by("id").first()
        steps.take(
            name="request_supplement", case_id=waiting.id, actor=boss, at=AT,
            data={"missing": ["evidence"], "reason": "请补充能看清外包装的照片"},
        )  # fmt: skip

    with transaction.atomic():
        if not Person.objects.filter(username="furnished_head").exists():
            furnish()

    named = Person.objects.exclude(username=None).exclude(username="")
    sessions = {str(person.username): session_of(person, **CONFIRMED) for person in named}
    # a case in every state, those of complaints by the state alone
    cases = {
        str(case.state) if case.flow == "complaint" else f"{case.flow} {case.state}": case
        for case in Case.objects.order_by("flow", "state", "-received_at")
    }
    sessions |= {f"consumer {state}": session_of(case.consumer_id) for state, case in cases.items()}
    ids = {state: str(case.id) for state, case in cases.items()}
    pages = {
        state: {
            str(site): address.format(id=case.id) for site, address in kinds.of(case.flow).addresses.items()
        }
        for state, case in cases.items()
    }
    made_last = {"macro": Macro, "rule": Rule}
    things = {name: str(model.objects.latest("made_at").id) for name, model in made_last.items()}
    things["order"] = cases["aftersales fulfilled"].order_number
    things["unsent"] = cases["order completed"].order_number
    things["unit"] = str(UnitState.objects.get(name="客服二组").unit_id)
    things["incident"] = str(Incident.objects.get(state="told").id)
    print(json.dumps({"sessions": sessions, "cases": ids, "pages": pages, "things": things}))
