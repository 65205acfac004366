"""Addresses of money: the books, the desk's refunds, the merchant's own."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.ledger.pages import by_hand, exports, limits, oversight, partner, refunds

app_name = "ledger"
urlpatterns: list[URLPattern] = [
    path("oversight/ledger", oversight.books, name="books"),
    path("oversight/ledger.<str:form>", exports.export, name="export"),
    path("oversight/ledger/book", by_hand.book, name="book"),
    path("oversight/ledger/accounts/<uuid:account_id>", oversight.account, name="account"),
    path("oversight/ledger/accounts/<uuid:account_id>/ask", oversight.ask_write_off, name="ask_write_off"),
    path("oversight/ledger/postings/<int:number>", oversight.posting, name="posting"),
    path("oversight/ledger/write-offs", oversight.write_offs, name="write_offs"),
    path("oversight/ledger/write-offs/<uuid:write_off_id>/<slug:name>", oversight.decide, name="decide"),
    path("desk/refunds", refunds.listed, name="refunds"),
    path("desk/refunds/limits", limits.limits, name="limits"),
    path("desk/refunds/differences/<uuid:difference_id>", refunds.close, name="close"),
    path("desk/refunds/<uuid:refund_id>", refunds.refund, name="refund"),
    path("desk/refunds/<uuid:refund_id>/<slug:name>", refunds.act, name="act"),
    path("partner/money", partner.money, name="money"),
    path("partner/money.<str:form>", exports.own, name="own_export"),
    path("partner/money/<uuid:refund_id>/<slug:name>", partner.act, name="own_act"),
]
