"""After-sales in the demonstration: what was bought, what was asked for and what was done, and how long ago."""

# ruff: noqa: E501 (texts)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Act = tuple[float, str, str, Mapping[str, Any]]
"""Hours ago, who, the step, what is given with it."""


@dataclass(frozen=True, slots=True)
class Care:
    """An application made ``hours_ago`` for a ware that was there ``days`` before; None: it never arrived.

    ``buyer`` 0 is the consumer who can sign in. ``photos`` are given under these materials. ``credited``: the
    payment side says that the money arrived.
    """

    ware: str
    kind: str
    ground: str
    text: str
    hours_ago: float
    days: float | None = 2
    buyer: int = 0
    materials: Sequence[str] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    acts: Sequence[Act] = ()
    credited: bool = False


_PLACE: Final = {
    "recipient": "售后组",
    "phone": "19900009001",
    "region": "浙江省杭州市余杭区",
    "address": "良睦路 18 号 3 号仓",
}


def _address(ago: float) -> Act:
    return (ago, "merchant", "give_address", _PLACE)


def _sent(ago: float, number: str, freight_fen: int = 0) -> Act:
    return (
        ago,
        "consumer",
        "send_back",
        {"carrier": "迅捷速运", "tracking_number": number, "freight_fen": freight_fen},
    )


def _receive(ago: float) -> Act:
    return (ago, "merchant", "receive", {})


def _inspect(ago: float, finding: str = "intact", deduction: int = 0, **more: Any) -> Act:
    found = {"number": 1, "quantity": 1, "finding": finding, "deduction": deduction}
    return (ago, "merchant", "inspect", {"findings": [found], **more})


CARES: Final[Sequence[Care]] = (
    Care("降噪耳机 X3", "resend", "missing_item", "包装里没有充电线和收纳盒，页面写明是附带的。", 6, materials=("photo", "packaging")),
    Care("机械键盘 87 键", "return", "no_reason", "手感和想的不一样，只拆了外盒。", 14, more={"opened": True, "used": False}, acts=(
        _address(11), _sent(7, "SX20260018821"),
    )),
    Care("便携显示器 14 英寸", "return", "no_reason", "尺寸比预期小，不太适合出差。", 15, 5, more={"opened": True, "used": False}, acts=(
        _address(13.5), _sent(11, "SX20260018437", 1500), _receive(5),
        _inspect(4, "worn", 12000, text="屏幕右下角有一道约两厘米的划痕，边框有贴纸残胶", photos=1),
        (2.5, "consumer", "object_finding", {"reason": "寄出前拍过照片，屏幕没有划痕，请查看快递交接记录"}),
        (2, "supervisor", "assign", {"to_person": "agent"}),
    )),
    Care("防泼水冲锋衣", "return", "quality", "左肩压胶开裂，淋了一次小雨就渗水。", 16, 5, materials=("photo",), acts=(
        _address(14.5), _sent(12, "SX20260017790", 1200), _receive(3), _inspect(2),
    ), credited=True),
    Care("便携显示器 14 英寸", "return", "no_reason", "家里又送了一台，这台没有用过。", 17, 4, buyer=5, more={"opened": True, "used": False}, acts=(
        _address(16), _sent(14, "SX20260018233"), _receive(4), _inspect(0.8),
    )),
    Care("65 瓦充电器", "return", "no_reason", "家里已经有一个了，用不上。", 10, 19, more={"opened": True, "used": True}, acts=(
        (8, "merchant", "decline", {"ground": "out_of_time", "alternatives": ["repair", "negotiate"], "reason": "签收已超过七日，无理由退货期已过。如使用中有问题，可免费检测维修，也可以与我们协商"}),
    )),
    Care("机械键盘 87 键", "repair", "quality", "空格键按下去弹不起来。", 18, 60, buyer=1, materials=("photo", "video"), acts=(
        (17, "merchant", "approve", {}), _address(16.5), _sent(15, "SX20260017512"), _receive(4), _inspect(3.5),
        (1, "merchant", "note_repair", {"text": "确认为轴体卡死，已拆机清理，等待更换卫星轴", "parts": ["卫星轴"]}),
    )),
    Care("家用电子血压计", "return", "fake", "机身序列号在厂家官网查不到，怀疑是仿冒品。", 19, 12, buyer=4, materials=("photo", "inspection_report"), acts=(
        (18.9, "supervisor", "assign", {"to_person": "agent"}),
        (18.7, "agent", "find", {"finding": "shown.yes", "reason": "厂家书面答复：该序列号不属于其产品，铭牌印刷与正品不符", "photos": 1}),
        (16, "merchant", "approve", {}), _address(15.5), _sent(14, "SX20260017066", 1200), _receive(3), _inspect(1.5),
    )),
    Care("医用退热贴 8 片", "resend", "missing_item", "只收到一盒，孩子发烧急用，请尽快补发。", 0.4, 0.2, buyer=2, materials=("photo", "packaging"), acts=(
        (0.3, "supervisor", "assign", {"to_person": "agent"}),
        (0.1, "agent", "log_call", {"ago": 9, "answered": True, "note": "已致电安抚，并请门店今日优先发出"}),
    )),
    Care("折叠收纳箱 3 只", "refund_only", "lost", "物流五天没有更新，客服说包裹丢失了。", 9, None, buyer=3, acts=(
        (1, "consumer", "confirm", {"score": 5, "text": "当天就全额退了，满意"}),
    ), credited=True),
    Care("全棉四件套", "price_protection", "price_drop", "昨天刚买，今天就降了三十元。", 12, 3, materials=("price_proof",), more={"price_now_fen": 22900}),
    Care("实木餐椅", "exchange", "damaged_in_transit", "给独居老人买的椅子，椅背有裂纹，外箱角也破了，不敢坐。", 0.3, 1, materials=("photo",)),
)  # fmt: skip
