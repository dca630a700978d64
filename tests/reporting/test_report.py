"""A report from its first draft to its second edition: text filled, conflicts told, what was issued frozen."""

import hashlib
from copy import deepcopy
from datetime import date
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from pypdf import PdfReader

from assistance.models import Entitlement, PaymentLine
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed, NotReady, Stale
from civaffairs.registry.access import Forbidden, NotVisible
from civaffairs.registry.models import AuditEvent
from reporting.document import Document, plain
from reporting.figures import Book
from reporting.models import IssuedReport, Report, Target
from reporting.renderers import pdf
from reporting.services.issue import issue_report
from reporting.services.report import new_report, reopen_report, save_report, texts_of, words_of
from reporting.services.target import set_target
from reporting.sheets.exhibits import target_table
from reporting.sheets.fill import fill, to_keys, to_names
from reporting.sheets.kinds import KINDS, LIVELIHOOD
from tests import payments
from tests.cast import COUNTY, PASSWORD, Cast, make_cast
from tests.kept import kept
from tests.reporting import spring as world
from tests.reporting.spring import DECEMBER, JANUARY, MAY
from tests.undrawn import drawn_in_the_first_round

ON = date(2026, 6, 2)
REASON = "1至4月名册由原系统发放"


def drafted(cast: Cast) -> Report:
    report, _ = new_report(kind=LIVELIHOOD.key, first=JANUARY, month=MAY, by=cast.county_qian, on=ON)
    return report


def written(cast: Cast, report: Report, **texts: str) -> Report:
    """Save a draft with some sections replaced."""
    return save_report(
        report_id=report.pk,
        by=cast.county_qian,
        on=ON,
        version=report.version,
        title=report.title,
        number="云民〔2026〕15号",
        texts=texts_of(report) | texts,
    )


def issued(cast: Cast, report: Report, **changes) -> IssuedReport:
    report.refresh_from_db()
    fields = {"version": report.version, "exception_reason": "", "correction_reason": ""} | changes
    return issue_report(
        report_id=report.pk,
        by=cast.supervisor_wu,
        on=ON,
        address_of=lambda code: f"http://127.0.0.1/verify/{code}/",
        **fields,
    )


def text_of(issued_report: IssuedReport) -> str:
    pages = PdfReader(BytesIO(bytes(issued_report.pdf))).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def with_spring() -> tuple[Cast, dict]:
    cast = make_cast()
    return cast, world.spring(cast)


def with_an_issued_report() -> tuple[Cast, Report, IssuedReport]:
    """Of a county where nobody is paid, so that it takes a reason. The draft is as it was before it was issued."""
    cast = make_cast()
    report = drafted(cast)
    draft = deepcopy(report)
    with drawn_in_the_first_round():
        made = issued(cast, report, exception_reason=REASON)
    return cast, draft, made


spring_kept, issued_kept = kept(with_spring), kept(with_an_issued_report)


# --- the text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.key)
def test_the_default_text_names_only_figures_that_exist(kind):
    for section in kind.sections:
        assert to_names(to_keys(section.text)).replace(" ", "") == section.text.replace(" ", "")


def test_a_place_is_filled_with_the_figure_and_remembers_its_key(cast):
    payments.entitlement(cast, "甲有田", persons=2, from_month=DECEMBER)
    book = Book.of(COUNTY, JANUARY, MAY)
    report = drafted(cast)
    (runs,) = fill(to_keys("{期间}农村低保{农村低保人数}人。"), book, words_of(report, book))
    assert plain(runs) == "1—5月农村低保2人。"
    assert [run.key for run in runs if not isinstance(run, str)] == ["dibao.rural.persons"]


def test_an_unknown_name_is_told_and_nothing_is_saved(cast):
    report = drafted(cast)
    with pytest.raises(BadInput, match="“低保人口数”") as wrong:
        written(cast, report, dibao="共{低保人口数}人")
    assert wrong.value.field == "dibao"
    report.refresh_from_db()
    assert report.version == 1


