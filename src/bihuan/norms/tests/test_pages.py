"""The rules are public; a norm's figure is never called statutory."""

from __future__ import annotations

import pytest
from django.test import Client

ZH = {"Accept-Language": "zh-hans"}


@pytest.mark.django_db
def test_a_norm_is_shown_as_a_norm() -> None:
    page = Client().get("/rules/PCN-3.1.3.a", headers=ZH).content.decode()
    assert "24小时" in page
    assert "规范要求" in page
    assert "法定" not in page


@pytest.mark.django_db
def test_a_law_is_shown_as_statutory_with_its_article() -> None:
    page = Client().get("/rules/L-14", headers=ZH).content.decode()
    assert "法定" in page
    assert "消法 55(1)" in page


@pytest.mark.django_db
def test_every_clause_has_its_page_in_both_languages() -> None:
    listed = Client().get("/rules").content.decode()
    ids = {part.split('"')[0] for part in listed.split('href="/rules/')[1:]}
    assert len(ids) > 300
    for clause_id in sorted(ids)[::12]:
        for language in ("zh-hans", "en"):
            assert (
                Client().get(f"/rules/{clause_id}", headers={"Accept-Language": language}).status_code == 200
            )


@pytest.mark.django_db
def test_an_unknown_clause_is_not_there() -> None:
    assert Client().get("/rules/XXX-9").status_code == 404
