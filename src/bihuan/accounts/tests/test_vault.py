from datetime import timedelta

import pytest
from django.db import connection

from bihuan.accounts import actions, queries
from bihuan.accounts.models import BlindIndex, PersonalData, PersonKey, Reveal
from bihuan.accounts.permissions import Role
from bihuan.accounts.queries import PersonalField as F
from bihuan.accounts.tests.factories import AT, PHONE, acting, case_of, consumer, events_of, staff
from bihuan.accounts.vault.crypto import VaultError
from bihuan.accounts.vault.fields import mask, normal
from bihuan.engine.errors import Invalid, NotAllowed, NotFound
from bihuan.journal.actor import PROGRAM

pytestmark = pytest.mark.django_db


def dump() -> bytes:
    """Every row of every table of the program as PostgreSQL would dump it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        parts = []
        for (table,) in cursor.fetchall():
            with cursor.copy(f'COPY (SELECT * FROM "{table}") TO STDOUT') as rows:
                parts += [bytes(row) for row in rows]
    return b"".join(parts)


@pytest.mark.parametrize(
    ("field", "given", "kept", "shown"),
    [
        (F.PHONE, "138 1234 5678", "13812345678", "138****5678"),
        (F.PHONE, "＋86 138-1234-5678", "13812345678", "138****5678"),
        (F.PHONE, "010-66554433", "01066554433", "010****4433"),
        (F.PHONE, "+44 20 7946 0958", "+442079460958", "+4420****0958"),
        (F.NAME, "王小明", "王小明", "王**"),
        (F.NAME, "王明", "王明", "王*"),
        (F.EMAIL, "abc@example.cn", "abc@example.cn", "a***@example.cn"),
        (F.ID_NUMBER, "11010519491231002x", "11010519491231002X", "1****X"),
        (F.BANK_CARD, "6222 0212 3456 7890", "6222021234567890", "****7890"),
        (F.ADDRESS, "北京市朝阳区建国路88号", "北京市朝阳区建国路88号", "北京市****"),
    ],
)
def test_values_have_one_form_and_a_mask(field: F, given: str, kept: str, shown: str) -> None:
    assert normal(field, given) == kept
    assert mask(field, kept) == shown


@pytest.mark.parametrize("phone", ["", "12", "abc", "1" * 600, "138\x0012345678"])
def test_what_is_no_phone_is_refused_and_nothing_is_kept(phone: str) -> None:
    with pytest.raises(Invalid):
        actions.ensure_consumer(facts=actions.ConsumerFacts(phone=phone or "-"), actor=PROGRAM, at=AT)
    assert not PersonalData.objects.exists()


def test_masks_are_for_everybody() -> None:
    who = consumer(name="王小明")
    assert queries.masked(who, F.PHONE) == "138****5678"
    assert queries.masked(who, F.NAME) == "王**"
    assert queries.masked(who, F.EMAIL) == ""


def test_the_same_value_is_sealed_differently_each_time() -> None:
    first, second = consumer(name="王小明"), consumer("13912345678", name="王小明")
    sealed = {bytes(row.sealed) for row in PersonalData.objects.filter(field="name")}
    assert len(sealed) == 2
    actions.store(person_id=first, values={F.NAME: "王小明"}, on=case_of(), actor=PROGRAM, at=AT)
    assert bytes(PersonalData.objects.get(person_id=first, field="name").sealed) not in sealed
    assert queries.masked(second, F.NAME) == "王**"


def test_a_value_moved_to_another_person_does_not_open() -> None:
    first, second = consumer(), consumer("13912345678")
    PersonalData.objects.filter(person_id=first, field="phone").delete()
    PersonalData.objects.filter(person_id=second, field="phone").update(person_id=first)
    with pytest.raises(VaultError):
        queries.masked(first, F.PHONE)


def test_a_dump_of_the_database_holds_no_number_in_clear() -> None:
    who = consumer(name="王小明", address="北京市朝阳区建国路88号")
    subject = actions.NewText(body=f"打{PHONE}或者10.0.0.1", subject=_case(), about=who)
    actions.keep_texts(items=[subject], actor=PROGRAM, at=AT)
    actions.register_code_sender(lambda *_: None)
    actions.request_code(phone=PHONE, language="en", at=AT)
    text = dump()
    assert b"10.0.0.1" in text
    for secret in (PHONE, PHONE[-4:] + "\t", "王小明", "建国路"):
        assert secret.encode() not in text
    assert PHONE.encode().hex().encode() not in text


def test_reveal_shows_for_half_an_hour_and_is_in_the_journal() -> None:
    who, agent = consumer(name="王小明"), staff(Role.AGENT)
    actor = acting(agent)
    shown = actions.reveal(
        person_id=who, fields=[F.PHONE], reason="回访打电话", on=case_of(agent.id), actor=actor, at=AT
    )
    assert shown.values == {F.PHONE: PHONE}
    assert queries.revealed(actor, person_id=who, at=AT + timedelta(minutes=29)) == {F.PHONE: PHONE}
    assert queries.revealed(actor, person_id=who, at=AT + timedelta(minutes=30)) == {}
    assert queries.revealed(acting(staff(Role.AGENT)), person_id=who, at=AT) == {}
    assert events_of(who)[-1] == "vault.revealed"


def test_reveal_of_somebody_elses_case_is_refused_and_leaves_nothing() -> None:
    who, agent = consumer(), staff(Role.AGENT)
    with pytest.raises(NotAllowed):
        actions.reveal(
            person_id=who, fields=[F.PHONE], reason="看看", on=case_of(who), actor=acting(agent), at=AT
        )
    assert not Reveal.objects.exists()
    assert "vault.revealed" not in events_of(who)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_auditor_and_administrator_reveal_nothing(role: Role) -> None:
    who, person = consumer(), staff(role)
    with pytest.raises(NotAllowed):
        actions.reveal(
            person_id=who, fields=[F.PHONE], reason="审计", on=case_of(person.id), actor=acting(person), at=AT
        )


def test_reveal_needs_a_reason() -> None:
    who, boss = consumer(), staff(Role.SUPERVISOR)
    with pytest.raises(Invalid):
        actions.reveal(person_id=who, fields=[F.PHONE], reason=" ", on=case_of(), actor=acting(boss), at=AT)
    assert not Reveal.objects.exists()


def test_what_was_found_in_a_text_is_revealed_by_its_mark() -> None:
    who, agent = consumer(), staff(Role.AGENT)
    ref = actions.keep_text(body="另一个号 139 8765 4321", subject=_case(), about=who, actor=PROGRAM, at=AT)
    shown = actions.reveal(
        person_id=who, text_ids=[ref.id], reason="联系不上", on=case_of(agent.id), actor=acting(agent), at=AT
    )
    assert shown.texts == {ref.id: {"〔电话1〕": "139 8765 4321"}}


def test_reveal_of_a_text_about_somebody_else_is_not_found() -> None:
    who, other, boss = consumer(), consumer("13912345678"), staff(Role.SUPERVISOR)
    ref = actions.keep_text(body="号 13987654321", subject=_case(), about=other, actor=PROGRAM, at=AT)
    with pytest.raises(NotFound):
        actions.reveal(person_id=who, text_ids=[ref.id], reason="x", on=case_of(), actor=acting(boss), at=AT)


def test_people_are_found_by_number_and_by_its_last_four() -> None:
    who, other = consumer(), consumer("13987655678")
    consumer("13987654321")
    agent = acting(staff(Role.AGENT))
    assert actions.find_by_phone(phone="138 1234-5678", actor=agent, at=AT) == [who]
    assert actions.find_by_last_four(digits="5678", actor=agent, at=AT) == sorted([who, other])
    assert actions.find_by_last_four(digits="0000", actor=agent, at=AT) == []
    assert events_of(agent.id)[-3:] == ["vault.searched"] * 3


@pytest.mark.parametrize("digits", ["567", "56789", "56a8", "５６７８"])
def test_last_four_are_four_digits(digits: str) -> None:
    with pytest.raises(Invalid):
        actions.find_by_last_four(digits=digits, actor=acting(staff(Role.AGENT)), at=AT)


def test_consumers_and_auditors_do_not_search() -> None:
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            actions.find_by_phone(phone=PHONE, actor=acting(staff(role)), at=AT)


def test_digests_and_keys_say_nothing_without_the_keys_outside(settings) -> None:
    who = consumer()
    digests = {bytes(row.digest) for row in BlindIndex.objects.all()}
    assert len(digests) == 2
    settings.KEYS = type(settings.KEYS)(master=b"x" * 32, blind=b"y" * 32, signing=b"z" * 32, django="d")
    with pytest.raises(VaultError):
        queries.masked(who, F.PHONE)
    assert PersonKey.objects.count() == 1


def _case():
    from uuid import uuid4

    from bihuan.journal.subject import Subject

    return Subject("case", uuid4())
