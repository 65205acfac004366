"""Where lower tiers meet upper ones: the registries that are filled once at the start."""

from __future__ import annotations

from bihuan.accounts import actions as accounts
from bihuan.aftersales import labels as aftersales_labels
from bihuan.aftersales import proofs as aftersales_proofs
from bihuan.cases import kinds, labels
from bihuan.cases import queries as cases
from bihuan.complaints import labels as complaint_labels
from bihuan.complaints import proofs
from bihuan.evidence.readers import register_reader
from bihuan.incidents import labels as incident_labels
from bihuan.incidents import queries as incidents
from bihuan.ledger import labels as ledger_labels
from bihuan.norms.words import register_words
from bihuan.notices.jobs import send_code
from bihuan.notices.links import register_link
from bihuan.orders import labels as order_labels
from bihuan.orders import proofs as order_proofs
from bihuan.project import openers, published, reactions
from bihuan.webhooks import actions as webhooks
from bihuan.workforce import queries as workforce


def connect() -> None:
    """Fill the registries. Every line names a lower tier's socket and an upper tier's plug."""
    complaint_labels.install()
    incident_labels.install()
    aftersales_labels.install()
    order_labels.install()
    ledger_labels.install()
    openers.install()
    reactions.install()
    proofs.install()
    order_proofs.install()
    aftersales_proofs.install()
    workforce.register_load(cases.loads)
    register_reader(cases.may_read)
    register_link(kinds.path_of)
    register_link(published.path_of)
    register_link(incidents.path_of)
    register_words(labels.label)
    accounts.register_code_sender(send_code)
    accounts.register_retention(cases.retention)
    webhooks.register_publication(published.names, published.receivers)