@pytest.mark.parametrize("text", ["共{农村低保人数人", "[[农村低保人数 > : 有]]", "[[有人|没人]]"])
def test_a_broken_place_is_told(cast, text):
    with pytest.raises(BadInput):
        written(cast, drafted(cast), dibao=text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[农村低保户数 > 0：有{农村低保户数}户|没有]]。", "有1户。"),
        ("[[城市低保户数 > 0：有|没有]]。", "没有。"),
        ("[[农村低保户数 >= 城市低保户数：多|少]]", "多"),
        ("在保[[农村低保人均月保障金 < 100：偏低|正常]]", "在保"),
        (
            "[[农村低保户数·完成率 >= 50：过半|未过半]]（{农村低保户数·完成率}，目标{农村低保户数·目标}户）",
            "过半（50.0%，目标2户）",
        ),
    ],
)
def test_words_follow_the_numbers(cast, text, words):
    payments.entitlement(cast, "甲有田", from_month=DECEMBER)
    set_target(
        by=cast.county_qian,
        year=2026,
        figure="dibao.rural.households",
        value=2,
        document_number="云府〔2026〕1号",
    )
    report = drafted(cast)
    book = Book.of(COUNTY, JANUARY, MAY)
    (runs,) = fill(to_keys(text), book, words_of(report, book))
    assert plain(runs) == words


# --- drafting ---------------------------------------------------------------------------------------


def test_a_draft_is_begun_once(cast):
    report = drafted(cast)
    assert new_report(kind=LIVELIHOOD.key, first=JANUARY, month=MAY, by=cast.county_qian, on=ON) == (
        report,
        False,
    )
    with pytest.raises(Conflict):
        new_report(kind=LIVELIHOOD.key, first=JANUARY, month=MAY, by=cast.supervisor_wu, on=ON)


@pytest.mark.parametrize(
    ("first", "month"),
    [(MAY, JANUARY), (DECEMBER, MAY), (JANUARY, date(2026, 7, 1))],
)
def test_a_wrong_period_is_refused(cast, first, month):
    with pytest.raises(BadInput):
        new_report(kind=LIVELIHOOD.key, first=first, month=month, by=cast.county_qian, on=ON)


def test_who_saves_behind_another_is_told_what_changed(cast):
    report = drafted(cast)
    behind = report.version
    written(cast, report, next="另一人写的。")
    with pytest.raises(Stale) as stale:
        save_report(
            report_id=report.pk,
            by=cast.supervisor_wu,
            on=ON,
            version=behind,
            title="新标题",
            number="",
            texts=texts_of(report),
        )
    assert "下一步打算" in stale.value.changes[0]
    assert "钱若溪" in stale.value.changes[0]


def test_the_same_save_twice_is_one(cast):
    report = drafted(cast)
    first = written(cast, report, next="写好了。")
    again = written(cast, report, next="写好了。")
    assert again.version == first.version == 2
    assert AuditEvent.objects.filter(action="report.save").count() == 1


def test_only_writers_write_and_only_the_supervisor_issues(cast):
    report = drafted(cast)
    with pytest.raises(Forbidden):
        new_report(kind=LIVELIHOOD.key, first=JANUARY, month=MAY, by=cast.county_zhao, on=ON)
    with pytest.raises(Forbidden):
        issue_report(
            report_id=report.pk,
            by=cast.county_qian,
            on=ON,
            version=report.version,
            address_of=lambda code: code,
        )
    with pytest.raises(NotVisible):
        issue_report(
            report_id=report.pk,
            by=cast.township_li,
            on=ON,
            version=report.version,
            address_of=lambda code: code,
        )


# --- issuing ----------------------------------------------------------------------------------------


