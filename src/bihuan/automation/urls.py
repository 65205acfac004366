"""Addresses of automation, in the desk's site."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.automation import pages

app_name = "automation"
_RULE, _MACRO = "desk/automation/rules/<uuid:plan_id>", "desk/automation/macros/<uuid:plan_id>"
urlpatterns: list[URLPattern] = [
    path("desk/automation", pages.listed, name="list"),
    path("desk/automation/rules/<uuid:rule_id>", pages.rule, name="rule"),
    path(f"{_RULE}/condition", pages.condition, name="condition"),
    path(f"{_RULE}/action", pages.action, name="action"),
    path(f"{_RULE}/action/drop", pages.drop_action, name="drop_action"),
    path(f"{_RULE}/switch", pages.switch, name="switch"),
    path(f"{_RULE}/remove", pages.remove_rule, name="remove_rule"),
    path("desk/automation/macros/<uuid:macro_id>", pages.macro, name="macro"),
    path(f"{_MACRO}/step", pages.step, name="step"),
    path(f"{_MACRO}/step/drop", pages.drop_step, name="drop_step"),
    path(f"{_MACRO}/remove", pages.remove_macro, name="remove_macro"),
    path(f"{_RULE}/steps/<slug:step>", pages.planned, {"kind": "rule"}, name="plan_rule"),
    path(f"{_MACRO}/steps/<slug:step>", pages.planned, {"kind": "macro"}, name="plan_macro"),
    path("desk/<uuid:case_id>/macros", pages.for_case, name="for_case"),
    path("desk/<uuid:case_id>/macros/<uuid:macro_id>", pages.run, name="run"),
]
