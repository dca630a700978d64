"""One household from an empty form to the bank's answer, in a real browser.

Each act is done by the person responsible in a log-in of his own, from a button on a page; the wrong person is not
offered the button and is refused when he sends the act all the same. The calendar is moved by the demo's control.
"""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from assistance.forms.declaration import pack
from assistance.models import Application, Entitlement, PaymentLine
from assistance.workflow import RunStatus, Status
from civaffairs.registry import audit
from civaffairs.registry.models import Role
from civaffairs.registry.services.postings import grant_posting
from tests import declarations, journeys
from tests.browser.desk import Desk, Seat
from tests.browser.pages import ApplicationForm, CasePage, RunPage, path_of, photo_at, put
from tests.cast import COUNTY, QINGXI, Cast
from tests.journeys import MONDAY

pytestmark = [
    pytest.mark.browser,
    pytest.mark.second_round,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.pdf,
    pytest.mark.slow,
]

# A household of which one person is protected, so that the head count of the report divides nothing.
FAMILY = declarations.family()
FAMILY["member"] = [one | {"protected": one["key"] == "m1"} for one in FAMILY["member"]]
HEAD = FAMILY["member"][0]["name"]
ACCOUNT = FAMILY["account"]["number"]
APRIL = date(2026, 4, 1)
WORDS_OF_THE_REPORT = (
    "{截止月份}月，农村低保对象{农村低保户数}户{农村低保人数}人，发放农村低保金{农村低保当月发放资金}万元，"
    "人均月保障金{农村低保人均月保障金}元。"
)


def day(after: int) -> str:
    return f"{MONDAY + timedelta(days=after):%Y-%m-%d}"


VISIT = {
    "visited_on": day(3),
    "first": "何满仓",
    "second": "李望春",
    "present": HEAD,
    "result": "true",
    "living": "砖木房三间，家电简陋，户主每周去县医院透析三次。",
}
CHECK = {"reported_on": day(4), "report_number": "核2026-0001", "result": "consistent"}

# act, days after hand-in, who does it, same house but not theirs to do, what is typed
WAY = [
    (
        "accept",
        1,
        "township_li",
        ["village_wang", "reviewer_chen", "county_zhao"],
        {"near_relative": "no", "needs_deliberation": "no"},
    ),
    ("request_check", 2, "township_li", ["reviewer_chen", "county_qian"], {}),
    ("record_visit", 3, "township_he", ["village_wang", "reviewer_chen"], VISIT),
    ("record_check", 4, "county_qian", ["township_li", "county_zhao"], CHECK),
    ("assess", 4, "township_li", ["reviewer_chen", "county_zhao"], {}),
    ("finish_investigation", 7, "township_li", ["reviewer_chen", "village_wang"], {}),
    ("review", 8, "reviewer_chen", ["township_li", "county_zhao"], {"agree": "yes", "opinion": "情况属实"}),
    ("post_notice", 9, "township_li", ["reviewer_chen", "village_wang"], {"place": "青溪村公示栏"}),
    ("attach_photo", 10, "township_li", ["reviewer_chen", "county_qian"], {"place": "青溪村公示栏"}),
    ("close_notice", 17, "township_li", ["reviewer_chen", "county_qian"], {}),
    ("approve", 22, "county_zhao", ["county_qian", "township_li", "village_wang"], {"opinion": "同意"}),
    ("inform", 23, "township_li", ["county_zhao", "reviewer_chen"], {"informed_on": day(23)}),
]


@pytest.fixture
def at_once(house: Cast) -> None:
    """The county's standards are in force, and the township's reviewer sits in for a decider as well."""
    journeys.standard(house)
    grant_posting(
        user_id=house.reviewer_chen.user_id,
        role=Role.COUNTY_APPROVER,
        office_code=COUNTY,
        from_day=MONDAY,
        by=house.security_feng,
        on=MONDAY,
    )


