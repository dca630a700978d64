"""A county opens a programme of its own by a form: programme, standard, application, decision, payment. No code.

Each step is done by the person responsible at a desk of his own; whoever entered something is not offered to confirm it.
"""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from assistance.models import Application, Entitlement, PaymentLine, Scheme, Standard
from assistance.workflow import RunStatus, Status
from civaffairs.registry import audit
from tests.browser.desk import PHONE, Desk, Seat
from tests.browser.pages import ApplicationForm, CasePage, RunPage, put
from tests.cast import QINGXI_VILLAGE
from tests.journeys import MONDAY, id_number

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.slow,
]

NAME, SHORT = "尘肺病人生活补助", "尘肺病人"
PERSON, ACCOUNT = "谷满山", "6217000088880000123"
APRIL = date(2026, 4, 1)

# act, days after hand-in, who does it, what is typed: only the steps that the county has chosen
WAY = [
    ("accept", 1, "township_li", {"near_relative": "no"}),
    ("assess", 2, "township_li", {}),
    ("finish_investigation", 2, "township_li", {}),
    ("review", 3, "reviewer_chen", {"agree": "yes", "opinion": "诊断属实"}),
    ("approve", 4, "county_zhao", {"opinion": "同意"}),
]


def test_a_programme_made_by_a_form_is_applied_for_decided_and_paid(seat: Seat, worker) -> None:
    qian, zhao = seat("county_qian"), seat("county_zhao")
    programme_entered(qian)
    programme_confirmed(qian, zhao)
    standard_entered_and_confirmed(qian, zhao)
    case = applied_for(seat)
    li = seat("township_li")
    for act, after, who, typed in WAY:
        li.go("home")
        li.move_day(MONDAY + timedelta(days=after))
        if act == "finish_investigation":
            case.at(li)
            assert not any(case.offers(li, other) for other in ("request_check", "record_visit"))
        case.do(seat(who), act, **typed)
    application = Application.objects.get(pk=case.pk)
    assert (application.status, application.number[:2]) == (Status.APPROVED, "CF")
    entitlement = Entitlement.objects.get()
    assert (entitlement.amount_fen, entitlement.category, entitlement.from_month) == (52_000, "c2", APRIL)
    paid(seat)
    assert list(audit.faults()) == []


def programme_entered(qian: Desk) -> None:
    qian.go("scheme_list")
    qian.follow("新增定额项目")
    page = qian.page
    qian.press("提交确认")
    expect(page.locator("[data-error-summary], .error-summary")).to_contain_text("请填写项目名称")
    for name, value in {
        "document_number": "云民〔2026〕8号",
        "document_title": "尘肺病人生活补助办法",
        "name": NAME,
        "short_name": SHORT,
        "categories-0-name": "一期",
    }.items():
        put(page, name, value)
    page.locator("[data-formset='categories'] [data-add-row]").click()
    put(page, "categories-1-name", "二期、三期")
    qian.press("提交确认")
    qian.sees("待确认的新项目")
    qian.sees("要由县级审批的另一人确认")


def programme_confirmed(qian: Desk, zhao: Desk) -> None:
    """Not by who entered it; before that nobody can enter its standard or apply for it."""
    scheme = Scheme.objects.get(name=NAME)
    assert qian.page.get_by_role("button", name="确认，准予执行").count() == 0
    assert qian.go("standard_new", scheme.code) == 404
    zhao.go("scheme_list", query="?q=cf")
    zhao.follow(NAME)
    zhao.press("确认，准予执行")
    zhao.sees("在册 0 人")


def standard_entered_and_confirmed(qian: Desk, zhao: Desk) -> None:
    qian.go("scheme_list", query="?q=尘肺")
    qian.follow("录入标准")
    page = qian.page
    put(page, "from_month", "2026-01")
    put(page, "document_number", "云民〔2026〕9号")
    put(page, "rates__c1", "360")
    put(page, "rates__c2", "520")
    for question in ("needs_local", "needs_evidence"):
        put(page, question, "no")
    qian.press("提交确认")
    qian.sees("520.00 元")
    zhao.go("standard_list", query="?state=waiting")
    zhao.follow(SHORT)
    zhao.press("确认，准予生效")
    assert Standard.objects.get(scheme__name=NAME).confirmed_at


def applied_for(seat: Seat) -> CasePage:
    """The clerk finds it by its initials and asks only for what such a programme asks; the form fits a phone."""
    li = seat("township_li")
    scheme = Scheme.objects.get(name=NAME)
    li.go("draft_new")
    li.page.fill("[data-choose-search]", "cfbr")
    expect(li.page.locator("[data-words]:visible")).to_have_count(1)
    form = ApplicationForm(li).begin(scheme.code, office=QINGXI_VILLAGE)
    expect(li.page.locator("#declaration [name^=income-]")).to_have_count(0)
    number = id_number(date(1958, 5, 6), "male", 7)
    for name, value in {
        "basics-phone": "13900000077",
        "basics-address": "青溪村5组3号",
        "member-0-name": PERSON,
        "member-0-id_number": number,
        "member-0-severe_illness": "no",
        "answers-category": "c2",
        "account-bank": "云岭农商行青溪支行",
        "account-holder": PERSON,
        "account-number": ACCOUNT,
    }.items():
        put(li.page, name, value)
    form.saved()
    fits_a_phone(seat, form)
    return form.hand_in()


def fits_a_phone(seat: Seat, form: ApplicationForm) -> None:
    he = seat("township_he", screen=PHONE)
    he.go("draft_edit", form.draft.pk)
    wide = he.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    expect(he.page.locator("[name='answers-category']")).to_have_value("c2")


def paid(seat: Seat) -> None:
    qian, zhou, zhao = (seat(who) for who in ("county_qian", "cashier_zhou", "county_zhao"))
    qian.go("home")
    qian.move_day(APRIL + timedelta(days=7))
    run = RunPage.begin(qian, Scheme.objects.get(name=NAME).code, APRIL)
    expect(qian.page.locator(".identity-bar")).to_contain_text("待核对", timeout=30_000)
    run.do(zhou, "核对无误")
    run.do(zhao, "审批")
    run.do(zhou, "生成代发文件", format="通用CSV（UTF-8）", document_number="云民〔2026〕16号")
    run.at(zhou)
    with zhou.page.expect_download() as waiting:
        zhou.page.get_by_role("link", name="下载").click()
    sent = waiting.value.path().read_bytes().decode("utf-8-sig")
    assert {ACCOUNT, PERSON, "520.00"} <= set(sent.split()[1].split(","))
    line = PaymentLine.objects.get()
    assert (line.amount_fen, line.run.status) == (52_000, RunStatus.ISSUED)
