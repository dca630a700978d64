"""Bank formats: the list, one format, the form with its preview, and the trial of an answer."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.bankfiles.sample import written
from assistance.bankfiles.spec import BadSpec, read_spec
from assistance.forms.bank_format import FormatForms, TrialForm
from assistance.models import BankFormat
from assistance.selectors import bank_format as selectors
from assistance.services import bank_format as services
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission


@access.permitted(Permission.VIEW_FUNDS)
@require_GET
def bank_format_list(request: HttpRequest) -> HttpResponse:
    rows = list(selectors.formats())
    context = {
        "pending": [row for row in rows if row.is_pending],
        "in_use": [row for row in rows if row.is_active],
        "before": [row for row in rows if not row.is_active and not row.is_pending],
        "may_set": access.may(request.posting, Permission.SET_BANK_FORMAT),
    }
    return render(request, "assistance/bank_format/list.html", context)


def _format(pk: int) -> BankFormat:
    found = selectors.formats().filter(pk=pk).first()
    if found is None:
        raise access.NotVisible("没有找到这份银行格式。")
    return found


@access.permitted(Permission.VIEW_FUNDS)
@require_http_methods(["GET", "POST"])
def bank_format_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One format in words, with three payments written in it. A POST reads a sample answer and changes nothing."""
    found = _format(pk)
    posted = request.method == "POST"
    form = TrialForm(request.POST if posted else None, request.FILES if posted else None)
    trial = None
    if posted and form.is_valid():
        upload = form.cleaned_data["file"]
        source = upload.file if upload else BytesIO(form.cleaned_data["text"].encode())
        trial = selectors.try_answer(found, source, upload.name if upload else "粘贴的样本")
    return _detail_page(request, found, form, trial)


def _detail_page(request: HttpRequest, found: BankFormat, form: TrialForm, trial: Any) -> HttpResponse:
    mine = found.proposed_by is not None and found.proposed_by.user_id == request.user.pk
    context = {
        "format": found,
        "facts": selectors.facts(found),
        "seen": services.fingerprint(found),
        "mine": mine,
        "may_set": access.may(request.posting, Permission.SET_BANK_FORMAT),
        "may_confirm": access.may(request.posting, Permission.CONFIRM_BANK_FORMAT) and not mine,
        "form": form,
        "trial": trial,
        **_preview(found.spec),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "assistance/bank_format/detail.html", context, status=status)


def _preview(spec: dict) -> dict:
    try:
        rows, text, faults = written(read_spec(spec))
    except BadSpec as problem:
        return {"problem": problem.message}
    return {"rows": rows, "text": text, "faults": faults, "read": read_spec(spec)}


@access.permitted(Permission.SET_BANK_FORMAT)
@require_http_methods(["GET", "POST"])
def bank_format_new(request: HttpRequest) -> HttpResponse:
    """A new format, empty or as a copy (?copy=) of another."""
    copied = _format(int(number)) if (number := request.GET.get("copy", "")).isdecimal() else None
    forms = FormatForms(
        request.POST or None,
        name=f"{copied.name} 副本" if copied else "",
        spec=copied.spec if copied else None,
    )

    def save(**fields: Any) -> BankFormat:
        return services.propose_format(by=request.posting, on=request.today, **fields)

    return _form_page(request, forms, save, title="新增银行格式", copied=copied)


@access.permitted(Permission.SET_BANK_FORMAT)
@require_http_methods(["GET", "POST"])
def bank_format_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits is amended; what is in use gets its next version."""
    found = _format(pk)
    forms = FormatForms(
        request.POST or None,
        name=found.name,
        spec=found.spec,
        fixed_name=not found.is_pending or found.replaces_id is not None,
    )

    def save(**fields: Any) -> BankFormat:
        if found.is_pending:
            return services.amend_format(
                format_id=pk,
                seen=request.POST.get("seen", ""),
                by=request.posting,
                on=request.today,
                **fields,
            )
        return services.propose_format(replaces_id=pk, by=request.posting, on=request.today, **fields)

    title = f"修改“{found.name}”" if found.is_pending else f"“{found.name}”改成新版"
    return _form_page(request, forms, save, title=title, format=found, seen=services.fingerprint(found))


def _form_page(request: HttpRequest, forms: FormatForms, save: Any, **context: Any) -> HttpResponse:
    if request.method == "POST" and forms.is_valid():
        try:
            made = save(name=forms.form.cleaned_data["name"], spec=forms.spec())
        except Refused as refusal:
            forms.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, "已录入，等县级审批确认后可以使用。")
            return redirect("bank_format_detail", made.pk)
    bound = forms.form.is_bound
    if not bound:
        context |= _preview(forms.given)
    context |= {"forms": forms, "form": forms.form, "seen": request.POST.get("seen", context.get("seen", ""))}
    return render(request, "assistance/bank_format/form.html", context, status=422 if bound else 200)


@access.permitted(Permission.SET_BANK_FORMAT)
@require_POST
def bank_format_preview(request: HttpRequest) -> HttpResponse:
    """Three invented payments as the form stands; what is still wrong is said. Nothing is kept."""
    forms = FormatForms(request.POST)
    if forms.is_valid():
        context = _preview(forms.spec())
    else:
        problems = [*forms.form.non_field_errors()]
        problems += [
            f"{forms.form[name].label}：{words[0]}"
            for name, words in forms.form.errors.items()
            if name in forms.form.fields
        ]
        context = {"problem": problems[0] if problems else "还有栏目没有填完"}
    return render(request, "assistance/bank_format/_preview.html", context)


@access.permitted(Permission.CONFIRM_BANK_FORMAT)
@require_POST
def bank_format_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    made = services.confirm_format(
        format_id=pk, seen=request.POST.get("seen", ""), by=request.posting, on=request.today
    )
    messages.success(request, f"“{made}”已确认，可以用来生成代发文件。")
    return redirect("bank_format_detail", pk)


@access.permitted(Permission.SET_BANK_FORMAT)
@require_POST
def bank_format_discard(request: HttpRequest, pk: int) -> HttpResponse:
    services.discard_format(format_id=pk, by=request.posting, on=request.today)
    messages.success(request, "已作废。")
    return redirect("bank_format_list")


@access.permitted(Permission.SET_BANK_FORMAT)
@require_POST
def bank_format_retire(request: HttpRequest, pk: int) -> HttpResponse:
    services.retire_format(format_id=pk, by=request.posting, on=request.today)
    messages.success(request, "已停用。以前用它报送的批次照样可以下载、导入回盘。")
    return redirect("bank_format_list")
