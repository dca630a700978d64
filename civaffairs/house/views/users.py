"""Users and their posts. The system administrator makes users, the security administrator gives them posts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civaffairs.house.forms.offices import NewUserForm, PostingForm, UserFilterForm
from civaffairs.house.selectors.offices import users_of
from civaffairs.lib.errors import Refused
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import ADMIN_ROLES, User
from civaffairs.registry.services import postings as posting_service
from civaffairs.registry.services import users as service
from civaffairs.shell.paging import page_of


@access.permitted(Permission.VIEW_USERS)
@require_GET
def user_list(request: HttpRequest) -> HttpResponse:
    filters = UserFilterForm(request.GET or None, posting=request.posting)
    query = filters.cleaned_data if filters.is_bound and filters.is_valid() else {}
    page = page_of(users_of(request.posting, query, request.today), ("username", "id"), request.GET)
    context = {
        "page": page,
        "filters": filters,
        "may_create": access.may(request.posting, Permission.MANAGE_USERS),
    }
    return render(request, "registry/user_list.html", context)


@access.permitted(Permission.MANAGE_USERS)
@never_cache
@sensitive_variables("password")
@require_http_methods(["GET", "POST"])
def user_new(request: HttpRequest) -> HttpResponse:
    """The initial password is in the answer itself and nowhere else: not in the session, not in an address."""
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = service.create_user(by=request.posting, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            context = {"person": user, "password": password, "title": "用户已建立"}
            return render(request, "registry/user_password.html", context)
    status = 422 if form.is_bound else 200
    return render(request, "registry/user_form.html", {"form": form}, status=status)


@access.permitted(Permission.VIEW_USERS)
@require_GET
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _user_page(request, pk)


def _user_page(request: HttpRequest, pk: int, form: PostingForm | None = None) -> HttpResponse:
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise access.NotVisible("没有这个用户。")
    postings = list(person.postings.select_related("office", "granted_by__user").order_by("-from_day", "-id"))
    now = [p for p in postings if p.until_day is None or p.until_day > request.today]
    own = person.pk == request.user.pk
    may_grant = access.may(request.posting, Permission.MANAGE_POSTINGS) and not own
    if form is None and may_grant and person.is_active:
        form = PostingForm(posting=request.posting, initial={"from_day": request.today})
    context = {
        "person": person,
        "now": now,
        "ended": [p for p in postings if p not in now],
        "form": form,
        "may_grant": may_grant,
        "may_manage": access.may(request.posting, Permission.MANAGE_USERS) and not own,
        "is_admin": any(p.role in ADMIN_ROLES for p in now),
        "own": own,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "registry/user_detail.html", context, status=status)


@access.permitted(Permission.MANAGE_USERS)
@never_cache
@sensitive_variables("password")
@require_POST
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Like user_new: the new password is in this answer only."""
    user, password = service.reset_password(user_id=pk, by=request.posting)
    context = {"person": user, "password": password, "title": "密码已重设"}
    return render(request, "registry/user_password.html", context)


@access.permitted(Permission.MANAGE_USERS)
@require_POST
def user_active(request: HttpRequest, pk: int) -> HttpResponse:
    active = request.POST.get("active") == "1"
    user = service.set_active(user_id=pk, active=active, by=request.posting)
    messages.success(request, f"{user.name}的账号已{'启用' if user.is_active else '停用'}")
    return redirect("user_detail", pk=pk)


@access.permitted(Permission.MANAGE_POSTINGS)
@require_POST
def posting_grant(request: HttpRequest, pk: int) -> HttpResponse:
    form = PostingForm(request.POST, posting=request.posting)
    if form.is_valid():
        data = form.cleaned_data
        try:
            posting = posting_service.grant_posting(
                user_id=pk,
                role=data["role"],
                office_code=data["office"],
                from_day=data["from_day"],
                by=request.posting,
                on=request.today,
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"已授予：{posting.label}")
            return redirect("user_detail", pk=pk)
    return _user_page(request, pk, form)


@access.permitted(Permission.MANAGE_POSTINGS)
@require_POST
def posting_end(request: HttpRequest, pk: int) -> HttpResponse:
    posting = posting_service.end_posting(posting_id=pk, by=request.posting, on=request.today)
    messages.success(request, f"已收回：{posting.label}")
    return redirect("user_detail", pk=posting.user_id)
