"""The report as files: the figures of spreadsheet and paper are those of the page."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.test import Client

from bihuan.accounts.permissions import Role
from bihuan.accounts.tests.factories import organisation
from bihuan.compliance import paper
from bihuan.compliance.tests.clocks import stopped
from bihuan.compliance.tests.conftest import AT
from bihuan.compliance.tests.site import as_role, text_of
from bihuan.compliance.tests.test_pages_conformity import MONTH, some_of_each
from bihuan.journal.actor import PROGRAM, Actor, ActorKind
from bihuan.norms import actions as norms
from bihuan.norms.tests.books import KNOWN, write_book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_book")]
LAWYER = Actor(id=uuid4(), kind=ActorKind.STAFF, roles=frozenset({"officer_legal"}))
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
NAMES = ("met", "late", "overdue", "open", "cancelled", "provisional", "imported")


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    """The cells of every sheet by its name, read without the library that wrote them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        strings = [
            "".join(node.itertext())
            for node in ElementTree.fromstring(archive.read("xl/sharedStrings.xml")).findall("m:si", NS)
        ]
        names = [
            s.attrib["name"]
            for s in ElementTree.fromstring(archive.read("xl/workbook.xml")).iterfind(".//m:sheet", NS)
        ]
        found = {}
        for number, name in enumerate(names, 1):
            root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            found[name] = [[_cell(c, strings) for c in row] for row in root.iterfind(".//m:row", NS)]
        return found


def _cell(node: Any, strings: list[str]) -> Any:
    value = node.findtext("m:v", namespaces=NS)
    return strings[int(value)] if node.attrib.get("t") == "s" else float(value) if value else None


def file(client: Client, page: str, kind: str) -> bytes:
    (path,) = (p for p, _ in links_of(page, kind))
    answer = client.get(path)
    assert answer.status_code == 200, answer.content[:300]
    assert f"conformity-20260901-20260930.{kind}" in answer.headers["Content-Disposition"]
    return answer.content


def links_of(page: str, kind: str) -> list[tuple[str, str]]:
    found = re.findall(rf'href="(/oversight/conformity\.{kind}\?[^"]+)"', page)
    return [(path.replace("&amp;", "&"), "") for path in found]


def on_page(page: str) -> list[int]:
    """The figures of the total on the page, in the order of the columns."""
    part = page.split('class="ov-sum-cells"')[1].split("</dl>")[0]
    return [int(n.replace(",", "")) for n in re.findall(r"<dd><(?:a|span)[^>]*>([\d,]+)</", part)]


def test_the_spreadsheet_has_the_figures_of_the_page() -> None:
    some_of_each()
    client = as_role(Role.AUDITOR)
    page = text_of(client, MONTH)
    found = sheets(file(client, page, "xlsx"))
    assert found["Total"][-1] == ["Total", 0.5, *map(float, on_page(page))]
    assert on_page(page) == [2, 1, 1, 1, 1, 1, 1]
    (row,) = (r for r in found["Norm"] if r and r[0] == "PCN-3.4.b")
    assert row[2:] == [0.5, 2, 1, 1, 1, 1, 1, 1]
    assert "Telling" in row[1]


def test_a_rate_is_cut_as_on_the_page_and_never_rounded_up() -> None:
    for n in range(29):
        stopped(AT, "met" if n else "late")
    client = as_role(Role.AUDITOR)
    page = text_of(client, MONTH)
    assert "96.5%" in page
    assert sheets(file(client, page, "xlsx"))["Total"][-1][1] == 0.965


def test_by_merchant_every_group_is_there_with_its_name() -> None:
    shop = organisation(name="=小店")
    stopped(AT, "late", merchant_id=shop.id)
    stopped(AT, "met")
    client = as_role(Role.AUDITOR, language="zh-hans")
    page = text_of(client, f"{MONTH}&by=merchant")
    rows = sheets(file(client, page, "xlsx"))["按商家"]
    assert [row[0] for row in rows[-2:]] == ["=小店", "未涉及商家"]
    assert next(row for row in rows if row[0] == "=小店")[1:4] == [0, 0, 1]


