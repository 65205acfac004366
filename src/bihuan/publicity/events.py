"""What was shown to the public."""

from __future__ import annotations

from bihuan.journal.events import Event, event


@event(
    "public.page_shown",
    zh="公示页内容：投诉电话 {phone}，邮箱 {mail}，承诺 {promises} 项",
    en="Public page: telephone {phone}, mail {mail}, {promises} promises",
)
class PageShown(Event):
    """``digest`` is the SHA-256 of what the page says, so that a later change shows."""

    phone: bool
    mail: bool
    promises: int
    digest: str
