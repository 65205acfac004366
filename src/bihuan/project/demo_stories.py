"""The complaints of the demonstration: what was said and what was done, in words of their own."""

# ruff: noqa: E501 (texts)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Act = tuple[str, str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Story:
    """A complaint received ``hours_ago``, and the acts that followed; ``amount`` in fen."""

    matter: str
    type: str
    demand: str
    hours_ago: float = 2
    amount: int | None = None
    photos: int = 1
    order: bool = True
    channel: str = "site"
    ware: str = ""
    acts: Sequence[Act] = ()


_OPENED: Final[Act] = ("supervisor", "assign", {"to_person": "agent"})
_OTHER: Final[Act] = ("supervisor", "assign", {"to_person": "other_agent"})
_INVESTIGATE: Final[Act] = ("agent", "open_investigation", {})
_LIABLE: Final[Act] = (
    "agent",
    "decide_liability",
    {"party": "merchant", "ground": "product_quality", "reason": "照片与商家质检记录一致，商品存在缺陷"},
)
_FINDINGS: Final[Act] = (
    "agent",
    "record_findings",
    {"result": "substantiated", "reason": "核对照片、订单和商家说明，所述问题属实"},
)
_APOLOGY: Final[Act] = (
    "agent",
    "offer",
    {"kind": "apology", "text": "商家就此事向您书面道歉，并已更换包装供应商"},
)
_ACCEPT: Final[Act] = ("consumer", "accept_offer", {})
_EXECUTE: Final[Act] = ("agent", "execute", {"reference": "道歉函 2026-118"})
_HANDLE: Final[Act] = ("agent", "handle", {})
_TELL: Final[Act] = (
    "agent",
    "tell_result",
    {"reason": "商家已书面道歉，函件今日寄出", "corrective": "该批次已下架，包装改用加厚纸箱"},
)
_CALL: Final[Act] = (
    "agent",
    "log_call",
    {"ago": 20, "answered": True, "note": "已致电说明受理情况和下一步安排，投诉人表示理解"},
)
_SETTLING: Final[Sequence[Act]] = (_OPENED, _CALL, _INVESTIGATE, _LIABLE, _FINDINGS)
_HANDLED: Final[Sequence[Act]] = (*_SETTLING, _APOLOGY, _ACCEPT, _EXECUTE, _HANDLE)


def _say(text: str, to: str = "consumer") -> Act:
    return ("agent", "send_message", {"text": text, "audience": to})


def _write(who: str, text: str) -> Act:
    return (who, "write", {"text": text})


