"""Every write of the module, one verb each."""

from bihuan.notices.actions.alerting import add_browser, mark_all_read, remove_browser, set_alerts
from bihuan.notices.actions.placing import place, tell_many
from bihuan.notices.actions.queueing import Order, notice_id, queue, queue_code, queue_many
from bihuan.notices.actions.reports import (
    give_up,
    mark_accepted,
    mark_bounced,
    mark_delivered,
    mark_read,
    retry,
    set_preference,
    take_reports,
)
from bihuan.notices.actions.sending import Claim, claim, make, record, requeue_due
from bihuan.notices.actions.wordings import restore_wording, use_own_wording
from bihuan.notices.links import register_link

__all__ = [
    "Claim",
    "Order",
    "add_browser",
    "claim",
    "give_up",
    "make",
    "mark_accepted",
    "mark_all_read",
    "mark_bounced",
    "mark_delivered",
    "mark_read",
    "notice_id",
    "place",
    "queue",
    "queue_code",
    "queue_many",
    "record",
    "register_link",
    "remove_browser",
    "requeue_due",
    "restore_wording",
    "retry",
    "set_alerts",
    "set_preference",
    "take_reports",
    "tell_many",
    "use_own_wording",
]
