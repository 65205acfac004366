"""The wizard: the checklist while it is filled in, the draft, and what was typed before the sign-in."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.evidence.models import Item
from bihuan.marketplace.config import Config
from bihuan.personal.models import Draft

from .test_pages_consumer import filled, picture, signed_in

TYPED = {"token": "t-1", "type": "quality", "matter_text": "水壶漏水，已经第三次", "demand": "refund"}


@pytest.fixture
def consumer(played: stage.Stage) -> Client:
    return signed_in(played.who("consumer"))


def states(html: str) -> dict[str, str]:
    """By condition: given, missing or unknown."""
    found = re.findall(r'bh-condition-(\w+)" data-bh-names="[^"]*" data-bh-code="(\w+)"', html)
    return {code: state for state, code in found}


def checked(client: Client, **typed: str) -> dict[str, str]:
    return states(client.post("/complain/check", typed).content.decode())


def test_each_condition_is_met_missing_or_unknown(played: stage.Stage, consumer: Client) -> None:
    assert checked(consumer) == {
        "party": "given", "order_or_record": "missing", "matter": "missing", "demand": "missing",
        "evidence": "missing",
    }  # fmt: skip
    number = played.orders[0]["number"]
    found = checked(consumer, order="other", order_number=number, **TYPED)
    assert found == {
        "party": "given", "order_or_record": "given", "matter": "given", "demand": "given",
        "evidence": "missing",
    }  # fmt: skip


def test_an_unknown_number_and_somebody_elses_are_answered_alike(
    played: stage.Stage, consumer: Client
) -> None:
    mine = played.orders[0]["buyer"]["ref"]
    other = next(o for o in played.orders if o["buyer"]["ref"] != mine)["number"]
    pages = [
        consumer.post("/complain/check", {"order": "other", "order_number": number}).content
        for number in (other, "NO-SUCH-ORDER")
    ]
    assert pages[0] == pages[1]
    assert states(pages[0].decode())["order_or_record"] == "missing"


def test_a_marketplace_that_is_down_makes_it_unknown(consumer: Client, settings: Any) -> None:
    settings.MARKETPLACE = Config(adapter="http", url="http://127.0.0.1:9", key_id="k", secret="s")
    found = checked(consumer, order="other", order_number="X-UNKNOWN-1")
    assert found["order_or_record"] == "unknown"


def test_a_victim_needs_no_order(consumer: Client) -> None:
    found = checked(consumer, party="victim")
    assert (found["party"], found["order_or_record"]) == ("given", "given")


def test_before_the_sign_in_the_order_is_not_looked_up(played: stage.Stage, client: Client) -> None:
    found = checked(client, order="other", order_number=played.orders[0]["number"])
    assert (found["party"], found["order_or_record"]) == ("unknown", "unknown")


def test_the_draft_is_found_again_with_its_files_on_another_device(
    played: stage.Stage, consumer: Client
) -> None:
    consumer.post("/complain", filled(played, type=""))
    kept = str(Item.objects.get().id)
    draft = {**TYPED, "kept_files": [kept], f"caption:{kept}": "壶底"}
    assert consumer.post("/complain/draft", draft).status_code == 204
    page = signed_in(played.who("consumer")).get("/complain").content.decode()
    assert "水壶漏水，已经第三次" in page
    assert f'value="{kept}" checked' in page
    assert 'value="壶底"' in page
    assert "data-bh-draft-found" in page


def test_a_draft_can_be_thrown_away(consumer: Client) -> None:
    consumer.post("/complain/draft", TYPED)
    assert consumer.post("/complain/draft", {"go": "discard"})["Location"] == "/complain"
    assert not Draft.objects.exists()
    assert "水壶漏水" not in consumer.get("/complain").content.decode()


def test_an_empty_form_is_no_draft(consumer: Client) -> None:
    consumer.post("/complain/draft", {"token": "t", "party": "buyer", "order": "other"})
    assert not Draft.objects.exists()


def test_without_scripts_the_draft_is_kept_by_a_button(consumer: Client) -> None:
    assert consumer.post("/complain", {**TYPED, "go": "save"})["Location"] == "/complain"
    assert Draft.objects.count() == 1
    assert not Case.objects.exists()


def test_sending_ends_the_draft(played: stage.Stage, consumer: Client) -> None:
    form = filled(played)
    consumer.post("/complain/draft", {**TYPED, "token": form["token"]})
    consumer.post("/complain", form)
    assert not Draft.objects.exists()


def test_captions_stand_beneath_the_matter(played: stage.Stage, consumer: Client) -> None:
    consumer.post("/complain", filled(played, type=""))
    kept = str(Item.objects.get().id)
    form = filled(played, photos=[], kept_files=[kept], **{f"caption:{kept}": "壶底开裂"})
    case_id = consumer.post("/complain", form)["Location"].split("/")[2]
    page = consumer.get(f"/my/{case_id}").content.decode()
    assert "】壶底开裂" in page


def test_what_was_typed_before_the_sign_in_is_there_after_it(played: stage.Stage, client: Client) -> None:
    answer = client.post("/complain", {**TYPED, "order": "other", "token": str(uuid4())})
    assert answer["Location"] == "/sign-in/phone?next=%2Fcomplain"
    assert not Case.objects.exists()
    kept = client.session["bihuan_typed_complaint"]
    assert "水壶" not in json.dumps(dict(client.session), ensure_ascii=False)
    later = signed_in(played.who("consumer"))
    session = later.session
    session["bihuan_typed_complaint"] = kept
    session.save()
    later.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    page = later.get("/complain").content.decode()
    assert "水壶漏水，已经第三次" in page
    assert "bihuan_typed_complaint" not in later.session
    assert Draft.objects.count() == 1


def test_nobody_elses_pages(played: stage.Stage, client: Client) -> None:
    staff = signed_in(played.who("agent"))
    assert staff.post("/complain/check", TYPED).status_code == 404
    assert staff.post("/complain/draft", TYPED).status_code == 404
    assert client.post("/complain/draft", TYPED)["Location"].startswith("/complain/start")
    assert not Draft.objects.exists()


def test_a_file_of_another_case_is_not_offered_again(played: stage.Stage, consumer: Client) -> None:
    consumer.post("/complain", filled(played, photos=[picture()]))
    used = str(Item.objects.get().id)
    page = consumer.post("/complain", {**TYPED, "type": "", "kept_files": [used]}).content.decode()
    assert used not in page
