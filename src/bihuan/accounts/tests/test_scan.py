import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.accounts.vault.fields import PersonalField as F
from bihuan.accounts.vault.scan import restore, scan

FOUND = [
    (F.PHONE, "我电话13812345678，快回", "我电话〔电话1〕，快回"),
    (F.PHONE, "手机 １３８ 1234－5678", "手机 〔电话1〕"),
    (F.PHONE, "+86 138-1234-5678", "〔电话1〕"),
    (F.PHONE, "1 3 8 1 2 3 4 5 6 7 8", "〔电话1〕"),
    (F.PHONE, "tel:13812345678", "tel:〔电话1〕"),
    (F.PHONE, "加vx13812345678", "加vx〔电话1〕"),
    (F.PHONE, "010-66554433转12", "〔电话1〕"),
    (F.PHONE, "(021) 5888 1234", "〔电话1〕"),
    (F.PHONE, "0755-26881234打不通", "〔电话1〕打不通"),
    (F.PHONE, "座机 6688 1234", "座机 〔电话1〕"),
    (F.ID_NUMBER, "身份证11010519491231002X", "身份证〔身份证1〕"),
    (F.ID_NUMBER, "110105 19491231 002x", "〔身份证1〕"),
    (F.ID_NUMBER, "老证110105491231002", "老证〔身份证1〕"),
    (F.BANK_CARD, "卡号6222 0212 3456 7890 128", "卡号〔银行卡1〕"),
    (F.BANK_CARD, "4111111111111111", "〔银行卡1〕"),
    (F.EMAIL, "a.b＠example.com.cn收", "〔邮箱1〕收"),
    (F.WECHAT, "微信号:abc_12345 加我", "微信号:〔微信1〕 加我"),
    (F.WECHAT, "wx: foo-bar99", "wx: 〔微信1〕"),
    (F.QQ, "QQ 123456789", "QQ 〔QQ1〕"),
    (F.ADDRESS, "我住在北京市朝阳区建国路88号3栋2单元501室，没开门", "我住在〔地址1〕，没开门"),
    (F.ADDRESS, "北京市 朝阳区 建国路 88号", "〔地址1〕"),
    (F.ADDRESS, "上海市徐汇区漕溪北路一百八十号", "〔地址1〕"),
    (F.ADDRESS, "地址是广东省深圳市南山区科技园南区B座1203室", "地址是〔地址1〕"),
    (F.ADDRESS, "阳光花园3栋2单元501", "〔地址1〕"),
]


@pytest.mark.parametrize(("field", "text", "clean"), FOUND)
def test_personal_data_is_replaced_by_a_mark(field: F, text: str, clean: str) -> None:
    scanned = scan(text)
    assert scanned.clean_text == clean
    assert [finding.field for finding in scanned.findings] == [field]


HARMLESS = [
    "订单号13812345678901没到",
    "订单号：13812345678",
    "快递单号 6222021234567890128",
    "SF13812345678901",
    "请退13812345678元",
    "￥13812345678",
    "金额138.12元，共1,234,567.89元",
    "2026-10-13 2026-10-14 5件",
    "2026年11月21日13:45:10下单",
    "20261121123456789012",
    "时间戳1732190400000",
    "我知道5号到货",
    "11月5号送到，3楼自提",
    "京东商城5号客服",
    "微信 Android 版打不开",
    "微信支付失败",
    "第3号单元测试",
    "尺码 13 15 12 11 10 9",
    "客服热线400-800-8820",
    "110105199902300021",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_orders_amounts_and_dates_stay(text: str) -> None:
    assert scan(text).clean_text == text


def test_the_same_number_gets_the_same_mark_and_another_its_own() -> None:
    scanned = scan("打13812345678或13912345678，先打13812345678")
    assert scanned.clean_text == "打〔电话1〕或〔电话2〕，先打〔电话1〕"


def test_a_mark_that_the_writer_typed_is_not_used_again() -> None:
    scanned = scan("〔电话1〕是什么？13812345678")
    assert scanned.clean_text == "〔电话1〕是什么？〔电话2〕"
    assert restore(scanned.clean_text, {f.mark: f.original for f in scanned.findings}).endswith("13812345678")


SEPARATORS = st.sampled_from(["", " ", "-", "－", "　", ".", " - ", "·", "\u200b"])
WORDS = st.text(alphabet="我的电话是请打号码快回谢 ，。！\n", max_size=12)


@st.composite
def written_mobile(draw: st.DrawFn) -> str:
    digits = (
        "1" + draw(st.sampled_from("3456789")) + draw(st.text(alphabet="0123456789", min_size=9, max_size=9))
    )
    cut = draw(SEPARATORS)
    text = cut.join([digits[:3], digits[3:7], digits[7:]])
    return text.translate({48 + n: 0xFF10 + n for n in range(10)}) if draw(st.booleans()) else text


@given(WORDS, written_mobile(), WORDS)
def test_no_way_of_writing_a_mobile_number_gets_through(before: str, number: str, after: str) -> None:
    before = before.replace("单", "")
    scanned = scan(before + number + after)
    assert not re.search(r"[0-9０-９]{3}", scanned.clean_text)
    assert (
        restore(scanned.clean_text, {f.mark: f.original for f in scanned.findings}) == before + number + after
    )


@given(st.text(alphabet="0123456789 -.@x路号室电话微信QQ订单：qq元北京", max_size=60))
def test_scanning_loses_nothing_and_is_done_after_once(text: str) -> None:
    scanned = scan(text)
    assert restore(scanned.clean_text, {f.mark: f.original for f in scanned.findings}) == text
    assert all(f.mark in scanned.clean_text for f in scanned.findings)


@given(st.text(max_size=200))
def test_scanning_never_fails(text: str) -> None:
    scan(text)
