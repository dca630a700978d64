"""Forms of the ledger and of the changes of a right."""

from collections.abc import Sequence
from typing import Any

from django import forms

from assistance.forms.cases import area_choices as village_choices
from assistance.forms.payment import area_choices
from assistance.models import REASONS, Application, EndReason, Entitlement, LabourAbility, Scheme
from assistance.policy.disability import CERT_UNTIL
from assistance.policy.rules import rule_of
from assistance.policy.tekun_standard import MODES, PAYEES
from assistance.policy.veterans_life import DEATHS
from assistance.selectors.entitlement import IN_FORCE, STATES, categories_of
from assistance.selectors.keepers import institutions_of
from assistance.workflow import ENDING_KINDS, ChangeKind, ChangeStatus
from civaffairs.registry.models import Person, Posting, Relationship, Sex
from civaffairs.shell.fields import (
    DayField,
    IdCardField,
    MonthField,
    NumberField,
    OfficeSelect,
    YesNoField,
)
from civaffairs.shell.forms import PlainForm
from civaffairs.shell.whole_numbers import not_whole

K = ChangeKind
REFUSED = "work_refused"
RENEWED = "renewed"
# Reasons of programmes that ask for the end of a disability certificate.
OF_CERTIFICATES = (EndReason.UNRENEWED.value, RENEWED)


class EntitlementFilter(PlainForm):
    scheme = forms.ModelChoiceField(
        label="救助项目", queryset=Scheme.objects.all(), required=False, empty_label="全部"
    )
    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    state = forms.ChoiceField(label="状态", choices=[("", "全部"), *STATES], required=False, initial=IN_FORCE)
    category = forms.ChoiceField(
        label="供养方式、等级", choices=[("", "全部"), *categories_of()], required=False
    )
    q = forms.CharField(
        label="户主、成员或证号",
        required=False,
        max_length=40,
        help_text="姓名、首字母、身份证后4、6位",
        validators=[not_whole],
    )

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]


def _words(label: str, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=500, widget=forms.Textarea(attrs={"rows": 2}), **more
    )


def _person_choices(people: list[Person], empty: str = "请选择") -> list[tuple[str, str]]:
    return [("", empty), *((str(person.pk), person.name) for person in people)]


def _case_choice(case: Application) -> tuple[str, str]:
    label = f"{case.scheme.short_name} {case.applicant.name} {case.number}（{case.get_status_display()}）"
    return case.number, label


