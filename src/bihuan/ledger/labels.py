"""The words of money on every site, Chinese first; added to the one table of words in ``cases``."""

# ruff: noqa: E501 (tables of words, where Chinese counts double)

from __future__ import annotations

from typing import Final

from bihuan.cases import labels
from bihuan.cases.labels import Table

TABLES: Final[dict[str, Table]] = {
    "account": {
        "consumer": ("应付消费者", "owed to consumers"), "transit": ("退款在途", "on the way"),
        "clearing": ("支付方往来", "payment side"), "points": ("退回积分", "points given back"),
        "voucher": ("退回优惠券", "vouchers given back"), "merchant": ("应收商家", "owed by merchants"),
        "deposit": ("商家保证金", "deposits held"), "carrier": ("应收承运方", "owed by carriers"),
        "expense": ("平台承担", "borne by the platform"), "write_off": ("核销", "written off"),
    },
    "posting": {
        "refund": ("退款", "refund"), "compensation": ("赔偿", "compensation"), "advance": ("先行赔付", "advance payment"),
        "initiated": ("已发起退款", "initiated"), "credited": ("退款到账", "credited"), "failed": ("退款失败", "failed"),
        "deposit_in": ("收到保证金", "deposit received"), "deposit_out": ("退还保证金", "deposit given back"),
        "deposit_drawn": ("保证金扣划", "drawn from the deposit"), "received": ("收到应收款", "received"),
        "moved": ("承担方变更", "moved to another bearer"), "written_off": ("核销", "written off"),
        "reversed": ("冲正", "reversed"),
    },
    "way": {
        "wechat": ("微信支付", "WeChat Pay"), "alipay": ("支付宝", "Alipay"), "card": ("银行卡", "card"),
        "balance": ("账户余额", "account balance"), "points": ("积分", "points"), "voucher": ("优惠券", "voucher"),
        "gift_card": ("礼品卡", "gift card"), "original": ("原支付方式", "the way it was paid"),
    },
    "money_kind": {
        "price": ("价款", "price"), "freight": ("运费", "freight"), "punitive": ("惩罚性赔偿", "punitive damages"),
        "damages": ("损失赔偿", "damages"), "goodwill": ("补偿", "compensation"), "payout": ("先行赔付", "advance payment"),
    },
    "money_state": {
        "requested": ("待提交", "to be sent"), "held": ("待审批", "waits for approval"), "sent": ("已提交支付", "sent"),
        "unknown": ("结果未知", "outcome unknown"), "initiated": ("已发起退款", "initiated"),
        "credited": ("已到账", "credited"), "failed": ("失败", "failed"), "cancelled": ("已取消", "cancelled"),
    },
    "money_reason": {
        "not_owed": ("不应退", "not owed"), "wrong_amount": ("金额有误", "wrong amount"),
        "duplicate": ("重复申请", "asked for twice"), "evidence_missing": ("依据不足", "not enough to go by"),
        "withdrawn": ("消费者撤回", "taken back by the consumer"), "mistake": ("录入错误", "entered by mistake"),
    },
    "close_reason": {
        "confirmed": ("支付方已确认更正", "corrected by the payment side"),
        "accepted": ("核实后以支付方为准", "checked, the payment side is right"),
        "ours": ("核实后以本平台为准", "checked, we are right"),
        "recovered": ("多付款项已追回", "what was overpaid came back"),
        "duplicate": ("重复报送", "reported twice"),
    },
    "difference": {
        "part": ("某一支付方式的金额不一致", "another amount by one way of payment"),
        "unknown_key": ("支付方有、本平台无", "unknown to us"), "amount": ("金额不一致", "another amount"),
        "not_sent": ("未提交却有结果", "an outcome before it was sent"),
        "paid_after_end": ("终止后仍支付", "paid after its end"), "absent": ("支付方查无此单", "unknown to the payment side"),
        "failed_after_credit": ("到账后报失败", "failed after it was credited"),
        "missing": ("对账单缺此笔", "missing on the statement"),
    },
    "proof": {
        "status": ("查询结果", "answer to a question"), "callback": ("支付方回调", "message of the payment side"),
        "statement": ("对账单", "statement"), "manual": ("人工记录", "recorded by hand"),
    },
    "write_off_state": {
        "asked": ("待审批", "waits for a decision"), "approved": ("已批准", "approved"), "rejected": ("已驳回", "rejected"),
    },
    "by_hand": {
        "deposit_in": ("收到保证金", "deposit received"), "deposit_out": ("退还保证金", "deposit given back"),
        "draw_deposit": ("从保证金扣划商家欠款", "draw what a merchant owes from its deposit"),
        "receive_merchant": ("收到商家应付款", "received from a merchant"),
        "receive_carrier": ("收到承运方应付款", "received from a carrier"),
        "to_carrier": ("向承运方追偿（由商家转承运方）", "recourse on a carrier (borne by the merchant till now)"),
        "to_platform": ("改由平台承担（原商家）", "the platform bears it (the merchant till now)"),
        "to_merchant": ("改由商家承担（原平台）", "the merchant bears it (the platform till now)"),
    },
}  # fmt: skip

_GROUPS: Final = {
    "money.refund_requested.kind": "money_kind",
    "money.refund_requested.to_way": "way",
    "money.refund_rejected.reason": "money_reason",
    "money.refund_cancelled.reason": "money_reason",
    "money.difference_found.difference": "difference",
    "money.difference_closed.reason": "close_reason",
    "ledger.moved.from_bearer": "account",
    "ledger.moved.to_bearer": "account",
}


def install() -> None:
    """Make the words known; called once when the program starts."""
    labels.add(TABLES, _GROUPS)
