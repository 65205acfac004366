"""Every read of the module."""

from bihuan.workforce.queries.people import (
    Eligibility,
    Load,
    Reason,
    absences,
    candidates,
    certificates,
    ending,
    may_work,
    register_load,
    shifts,
    team_of,
    uncertified,
    worker,
    workers,
)
from bihuan.workforce.queries.presence import There, effort_history, efforts, there
from bihuan.workforce.queries.units import Node, history, places, state_of, states, teams_within, tree

__all__ = [
    "Eligibility",
    "Load",
    "Node",
    "Reason",
    "There",
    "absences",
    "candidates",
    "certificates",
    "effort_history",
    "efforts",
    "ending",
    "history",
    "may_work",
    "places",
    "register_load",
    "shifts",
    "state_of",
    "states",
    "team_of",
    "teams_within",
    "there",
    "tree",
    "uncertified",
    "worker",
    "workers",
]
