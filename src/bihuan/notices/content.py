"""The words and secrets that belong to one notice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.notices.models import Notice
from bihuan.notices.sealing import unseal
from bihuan.notices.wording import Template, template


def template_of(notice: Notice) -> Template:
    """The words that this notice went out with, or those of today where it has not."""
    if notice.wording_id in (None, template(notice.kind).sha256) or notice.wording is None:
        return template(notice.kind)
    return Template(notice.kind, notice.wording.content)


def secrets(notice: Notice) -> Mapping[str, Any]:
    return unseal(notice.id, bytes(notice.sealed)) if notice.sealed else {}
