"""Run as a program: books one entry of the journal and is killed at a given point.

``python -m bihuan.ledger.tests.dying POINT ENTRY_ID AT``
"""

from __future__ import annotations

import sys
from datetime import datetime

import django

from bihuan.money.tests.dying import die, then_die


def main() -> None:
    django.setup()
    from bihuan.ledger.actions import booking
    from bihuan.project import reactions

    point, entry_id, at = sys.argv[1:]
    if point == "before_posting":
        booking.post = die  # type: ignore[assignment]
    elif point == "posted_not_committed":
        booking.post = then_die(booking.post)  # type: ignore[assignment]
    reactions.react(entry_id=int(entry_id), reaction="ledger.book", at=datetime.fromisoformat(at))
    die()


if __name__ == "__main__":
    main()
