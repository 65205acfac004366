"""When Python looks for garbage: not while the program is loaded, whose objects all stay.

Loading makes some 600,000 objects that live as long as the process. Looking through them again and again
cost a fifth of the start and, afterwards, pauses of many milliseconds in the midst of requests.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

YOUNG: Final = 20_000
"""New objects after which the young ones are looked through; a request makes about as many."""


@contextmanager
def loading() -> Iterator[None]:
    """Around the loading of the program: no garbage is looked for, and what was loaded is left out later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(YOUNG, 10, 10)
        gc.enable()
