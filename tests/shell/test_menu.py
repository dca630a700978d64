"""The menu: only pages that exist and that the post may open; and the entry where one is stands out."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.shell import menu
from civaffairs.shell.menu import MenuItem


def _page(permission: Permission):
    @access.permitted(permission)
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse("")

    return page


urlpatterns = [
    path("cases/", _page(Permission.VIEW_CASES), name="case_list"),
    path("drafts/new/", _page(Permission.DRAFT_APPLICATION), name="draft_new"),
    path("drafts/", _page(Permission.DRAFT_APPLICATION), name="draft_list"),
    path("audit/", _page(Permission.VIEW_AUDIT), name="audit_list"),
]

ITEMS = (
    MenuItem(
        "受理办理",
        icon="clipboard-list",
        children=(
            MenuItem("待办案件", "case_list", badge_key="todo", prefixes=("case_",)),
            MenuItem("登记新申请", "draft_new", prefixes=("draft_new",)),
            MenuItem("未提交的申请", "draft_list", prefixes=("draft_",)),
            MenuItem("没有这一页", "no_such_page"),
        ),
    ),
    MenuItem("系统管理", icon="settings", children=(MenuItem("操作日志", "audit_list"),)),
)

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def labels(posting, here: str = "") -> dict[str, list[str]]:
    built = menu.build(posting, here, lambda key: 0, ITEMS)
    return {entry.label: [child.label for child in entry.children] for entry in built}


def test_a_post_sees_what_it_may_open_and_no_dead_link(cast) -> None:
    assert labels(cast.township_li) == {"受理办理": ["待办案件", "登记新申请", "未提交的申请"]}
    assert labels(cast.county_zhao) == {"受理办理": ["待办案件"]}
    assert labels(cast.audit_chu) == {"系统管理": ["操作日志"]}


def test_without_a_post_there_is_no_business_menu(cast) -> None:
    assert labels(None) == {}


@pytest.mark.parametrize(
    ("here", "marked"),
    [
        ("case_detail", "待办案件"),
        ("draft_new", "登记新申请"),
        ("draft_edit", "未提交的申请"),
        ("home", None),
    ],
)
def test_the_entry_of_the_present_page_is_marked(cast, here: str, marked: str | None) -> None:
    (group,) = menu.build(cast.township_li, here, lambda key: 0, ITEMS)
    assert [child.label for child in group.children if child.active] == ([marked] if marked else [])
    assert group.active is bool(marked)


def test_a_count_stands_only_where_something_waits(cast) -> None:
    (group,) = menu.build(cast.township_li, "", {"todo": 23}.get, ITEMS)
    assert [child.badge for child in group.children] == [23, 0, 0]


def test_every_entry_of_the_real_menu_has_words_a_place_and_an_icon() -> None:
    names = set()
    for entry in menu.MENU:
        assert entry.label
        assert entry.icon
        for item in entry.children or (entry,):
            assert item.url_name
            assert item.url_name not in names
            names.add(item.url_name)
            assert any(item.url_name.startswith(prefix) for prefix in item.prefixes), item.url_name
