"""The tree of offices, kept by the system administrator."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civaffairs.house.forms.offices import NewOfficeForm, OfficeForm
from civaffairs.house.selectors.offices import offices_of
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Level, Office
from civaffairs.registry.services import offices as service
from civaffairs.shell.paging import page_of


@access.permitted(Permission.MANAGE_OFFICES)
@require_GET
def office_list(request: HttpRequest) -> HttpResponse:
    """The county and its townships, or one township with its villages."""
    township = Office.objects.visible_to(request.posting).filter(
        pk=request.GET.get("township", ""), level=Level.TOWNSHIP
    )
    page = page_of(offices_of(request.posting, request.GET, request.today), ("code",), request.GET)
    return render(request, "registry/office_list.html", {"page": page, "township": township.first()})


@access.permitted(Permission.MANAGE_OFFICES)
@require_http_methods(["GET", "POST"])
def office_new(request: HttpRequest) -> HttpResponse:
    form = NewOfficeForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("seen")
        try:
            office = service.create_office(by=request.posting, **values)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"已建立{office.name}")
            return redirect("office_list")
    status = 422 if form.is_bound else 200
    return render(request, "registry/office_form.html", {"form": form, "office": None}, status=status)


@access.permitted(Permission.MANAGE_OFFICES)
@require_http_methods(["GET", "POST"])
def office_edit(request: HttpRequest, code: str) -> HttpResponse:
    office = access.to_read(Office.objects, request.posting, Permission.MANAGE_OFFICES, pk=code)
    initial = {name: getattr(office, name) for name in service.EDITABLE} | {
        "seen": service.fingerprint(office)
    }
    form = OfficeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            office = service.change_office(code=code, by=request.posting, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
            for words in getattr(refusal, "changes", ()):
                form.add_error(None, words)
        else:
            messages.success(request, f"已保存{office.name}")
            return redirect("office_list")
    status = 422 if form.is_bound else 200
    return render(request, "registry/office_form.html", {"form": form, "office": office}, status=status)


@access.permitted(Permission.MANAGE_OFFICES)
@require_POST
def office_token(request: HttpRequest, code: str) -> HttpResponse:
    office = service.renew_notice_token(code=code, by=request.posting)
    messages.success(request, f"{office.name}的公示页网址已更换，原网址失效，请重新打印张贴。")
    return redirect("office_edit", code=code)