def test_one_household_from_an_empty_form_to_the_bank(at_once: None, seat: Seat, worker, tmp_path) -> None:
    li = seat("township_li", by_hand=True)
    case = handed_in(seat)
    for act, after, right, wrong, typed in WAY:
        li.go("home")
        li.move_day(MONDAY + timedelta(days=after))
        for name in wrong:
            case.turned_away(seat(name, by_hand=True), act, 403)
        case.turned_away(seat("outsider_sun", by_hand=True), act, 404)
        if act == "attach_photo":
            typed = typed | {"photo": str(photo_at(tmp_path / "公示栏.jpg"))}
            too_early(case, seat)
        if act == "approve":
            not_by_the_reviewer_in_another_coat(case, seat)
        case.do(seat(right, by_hand=True), act, **typed)

    application = Application.objects.get(pk=case.pk)
    assert application.status == Status.APPROVED
    entitlement = Entitlement.objects.get()
    assert entitlement.from_month == APRIL
    amount = f"{entitlement.amount_fen / 100:,.2f}"
    case.at(li, "reckoning")
    li.sees(f"{amount} 元")

    run = paid(seat, entitlement, tmp_path)
    assert run.pk == PaymentLine.objects.get().run_id
    printed = pdf_text(li, path_of("run_print_file", run.pk, QINGXI))
    assert HEAD in printed
    assert amount in printed
    reported(seat, amount)
    assert list(audit.faults()) == []


def handed_in(seat: Seat) -> CasePage:
    """The clerk types the whole form. The neighbour's clerk sees neither the draft nor, later, the case."""
    li, sun = seat("township_li"), seat("outsider_sun", by_hand=True)
    form = ApplicationForm(li).begin(office=declarations.QINGXI_VILLAGE)
    form.fill(pack(FAMILY))
    form.saved()
    assert sun.go("draft_edit", form.draft.pk) == 404
    assert sun.post("draft_submit", form.draft.pk, version=form.draft.version).status == 404
    reviewer = seat("reviewer_chen", by_hand=True)
    assert reviewer.go("draft_edit", form.draft.pk) in (403, 404)
    assert reviewer.post("draft_submit", form.draft.pk, version=1).status in (403, 404)
    case = form.hand_in()
    expect(li.page.locator(".identity-bar")).to_contain_text(HEAD)
    expect(li.page.locator(".identity-bar")).to_contain_text("待受理")
    assert case.at(sun) == 404
    return case


def too_early(case: CasePage, seat: Seat) -> None:
    """A notice that has hung for a day cannot be closed, from no page and by no hand."""
    li = seat("township_li")
    case.at(li)
    expect(li.page.locator(".act-closed")).to_contain_text("公示期满")
    answer = li.post("case_act", case.pk, "close_notice", version=Application.objects.get().version)
    assert answer.status == 409
    assert Application.objects.get().status == Status.ON_NOTICE


def not_by_the_reviewer_in_another_coat(case: CasePage, seat: Seat) -> None:
    """A township decides only what the county has delegated. And he who reviewed holds a decider's post too: the
    button is greyed with the reason, and sending it is refused."""
    chen = seat("reviewer_chen")
    case.turned_away(chen, "approve", 409)
    switch(chen, "县级审批")
    case.at(chen)
    expect(chen.page.locator(".act-closed")).to_contain_text("您是这件的")
    answer = chen.post(
        "case_act", case.pk, "approve", version=Application.objects.get().version, opinion="同意"
    )
    assert answer.status == 409
    assert Application.objects.get().status == Status.DECIDING
    switch(chen, "乡镇审核")


def switch(desk: Desk, role: str) -> None:
    desk.go("home")
    desk.page.click(".topbar-person")
    with desk.page.expect_navigation():
        desk.page.locator(".menu-panel .menu-item").filter(has_text=role).click()
    expect(desk.page.locator(".notes")).to_contain_text("已切换到")


