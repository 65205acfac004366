"""What happens to macros and rules, and each time that one ran."""

from __future__ import annotations

from uuid import UUID

from bihuan.journal.events import Event, event


@event("automation.macro_saved", zh="保存宏（{steps} 步）", en="Macro saved ({steps} steps)")
class MacroSaved(Event):
    steps: int


@event("automation.macro_removed", zh="删除宏", en="Macro removed")
class MacroRemoved(Event):
    pass


@event(
    "automation.macro_run",
    zh="执行宏：完成 {taken} 步，共 {steps} 步",
    en="Macro run: {taken} of {steps} steps",
)
class MacroRun(Event):
    case_id: UUID
    steps: int
    taken: int
    refused: str | None = None


@event("automation.rule_saved", zh="保存自动规则（{trigger}）", en="Rule saved ({trigger})")
class RuleSaved(Event):
    trigger: str
    conditions: int
    actions: int


@event(
    "automation.rule_switched", zh="自动规则开关：{state}（{reason}）", en="Rule switched: {state} ({reason})"
)
class RuleSwitched(Event):
    state: str
    reason: str


@event("automation.rule_removed", zh="删除自动规则", en="Rule removed")
class RuleRemoved(Event):
    pass


@event("automation.rule_fired", zh="自动规则触发：{outcome}", en="Rule fired: {outcome}")
class RuleFired(Event):
    case_id: UUID
    firing_id: UUID
    outcome: str
    done: int
    entry_id: int | None = None
    clock_id: UUID | None = None
