"""Filters of the worklist, and one form for each act on a case.

A form checks shape only: whether the act is open, whether a day can be true and whether a reason is due is the
service's to say, so that page, batch and command hear the same sentence.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from assistance.models import Advance, Application, InformationCheck, MaterialKind, Objection, Scheme, Visit
from assistance.selectors.cases import DUE, STEPS
from assistance.selectors.keepers import institutions_for
from assistance.workflow import APPLICATION, Act, Status
from civaffairs.lib.money import yuan
from civaffairs.registry.files import ACCEPT, ACCEPT_CAMERA, KINDS_IN_WORDS
from civaffairs.registry.models import Level, Office, Posting
from civaffairs.shell.fields import DayField, FilesField, MoneyField, NumberField, OfficeSelect, YesNoField
from civaffairs.shell.forms import PlainForm, say_plainly
from civaffairs.shell.whole_numbers import not_whole


def area_choices(posting: Posting) -> list[tuple[str, str]]:
    """Townships and villages of the posting's area; a village is named with its township."""
    offices = Office.objects.visible_to(posting).filter(level__gte=Level.TOWNSHIP, is_active=True)
    rows = list(offices.order_by("code").values_list("code", "name", "level", "parent__name"))
    own_township = posting.office.level != Level.COUNTY
    return [
        (code, name if level == Level.TOWNSHIP or own_township else f"{parent} {name}")
        for code, name, level, parent in rows
    ]


class CaseFilter(PlainForm):
    widths = {"area": 3, "q": 3}

    q = forms.CharField(
        label="姓名、编号",
        max_length=40,
        required=False,
        help_text="姓名或首字母、身份证号后4、6位、受理编号",
        validators=[not_whole],
    )
    area = forms.ChoiceField(label="乡镇、村", required=False, widget=OfficeSelect)
    scheme = forms.ModelChoiceField(
        label="救助项目", queryset=Scheme.objects.all(), required=False, empty_label="全部"
    )
    status = forms.ChoiceField(label="状态", choices=[("", "全部"), *Status.choices], required=False)
    step = forms.ChoiceField(
        label="办理环节", choices=[("", "全部"), *((s.key, s.label) for s in STEPS)], required=False
    )
    due = forms.ChoiceField(label="时限", choices=[("", "全部"), *DUE], required=False)
    near_relative = forms.BooleanField(label="近亲属备案", required=False)
    objected = forms.BooleanField(label="有过异议", required=False)
    tab = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, posting: Posting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *area_choices(posting)]


def _text(
    label: str, required: bool = True, limit: int = 1000, rows: int = 3, **more: Any
) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


def _camera(label: str = "现场拍照") -> FilesField:
    """On a telephone this opens the camera, and nothing but the camera; `_files` stands beside it."""
    field = FilesField(label=label, required=False, help_text="手机上直接打开相机，可以多拍几张")
    field.widget.attrs |= {"accept": ACCEPT_CAMERA, "capture": "environment", "multiple": True}
    field.widget.attrs |= {"data-max-mb": settings.ATTACHMENT_MAX_MB}
    return field


def _files(label: str, help_text: str = f"可一次选多个，{KINDS_IN_WORDS}") -> FilesField:
    field = FilesField(label=label, required=False, help_text=help_text)
    field.widget.attrs |= {"accept": ACCEPT, "data-max-mb": settings.ATTACHMENT_MAX_MB}
    return field


