"""Sort keys for Chinese names: the database compares bytes, people read pinyin."""

from __future__ import annotations

import unicodedata


def sort_key(name: str) -> str:
    """Lower-case pinyin, syllables kept apart by a space so that 西安 comes before 先."""
    # its table of phrases takes 44 MB: only processes that write names of organisations load it
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    text = unicodedata.normalize("NFKC", name).casefold().strip()
    return " ".join(part for part in lazy_pinyin(text) if part.strip())
