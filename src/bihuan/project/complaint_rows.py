"""Complaints from rows of a file: the form of the API, and what had happened before (docs/import.md)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from pydantic import Field, ValidationError

from bihuan.accounts import actions as accounts
from bihuan.accounts.actions import ConsumerFacts
from bihuan.accounts.vault.crypto import program_key
from bihuan.cases import labels
from bihuan.complaints import actions
from bihuan.complaints.actions import NewComplaint, NewItem, Past, history
from bihuan.complaints.api import ComplaintIn
from bihuan.engine.errors import Invalid
from bihuan.journal.actor import PROGRAM
from bihuan.journal.moment import Moment
from bihuan.project.imports import BadFile, BadRow, Row
from bihuan.project.models import TakenComplaint

COLUMNS: Final = {
    "external_id": "外部编号", "received_at": "收到时间", "channel": "渠道", "consumer_ref": "消费者编号",
    "consumer_phone": "消费者手机", "consumer_name": "消费者姓名", "type": "类型", "matter": "投诉内容",
    "demand": "诉求", "demand_text": "诉求说明", "demand_yuan": "诉求金额", "happened_at": "发生时间",
    "order_number": "订单号", "transaction_record": "交易记录", "party": "投诉人身份",
    "accepted_at": "受理时间", "acceptance_told_at": "告知受理时间", "findings_at": "调查完成时间",
    "finding": "调查结论", "findings_text": "调查说明", "handled_at": "处理完毕时间", "outcome": "处理结果",
    "told_at": "告知结果时间", "followed_up_at": "回访时间", "score": "满意度", "closed_at": "办结时间",
    "withdrawn_at": "撤回时间",
}  # fmt: skip
NEEDED: Final = ("external_id", "type", "matter", "demand")
_ENGLISH: Final = {chinese: english for english, chinese in COLUMNS.items()}
_WORDS: Final = {
    "type": "type", "demand": "demand", "channel": "channel", "party": "claimant", "finding": "result",
    "outcome": "outcome",
}  # fmt: skip
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_PAST: Final = tuple(Past.__dataclass_fields__)
_TIMES: Final = ("received_at", "happened_at", *(name for name in _PAST if name.endswith("_at")))
_PURPOSE: Final = "imported complaints"


class ComplaintRow(ComplaintIn):
    """One complaint of a file."""

    external_id: str = Field(pattern=r"^[\w.:/\-]{1,80}$")
    received_at: Moment | None = None
    accepted_at: Moment | None = None
    acceptance_told_at: Moment | None = None
    findings_at: Moment | None = None
    finding: str = "undetermined"
    findings_text: str = Field("", max_length=20_000)
    handled_at: Moment | None = None
    outcome: str = ""
    told_at: Moment | None = None
    followed_up_at: Moment | None = None
    score: int | None = None
    closed_at: Moment | None = None
    withdrawn_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A row that has the right form; ``digest`` tells whether a known one has changed."""

    line: int
    row: ComplaintRow
    digest: bytes


def items(rows: Iterable[Row | BadRow], form: str) -> Iterator[Item | BadRow]:
    """Every row in order, those that cannot be taken with the reason."""
    checked = form == "jsonl"
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        data = row.data if form == "jsonl" else _named(row, checked)
        checked = True
        yield _item(row.line, data if form == "jsonl" else _nested(data))


def take(item: Item, *, mode: str, at: datetime) -> str:
    """Take one in, in its own transaction: ``new`` or ``unchanged``. Raises a BihuanError.

    Historical: nothing is sent, and clocks run on the given times, marked as imported. Live: an intake
    as any other, except that its receipt may lie back.
    """
    row = item.row
    with transaction.atomic():
        known = TakenComplaint.objects.filter(external_id=row.external_id).first()
        if known is not None:
            return _known(known, item)
        done = _historical(row, at) if mode == "historical" else _live(row, at)
        made = TakenComplaint(external_id=row.external_id, digest=item.digest, case_id=done, taken_at=at)
        made.save(force_insert=True)
    return "new"


def _known(known: TakenComplaint, item: Item) -> str:
    if not hmac.compare_digest(bytes(known.digest), item.digest):
        raise Invalid(
            "{id} was taken before with other content; an import changes no case.",
            code="import.changed",
            field="external_id",
            id=item.row.external_id,
        )
    return "unchanged"


