"""The pages of the house by their nouns, as the tests of this folder use them."""

import re
from datetime import date
from pathlib import Path
from typing import Any

from django.urls import reverse
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from assistance.forms.declaration import ROWS, Content
from assistance.models import Application, Draft
from assistance.workflow import act_label
from tests.browser.desk import Desk

PARTS = ("basics", "member", "income", "deduction", "wealth", "property", "housing", "support")
PARTS += ("supporter", "account")


def put(page: Page, name: str, values: list[str] | str) -> None:
    """Give a field what a person would: type, choose, or tick."""
    values = [values] if isinstance(values, str) else values
    field = page.locator(f"[name='{name}']").first
    kind = field.evaluate("each => each.type")
    if kind in ("radio", "checkbox"):
        for value in values:
            exact = f"[name='{name}'][value='{value}']"
            page.locator(exact if page.locator(exact).count() else f"[name='{name}']").check()
    elif kind == "select-one":
        field.select_option(values[0])
    elif kind == "file":
        field.set_input_files(values)
    else:
        field.fill(values[0])


def photo_at(path: Path, size: tuple[int, int] = (640, 480)) -> Path:
    """A picture file as a phone would make one, only smaller."""
    Image.new("RGB", size, (120, 140, 160)).save(path, quality=80)
    return path


class ApplicationForm:
    """The long form of an application, from 登记新申请 to 提交申请."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.page = desk, desk.page

    def begin(self, scheme: str = "dibao-rural", office: str = "") -> "ApplicationForm":
        self.desk.go("draft_new")
        self.page.check(f"[name=scheme][value='{scheme}']")
        if office:
            # The list is searched by typing; the native list underneath keeps the choice.
            self.page.locator("[name=office]").select_option(office, force=True)
        self.desk.press("开始填写")
        expect(self.page.locator("#declaration")).to_be_visible()
        return self

    @property
    def draft(self) -> Draft:
        return Draft.objects.get(pk=re.search(r"/drafts/([0-9a-f-]{36})/", self.page.url)[1])

    def rows(self, part: str) -> Locator:
        return self.page.locator(f"[data-formset='{part}'] [data-row]:not(.is-removed)")

    def fill(self, content: Content) -> "ApplicationForm":
        for part in PARTS:
            if part in ROWS:
                self._open_rows(part, int(content.get(f"{part}-TOTAL_FORMS", ["0"])[0]))
            for name, values in content.items():
                if name.startswith(f"{part}-") and not name.endswith(("_FORMS", "-key")):
                    put(self.page, name, values)
        return self

    def _open_rows(self, part: str, wanted: int) -> None:
        rows = self.rows(part)
        while rows.count() < wanted:
            self.page.locator(f"[data-formset='{part}'] [data-add-row]").click()

    def saved(self) -> None:
        expect(self.page.locator("[data-save-state]")).to_contain_text("已自动保存")

    def hand_in(self) -> "CasePage":
        self.desk.press("提交申请")
        return self.case()

    def case(self) -> "CasePage":
        number = re.search(r"/cases/(\d+)/", self.page.url)
        assert number, f"not handed in: {self.problems()}"
        return CasePage(int(number[1]))

    def problems(self) -> list[str]:
        return self.page.locator("[data-error-summary] li").all_inner_texts()


class CasePage:
    """The page of one application, as different people open it at their own desks."""

    def __init__(self, pk: int) -> None:
        self.pk = pk

    def at(self, desk: Desk, tab: str = "") -> int:
        return desk.go("case_detail", self.pk, query=f"?tab={tab}" if tab else "")

    def _label(self, act: str) -> str:
        """What the act is called in this case's programme."""
        return act_label(act, Application.objects.get(pk=self.pk).spec)

    def offers(self, desk: Desk, act: str) -> bool:
        """Whether the page that is open offers the act, as a button or as a way to its form."""
        label = self._label(act)
        offered = desk.page.locator(".act-list").get_by_text(label, exact=True)
        return offered.count() > 0

    def do(self, desk: Desk, act: str, **fields: Any) -> None:
        """Open the act from the page of the case, fill in its form where it has one, and do it."""
        label = self._label(act)
        self.at(desk)
        button = desk.page.locator(".act-list").get_by_role("button", name=label, exact=True)
        if button.count():
            with desk.page.expect_navigation():
                button.click()
        else:
            more = desk.page.locator(".act-more summary")
            link = desk.page.locator(".act-list").get_by_role("link", name=label, exact=True)
            if not link.is_visible() and more.count():
                more.click()
            with desk.page.expect_navigation():
                link.click()
            for name, value in fields.items():
                put(desk.page, name, value)
            desk.press(label, within="#act")
        expect(desk.page.locator(".notes")).to_contain_text("已办理")

    def turned_away(self, desk: Desk, act: str, status: int) -> None:
        """The page does not offer the act, or is not there at all, and sending it all the same is refused."""
        seen = self.at(desk)
        if status == 404:
            assert seen == 404
        assert not self.offers(desk, act)
        answer = desk.post("case_act", self.pk, act, version=0)
        assert answer.status == status, (desk, act, answer.status)
        assert "Traceback" not in answer.text()


class RunPage:
    """One month's payment."""

    def __init__(self, desk: Desk) -> None:
        found = re.search(r"/payments/runs/(\d+)/", desk.page.url)
        assert found, desk.page.url
        self.pk = int(found[1])

    @classmethod
    def begin(cls, desk: Desk, scheme: str, month: date) -> "RunPage":
        desk.go("run_new")
        put(desk.page, "scheme", scheme)
        put(desk.page, "month", f"{month:%Y-%m}")
        desk.press("生成名册")
        return cls(desk)

    def at(self, desk: Desk) -> int:
        return desk.go("run_detail", self.pk)

    def do(self, desk: Desk, label: str, **fields: Any) -> None:
        self.at(desk)
        desk.follow(label, within=".act-list")
        for name, value in fields.items():
            put(desk.page, name, value)
        desk.press(label)

    def turned_away(self, desk: Desk, act: str, label: str) -> None:
        self.at(desk)
        assert desk.page.locator(".act-list").get_by_text(label, exact=True).count() == 0
        if act == "issue":
            answer = desk.post("bank_file_issue", self.pk, version=0)
        else:
            answer = desk.post("run_act", self.pk, act, version=0)
        assert answer.status == 403, (act, answer.status)


def path_of(name: str, *args: Any) -> str:
    return reverse(name, args=args)
