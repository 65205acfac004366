import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from bihuan.accounts import actions, queries
from bihuan.accounts.models import BlindIndex, Erasure, Person, PersonalData, PersonKey, Text
from bihuan.accounts.permissions import Role
from bihuan.accounts.queries import PersonalField as F
from bihuan.accounts.tests.factories import AT, PHONE, acting, case_of, consumer, events_of, staff
from bihuan.accounts.vault import erasures
from bihuan.engine.errors import NotAllowed, Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.canonical import ZERO, chained
from bihuan.journal.models import Entry
from bihuan.journal.subject import Subject

pytestmark = pytest.mark.django_db
CASE = Subject("case", uuid4())


def erase(who, **given):
    actions.erase_person(**{"person_id": who, "reason": "asked", "actor": PROGRAM, "at": AT, **given})


def chain_holds(subject_id) -> bool:
    previous = ZERO
    for entry in Entry.objects.filter(subject_id=subject_id).order_by("sequence"):
        previous = chained(previous, bytes(entry.canonical))
        if previous != bytes(entry.hash):
            return False
    return True


def test_erasing_destroys_key_values_texts_and_the_way_back() -> None:
    who, other = consumer(name="王小明"), consumer("13912345678")
    about = actions.keep_text(body="打13987654321", subject=CASE, about=who, actor=PROGRAM, at=AT)
    own = actions.keep_text(
        body="我不满意", subject=CASE, about=None, actor=acting(Person.objects.get(id=who)), at=AT
    )
    kept = actions.keep_text(body="别人的", subject=CASE, about=other, actor=PROGRAM, at=AT)
    erase(who)
    for table in (PersonKey, PersonalData, BlindIndex):
        assert not table.objects.filter(person_id=who).exists()
        assert table.objects.filter(person_id=other).exists()
    assert queries.bodies([about.id, own.id, kept.id]) == {about.id: "", own.id: "", kept.id: "别人的"}
    assert not Text.objects.filter(body=None).exclude(salt=None).exists()
    assert Person.objects.get(id=who).state == "erased"
    assert actions.find_by_phone(phone=PHONE, actor=acting(staff(Role.AGENT)), at=AT) == []


def test_the_journal_still_verifies_and_keeps_what_happened() -> None:
    who = consumer()
    actions.store(person_id=who, values={F.NAME: "王"}, on=case_of(), actor=PROGRAM, at=AT)
    before = events_of(who)
    erase(who)
    assert events_of(who) == [*before, "person.erased"]
    assert chain_holds(who)


def test_somebody_erased_comes_back_as_somebody_new() -> None:
    who = consumer()
    erase(who)
    assert consumer() != who


def test_staff_texts_about_others_stay_when_staff_is_erased() -> None:
    agent = staff(Role.AGENT)
    ref = actions.keep_text(body="已联系商家", subject=CASE, about=None, actor=acting(agent), at=AT)
    actions.leave(person_id=agent.id, actor=PROGRAM, at=AT)
    erase(agent.id)
    assert queries.text(ref.id).body == "已联系商家"
    assert Person.objects.get(id=agent.id).username is None


def test_what_the_law_keeps_is_refused_with_its_clause_and_nothing_changes() -> None:
    who = consumer()
    held = actions.Retention(clause="P-05", count=2, until_at=AT + timedelta(days=1000))
    actions.register_retention(lambda person_id, at: [held] if person_id == who else [])
    with pytest.raises(Refusal) as caught:
        erase(who)
    assert caught.value.clause == "P-05"
    assert queries.masked(who, F.PHONE) == "138****5678"
    assert "person.erased" not in events_of(who)


def test_restricted_data_is_stored_and_nothing_else() -> None:
    who, boss = consumer(), acting(staff(Role.SUPERVISOR))
    actions.reveal(person_id=who, fields=[F.PHONE], reason="x", on=case_of(), actor=boss, at=AT)
    actions.restrict_person(person_id=who, clause="D-06", actor=PROGRAM, at=AT)
    assert queries.masked(who, F.PHONE) == "****"
    assert queries.revealed(boss, person_id=who, at=AT) == {}
    assert actions.find_by_phone(phone=PHONE, actor=acting(staff(Role.AGENT)), at=AT) == []
    with pytest.raises(Refusal):
        actions.reveal(person_id=who, fields=[F.PHONE], reason="x", on=case_of(), actor=boss, at=AT)
    with pytest.raises(Refusal):
        actions.store(person_id=who, values={F.NAME: "王"}, on=case_of(), actor=PROGRAM, at=AT)
    assert PersonalData.objects.filter(person_id=who).exists()
    erase(who)
    assert Person.objects.get(id=who).restricted_at is None


def test_only_administrators_erase_and_only_once() -> None:
    who = consumer()
    for role in (Role.SUPERVISOR, Role.AUDITOR, Role.MANAGER):
        with pytest.raises(NotAllowed):
            erase(who, actor=acting(staff(role)))
    erase(who, actor=acting(staff(Role.ADMINISTRATOR)))
    with pytest.raises(Refusal):
        erase(who)


def test_the_list_outside_holds_ids_only_and_is_written_after_the_commit(
    django_capture_on_commit_callbacks,
) -> None:
    who = consumer(name="王小明")
    with django_capture_on_commit_callbacks(execute=True):
        erase(who)
        assert not erasures.path().exists()
    lines = [line for line in erasures.path().read_text().splitlines() if line]
    assert [sorted(json.loads(line)) for line in lines] == [["erased_at", "person"]]
    assert json.loads(lines[0])["person"] == str(who)
    assert erasures.path().stat().st_mode & 0o777 == 0o600
    assert Erasure.objects.get(person_id=who).listed


def test_a_crash_before_listing_is_made_good() -> None:
    who = consumer()
    erase(who)
    assert actions.list_erasures() == 1
    assert actions.list_erasures() == 0
    assert list(erasures.listed()) == [who]


def test_after_a_restore_the_list_is_carried_out_again() -> None:
    who, other = consumer(), consumer("13912345678")
    erasures.append([(who, AT), (uuid4(), AT)])
    with erasures.path().open("a") as torn:
        torn.write('{"person": "3f')
    erasures.append([])
    assert actions.replay_erasures(at=AT) == 1
    assert actions.replay_erasures(at=AT) == 0
    assert Person.objects.get(id=who).state == "erased"
    assert Person.objects.get(id=other).state == "active"


def test_the_sealed_bytes_leave_the_table() -> None:
    who = consumer()
    sealed = bytes(PersonalData.objects.get(person_id=who, field="phone").sealed)
    erase(who)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_personaldata WHERE sealed = %s", [sealed])
        assert cursor.fetchone()[0] == 0
