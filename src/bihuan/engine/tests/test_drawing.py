"""The picture holds what the table holds, no box lies on another, no line on another."""

from __future__ import annotations

from bihuan.engine.drawing import draw, drawn
from bihuan.engine.workflow import Step, Workflow

FLOW = Workflow(
    name="example",
    states=("new", "work", "done", "gone"),
    labels={
        "new": ("新建", "new"), "work": ("处理中", "in work"), "done": ("完成", "done"),
        "gone": ("撤回", "gone"),
    },
    steps=(
        Step("begin", ("new",), "work", "p", "A-1", zh="开始", en="Begin"),
        Step("note", ("new", "work"), None, "p", zh="备注", en="Note"),
        Step("end", ("work",), "done", "p", zh="完成", en="End"),
        Step("leave", ("new", "work"), "gone", "p", zh="撤回", en="Leave"),
        Step("again", ("done", "gone"), "work", "p", zh="重来", en="Again"),
        Step("touch", ("work",), "work", "p", zh="重算", en="Touch"),
    ),
)  # fmt: skip


def test_every_state_and_step_is_in_it() -> None:
    found = drawn(FLOW)
    assert found.states == FLOW.states
    assert found.arrows == (
        "new > begin > work", "new > leave > gone", "work > end > done", "work > leave > gone",
        "done > again > work", "gone > again > work",
    )  # fmt: skip
    assert found.stays == {"new": 1, "work": 2}


def test_names_in_both_languages() -> None:
    box = draw(FLOW, language="en").boxes[1]
    assert (box.label, box.other) == ("in work", "处理中")
    assert [a.label for a in draw(FLOW).arrows][:2] == ["开始", "撤回"]


def test_where_it_begins_and_ends() -> None:
    boxes = {box.state: box for box in draw(FLOW).boxes}
    assert [s for s, box in boxes.items() if box.starts] == ["new"]
    assert [s for s, box in boxes.items() if box.ends] == []
    assert [box.state for box in draw(FLOW, ends={"done"}).boxes if box.ends] == ["done"]


def test_boxes_stand_under_each_other_and_lines_apart() -> None:
    picture = draw(FLOW)
    for above, below in zip(picture.boxes, picture.boxes[1:], strict=False):
        assert above.y + above.height < below.y
    lanes = {(a.lane, a.target) for a in picture.arrows}
    assert len({lane for lane, _ in lanes}) == len(lanes)
    assert all(0 < a.y < picture.height for a in picture.arrows)


def test_a_line_runs_from_the_step_s_name_into_the_box() -> None:
    first = draw(FLOW).arrows[0]
    assert first.path.startswith(f"M{26 + 132 + 18 + round(2 * 13 + 10 + 3 * 6.4)} {first.y}H")
    assert first.path.endswith("H165")


def test_long_names_go_on_in_a_second_line() -> None:
    long = Workflow(
        name="long",
        states=("back", "end"),
        labels={"back": ("已同意，待寄回", "approved, goods to be sent back"), "end": ("完成", "done")},
        steps=(Step("end", ("back",), "end", "p"),),
    )
    box = draw(long, language="en").boxes[0]
    assert [(line.kind, line.text) for line in box.lines] == [
        ("name", "approved, goods to"), ("name", "be sent back"), ("other", "已同意，待寄回"),
    ]  # fmt: skip
    assert box.width <= 24 + 168
    assert box.below + 8 <= box.y + box.height
