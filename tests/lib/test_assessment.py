import copy
import json

import pytest

from civaffairs.lib.assessment import UNKNOWN, Assessment, Part, Step, Unknown


def test_unknown_is_one_thing_and_survives_copying():
    assert Unknown() is UNKNOWN
    assert copy.copy(UNKNOWN) is UNKNOWN
    assert copy.deepcopy({"income": UNKNOWN})["income"] is UNKNOWN


def test_unknown_cannot_be_passed_off_as_nothing():
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(UNKNOWN)
    with pytest.raises(TypeError):
        UNKNOWN + 1


def test_an_assessment_comes_back_from_json_unchanged():
    assessment = Assessment.eligible(
        [Part("base", "补差", 61200), Part("classified", "重度残疾人", 13000, "p1")],
        [Step("月人均收入", "1200 ÷ 3 = 400", 40000, "元/月", "第13条"), Step("户籍", "", None)],
        ["符合条件"],
    )
    assert assessment.amount_fen == 74200
    assert Assessment.from_dict(json.loads(json.dumps(assessment.to_dict()))) == assessment


def test_a_refusal_and_an_open_question_carry_their_reasons_and_no_money():
    assert Assessment.not_eligible("收入超过标准").amount_fen == 0
    assert Assessment.cannot_decide("工资性收入未核定").outcome == "cannot_decide"
    with pytest.raises(ValueError, match="reason"):
        Assessment.not_eligible()


@pytest.mark.parametrize(
    ("outcome", "amount", "parts", "word"),
    [
        ("eligible", 100, [Part("base", "补差", 99)], "sum of its parts"),
        ("eligible", -1, [Part("base", "补差", -1)], "negative"),
        ("not_eligible", 100, [Part("base", "补差", 100)], "only an eligible"),
        ("perhaps", 0, [], "outcome"),
    ],
)
def test_an_assessment_that_contradicts_itself_cannot_be_made(outcome, amount, parts, word):
    with pytest.raises(ValueError, match=word):
        Assessment(outcome, amount, parts, reasons=["x"])


def test_a_step_prints_its_result_with_its_unit():
    assert Step("月人均收入", "", 40000, "元/月").shown == "400.00 元/月"
    assert Step("保障人数", "", 3, "人").shown == "3 人"
    assert Step("财产", "", "符合").shown == "符合"
    assert Step("户籍", "", None).shown == ""
