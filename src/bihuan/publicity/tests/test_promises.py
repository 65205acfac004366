"""The public page: contact or its absence, deadlines from the clauses, figures of the last closed month."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from bihuan.compliance.tests.clocks import clock, stopped
from bihuan.engine.errors import NotAllowed
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.journal.models import Entry
from bihuan.publicity import actions, queries

from .conftest import AT

MARCH = datetime(2026, 3, 15, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_everybody_sees_telephone_and_mail(visitor: Client, settings: Any) -> None:
    settings.COMPLAINT_PHONE, settings.COMPLAINT_MAIL = "400-800-1234", "complaints@example.cn"
    page = visitor.get("/promises").content.decode()
    assert 'href="tel:400-800-1234"' in page
    assert 'href="mailto:complaints@example.cn"' in page
    assert "has not named all ways" not in page


def test_what_is_not_set_up_is_said(visitor: Client, settings: Any) -> None:
    settings.COMPLAINT_PHONE = settings.COMPLAINT_MAIL = ""
    page = visitor.get("/promises").content.decode()
    assert page.count("Not set up") == 2
    assert "has not named all ways" in page
    assert queries.contact().verdict.missing == ("phone", "mail")


def test_deadlines_come_from_the_clauses(visitor: Client) -> None:
    page = visitor.get("/promises").content.decode()
    for clause in queries.promised():
        assert f'href="/rules/{clause.id}"' in page
    assert {c.id for c in queries.promised()} >= {"PCN-3.1.3.a", "PCN-3.2.3", "PCN-3.3.3", "PCN-3.4.b"}


def test_figures_are_those_of_the_last_closed_month(visitor: Client) -> None:
    for _ in range(3):
        stopped(MARCH, "met")
    stopped(MARCH, "late")
    clock(MARCH)
    stopped(AT, "late")  # the month that runs is not counted
    month = queries.figures(AT)
    assert (month.start.month, month.end.month) == (3, 4)
    found = next(f for f in month.figures if f.clause.id == "PCN-3.4.b")
    assert (found.met, found.counted, found.rate) == (3, 5, Fraction(3, 5))
    page = visitor.get("/promises").content.decode()
    assert "How we did in 2026-03" in page
    assert "too few" in page


def test_nothing_due_is_said(visitor: Client) -> None:
    assert "No deadline ended in this month" in visitor.get("/promises").content.decode()


def test_a_percentage_is_never_rounded_up_to_a_hundred(visitor: Client) -> None:
    for n in range(12):
        stopped(MARCH, "late" if n == 0 else "met")
    assert "91.6%" in visitor.get("/promises").content.decode()


def test_what_the_page_shows_is_written_down(visitor: Client, settings: Any) -> None:
    settings.COMPLAINT_PHONE, settings.COMPLAINT_MAIL = "400-800-1234", ""
    actions.record_page(actor=PROGRAM, at=AT)
    data = Entry.objects.get(event="public.page_shown").data
    assert (data["phone"], data["mail"], len(data["digest"])) == (True, False, 64)
    before = queries.digest()
    settings.COMPLAINT_PHONE = "400-800-9999"
    assert queries.digest() != before


def test_only_the_program_writes_it_down(visitor: Client) -> None:
    somebody = Actor(PROGRAM.id, ActorKind.STAFF, frozenset({"administrator"}))
    with pytest.raises(NotAllowed):
        actions.record_page(actor=somebody, at=AT)
    assert not Entry.objects.filter(event="public.page_shown").exists()