def paid(seat: Seat, entitlement: Entitlement, folder) -> RunPage:
    """April's run: prepared by Celery, checked, approved and sent by three people, answered by the bank."""
    amount = f"{entitlement.amount_fen / 100:.2f}"
    qian, zhou, zhao = (seat(who, by_hand=True) for who in ("county_qian", "cashier_zhou", "county_zhao"))
    li, sun = seat("township_li"), seat("outsider_sun")
    li.go("home")
    li.move_day(APRIL + timedelta(days=7))
    for wrong in (zhou, zhao, li):
        assert wrong.post("run_new", scheme="dibao-rural", month="2026-04", kind="regular").status == 403
    run = RunPage.begin(qian, "dibao-rural", APRIL)
    expect(qian.page.locator(".identity-bar")).to_contain_text("待核对", timeout=30_000)
    run.turned_away(qian, "check", "核对无误")
    run.do(zhou, "核对无误")
    run.turned_away(zhou, "approve", "审批")
    run.turned_away(li, "approve", "审批")
    run.do(zhao, "审批")
    run.turned_away(zhao, "issue", "生成代发文件")
    number = "云民〔2026〕15号"
    run.do(zhou, "生成代发文件", format="通用CSV（UTF-8）", document_number=number)

    run.at(zhou)
    with zhou.page.expect_download() as waiting:
        zhou.page.get_by_role("link", name="下载").click()
    sent = waiting.value.path().read_bytes()
    assert sent.startswith(b"\xef\xbb\xbf")
    head, line = sent.decode("utf-8-sig").split()
    assert {ACCOUNT, HEAD, amount} <= set(line.split(","))
    run.at(sun)
    assert amount not in sun.page.content()

    answer = folder / "回盘.csv"
    answer.write_text(f"{head},处理结果\r\n{line},成功\r\n", encoding="utf-8")
    run.at(zhou)
    zhou.follow("导入银行回盘", within=".act-list")
    put(zhou.page, "file", str(answer))
    zhou.press("导入")
    zhou.sees("全部对上")
    row = PaymentLine.objects.get()
    assert (row.amount_fen, row.run.status) == (entitlement.amount_fen, RunStatus.CLOSED)
    return run


def reported(seat: Seat, amount: str) -> None:
    """The month's report: drafted by the county, its figures traced to this household, issued, and read as printed."""
    qian, wu = seat("county_qian"), seat("supervisor_wu", by_hand=True)
    li = seat("township_li")
    li.go("home")
    li.move_day(date(2026, 5, 6))
    assert li.post("report_new", kind="livelihood-monthly", first="2026-04", month="2026-04").status == 403
    qian.go("report_new")
    put(qian.page, "first", "2026-04")
    put(qian.page, "month", "2026-04")
    qian.press("生成初稿")
    qian.press("保存并查看")
    report = re.search(r"/reports/(\d+)/", qian.page.url)[1]
    assert qian.page.get_by_role("link", name="签发", exact=True).count() == 0
    assert qian.post("report_issue", report, version=1).status == 403
    assert wu.go("report_edit", report) == 200
    put(wu.page, "dibao", WORDS_OF_THE_REPORT)
    wu.press("保存并查看")

    # Every number on the screen leads to the rows behind it, this household among them.
    wu.page.locator(".paper p .figure-link").first.click()
    wu.follow("青溪镇")
    wu.follow("青溪村")
    wu.sees(HEAD)
    wu.go("report_detail", report)
    wu.follow("签发")
    wu.press("签发")
    issued = wu.page.locator(".edition-list a").first.get_attribute("href")
    text = pdf_text(wu, issued)
    assert f"人均月保障金{amount}元" in text
    assert HEAD not in text


def pdf_text(desk: Desk, address: str) -> str:
    """What stands on a printed paper, without the breaks of its lines."""
    answer = desk.context.request.get(desk.site + address)
    assert answer.headers["content-type"] == "application/pdf", answer.text()
    pages = PdfReader(BytesIO(answer.body())).pages
    return "".join("".join(page.extract_text() for page in pages).split())
