"""Every flow as the others see it, and how one opens another: the one table."""

from __future__ import annotations

from bihuan.aftersales import actions as aftersales_actions
from bihuan.aftersales import queries as aftersales
from bihuan.aftersales import rules as aftersales_rules
from bihuan.aftersales.permissions import P as AfterSales
from bihuan.aftersales.workflow import AFTERSALES
from bihuan.cases import kinds
from bihuan.cases.kinds import Kind, Site
from bihuan.complaints import actions as complaint_actions
from bihuan.complaints import queries as complaints
from bihuan.complaints import rules
from bihuan.complaints.permissions import P as Complaints
from bihuan.complaints.workflow import COMPLAINT
from bihuan.orders import actions as order_actions
from bihuan.orders import queries as orders
from bihuan.orders.services import Service
from bihuan.orders.workflow import ORDER


def install() -> None:
    """Make the flows known to the case file; done once at the start."""
    kinds.register(
        Kind(
            flow=COMPLAINT,
            name=("投诉", "complaint"),
            addresses={Site.DESK: "/desk/{id}", Site.CONSUMER: "/my/{id}", Site.PARTNER: "/partner/{id}"},
            beginnings=complaints.matters,
            file_for=complaints.file_for,
            types=rules.TYPES,
            asked=complaints.asked_of_consumer,
            results=complaints.results,
            story=complaint_actions.story,
            opener=complaint_actions.open_from,
            permission=Complaints.SUBMIT,
            register="/desk/new",
            apply="/complain",
        )
    )
    kinds.register(
        Kind(
            flow=AFTERSALES,
            name=("售后", "after-sales"),
            addresses={
                Site.DESK: "/desk/aftersales/{id}",
                Site.CONSUMER: "/my/aftersales/{id}",
                Site.PARTNER: "/partner/aftersales/{id}",
            },
            beginnings=aftersales.beginnings,
            file_for=aftersales.file_for,
            types=aftersales_rules.KINDS,
            asked=aftersales.asked_of_consumer,
            results=aftersales.results,
            story=aftersales_actions.story,
            opener=aftersales_actions.open_from,
            permission=AfterSales.SUBMIT,
            register="/desk/aftersales/new",
            apply="/aftersales/new",
        )
    )
    kinds.register(
        Kind(
            flow=ORDER,
            name=("订单服务", "order service"),
            addresses={
                Site.DESK: "/desk/orders/service/{id}",
                Site.CONSUMER: "/orders/service/{id}",
                Site.PARTNER: "/partner/orders/{id}",
            },
            beginnings=orders.beginnings,
            file_for=orders.file_for,
            types=tuple(map(str, Service)),
            results=orders.results,
            story=order_actions.story,
        )
    )
