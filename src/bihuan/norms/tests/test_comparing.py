"""Differences between texts of a clause."""

from __future__ import annotations

from bihuan.norms.comparing import Changed, Piece, compared, pieces


def test_only_what_differs_the_weighty_first() -> None:
    old = {"id": "A-1", "note": "x", "limit": {"2026-01-01": "24h"}, "title": {"zh": "甲"}}
    new = {"id": "A-1", "limit": {"2026-01-01": "12h"}, "title": {"zh": "乙"}, "warn": "50%"}
    assert compared(old, new) == [
        Changed("title", {"zh": "甲"}, {"zh": "乙"}),
        Changed("limit", {"2026-01-01": "24h"}, {"2026-01-01": "12h"}),
        Changed("note", "x", None),
        Changed("warn", None, "50%"),
    ]
    assert compared(old, old) == []


def test_chinese_by_sign_and_english_by_word() -> None:
    assert pieces("24小时内告知。", "12小时内告知。") == [
        Piece("gone", "24"),
        Piece("come", "12"),
        Piece("same", "小时内告知。"),
    ]
    assert pieces("Told within 24 h.", "Told soon.") == [
        Piece("same", "Told "),
        Piece("gone", "within 24 h"),
        Piece("come", "soon"),
        Piece("same", "."),
    ]
    assert pieces("", "新") == [Piece("come", "新")]
    assert pieces("同", "同") == [Piece("same", "同")]