def _historical(row: ComplaintRow, at: datetime) -> UUID:
    if row.received_at is None:
        raise Invalid("A historical row needs the time of its receipt.", field="received_at")
    past = Past(**{name: getattr(row, name) for name in _PAST})
    history.check(past, row.received_at, at)
    new = _new(row, row.received_at)
    done = actions.submit(actor=PROGRAM, at=row.received_at, new=new, imported=True, past=past)
    return done.case_id


def _live(row: ComplaintRow, at: datetime) -> UUID:
    given = [name for name in _PAST if name.endswith("_at") and getattr(row, name) is not None]
    if given:
        raise Invalid(
            "A live row has no past ({field}).", field=given[0], remedy="Import it with --mode historical."
        )
    if row.received_at is not None and row.received_at > at:
        raise Invalid("It cannot have been received in the future.", field="received_at")
    done = actions.submit(actor=PROGRAM, at=at, new=_new(row, at), received_at=row.received_at)
    return done.case_id


def _new(row: ComplaintRow, at: datetime) -> NewComplaint:
    if row.consumer is None or not (row.consumer.reference or row.consumer.phone):
        raise Invalid("The complainant has neither reference nor phone number.", field="consumer")
    facts = ConsumerFacts(
        external_ref=row.consumer.reference, phone=row.consumer.phone, name=row.consumer.name
    )
    person = accounts.ensure_consumer(facts=facts, actor=PROGRAM, at=at).person_id
    return NewComplaint(
        channel=row.channel,
        consumer_id=person,
        matter_text=row.matter,
        type=row.type,
        demand=row.demand,
        demand_text=row.demand_text,
        demand_amount=row.demand_amount,
        happened_at=row.happened_at,
        order_number=row.order_number,
        transaction_record=row.transaction_record,
        party=row.party,
        items=tuple(NewItem(**item.model_dump()) for item in row.items),
    )


def _item(line: int, data: Mapping[str, Any]) -> Item | BadRow:
    try:
        row = ComplaintRow.model_validate({name: _moment(name, value) for name, value in data.items()})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "row"
        return _bad(line, where, first["msg"])
    if row.evidence or row.concerns:
        return _bad(line, "evidence", "files and people of this system are not imported")
    if any("\0" in text for text in _texts(data)):
        return _bad(line, "row", "it holds NUL")
    content = json.dumps(row.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    try:
        encoded = content.encode()
    except UnicodeEncodeError:
        return _bad(line, "row", "it holds half a character")
    return Item(line, row, hmac.new(program_key(_PURPOSE), encoded, hashlib.sha256).digest())


def _bad(line: int, field: str, why: str) -> BadRow:
    return BadRow(line, Invalid("{field}: {why}", code="import.row", field=field, why=why))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _moment(name: str, value: Any) -> Any:
    """A time without a zone is meant in Asia/Shanghai."""
    if name not in _TIMES or not isinstance(value, str):
        return value
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        return value
    return found if found.tzinfo else found.replace(tzinfo=_ZONE)


def _named(row: Row, checked: bool) -> dict[str, Any]:
    data = {_ENGLISH.get(name, name): value for name, value in row.data.items()}
    if checked:
        return data
    missing = [name for name in NEEDED if name not in data]
    unknown = sorted(set(data) - set(COLUMNS))
    if missing or unknown:
        raise BadFile(
            "The columns {missing} are missing." if missing else "The columns {unknown} are not known.",
            field="file",
            missing=", ".join(missing),
            unknown=", ".join(unknown)[:200],
            remedy="docs/import.md lists the columns.",
        )
    return data


def _nested(data: Mapping[str, str]) -> dict[str, Any]:
    """A flat row in the form of the API: words as codes, yuan as fen, the consumer's cells together."""
    found: dict[str, Any] = {name: _code(name, value) for name, value in data.items() if value}
    parts = {part: found.pop(f"consumer_{part}", None) for part in ("ref", "phone", "name")}
    found["consumer"] = {"reference": parts.pop("ref")} | parts
    yuan = found.pop("demand_yuan", None)
    if yuan is not None:
        found["demand_amount"] = _fen(yuan)
    return found


def _code(name: str, value: str) -> str:
    group = labels.table(_WORDS.get(name, ""))
    return next((code for code, (chinese, _) in group.items() if chinese == value), value)


def _fen(yuan: str) -> int | str:
    try:
        fen = Decimal(yuan) * 100
        return int(fen) if fen.is_finite() and fen == fen.to_integral_value() else yuan
    except (InvalidOperation, OverflowError):
        return yuan
