"""Changes of rights: proposed, seen, confirmed, told; and the death of a person."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistance.forms.change_facts import FactsForms
from assistance.forms.entitlement import (
    ChangeFilter,
    ChangeForm,
    DeathForm,
    DecisionForm,
    InformForm,
    WithdrawForm,
)
from assistance.models import Entitlement, EntitlementChange
from assistance.policy.rules import rule_of
from assistance.selectors import change as selectors
from assistance.selectors.case import with_state
from assistance.selectors.notice import ends
from assistance.services import change_preview as previews
from assistance.services import death, end_notice
from assistance.services import entitlement as services
from assistance.services.change_people import person_who_joins
from assistance.services.change_preview import Preview
from assistance.services.change_reckon import bare_facts, facts_on_record, needed_answers
from assistance.services.change_withdraw import may_withdraw, withdraw_change
from assistance.services.grant import first_listed_month
from assistance.views.entitlement import entitlements
from assistance.workflow import RECKONED_KINDS, ChangeKind, ChangeStatus
from civaffairs.lib.errors import NotAllowed, NotReady, Refused
from civaffairs.lib.months import Month
from civaffairs.registry import access
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Person
from civaffairs.shell.forms import PlainForm
from civaffairs.shell.paging import page_of

BATCH_LIMIT = 200
# The button that reckons and writes nothing.
ESTIMATE = "estimate"


def _show(form: PlainForm, refusal: Refused) -> None:
    words = refusal.message + (f"（{refusal.article}）" if refusal.article else "")
    form.add_error(refusal.field if refusal.field in form.fields else None, words)
    for more in getattr(refusal, "changes", ()):
        form.add_error(None, more)


# --- proposing -----------------------------------------------------------------------------------------------


@access.permitted(Permission.PROPOSE_CHANGE)
@require_http_methods(["GET", "POST"])
def change_propose(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The form of one kind of change."""
    if kind not in ChangeKind.values:
        raise Http404("没有这个事项。")
    row = access.to_read(entitlements(), request.posting, Permission.PROPOSE_CHANGE, pk=pk)
    if kind == ChangeKind.DEATH:
        return redirect("death_report", row.beneficiary_id or row.payee_id)
    members, neighbours = selectors.people_of(row)
    spec = row.scheme.spec_on(request.today)
    month = Month.of(request.today)
    first = first_listed_month(row.scheme_id, row.office_id, row.from_month)
    form = ChangeForm(
        request.POST or None,
        initial={
            "from_month": max(first, (month.next if spec.stops_next else month).first_day),
            "seen": services.latest_change(row),
        },
        kind=kind,
        entitlement=row,
        members=members,
        neighbours=neighbours,
        posting=request.posting,
        refusal_times=selectors.refusal_times(request.today) if kind == ChangeKind.CUT else 0,
        switch_cases=selectors.switch_cases(row, request.posting) if kind == ChangeKind.SWITCH else (),
    )
    facts = _facts_forms(request, row, kind, form.initial["from_month"])
    good, estimate = _all_valid(form, facts), None
    if good and ESTIMATE in request.POST:
        estimate = _estimated(request, row, form, facts)
    elif good:
        change = _proposed(request, row, form, facts)
        if change is not None:
            messages.success(request, f"{_whose(row)}的{change.get_kind_display()}已报县级确认。")
            return redirect("change_detail", change.pk)
    option = {o.kind: o for o in selectors.options(row, request.posting, list(row.members.all()))}.get(
        ChangeKind(kind)
    )
    return render(
        request,
        "assistance/entitlement/propose.html",
        {
            "row": row,
            "kind": ChangeKind(kind),
            "form": form,
            "facts": facts,
            "first": first,
            "why_not": option.why_not if option else "这个项目没有这个事项",
            "members": members,
            "preview": estimate,
        },
        status=422 if form.is_bound and estimate is None else 200,
    )


def _all_valid(form: PlainForm, facts: FactsForms | None) -> bool:
    """Both are asked, so that every mistake is shown at once."""
    if not form.is_bound:
        return False
    valid = form.is_valid()
    return (facts is None or facts.is_valid()) and valid


def _facts_forms(request: HttpRequest, row: Entitlement, kind: str, month: date) -> FactsForms | None:
    household = row.beneficiary_id is None
    if kind not in RECKONED_KINDS and not (kind == ChangeKind.SWITCH and household):
        return None
    if not rule_of(row.scheme.spec.rule).pays:
        return None
    return _facts_of(request, row, month)