class ChangeForm(PlainForm):
    """One proposed change. Which fields there are depends on the kind; what is due, the service says."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason_code = forms.ChoiceField(label="原因")
    from_month = MonthField(label="从哪个月起", as_day=True)
    explanation = _words("具体情况")
    heard_on = DayField(
        label="听取意见日期",
        required=False,
        not_after_today=True,
        help_text="调减、终止前应当听取意见（《社会救助法》第48条）",
    )
    heard_how = _words("听取意见情况", required=False, help_text="什么方式、听取谁的意见、本人或家庭怎么说")
    widths = {
        "reason_code": 4,
        "from_month": 2,
        "person": 3,
        "payee": 3,
        "heard_on": 3,
        "heard_how": 9,
        "to_office": 4,
        "months": 2,
        "backpay": 4,
        "renewed_until": 4,
        "application": 6,
        "institution": 4,
        "mode": 3,
        "payee_of_care": 3,
        "agreement": 3,
    }
    MONTH_HELP = {
        K.STOP: "从这个月起不再发放",
        K.QUIT: "从这个月起不再发放",
        K.HOLD: "从这个月起暂不列入名册",
        K.RESUME: "从这个月起恢复发放",
        K.TAPER: "渐退期的第一个月",
        K.SWITCH: "转出和转入是同一个月，应与新保障的起发月份一致",
        K.KEEP: "从这个月起按新的供养方式和收款账户发",
    }

    def __init__(
        self,
        *args: Any,
        kind: str,
        entitlement: Entitlement,
        members: list[Person],
        neighbours: list[Person],
        posting: Posting,
        refusal_times: int = 3,
        switch_cases: Sequence[Application] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.kind = ChangeKind(kind)
        self.refusal_times = refusal_times
        self.switch_cases = switch_cases
        self.members = members
        carded = CERT_UNTIL in rule_of(entitlement.scheme.spec.rule).questions
        reasons = [reason for reason in REASONS[kind] if carded or reason[0] not in OF_CERTIFICATES]
        self.fields["reason_code"].choices = reasons if len(reasons) == 1 else [("", "请选择"), *reasons]
        self.fields["from_month"].help_text = self.MONTH_HELP.get(
            self.kind, "可以早于本月，已办结的月份自动补发或追缴"
        )
        add = {
            K.JOIN: self._for_join,
            K.LEAVE: self._for_leave,
            K.TAPER: self._for_taper,
            K.RESUME: self._for_resume,
            K.MOVE: self._for_move,
            K.HEAD: self._for_head,
            K.SWITCH: self._for_switch,
            K.KEEP: self._for_keep,
            K.CUT: self._for_cut,
        }.get(self.kind)
        if add:
            add(entitlement, members, neighbours, posting)
        hears = self.kind in ENDING_KINDS or self.kind in (K.CUT, K.LEAVE, K.JOIN, K.MOVE, K.KEEP)
        if not hears:
            del self.fields["heard_on"], self.fields["heard_how"]
        else:
            # Of the others it depends on what comes of the reckoning.
            surely = self.kind in ENDING_KINDS or self.kind == K.CUT
            for name in ("heard_on", "heard_how"):
                self.fields[name].must = surely
        if self.kind == K.QUIT:
            self.fields["heard_on"].label = "本人申请退出的日期"
            self.fields["heard_how"].label = "申请退出的方式和原话"
        # Who, why, from when, and what the kind asks besides; then the words, and last that the family was heard.
        who = [] if self.kind == K.CUT else ["person"]  # who refused to work is asked after the reason
        before = ["seen", *who, "name", "id_number", "sex", "birth", "relationship", "labour"]
        last = ["explanation", "heard_on", "heard_how"]
        self.order_fields(
            [name for name in before if name in self.fields]
            + [name for name in self.fields if name not in (*before, *last)]
            + last
        )

    def _for_join(self, entitlement, members, neighbours, posting) -> None:
        if neighbours:
            self.fields["person"] = forms.ChoiceField(
                label="户内还没有保障的人",
                required=False,
                choices=_person_choices(neighbours, "不在下面，另填"),
            )
        self.fields["name"] = forms.CharField(label="姓名", required=False, max_length=60)
        self.fields["name"].must = not neighbours
        self.fields["id_number"] = IdCardField(
            label="身份证号", required=False, width=3, help_text="新生儿还没有号码的不填，填性别和出生日期"
        )
        self.fields["sex"] = forms.ChoiceField(
            label="性别", required=False, choices=[("", "按身份证"), *Sex.choices]
        )
        self.fields["birth"] = DayField(label="出生日期", required=False, not_after_today=True)
        self.fields["relationship"] = forms.ChoiceField(
            label="与户主关系",
            choices=[("", "请选择"), *(c for c in Relationship.choices if c[0] != Relationship.HEAD)],
        )
        self.fields["labour"] = forms.ChoiceField(
            label="劳动能力", choices=[("", "请选择"), *LabourAbility.choices]
        )
        self.fields["severe_illness"] = forms.BooleanField(label="重特大疾病", required=False)

    def _for_leave(self, entitlement, members, neighbours, posting) -> None:
        self.fields["person"] = forms.ChoiceField(label="减少的保障对象", choices=_person_choices(members))
        self._payee(members, "他是领款人时选择")

    def _payee(self, members: list[Person], help_text: str) -> None:
        self.fields["payee"] = forms.ChoiceField(
            label="以后由谁领款",
            required=False,
            choices=_person_choices(members, "不变"),
            help_text=help_text,
        )

    def _for_cut(self, entitlement, members, neighbours, posting) -> None:
        """The refusals of work (民发〔2021〕57号第34条); shown with that reason only."""
        if entitlement.scheme.spec.rule != "dibao":
            self.fields["reason_code"].choices = [
                choice for choice in self.fields["reason_code"].choices if choice[0] != REFUSED
            ]
            return
        self.fields["person"] = forms.ChoiceField(
            label="拒绝工作的人",
            required=False,
            choices=_person_choices(members),
            help_text="有劳动能力的保障对象，只减他本人的部分",
        )
        for place in range(1, self.refusal_times + 1):
            self.fields[f"refused_{place}"] = DayField(
                label=f"第{place}次拒绝日期", required=False, not_after_today=True
            )
        for name in ("person", *(f"refused_{place}" for place in range(1, self.refusal_times + 1))):
            self.fields[name].must = True
            self.fields[name].widget.attrs |= {"data-when": "reason_code", "data-when-in": REFUSED}

    def _for_keep(self, entitlement, members, neighbours, posting) -> None:
        self.fields["mode"] = forms.ChoiceField(label="供养方式", choices=[("", "请选择"), *MODES.items()])
        self._institution(entitlement)
        self.fields["payee_of_care"] = forms.ChoiceField(
            label="照料护理费付给", required=False, choices=list(PAYEES.items()), initial="person"
        )
        self.fields["agreement"] = YesNoField(label="已签照料服务协议", required=False)
        for name, mode in (
            ("institution", "central"),
            ("payee_of_care", "scattered"),
            ("agreement", "scattered"),
        ):
            self.fields[name].must = True
            self.fields[name].widget.attrs |= {"data-when": "mode", "data-when-in": mode}

    def _institution(self, entitlement: Entitlement) -> None:
        self.fields["institution"] = forms.TypedChoiceField(
            label="供养机构",
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", "请选择"), *institutions_of(entitlement.office_id).values_list("pk", "name")],
            help_text="待遇发到它的账户；没有列出的，先在“供养机构账户”里登记并由另一人确认",
        )

    def _for_taper(self, *args: Any) -> None:
        self.fields["months"] = NumberField(label="渐退几个月", low=1, high=99, width=2)

    def _for_resume(self, *args: Any) -> None:
        self.fields["backpay"] = YesNoField(label="暂停的月份", yes="补发", no="不补发")
        if RENEWED in dict(self.fields["reason_code"].choices):
            field = DayField(
                label="新证有效期至", required=False, help_text="照新残疾人证填；证上写长期的填 2099-12-31"
            )
            field.must = True
            field.widget.attrs |= {"data-when": "reason_code", "data-when-in": RENEWED}
            self.fields["renewed_until"] = field

    def _for_move(self, entitlement, members, neighbours, posting) -> None:
        choices = village_choices(posting)
        self.fields["to_office"] = forms.ChoiceField(
            label="迁往的村（社区）",
            required=False,
            widget=OfficeSelect,
            choices=[("", "迁出本县的不选"), *choices],
        )

    def _for_head(self, entitlement, members, neighbours, posting) -> None:
        self.fields["person"] = forms.ChoiceField(label="新户主", choices=_person_choices(members))
        for person in members:
            self.fields[f"relationship_{person.pk}"] = forms.ChoiceField(
                label=f"{person.name}与新户主的关系",
                required=False,
                choices=[("", "请选择"), *(c for c in Relationship.choices if c[0] != Relationship.HEAD)],
            )

    def _for_switch(self, entitlement, members, neighbours, posting) -> None:
        # Who leaves 特困 has the end posted while the other form is handed in; a household in 低保 has its case first.
        later = entitlement.beneficiary_id is not None
        nothing = "申请随后提交" if later else "请选择" if self.switch_cases else "没有可以转入的申请"
        told = "先在“受理申请”里登记转入项目的申请，再来提出转保"
        if later or self.switch_cases:
            told = "本人或这户在另一项目的申请；到县级待审核确认以后，和转保一并确认"
        self.fields["application"] = forms.ChoiceField(
            label="转入的申请",
            required=not later,
            choices=[("", nothing), *map(_case_choice, self.switch_cases)],
            help_text=told,
        )
        if any(case.kept_by_institution for case in self.switch_cases):
            self._institution(entitlement)
            self.fields["institution"].help_text = "转入集中供养的，从第一个月起发到它的账户"
        if entitlement.beneficiary_id is None and len(members) > 1:
            self._payee(members, "领款人转出、其余的人继续保障时选择")

    def clean(self) -> None:
        # Who refused to work is asked with that reason only; a choice that was folded away again is none.
        if self.kind == K.CUT and self.cleaned_data.get("reason_code") != REFUSED:
            self.cleaned_data.pop("person", None)

    def details(self) -> dict[str, Any]:
        """What the kind has besides, plain, for the change's own column."""
        data, found = self.cleaned_data, {}
        plain = ("months", "to_office", "relationship", "labour", "severe_illness", "application", "mode")
        for name in (*plain, "institution"):
            if data.get(name) not in (None, ""):
                found[name] = data[name]
        if "backpay" in self.fields:
            found["backpay"] = data["backpay"]
        if data.get("renewed_until") and data.get("reason_code") == RENEWED:
            found["renewed_until"] = data["renewed_until"].isoformat()
        if self.kind == K.KEEP and data.get("mode") != "central":
            found.pop("institution", None)
            found |= {"payee": data.get("payee_of_care") or "person", "agreement": data.get("agreement")}
        if self.kind == K.CUT and data.get("reason_code") == REFUSED:
            days = (data.get(f"refused_{place}") for place in range(1, self.refusal_times + 1))
            found["refused_on"] = [day.isoformat() for day in days if day]
        if self.kind == K.HEAD:
            found["relationships"] = {
                str(person.pk): data[f"relationship_{person.pk}"]
                for person in self.members
                if data.get(f"relationship_{person.pk}")
            }
        return found


