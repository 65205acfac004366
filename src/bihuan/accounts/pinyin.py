"""Sort keys for Chinese names: the database compares bytes, people read pinyin."""

from __future__ import annotations

import unicodedata

from pypinyin import lazy_pinyin


def sort_key(name: str) -> str:
    """Lower-case pinyin, syllables kept apart by a space so that 西安 comes before 先."""
    text = unicodedata.normalize("NFKC", name).casefold().strip()
    return " ".join(part for part in lazy_pinyin(text) if part.strip())
