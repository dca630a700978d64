"""The application form: what it takes, what it refuses, and how far each section has come. No database."""

from datetime import date

import pytest
from django.http import QueryDict

from assistance.forms.declaration import Declaration, content_of, label_of, pack, people_in
from civaffairs.lib.identity import check_digit
from tests.declarations import HANDED_IN, HEAD_ID, SON_ID, WIFE_ID, family, member


def declare(**changes) -> Declaration:
    return Declaration(pack(family(**changes)), HANDED_IN)


def with_head(**changes) -> Declaration:
    head, *others = family()["member"]
    return declare(member=[head | changes, *others])


def sentences(declaration: Declaration) -> list[str]:
    return [words for error in declaration.errors() for words in error.messages]


def on_field(declaration: Declaration, row: int, field: str) -> list[str]:
    return list(declaration.members[row].errors.get(field, []))


def test_a_family_filled_in_as_it_should_be_is_accepted():
    declaration = declare()
    assert sentences(declaration) == []
    assert declaration.is_valid()


def test_the_id_number_gives_sex_and_birth():
    declaration = declare()
    wife = declaration.members[1].cleaned_data
    assert (wife["sex"], wife["birth"]) == ("female", date(1968, 11, 23))


def test_an_old_number_of_fifteen_digits_becomes_eighteen():
    old = HEAD_ID[:6] + HEAD_ID[8:17]
    assert with_head(id_number=old).members[0].cleaned_data["id_number"] == HEAD_ID


def tomorrow() -> str:
    first = "51990120260303001"
    return first + check_digit(first)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"id_number": HEAD_ID[:-1] + "9"}, "id_number", "第18位校验码不对"),
        ({"id_number": HEAD_ID[:-1]}, "id_number", "应为18位，现在是17位"),
        ({"id_number": tomorrow()}, "id_number", "出生日期还没到"),
        ({"id_number": "519901196613070018"}, "id_number", "不存在"),
        ({"id_number": ""}, "id_number", "请填写身份证号"),
        ({"id_number": "W12"}, "id_number", "无证编号是 W 加18位数字"),
        ({"without_id": True}, "without_id", "就不要再勾“无身份证”"),
        ({"sex": "female"}, "sex", "与身份证号不一致，身份证号是男"),
        ({"birth": date(1966, 3, 8)}, "birth", "与身份证号不一致，身份证号是1966-03-07"),
        ({"name": ""}, "name", "请填写姓名"),
        ({"relationship": ""}, "relationship", "请选择与户主关系"),
        ({"labour": ""}, "labour", "请选择劳动能力"),
        ({"protected": None}, "protected", "请选择是否保障对象"),
        ({"severe_illness": True, "illness": ""}, "illness", "请填写病种"),
        ({"disability_number": WIFE_ID + "43"}, "disability_number", "与本人身份证号不一致"),
        ({"disability_number": HEAD_ID + "49"}, "disability_number", "第20位是残疾等级"),
        ({"income_state": ""}, "income_state", "没有收入也要选"),
        ({"not_counted": "prison", "protected": True}, "protected", "不能是保障对象"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(changes, field, words):
    found = on_field(with_head(**changes), 0, field)
    assert any(words in sentence for sentence in found), found


def test_somebody_without_an_id_needs_sex_and_birth():
    declaration = with_head(id_number="", without_id=True)
    assert on_field(declaration, 0, "sex") == ["没有身份证的，请选择性别"]
    assert on_field(declaration, 0, "birth") == ["没有身份证的，请填写出生日期"]
    full = with_head(id_number="", without_id=True, sex="male", birth=date(1966, 3, 7))
    assert full.is_valid()


def test_a_certificate_of_disability_says_kind_and_grade():
    head = with_head(disability_number=HEAD_ID + "42B1").members[0].cleaned_data
    assert (head["disability_kind"], head["disability_grade"]) == (4, 2)


def test_there_is_exactly_one_head():
    head, wife, son = family()["member"]
    two = declare(member=[head, wife | {"relationship": "head"}, son])
    assert on_field(two, 1, "relationship") == ["户主只能有一人，田有根已经是户主"]
    none = declare(member=[head | {"relationship": "other"}, wife, son])
    assert "还没有户主，请把其中一人的“与户主关系”选为户主" in sentences(none)


def test_nobody_is_written_down_twice():
    head, wife, son = family()["member"]
    declaration = declare(member=[head, wife, son, member(id_number=SON_ID)])
    assert on_field(declaration, 3, "id_number") == ["与田小禾的号码重复，同一人只填一次"]


def test_at_least_one_person_is_protected():
    members = [row | {"protected": False} for row in family()["member"]]
    assert "至少要有一名保障对象" in sentences(declare(member=members))


def test_single_protection_is_for_one_person():
    assert any("单人保只保一人" in words for words in sentences(declare(basics={"single_person": True})))


def test_income_left_blank_is_not_zero():
    lines = [{"member": "m1", "kind": "wage", "label": "零工"}]
    declaration = declare(income=[*lines, family()["income"][1]])
    row = declaration.parts["income"].forms[0]
    assert row.errors["annual"] == ["请填写年收入；还没有核实的，勾选“未核定”"]


def test_income_may_be_said_to_be_unknown():
    lines = [{"member": "m1", "kind": "wage", "unknown": True}, family()["income"][1]]
    assert declare(income=lines).is_valid()


def test_a_sum_and_unknown_at_once_is_refused():
    lines = [{"member": "m1", "kind": "wage", "annual": 100_00, "unknown": True}, family()["income"][1]]
    row = declare(income=lines).parts["income"].forms[0]
    assert row.errors["unknown"] == ["已填 100.00 元，就不要再勾“未核定”"]


def test_who_has_income_lists_it_and_who_has_none_does_not():
    missing = declare(income=[family()["income"][1]])
    assert on_field(missing, 0, "income_state") == ["田有根有收入，请在“收入”里逐项填写"]
    too_much = declare(income=[*family()["income"], {"member": "m3", "kind": "other", "annual": 1}])
    assert "两处不一致" in too_much.parts["income"].forms[2].errors["member"][0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"wealth": {"property_state": "has"}}, "请在下面至少填一行"),
        ({"property": [{"kind": "deposit", "value": 100}]}, "下面却填了 1 行"),
        ({"support": {"support_state": "has"}}, "请在下面至少填一行"),
        ({"wealth": {"property_state": ""}}, "有没有存款"),
    ],
)
def test_an_empty_list_must_have_been_meant(changes, words):
    assert any(words in sentence for sentence in sentences(declare(**changes)))


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"kind": "deposit"}, "value"),
        ({"kind": "vehicle"}, None),
        ({"kind": "deposit", "unknown": True}, None),
        ({"kind": "deposit", "value": 500_00}, None),
    ],
)
def test_money_needs_a_value_and_a_vehicle_a_number(row, field):
    declaration = declare(wealth={"property_state": "has"}, property=[row])
    errors = declaration.parts["property"].forms[0].errors
    assert list(errors) == ([field] if field else [])


