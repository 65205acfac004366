"""Every write of the module."""

from bihuan.desk.actions.shift import AT_ONCE, Confirmed, HandedOn, Passed, confirm, hand_on
from bihuan.desk.actions.snoozing import snooze, wake
from bihuan.desk.actions.together import MOST, STEPS, Done, together
from bihuan.desk.actions.views import remove_view, save_view

__all__ = [
    "AT_ONCE",
    "MOST",
    "STEPS",
    "Confirmed",
    "Done",
    "HandedOn",
    "Passed",
    "confirm",
    "hand_on",
    "remove_view",
    "save_view",
    "snooze",
    "together",
    "wake",
]
