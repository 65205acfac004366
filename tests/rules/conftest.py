"""The shipped rulebooks and the working calendar of 2004 to 2026, read once."""

from __future__ import annotations

import pytest

from bihuan.engine.clock import Calendars
from bihuan.norms import arrangement
from bihuan.norms.reading import Library, read


@pytest.fixture(scope="session")
def library() -> Library:
    return read()


@pytest.fixture(scope="session")
def calendars() -> Calendars:
    """Without 2027, whatever the installed package knows: its arrangement is provisional in the scenarios."""
    years = [year for year in arrangement.shipped() if 2004 <= year.year <= 2026]
    return Calendars(arrangement.combined(years))