def test_an_account_of_another_name_needs_its_reason():
    account = declare(account={"holder": "柳叶青"}).parts["account"]
    assert account.errors["holder_reason"] == ["户名不是申请人田有根，请写明原因"]
    assert declare(account={"holder": "柳叶青", "holder_reason": "妻子代领"}).is_valid()
    assert declare(account={"holder": "柳叶青"}, basics={"applicant": "m2"}).is_valid()


@pytest.mark.parametrize("number", ["62170x", "123", "6.217E+18"])
def test_an_account_that_cannot_be_one_is_refused(number):
    assert declare(account={"number": number}).parts["account"].errors["number"]


def test_an_agent_says_who_he_is():
    basics = declare(basics={"agent_name": "田邻"}).parts["basics"]
    assert "agent_relation" in basics.errors


def test_a_form_still_empty_complains_about_nothing_after_quietening():
    declaration = Declaration(pack({"member": [{"relationship": "head"}]}), HANDED_IN)
    words = {section.key: section.words for section in declaration.sections()}
    assert words["basics"] == "未填"
    assert words["members"] == "未填完"
    assert words["deductions"] == "可不填"
    declaration.quieten()
    assert sentences(declaration) == []


def test_a_wrong_value_stays_marked_while_the_rest_is_unfilled():
    typed = {"member": [{"relationship": "head", "id_number": "123"}], "basics": {"phone": "12345"}}
    declaration = Declaration(pack(typed), HANDED_IN)
    tones = {section.key: section.tone for section in declaration.sections()}
    assert tones["basics"] == tones["members"] == "bad"
    declaration.quieten()
    assert on_field(declaration, 0, "id_number") == ["身份证号应为18位，现在是3位"]
    assert len(sentences(declaration)) == 2


def test_every_section_of_a_finished_form_says_so():
    words = {section.key: section.words for section in declare().sections()}
    assert [words.pop(key) for key in ("deductions", "answers")] == ["可不填", "可不填"]
    assert set(words.values()) == {"已填"}


# --- what was typed ------------------------------------------------------------------------------------------


def posted(**fields: str) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in fields.items():
        query.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return query


def test_typed_content_keeps_wrong_values_and_drops_removed_and_untouched_rows():
    content = content_of(
        posted(
            csrfmiddlewaretoken="secret",
            version="4",
            basics__phone="不是电话",
            basics__causes=["illness", "labour"],
            member__0__name="田有根",
            member__0__key="m1",
            member__1__name="走了",
            member__1__DELETE="on",
            member__2__key="m3",
            member__3__name="田小禾",
            member__3__key="",
            member__TOTAL_FORMS="4",
        )
    )
    assert content["basics-phone"] == ["不是电话"]
    assert content["basics-causes"] == ["illness", "labour"]
    assert people_in(content) == [("m1", "田有根"), ("m2", "田小禾")]
    assert not any(name.startswith(("csrf", "version")) for name in content)


def test_the_other_rows_still_name_their_member_when_one_before_is_removed():
    content = content_of(
        posted(
            member__0__name="走了",
            member__0__key="m1",
            member__0__DELETE="on",
            member__1__name="田小禾",
            member__1__key="m2",
            income__0__member="m2",
            income__0__annual="12",
        )
    )
    row = Declaration(content, HANDED_IN).parts["income"].forms[0]
    assert row.cleaned_data["member"] == "m2"


def test_nobody_can_flood_a_draft_with_rows():
    fields = {f"member__{n}__name": "甲" * 5000 for n in range(300)}
    content = content_of(posted(**fields))
    assert len(people_in(content)) == 60
    assert len(content["member-0-name"][0]) == 2000


def test_a_draft_is_called_by_its_head():
    assert label_of(pack({"member": [{"name": "甲"}, {"name": "乙", "relationship": "head"}]})) == "乙"
    assert label_of(pack({})) == ""
