import json

import pytest

from assistance.policy.dibao import FIELDS, Band, DibaoStandard, suggested_params
from assistance.policy.parameters import ParameterErrors

A, B = (
    {"label": "A档", "amount_fen": 60_000, "max_income_fen": 20_000},
    {"label": "B档", "amount_fen": 30_000, "max_income_fen": 70_500},
)


def errors_of(**params) -> dict[str, str]:
    with pytest.raises(ParameterErrors) as refusal:
        DibaoStandard.from_params(suggested_params(**params))
    assert refusal.value.field in refusal.value.errors
    return refusal.value.errors


def test_the_suggestions_of_the_empty_form_are_a_standard_and_survive_json():
    local = DibaoStandard.from_params(
        suggested_params(bands=[A, B], method="bands", classified={"elder": {"percent": 15}})
    )
    stored = json.loads(json.dumps(local.to_params()))
    assert DibaoStandard.from_params(stored) == local
    assert local.bands[0] == Band("A档", 60_000, 20_000)


@pytest.mark.parametrize("name", [field.name for field in FIELDS])
def test_a_value_that_was_not_given_is_an_error_and_never_a_default(name):
    params = suggested_params()
    del params[name]
    with pytest.raises(ParameterErrors) as refusal:
        DibaoStandard.from_params(params)
    assert refusal.value.errors[name].startswith("请填写")


def test_every_fault_is_reported_at_once():
    errors = errors_of(standard_fen=0, elder_age=200, rounding_mode="sideways", vehicles_allowed="maybe")
    assert set(errors) == {"standard_fen", "elder_age", "rounding_mode", "vehicles_allowed"}


@pytest.mark.parametrize(
    ("params", "name", "word"),
    [
        ({"standard_fen": 705.0}, "standard_fen", "整数"),
        ({"standard_fen": True}, "standard_fen", "整数"),
        ({"standard_fen": 10**10}, "standard_fen", "一千万元"),
        ({"min_topup_percent": 101}, "min_topup_percent", "100%"),
        ({"marginal_percent": 90}, "marginal_percent", "100%"),
        ({"rounding_unit_fen": 5}, "rounding_unit_fen", "列表"),
        ({"surprise": 1}, "surprise", "没有"),
        ({"method": "bands"}, "bands", "分档表"),
        ({"method": "bands", "bands": [A]}, "bands", "落不进"),
        ({"bands": [B, A]}, "bands", "高于"),
        ({"bands": [A, B | {"amount_fen": 60_000}]}, "bands", "越高发得越少"),
        ({"method": "bands", "bands": [A | {"amount_fen": 80_000}, B]}, "bands", "超过了低保标准"),
        ({"bands": [{"label": "A档"}]}, "bands", "收入上限"),
        ({"bands": [A | {"label": " "}]}, "bands", "名称"),
        ({"bands": [A | {"amount_fen": 0}]}, "bands", "大于0"),
        ({"bands": "A档"}, "bands", "收入上限"),
        ({"classified": {"tall": {"percent": 5}}}, "classified", "这一类"),
        ({"classified": {"elder": {"percent": 5, "amount_fen": 5}}}, "classified", "只填一样"),
        ({"classified": {"elder": {"percent": 101}}}, "classified", "增发数"),
        ({"classified": {"elder": {"share": 1}}}, "classified", "增发数"),
        ({"classified": []}, "classified", "格式"),
        ({"work_cost_base": "minimum_wage", "minimum_wage_fen": 0}, "minimum_wage_fen", "最低工资"),
        ({"marginal_financial_months": 12}, "marginal_financial_months", "不应"),
    ],
)
def test_a_standard_that_cannot_stand_is_refused_with_a_plain_sentence(params, name, word):
    assert word in errors_of(**params)[name]


def test_every_setting_has_a_label_a_source_and_a_group_for_the_form():
    assert all(field.label and field.source and field.group for field in FIELDS)
    assert len({field.name for field in FIELDS}) == len({field.label for field in FIELDS}) == len(FIELDS)
