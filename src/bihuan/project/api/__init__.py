"""The REST API /api/v1: the routers of the modules, assembled.

One form of error (problems), one way to repeat a request (once), strict reading (parsing), one document
(document), and a gate before all of it (gate).
"""

from __future__ import annotations

from bihuan.aftersales.api import router as aftersales
from bihuan.automation.api import router as automation
from bihuan.complaints.api import router as complaints
from bihuan.desk.api import router as desk
from bihuan.evidence.api import router as evidence
from bihuan.incidents.api import router as incidents
from bihuan.ledger.api import router as ledger
from bihuan.marketplace.api import router as orders
from bihuan.money.api import router as money
from bihuan.notices.api import router as notices
from bihuan.orders.api import router as order_services
from bihuan.project.api.assembly import Api
from bihuan.webhooks.api import router as webhooks

api = Api(
    title="Bihuan",
    version="1",
    description="Complaints, their clocks and their evidence. Amounts are fen, times carry their zone.",
    urls_namespace="api-v1",
)
api.add_router("/complaints", complaints)
api.add_router("/aftersales", aftersales)
api.add_router("/automation", automation)
api.add_router("/desk", desk)
api.add_router("/evidence", evidence)
api.add_router("/incidents", incidents)
api.add_router("", orders)
api.add_router("", money)
api.add_router("/ledger", ledger)
api.add_router("/notices", notices)
api.add_router("/order-services", order_services)
api.add_router("/webhooks", webhooks)
