"""The main menu as data.

An entry appears when its page exists and the posting may open it. Whether it may is asked of the page itself (the
permission that the view declares), so the menu cannot offer what the gate would refuse.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.urls import NoReverseMatch, resolve, reverse

from civaffairs.registry import access


@dataclass(frozen=True)
class MenuItem:
    """One entry. `prefixes` are the beginnings of the URL names that belong to it, to mark where the user is."""

    label: str
    url_name: str = ""
    icon: str = ""
    children: tuple["MenuItem", ...] = ()
    badge_key: str = ""
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A menu item as one posting sees it on one page."""

    label: str
    url: str
    icon: str = ""
    active: bool = False
    badge: int = 0
    children: tuple["Entry", ...] = field(default=())


MENU = (
    MenuItem("工作台", "home", "layout-dashboard", prefixes=("home",)),
    MenuItem(
        "受理办理",
        icon="clipboard-list",
        children=(
            MenuItem("待办案件", "case_list", badge_key="todo", prefixes=("case_", "application_")),
            MenuItem("登记新申请", "draft_new", prefixes=("draft_new",)),
            MenuItem("未提交的申请", "draft_list", prefixes=("draft_",)),
            MenuItem("公示管理", "notice_list", prefixes=("notice_",)),
            MenuItem("一站式结算", "settled_care_list", prefixes=("settled_care_",)),
        ),
    ),
    MenuItem(
        "对象台账",
        icon="users-group",
        children=(
            MenuItem("保障对象", "entitlement_list", prefixes=("entitlement_", "change_", "death_")),
            MenuItem("到期事件", "event_list", prefixes=("event_",)),
            MenuItem("应享未享", "enrolment_list", prefixes=("enrolment_",)),
            MenuItem("别处待遇", "outside_list", prefixes=("outside_",)),
            MenuItem("人员查询", "person_search", prefixes=("person_", "household_")),
        ),
    ),
    MenuItem(
        "资金发放",
        icon="cash",
        children=(
            MenuItem("发放批次", "run_list", prefixes=("run_", "bank_file_")),
            MenuItem("批量发放", "batch_list", prefixes=("batch_",)),
            MenuItem("退回待处理", "returned_lines", badge_key="returned", prefixes=("returned_",)),
            MenuItem("补发和追缴", "adjustment_list", prefixes=("adjustment_",)),
            MenuItem("追缴台账", "claim_list", prefixes=("claim_", "write_off_", "repayment_")),
            MenuItem("账户变更", "account_changes", badge_key="accounts", prefixes=("account_change",)),
            MenuItem("收款机构", "institution_list", prefixes=("institution_",)),
            MenuItem("银行格式", "bank_format_list", prefixes=("bank_format",)),
            MenuItem("乡镇备用金", "petty_cash_list", prefixes=("petty_cash_",)),
            MenuItem("资金台账", "fund_list", prefixes=("fund_",)),
            MenuItem("对账和月结", "month_list", prefixes=("month_",)),
        ),
    ),
    MenuItem(
        "统计报表",
        icon="chart-bar",
        children=(
            MenuItem("进展情况报告", "report_list", prefixes=("report_",)),
            MenuItem("统计指标", "figure_list", prefixes=("figure_",)),
            MenuItem("目标任务", "target_list", prefixes=("target_",)),
        ),
    ),
    MenuItem(
        "政策标准",
        icon="scale",
        children=(
            MenuItem("救助项目", "scheme_list", prefixes=("scheme_",)),
            MenuItem("互斥与叠加", "overlap_list", prefixes=("overlap_",)),
            MenuItem("保障标准", "standard_list", prefixes=("standard_",)),
            MenuItem("县级参数", "county_settings", prefixes=("county_setting",)),
            MenuItem("工作日安排", "workday_years", prefixes=("workday_",)),
        ),
    ),
    MenuItem(
        "文书档案",
        icon="printer",
        children=(MenuItem("文书补打", "print_centre", prefixes=("print_",)),),
    ),
    MenuItem(
        "系统管理",
        icon="settings",
        children=(
            MenuItem("机构", "office_list", prefixes=("office_",)),
            MenuItem("用户和岗位", "user_list", prefixes=("user_", "posting_")),
            MenuItem("后台任务", "job_list", prefixes=("job_",)),
            MenuItem("操作日志", "audit_list", prefixes=("audit_",)),
        ),
    ),
)


def _best_match(items: tuple[MenuItem, ...], url_name: str) -> MenuItem | None:
    """The item with the longest prefix of `url_name`, so that draft_new is not taken for the list of drafts."""
    best, length = None, 0
    for item in items:
        for candidate in (item, *item.children):
            for prefix in candidate.prefixes:
                if url_name.startswith(prefix) and len(prefix) > length:
                    best, length = candidate, len(prefix)
    return best


def page_url(url_name: str, posting) -> str | None:
    """Address of a page without arguments, or None where it does not exist or this posting may not open it."""
    try:
        url = reverse(url_name)
    except NoReverseMatch:
        return None
    return url if may_open(posting, resolve(url).func.permission) else None


def may_open(posting, permission: str) -> bool:
    """Whether a page that declares `permission` opens for this posting."""
    if permission in ("public", "signed_in"):
        return True
    return access.may(posting, permission)


def build(posting, url_name: str, badge, items: tuple[MenuItem, ...] = MENU) -> tuple[Entry, ...]:
    """The menu for `posting` on the page `url_name`; `badge(key)` gives the count for an entry, 0 hides it."""
    here = _best_match(items, url_name)

    def entries(level: tuple[MenuItem, ...]) -> Iterator[Entry]:
        for item in level:
            children = tuple(entries(item.children))
            if item.children:
                if children:
                    active = any(child.active for child in children)
                    yield Entry(item.label, children[0].url, item.icon, active, 0, children)
                continue
            url = page_url(item.url_name, posting)
            if url:
                entry = Entry(item.label, url, item.icon, item is here)
                yield replace(entry, badge=badge(item.badge_key)) if item.badge_key else entry

    return tuple(entries(items))
