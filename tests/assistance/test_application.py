"""Handing in an application: rows come into being together, once, and nothing that stands against it is missed."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from assistance.models import Application, ApplicationMaterial, Cause, Draft
from assistance.services import application as intake
from assistance.workflow import Act, Status
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, Stale
from civaffairs.registry.access import Forbidden, NotVisible
from civaffairs.registry.models import Attachment, AuditEvent, Household, Membership, Person
from tests import journeys, payments
from tests.cast import BAISHI, BAISHI_VILLAGE, LIUTANG, QINGXI_VILLAGE
from tests.declarations import (
    HANDED_IN,
    HEAD_ID,
    SON_ID,
    WIFE_ID,
    drafted,
    family,
    member,
    submitted,
)

PHOTO = b"\xff\xd8\xff\xe0" + b"\x00" * 100


def refused(cast, **changes) -> intake.DeclarationRefused:
    with pytest.raises(intake.DeclarationRefused) as caught:
        submitted(cast, **changes)
    return caught.value


def errors_of(refusal: intake.DeclarationRefused, row: int, field: str) -> list[str]:
    return list(refusal.declaration.members[row].errors.get(field, []))


def only_head(**changes) -> dict:
    """A household of the head alone, as parts of the form."""
    head = family()["member"][0] | {"income_state": "none"} | changes
    return {"member": [head], "income": []}


# --- what comes into being -----------------------------------------------------------------------------------


def test_a_submission_makes_persons_household_application_and_its_first_event(cast):
    application = submitted(cast)
    assert application.status == Status.SUBMITTED
    assert application.number == "ND202610100001"
    assert application.causes == [Cause.ILLNESS, Cause.LABOUR]
    assert application.submitted_by == cast.township_li
    assert application.step_due_on == date(2026, 3, 4)
    household = application.household
    assert household.head.name == "田有根"
    rows = household.memberships.order_by("pk").values_list(
        "person__name", "relationship", "from_day", "until_day"
    )
    assert list(rows) == [
        ("田有根", "head", HANDED_IN, None),
        ("柳叶青", "spouse", HANDED_IN, None),
        ("田小禾", "son", HANDED_IN, None),
    ]
    event = application.events.get()
    assert (event.act, event.version, event.from_status, event.to_status) == (Act.SUBMIT, 1, "", "submitted")
    assert application.declarations.get().number == 1
    assert AuditEvent.objects.filter(action="application.submit", object_id=str(application.pk)).exists()


def test_declared_none_is_a_line_of_zero_and_unknown_a_line_without_a_sum(cast):
    wife = family()["member"][1] | {"income_state": "unknown"}
    head, _, son = family()["member"]
    application = submitted(cast, member=[head, wife, son], income=[family()["income"][0]])
    lines = {row.member.person.name: (row.label, row.annual_fen) for row in application.incomes.all()}
    assert lines == {
        "田有根": ("种粮", 360_000),
        "柳叶青": ("收入未核定", None),
        "田小禾": ("申报没有收入", 0),
    }


def test_the_whole_declaration_reaches_its_rows(cast):
    application = submitted(
        cast,
        deduction=[{"member": "m1", "kind": "illness", "annual": 600_000}],
        wealth={"property_state": "has"},
        property=[
            {"kind": "vehicle", "member": "m1", "certificate": "川A00001", "exempt_reason": "代步三轮车"},
            {"kind": "deposit", "unknown": True},
        ],
        support={"support_state": "has"},
        supporter=[
            {
                "name": "田大妹",
                "relation": "女儿",
                "member": "m1",
                "annual_support": 120_000,
                "consented": True,
            }
        ],
        basics={"applicant": "m2"},
        account={"holder": "柳叶青"},
    )
    assert application.applicant.name == "柳叶青"
    assert application.applicant.phone == "13900000001"
    assert application.deductions.get().annual_fen == 600_000
    vehicle, deposit = application.properties.all()
    assert (vehicle.owner, vehicle.count, vehicle.exempt_reason) == ("田有根", 1, "代步三轮车")
    assert deposit.value_fen is None
    supporter = application.supporters.get()
    assert (supporter.supports, supporter.annual_support_fen, supporter.consented) == (
        "田有根",
        120_000,
        True,
    )
    assert application.housing["住房性质"] == "自有住房"


def test_numbers_count_up_in_each_township_and_year(cast):
    first = submitted(cast)
    second = journeys.submitted(cast)
    next_year = submitted(
        cast,
        on=date(2027, 1, 4),
        **only_head(id_number="519901199001010011", name="田有粮", severe_illness=False, illness=""),
        account={"holder": "田有粮"},
    )
    assert [a.number for a in (first, second, next_year)] == [
        "ND202610100001",
        "ND202610100002",
        "ND202710100001",
    ]
    assert first.household.number < second.household.number


def test_somebody_without_an_id_gets_a_flagged_number_and_stays_the_same_person(cast):
    nameless = {"id_number": "", "without_id": True, "sex": "male", "birth": date(1966, 3, 7)}
    application = submitted(cast, **only_head(**nameless))
    person = application.applicant
    assert person.without_id
    assert person.substitute_number == "W519901196603070001"
    assert person.id_index is None
    journeys.do("withdraw", application, cast.township_li, 0, reason="材料重填")
    again = submitted(cast, **only_head(**nameless))
    assert again.applicant == person
    journeys.do("withdraw", again, cast.township_li, 0, reason="再填一次")
    by_number = submitted(cast, **only_head(id_number="w519901196603070001"))
    assert by_number.applicant == person


def test_a_known_person_is_used_again_and_not_doubled(cast):
    first = submitted(cast)
    journeys.do("withdraw", first, cast.township_li, 0, reason="家属撤回")
    second = submitted(cast)
    assert second.pk != first.pk
    assert second.household == first.household
    assert Person.objects.count() == 3
    assert Membership.objects.count() == 3


def test_who_is_left_out_leaves_the_household_and_who_is_new_joins(cast):
    first = submitted(cast)
    journeys.do("withdraw", first, cast.township_li, 0, reason="人口变动")
    later = HANDED_IN + timedelta(days=10)
    head, wife, _ = family()["member"]
    newborn = member(name="田小穗", without_id=True, sex="female", birth=date(2026, 3, 1))
    second = submitted(cast, member=[head, wife, newborn], on=later)
    rows = second.household.memberships.order_by("pk").values_list("person__name", "from_day", "until_day")
    assert list(rows) == [
        ("田有根", HANDED_IN, None),
        ("柳叶青", HANDED_IN, None),
        ("田小禾", HANDED_IN, later),
        ("田小穗", later, None),
    ]
    assert "田小禾原在本户，这次没有列入，已从本户转出" in second.events.get().details["oddities"]


def test_full_numbers_stay_out_of_the_audit_trail(cast):
    submitted(cast)
    for event in AuditEvent.objects.all():
        for number in (HEAD_ID, WIFE_ID, SON_ID, "6217000012345678901", "13900000001"):
            assert number not in f"{event.details}{event.object_label}{event.reason}"


# --- what stands against it ------------------------------------------------------------------------------------


def test_a_form_with_mistakes_makes_nothing_and_keeps_everything(cast):
    refusal = refused(cast, basics={"phone": "12345", "address": ""}, account={"bank": ""})
    assert len(refusal.missing) == 3
    assert not (Application.objects.exists() or Person.objects.exists() or Household.objects.exists())
    draft = Draft.objects.get()
    assert intake.content_of_draft(draft)["basics-phone"] == ["12345"]


def test_an_open_application_of_the_same_person_is_named(cast):
    first = submitted(cast)
    refusal = refused(cast)
    assert errors_of(refusal, 0, "id_number") == [
        f"在青溪村已有一件农村低保申请（{first.number}）正在办理，办结后才能再申请"
    ]


def test_the_neighbouring_township_learns_where_but_not_who(cast):
    submitted(cast)
    refusal = refused(
        cast,
        by=cast.outsider_sun,
        office=BAISHI_VILLAGE,
        **only_head(name="别的名字"),
        account={"holder": "别的名字"},
    )
    assert errors_of(refusal, 0, "id_number") == ["在青溪镇已有一件农村低保申请正在办理，办结后才能再申请"]
    assert errors_of(refusal, 0, "name") == ["这个号码已登记为另一个姓名，请核对姓名和号码"]


def test_who_is_paid_already_cannot_apply_again(cast):
    paid = journeys.approved(cast)
    number = paid.applicant.id_number
    refusal = refused(
        cast, **only_head(name=paid.applicant.name, id_number=number), account={"holder": paid.applicant.name}
    )
    assert errors_of(refusal, 0, "id_number") == [
        "正在青溪村享受农村低保，不能重复申请（《最低生活保障审核确认办法》第4条）"
    ]


def test_another_name_for_a_known_number_is_refused(cast):
    application = submitted(cast)
    journeys.do("withdraw", application, cast.township_li, 0, reason="撤回")
    refusal = refused(cast, **only_head(name="田有很"), account={"holder": "田有很"})
    assert errors_of(refusal, 0, "name") == ["这个号码已登记为“田有根”，请核对姓名和号码"]


def test_a_dead_person_is_no_member(cast):
    application = submitted(cast)
    journeys.do("withdraw", application, cast.township_li, 0, reason="撤回")
    Person.objects.filter(name="田小禾").update(died_on=date(2026, 3, 3))
    assert errors_of(refused(cast), 2, "name") == ["已登记于 2026-03-03 死亡，不能作为家庭成员"]


def test_a_member_of_another_household_moves_only_when_said_so(cast):
    application = submitted(cast)
    journeys.do("withdraw", application, cast.township_li, 0, reason="撤回")
    son = member(name="田小禾", relationship="head", id_number=SON_ID, protected=True)
    parts = {"member": [son], "income": [], "account": {"holder": "田小禾"}}
    refusal = refused(cast, **parts)
    assert "现在登记在青溪村田有根户" in errors_of(refusal, 0, "moved_out")[0]
    parts["member"] = [son | {"moved_out": True}]
    moved = submitted(cast, **parts)
    assert moved.household != application.household
    assert "田小禾已从原家庭转入本户" in moved.events.get().details["oddities"]
    assert application.household.memberships.filter(until_day=None).count() == 2


def next_door(cast, name: str, number: str) -> dict:
    """What a clerk of 白石镇 hands in, naming somebody of 青溪镇 as the head of a household there."""
    head = member(name=name, relationship="head", id_number=number, protected=True, moved_out=True)
    return {
        "office": BAISHI_VILLAGE,
        "by": cast.outsider_sun,
        "member": [head],
        "income": [],
        "account": {"holder": name},
    }


def test_nobody_takes_over_the_payee_of_another_township_by_naming_him(cast):
    entitlement = payments.entitlement(cast, "宋知秋")
    entitlement.members.all().delete()  # draws for his household and is not protected himself
    payee = entitlement.payee
    refusal = refused(cast, **next_door(cast, payee.name, payee.id_number))
    assert errors_of(refusal, 0, "id_number") == ["正在青溪镇代领农村低保，请先由那里变更领款人"]
    payee.refresh_from_db()
    assert payee.office_id == QINGXI_VILLAGE


def test_an_unknown_substitute_number_is_refused(cast):
    refusal = refused(cast, **only_head(id_number="W519901196603070001"))
    assert errors_of(refusal, 0, "id_number") == ["没有这个无证编号，请核对"]


def test_what_is_only_odd_is_told_and_stops_nobody(cast):
    head, wife, son = family()["member"]
    application = submitted(
        cast,
        scheme="dibao-urban",
        member=[head, wife | {"id_number": "519901199001010011"}, son | {"labour": "full"}],
    )
    told = application.events.get().details["oddities"]
    assert "青溪村是农村，申请的是城市低保，请核对户籍类型" in told
    assert "柳叶青与户主性别相同，关系是配偶，请核对" in told
    assert "田小禾13岁，劳动能力选的是“有劳动能力”，请核对" in told
    assert "还没有上传：身份证、户口簿；核对授权书；诚信承诺书" in told


def test_queries_do_not_grow_with_the_number_of_known_members(cast):
    members = [
        member(
            name=f"田成员{n}",
            relationship="other" if n else "head",
            id_number=journeys.id_number(date(1990, 1, 1 + n), "male", n),
            labour="full",
        )
        for n in range(12)
    ]
    counts = []
    for size in (2, 12):
        application = submitted(
            cast, member=members[:size], income=[], account={"holder": "田成员0"}, basics={"applicant": ""}
        )
        journeys.do("withdraw", application, cast.township_li, 0, reason="再来")
        draft = drafted(cast, member=members[:size], income=[], account={"holder": "田成员0"})
        draft.scheme, draft.office  # noqa: B018 - loaded outside the count
        with CaptureQueriesContext(
            connection,
        ) as seen:
            declaration, _ = intake.checked(draft, by=cast.township_li, on=HANDED_IN, application=None)
        assert declaration.is_valid()
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- twice, late, elsewhere ----------------------------------------------------------------------------------


def test_the_second_press_finds_the_application_of_the_first(cast):
    draft = drafted(cast)
    first = intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=HANDED_IN)
    second = intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=HANDED_IN)
    assert first == second
    assert Application.objects.count() == 1
    assert first.events.count() == 1


def test_the_same_number_twice_is_a_race_and_asks_for_a_second_try(cast, monkeypatch):
    submitted(cast)
    monkeypatch.setattr(intake, "application_number", lambda *_: "ND202610100001")
    other = only_head(name="甲一", id_number=journeys.id_number(date(1960, 1, 1), "male", 1))
    draft = drafted(cast, **other, account={"holder": "甲一"})
    with pytest.raises(Conflict, match="再提交一次"):
        intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=HANDED_IN)


def test_a_fault_of_ours_is_not_taken_for_somebody_elses_hurry(cast, monkeypatch):
    def without_a_status(application, *_):
        Application.objects.filter(pk=application.pk).update(status=None)

    monkeypatch.setattr(intake.intake, "write_rows", without_a_status)
    with pytest.raises(IntegrityError):
        intake.submit_draft(draft_id=drafted(cast).pk, by=cast.township_li, on=HANDED_IN)
    assert not Application.objects.exists()


def test_an_older_window_cannot_overwrite_a_newer_one(cast):
    draft = drafted(cast)
    newer = intake.content_of_draft(draft) | {"basics-reason": ["新窗口写的"]}
    intake.save_draft(draft_id=draft.pk, by=cast.township_li, content=newer, version=draft.version)
    older = newer | {"basics-reason": ["旧窗口写的"]}
    with pytest.raises(Stale, match="刚在别的窗口保存过"):
        intake.save_draft(draft_id=draft.pk, by=cast.township_he, content=older, version=draft.version)
    draft.refresh_from_db()
    assert intake.content_of_draft(draft)["basics-reason"] == ["新窗口写的"]


def test_saving_the_same_again_is_harmless(cast):
    draft = drafted(cast)
    again = intake.save_draft(
        draft_id=draft.pk, by=cast.township_li, content=intake.content_of_draft(draft), version=0
    )
    assert again.version == draft.version


def test_a_form_that_was_handed_in_takes_no_change(cast):
    draft = drafted(cast)
    intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=HANDED_IN)
    changed = intake.content_of_draft(draft) | {"basics-reason": ["又想改"]}
    with pytest.raises(Stale, match="已经提交"):
        intake.save_draft(draft_id=draft.pk, by=cast.township_li, content=changed, version=draft.version)
    with pytest.raises(NotAllowed):
        intake.discard_draft(draft_id=draft.pk, by=cast.township_li)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("outsider_sun", NotVisible), ("outsider_village", NotVisible), ("reviewer_chen", Forbidden)],
)
def test_a_draft_is_closed_to_neighbours_and_to_those_who_do_not_take_in(cast, who, refusal):
    draft = drafted(cast)
    with pytest.raises(refusal):
        intake.submit_draft(draft_id=draft.pk, by=getattr(cast, who), on=HANDED_IN)


@pytest.mark.parametrize("office", [BAISHI_VILLAGE, BAISHI])
def test_a_form_is_opened_for_ones_own_area_only(cast, office):
    with pytest.raises(NotVisible):
        intake.create_draft(scheme_code="dibao-rural", office_code=office, by=cast.township_li, on=HANDED_IN)


def test_a_form_belongs_to_a_village(cast):
    with pytest.raises(BadInput, match="村（社区）"):
        intake.create_draft(
            scheme_code="dibao-rural", office_code="519901101000", by=cast.township_li, on=HANDED_IN
        )


def test_a_village_assistant_opens_forms_for_his_own_village_only(cast):
    assert drafted(cast, by=cast.village_wang).office_id == QINGXI_VILLAGE
    with pytest.raises(NotVisible):
        drafted(cast, by=cast.village_wang, office=LIUTANG)


# --- files -----------------------------------------------------------------------------------------------------


def attach(cast, draft, kind="id", content=PHOTO):
    return intake.attach_to_draft(
        draft_id=draft.pk,
        by=cast.township_li,
        on=HANDED_IN,
        upload=SimpleUploadedFile("户口簿.jpg", content),
        kind=kind,
    )


def test_files_of_the_form_become_materials_of_the_application(cast):
    draft = drafted(cast)
    link = attach(cast, draft)
    application = intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=HANDED_IN)
    material = application.materials.get()
    assert (material.attachment_id, material.kind) == (link.attachment_id, "id")


@pytest.mark.parametrize("kind", ["", "visit", "nonsense"])
def test_a_file_needs_a_kind_that_belongs_to_intake(cast, kind):
    with pytest.raises(BadInput, match="附件种类"):
        attach(cast, drafted(cast), kind=kind)


def test_a_file_taken_off_is_gone_and_taking_it_off_twice_is_harmless(cast):
    draft = drafted(cast)
    link = attach(cast, draft)
    for _ in range(2):
        intake.detach_from_draft(draft_id=draft.pk, by=cast.township_li, attachment_id=link.attachment_id)
    assert not Attachment.objects.exists()


def test_a_discarded_form_leaves_no_file_behind(cast):
    draft = drafted(cast)
    attach(cast, draft)
    intake.discard_draft(draft_id=draft.pk, by=cast.township_li)
    assert not Draft.objects.exists()
    assert not Attachment.objects.exists()


# --- correction --------------------------------------------------------------------------------------------------


def in_correction(cast) -> Application:
    application = submitted(cast)
    return journeys.do("request_correction", application, cast.township_li, 1, reason="缺收入证明")


def test_a_correction_begins_with_what_was_handed_in_and_only_once(cast):
    application = in_correction(cast)
    draft = intake.start_correction_draft(application_id=application.pk, by=cast.village_wang)
    assert intake.content_of_draft(draft)["member-0-id_number"] == [HEAD_ID]
    assert intake.start_correction_draft(application_id=application.pk, by=cast.township_li) == draft


def test_a_corrected_form_replaces_the_rows_and_keeps_the_earlier_version(cast):
    application = in_correction(cast)
    draft = intake.start_correction_draft(application_id=application.pk, by=cast.township_li)
    content = intake.content_of_draft(draft) | {"income-0-annual": ["5000"]}
    intake.save_draft(draft_id=draft.pk, by=cast.township_li, content=content, version=draft.version)
    link = attach(cast, draft, kind="income")
    again = intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=HANDED_IN + timedelta(days=3))
    assert again.pk == application.pk
    assert again.status == Status.SUBMITTED
    assert (again.number, again.household_id) == (application.number, application.household_id)
    assert again.paused_on is None
    assert again.incomes.get(label="种粮").annual_fen == 500_000
    assert again.members.count() == 3
    assert list(again.declarations.values_list("number", flat=True)) == [2, 1]
    assert ApplicationMaterial.objects.get(application=again).attachment_id == link.attachment_id
    latest = again.events.first()
    assert (latest.act, latest.version, latest.from_status) == (Act.RESUBMIT, 3, Status.CORRECTION)
    assert Membership.objects.count() == 3


def test_a_correction_handed_in_twice_counts_once(cast):
    application = in_correction(cast)
    draft = intake.start_correction_draft(application_id=application.pk, by=cast.township_li)
    for _ in range(2):
        intake.submit_draft(draft_id=draft.pk, by=cast.township_li, on=HANDED_IN)
    assert application.events.filter(act=Act.RESUBMIT).count() == 1


def test_a_case_that_is_not_under_correction_has_no_form_to_correct(cast):
    application = submitted(cast)
    with pytest.raises(NotAllowed):
        intake.start_correction_draft(application_id=application.pk, by=cast.township_li)