class DeathForm(PlainForm):
    """One death, for everything that the person has."""

    died_on = DayField(label="死亡日期", not_after_today=True)
    cause = forms.ChoiceField(
        label="死亡原因", required=False, choices=[("", "请选择"), *DEATHS.items()], help_text="优抚对象要填"
    )
    payee = forms.ChoiceField(
        label="以后由谁领款", required=False, help_text="去世的人是领款人，或去世后还要续发的，请选择"
    )
    explanation = _words("死亡证明、户籍注销等情况")
    heard_on = DayField(
        label="听取意见日期",
        required=False,
        not_after_today=True,
        help_text="只在其余的人重新测算后不再符合条件时填写",
    )
    heard_how = _words("听取意见情况", required=False)
    widths = {"died_on": 2, "cause": 3, "payee": 3, "heard_on": 3, "heard_how": 9}

    def __init__(
        self,
        *args: Any,
        family: list[Person],
        asks_cause: bool = False,
        asks_payee: bool = False,
        **kwargs: Any,
    ):
        """`asks_cause`: the months paid after the death depend on it. `asks_payee`: what goes on needs somebody to draw it."""
        super().__init__(*args, **kwargs)
        self.fields["payee"].choices = _person_choices(family, "不用变")
        self.fields["cause"].must = asks_cause
        self.fields["payee"].must = asks_payee