def _facts_of(request: HttpRequest, row: Entitlement, month: date) -> FactsForms:
    known = facts_on_record(row) or bare_facts(row)
    return FactsForms(row, known, request.POST or None, needed_answers(row, known, month))


def _proposed(
    request: HttpRequest, row: Entitlement, form: ChangeForm, facts: FactsForms | None
) -> EntitlementChange | None:
    data = form.cleaned_data
    try:
        with transaction.atomic():
            return services.propose_change(
                **_wished(request, row, form, facts),
                explanation=data["explanation"],
                heard_on=data.get("heard_on"),
                heard_how=data.get("heard_how", ""),
            )
    except Refused as refusal:
        _refused(form, facts, row, refusal)
        return None


def _estimated(
    request: HttpRequest, row: Entitlement, form: ChangeForm, facts: FactsForms | None
) -> Preview | None:
    """What proposing would do; who would join is not entered in the register for it."""
    try:
        with transaction.atomic():
            found = previews.estimate_change(**_wished(request, row, form, facts))
            transaction.set_rollback(True)
            return found
    except Refused as refusal:
        _refused(form, facts, row, refusal)
        return None


def _wished(
    request: HttpRequest, row: Entitlement, form: ChangeForm, facts: FactsForms | None
) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "entitlement_id": row.pk,
        "kind": form.kind,
        "reason_code": data["reason_code"],
        "from_month": data["from_month"],
        "person": _person(request, row, form),
        "payee": _payee(data),
        "facts": facts.facts() if facts else None,
        "details": form.details(),
        "seen": data["seen"],
        "by": request.posting,
        "on": request.today,
    }


def _refused(form: PlainForm, facts: FactsForms | None, row: Entitlement, refusal: Refused) -> None:
    """The sentence at its field; what the rule misses, at the question."""
    if facts is not None and isinstance(refusal, NotReady):
        month = form.cleaned_data.get("from_month") or form.cleaned_data.get("died_on")
        needed = needed_answers(row, facts.facts(), month.replace(day=1)) if month else frozenset()
        if facts.ask_for(needed):
            return
    _show(form, refusal)


def _person(request: HttpRequest, row: Entitlement, form: ChangeForm) -> Person | None:
    data = form.cleaned_data
    if data.get("person"):
        return Person.objects.get(pk=int(data["person"]))
    if form.kind != ChangeKind.JOIN:
        return None
    return person_who_joins(
        row,
        name=data["name"],
        id_number=data["id_number"] or "",
        sex=data["sex"],
        birth=data["birth"],
        on=request.today,
    )


def _payee(data: dict[str, Any]) -> Person | None:
    return Person.objects.get(pk=int(data["payee"])) if data.get("payee") else None


@access.permitted(Permission.PROPOSE_CHANGE)
@require_http_methods(["GET", "POST"])
def death_report(request: HttpRequest, pk: int) -> HttpResponse:
    """One act for everything that a person has."""
    person = access.to_read(
        Person.objects.select_related("office__parent"), request.posting, Permission.PROPOSE_CHANGE, pk=pk
    )
    touched = death.rights_of(person, person.died_on or request.today, "illness")
    form = DeathForm(
        request.POST or None,
        initial={"died_on": person.died_on},
        family=selectors.family_of(person),
        asks_cause=any(one.asks_cause for one in touched),
        asks_payee=any(one.entitlement.payee_id == person.pk and one.role != "alone" for one in touched),
    )
    household = next((t.entitlement for t in touched if t.role == "member"), None)
    facts = row = None
    if household is not None and rule_of(household.scheme.spec.rule).pays:
        row = entitlements().get(pk=household.pk)
        facts = _facts_of(request, row, Month.of(request.today).first_day)
    estimate = None
    if _all_valid(form, facts):
        data = form.cleaned_data
        asked = {
            "person_id": person.pk,
            "died_on": data["died_on"],
            "cause": data["cause"],
            "payee": _payee(data),
            "facts": facts.facts() if facts else None,
            "by": request.posting,
            "on": request.today,
        }
        try:
            if ESTIMATE in request.POST:
                estimate = death.estimate_death(**asked)
            else:
                change = death.report_death(
                    **asked,
                    explanation=data["explanation"],
                    heard_on=data["heard_on"],
                    heard_how=data["heard_how"],
                )
                messages.success(request, f"{person.name}的死亡已报县级确认，各项待遇一并办理。")
                return redirect("change_detail", change.pk)
        except Refused as refusal:
            _refused(form, facts, row, refusal)
    return render(
        request,
        "assistance/entitlement/death.html",
        {"person": person, "form": form, "facts": facts, "touched": touched, "preview": estimate},
        status=422 if form.is_bound and estimate is None else 200,
    )