class TestOfASpring:
    @pytest.fixture
    def cast(self, spring_kept, db):
        return deepcopy(spring_kept[0])

    @pytest.fixture
    def rows(self, spring_kept, db):
        return deepcopy(spring_kept[1])

    @pytest.mark.pdf
    def test_an_issued_report_says_what_the_rows_say(self, cast):
        report = written(cast, drafted(cast))
        made = issued(cast, report)
        text = text_of(made)
        for words in (
            "农村低保对象4户9人",
            "累计发放农村低保金0.81万元，人均月保障金218.92元",
            "云民〔2026〕15号",
        ):
            assert words in text
        assert made.figures["dibao.rural.per_head.total"]["value"] == 21_892
        assert made.figures["dibao.rural.fund@2026-03"]["text"] == "0.13"
        assert made.figures["dibao.rural.persons"] | {"definition": ""} == {
            "name": "农村低保人数",
            "value": 9,
            "text": "9",
            "unit": "人",
            "definition": "",
            "month": "2026-05",
            "from_month": "2026-01",
            "rows": 4,
        }
        assert made.sha256 == hashlib.sha256(bytes(made.pdf)).hexdigest()
        report.refresh_from_db()
        assert report.status == Report.Status.ISSUED

    @pytest.mark.pdf
    def test_what_was_issued_stays_byte_for_byte_whatever_changes_later(self, cast, rows):
        report = drafted(cast)
        before = issued(cast, report)
        frozen = (bytes(before.pdf), before.sha256, before.figures, before.document)
        PaymentLine.objects.filter(entitlement=rows["甲"]).update(status="returned")
        Entitlement.objects.filter(pk=rows["丁"].pk).update(until_month=MAY)
        payments.entitlement(cast, "后来户", from_month=DECEMBER)
        assert Book.of(COUNTY, JANUARY, MAY).value("dibao.rural.fund.total") != 810_000
        after = IssuedReport.objects.get(pk=before.pk)
        assert (bytes(after.pdf), after.sha256, after.figures, after.document) == frozen
        assert pdf.render(Document.from_dict(after.document)).sha256 == after.sha256

    @pytest.mark.pdf
    def test_a_correction_is_a_further_edition_that_lists_what_changed(self, cast):
        report = drafted(cast)
        first = issued(cast, report)
        payments.entitlement(cast, "补录户", from_month=DECEMBER, persons=2)
        report.refresh_from_db()
        reopen_report(
            report_id=report.pk, by=cast.county_qian, on=ON, version=report.version, reason="补录一户"
        )
        report.refresh_from_db()
        written(cast, report, next="今后按月核对。")
        with pytest.raises(BadInput):
            issued(cast, report)
        second = issued(cast, report, correction_reason="补录一户2人")
        text = text_of(second)
        assert second.edition == 2
        for words in ("更正说明", "补录一户2人", "9人11人", "今后按月核对。"):
            assert words in text, words
        assert IssuedReport.objects.get(pk=first.pk).sha256 == first.sha256

    def test_a_target_stands_in_the_report_with_what_is_done_of_it(self, cast):
        set_target(
            by=cast.county_qian,
            year=2026,
            figure="dibao.rural.fund.total",
            value=1_620_000,
            document_number="云府〔2026〕1号",
        )
        (table,) = target_table(Book.of(COUNTY, JANUARY, MAY))
        (row,) = table.rows
        assert (row.cells["name"], row.cells["target"], row.cells["rate"]) == (
            "农村低保累计发放资金",
            "1.62",
            5000,
        )

    def test_the_monthly_table_is_a_workbook_of_townships(self, cast, client):
        client.login(username="county_qian", password=PASSWORD)
        answer = client.post(reverse("figure_export"), {"first": "2026-01", "month": "2026-05"})
        assert answer.status_code == 200
        assert answer.content[:2] == b"PK"
        assert AuditEvent.objects.filter(action="figure.export").count() == 1


