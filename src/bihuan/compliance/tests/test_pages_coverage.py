"""What is carried and what proves it, on the shipped rulebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bihuan.accounts.permissions import Role
from bihuan.compliance import queries
from bihuan.compliance.tests.conftest import AT
from bihuan.compliance.tests.site import as_role, links, text_of
from bihuan.journal.actor import PROGRAM
from bihuan.norms import queries as norms
from bihuan.norms.tests.books import write_book

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.MFA_REQUIRED_ROLES = []
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_the_figures_are_those_of_the_command_line() -> None:
    found, told = queries.coverage(PROGRAM, at=AT), norms.coverage()
    five = [one for one in found if one.clause.book in norms.NORMS]
    assert len(five) == told["clauses"]
    assert sum(one.carried for one in five) == told["carried"]
    assert sorted(one.clause.id for one in five if not one.carried) == told["missing"]
    text = text_of(as_role(Role.AUDITOR), "/oversight/coverage")
    assert f"{told['carried']} of {told['clauses']} carried" in text


def test_each_number_of_a_book_leads_to_its_clauses() -> None:
    client = as_role(Role.MANAGER)
    text = text_of(client, "/oversight/coverage?book=ish")
    numbers = dict(links(text, "?book=ish"))
    assert set(numbers) == {"?book=ish&state=carried", "?book=ish&state=planned", "?book=ish"}
    for query, number in numbers.items():
        rows = text_of(client, f"/oversight/coverage{query}").count('<th scope="row">')
        assert rows == int(number)


def test_law_and_national_standard_stand_apart() -> None:
    text = text_of(as_role(Role.AUDITOR), "/oversight/coverage")
    apart = text.index("beside the norms")
    assert text.index('id="book-asm"') < apart < text.index('id="book-gbt-47746"')
    assert apart < text.index('id="book-law-cn"')


def test_filters_by_kind_words_and_nothing_that_fits() -> None:
    client = as_role(Role.AUDITOR)
    assert "PCN-3.2.3" in text_of(client, "/oversight/coverage?q=investigation+limit")
    assert "No clause fits the filter." in text_of(client, "/oversight/coverage?q=zzzz")
    assert "PCN-3.2.3<" not in text_of(client, "/oversight/coverage?kind=phrase")


@pytest.mark.usefixtures("small_book")
def test_the_last_record_leads_to_the_records(small_book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.norms import evidence
    from bihuan.norms.actions import load_rulebooks

    monkeypatch.setitem(evidence._QUERIES, "tests.loaded", evidence.entries("rulebook.loaded"))
    write_book(small_book, kind="record", evidence="tests.loaded", drop=("starts_on", "stops_on"))
    path = small_book / "pcn" / "clauses" / "PCN-3.4.b.yaml"
    path.write_text(path.read_text().split("limit:")[0])
    (small_book / "pcn" / "scenarios" / "one.yaml").write_text(
        "name: {zh: 例, en: example}\nclauses: [PCN-3.4.b]\n"
        "decide: remedy.R1\nfacts: {price: 1}\nexpect: {total: 1}\n"
    )
    load_rulebooks(actor=PROGRAM, at=AT)
    client = as_role(Role.AUDITOR)
    ((records, words),) = links(text_of(client, "/oversight/coverage"), "/oversight/evidence")
    assert words == "2026-09-20 08:00"
    assert text_of(client, records).count("rulebook.loaded") == 2
    figure = dict(links(text_of(client, "/oversight"), "/oversight/evidence"))
    assert list(figure.values()) == ["2"]
    assert "No record of this period" in text_of(
        client, "/oversight/evidence?clause=PCN-3.4.b&from=2026-01-01&to=2026-01-31"
    )
    text_of(client, "/oversight/evidence?clause=PCN-9&from=2026-01-01&to=2026-01-31", 404)
