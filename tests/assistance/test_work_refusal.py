"""连续拒绝工作: the refusals are entered, the own share goes down by the county's rule, and comes back with a job."""

from datetime import date

import pytest
from django.urls import reverse

from assistance.models import EntitlementChange, EntitlementMember
from assistance.services.entitlement import confirm_change
from assistance.workflow import ChangeKind
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry import clock
from civaffairs.registry.models import CountySetting, Office
from reporting.document import Paragraph, plain
from reporting.prints.change import change_notice
from tests import rights
from tests.cast import COUNTY
from tests.rights import changed, newest, proposed
from tests.runs import job_kinds  # noqa: F401 the fixture acts by itself

K = ChangeKind
MAY, JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (5, 6, 7, 8))
TODAY = date(2026, 6, 18)
DAYS = ["2026-03-02", "2026-04-08", "2026-05-20"]


def _family(cast):
    """The couple and the grandchild, the wife able to work: 1,900.00 for three and 190.00 of 分类施保."""
    row = rights.family(cast)
    member = row.members.get(relationship="spouse")
    EntitlementMember.objects.filter(pk=member.pk).update(labour="partial")
    return row, member.person


def _set(cast, **values) -> None:
    for key, value in values.items():
        CountySetting.objects.create(
            key=key,
            value=value,
            from_month=date(2026, 1, 1),
            document_number="云民〔2026〕3号",
            entered_by=cast.county_qian,
            confirmed_by=cast.county_zhao,
            confirmed_at=clock.now(),
        )


def _refused(cast, row, wife, month=JULY, days=DAYS, **more):
    return proposed(
        cast, row, K.CUT, "work_refused", month, TODAY, person=wife, details={"refused_on": days}, **more
    )


def test_half_of_the_own_share_goes_after_three_refusals(cast):
    """The wife's share: 1,900.00 ÷ 3 = 633.33, and her 70.00 of 分类施保; half of it, 351.67, goes: 1,738.33 are left."""
    row, wife = _family(cast)
    own = row.members.get(person=wife).classified_fen
    change = _refused(cast, row, wife)
    assert change.details["refusal"] == {"refusal_times": 3, "refusal_way": "reduce", "refusal_percent": 50}
    expected = 209_000 - (190_000 / 3 + own) / 2
    assert abs(change.after_fen - expected) < 100  # rounded as the standard says
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    left = newest(row)
    assert (left.amount_fen, left.persons, left.from_month) == (change.after_fen, 3, JULY)
    assert left.members.get(person=wife).classified_fen == own // 2
    labels = [step["label"] for step in change.reckoning["steps"]]
    assert {"连续拒绝介绍的工作", "本人的低保金", "减发本人的低保金"} <= set(labels)


def test_closed_months_are_booked_as_for_every_cut(cast):
    row, wife = _family(cast)
    rights.listed(cast, "dibao-rural", date(2026, 4, 1), MAY, JUNE)
    change = _refused(cast, row, wife, month=JUNE)
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    assert change.adjustments.get().amount_fen == change.after_fen - 209_000


def test_the_county_may_stop_the_own_share_instead(cast):
    row, wife = _family(cast)
    _set(cast, refusal_way="stop", refusal_times=4)
    with pytest.raises(BadInput, match="连续4次拒绝的才能减发，现在只填了3次") as refusal:
        _refused(cast, row, wife)
    assert refusal.value.field == "refused_4"
    change = _refused(cast, row, wife, days=[*DAYS, "2026-06-01"])
    own = row.members.get(person=wife).classified_fen
    assert abs(change.after_fen - (209_000 - 190_000 / 3 - own)) < 100


