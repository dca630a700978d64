"""How a form looks: label, input, help and error in one layout, and sentences that name what is missing."""

import re

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template

from civaffairs.shell.fields import DayField, MoneyField, YesNoField, not_a_formula
from civaffairs.shell.forms import PlainForm


class VisitForm(PlainForm):
    widths = {"note": 12}
    visited_on = DayField(label="入户日期", help_text="两人一组")
    village = forms.ChoiceField(label="村（社区）", choices=[("", "请选择"), ("1", "青溪村")])
    truthful = YesNoField(label="是否属实")
    income = MoneyField(label="年收入（元）", required=False)
    agreed = forms.BooleanField(label="已签授权书")
    note = forms.CharField(label="备注", required=False, max_length=5, widget=forms.Textarea)


def render(template: str, **context) -> str:
    return Template(template).render(Context(context))


def test_what_is_missing_is_said_with_its_name() -> None:
    form = VisitForm({})
    assert not form.is_valid()
    assert form.errors["visited_on"] == ["请填写入户日期"]
    assert form.errors["village"] == ["请选择村（社区）"]
    assert form.errors["truthful"] == ["请选择是否属实"]
    assert form.errors["agreed"] == ["请勾选：已签授权书"]


def test_too_long_is_said_with_both_numbers() -> None:
    form = VisitForm({"note": "一二三四五六七"})
    assert form.errors["note"] == ["“备注”最多 5 个字，现在有 7 个字"]


def test_an_own_sentence_of_a_field_is_kept() -> None:
    class OwnForm(PlainForm):
        day = DayField(label="日期", error_messages={"required": "哪一天去的？"})

    assert OwnForm({}).errors["day"] == ["哪一天去的？"]


def test_a_field_binds_label_help_and_error_for_a_screen_reader() -> None:
    html = render("{% field form.visited_on %}", form=VisitForm({"visited_on": "2024-13-1"}))
    assert '<label class="field-label" for="id_visited_on">入户日期' in html
    assert 'aria-describedby="id_visited_on_helptext id_visited_on_error"' in html
    assert 'id="id_visited_on_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="2024-13-1"' in html, "what was typed is kept"
    assert "is-invalid" in html


def test_the_browser_does_not_answer_before_the_server() -> None:
    html = render("{% for f in form %}{% field f %}{% endfor %}", form=VisitForm())
    assert not re.search(r"\srequired[\s>]", html)
    assert html.count('aria-required="true"') >= 4


def test_a_question_with_radios_is_a_group_with_a_legend_and_nothing_chosen() -> None:
    html = render("{% field form.truthful %}", form=VisitForm())
    assert "<legend" in html
    assert html.count('type="radio"') == 2
    assert "checked" not in html


def test_a_bare_field_wears_the_same_clothes_as_a_field_group() -> None:
    form = VisitForm(initial={"income": 123450})
    assert 'class="form-control is-money"' in str(form["income"])
    assert 'value="1,234.50"' in str(form["income"])
    assert 'class="form-select"' in str(form["village"])
    assert str(form["income"]) in form["income"].as_field_group()


def test_widths_come_from_the_form_then_the_field_then_the_widget() -> None:
    form = VisitForm()
    assert [form[name].width for name in ("note", "income", "village")] == [12, 2, 3]
    assert 'class="field fw-7' in render("{% field form.note 7 %}", form=form)


def test_typed_text_cannot_become_markup() -> None:
    html = render("{% field form.note %}{% error_summary form %}", form=VisitForm({"note": "<b>&\"'</b>"}))
    assert "<b>" not in html


def test_the_summary_links_each_mistake_to_a_place_that_exists() -> None:
    form = VisitForm({"visited_on": "x", "note": "太长太长太长"})
    html = render("{% error_summary form %}{% for f in form %}{% field f %}{% endfor %}", form=form)
    targets = re.findall(r'<li><a href="#([^"]+)"', html)
    assert len(targets) == 5
    for target in targets:
        assert f'id="{target}"' in html, target
    assert "有 5 处要改" in html


def test_a_form_that_was_not_sent_has_no_summary() -> None:
    assert "error-summary" not in render("{% error_summary form %}", form=VisitForm())


class MemberForm(PlainForm):
    name = forms.CharField(label="姓名")
    income = MoneyField(label="年收入（元）")


class IncomeForm(PlainForm):
    amount = MoneyField(label="金额（元）")


Members = forms.formset_factory(MemberForm, extra=0, can_delete=True)
Incomes = forms.formset_factory(IncomeForm, extra=0, can_delete=True)


