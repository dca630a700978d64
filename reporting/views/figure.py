"""The dictionary of figures, and a figure down to its rows."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from civaffairs.lib.errors import BadInput
from civaffairs.registry import access
from civaffairs.registry.access import NotVisible, Permission
from civaffairs.registry.models import Level, Office
from civaffairs.shell.paging import page_of
from reporting.figures import Book, Period, find, year_to
from reporting.forms.figure import DictionaryForm, PeriodForm
from reporting.selectors import figure as selector
from reporting.services.export import export_table


def _chosen(request: HttpRequest, form: PeriodForm) -> tuple[Period, Office]:
    """Period and area of the form; what is blank or wrong becomes this year to the last full month, and the own area."""
    data = form.cleaned_data if form.is_valid() else {}
    month: date = data.get("month") or selector.default_month(request.today)
    first = data.get("first") or year_to(month).first
    period = Period(min(first, month), month)
    code = data.get("area") or request.posting.office_id
    access.demand_office(request.posting, code)
    return period, Office.objects.select_related("parent").get(pk=code)


@access.permitted(Permission.VIEW_REPORTS)
@require_GET
def figure_list(request: HttpRequest) -> HttpResponse:
    form = DictionaryForm(request.GET, posting=request.posting)
    period, area = _chosen(request, form)
    data = form.cleaned_data
    book = Book(area.pk, period)
    groups = [
        (name, [(entry, _linked(entry, period, area)) for entry in entries])
        for name, entries in selector.dictionary(book, data.get("group", ""), data.get("q", ""))
    ]
    context = {
        "filters": form,
        "groups": groups,
        "period": period,
        "area": area,
        "may_export": access.may(request.posting, Permission.EXPORT) and area.level != Level.VILLAGE,
    }
    return render(request, "reporting/figure/list.html", context)


def _linked(entry: selector.Entry, period: Period, area: Office) -> list[tuple[str, str]]:
    """(text, address of the rows) for urban, rural and whole; blanks where a figure has no such scope."""
    return [
        ("", "")
        if value is None
        else (value.text, "" if value.value is None else selector.rows_url(value.key, period, area.pk))
        for value in entry.values
    ]


@access.permitted(Permission.VIEW_REPORTS)
@require_GET
def figure_rows(request: HttpRequest, key: str) -> HttpResponse:
    """One figure: its number, its definition, its townships or villages, and the rows themselves."""
    figure = find(key)
    if figure is None:
        raise NotVisible("没有这个指标。")
    form = PeriodForm(request.GET, posting=request.posting)
    area_code = request.GET.get("area", "")
    if area_code and area_code not in dict(form.fields["area"].choices):
        # A village of the county is reached by drilling down; it is not in the short list of choices.
        form.fields["area"].choices = [*form.fields["area"].choices, *_village(request, area_code)]
    period, area = _chosen(request, form)
    book = Book(area.pk, period)
    rows = selector.behind(figure, area.pk, period, request.posting)
    page = None
    if rows is not None:
        page = page_of(rows, selector.ORDERS[figure.rows.table], request.GET)
        page.rows[:] = [selector.cells_of(figure.rows.table, row) for row in page.rows]
    context = {
        "figure": figure,
        "value": book.get(key),
        "period": period,
        "area": area,
        "above": _above(request, area, figure.key, period),
        "filters": form,
        "shares": selector.shares(figure, area, period),
        "parts": [
            (book.get(part), selector.rows_url(part, period, area.pk)) for part in figure.parts if find(part)
        ],
        "page": page,
        "columns": selector.COLUMNS[figure.rows.table] if page is not None else (),
        "hidden": figure.rows is not None and page is None,
    }
    return render(request, "reporting/figure/rows.html", context)


def _village(request: HttpRequest, code: str) -> list[tuple[str, str]]:
    office = Office.objects.visible_to(request.posting).filter(pk=code).first()
    if office is None:
        raise NotVisible("没有找到，或不在您的辖区内。")
    return [(office.code, office.name)]


def _above(request: HttpRequest, area: Office, key: str, period: Period) -> tuple[str, str] | None:
    """Name and address of the same figure one level up, where the posting sees it."""
    if area.parent is None or not access.covers_office(request.posting, area.parent_id):
        return None
    return area.parent.name, selector.rows_url(key, period, area.parent_id)


@access.permitted(Permission.EXPORT)
@require_POST
def figure_export(request: HttpRequest) -> HttpResponse:
    """城乡低保统计表 as a workbook."""
    form = PeriodForm(request.POST, posting=request.posting)
    if not form.is_valid():
        raise BadInput("请选择月份和地区")
    period, area = _chosen(request, form)
    made = export_table(area=area, period=period, by=request.posting, on=request.today)
    answer = HttpResponse(
        made, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    answer["Content-Disposition"] = f'attachment; filename="dibao-{area.pk}-{period.month:%Y%m}.xlsx"'
    return answer
