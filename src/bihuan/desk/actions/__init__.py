"""Every write of the module."""

from bihuan.desk.actions.snoozing import snooze, wake
from bihuan.desk.actions.together import MOST, STEPS, Done, together
from bihuan.desk.actions.views import remove_view, save_view

__all__ = ["MOST", "STEPS", "Done", "remove_view", "save_view", "snooze", "together", "wake"]