def test_what_cannot_be_is_told_at_its_field(cast):
    row, wife = _family(cast)
    for days, field, words in (
        (DAYS[:2], "refused_3", "只填了2次"),
        ([DAYS[0], DAYS[0], DAYS[2]], "refused_2", "先后"),
        ([*DAYS[:2], "2026-06-19"], "refused_3", "不能晚于今天"),
    ):
        with pytest.raises(BadInput, match=words) as refusal:
            _refused(cast, row, wife, days=days)
        assert refusal.value.field == field
    child = row.members.get(relationship="grandchild").person
    with pytest.raises(BadInput, match="没有劳动能力"):
        _refused(cast, row, child)
    with pytest.raises(BadInput, match="听取"):
        _refused(cast, row, wife, heard_on=None, heard_how="")


def test_who_is_alone_and_stopped_is_stopped_by_the_other_act(cast):
    row, wife = _family(cast)
    _set(cast, refusal_way="stop")
    for member in row.members.exclude(person=wife):
        row = changed(cast, row, K.LEAVE, "own_living", MAY, TODAY, person=member.person, payee=wife)
        EntitlementMember.objects.filter(entitlement=row, person=wife).update(labour="partial")
    with pytest.raises(NotAllowed, match="请办理停发"):
        _refused(cast, row, wife)


def test_it_holds_through_other_changes_until_the_work_is_taken(cast):
    row, wife = _family(cast)
    change = _refused(cast, row, wife)
    confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    row = newest(row)
    child = row.members.get(relationship="grandchild").person
    row = changed(cast, row, K.LEAVE, "moved_away", AUGUST, TODAY, person=child)
    full = 134_000  # (700 − 100) × 2 and 140.00, as without any refusal
    own = 14_000 // 2
    assert abs(row.amount_fen - (full - (120_000 / 2 + own) / 2)) < 100
    with pytest.raises(NotAllowed, match="没有变化"):
        proposed(cast, row, K.RAISE, "error", date(2026, 9, 1), TODAY)
    row = changed(cast, row, K.RAISE, "work_accepted", date(2026, 9, 1), TODAY)
    assert row.amount_fen == full


def test_the_form_asks_who_and_when_and_the_notice_says_it(cast, client):
    row, wife = _family(cast)
    client.force_login(cast.township_li.user)
    url = reverse("change_propose", args=[row.pk, "cut"])
    page = client.get(url)
    assert [name for name in page.context["form"].fields if name.startswith("refused_")] == [
        "refused_1",
        "refused_2",
        "refused_3",
    ]
    key = page.context["facts"].before.household.members[0].key
    data = {
        "seen": "0",
        "reason_code": "work_refused",
        "from_month": "2026-07",
        "explanation": "公益性岗位三次都没有去",
        "heard_on": "2026-03-01",
        "heard_how": "上门听取",
        "person": str(wife.pk),
        "income-TOTAL_FORMS": "1",
        "income-INITIAL_FORMS": "0",
        "income-0-member": key,
        "income-0-kind": "business",
        "income-0-label": "种植玉米",
        "income-0-annual": "2400",
        "deduction-TOTAL_FORMS": "0",
        "deduction-INITIAL_FORMS": "0",
    }
    two = data | {"refused_1": "2026-01-05", "refused_2": "2026-02-05"}
    missing = client.post(url, two)
    assert missing.status_code == 422
    assert "连续3次拒绝的才能减发" in missing.content.decode()
    answer = client.post(url, two | {"refused_3": "2026-02-20"})
    assert answer.status_code == 302, answer.content.decode()
    change = EntitlementChange.objects.get()
    assert (change.person, change.details["refused_on"][2]) == (wife, "2026-02-20")
    shown = client.get(answer["Location"]).content.decode()
    assert "怎么算出来的" in shown
    assert "减发本人的低保金" in shown
    change = confirm_change(change_id=change.pk, by=cast.county_zhao, on=TODAY)
    paper = change_notice(change.group(), Office.objects.get(pk=COUNTY))
    text = "".join(plain(block.runs) for block in paper.blocks if isinstance(block, Paragraph))
    assert "连续3次（2026年1月5日、2026年2月5日、2026年2月20日）拒绝接受介绍的" in text
    assert "减发本人的低保金" in text
