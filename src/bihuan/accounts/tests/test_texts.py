import hashlib
from uuid import uuid4

import pytest

from bihuan.accounts import actions, queries
from bihuan.accounts.models import PersonalData, Text
from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import AT, acting, case_of, consumer, events_of, staff
from bihuan.engine.errors import Invalid, NotAllowed, NotFound, Refusal
from bihuan.journal.actor import PROGRAM
from bihuan.journal.subject import Subject

pytestmark = pytest.mark.django_db
CASE = Subject("case", uuid4())


def keep(body, about=None):
    return actions.keep_text(body=body, subject=CASE, about=about, actor=PROGRAM, at=AT)


def test_a_text_is_kept_clean_and_its_digest_fits() -> None:
    ref = keep("请打13812345678\r\n谢谢", consumer())
    row = queries.text(ref.id)
    assert row.body == "请打〔电话1〕\n谢谢"
    assert hashlib.sha256(bytes(row.salt) + row.body.encode()).hexdigest() == ref.digest
    assert (ref.found, ref.dropped) == (1, 0)


def test_equal_texts_have_different_digests() -> None:
    assert keep("一样").digest != keep("一样").digest


def test_what_belongs_to_nobody_is_not_kept() -> None:
    ref = keep("路人电话13812345678")
    assert (ref.found, ref.dropped) == (0, 1)
    assert not PersonalData.objects.filter(kind="found").exists()


@pytest.mark.parametrize(
    "body", ["", " \n", "a\x00b", "a\x1bb", "\ud800", "\u202e反", "锟\ufffd斤", "长" * 20_001]
)
def test_bad_texts_are_refused_and_nothing_is_kept(body: str) -> None:
    with pytest.raises(Invalid):
        keep(body)
    assert not Text.objects.exists()


def test_many_texts_take_one_round_trip(django_assert_num_queries) -> None:
    items = [actions.NewText(body=f"第{n}条", subject=CASE) for n in range(50)]
    with django_assert_num_queries(1):
        refs = actions.keep_texts(items=items, actor=PROGRAM, at=AT)
    assert queries.bodies([refs[7].id]) == {refs[7].id: "第7条"}


def test_redacting_destroys_the_old_words_and_leads_to_the_new() -> None:
    boss = acting(staff(Role.SUPERVISOR))
    ref = keep("王小明说打13812345678，王小明在家", consumer())
    new = actions.redact_text(
        text_id=ref.id, parts=["王小明"], reason="name_in_text", on=case_of(), actor=boss, at=AT
    )
    row = Text.objects.get(id=ref.id)
    assert (row.body, row.salt, row.replaced_by_id, row.reason) == (None, None, new.id, "name_in_text")
    assert queries.text(ref.id).body == "〔姓名1〕说打〔电话1〕，〔姓名1〕在家"
    assert events_of(CASE.id) == ["text.redacted"]
    found = PersonalData.objects.filter(kind="found", text_id=new.id)
    assert sorted(found.values_list("mark", flat=True)) == ["〔姓名1〕", "〔电话1〕"]


def test_a_text_redacted_twice_is_still_found_by_its_first_id() -> None:
    boss = acting(staff(Role.SUPERVISOR))
    ref = keep("甲和乙", consumer())
    second = actions.redact_text(text_id=ref.id, parts=["甲"], reason="x", on=case_of(), actor=boss, at=AT)
    actions.redact_text(text_id=second.id, parts=["乙"], reason="x", on=case_of(), actor=boss, at=AT)
    assert queries.text(ref.id).body == "〔姓名1〕和〔姓名2〕"


def test_redacting_is_refused_without_right_passage_or_text() -> None:
    boss, agent = acting(staff(Role.SUPERVISOR)), acting(staff(Role.AGENT))
    ref = keep("好的")
    for error, actor, changes in [
        (NotAllowed, agent, {}),
        (NotFound, boss, {"text_id": uuid4()}),
        (Invalid, boss, {"parts": ["没有"]}),
        (Refusal, boss, {"parts": []}),
        (Invalid, boss, {"reason": "因为有名字"}),
    ]:
        given = {"text_id": ref.id, "parts": ["好"], "reason": "x", **changes}
        with pytest.raises(error):
            actions.redact_text(**given, on=case_of(), actor=actor, at=AT)
    assert queries.text(ref.id).body == "好的"
    assert events_of(CASE.id) == []


def test_a_body_changed_behind_the_program_shows() -> None:
    ref = keep("同意退款")
    assert queries.intact(queries.text(ref.id))
    Text.objects.filter(id=ref.id).update(body="不同意退款")
    assert not queries.intact(queries.text(ref.id))