def sent(prefix: str, rows: list[dict[str, str]]) -> dict[str, str]:
    data = {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{key}": value for key, value in row.items()}
    return data


def test_the_summary_names_the_person_of_a_row_and_else_its_number() -> None:
    rows = [{"name": "王小军", "income": "x"}, {"name": "", "income": "1"}]
    members = Members(sent("members", rows), prefix="members")
    incomes = Incomes(sent("incomes", [{"amount": "1"}, {"amount": "1,2"}]), prefix="incomes")
    incomes.label = "收入"
    members.is_valid()
    incomes.is_valid()
    html = render("{% error_summary a b %}", a=members, b=incomes)
    assert "王小军：年收入（元）：金额请填数字" in html
    assert "第2行：请填写姓名" in html
    assert "收入第2行：金额（元）：金额里的逗号位置不对" in html


def test_a_row_that_is_to_be_deleted_has_no_mistakes_and_no_number() -> None:
    rows = [{"name": "", "income": "x", "DELETE": "on"}, {"name": "", "income": "1"}]
    members = Members(sent("members", rows), prefix="members")
    members.is_valid()
    html = render("{% error_summary a %}", a=members)
    assert "有 1 处要改" in html
    assert "第1行：请填写姓名" in html


@pytest.mark.parametrize("tag", ["formset_table", "formset_cards"])
def test_rows_can_be_added_from_a_blank_one_and_keep_what_was_typed(tag: str) -> None:
    members = Members(sent("members", [{"name": "王小军", "income": "x"}]), prefix="members")
    html = render("{% " + tag + ' members "家庭成员" %}', members=members)
    assert 'value="王小军"' in html
    assert 'name="members-__prefix__-name"' in html
    assert 'name="members-TOTAL_FORMS" value="1"' in html
    assert "金额请填数字" in html
    assert html.count("data-row-number") == 2, "one row and the blank one"


# --- what the eye does not see ------------------------------------------------------------------------------------


class NameForm(PlainForm):
    name = forms.CharField(label="姓名", max_length=10)
    story = forms.CharField(label="经过", required=False, widget=forms.Textarea)
    secret = forms.CharField(label="密码", required=False, strip=False, widget=forms.PasswordInput)


@pytest.mark.parametrize(
    "typed",
    ["田\u200b有根", "\u202e田有根\u202c", "\ufeff田有根", "田有根\x07", "田\u2066有根\u2069", "田有根\r\n"],
)
def test_signs_that_nobody_sees_do_not_make_another_name(typed: str) -> None:
    form = NameForm({"name": typed})
    assert form.is_valid()
    assert form.cleaned_data["name"] == "田有根"
    assert form["name"].value().strip() == "田有根", "and what is shown again is what was taken"


def test_a_line_end_in_a_field_of_one_line_is_a_blank_and_stays_in_a_story() -> None:
    form = NameForm({"name": "田\n有根", "story": "第一行\r\n第二行\x00"[:-1], "secret": "a\u200bb"})
    assert form.is_valid()
    assert form.cleaned_data["name"] == "田 有根"
    assert form.cleaned_data["story"] == "第一行\r\n第二行"
    assert form.cleaned_data["secret"] == "a\u200bb", "a password is taken as it is typed"


def test_a_query_and_a_prefixed_row_are_read_the_same_way() -> None:
    query = QueryDict("m-0-name=%E2%80%AE%E7%94%B0&other=1")
    form = NameForm(query, prefix="m-0")
    assert form.is_valid()
    assert form.cleaned_data["name"] == "田"
    assert query["m-0-name"] == "\u202e田", "the request itself is left alone"


def test_nul_is_refused_in_plain_words_of_the_form_not_of_the_database() -> None:
    assert "name" in NameForm({"name": "田\x00"}).errors


@pytest.mark.parametrize("text", ["=1+1", "＝1", "+86", "-5", "@SUM(A1)", "  =1"])
def test_text_for_a_spreadsheet_begins_no_formula(text: str) -> None:
    with pytest.raises(forms.ValidationError):
        not_a_formula(text)


def test_names_with_such_signs_inside_are_names() -> None:
    not_a_formula("张三=李四")


class ActForm(PlainForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    token = forms.CharField(widget=forms.HiddenInput, max_length=3)


@pytest.mark.parametrize("sent", [{}, {"version": "", "token": ""}, {"version": "十", "token": "abcd"}])
def test_a_hidden_field_that_is_missing_or_wrong_says_that_the_page_is_out_of_date(sent) -> None:
    form = ActForm(sent)
    assert form.errors == {
        "version": ["页面已过期，请刷新后再办"],
        "token": ["页面已过期，请刷新后再办"],
    }
