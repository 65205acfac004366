"""What pages of money need in templates."""

from __future__ import annotations

from typing import Final

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bihuan.cases.labels import label, language

register = template.Library()
_LOOKS: Final = {
    "requested": ("azure", "clock-play"),
    "held": ("yellow", "user-check"),
    "sent": ("azure", "send"),
    "unknown": ("orange", "help-circle"),
    "initiated": ("azure", "clock-play"),
    "credited": ("green", "circle-check"),
    "failed": ("red", "circle-x"),
    "cancelled": ("secondary", "ban"),
}


@register.simple_tag
def refund_state(code: str) -> SafeString:
    """The state of a refund: word, sign and colour."""
    colour, sign = _LOOKS.get(code, ("secondary", "circle"))
    return format_html(
        '<span class="badge bg-{}-lt lg-state"><svg class="icon" aria-hidden="true"><use href="{}"/></svg>'
        "{}</span>",
        colour,
        f"{static('vendor/icons.svg')}#{sign}",
        label("money_state", code, language()),
    )


@register.filter
def debit(fen: int) -> str:
    """The amount where it is a debit."""
    return _yuan(fen) if fen > 0 else ""


@register.filter
def credit(fen: int) -> str:
    """The amount where it is a credit, without its sign."""
    return _yuan(-fen) if fen < 0 else ""


@register.filter
def side(fen: int) -> str:
    """A balance with its side as books write it: 借 ¥10.00, 贷 ¥10.00, 平."""
    if language() == "zh":
        return f"{'借' if fen > 0 else '贷'} {_yuan(abs(fen))}" if fen else "平"
    return f"{_yuan(abs(fen))} {'Dr' if fen > 0 else 'Cr'}" if fen else _yuan(0)


@register.filter
def signed(fen: int) -> str:
    """An amount with its sign: +¥10.00, -¥10.00."""
    return f"{'+' if fen >= 0 else '-'}{_yuan(abs(fen))}"


@register.filter
def turned(fen: int) -> str:
    """The same for what grows by credits, as a deposit does."""
    return signed(-fen)


def _yuan(fen: int) -> str:
    return f"¥{fen // 100:,}.{fen % 100:02d}"