STORIES: Final[Sequence[Story]] = (
    Story(
        "65 瓦充电器用到第三天外壳鼓包，插上后发烫有异味，已经拍了照片。", "quality", "refund", 21, 8900, 2,
        ware="充电器", acts=(
            _OPENED, _CALL, _INVESTIGATE, ("agent", "draw_records", {}),
            _say("您好，我们已调取订单和物流记录，正在请商家提供质检报告，明天下午前再向您说明进展。"),
            _write("consumer", "谢谢，充电器我没有再用，照片里能看到鼓起的地方。"),
            ("agent", "request_evidence", {"party": "merchant", "what": "inspection_report", "reason": "请提供该批次质检报告", "in": 40}),
            ("agent", "open_step", {"kind": "analysis", "department": "technical", "in": 30}),
            _say("该型号本月第三起鼓包，请品控关注批次。", "internal"),
        ),
    ),
    Story("铸铁锅珐琅脱落，煮粥里有碎片，孩子也吃了。", "safety", "compensation", 5, 107700, 3, ware="铸铁锅", acts=(
        _OPENED, ("agent", "report_major", {"ground": "safety_accident", "reason": "涉及儿童误食，疑似批次问题"}),
    )),
    Story("客服说三天内退款，到今天已经一个星期没有消息。", "refund", "refund", 30, 5900, 1, ware="咀嚼片"),
    Story("包裹显示已签收，但我没有收到，快递员说放在门口了。", "delivery", "resend", 9, None, 1, ware="退热贴"),
    Story("收到的大衣颜色和图片完全不同，要求退货。", "quality", "return", 3, 69900, 1, ware="大衣", acts=(_OTHER,)),
    Story("店铺宣传假一赔十，收到的耳机序列号官网查不到。", "counterfeit", "compensation", 16, 499000, 2, ware="降噪耳机", acts=(
        *_SETTLING, ("agent", "compute_options", {"facts": {"price": 49900, "fraud": "ask", "promised_times": 10}}),
        ("agent", "offer", {"kind": "compensation", "amount": 499000, "text": "按店铺承诺十倍赔付，共计4990元，请您确认"}),
    )),
    Story("预约的退货上门取件两次爽约，也没有人打电话说明。", "service", "apology", 26, None, 1, ware="键盘", acts=(*_HANDLED, _TELL)),
    Story("优惠券显示可用，结算时却按原价扣款，多付了三十元。", "price", "refund", 11, 3000, 1, ware="冲锋衣", acts=(
        *_SETTLING, ("agent", "offer", {"kind": "refund", "amount": 3000, "text": "多收的30元全额退还，原路退回支付账户"}),
    )),
    Story("折叠收纳箱买的三只装，只收到两只。", "order_error", "resend", 7, None, 2, ware="收纳箱", acts=(_OPENED, _INVESTIGATE)),
    Story("冷冻馄饨到货已经解冻，有异味。", "quality", "refund", 4, 4290, 2, ware="馄饨", acts=(_OTHER, ("other_agent", "open_investigation", {}))),
    Story("平台把我的收货电话泄露给推销公司。", "privacy", "explanation", 13, None, 0, order=False, acts=()),
    Story("便携显示器拆开发现左下角有裂纹，外箱完好。", "quality", "exchange", 19, None, 2, ware="显示器", acts=(
        *_SETTLING, ("agent", "offer", {"kind": "exchange", "text": "为您更换一台全新机器，旧机由快递员上门取回"}),
        ("consumer", "counter", {"kind": "refund", "amount": 109900, "text": "不想再等换货了，希望直接退款"}),
    )),
    Story("血压计每次量出来相差很大，售后说属于正常现象。", "service", "repair", 50, None, 1, ware="血压计", acts=(
        _OPENED, _INVESTIGATE, ("agent", "ask_extension", {"to": "complex", "reason": "需安排第三方噪声检测，检测机构最早后天上门"}),
    )),
    Story("牛腩饭套餐配送迟到两小时，错过了聚会。", "delivery", "compensation", 6, 20000, 1, ware="牛腩饭", acts=(_OPENED, _INVESTIGATE, _LIABLE)),
    Story("退货寄回去二十天，商家说没收到，物流显示已签收。", "refund", "refund", 40, 15900, 2, ware="衬衫", acts=(
        *_SETTLING, ("agent", "offer", {"kind": "refund", "amount": 15900, "text": "签收记录属实，全额退款159元，原路退回"}),
        _ACCEPT,
    )),
    Story("儿童卫衣的帽绳卡在滑梯上，差点勒到孩子。", "safety", "refund", 8, 9900, 2, ware="卫衣", acts=(_OPENED, _INVESTIGATE)),
    Story("客服态度恶劣，直接挂断电话。", "service", "apology", 15, None, 0, order=False),
    Story("商品页面写买会员送两张兑换券，实际只有一张。", "order_error", "resend", 22, None, 1, ware="会员", acts=(*_HANDLED,)),
    Story("碘伏棉棒压破漏液，同箱的东西都染了色。", "delivery", "compensation", 34, 9800, 2, ware="棉棒", acts=(*_HANDLED, _TELL, (
        "agent", "follow_up", {"via": "call", "score": 5, "text": "投诉人对处理结果满意"}))),
    Story("修图软件授权码无法激活，提示已被使用。", "quality", "refund", 28, 29900, 1, ware="授权码", acts=(
        *_HANDLED, _TELL, ("agent", "follow_up", {"via": "call", "score": 4, "text": "满意，希望物流再快一些"}), ("agent", "close", {}),
    )),
    Story("小米收到时已经受潮，商家让我自己晒干。", "quality", "refund", 10, 7600, 1, ware="小米", acts=(_OTHER, (
        "other_agent", "request_supplement", {"missing": ["evidence"], "reason": "请补充能看清外包装和批号的照片"}))[:1]),
    Story("订单被商家单方面取消，优惠也没有了。", "order_error", "compensation", 12, 10000, 1, ware="视频课", acts=(_OPENED,)),
    Story("直播间说七天保价，第三天降价不给退差价。", "price", "refund", 18, 6000, 1, ware="四件套", acts=(
        *_SETTLING, ("agent", "offer", {"kind": "refund", "amount": 6000, "text": "按保价承诺退还差价60元"}),
        ("consumer", "decline_offer", {}),
    )),
    Story("买错了规格，现在想撤回这个投诉。", "other", "other", 2, None, 1, ware="有声剧", acts=(("consumer", "withdraw", {"reason": "自己看错了规格"}),)),
    Story("实木餐椅椅腿断裂，把木地板砸坏了。", "quality", "compensation", 45, 350000, 3, ware="餐椅", acts=(
        *_SETTLING, ("agent", "offer", {"kind": "compensation", "amount": 350000, "text": "商家承担地板修复费用3500元，凭维修发票支付"}),
    )),
)  # fmt: skip
"""Told on the orders of the stage, one after the other."""
