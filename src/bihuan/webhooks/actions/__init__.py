"""Every write of the module, one verb each."""

from bihuan.webhooks.actions.collecting import collect, place
from bihuan.webhooks.actions.replaying import replay, replay_span, send_test
from bihuan.webhooks.actions.sending import Claim, claim, make, purge, record, requeue_due
from bihuan.webhooks.actions.subscribing import Created, change, create, remove, rotate, switch
from bihuan.webhooks.published import register_publication

__all__ = [
    "Claim",
    "Created",
    "change",
    "claim",
    "collect",
    "create",
    "make",
    "place",
    "purge",
    "record",
    "register_publication",
    "remove",
    "replay",
    "replay_span",
    "requeue_due",
    "rotate",
    "send_test",
    "switch",
]