class ActForm(PlainForm):
    """Base of all: the version the page was made from, and the opinion under the act's own heading."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, act: Act, application: Application, on: date, **kwargs):
        self.act, self.application, self.on = act, application, on
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = application.version
        transition = APPLICATION.get(act.value)
        if transition.opinion_label and "opinion" not in self.fields:
            self.fields["opinion"] = _text(transition.opinion_label, transition.needs_reason)
            say_plainly(self)
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the case."""

    def inputs(self) -> dict[str, Any]:
        """What the service takes: the cleaned fields without the version and the files."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "photos", "files")
        }

    def uploads(self) -> list[UploadedFile]:
        return [*self.cleaned_data.get("photos", ()), *self.cleaned_data.get("files", ())]

    def taken(self) -> dict[str, Any]:
        """Where and when the files of this act were taken."""
        return {}


class AcceptForm(ActForm):
    widths = {"near_relative": 6, "needs_deliberation": 6, "near_relative_note": 12}

    near_relative = YesNoField(
        label="是否工作人员、村（居）干部的近亲属",
        help_text="配偶、父母、子女、兄弟姐妹等；是的单独备案，县级入户",
    )
    near_relative_note = forms.CharField(
        label="近亲属说明", max_length=200, required=False, help_text="选“是”的，写明姓名、单位和关系"
    )
    needs_deliberation = YesNoField(
        label="是否需要民主评议", help_text="没有争议的可不评议；家庭情况复杂或有争议的应评议"
    )

    def prepare(self) -> None:
        spec = self.application.scheme.spec_on(self.on)
        if not spec.has("deliberate"):
            del self.fields["needs_deliberation"]
        if not spec.has("visit"):
            self.fields["near_relative"].help_text = "配偶、父母、子女、兄弟姐妹等；是的单独备案"


class CheckForm(ActForm):
    widths = {"reported_on": 4, "report_number": 4, "result": 4}

    reported_on = DayField(label="报告日期", not_after_today=True)
    report_number = forms.CharField(label="报告编号", max_length=60)
    result = forms.ChoiceField(
        label="核对结果", choices=InformationCheck.Result.choices, widget=forms.RadioSelect
    )
    findings = _text("核对情况", False, help_text="不一致的，写明哪些情况不一致")
    files = _files("核对报告扫描件")


class FollowCheckForm(ActForm):
    widths = {"told_family_on": 4}

    told_family_on = DayField(label="告知申请人的日期", not_after_today=True)
    family_reply = _text("申请人说明或举证", False, 500)
    conclusion = _text("复查结论", limit=500)


class VisitForm(ActForm):
    widths = {
        "visited_on": 4,
        "first": 4,
        "second": 4,
        "others": 4,
        "present": 4,
        "result": 4,
        "by_remote": 4,
    }
    widths |= {"remote_reason": 8, "photos": 6, "files": 6}

    visited_on = DayField(label="调查日期", not_after_today=True)
    first = forms.CharField(label="调查人一", max_length=40)
    second = forms.CharField(label="调查人二", max_length=40)
    others = forms.CharField(label="其他调查人", max_length=200, required=False, help_text="多人用顿号分开")
    present = forms.CharField(label="在场家庭成员", max_length=100)
    result = forms.ChoiceField(label="调查结果", choices=Visit.Result.choices, widget=forms.RadioSelect)
    living = _text("居住和生活情况", help_text="住房、家电、粮食、用水用电、就医就学等所见")
    differences = _text("与申报不符之处", False, help_text="结果不是“属实”的必填")
    neighbours = _text("邻里走访情况", False, 500, 2)
    by_remote = forms.BooleanField(label="以电话、视频方式进行", required=False)
    remote_reason = forms.CharField(label="非现场调查的原因", max_length=200, required=False)
    photos = _camera()
    files = _files("已有的入户照片")

    def taken(self) -> dict[str, Any]:
        # The address itself is kept encrypted; whose home it is, the case says anyway.
        case = self.application
        place = f"{case.office.name}{case.applicant.name}家"
        return {"place": place, "taken_on": self.cleaned_data["visited_on"]}

    def inputs(self) -> dict[str, Any]:
        data = super().inputs()
        others = data.pop("others").replace("，", "、").replace(",", "、").replace(" ", "、").split("、")
        return data | {"investigators": [data.pop("first"), data.pop("second"), *filter(None, others)]}


class DeliberationForm(ActForm):
    widths = {"held_on": 4, "place": 4, "chair": 4, "present": 4, "agreed": 4, "disagreed": 4}
    widths |= {"photos": 6, "files": 6}

    held_on = DayField(label="评议日期", not_after_today=True)
    place = forms.CharField(label="评议地点", max_length=100)
    chair = forms.CharField(label="主持人", max_length=40)
    present = NumberField(label="参加人数", low=1, high=999)
    agreed = NumberField(label="同意人数", low=0, high=999)
    disagreed = NumberField(label="不同意人数", low=0, high=999)
    opinion = _text("评议意见", limit=500)
    photos = _camera("评议现场拍照")
    files = _files("评议记录扫描件")

    def taken(self) -> dict[str, Any]:
        return {"place": self.cleaned_data["place"], "taken_on": self.cleaned_data["held_on"]}


class ReviewForm(ActForm):
    widths = {"agree": 12}

    agree = YesNoField(label="初审结论", yes="同意，张贴公示", no="不同意，报县级审核")
    opinion = _text("初审意见", False, help_text="不同意的，写明理由")

    def prepare(self) -> None:
        spec = self.application.spec
        then = (
            "张贴公示" if spec.has("notice") else f"报{spec.peer}审核" if spec.has("peer") else "报审核确认"
        )
        self.fields["agree"].choices = [("yes", f"同意，{then}"), ("no", "不同意，报县级审核")]


class ApproveForm(ActForm):
    widths = {"institution_id": 6}

    def prepare(self) -> None:
        if not self.application.kept_by_institution:
            return
        homes = institutions_for(self.application).values_list("pk", "name")
        self.fields["institution_id"] = forms.TypedChoiceField(
            label="收款机构",
            coerce=int,
            empty_value=None,
            choices=[("", "请选择"), *homes],
            help_text="由供养机构收款；没有列出的，先在“供养机构账户”里登记并由另一人确认",
        )
        say_plainly(self)


class PeerForm(ActForm):
    widths = {"agree": 12, "document": 6}

    agree = YesNoField(label="会审意见", yes="同意", no="不同意")
    document = forms.CharField(label="会审文号或回执编号", max_length=80)
    opinion = _text("会审意见说明", False, help_text="不同意的，写明理由")


class AdvanceForm(ActForm):
    widths = {"amount_fen": 4, "receipt": 4}

    amount_fen = MoneyField(label="先行救助金额（元）", min_fen=1, help_text="从本乡镇备用金支付")
    receipt = forms.CharField(label="收据号或领款单号", max_length=80)


class EndForm(ActForm):
    """An end without help. Where money was given before, what becomes of it is part of the answer."""

    widths = {"advance_outcome": 12}

    def prepare(self) -> None:
        advance = Advance.objects.filter(application=self.application).first()
        if advance is None:
            return
        self.fields["advance_outcome"] = forms.ChoiceField(
            label=f"已经先行救助的 {yuan(advance.amount_fen)} 元",
            choices=Advance.Outcome.choices,
            widget=forms.RadioSelect,
            help_text="救助时确有急难的不退；《社会救助法》第73条：虚报、隐瞒、伪造骗取的，责令退回",
        )
        say_plainly(self)


class PostForm(ActForm):
    widths = {"place": 8, "posted_on": 4}

    place = forms.CharField(label="张贴地点", max_length=120, help_text="例：青溪村村务公开栏")
    posted_on = DayField(label="张贴日期", not_after_today=True, help_text="当天不计入公示期")

    def prepare(self) -> None:
        self.fields["place"].initial = f"{self.application.office.name}公示栏"
        self.fields["posted_on"].initial = self.on


class PhotoForm(ActForm):
    widths = {"place": 8, "taken_on": 4, "photo": 12}

    photo = forms.FileField(
        label="公示照片",
        help_text=f"能看清公示单和公示栏，{KINDS_IN_WORDS.split(' 或')[0]}",
        widget=forms.FileInput(attrs={"accept": ACCEPT.replace(",.pdf", ""), "capture": "environment"}),
    )
    place = forms.CharField(label="拍摄地点", max_length=120)
    taken_on = DayField(label="拍摄日期", not_after_today=True)

    def prepare(self) -> None:
        notice = self.application.notices.filter(closed_on=None, revoked_on=None).first()
        self.fields["place"].initial = notice.place if notice else ""
        self.fields["taken_on"].initial = self.on


class ObjectionForm(ActForm):
    widths = {"channel": 12, "contact": 12}

    channel = forms.ChoiceField(
        label="异议来源",
        choices=[c for c in Objection.Channel.choices if c[0] != Objection.Channel.PAGE],
        widget=forms.RadioSelect,
    )
    content = _text("异议内容")
    contact = forms.CharField(
        label="联系方式", max_length=100, required=False, help_text="不愿留的可不填；只有办理人员能看到"
    )


class AnswerForm(ActForm):
    widths = {"objection_id": 12, "upheld": 12}

    objection_id = forms.TypedChoiceField(label="答复哪条异议", coerce=int, widget=forms.RadioSelect)
    upheld = YesNoField(label="异议是否成立", yes="成立，要重新调查", no="经查不成立")
    answer = _text("处理意见", limit=500, help_text="会答复异议人，并记入办理过程")

    def prepare(self) -> None:
        waiting = Objection.objects.filter(
            notice__application=self.application, notice__revoked_on=None, state=Objection.State.OPEN
        )
        self.fields["objection_id"].choices = [
            (row.pk, f"{row.received_on:%Y-%m-%d} {row.get_channel_display()}：{row.content}")
            for row in waiting.order_by("received_on", "id")
        ]
        if len(self.fields["objection_id"].choices) == 1:
            self.fields["objection_id"].initial = self.fields["objection_id"].choices[0][0]


class InformForm(ActForm):
    widths = {"informed_on": 4}

    informed_on = DayField(label="书面告知日期", not_after_today=True)


FORMS: dict[Act, type[ActForm]] = {
    Act.ACCEPT: AcceptForm,
    Act.RECORD_CHECK: CheckForm,
    Act.FOLLOW_CHECK: FollowCheckForm,
    Act.RECORD_VISIT: VisitForm,
    Act.RECORD_PEER: PeerForm,
    Act.GIVE_ADVANCE: AdvanceForm,
    Act.APPROVE: ApproveForm,
    Act.REFUSE: EndForm,
    Act.TERMINATE: EndForm,
    Act.COUNTY_VISIT: VisitForm,
    Act.RECORD_DELIBERATION: DeliberationForm,
    Act.REVIEW: ReviewForm,
    Act.POST_NOTICE: PostForm,
    Act.ATTACH_PHOTO: PhotoForm,
    Act.RECORD_OBJECTION: ObjectionForm,
    Act.ANSWER_OBJECTION: AnswerForm,
    Act.INFORM: InformForm,
}


def form_of(act: Act) -> type[ActForm]:
    return FORMS.get(act, ActForm)


# --- materials -----------------------------------------------------------------------------------------------


class MaterialForm(PlainForm):
    """Files for a case outside of any act: which kinds, `kinds` says."""

    widths = {"kind": 4, "place": 5, "taken_on": 3, "photos": 6, "files": 6, "note": 12}

    kind = forms.ChoiceField(label="材料种类")
    place = forms.CharField(label="拍摄地点", max_length=120, required=False)
    taken_on = DayField(label="拍摄日期", required=False, not_after_today=True)
    photos = _camera("拍照")
    files = _files("选择文件")
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, kinds: Sequence[MaterialKind], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "请选择"), *((kind.value, kind.label) for kind in kinds)]
        placed = [kind.label for kind in (MaterialKind.VISIT, MaterialKind.NOTICE) if kind in kinds]
        self.fields["place"].help_text = f"{'、'.join(placed)}必填" if placed else ""

    def uploads(self) -> list[UploadedFile]:
        return [*self.cleaned_data["photos"], *self.cleaned_data["files"]]


# --- many at once --------------------------------------------------------------------------------------------


class BatchForm(PlainForm):
    """One opinion for all. What an act needs beyond it is asked once."""

    act = forms.CharField(widget=forms.HiddenInput)
    opinion = _text("统一意见", False, help_text="写进每一件的办理过程，可不填")

    def __init__(self, *args, act: Act, on: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["act"].initial = act.value
        if act is Act.POST_NOTICE:
            self.fields["posted_on"] = DayField(label="张贴日期", not_after_today=True, initial=on, width=4)
            self.fields["place"] = forms.CharField(
                label="张贴地点", max_length=120, required=False, help_text="不填为各村（社区）公示栏"
            )
            del self.fields["opinion"]
            say_plainly(self)
        if act is Act.RECORD_PEER:
            self.fields["document"] = forms.CharField(label="会审文号或回执编号", max_length=80)
            say_plainly(self)

    def inputs(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "act"}


# What is done for many with one press: for a review it is agreement, a refusal is written case by case.
BATCH_FIXED: dict[Act, dict[str, Any]] = {Act.REVIEW: {"agree": True}, Act.RECORD_PEER: {"agree": True}}
BATCH_LABELS = {Act.REVIEW: "同意初审", Act.RECORD_PEER: "登记会审同意"}
