"""What the pages of consumers and merchants need in templates."""

from __future__ import annotations

from django import template

from bihuan.complaints.pages import sides

register = template.Library()


@register.simple_tag
def consequence(step: str) -> str:
    """What a step brings about: ``{% consequence "withdraw" %}``."""
    return sides.consequence(step)
