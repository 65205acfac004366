"""Every write of the module, one verb each."""

from bihuan.automation.actions.firing import attend, collect, fire
from bihuan.automation.actions.macros import (
    add_macro_step,
    create_macro,
    drop_macro_step,
    remove_macro,
    run_macro,
)
from bihuan.automation.actions.rules import (
    add_action,
    create_rule,
    drop_action,
    remove_rule,
    set_condition,
    switch_rule,
)

__all__ = [
    "add_action",
    "add_macro_step",
    "attend",
    "collect",
    "create_macro",
    "create_rule",
    "drop_action",
    "drop_macro_step",
    "fire",
    "remove_macro",
    "remove_rule",
    "run_macro",
    "set_condition",
    "switch_rule",
]
