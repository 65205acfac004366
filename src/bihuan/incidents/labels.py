"""What the codes of incidents are called; ``cases.labels`` holds the one table of words."""

# ruff: noqa: E501 (tables of words, where Chinese counts double)
from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bihuan.cases import labels
from bihuan.cases.labels import Pair
from bihuan.incidents.workflow import STATES

TABLES: Final[Mapping[str, Mapping[str, Pair]]] = {
    "incident_state": STATES,
    "incident_kind": {
        "system": ("系统故障", "system failure"), "carrier": ("承运方延误", "late carrier"),
        "warehouse": ("仓库异常", "warehouse"), "region": ("地区延误", "region"), "batch": ("批次问题", "batch"),
        "other": ("其他异常", "other"),
    },
    "incident_remedy": {
        "information": ("仅告知", "information only"), "validity": ("延长订单有效期", "longer validity"),
        "voucher": ("优惠券", "voucher"), "refund": ("退款补偿", "refund"),
    },
    "incident_told": {
        "waiting": ("待告知", "waiting"), "queued": ("发送中", "on its way"), "told": ("已告知", "told"),
        "failed": ("未能送达", "not reached"), "unknown": ("无账号", "not known here"), "stopped": ("停止前未告知", "stopped before"),
    },
    "incident_issued": {
        "": ("无", "nothing"), "due": ("待办理", "not yet asked for"), "asked": ("已提交", "asked for"),
        "unknown": ("平台尚未答复", "no answer of the marketplace yet"),
        "owed": ("待平台发放", "owed by the marketplace"), "granted": ("平台已发放", "granted"), "failed": ("失败", "failed"),
    },
    "incident_why": {
        "unknown_buyer": ("买家在本系统无账号", "the buyer has no account here"), "no_adapter": ("未配置发送通道", "no way of sending is set up"),
        "no_address": ("没有联系方式", "no address or number"), "": ("未知原因", "no reason given"),
    },
    "incident_by": {
        "ordered": ("下单时间", "ordered"), "shipped": ("发货时间", "shipped"), "promised": ("承诺送达时间", "promised for"),
    },
}  # fmt: skip
GROUPS: Final = {
    "incident.declared.kind": "incident_kind",
    "incident.proposed.kind": "incident_kind",
    "incident.remedy_chosen.remedy": "incident_remedy",
}


def install() -> None:
    """Add them to the one table; called once when the program starts."""
    labels.add(TABLES, GROUPS)