# --- seeing and deciding ---------------------------------------------------------------------------------------


@access.permitted(Permission.VIEW_LEDGER)
@require_GET
def change_list(request: HttpRequest) -> HttpResponse:
    form = ChangeFilter(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    status = data.get("status") or ChangeStatus.PROPOSED
    order = ("proposed_on", "id") if status == ChangeStatus.PROPOSED else ("-id",)
    scheme = data["scheme"].pk if data.get("scheme") else ""
    rows = selectors.changes(request.posting, status, kind=data.get("kind", ""), scheme=scheme)
    if data.get("notice"):
        rows = rows.filter(pk__in=ends(request.posting, request.today, data["notice"]).values("pk"))
    page = page_of(rows, order=order, query=request.GET)
    may_confirm = status == ChangeStatus.PROPOSED and access.may(request.posting, Permission.CONFIRM_CHANGE)
    if may_confirm:
        sums = previews.sums_of(page.rows, request.today)
        for change in page.rows:
            change.sums = sums[change.pk]
    tabs = [
        {"label": label, "url": f"?status={value}", "active": value == status}
        for value, label in ChangeStatus.choices
    ]
    return render(
        request,
        "assistance/entitlement/changes.html",
        {
            "page": page,
            "tabs": tabs,
            "status": status,
            "filters": form,
            "may_confirm": may_confirm,
        },
    )


def _change(request: HttpRequest, pk: int, permission: Permission) -> EntitlementChange:
    return access.to_read(EntitlementChange.objects.named(), request.posting, permission, pk=pk)


@access.permitted(Permission.VIEW_LEDGER)
@require_GET
def change_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _change_page(request, _change(request, pk, Permission.VIEW_LEDGER))


def _change_page(request: HttpRequest, change: EntitlementChange, **forms: Any) -> HttpResponse:
    if change.leading_id is not None:
        leading = EntitlementChange.objects.visible_to(request.posting).filter(pk=change.leading_id)
        if leading.exists():
            return redirect("change_detail", change.leading_id)
    group = change.group()
    booked = selectors.booked_by(group)
    for one in group:
        one.status_tone = selectors.TONES[one.status]
        one.booked = booked[one.pk]
        # Of a death that this office has reported, what lies in another township is named and not opened.
        one.is_here = access.covers_office(request.posting, one.entitlement.office_id)
        one.stretches = one.reckoning.get("stretches", [])
    proposed = change.status == ChangeStatus.PROPOSED
    preview, cannot = _preview(request, group) if proposed else (None, "")
    if preview is not None:
        for one, effect in zip(group, preview.effects, strict=True):
            one.effect = effect
    decision = forms.get("form")
    if decision is not None:
        # Whoever was told that something has changed has it before him now, and may press again.
        decision.data = decision.data.copy()
        decision.data["version"] = change.version
        decision.data["shown"] = preview.amount_fen if preview else ""
    may_confirm = proposed and access.may(request.posting, Permission.CONFIRM_CHANGE)
    may_inform = (
        change.status == ChangeStatus.CONFIRMED
        and change.informed_on is None
        and access.may(request.posting, Permission.PROPOSE_CHANGE)
    )
    context = {
        "change": change,
        "row": change.entitlement,
        "group": group,
        "person_here": change.person is not None
        and access.covers_office(request.posting, change.person.office_id),
        "details": selectors.details_in_words(change),
        "steps": selectors.steps_of(change),
        "form": decision
        or (
            DecisionForm(
                initial={"version": change.version, "shown": preview.amount_fen if preview else None}
            )
            if may_confirm
            else None
        ),
        "withdraw": forms.get("withdraw")
        or (
            WithdrawForm(initial={"version": change.version})
            if may_withdraw(change, request.posting)
            else None
        ),
        "preview": preview,
        "cannot": cannot,
        **_posted(request, change),
        "inform": forms.get("inform") or (InformForm() if may_inform else None),
        "tone": selectors.TONES[change.status],
    }
    bound = any(form.is_bound for form in forms.values())
    return render(request, "assistance/entitlement/change.html", context, status=422 if bound else 200)


def _posted(request: HttpRequest, change: EntitlementChange) -> dict[str, Any]:
    """How far the notice of an intended end is, where there has to be one."""
    if not end_notice.is_posted(change):
        return {}
    proposed = change.status == ChangeStatus.PROPOSED
    return {
        "standing": end_notice.standing(change, request.today),
        "notices": [with_state(notice, request.today) for notice in selectors.notices_of(change)],
        "may_post": proposed and access.may(request.posting, Permission.PROPOSE_CHANGE),
    }


def _preview(request: HttpRequest, group: list[EntitlementChange]) -> tuple[Preview | None, str]:
    """(what confirming would do, why it could not be confirmed now)."""
    try:
        return previews.preview_of(group, request.posting, request.today), ""
    except Refused as refusal:
        return None, refusal.message


@access.permitted(Permission.PROPOSE_CHANGE)
@require_POST
def change_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The township takes its own proposal back."""
    change = _change(request, pk, Permission.PROPOSE_CHANGE)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            withdraw_change(
                change_id=change.pk,
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
                by=request.posting,
                on=request.today,
            )
        except Refused as refusal:
            _show(form, refusal)
        else:
            messages.success(
                request, f"已撤回{_whose(change.entitlement)}的{change.get_kind_display()}，待遇照旧。"
            )
            return redirect("change_detail", change.pk)
    return _change_page(request, change, withdraw=form)


@access.permitted(Permission.CONFIRM_CHANGE)
@require_POST
def change_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The county's answer."""
    change = _change(request, pk, Permission.CONFIRM_CHANGE)
    form = DecisionForm(request.POST)
    if form.is_valid():
        agrees = request.POST.get("outcome") == "confirm"
        answer = {
            "change_id": change.pk,
            "by": request.posting,
            "on": request.today,
            "version": form.cleaned_data["version"],
            "opinion": form.cleaned_data["opinion"],
        }
        try:
            if agrees:
                services.confirm_change(**answer, shown_fen=form.cleaned_data["shown"])
            else:
                services.refuse_change(**answer)
        except Refused as refusal:
            _show(form, refusal)
        else:
            whose, what = _whose(change.entitlement), change.get_kind_display()
            words = f"{whose}的{what}已生效。" if agrees else f"已退回{whose}的{what}建议。"
            messages.success(request, words)
            return redirect("change_detail", change.pk)
    return _change_page(request, change, form=form)


@access.permitted(Permission.CONFIRM_CHANGE)
@require_POST
def change_batch(request: HttpRequest) -> HttpResponse:
    """One opinion over the chosen proposals; what cannot be done is named with its reason."""
    ids = [int(v) for v in request.POST.getlist("ids") if v.isdecimal() and len(v) < 19][: BATCH_LIMIT + 1]
    if not ids:
        messages.warning(request, "还没有勾选变更。")
        return redirect("change_list")
    if len(ids) > BATCH_LIMIT:
        raise NotAllowed(f"一次最多办 {BATCH_LIMIT} 件。")
    done, refused = services.confirm_many(
        ids,
        by=request.posting,
        on=request.today,
        opinion=request.POST.get("opinion", ""),
        shown=_shown(request, ids),
    )
    if done:
        messages.success(request, f"已确认 {len(done)} 件。")
    for words in refused:
        messages.warning(request, words)
    return redirect("change_list")


def _shown(request: HttpRequest, ids: list[int]) -> dict[int, int]:
    """What the list said of 补发 and 追缴 of each, fen."""
    said = {pk: request.POST.get(f"shown_{pk}", "") for pk in ids}
    return {pk: int(fen) for pk, fen in said.items() if fen.removeprefix("-").isdecimal() and len(fen) < 19}


@access.permitted(Permission.PROPOSE_CHANGE)
@require_POST
def change_inform(request: HttpRequest, pk: int) -> HttpResponse:
    """The written notice has reached the family."""
    change = _change(request, pk, Permission.PROPOSE_CHANGE)
    form = InformForm(request.POST)
    if form.is_valid():
        try:
            services.mark_informed(
                change_id=change.pk,
                informed_on=form.cleaned_data["informed_on"],
                informed_how=form.cleaned_data["informed_how"],
                by=request.posting,
                on=request.today,
            )
        except Refused as refusal:
            _show(form, refusal)
        else:
            messages.success(request, "已登记书面告知。")
            return redirect("change_detail", change.pk)
    return _change_page(request, change, inform=form)


def _whose(row: Entitlement) -> str:
    """The person of a programme for persons, else his household."""
    return row.payee.name if row.beneficiary_id else f"{row.payee.name}户"
