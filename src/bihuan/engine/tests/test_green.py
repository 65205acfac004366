"""Urgent needs from products and words, and what is denied."""

from __future__ import annotations

import pytest

from bihuan.engine.green import Need, codes, find, word_of

VALUES = {
    "haste": ["急用", "等着", "urgent"],
    "needs": [
        {"code": "medicine", "products": ["medicine"], "words": ["药品", "胰岛素", "insulin"]},
        {"code": "elderly", "beside": ["老人", "elderly"]},
    ],
}


@pytest.mark.parametrize(
    ("text", "categories", "need"),
    [
        ("退热贴少了一盒", ["food", "medicine"], Need("medicine", "product", "medicine")),
        ("还没收到胰岛素", [], Need("medicine", "words", "words.1")),
        ("Where is my INSULIN?", [], Need("medicine", "words", "words.2")),
        ("家里老人等着用", [], Need("elderly", "words", "beside.0")),
        ("老人鞋不合脚", [], None),
        ("这不是药品，是零食", [], None),
        ("不是零食，是药品", [], Need("medicine", "words", "words.0")),
        ("this is not for an elderly person, but urgent", [], None),
        ("并非急用，给老人买的", [], None),
        ("", [], None),
    ],
)
def test_need(text: str, categories: list[str], need: Need | None) -> None:
    assert find(VALUES, text=text, categories=categories) == need


def test_a_product_goes_before_a_word() -> None:
    values = {"needs": [VALUES["needs"][1], VALUES["needs"][0]], "haste": ["急用"]}
    assert find(values, text="老人急用", categories=["medicine"]) == Need("medicine", "product", "medicine")


def test_the_word_behind_a_place() -> None:
    assert word_of(VALUES, "medicine", "words.1") == "胰岛素"
    assert (word_of(VALUES, "medicine", "words.9"), word_of(VALUES, "medicine", "medicine")) == ("", "")
    assert word_of(VALUES, "gone", "words.0") == ""
    assert codes(VALUES) == ("medicine", "elderly")
