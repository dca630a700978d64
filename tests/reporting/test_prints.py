"""The papers of a case: what stands on them, for whom, and the trace that they leave."""

import io
from copy import deepcopy
from datetime import timedelta

import pytest
from django.urls import reverse
from pypdf import PdfReader

from assistance.models import Application
from assistance.workflow import Status
from civaffairs.registry import clock
from civaffairs.registry.models import AuditEvent
from reporting.document import KeyValueGrid, SignatureRow, plain
from reporting.prints.approval import approval_form
from reporting.prints.assessment import assessment_paper
from reporting.prints.case import papers_of
from reporting.prints.decision import decision_notice
from reporting.prints.visit import visit_form
from reporting.renderers import pdf
from tests import journeys
from tests.cast import QINGXI_VILLAGE, Cast, make_cast
from tests.journeys import MONDAY
from tests.kept import kept

DAY = MONDAY + timedelta(days=23)


@pytest.fixture
def printing(client, monkeypatch):
    def go(posting, days: int = 23):
        monkeypatch.setattr(clock, "today", lambda: MONDAY + timedelta(days=days))
        client.force_login(posting.user)
        return client

    return go


def words_of(content: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return "".join(text.split())


def paper_words(paper) -> str:
    words = [paper.title]
    for block in paper.blocks:
        match block:
            case KeyValueGrid():
                words += [plain(cell.runs) for row in block.rows for cell in row]
            case SignatureRow():
                words += [plain(box.opinion) for box in block.boxes]
            case _ if hasattr(block, "runs"):
                words.append(plain(block.runs))
    return "\n".join(words)


def url(case, form: str) -> str:
    return reverse("print_case", args=[case.pk, form])


def in_every_state() -> tuple[Cast, dict[Status, Application]]:
    cast = make_cast()
    return cast, journeys.in_every_state(cast)


states_kept = kept(in_every_state)


class TestACaseInEachState:
    @pytest.fixture
    def cast(self, states_kept, db):
        return deepcopy(states_kept[0])

    @pytest.fixture
    def states(self, states_kept, db):
        return deepcopy(states_kept[1])

    @pytest.mark.parametrize("status", list(Status), ids=lambda status: status.value)
    def test_every_paper_of_every_state_is_printed_or_refused_in_plain_words(
        self, cast, states, printing, status, drawn_once
    ):
        case = states[status]
        client = printing(cast.township_li)
        for form in ("approval", "visit", "assessment", "notice", "decision"):
            answer = client.get(url(case, form))
            if answer.status_code == 409:
                assert "没有" in answer.content.decode()
            else:
                assert answer.status_code == 200
                assert answer.content.startswith(b"%PDF")

    def test_the_approval_form_carries_the_case_from_the_village_to_the_county(self, states):
        case = states[Status.APPROVED]
        paper = approval_form(papers_of(case, DAY, full=True))
        words = paper_words(paper)
        assert case.applicant.id_number in words
        assert "2,090.00元" in words
        assert "同意给予保障" in words
        boxes = next(block for block in paper.blocks if isinstance(block, SignatureRow)).boxes
        assert [box.title.replace("\n", "") for box in boxes] == [
            "村（居）民委员会意见",
            "乡镇（街道）初审意见",
            "县级民政部门审核确认意见",
        ]
        assert all(box.seal and box.day is None for box in boxes)

    def test_who_may_not_see_whole_numbers_prints_them_masked(self, cast, states, printing):
        case = states[Status.APPROVED]
        number = case.applicant.id_number
        assert number in words_of(printing(cast.township_li).get(url(case, "approval")).content)
        masked = words_of(printing(cast.supervisor_wu).get(url(case, "approval")).content)
        assert number not in masked
        assert number[-4:] in masked

    @pytest.mark.parametrize("status", [Status.APPROVED, Status.REFUSED], ids=["approved", "refused"])
    def test_the_answer_says_how_to_have_it_reviewed(self, states, status):
        case = states[status]
        words = paper_words(decision_notice(papers_of(case, DAY, full=True)))
        assert "60日内向云岭县人民政府申请行政复议" in words
        assert "6个月内依法向人民法院提起行政诉讼" in words

    def test_a_refusal_gives_its_reasons(self, states):
        case = states[Status.REFUSED]
        paper = decision_notice(papers_of(case, DAY, full=True))
        assert "理由：收入超过低保标准。" in paper_words(paper)
        assert paper.signature.office == "云岭县民政局"
        assert paper.number == case.decision.number

    def test_the_family_reads_each_step_of_the_reckoning_with_its_source(self, states):
        case = states[Status.APPROVED]
        record = case.assessments.get(is_current=True)
        steps, parts = assessment_paper(papers_of(case, DAY, full=True)).tables
        assert [row.cells["label"] for row in steps.rows] == [step["label"] for step in record.steps]
        assert all(row.cells["source"].startswith("《") for row in steps.rows)
        assert (
            sum(row.cells["amount"] for row in parts.rows)
            == record.amount_fen
            == parts.totals[0].cells["amount"]
        )

    def test_every_print_leaves_a_trace_without_a_number(self, cast, states, printing, drawn_once):
        case = states[Status.APPROVED]
        printing(cast.county_qian).get(url(case, "approval"))
        event = AuditEvent.objects.get(action="paper.print")
        assert (event.reason, event.object_id, event.user) == (
            "最低生活保障申请审批表",
            str(case.pk),
            cast.county_qian.user,
        )
        assert case.applicant.id_number not in str(event.details) + event.object_label

    def test_the_neighbour_prints_nothing_of_ours(self, cast, states, printing):
        case = states[Status.ON_NOTICE]
        client = printing(cast.outsider_sun, days=12)
        assert client.get(url(case, "approval")).status_code == 404
        assert client.get(reverse("notice_poster", args=[QINGXI_VILLAGE])).status_code == 404
        assert not AuditEvent.objects.filter(action="paper.print").exists()

    def test_without_the_libraries_a_plain_sentence_comes_and_the_list_hides_the_links(
        self, cast, states, printing, monkeypatch
    ):
        case = states[Status.APPROVED]
        monkeypatch.setattr(pdf, "available", lambda: (False, "这台机器缺少打印所需的系统库。"))
        client = printing(cast.county_qian)
        answer = client.get(url(case, "approval"))
        assert answer.status_code == 409
        assert "缺少打印所需的系统库" in answer.content.decode()
        centre = client.get(reverse("print_centre")).content.decode()
        assert "缺少打印所需的系统库" in centre
        assert url(case, "approval") not in centre


def test_an_income_that_is_not_verified_is_not_printed_as_zero(cast):
    case = journeys.submitted(cast, income_fen=None)
    words = paper_words(approval_form(papers_of(case, DAY, full=True)))
    assert "未核定" in words


def test_the_visit_form_is_blank_before_the_visit_and_filled_in_after_it(cast):
    before = paper_words(visit_form(papers_of(journeys.accepted(cast), DAY, full=True)))
    assert "砖瓦房" not in before
    assert "☑属实" not in before
    after = paper_words(visit_form(papers_of(journeys.surveyed(cast), DAY, full=True)))
    assert "砖瓦房三间" in after
    assert "☑属实" in after
    assert "李望春、何满仓" in after


def test_the_poster_of_a_village_holds_all_that_hangs_and_no_minor(cast, printing):
    first, second = journeys.on_notice(cast), journeys.on_notice(cast)
    gone = journeys.deciding(cast)
    answer = printing(cast.township_li, days=12).get(reverse("notice_poster", args=[QINGXI_VILLAGE]))
    words = words_of(answer.content)
    assert first.applicant.name in words
    assert second.applicant.name in words
    assert gone.applicant.name not in words
    for case in (first, second):
        head, _, child = (member.person for member in case.members.all())
        assert child.name not in words
        assert head.id_number not in words


def test_a_village_without_notices_has_no_poster(cast, printing):
    answer = printing(cast.township_li, days=12).get(reverse("notice_poster", args=[QINGXI_VILLAGE]))
    assert answer.status_code == 409
    assert "没有正在公示的家庭" in answer.content.decode()


def test_the_print_centre_offers_each_case_the_papers_it_has(cast, printing, django_assert_num_queries):
    fresh, done = journeys.submitted(cast), journeys.approved(cast)
    client = printing(cast.county_qian)
    client.get(reverse("print_centre"))
    with django_assert_num_queries(100, exact=False) as first:
        words = client.get(reverse("print_centre")).content.decode()
    assert url(done, "decision") in words
    assert url(done, "assessment") in words
    assert url(fresh, "approval") in words
    assert url(fresh, "decision") not in words
    assert url(fresh, "assessment") not in words
    for _ in range(5):
        journeys.submitted(cast)
    with django_assert_num_queries(len(first)):
        client.get(reverse("print_centre"))
