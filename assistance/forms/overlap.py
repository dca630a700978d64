"""Forms of what excludes what: a county's own rule, a conclusion, money of other offices, and who is not enrolled."""

from typing import Any

from django import forms

from assistance.forms.cases import area_choices
from assistance.models import OverlapFinding
from assistance.policy.overlaps import EFFECTS, ELSEWHERE, LEVELS
from assistance.services.enrolment import MOST_WORDS as MOST_REASON
from assistance.services.outside import MOST_FEN
from assistance.services.overlap import MOST_WORDS
from civaffairs.registry.models import Posting
from civaffairs.shell.fields import DayField, MoneyField, MonthField, OfficeSelect
from civaffairs.shell.forms import PlainForm

_VERDICTS = OverlapFinding.Verdict
# The chips of a list: what it may say is that both go on.
RUN_VERDICTS = [(value, _VERDICTS(value).label) for value in OverlapFinding.HOLDS]


class SettingForm(PlainForm):
    """How the county treats a pair from a day on."""

    widths = {
        "from_day": 3,
        "document_number": 4,
        "document_title": 5,
        "effect": 4,
        "level": 4,
        "yields": 4,
    }

    from_day = DayField(label="起始日期", help_text="这天起提交、审批的和以后生成的名册按新规定")
    document_number = forms.CharField(label="文号", max_length=80, help_text="例：云民发〔2026〕12号")
    document_title = forms.CharField(label="文件标题", max_length=120, required=False)
    effect = forms.ChoiceField(label="怎么处理", choices=list(EFFECTS.items()))
    level = forms.ChoiceField(
        label="遇到时",
        choices=list(LEVELS.items()),
        help_text="拦截：不能办下去；提醒：登记结论后可以办",
    )
    yields = forms.ChoiceField(
        label="哪一项让位", required=False, help_text="只在“不能同时享受”时选；不选的由人核实后定"
    )

    def __init__(self, *args: Any, names: tuple[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["yields"].choices = [
            ("", "不预先指定"),
            ("a", f"{names[0]}让位"),
            ("b", f"{names[1]}让位"),
        ]


class ConcludeForm(PlainForm):
    """What a clerk concluded about a reminder."""

    widths = {"verdict": 4, "conclusion": 8}

    verdict = forms.ChoiceField(label="处理结论", choices=[("", "请选择"), *_VERDICTS.choices])
    conclusion = forms.CharField(
        label="核实情况和依据",
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例：已核对台账，两项可以同领，见云民发〔2026〕5号",
    )

    def __init__(self, *args: Any, both: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if both:
            self.fields["verdict"].choices = [("", "请选择"), *RUN_VERDICTS]


class OutsideForm(PlainForm):
    """Money of another office."""

    widths = {"kind": 4, "amount": 2, "from_month": 2, "source": 4}

    kind = forms.ChoiceField(label="待遇", choices=[("", "请选择"), *ELSEWHERE.items()])
    amount = MoneyField(label="每月多少元", min_fen=0, max_fen=MOST_FEN)
    from_month = MonthField(label="起领月份", as_day=True)
    source = forms.CharField(label="依据", max_length=120, help_text="例：社保局待遇核定表")


class EndOutsideForm(PlainForm):
    until_month = MonthField(label="从哪个月起停领", as_day=True)


class EnrolmentFilter(PlainForm):
    widths = {"area": 4}

    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    tab = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]


class DropForm(PlainForm):
    widths = {"reason": 12}

    reason = forms.CharField(
        label="为什么不符合",
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例：残疾人证已注销；本人书面放弃；户籍不在本县",
    )
