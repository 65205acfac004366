"""What the codes of order services are called, Chinese first."""

# ruff: noqa: E501 (tables of words, where Chinese counts double)
from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bihuan.cases import labels
from bihuan.cases.labels import Pair
from bihuan.orders.workflow import STATES, WORKFLOW

SERVICES: Final[Mapping[str, Pair]] = {
    "change_address": ("修改收货地址", "change of address"), "change_recipient": ("修改收货人", "change of recipient"),
    "change_phone": ("修改收货电话", "change of telephone"), "cancel": ("取消订单", "cancellation"),
    "intercept": ("拦截退回", "interception of the parcel"), "invoice": ("补开发票", "invoice anew"),
    "urge_shipment": ("催促发货", "urging shipment"),
}  # fmt: skip
WHYS: Final[Mapping[str, Pair]] = {
    "shipped": ("已发货", "shipped already"), "arrived": ("已签收", "arrived already"), "cancelled": ("订单已取消", "the order is cancelled"),
    "unpaid": ("尚未付款", "not paid yet"), "not_shipped": ("尚未发货", "not shipped yet"), "no_parcel": ("没有在途包裹", "no parcel on the way"),
    "several_parcels": ("分成多个包裹", "in several parcels"), "open_already": ("正在办理", "under way already"),
    "being_cancelled": ("订单正在取消", "the order is being cancelled"), "order_absent": ("交易平台查无此订单", "no such order"),
    "parcel_absent": ("承运方查无此件", "no such parcel"), "delivered": ("承运方已投递", "delivered already"),
    "out_for_delivery": ("正在派送", "out for delivery"), "carrier_refused": ("承运方无法办理", "the carrier cannot do it"),
    "merchant_refused": ("商家无法办理", "the merchant cannot do it"), "issued_already": ("发票已开具", "issued already"),
    "address_outside": ("超出配送范围", "outside the delivery area"), "refused": ("对方未予办理", "refused by the other side"),
}  # fmt: skip
ROUTES: Final[Mapping[str, Pair]] = {
    "follow": ("查看办理进度", "follow what is under way"), "order_again": ("重新下单", "order again"),
    "ask_us": ("联系客服", "ask the service desk"), "aftersales": ("申请售后", "apply for after-sales"),
    "intercept": ("请承运方拦截退回", "have the carrier bring it back"), "refuse_delivery": ("送达时拒收", "refuse it at the door"),
    "return": ("签收后申请退货", "return it after receipt"), "cancel": ("直接取消订单", "cancel the order"),
    "pay": ("先付款或让订单关闭", "pay, or let the order lapse"), "track": ("查看物流", "follow the parcel"),
    "redirect": ("请承运方改派", "have the carrier redirect it"), "complain": ("投诉", "complain"), "collect": ("与承运方约定自取或改期", "agree on collection or another day with the carrier"),
}  # fmt: skip
TABLES: Final[Mapping[str, Mapping[str, Pair]]] = {
    "state": STATES,
    "step": {step.name: (step.zh, step.en) for step in WORKFLOW.steps},
    "type": SERVICES,
    "order_why": WHYS,
    "order_route": ROUTES,
    "order_way": {
        "order": ("订单系统", "the order itself"), "carrier": ("承运方", "the carrier"), "merchant": ("商家", "the merchant"),
        "guide": ("指引", "guidance"),
    },
    "order_phase": {
        "unpaid": ("待付款", "not paid"), "unshipped": ("待发货", "not shipped"), "on_the_way": ("运输中", "on the way"),
        "arrived": ("已签收", "arrived"), "cancelled": ("已取消", "cancelled"),
    },
    "order_outcome": {
        "done": ("已办成", "done"), "refused": ("未办成", "refused"), "part": ("部分办成", "done in part"),
    },
    "order_told": {
        "order_asked": ("已受理", "taken up"), "order_done": ("已办成", "done"), "order_refused": ("未办成及其他途径", "refused, with the other ways"),
        "order_guided": ("可行途径", "the ways there are"), "order_repaying": ("已取消、退款中", "cancelled, refund on its way"),
        "order_repaid": ("退款到账", "refund arrived"), "order_intercepted": ("包裹已拦截", "the parcel comes back"),
        "order_returned": ("商品已退回、退款中", "goods back, refund on its way"),
        "order_partly": ("部分包裹已办成", "done for some of the parcels"),
    },
    "instruction": {
        "change_order": ("修改订单", "change of the order"), "cancel_order": ("取消订单", "cancellation"),
        "redirect_parcel": ("改派包裹", "redirection of the parcel"), "intercept_parcel": ("拦截包裹", "interception of the parcel"),
        "reissue_invoice": ("补开发票", "invoice anew"), "urge_shipment": ("催促发货", "urging shipment"),
    },
    "instruction_state": {
        "given": ("待提交", "to be sent"), "sent": ("已提交", "sent"), "unknown": ("结果未知，持续查询", "no answer yet, asked again"),
        "pending": ("对方办理中", "being seen to"), "done": ("已办成", "done"), "refused": ("未办成", "refused"),
    },
    "pay_way": {
        "wechat": ("微信支付", "WeChat Pay"), "alipay": ("支付宝", "Alipay"), "card": ("银行卡", "bank card"), "balance": ("账户余额", "balance"),
        "points": ("积分", "points"), "voucher": ("优惠券", "voucher"), "gift_card": ("礼品卡", "gift card"),
    },
    "refund_state": {
        "requested": ("已申请", "requested"), "held": ("待审批", "held for approval"), "sent": ("已提交支付", "sent"),
        "unknown": ("结果未知", "outcome unknown"), "initiated": ("已发起退款", "initiated"), "credited": ("已到账", "credited"),
        "failed": ("失败", "failed"), "cancelled": ("已取消", "cancelled"),
    },
}  # fmt: skip
_GROUPS: Final = {
    **{
        f"order.{name}.service": "type"
        for name in (
            "requested",
            "change_asked",
            "change_answered",
            "parcel_answered",
            "service_asked",
            "done",
            "refused",
            "guided",
        )
    },
    "order.requested.phase": "order_phase",
    **{f"order.{name}.way": "order_way" for name in ("change_asked", "change_answered")},
    "order.change_answered.outcome": "order_outcome",
    "order.parcel_answered.outcome": "order_outcome",
    **{
        f"order.{name}.refusal": "order_why"
        for name in ("change_answered", "parcel_answered", "refused", "guided")
    },
    **{f"order.{name}.routes": "order_route" for name in ("refused", "guided")},
    "order.told.what": "order_told",
    **{
        f"marketplace.instruction_{name}.kind": "instruction"
        for name in ("given", "sent", "unknown", "taken", "done", "refused", "contradicted")
    },
    "marketplace.instruction_refused.refusal": "order_why",
}


def install() -> None:
    """Add the words to the one table; done once at the start."""
    labels.add(TABLES, _GROUPS)
