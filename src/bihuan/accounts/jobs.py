"""Clearing away what is past. Idempotent; ``project/schedule.py`` says when they run."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app

from bihuan.accounts.actions import list_erasures, purge_codes, purge_nonces
from bihuan.journal.time import now


@app.task(name="accounts.purge", queue="upkeep", pass_context=False)
def purge() -> None:
    """Sign-in codes, used nonces and sessions that are past. Every quarter of an hour is enough."""
    at = now()
    purge_codes(at=at)
    purge_nonces(at=at)
    SessionStore.clear_expired()


@app.task(name="accounts.list_erasures", queue="upkeep", pass_context=False)
def list_waiting_erasures() -> None:
    """Erased people that a crash kept from the list outside the database. At the start, and hourly."""
    list_erasures()
