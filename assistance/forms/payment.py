"""Forms of payment: shape and format only; the rules are in the services."""

from collections.abc import Sequence

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from assistance.bankfiles.reasons import LABELS
from assistance.models import BankFormat, LineStatus, RunDifference, RunKind, Scheme
from assistance.selectors import run_checks
from assistance.selectors.run_signing import Reminder
from assistance.workflow import RunStatus
from civaffairs.registry.models import Office, Posting
from civaffairs.shell.fields import MonthField, OfficeSelect
from civaffairs.shell.forms import PlainForm


class RunForm(PlainForm):
    """A new run."""

    scheme = forms.ModelChoiceField(
        label="救助项目", queryset=Scheme.objects.filter(is_active=True), empty_label="请选择"
    )
    month = MonthField(
        label="发放月份", as_day=True, help_text="当月发放填所属月份；退回重发填本次发放的月份"
    )
    kind = forms.ChoiceField(
        label="种类",
        choices=RunKind.choices,
        help_text="漏掉的用“当月补充”；银行退回的用“退回重发”",
    )
    widths = {"scheme": 3, "month": 3, "kind": 3}


class RunFilter(PlainForm):
    scheme = forms.ModelChoiceField(
        label="救助项目", queryset=Scheme.objects.all(), required=False, empty_label="全部"
    )
    status = forms.ChoiceField(label="状态", choices=[("", "全部"), *RunStatus.choices], required=False)
    month = MonthField(label="发放月份", as_day=True, required=False)


class OpinionForm(PlainForm):
    """An act that needs no more than words. `version` says which state of the run the page was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    opinion = forms.CharField(
        label="意见", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, opinion_label: str = "", needs_reason: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if opinion_label:
            self.fields["opinion"].label = opinion_label
        self.fields["opinion"].required = needs_reason
        self.fields["opinion"].error_messages["required"] = f"请填写{self.fields['opinion'].label}"


def conclusion_field(key: str) -> str:
    """The name of the field of one reminder, as the services name it when they refuse."""
    return f"conclusion-{key}"


class CheckForm(OpinionForm):
    """核对: a conclusion for each reminder, with what the page showed of it. Saved only (`partial`), none is asked for."""

    def __init__(self, *args, reminders: Sequence[Reminder], partial: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self._reminders = reminders
        for one in reminders:
            problem = one.problem
            self.fields[conclusion_field(problem.key)] = forms.CharField(
                label=f"“{problem.title}”的核对结论",
                max_length=300,
                required=not partial,
                initial=one.conclusion.text if one.conclusion else "",
                help_text=""
                if one.settled or one.conclusion is None
                else "名册重新生成后这一项有变化，请再看",
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={"required": "请用一句话写明核对结论"},
            )
            self.fields[f"seen-{problem.key}"] = forms.RegexField(
                r"^\d{1,9}:-?\d{1,18}$",
                initial=f"{problem.count}:{problem.total_fen}",
                required=False,
                widget=forms.HiddenInput,
            )

    @property
    def concluded(self) -> list[tuple[Reminder, forms.BoundField, forms.BoundField]]:
        """(reminder, its words, its hidden count) for the page."""
        return [
            (one, self[conclusion_field(one.problem.key)], self[f"seen-{one.problem.key}"])
            for one in self._reminders
        ]

    @property
    def texts(self) -> dict[str, str]:
        """Conclusions by key of the check."""
        return {
            one.problem.key: self.cleaned_data.get(conclusion_field(one.problem.key), "")
            for one in self._reminders
        }

    @property
    def seen(self) -> dict[str, tuple[int, int]]:
        """(lines, fen) of each finding as the page showed it."""
        found = {}
        for one in self._reminders:
            said = self.cleaned_data.get(f"seen-{one.problem.key}")
            if said:
                count, _, fen = said.partition(":")
                found[one.problem.key] = (int(count), int(fen))
        return found


class IssueForm(PlainForm):
    """What the bank file needs."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    format = forms.ModelChoiceField(
        label="银行格式", queryset=BankFormat.objects.in_use(), empty_label="请选择"
    )
    document_number = forms.CharField(
        label="发文字号", max_length=60, help_text="每批一个，不能重复，例如：云民〔2026〕15号"
    )
    widths = {"format": 4, "document_number": 4}


class ReturnForm(PlainForm):
    """The bank's answer; to a long run it may be longer than a scan."""

    file = forms.FileField(label="银行回盘文件", help_text="CSV、TXT 或 XLSX，按银行给的原样上传")
    widths = {"file": 6}

    def __init__(self, *args, long_run: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.limit = settings.BANK_RETURN_MAX_MB if long_run else settings.ATTACHMENT_MAX_MB

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        limit = self.limit
        if upload.size > limit * 1024 * 1024:
            raise forms.ValidationError(
                f"“{upload.name}”有 {upload.size >> 20} MB，超过 {limit} MB，没有上传。请让银行分成几个文件，逐个导入"
            )
        return upload


def area_choices(posting: Posting) -> list[tuple[str, str]]:
    """The townships and villages inside a posting's area, indented."""
    return [
        (office.code, f"{'　' * (office.level - 2)}{office.name}")
        for office in Office.objects.visible_to(posting).filter(level__gte=2, is_active=True).order_by("code")
    ]


class LineFilter(PlainForm):
    """Lines of one run."""

    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    status = forms.ChoiceField(label="状态", required=False)
    problem = forms.ChoiceField(label="核对提示", required=False)
    arrears = forms.ChoiceField(
        label="补发、抵扣", required=False, choices=[("", "全部"), ("1", "有补发或抵扣的")]
    )
    q = forms.CharField(label="领款人", required=False, max_length=30, help_text="姓名、首字母或账号后4位")

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]
        self.fields["status"].choices = [("", "全部"), *LineStatus.choices]
        self.fields["problem"].choices = [
            ("", "全部"),
            *((check.key, check.title) for check in run_checks.CHECKS),
        ]


class DifferenceFilter(PlainForm):
    """Who is paid otherwise than the month before."""

    kind = forms.ChoiceField(label="变化", required=False)
    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    q = forms.CharField(label="保障对象", required=False, max_length=30, help_text="姓名或首字母")

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "全部"), *RunDifference.Kind.choices]
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]


class ReturnedFilter(PlainForm):
    """The worklist of returned money."""

    scheme = forms.ModelChoiceField(
        label="救助项目", queryset=Scheme.objects.all(), required=False, empty_label="全部"
    )
    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    reason = forms.ChoiceField(
        label="退回原因",
        required=False,
        choices=[("", "全部"), *((reason.key, reason.label) for reason in LABELS.values())],
    )
    q = forms.CharField(label="领款人", required=False, max_length=30, help_text="姓名、首字母或账号后4位")

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]
