"""一站式 settlements: what is wrong is said by row, what is right goes in once."""

import io
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.bankfiles.reader import Unreadable
from assistance.bankfiles.settled_care import COLUMNS, blank_form, read_settlements
from assistance.models import MedicalSettlement, SettlementFile
from assistance.services.settled_care import check_file, load_file, try_file
from civaffairs.lib.errors import BadInput
from civaffairs.registry.access import Forbidden, NotVisible
from civaffairs.registry.models import AuditEvent
from tests import payments
from tests.cast import COUNTY, QINGXI_VILLAGE
from tests.settled_care import TODAY, row, tried, workbook

pytestmark = pytest.mark.django_db


def known(person, **changes) -> dict:
    return {"name": person.name, "id_number": person.id_number} | changes


def test_a_known_person_and_an_unknown_one_go_in(cast):
    person = payments.person("梅知雪")
    file = tried(cast, [known(person, number="A1"), {"number": "A2"}])
    assert not MedicalSettlement.objects.exists()
    assert [fault.message for fault in try_file(file, TODAY).faults] == []
    loaded, new = load_file(file_id=file.pk, by=cast.county_qian, on=TODAY)
    assert (new, loaded.loaded_count, loaded.loaded_by, loaded.content) == (True, 2, cast.county_qian, "")
    of_person = MedicalSettlement.objects.get(number="A1")
    assert (of_person.person, of_person.office_id, of_person.id_number) == (person, QINGXI_VILLAGE, "")
    assert (of_person.total_fen, of_person.serious_fen, of_person.aid_fen) == (1_200_000, 0, 150_050)
    assert (of_person.identity, of_person.settled_on) == ("dibao", date(2026, 4, 20))
    stranger = MedicalSettlement.objects.get(number="A2")
    assert (stranger.person, stranger.office_id) == (None, COUNTY)
    assert stranger.id_number == row()["id_number"]
    assert AuditEvent.objects.filter(action="settled_care.load").count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id_number": "51990119480211901X"}, "身份证号|校验码"),
        ({"id_number": 519901194802119010}, "校验码|15位|不对|身份证号"),
        ({"id_number": ""}, "请填写身份证号"),
        ({"name": ""}, "姓名没有填"),
        ({"number": "3.1E+17"}, "结算单号被表格软件"),
        ({"identity": "五保老人家属"}, "看不懂救助身份"),
        ({"settled_on": "2026-05-07"}, "还没到"),
        ({"settled_on": "去年冬天"}, "结算日期："),
        ({"settled_on": "1940-01-01"}, "早于出生日期"),
        ({"in_policy_fen": "12000.01"}, "比医疗费用总额 12,000.00 元还多"),
        ({"aid_fen": "4000.01"}, "合计支付 10,000.01 元"),
        ({"basic_fen": ""}, "基本医保支付：请填写金额"),
        ({"aid_fen": "-1"}, "医疗救助支付：金额不能是负数"),
        ({"total_fen": 0, "in_policy_fen": 0, "basic_fen": 0, "aid_fen": 0}, "总额是 0"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_by_its_number(cast, changes, said):
    file = tried(cast, [{}, changes])
    trial = try_file(file, TODAY)
    assert [one.row for one in trial.rows] == [3]
    (fault,) = trial.faults
    assert fault.row == 4
    assert any(words in fault.message for words in said.split("|"))


def test_a_name_that_is_not_the_persons_stays_out(cast):
    person = payments.person("梅知雪")
    (fault,) = try_file(tried(cast, [known(person, name="梅知霜")]), TODAY).faults
    assert "梅知霜" in fault.message
    assert "梅知雪" in fault.message


def test_a_number_goes_in_once(cast):
    first = tried(cast, [{"number": "B1"}, {"number": "B1"}])
    (fault,) = try_file(first, TODAY).faults
    assert (fault.row, fault.message) == (4, "结算单号和第3行重复")
    load_file(file_id=first.pk, by=cast.county_qian, on=TODAY)
    again = tried(cast, [{"number": "B1"}, {"number": "B2"}])
    (fault,) = try_file(again, TODAY).faults
    assert (fault.row, fault.message) == (3, "这张结算单以前已经导入，不重复导入")
    load_file(file_id=again.pk, by=cast.county_qian, on=TODAY)
    assert MedicalSettlement.objects.count() == 2
    again.refresh_from_db()
    assert again.left_out == [{"row": 3, "message": "这张结算单以前已经导入，不重复导入"}]


def test_the_same_file_twice_changes_nothing(cast):
    sheet = workbook([row()])

    def check() -> SettlementFile:
        return check_file(upload=sheet, name="四月.xlsx", by=cast.county_qian, on=TODAY)

    file = check()
    assert check() == file
    assert load_file(file_id=file.pk, by=cast.county_qian, on=TODAY)[1]
    events = AuditEvent.objects.count()
    assert check() == file
    assert not load_file(file_id=file.pk, by=cast.county_qian, on=TODAY)[1]
    assert (MedicalSettlement.objects.count(), AuditEvent.objects.count()) == (1, events)


def test_a_file_without_a_good_row_is_not_loaded(cast):
    file = tried(cast, [{"name": ""}])
    with pytest.raises(BadInput, match="没有一行可以导入"):
        load_file(file_id=file.pk, by=cast.county_qian, on=TODAY)
    file.refresh_from_db()
    assert file.loaded_on is None


def test_what_was_tried_and_given_up_is_not_kept(cast):
    given_up, kept = tried(cast, [{}]), tried(cast, [{}, {}])
    assert list(SettlementFile.objects.values_list("pk", flat=True)) == [kept.pk]
    assert given_up.pk != kept.pk


def test_only_the_county_clerk_loads(cast):
    file = tried(cast, [{}])
    for posting in (cast.township_li, cast.county_zhao, cast.cashier_zhou):
        with pytest.raises((Forbidden, NotVisible)):
            load_file(file_id=file.pk, by=posting, on=TODAY)
    assert not MedicalSettlement.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_rows(cast):
    def asked(rows: int) -> int:
        people = [payments.person("梅知雪") for _ in range(rows)]
        file = tried(cast, [known(person) for person in people])
        with CaptureQueriesContext(
            connection,
        ) as seen:
            load_file(file_id=file.pk, by=cast.county_qian, on=TODAY)
        return len(seen)

    assert asked(12) == asked(2)


def test_columns_are_found_by_their_heads_in_other_words(cast):
    heads = {
        "identity": "救助对象类别",
        "hospital": "定点医疗机构",
        "total_fen": "总费用（元）",
        "name": "患者姓名",
    }
    columns = tuple(heads.get(column.key, column.title) for column in COLUMNS)
    (read,) = read_settlements(
        workbook([row(settled_on=datetime(2026, 4, 20, 9, 30), aid_fen=0.1 + 0.2)], columns)
    )
    assert (read.row, read.texts["hospital"], read.texts["settled_on"]) == (3, "云岭县人民医院", "2026-04-20")
    assert (read.texts["aid_fen"], read.texts["serious_fen"]) == ("0.30", "0")


def test_a_head_that_lacks_a_column_is_refused_by_its_name():
    columns = tuple("甲" if column.key == "basic_fen" else column.title for column in COLUMNS)
    with pytest.raises(Unreadable, match="缺少：基本医保支付"):
        read_settlements(workbook([row()], columns))


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "文件是空的"), (b"a,b\n1,2\n", "请选择 .xlsx"), (b"PK\x03\x04 broken", "表格打不开")],
)
def test_what_is_no_workbook_is_refused_at_the_field(cast, content, said):
    with pytest.raises(BadInput, match=said) as refusal:
        check_file(upload=io.BytesIO(content), name="甲.xlsx", by=cast.county_qian, on=TODAY)
    assert refusal.value.field == "file"


def test_our_own_form_is_read_but_has_no_row():
    with pytest.raises(Unreadable, match="没有一行结算"):
        read_settlements(io.BytesIO(blank_form()))
