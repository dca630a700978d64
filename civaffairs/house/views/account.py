"""Coming in, going out, one's own password, the choice among several posts, and the day of the demo."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from civaffairs.house.forms.account import DemoDayForm, LogInForm, PasswordForm
from civaffairs.house.selectors.demo import demo_accounts
from civaffairs.lib.errors import Refused
from civaffairs.registry import access, audit
from civaffairs.registry.middleware import POSTING_KEY
from civaffairs.registry.models import DemoDay, User
from civaffairs.registry.services.users import change_own_password

WRONG_KEY = "wrong_passwords"


class LogIn(LoginView):
    """Every attempt leaves a trace. What was typed as an unknown log-in name is not kept: it may be a password."""

    form_class = LogInForm
    redirect_authenticated_user = True

    def form_valid(self, form: LogInForm) -> HttpResponse:
        user = form.get_user()
        login(self.request, user)
        audit.record("login", user=user, subject=user)
        return redirect(self.get_success_url())

    def form_invalid(self, form: LogInForm) -> HttpResponse:
        typed = form.cleaned_data.get("username", "")
        if typed:
            user = User.objects.filter(username=typed).first()
            locked = bool(getattr(self.request, "axes_locked_out", False))
            audit.record(
                "login",
                user=user,
                subject=user,
                label="" if user else "没有这个登录名",
                succeeded=False,
                details={"locked": locked},
            )
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if settings.DEMO:
            context["demo_accounts"] = demo_accounts(self.request.today)
        return context


log_in = access.open_to_all(LogIn.as_view())


@access.signed_in
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    audit.record("logout", user=request.user, subject=request.user)
    logout(request)
    messages.info(request, "您已退出登录。")
    return redirect("login")


@access.signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = change_own_password(
                user=request.user, current=form.cleaned_data["current"], new=form.cleaned_data["new"]
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
            if refusal.field == "current" and _too_often(request):
                logout(request)
                messages.error(request, "现在的密码输错次数太多，已退出，请重新登录。")
                return redirect("login")
        else:
            request.session.pop(WRONG_KEY, None)
            update_session_auth_hash(request, user)
            return redirect("password_change_done")
    status = 422 if form.is_bound else 200
    return render(request, "registration/password_change_form.html", {"form": form}, status=status)


def _too_often(request: HttpRequest) -> bool:
    """A screen that was left open is no place to guess the password of its owner."""
    request.session[WRONG_KEY] = request.session.get(WRONG_KEY, 0) + 1
    return request.session[WRONG_KEY] >= settings.AXES_FAILURE_LIMIT


@access.signed_in
@require_http_methods(["GET"])
def password_change_done(request: HttpRequest) -> HttpResponse:
    return render(request, "registration/password_change_done.html")


@access.signed_in
@require_POST
def switch_posting(request: HttpRequest) -> HttpResponse:
    """Go on as another of one's own posts; the page one was on may not be open to it, so the way leads home."""
    chosen = next((p for p in request.postings if str(p.pk) == request.POST.get("posting")), None)
    if chosen is None:
        raise access.NotVisible("没有这个岗位。")
    request.session[POSTING_KEY] = chosen.pk
    audit.record("posting.switch", by=chosen, subject=chosen, office_code=chosen.office_id)
    messages.success(request, f"已切换到：{chosen.label}")
    return redirect("home")


@access.signed_in
@require_POST
def move_demo_day(request: HttpRequest) -> HttpResponse:
    """Only in a demo: put the calendar of the house to another day, so that a notice can be seen to end."""
    if not settings.DEMO:
        raise Http404
    form = DemoDayForm(request.POST)
    if form.is_valid():
        day = form.cleaned_data["day"]
        DemoDay.objects.update_or_create(pk=1, defaults={"day": day})
        audit.record("demo.move_day", user=request.user, details={"day": day.isoformat()})
        messages.success(request, f"演示日期已改为 {day:%Y-%m-%d}")
    else:
        messages.error(request, form.errors["day"][0])
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "home"
    return redirect(target)
