from __future__ import annotations

from collections.abc import Iterator

import pytest

from bihuan.marketplace.tests.serving import Setup, running


@pytest.fixture
def bank(settings: object) -> Iterator[Setup]:
    """The reference marketplace as the payment side."""
    with running() as made:
        settings.MARKETPLACE = made.config  # type: ignore[attr-defined]
        yield made