class InformForm(PlainForm):
    """When and how the written notice reached the family."""

    informed_on = DayField(label="告知日期", not_after_today=True)
    informed_how = forms.CharField(
        label="告知方式", max_length=100, help_text="如当面送达、邮寄、村里转交（写明签收人）"
    )
    widths = {"informed_on": 3, "informed_how": 9}


class ChangeFilter(PlainForm):
    notice = forms.ChoiceField(
        label="拟终止公示",
        choices=[("", "全部"), ("post", "待公示"), ("close", "期满待办结")],
        required=False,
    )
    status = forms.ChoiceField(label="状态", choices=ChangeStatus.choices, required=False)
    kind = forms.ChoiceField(label="事项", choices=[("", "全部"), *ChangeKind.choices], required=False)
    scheme = forms.ModelChoiceField(
        label="救助项目", queryset=Scheme.objects.all(), required=False, empty_label="全部"
    )


class WithdrawForm(PlainForm):
    """Why the township takes its own proposal back."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="撤回原因", max_length=200, help_text="写清楚为什么撤回，县里和乡镇都能看到"
    )
    widths = {"reason": 12}


class DecisionForm(PlainForm):
    """The county's answer to a proposal. `shown` is what the page said of 补发 and 追缴 together, in fen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)
    opinion = forms.CharField(
        label="意见", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
