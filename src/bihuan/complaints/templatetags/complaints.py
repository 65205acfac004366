"""What the pages of a complaint's consumers and merchants need in templates."""

from __future__ import annotations

from django import template

from bihuan.complaints.fields import WORDS

register = template.Library()


@register.simple_tag
def consequence(step: str) -> str:
    """What a step brings about: ``{% consequence "withdraw" %}``."""
    return WORDS.consequence_of(step)
