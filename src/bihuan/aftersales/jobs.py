"""What the program does by itself: reminders, ends, last notices, decisions that pass, parcels."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from procrastinate.contrib.django import app

from bihuan.aftersales import actions, queries
from bihuan.cases.attending import attended
from bihuan.journal.actor import PROGRAM
from bihuan.journal.time import now
from bihuan.marketplace import actions as marketplace


def attend(*, at: datetime) -> int:
    """Everything that is due now, each case in its own transaction; returns how much was done.

    A case that fails is logged and does not stop the rest; it is tried again next time.
    """
    steps = {
        "remind": actions.remind_materials,
        "expire": actions.expire,
        "warn": actions.warn_merchant,
        "pass": actions.pass_decision,
        "warn_inspection": actions.warn_inspection,
        "pass_inspection": actions.pass_inspection,
        "close": actions.close_silent,
    }
    return sum(
        attended(partial(steps[what], case_id=case_id, actor=PROGRAM, at=at))
        for case_id, what in queries.due(at)
    )


def follow(*, at: datetime) -> int:
    """Ask the marketplace for the parcels that are due to be looked at; over the network, outside any
    transaction. No answer changes nothing but when it is asked again."""
    return sum(attended(partial(_look, parcel, at)) for parcel in queries.parcels_due(at))


def _look(parcel: queries.Followed, at: datetime) -> None:
    found = marketplace.track(carrier=parcel.carrier, tracking_number=parcel.tracking_number)
    points = [
        {"at": point.at.isoformat(), "code": str(point.code), "place": point.place} for point in found.track
    ] if found else []  # fmt: skip
    actions.track(
        case_id=parcel.case_id,
        actor=PROGRAM,
        at=at,
        parcel_id=parcel.id,
        state=str(found.state) if found else parcel.state,
        points=points or parcel.track,
        delivered_at=found.delivered_at if found else None,
    )


@app.periodic(cron="* * * * *")
@app.task(name="aftersales.attend", queue="clocks", queueing_lock="aftersales.attend")
def attend_due(timestamp: int) -> None:
    """Every minute."""
    del timestamp
    attend(at=now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="aftersales.follow", queue="marketplace", queueing_lock="aftersales.follow")
def follow_parcels(timestamp: int) -> None:
    """Every five minutes."""
    del timestamp
    follow(at=now())
