"""The words: every built-in file is sound, and wrong ones are refused by name."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from bihuan.notices.errors import UnknownKind, WordingError, WrongParams
from bihuan.notices.models import Channel
from bihuan.notices.rendering import Rendered, clean_params, render
from bihuan.notices.wording import Template, catalogue, fill, parse, template

GOOD = """
kind: sample
title: {zh: 样例, en: Sample}
audience: person
channels: [station]
params:
  number: code
  amount?: money
texts:
  zh: {title: '{number}', body: "您好\\n金额{amount}。"}
  en: {title: '{number}', body: "Hello\\nAmount {amount}."}
"""
WRONG = {
    "unknown placeholders ['amout']": GOOD.replace("金额{amount}", "金额{amout}"),
    "a brace stands alone": GOOD.replace("Hello", "Hello {"),
    "unknown placeholders ['number.__class__']": GOOD.replace("Hello", "{number.__class__}"),
    "unknown placeholders ['']": GOOD.replace("Hello", "{}"),
    "stands twice": GOOD + "kind: sample\n",
    "unknown keys": GOOD + "colour: red\n",
    "missing keys": GOOD.replace("audience: person\n", ""),
    "not the name of the file": GOOD.replace("kind: sample", "kind: other"),
    "channels are not": GOOD.replace("[station]", "[pigeon]"),
    "audience is none": GOOD.replace("audience: person", "audience: everybody"),
    "neither one of": GOOD.replace("number: code", "number: sentence"),
    "no lawful name": GOOD.replace("number: code", "name: code"),
    "not given in zh and en": GOOD.replace("  en: {", "  fr: {"),
    "zh title: empty": GOOD.replace("zh: {title: '{number}'", "zh: {title: ''"),
    "has not just title": GOOD.replace("zh: {title", "zh: {telex: x, title"),
    "not a mapping": "- a\n- b\n",
    "could not": "kind: !!python/object/apply:os.system [id]\n",
}


@pytest.mark.parametrize("why", WRONG)
def test_wrong_files_are_refused(why: str) -> None:
    with pytest.raises(WordingError) as caught:
        parse("sample", WRONG[why])
    assert why in str(caught.value)


def test_every_kind_asked_for_is_there() -> None:
    wanted = {
        "acceptance", "supplement_request", "supplement_reminder", "refusal", "progress", "extension",
        "evidence_request", "default_warning", "default_finding", "offer", "counter", "decision", "result",
        "follow_up", "appeal_received", "appeal_decided", "clock_warning", "clock_breach",
        "clock_escalation", "major", "sign_in_code", "invitation", "handover", "mention",
    }  # fmt: skip
    assert wanted <= set(catalogue())


FACTS = {
    "code": "TS-1", "int": 3, "money": 16667, "time": "2026-10-13T10:00:00+08:00",
    "due": "2026-10-14T00:00:00+08:00",
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(catalogue()))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_built_in_text_renders_in_both_languages(kind: str, language: str) -> None:
    words = template(kind)
    params = {
        name: next(iter(p.words)) if p.words else FACTS[p.type]
        for name, p in words.params.items()
        if p.words or p.type in FACTS
    }
    values = {name: "x" for name in words.params} | {"name": "王小明", "link": "https://x/c"}
    for channel in Channel.values:
        part = channel if channel in ("sms", "push") else "body"
        assert "{" not in fill(words.text(part, language), values)
    made = show(words, {k: v for k, v in params.items()}, language)
    assert made.title
    assert made.body
    chinese = any("\u4e00" <= c <= "\u9fff" for c in made.title + made.body)
    assert chinese is language.startswith("zh")


def show(
    words: Template, params: dict[str, object], language: str = "zh-hans", channel: str = "station"
) -> Rendered:
    given = {
        name: p
        for name, p in words.params.items()
        if p.type in ("text", "person", "secret") and not p.optional
    }
    stand_in = Template(words.kind, dict(words.content) | {
        "params": {n: ("code" if n in given else v) for n, v in words.content["params"].items()}
    })  # fmt: skip
    kept = clean_params(stand_in, params | dict.fromkeys(given, "T-1"))
    return render(
        stand_in, channel=channel, language=language, recipient_id=None, params=kept, secrets={}, path="c/1"
    )


def test_a_line_without_its_value_is_left_out() -> None:
    words = parse("sample", GOOD)
    assert show(words, {"number": "A"}).body == "您好"
    assert show(words, {"number": "A", "amount": 0}).body == "您好"
    assert show(words, {"number": "A", "amount": 1_666_705}).body == "您好\n金额16,667.05元。"
    assert show(words, {"number": "A", "amount": 5}, "en").body == "Hello\nAmount CNY 0.05."


def test_an_end_at_midnight_is_the_24th_hour_of_the_day_before() -> None:
    made = show(template("supplement_reminder"), {"number": "A", "due_at": "2026-10-14T00:00:00+08:00"})
    assert "2026年10月13日 24:00前补充" in made.body
    made = show(
        template("supplement_reminder"), {"number": "A", "due_at": datetime(2026, 10, 13, 10, tzinfo=UTC)}
    )
    assert "2026年10月13日 18:00前补充" in made.body


def test_an_sms_is_one_line() -> None:
    made = show(
        template("refusal"),
        {"number": "A", "ground": "duplicate", "routes": ["court", "moon"]},
        channel="sms",
    )
    assert "\n" not in made.body
    assert "其他途径：向人民法院提起诉讼、moon。" in made.body


def test_values_are_not_read_as_words() -> None:
    assert fill("{a} {b}", {"a": "{b}", "b": "2"}) == "{b} 2"


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"number": None},
        {"number": "张三 的投诉"},
        {"number": "a\nBcc: x"},
        {"number": "x" * 121},
        {"number": {"a": 1}},
        {"number": "A", "amount": "12"},
        {"number": "A", "amount": True},
        {"number": "A", "amount": -1},
        {"number": "A", "amount": 1.5},
        {"number": "A", "extra": "你好"},
        {"number": "A", "extra": ["<script>"]},
        {"number": "A", "extra": {"a": "b"}},
        {"number": "A", "extra": ["a"] * 51},
    ],
)
def test_hostile_parameters_are_refused(params: dict[str, object]) -> None:
    with pytest.raises(WrongParams):
        clean_params(parse("sample", GOOD), params)


def test_ids_and_codes_that_a_reaction_wants_back_are_kept() -> None:
    made: UUID = uuid4()
    kept = clean_params(parse("sample", GOOD), {"number": "A", "offer_id": made, "to": ["x", "y"], "n": 3})
    assert kept == {"number": "A", "offer_id": str(made), "to": ["x", "y"], "n": 3}


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownKind):
        template("birthday")


def test_an_operators_own_words_replace_ours(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "sample.yaml").write_text(GOOD, "utf-8")
    monkeypatch.setenv("BIHUAN_NOTICE_TEXTS", str(tmp_path))
    catalogue.cache_clear()
    assert template("sample").label("zh-hans") == "样例"
    monkeypatch.undo()
    catalogue.cache_clear()
