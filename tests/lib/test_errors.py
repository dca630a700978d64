import pytest

from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady, Refused, Stale


@pytest.mark.parametrize(
    "refusal",
    [
        NotAllowed("不能办", field="status", article="第20条"),
        Conflict("已有人在办", [3, 4], field="status", article="第20条"),
        NotReady("材料不齐", ["户口簿"], field="status", article="第20条"),
        Stale("别人改过", ["电话"], field="status", article="第20条"),
        BadInput("日期不对", "status", article="第20条"),
    ],
)
def test_every_refusal_carries_its_sentence_its_field_and_its_article(refusal):
    assert isinstance(refusal, Refused)
    assert str(refusal) == refusal.message
    assert (refusal.field, refusal.article) == ("status", "第20条")


def test_a_conflict_lists_the_rows_and_an_unready_case_what_is_missing():
    assert Conflict("已有人在办", [3, 4]).ids == (3, 4)
    assert NotReady("材料不齐", ["户口簿"]).missing == ["户口簿"]
    assert Stale("别人改过", ["电话"]).changes == ("电话",)
