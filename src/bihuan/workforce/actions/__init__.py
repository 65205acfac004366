"""Every write of the module, one verb each."""

from bihuan.workforce.actions.effort import set_effort
from bihuan.workforce.actions.people import (
    MOST,
    cancel_shift,
    end_absence,
    hire,
    issue_certificate,
    leave,
    plan_shift,
    record_absence,
    revoke_certificate,
    set_capacity,
    set_education,
    set_skills,
    set_status,
    warn_certificates,
)
from bihuan.workforce.actions.units import NewState, change_unit, close_unit, open_unit

__all__ = [
    "MOST",
    "NewState",
    "cancel_shift",
    "change_unit",
    "close_unit",
    "end_absence",
    "hire",
    "issue_certificate",
    "leave",
    "open_unit",
    "plan_shift",
    "record_absence",
    "revoke_certificate",
    "set_capacity",
    "set_education",
    "set_effort",
    "set_skills",
    "set_status",
    "warn_certificates",
]
