"""Typing an application as it happens at a counter: interrupted, pressed twice, in two windows, with the wrong files."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from assistance.forms.declaration import Content, pack
from assistance.models import Application, Draft
from civaffairs.registry.models import DemoDay
from tests import declarations, journeys
from tests.browser.desk import PHONE, Seat
from tests.browser.pages import ApplicationForm, path_of, photo_at, put
from tests.cast import QINGXI_VILLAGE, Cast

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def alone() -> Content:
    """The shortest form that holds: one person, no income, no property."""
    head = declarations.family()["member"][0] | {"income_state": "none"}
    return pack(declarations.family(member=[head], income=[]))


@pytest.fixture
def draft(house: Cast) -> Draft:
    return declarations.drafted(house, content=alone())


def open_form(seat: Seat, draft: Draft) -> ApplicationForm:
    li = seat("township_li")
    li.go("draft_edit", draft.pk)
    return ApplicationForm(li)


@pytest.mark.second_round
def test_pressing_twice_makes_one_application(draft: Draft, seat: Seat) -> None:
    form = open_form(seat, draft)
    button = form.page.get_by_role("button", name="提交申请")
    with form.page.expect_navigation():
        button.dblclick()
    assert form.case().pk == Application.objects.get().pk
    expect(form.page.locator(".timeline")).to_contain_text("提交申请")


def test_sending_the_form_again_from_the_history_makes_no_second_application(
    draft: Draft, seat: Seat
) -> None:
    form = open_form(seat, draft)
    first = form.hand_in()
    answer = form.desk.post("draft_submit", draft.pk, version=draft.version)
    assert (answer.status, answer.headers["location"]) == (302, path_of("case_detail", first.pk))
    assert Application.objects.count() == 1


def test_what_was_typed_is_there_the_next_morning_right_or_wrong(house: Cast, seat: Seat) -> None:
    form = ApplicationForm(seat("township_li")).begin(office=QINGXI_VILLAGE)
    form.page.locator("[data-formset=member] [data-add-row]").click()
    put(form.page, "member-0-name", "田有根")
    put(form.page, "member-0-id_number", "51990119660307001")
    put(form.page, "basics-applied_on", "2026-02-30")
    put(form.page, "basics-causes", ["illness", "school"])
    form.saved()
    address = form.page.url
    form.desk.go("draft_list")
    form.desk.sees("田有根")
    form.page.goto(address)
    expect(form.page.locator("[name=member-0-id_number]")).to_have_value("51990119660307001")
    expect(form.page.locator("[name=basics-applied_on]")).to_have_value("2026-02-30")
    expect(form.page.locator("[name=basics-causes][value=school]")).to_be_checked()


def test_a_form_opened_again_shows_what_its_numbers_say_and_saves_nothing_by_itself(
    house: Cast, seat: Seat
) -> None:
    rows = declarations.family()["member"]
    strange = rows[2] | {"id_number": declarations.SON_ID[:-1] + "1"}
    draft = declarations.drafted(house, content=pack(declarations.family(member=[*rows[:2], strange])))
    saved: list[str] = []
    li = seat("township_li")
    li.page.on("request", lambda request: saved.append(request.url) if "/save/" in request.url else None)
    form = open_form(seat, draft)
    shown = [
        [form.page.locator(f"[name=member-{row}-{part}]").input_value() for part in ("sex", "birth")]
        for row in range(3)
    ]
    assert shown == [["male", "1966-03-07"], ["female", "1968-11-23"], ["", ""]]
    expect(form.page.locator(".member-age").first).to_have_text("59岁")
    form.page.wait_for_timeout(2000)
    form.desk.go("draft_list")
    assert saved == []


def test_mistakes_are_listed_with_their_fields_and_nothing_is_lost(draft: Draft, seat: Seat) -> None:
    form = open_form(seat, draft)
    put(form.page, "member-0-id_number", declarations.HEAD_ID[:-1] + "0")
    put(form.page, "account-bank", "")
    put(form.page, "basics-applied_on", "20270101")
    form.desk.press("提交申请")
    problems = " ".join(form.problems())
    for words in ("校验码", "开户银行", "申请日期"):
        assert words in problems
    expect(form.page.locator("[name=basics-reason]")).not_to_have_value("")
    form.page.locator("[data-error-summary] a").filter(has_text="开户银行").click()
    assert form.page.evaluate("document.activeElement.name") == "account-bank"
    put(form.page, "account-bank", "云岭农商行青溪支行")
    put(form.page, "member-0-id_number", declarations.HEAD_ID)
    put(form.page, "basics-applied_on", "20260302")
    form.hand_in()


@pytest.mark.second_round
def test_a_window_left_open_does_not_overwrite_the_newer_one(draft: Draft, seat: Seat) -> None:
    form = open_form(seat, draft)
    other = form.desk.another_tab()
    other.goto(form.page.url)
    put(other, "basics-phone", "13900000009")
    expect(other.locator("[data-save-state]")).to_contain_text("已自动保存")
    put(form.page, "basics-phone", "13900000002")
    form.page.keyboard.press("Control+s")
    expect(form.page.locator("[data-save-state]")).to_contain_text("别的窗口")
    form.desk.press("提交申请")
    expect(form.page.locator("main")).to_contain_text("您在本页填的内容还在下面")
    expect(form.page.locator("[name=basics-phone]")).to_have_value("13900000002")
    assert not Application.objects.exists()
    form.desk.press("以本页为准，保存")
    draft.refresh_from_db()
    assert "13900000002" in draft.content


@pytest.mark.second_round
def test_handing_in_while_the_form_is_saving_itself_is_one_act(draft: Draft, seat: Seat) -> None:
    """On a slow line the save is still on its way when the clerk has typed the last word and presses."""
    form = open_form(seat, draft)
    held: list[Route] = []
    form.page.route("**/save/", lambda route: held.append(route))
    put(form.page, "basics-phone", "13900000003")
    form.page.keyboard.press("Control+s")
    expect(form.page.locator("[data-save-state]")).to_have_text("正在保存…")
    put(form.page, "basics-phone", "13900000004")
    form.page.get_by_role("button", name="提交申请").click()
    form.page.wait_for_timeout(200)
    with form.page.expect_navigation():
        held[0].continue_()
    form.case()
    assert Application.objects.get().phone == "13900000004"


def test_files_of_the_wrong_kind_or_size_are_refused_beside_the_field(
    draft: Draft, seat: Seat, settings, tmp_path: Path
) -> None:
    settings.ATTACHMENT_MAX_MB = 1
    form = open_form(seat, draft)
    page, papers = form.page, form.page.locator("#materials")
    page.select_option("#material-kind", "id")

    disguised = tmp_path / "身份证.jpg"
    disguised.write_bytes(b"PK\x03\x04" + b"0" * 200)
    page.set_input_files("#material-file", disguised)
    papers.get_by_role("button", name="上传").click()
    expect(papers.locator(".field-error")).to_contain_text("Word、Excel 或压缩文件")

    huge = tmp_path / "户口簿.jpg"
    huge.write_bytes(b"\xff\xd8\xff" + b"0" * 1_200_000)
    page.set_input_files("#material-file", huge)
    expect(papers).to_contain_text("1 MB")
    papers.get_by_role("button", name="上传").click()
    assert draft.attachments.count() == 0

    page.select_option("#material-kind", "id")
    page.set_input_files("#material-file", photo_at(tmp_path / "户口簿.png"))
    papers.get_by_role("button", name="上传").click()
    expect(papers.locator(".file-list")).to_contain_text("户口簿.png")
    expect(page.locator("[data-section=materials]")).not_to_have_text("未传")
    case = form.hand_in()
    case.at(form.desk, "materials")
    form.desk.sees("户口簿.png")


def test_a_file_of_200_mb_never_leaves_the_browser_and_the_server_cuts_it_off(
    draft: Draft, seat: Seat, settings, tmp_path: Path
) -> None:
    settings.ATTACHMENT_MAX_MB = 1
    form = open_form(seat, draft)
    huge = tmp_path / "全家福.jpg"
    with huge.open("wb") as file:
        file.write(b"\xff\xd8\xff")
        file.truncate(200 * 1024 * 1024)
    form.page.select_option("#material-kind", "id")
    form.page.set_input_files("#material-file", huge)
    form.page.locator("#materials").get_by_role("button", name="上传").click()
    expect(form.page.locator("#materials")).to_contain_text("200 MB，超过 1 MB")
    put(form.page, "basics-phone", "13900000005")
    form.saved()
    assert draft.attachments.count() == 0


def test_the_form_is_filled_with_the_keyboard_alone(house: Cast, seat: Seat) -> None:
    form = ApplicationForm(seat("township_li")).begin(office=QINGXI_VILLAGE)
    page, content = form.page, alone()
    page.focus("[name=basics-applied_on]")
    last = ""
    for _ in range(120):
        name, here = page.evaluate("[document.activeElement.name || '', document.activeElement.id]")
        if name == "account-holder_reason":
            break
        assert here != last, f"the cursor stays in {here}"
        last = here
        _answer(page, name, content.get(name, []))
        if name == "basics-agent_relation" and not form.rows("member").count():
            _press_by_keyboard(page, "加一名家庭成员")
        else:
            # In a text area Enter is a new line.
            in_text = page.evaluate("document.activeElement.tagName") == "TEXTAREA"
            page.keyboard.press("Tab" if in_text else "Enter")
    assert name == "account-holder_reason"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    case = form.case()
    assert Application.objects.get(pk=case.pk).applicant.name == "田有根"


def _answer(page: Page, name: str, values: list[str]) -> None:
    """Type into the field that has the cursor, or choose with the arrow keys and the space bar."""
    kind = page.evaluate("document.activeElement.type")
    if kind in ("radio", "checkbox"):
        own = page.evaluate("document.activeElement.value")
        options = page.eval_on_selector_all(f"[name='{name}']", "each => each.map(one => one.value)")
        if kind == "checkbox" and own in values:
            page.keyboard.press("Space")
        elif kind == "radio" and values:
            steps = options.index(values[0]) - options.index(own)
            page.keyboard.press("Space")
            for _ in range(steps):
                page.keyboard.press("ArrowDown")
    elif kind == "select-one" and values:
        options = page.evaluate("[...document.activeElement.options].map(each => each.value)")
        for _ in range(
            options.index(values[0]) - options.index(page.evaluate("document.activeElement.value"))
        ):
            page.keyboard.press("ArrowDown")
    elif values and page.evaluate("document.activeElement.value") != values[0]:
        page.keyboard.type(values[0])


def _press_by_keyboard(page: Page, words: str) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText || ''"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way to {words} by keyboard")


def test_a_home_visit_is_recorded_on_a_phone(house: Cast, seat: Seat) -> None:
    application = journeys.accepted(house)
    DemoDay.objects.update(day=journeys.after(application, 2))
    he = seat("township_he", screen=PHONE)
    he.go("case_act", application.pk, "record_visit")
    page = he.page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for field in page.locator("#act input:visible, #act textarea:visible").all():
        box = field.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    for name, value in VISIT_TYPED.items():
        put(page, name, value)
    he.press("登记入户调查", within="#act")
    expect(page.locator(".notes")).to_contain_text("已办理")
    assert application.visits.get().visited_on == journeys.after(application, 1)


VISIT_TYPED = {
    "visited_on": "20260303",
    "first": "何满仓",
    "second": "李望春",
    "present": "本人",
    "result": "true",
    "living": "土木房两间。",
}
