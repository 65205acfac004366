"""The stage of the complaints' tests: people and orders at a fixed time."""

from bihuan.complaints.tests.conftest import AT, played, set_stage

__all__ = ["AT", "played", "set_stage"]