def test_what_was_switched_off_and_what_is_the_operators_own_is_told_with_its_reason(
    small_book: Path, tmp_path_factory: pytest.TempPathFactory, settings: Any
) -> None:
    own = tmp_path_factory.mktemp("own")
    note = {"zh": "与商家另有约定", "en": "agreed with the merchants"}
    write_book(own, limit="12h", note=note)
    settings.RULEBOOK_OVERRIDES = str(own)
    norms.load_rulebooks(actor=PROGRAM, at=AT, known=KNOWN)
    norms.switch_off(clause_id="PCN-3.4.b", reason="合同另有约定", actor=LAWYER, at=AT)
    client = as_role(Role.AUDITOR, language="zh-hans")
    page = text_of(client, MONTH)
    told = page.split('id="departures"')[1].split("</section>")[0]
    rows = sheets(file(client, page, "xlsx"))["与随附规则不同之处"]
    for words in ("合同另有约定", "与商家另有约定", "停用", "自有文本 时限 24小时 → 12小时"):
        assert any(words in str(cell) for row in rows for cell in row), words
        assert words in told.replace('</span> <span class="bh-small">', " "), words


def test_without_departures_that_is_said() -> None:
    assert "本期间没有：无条款停用" in text_of(as_role(Role.AUDITOR, language="zh-hans"), MONTH)


needs_font = pytest.mark.skipif(
    not any(Path(path).is_file() for path in paper.KNOWN), reason="NO CHINESE FONT: the paper was not tried"
)


@needs_font
def test_the_paper_has_the_figures_of_the_page() -> None:
    some_of_each()
    client = as_role(Role.AUDITOR, language="zh-hans")
    page = text_of(client, MONTH)
    content = file(client, page, "pdf")
    assert content.startswith(b"%PDF-")
    assert b"/FontFile" in content or b"FontFile3" in content
    if shutil.which("pdftotext"):
        done = subprocess.run(
            ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
        )
        text = done.stdout.decode()
        assert re.search(r"合计\s+50\.0%\s+2\s+1\s+1\s+1\s+1\s+1\s+1\s", text)
        assert "符合性 2026-09-01 – 2026-09-30" in text


def test_the_rows_of_the_paper_are_those_of_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the font: each cell that goes onto the paper is the one that the tables hold."""
    if not any(Path(path).is_file() for path in paper.KNOWN):
        pytest.skip("no Chinese font")
    some_of_each()
    seen: list[list[str]] = []
    words = paper._words
    monkeypatch.setattr(paper, "_words", lambda cell: seen.append([words(cell)]) or words(cell))
    client = as_role(Role.AUDITOR)
    page = text_of(client, MONTH)
    file(client, page, "pdf")
    flat = [one for row in seen for one in row]
    start = flat.index("Total")
    assert flat[start + 1 : start + 9] == ["50.0%", *map(str, on_page(page))]


def test_without_a_font_there_is_a_clear_refusal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(paper.VARIABLE, str(tmp_path / "none.ttf"))
    client = as_role(Role.AUDITOR)
    ((path, _),) = links_of(text_of(client, MONTH), "pdf")
    answer = client.get(path)
    assert answer.status_code == 503
    assert "no font with Chinese signs" in answer.content.decode()
    (tmp_path / "none.ttf").write_bytes(b"no font at all")
    assert client.get(path).status_code == 503


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_who_may_not_see_the_report_gets_no_file(kind: str, client: Client) -> None:
    assert as_role(Role.OFFICER_PRODUCT).get(f"/oversight/conformity.{kind}").status_code == 403
    assert client.get(f"/oversight/conformity.{kind}").status_code == 302
    assert as_role(Role.AUDITOR).get(f"/oversight/conformity.{kind}?from=x&to=y").status_code == 422
