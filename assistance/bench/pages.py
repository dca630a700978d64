"""The pages that are opened all day, at the size of a county: the slowest twentieth of the requests, and the queries.

The whole way of a request is measured, from the address to the last byte: session, gate, queries, template. The
baseline is the least that a page of fifty rows can cost here: one query and one small template, without session,
gate or frame.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from django.core.management import CommandError, CommandParser, call_command
from django.template import engines
from django.urls import reverse

from assistance.bench.result import Bench, Result
from assistance.bench.visits import Page, assets, p95, timed, visit
from assistance.models import Application, Entitlement, PaymentRun, RunKind
from assistance.workflow import OPEN_STATUSES

ROWS = 50
_LEAST = (
    "<table>{% for row in rows %}<tr><td>{{ row.number }}</td><td>{{ row.applicant.name }}</td>"
    "<td>{{ row.get_status_display }}</td></tr>{% endfor %}</table>"
)


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--size", choices=["county", "small", "tiny"], default="county")
    parser.add_argument("--requests", type=int, default=60, help="requests of each page")


def run(tell: Callable[[str], None], *, size: str, requests: int) -> Result:
    """Open every page `requests` times; `seconds` is the 95th percentile of the slowest page."""
    if requests < 20:
        raise CommandError("--requests 至少 20，否则算不出第95百分位")
    call_command("demo_county", size=size)
    assets()
    rows = Entitlement.objects.count()
    baseline = p95([timed(_least_page) for _ in range(requests)])
    tell(f"{rows:,} 户待遇；最简页面（{ROWS} 行，一次查询）95%在 {baseline * 1000:.1f} 毫秒内")
    found = {}
    for page in _pages():
        found[page.name] = took = visit(page, requests)
        tell(f"{page.name}：95%在 {took['p95_ms']} 毫秒内，{took['queries']} 次查询")
    slowest = max(page["p95_ms"] for page in found.values()) / 1000
    return Result("pages", rows, slowest, baseline, {"requests": requests, "pages": found})


def _pages() -> Iterator[Page]:
    cases = Application.objects.filter(
        status__in=OPEN_STATUSES, office__gte="519901101", office__lt="519901102"
    )
    ids = list(cases.order_by("id").values_list("pk", flat=True)[:20])
    paid = PaymentRun.objects.filter(kind=RunKind.REGULAR).order_by("-line_count").first()
    entitled = Entitlement.objects.filter(until_month=None).order_by("-pk")
    people = list(entitled.select_related("payee")[:8])
    words = ["王", "wxy", "张秀英", "lj", "zjg", *[row.payee.id_number for row in people[:3]]]
    words += [people[0].payee.id_number[-4:], people[1].payee.name]
    yield Page("工作台（乡镇经办）", "township_li", [reverse("home")])
    yield Page("工作台（县级审批）", "county_zhao", [reverse("home")])
    yield Page("待办（乡镇经办）", "township_li", [reverse("case_list")])
    yield Page("全县申请列表", "county_qian", [reverse("case_list") + "?tab=all"])
    yield Page("案件页", "township_li", [reverse("case_detail", args=[pk]) for pk in ids])
    yield Page(
        "查找人员", "county_qian", [f"{reverse('person_search')}?{urlencode({'q': word})}" for word in words]
    )
    yield Page("人员页", "county_qian", [reverse("person_detail", args=[row.payee_id]) for row in people])
    yield Page("低保台账", "county_qian", [reverse("entitlement_list")])
    yield Page("发放批次页", "cashier_zhou", [reverse("run_detail", args=[paid.pk])])
    yield Page("发放明细", "cashier_zhou", [reverse("run_lines", args=[paid.pk])])


def _least_page() -> None:
    rows = Application.objects.select_related("applicant").order_by("-id")[:ROWS]
    engines["django"].from_string(_LEAST).render({"rows": rows})


PAGES = Bench("pages", "常用页面在全县规模下的响应时间和查询次数", add_arguments, run)
