"""How the fields of steps are called and helped with: the words every flow shares, and a flow's own on top."""

# ruff: noqa: E501 (tables of words, where Chinese counts double)
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from bihuan.cases.labels import Pair, label
from bihuan.engine.grounds import ABUSES, CONFIRMED_GOODS, EXCLUDED_GOODS

Part = tuple[str, Pair, str, Sequence[str]]
"""A part of a field that is a table: its name, words, widget, codes."""

_NAMES: Final[Mapping[str, Pair]] = {
    "reason": ("理由", "Reason"), "text": ("内容", "Text"), "note": ("通话记录", "Note of the call"),
    "owner_id": ("承办人", "Person"), "due_at": ("截止时间", "Due"), "kind": ("种类", "Kind"),
    "proof_at": ("报告载明的时间", "Time stamped on the report"), "evidence_ids": ("附件", "Files"),
    "amount": ("金额（元）", "Amount (yuan)"), "code": ("内容类别", "Kind of content"), "audience": ("发送给", "To"),
    "started_at": ("通话开始时间", "Start of the call"), "answered": ("对方已接听", "The call was held"),
    "number": ("工单编号", "Case number"), "order_number": ("订单号", "Order number"), "score": ("满意度", "Score"),
    "via": ("方式", "By"), "reference": ("编号", "Reference"), "what": ("材料", "Material"), "outcome": ("结果", "Outcome"),
    "tries": ("第几次尝试", "Number of the try"), "field": ("登记项", "Entry"), "value": ("正确内容", "Correct value"),
    "need": ("紧急诉求类别", "Urgent need"), "parts": ("要删除的原文，每行一处", "Passages to take out, one a line"), "text_id": ("文本", "Text"),
}  # fmt: skip
_HELPS: Final[Mapping[str, Pair]] = {
    "amount": ("以元为单位，最多两位小数，如 128.50", "In yuan with at most two decimals, such as 128.50"),
    "due_at": ("北京时间", "China time"), "started_at": ("北京时间", "China time"),
    "proof_at": ("鉴定报告等外部文件的日期", "The date on a report from outside, such as an appraisal"),
    "parts": ("按文本中的原样填写", "As they stand in the text"),
    "score": ("1 很不满意，5 很满意", "1 very dissatisfied, 5 very satisfied"),
    "evidence_ids": ("照片、视频、PDF 等", "Photographs, films, PDF and the like"),
}  # fmt: skip


YES_NO: Final = ("yes", "no")
ASK: Final = ("yes", "no", "ask")
GROUND_PARTS: Final[tuple[Part, ...]] = (
    ("claim", ("诉求", "Claim"), "choice", ("no_reason_return",)),
    ("goods", ("商品类别", "Goods"), "choice", (*EXCLUDED_GOODS, *CONFIRMED_GOODS)),
    ("confirmed", ("购买时逐次确认", "Confirmed for this purchase"), "yesno", YES_NO),
    ("preticked", ("默认勾选", "Ticked beforehand"), "yesno", YES_NO),
    ("beyond_testing", ("超出合理试用", "Beyond reasonable testing"), "yesno", YES_NO),
    ("signed_date", ("签收日期", "Signed for on"), "date", ()),
    ("sent_date", ("提出退货日期", "Return declared on"), "date", ()),
    ("way", ("恶意方式", "Way of abuse"), "choice", ABUSES),
)
"""The facts that a lawful ground of refusal asks for (``engine.grounds``)."""
GROUND_OPTIONS: Final[Mapping[str, Pair]] = {
    "yes": ("是", "yes"), "no": ("否", "no"), "ask": ("待查明", "still to be found"),
    "no_reason_return": ("七日无理由退货", "return without reason"), "custom": ("定作商品", "made to order"),
    "perishable": ("鲜活易腐", "perishable"), "digital_opened": ("已拆封数字商品", "digital goods, opened"),
    "newspaper": ("报纸期刊", "newspapers"), "opened_affects_safety": ("拆封影响安全", "opening affects safety"),
    "activated_loses_value": ("激活后贬值大", "loses value once activated"),
    "near_expiry_or_flawed": ("临期或有瑕疵", "near expiry or flawed"),
    "harmless_label_flaw": ("标签瑕疵不影响安全", "harmless flaw of the label"), "planted": ("夹带", "planted"),
    "swapped": ("掉包", "swapped"), "forged": ("造假", "forged"), "extortion": ("敲诈", "extortion"),
}  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """A field that is a list: a row for each thing that can be picked, with these columns.

    ``base`` reads the picked value (``2:1``) into what every row of the answer begins with.
    """

    columns: Sequence[Part]
    base: Callable[[str], Mapping[str, object]]


@dataclass(frozen=True)
class Words:
    """The words of a flow's forms. A key is ``step.field`` or ``field``; a step's own goes first.

    ``codes`` are lists for fields that the steps leave open, ``groups`` the groups of ``cases.labels`` where
    a field is not called like its group, ``parts`` what a field that is a table consists of, ``rows``
    (by ``step.field``) the columns of a field that is a list of things picked,
    ``consequences`` (English msgids by step) what a step brings about.
    """

    names: Mapping[str, Pair] = field(default_factory=dict)
    helps: Mapping[str, Pair] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    parts: Callable[[str, str], Sequence[Part]] = lambda _step, _name: ()
    options: Mapping[str, Pair] = field(default_factory=dict)
    rows: Mapping[str, Rows] = field(default_factory=dict)
    consequences: Mapping[str, str] = field(default_factory=dict)

    def label_of(self, step: str, name: str, language: str) -> str:
        """The field's name on the page."""
        own = self.names.get(f"{step}.{name}", self.names.get(name))
        return _said(own or _NAMES.get(name, (name, name)), language)

    def help_of(self, step: str, name: str, language: str) -> str:
        """A line of help under the field; empty where none is needed."""
        own = self.helps.get(f"{step}.{name}", self.helps.get(name))
        return _said(own or _HELPS.get(name, ("", "")), language)

    def codes_of(self, step: str, name: str) -> tuple[str, ...]:
        """The codes one may choose from where the step has no closed list."""
        return self.codes.get(f"{step}.{name}", ())

    def group_of(self, step: str, name: str) -> str:
        """The group of words for the codes of a field."""
        return self.groups.get(f"{step}.{name}", self.groups.get(name, name))

    def parts_of(
        self, step: str, name: str, language: str
    ) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
        """The parts of a field that is a table: (name, label, widget, options)."""
        return self.columns(self.parts(step, name), name, language)

    def columns(
        self, parts: Sequence[Part], name: str, language: str
    ) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
        """Parts as the page shows them, named after the field or row that they belong to."""
        return [
            (
                f"{name}.{part}",
                _said(pair, language),
                widget,
                [(code, _said(self.options.get(code, (code, code)), language)) for code in codes],
            )
            for part, pair, widget, codes in parts
        ]

    def consequence_of(self, step: str) -> str:
        """What a step brings about, in a sentence; empty where its name says it."""
        return _(self.consequences[step]) if step in self.consequences else ""


def choice(group: str, code: str, language: str) -> str:
    """The word of a code; an article shows its number."""
    return label(group, code, language) if code else "—"


def _said(pair: Pair, language: str) -> str:
    return pair[0] if language.startswith("zh") else pair[1]
