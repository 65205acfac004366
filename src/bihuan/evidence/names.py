"""File names that may be shown: without paths, control characters, and what looks like personal data."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 60
_NUMBER = re.compile(r"\d{6,}|\d{3,4}([-_ .]\d{3,4}){2,}[xX]?")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+")
_UNSAFE = re.compile(r'[<>:"|?*%&;`$\'\\\x00-\x1f\x7f]+')


def clean_name(name: str, extension: str) -> str:
    """A name to show and to download under; long numbers and mail addresses are masked.

    The extension is that of the content, whatever the name said. A name of which nothing is left
    becomes ``file``.
    """
    base = unicodedata.normalize("NFC", name.replace("\\", "/")).rsplit("/", 1)[-1]
    base = "".join(c for c in base if unicodedata.category(c)[0] != "C")
    stem = base.rsplit(".", 1)[0] if "." in base.strip(".") else base
    stem = _NUMBER.sub("…", _MAIL.sub("…", stem))
    stem = _UNSAFE.sub(" ", stem)
    stem = re.sub(r"\s+", " ", stem).strip(" .")[:LONGEST].strip(" .")
    return f"{stem or 'file'}.{extension}"
