import pytest

from civaffairs.lib.errors import NotAllowed
from civaffairs.lib.workflow import Transition, Workflow

FLOW = Workflow(
    [
        Transition("submit", "提交", {"draft"}, "submitted", "enter"),
        Transition("accept", "受理", {"submitted"}, "accepted", "handle"),
        Transition("note", "登记情况", {"submitted", "accepted"}, None, "handle", kind="record"),
        Transition("approve", "确认", {"accepted"}, "approved", "decide", "handled_by", batch=True),
        Transition("refuse", "不予确认", {"accepted"}, "refused", "decide", kind="end", needs_reason=True),
    ],
    {
        "draft": "草稿",
        "submitted": "已提交",
        "accepted": "已受理",
        "approved": "已确认",
        "refused": "不予确认",
    },
)


def test_a_state_offers_its_acts_in_the_order_of_the_table():
    assert [transition.name for transition in FLOW.allowed("accepted")] == ["note", "approve", "refuse"]
    assert FLOW.allowed("approved") == []


def test_an_act_that_fits_is_handed_back():
    assert FLOW.check("approve", "accepted") is FLOW.get("approve")


def test_an_act_out_of_turn_is_refused_in_words_a_clerk_understands():
    with pytest.raises(NotAllowed) as refusal:
        FLOW.check("approve", "submitted")
    assert "“已提交”" in refusal.value.message
    assert "不能确认" in refusal.value.message


def test_an_act_that_does_not_exist_is_refused_and_not_a_crash():
    with pytest.raises(NotAllowed):
        FLOW.check("fly", "draft")


def test_who_may_not_decide_is_always_a_tuple():
    assert FLOW.get("approve").not_same_person_as == ("handled_by",)
    assert FLOW.get("submit").not_same_person_as == ()


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        ({"kind": "sideways"}, "kind"),
        ({"sources": ()}, "no state"),
        ({"permission": ""}, "open to everybody"),
    ],
)
def test_a_broken_row_of_the_table_does_not_load(broken, word):
    row = {"name": "x", "label": "办", "sources": {"draft"}, "target": None, "permission": "p"} | broken
    with pytest.raises(ValueError, match=word):
        Transition(**row)


def test_two_acts_of_one_name_do_not_load():
    row = Transition("x", "办", {"draft"}, None, "p")
    with pytest.raises(ValueError, match="share a name"):
        Workflow([row, row])


def test_the_diagram_shows_every_arrow_with_chinese_names():
    text = FLOW.diagram()
    assert text.startswith("stateDiagram-v2")
    assert text.count("登记情况") == 2
    assert 'state "草稿" as s0' in text
    assert "[*] --> s0" in text
    assert text.count("--> [*]") == 2
