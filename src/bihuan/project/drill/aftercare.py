"""The course of one order and of what its buyer applies for, told as the people in it live it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from bihuan.aftersales import actions, queries, steps
from bihuan.aftersales.actions import NewApplication
from bihuan.aftersales.models import Application
from bihuan.cases import actions as case_actions
from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.complaints import stage
from bihuan.engine.errors import BihuanError
from bihuan.journal.actor import PROGRAM, Actor
from bihuan.marketplace import actions as marketplace
from bihuan.money import actions as money
from bihuan.money import queries as payments
from bihuan.project.crediting import credit
from bihuan.project.drill.lives import World
from bihuan.project.drill.orders import Row
from bihuan.project.drill.people import awake, later

PATIENCE: Final = 60
"""How often a life looks again for something that others must do first."""
ADDRESS: Final = {
    "recipient": "售后组",
    "phone": "13800138000",
    "region": "浙江省杭州市",
    "address": "一号仓",
}
_WANTS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "baixa_qualidade": (("return", "quality"), ("exchange", "quality"), ("repair", "quality")),
    "diferente_do_anunciado": (("return", "not_as_described"), ("exchange", "wrong_item")),
    "entrega_parcial": (("resend", "missing_item"), ("return", "missing_item")),
    "devolucao": (("return", "no_reason"), ("return", "quality")),
    "atrasado": (("return", "late"),),
}


@dataclass
class Care:
    """One application under way."""

    world: World
    row: Row
    consumer: Actor
    case_id: UUID | None = None

    @property
    def case(self) -> Case:
        if self.case_id is None:
            raise LookupError("not applied for yet")
        return cases.get(self.case_id)

    @property
    def merchant(self) -> Actor:
        firm = self.case.merchant_id
        return next(a for a in self.world.on.people.values() if a.organisation_id == firm)

    def take(self, actor: Actor, at: datetime, step: str, **data: Any) -> Any:
        """Take a step; a refusal is counted under its clause and gives None."""
        try:
            result = steps.take(name=step, case_id=self.case.id, actor=actor, at=at, data=data)
        except BihuanError as refusal:
            self.world.tally[f"refused {step} {refusal.clause or refusal.error_code}"] += 1
            return None
        self.world.tally[step] += 1
        return result if result is not None else True


def order(world: World, row: Row) -> Iterator[datetime]:
    """From the purchase to the review, and what the buyer asks for where something was wrong."""
    first = world.order()
    consumer = world.on.consumers[first["buyer"]["ref"]]
    _tell(world, row, first, world.now)
    yield max(row.ordered_at + timedelta(days=1, minutes=1), world.now)
    _tell(world, row, first, world.now)
    if row.delivered_at is None:
        yield max(row.promised_at + timedelta(days=5), world.now)
        yield from _apply(Care(world, row, consumer), "refund_only", "lost")
        return
    yield max(row.delivered_at + timedelta(minutes=5), world.now + timedelta(minutes=1))
    _tell(world, row, first, world.now)
    wanted = _wanted(world, row)
    if wanted is not None:
        yield awake(world.chance, world.now, 30)
        yield from _apply(Care(world, row, consumer), *wanted)


def _tell(world: World, row: Row, first: dict[str, Any], at: datetime) -> None:
    """The marketplace tells us the order as it is now."""
    taken = marketplace.take_orders(actor=PROGRAM, at=at, batch=[row.order(first, at)], source="import")
    world.tally["orders refused" if taken.rejected else "orders told"] += 1
    if taken.rejected:
        world.tally[f"order: {taken.rejected[0].error}"[:80]] += 1


def _wanted(world: World, row: Row) -> tuple[str, str] | None:
    """What the buyer asks for: the late and the low-rated, by what people said the review was about."""
    if row.late and row.score <= 3:
        return "return", "late"
    if row.score <= 2:
        return world.chance.choice(_WANTS.get(row.told, (("return", "no_reason"),)))
    return None


def _apply(care: Care, kind: str, ground: str) -> Iterator[datetime]:
    world, at = care.world, care.world.now
    photos = () if world.chance.random() < 0.25 else (stage.photo(care.consumer, at=at, shade=at.minute),)
    try:
        made = actions.submit(
            actor=care.consumer, at=at,
            new=NewApplication(
                channel="site", consumer_id=care.consumer.id, order_number=care.row.number, kind=kind,
                ground=ground, pieces={1: care.row.pieces}, text=care.row.words, opened=True, used=False,
                evidence={"photo": photos, "video": photos, "packaging": photos} if photos else {},
            ),
        )  # fmt: skip
    except BihuanError as refusal:
        world.tally[f"refused submit {refusal.clause or refusal.error_code}"] += 1
        return
    world.tally[f"applied {kind} {ground}"] += 1
    care.case_id = made.case_id
    yield from _live(care)


def _live(care: Care) -> Iterator[datetime]:
    """Whoever the state waits for acts in their own time; the end may come by itself."""
    world = care.world
    for _ in range(PATIENCE):
        case = care.case
        if not case.is_open:
            break
        consumers = case.state in ("materials", "fulfilled") or (
            case.state == "approved" and _application(care).address_at is not None
        )
        if consumers:
            yield awake(world.chance, world.now, 20)
        else:
            yield later(world.chance, world.now, world.manner(care.merchant))
        _ACTS.get(care.case.state, _nothing)(care, world.now)
    world.tally[f"ended {care.case.state}"] += 1
    if care.case.state == "declined" and world.chance.random() < 0.5:
        _complain(care, world.now)


def _application(care: Care) -> Application:
    return Application.objects.get(case_id=care.case.id)


def _nothing(care: Care, at: datetime) -> None:
    del care, at


def _materials(care: Care, at: datetime) -> None:
    if care.world.chance.random() < 0.8:
        photo = stage.photo(care.consumer, at=at, shade=at.second)
        missing = _application(care).missing
        care.take(
            care.consumer, at, "give_materials", materials_given={code: [str(photo)] for code in missing}
        )


def _deciding(care: Care, at: datetime) -> None:
    file = queries.file_for(PROGRAM, care.case.id, at=at)
    passed = file.application.platform_decides
    who = care.world.on.who("supervisor") if passed else care.merchant
    judged = file.judgement.outcome if file.judgement else "person"
    if judged == "not_eligible" or (judged == "person" and care.world.chance.random() < 0.3):
        ground = (file.judgement.ground if file.judgement else "") or "not_intact"
        care.take(
            who, at, "decline", ground=ground,
            alternatives=["repair", "negotiate"], reason="经核对订单和材料，不符合条件，可选择其他方案",
        )  # fmt: skip
    if care.case.state == "deciding":
        care.take(who, at, "approve")


def _approved(care: Care, at: datetime) -> None:
    if _application(care).address_at is None:
        care.take(care.merchant, at, "give_address", **ADDRESS)
    elif care.world.chance.random() < 0.9:
        number = f"SF{care.case.number}"
        care.take(care.consumer, at, "send_back", carrier="顺丰速运", tracking_number=number)


def _returning(care: Care, at: datetime) -> None:
    if care.world.chance.random() < 0.5:
        care.take(care.merchant, at, "receive")


def _inspecting(care: Care, at: datetime) -> None:
    worn = care.world.chance.random() < 0.1
    found: dict[str, Any] = {
        "number": 1,
        "quantity": care.row.pieces,
        "finding": "worn" if worn else "intact",
    }
    if worn:
        photo = stage.photo(care.merchant, at=at, party="merchant", shade=at.minute)
        found["deduction"] = care.row.goods_fen // 10
        care.take(
            care.merchant, at, "inspect", findings=[found], text="有明显使用痕迹", evidence_ids=[str(photo)]
        )
    else:
        care.take(care.merchant, at, "inspect", findings=[found])


def _disputed(care: Care, at: datetime) -> None:
    """The consumer answers a finding where one waits for an answer; what is left a person settles."""
    chance = care.world.chance
    if care.case.next_step == "accept_finding":
        if chance.random() < 0.5:
            care.take(care.consumer, at, "accept_finding")
            return
        if chance.random() < 0.5:
            care.take(care.consumer, at, "object_finding", reason="试穿一次，没有使用")
    outcome = chance.choice(["granted", "granted", "rejected"])
    care.take(care.world.on.who("supervisor"), at, "settle", outcome=outcome, reason="依双方照片认定")


def _replacing(care: Care, at: datetime) -> None:
    out = [p for p in _application(care).parcels.all() if p.direction == "out" and p.signed_at is None]
    if out:
        care.take(care.consumer, at, "deliver")
    else:
        again = _application(care).parcels.filter(direction="out").count()
        number = f"YT{care.case.number}-{again}"
        care.take(care.merchant, at, "send_goods", carrier="圆通速递", tracking_number=number)


def _repairing(care: Care, at: datetime) -> None:
    care.take(care.merchant, at, "finish_repair", text="更换主板，测试正常", parts=["主板"])


def _refunding(care: Care, at: datetime) -> None:
    if any(part.refund is None for part in _application(care).parts.all()):
        care.take(care.merchant, at, "pay")
    _approve(care, at)
    _credit(care, at)


def _fulfilled(care: Care, at: datetime) -> None:
    chance = care.world.chance
    _credit(care, at)
    if chance.random() < 0.05:
        care.take(care.consumer, at, "object", reason="还有问题没有解决")
    elif chance.random() < 0.7:
        care.take(care.consumer, at, "confirm", score=chance.choices([1, 2, 3, 4, 5], (1, 1, 2, 4, 4))[0])


def _approve(care: Care, at: datetime) -> None:
    """What lies above the limit of who asked is approved by a second person with a higher one."""
    for row in payments.refunds_of(care.case.id):
        if row.state == "held" and not _approved_by("supervisor", care, at, row.id):
            _approved_by("manager", care, at, row.id)


def _approved_by(name: str, care: Care, at: datetime, refund_id: UUID) -> bool:
    """Whether this person may; a refusal is counted."""
    try:
        money.approve(actor=care.world.on.who(name), at=at, refund_id=refund_id)
    except BihuanError as refusal:
        care.world.tally[f"refused approve refund {name} {refusal.clause or refusal.error_code}"] += 1
        return False
    care.world.tally["refund approved"] += 1
    return True


def _credit(care: Care, at: datetime) -> None:
    care.world.tally["credited"] += credit(payments.refunds_of(care.case.id), at=at)


def _complain(care: Care, at: datetime) -> None:
    """The consumer is not content and opens a complaint from it: nothing is typed twice."""
    try:
        case_actions.open_as(flow="complaint", case_id=care.case.id, actor=care.consumer, at=at)
    except BihuanError as refusal:
        care.world.tally[f"refused open_as {refusal.clause or refusal.error_code}"] += 1
        return
    care.world.tally["complaint opened from it"] += 1


_ACTS: Final = {
    "materials": _materials,
    "deciding": _deciding,
    "approved": _approved,
    "returning": _returning,
    "inspecting": _inspecting,
    "disputed": _disputed,
    "replacing": _replacing,
    "repairing": _repairing,
    "refunding": _refunding,
    "fulfilled": _fulfilled,
}
