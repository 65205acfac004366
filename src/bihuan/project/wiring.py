"""Where lower tiers meet upper ones: the registries that are filled once at the start."""

from __future__ import annotations

from bihuan.project import reactions


def connect() -> None:
    """Fill the registries. Every line names a lower tier's socket and an upper tier's plug."""
    reactions.install()