class TestAnIssuedReport:
    @pytest.fixture
    def cast(self, issued_kept, db):
        return deepcopy(issued_kept[0])

    @pytest.fixture
    def draft(self, issued_kept, db):
        return deepcopy(issued_kept[1])

    @pytest.fixture
    def report(self, draft):
        return Report.objects.get(pk=draft.pk)

    @pytest.fixture
    def made(self, issued_kept, db):
        return deepcopy(issued_kept[2])

    @pytest.mark.pdf
    @pytest.mark.parametrize("change", [{"title": "改过的标题"}, {"pdf": b"%PDF-other"}, {"figures": {}}])
    def test_the_database_refuses_to_change_what_was_issued(self, made, change):
        with pytest.raises(DatabaseError), transaction.atomic():
            IssuedReport.objects.filter(pk=made.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            IssuedReport.objects.filter(pk=made.pk).delete()

    @pytest.mark.pdf
    def test_a_second_press_gives_the_same_edition(self, cast, draft, made):
        again = issue_report(
            report_id=draft.pk,
            by=cast.supervisor_wu,
            on=ON,
            version=draft.version,
            address_of=lambda code: code,
            exception_reason=REASON,
        )
        assert again.pk == made.pk
        assert IssuedReport.objects.count() == 1

    @pytest.mark.pdf
    def test_an_issued_report_is_edited_only_after_it_was_reopened(self, cast, report):
        with pytest.raises(NotAllowed):
            written(cast, report, next="偷偷改。")
        with pytest.raises(BadInput):
            reopen_report(report_id=report.pk, by=cast.county_qian, on=ON, version=report.version, reason=" ")

    @pytest.mark.pdf
    def test_the_file_is_served_as_issued_and_the_code_tells_its_digest(self, made, client):
        public = client.get(reverse("report_verify", args=[made.verify_code.lower()]))
        assert public.status_code == 200
        assert made.sha256 in public.content.decode()
        assert "钱若溪" not in public.content.decode()
        assert client.get(reverse("report_verify", args=["NONSENSE2345"])).status_code == 404
        client.login(username="county_zhao", password=PASSWORD)
        answer = client.get(reverse("issued_report", args=[made.pk]))
        assert answer.content == bytes(made.pdf)
        assert AuditEvent.objects.filter(action="report.print").count() == 1
        client.login(username="outsider_sun", password=PASSWORD)
        assert client.get(reverse("issued_report", args=[made.pk])).status_code == 404

    @pytest.mark.pdf
    def test_the_code_of_an_older_edition_leads_to_the_newer(self, cast, report, made, client, drawn_once):
        reopen_report(
            report_id=report.pk, by=cast.county_qian, on=ON, version=report.version, reason="改一处"
        )
        issued(cast, report, exception_reason=REASON, correction_reason="改一处")
        page = client.get(reverse("report_verify", args=[made.verify_code])).content.decode()
        assert "这份报告已被更正" in page
        assert "第2版" in page


@pytest.mark.pdf
def test_a_check_that_does_not_hold_needs_a_reason_which_is_printed(cast):
    world.households(cast)
    report = drafted(cast)
    with pytest.raises(NotReady) as unready:
        issued(cast, report)
    assert any("名册均已报送" in line for line in unready.value.missing)
    made = issued(cast, report, exception_reason=REASON)
    assert made.exception_reason == REASON
    assert REASON in text_of(made)
    assert [check["key"] for check in made.checks if check["blocks"] and not check["passed"]]


# --- targets ----------------------------------------------------------------------------------------


def test_a_target_is_replaced_and_not_edited(cast):
    first = set_target(
        by=cast.county_qian,
        year=2026,
        figure="dibao.both.fund.total",
        value=5_000_00,
        document_number="云府〔2026〕1号",
    )
    second = set_target(
        by=cast.supervisor_wu,
        year=2026,
        figure="dibao.both.fund.total",
        value=6_000_00,
        document_number="云府〔2026〕9号",
    )
    first.refresh_from_db()
    assert (first.value, first.replaced_by) == (5_000_00, second)
    assert Target.objects.filter(replaced_by=None).get() == second
    again = set_target(
        by=cast.supervisor_wu,
        year=2026,
        figure="dibao.both.fund.total",
        value=6_000_00,
        document_number="云府〔2026〕9号",
    )
    assert again == second


@pytest.mark.parametrize("figure", ["dibao.rural.per_head.total", "fund.arrival_rate", "nothing"])
def test_an_average_cannot_be_a_target(cast, figure):
    with pytest.raises(BadInput):
        set_target(by=cast.county_qian, year=2026, figure=figure, value=1, document_number="云府〔2026〕1号")


# --- pages ------------------------------------------------------------------------------------------


def test_a_writer_begins_edits_and_sees_every_number_as_a_link(cast, client):
    world.households(cast)
    client.login(username="county_qian", password=PASSWORD)
    answer = client.post(
        reverse("report_new"), {"kind": LIVELIHOOD.key, "first": "2026-01", "month": "2026-05"}, follow=True
    )
    report = Report.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("report_edit", args=[report.pk])
    page = client.get(reverse("report_detail", args=[report.pk])).content.decode()
    assert "/figures/dibao.rural.persons/rows/?first=2026-01&amp;month=2026-05" in page
    assert "/figures/dibao.rural.fund/rows/?first=2026-03&amp;month=2026-03" in page


def test_the_preview_fills_what_is_typed_and_keeps_nothing(cast, client):
    world.households(cast)
    report = drafted(cast)
    client.login(username="county_qian", password=PASSWORD)
    answer = client.post(
        reverse("report_preview", args=[report.pk]), {"next": "在保{农村低保人数}人", "dibao": "{不存在}"}
    )
    page = answer.content.decode()
    assert ">9</a>人" in page
    assert "没有这个指标：“不存在”" in page
    report.refresh_from_db()
    assert report.version == 1


def test_what_was_typed_stays_on_a_refused_save(cast, client):
    report = drafted(cast)
    client.login(username="county_qian", password=PASSWORD)
    answer = client.post(
        reverse("report_edit", args=[report.pk]),
        {"version": 1, "title": report.title, "number": "", "next": "写了一半{没有的指标}"},
    )
    assert answer.status_code == 422
    assert "写了一半{没有的指标}" in answer.content.decode()
    assert "没有这个指标：“没有的指标”" in answer.content.decode()


def test_a_target_is_typed_in_the_unit_of_its_figure(cast, client):
    client.login(username="supervisor_wu", password=PASSWORD)
    fields = {"year": "2026", "document_number": "云府〔2026〕1号"}
    client.post(reverse("target_set"), fields | {"figure": "dibao.both.fund.total", "value": "3787.5"})
    client.post(reverse("target_set"), fields | {"figure": "dibao.both.persons", "value": "52,037"})
    values = dict(Target.objects.values_list("figure", "value"))
    assert values == {"dibao.both.fund.total": 3_787_500_000, "dibao.both.persons": 52_037}
    half = client.post(reverse("target_set"), fields | {"figure": "dibao.both.households", "value": "1.5"})
    assert half.status_code == 422
    assert "请填整数" in half.content.decode()
    assert "3787.50万元" in client.get(reverse("target_list"), {"year": 2026}).content.decode()


def test_lists_take_the_same_reads_for_few_and_many(cast, client, django_assert_max_num_queries):
    client.login(username="county_qian", password=PASSWORD)
    for month in range(1, 4):
        new_report(kind=LIVELIHOOD.key, first=JANUARY, month=date(2026, month, 1), by=cast.county_qian, on=ON)
    client.get(reverse("report_list"))
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("report_list"))
    for month in range(4, 7):
        new_report(kind=LIVELIHOOD.key, first=JANUARY, month=date(2026, month, 1), by=cast.county_qian, on=ON)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("report_list"))
