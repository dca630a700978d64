"""A few pages made of the shared parts alone, to try keys and guards on."""

import time

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path

from civaffairs.registry import access
from civaffairs.shell.fields import DayField, IdCardField, MoneyField, NumberField, YesNoField
from civaffairs.shell.forms import PlainForm
from civaffairs.shell.views import still_here

received: list[dict[str, str]] = []
# What the autosave answers next: "saved", "stale" or "signed out".
answer = {"autosave": "saved"}


class MemberForm(PlainForm):
    name = forms.CharField(label="姓名")
    id_number = IdCardField(label="身份证号")
    sex = forms.ChoiceField(
        label="性别",
        choices=[("", "—"), ("male", "男"), ("female", "女")],
        widget=forms.Select(attrs={"data-fill": "sex"}),
    )
    age = NumberField(label="年龄", required=False)
    health = forms.ChoiceField(label="健康", choices=[("", "—"), ("good", "健康"), ("ill", "重病")])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["age"].widget.attrs.update({"data-fill": "age", "readonly": True})


Members = forms.formset_factory(MemberForm, extra=1, can_delete=True)


class EntryForm(PlainForm):
    name = forms.CharField(label="申请人")
    day = DayField(label="申请日期")
    income = MoneyField(label="年收入（元）")
    truthful = YesNoField(label="是否属实")
    reason = forms.CharField(label="理由", widget=forms.Textarea, required=False)
    phone = forms.CharField(label="电话", required=False)


def _page(request: HttpRequest, body: str, status: int = 200, **context) -> HttpResponse:
    text = "{% extends 'base.html' %}{% block page_title %}试用页{% endblock %}{% block content %}" + body
    template = engines["django"].from_string(text + "{% endblock %}")
    return HttpResponse(template.render(context, request), status=status)


@access.permitted(access.Permission.VIEW_HOME)
def entry(request: HttpRequest) -> HttpResponse:
    form = EntryForm(request.POST or None)
    if request.method == "POST":
        received.append(request.POST.dict())
        time.sleep(0.3)
    body = """{% error_summary form %}<form method="post" novalidate>{% csrf_token %}
      <div class="form-grid">{% for f in form %}{% field f %}{% endfor %}</div><button>提交</button></form>"""
    return _page(request, body, 422 if request.method == "POST" else 200, form=form)


@access.permitted(access.Permission.VIEW_HOME)
def draft(request: HttpRequest) -> HttpResponse:
    if request.headers.get("X-Autosave"):
        received.append(request.POST.dict())
        if answer["autosave"] == "stale":
            return JsonResponse({"message": "14:02 在别的窗口保存过"}, status=409)
        if answer["autosave"] == "signed out":
            return HttpResponse(status=302, headers={"Location": "/login/"})
        return JsonResponse({"saved_at": "14:03", "version": int(request.POST["version"]) + 1})
    body = """<span data-save-state class="save-state"></span>
      <form method="post" novalidate data-autosave="/draft/">{% csrf_token %}
      <input type="hidden" name="version" value="1">
      <label for="word">字</label><input id="word" name="word" class="form-control">
      {% formset_cards members "家庭成员" %}<button>提交</button></form>"""
    return _page(request, body, members=Members(prefix="members"))


@access.permitted(access.Permission.VIEW_HOME)
def choose(request: HttpRequest) -> HttpResponse:
    body = """<form method="post" data-bulk>{% csrf_token %}<table class="grid"><thead><tr>
      <th><input type="checkbox" data-bulk-head aria-label="本页全部"></th></tr></thead><tbody>
      {% for n in numbers %}<tr><td>
      <input type="checkbox" name="ids" value="{{ n }}" data-bulk-row aria-label="{{ n }}"></td></tr>{% endfor %}
      </tbody></table><div class="bulk-bar" data-bulk-bar hidden>
      {% include "components/bulk_bar.html" %}<button>办理</button></div></form>"""
    return _page(request, body, numbers=range(5))


urlpatterns = [
    path("", entry, name="home"),
    path("entry/", entry, name="case_list"),
    path("draft/", draft, name="draft_new"),
    path("choose/", choose, name="draft_list"),
    path("people/", entry, name="person_search"),
    path("still-here/", still_here, name="still_here"),
    path("", include("civaffairs.house.urls")),
]
