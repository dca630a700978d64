"""What a family declares: the fields of the form and what each may hold. No query is made here.

A field that is missing has the error code "required" and one that is wrong has another, so that a form still being
filled in can show its mistakes without complaining about what has not been reached yet.
"""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList

from assistance.models import Cause, LabourAbility
from assistance.policy.facts import (
    ASSET_KINDS,
    DEDUCTION_KINDS,
    INCOME_CLASSES,
    INCOME_NATURES,
    NOT_COUNTED,
)
from civaffairs.lib.errors import BadInput
from civaffairs.lib.identity import compact, parse_disability_cert, parse_id_card
from civaffairs.lib.money import yuan
from civaffairs.registry.models import Relationship, Sex
from civaffairs.shell.fields import (
    AccountField,
    DayField,
    DisabilityCertField,
    IdCardField,
    MoneyField,
    NumberField,
    PhoneField,
    TypedField,
    YesNoField,
    not_a_formula,
)
from civaffairs.shell.forms import PlainForm

# A yearly income above ten million yuan is a slip of the keyboard.
MOST_FEN = 10**9
# Property counted in pieces; all other kinds are money and need a value.
COUNTED_KINDS = frozenset({"house", "vehicle", "company", "farm_machine", "forest"})

# The number that the house gives to a person without an ID card (services/numbering.py).
SUBSTITUTE = re.compile(r"W[0-9]{18}")

HEALTH = ("健康", "一般", "慢性病", "大病", "残疾")
MARRIAGE = ("未婚", "已婚", "离异", "丧偶")
EDUCATION = ("未上学", "小学", "初中", "高中或中专", "大专及以上")
EMPLOYMENT = ("务农", "在业", "灵活就业", "失业或待业", "在读", "退休", "无就业能力")
INSURANCE = ("城乡居民医保和养老", "城乡居民医保", "职工医保和养老", "未参保")
HOUSING = ("自有住房", "租住", "借住亲友房", "公租房、廉租房", "集体住房", "无固定住所")
STRUCTURE = ("楼房", "砖混", "砖木", "土木", "其他")
RELATIONS = ("儿子", "女儿", "父亲", "母亲", "孙子女", "兄弟姐妹", "前配偶", "其他")


def chosen(words: Any) -> list[tuple[str, str]]:
    """A list of words as choices, with the empty one in front."""
    pairs = words.items() if isinstance(words, dict) else [(word, word) for word in words]
    return [("", "请选择"), *((str(key), str(label)) for key, label in pairs)]


def required(words: str) -> ValidationError:
    return ValidationError(words, code="required")


def text_area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class BasicsForm(PlainForm):
    """Who asks, why, and where the family lives."""

    widths = {
        "address": 6,
        "reason": 12,
        "agent_name": 3,
        "agent_relation": 3,
        "applied_on": 2,
        "phone": 2,
        "single_person": 3,
    }

    applied_on = DayField(label="申请日期", not_after_today=True)
    applicant = forms.ChoiceField(
        label="申请人",
        required=False,
        help_text="不选就是户主",
        widget=forms.Select(attrs={"data-people": ""}),
    )
    phone = PhoneField(label="联系电话")
    single_person = YesNoField(label="申请类型", yes="单人保", no="整户")
    address = forms.CharField(label="家庭住址", max_length=120, help_text="写到门牌或组、户")
    causes = forms.MultipleChoiceField(
        label="主要致贫原因", choices=Cause.choices, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label="申请理由", max_length=500, widget=text_area())
    agent_name = forms.CharField(label="代办人", required=False, max_length=60)
    agent_relation = forms.CharField(
        label="代办人与申请人关系", required=False, max_length=40, help_text="委托他人申请的，附委托书"
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["applicant"].choices = [("", "户主本人"), *people]

    def clean(self) -> None:
        if self.cleaned_data.get("agent_name") and not self.cleaned_data.get("agent_relation"):
            self.add_error("agent_relation", required("请填写代办人与申请人的关系"))


class PeopleBasicsForm(BasicsForm):
    """The same for help that looks at an event, not at why a family has always been poor."""

    causes = None
    single_person = None


class PersonBasicsForm(PlainForm):
    """Who asks for one person, and where he lives. The person himself stands in the part after this one."""

    widths = {"address": 6, "reason": 12, "agent_name": 3, "agent_relation": 3, "applied_on": 2, "phone": 2}

    applied_on = DayField(label="申请日期", not_after_today=True)
    phone = PhoneField(label="联系电话")
    address = forms.CharField(label="现住址", max_length=120, help_text="写到门牌或组、户")
    agent_name = forms.CharField(
        label="代办人、监护人", required=False, max_length=60, help_text="本人不能来的，填代为申请的人"
    )
    agent_relation = forms.CharField(label="与本人关系", required=False, max_length=40)
    reason = forms.CharField(label="申请说明", required=False, max_length=500, widget=text_area())

    def __init__(self, *args: Any, people: list[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean(self) -> None:
        if self.cleaned_data.get("agent_name") and not self.cleaned_data.get("agent_relation"):
            self.add_error("agent_relation", required("请填写代办人与本人的关系"))


class MemberNumberField(TypedField):
    """A resident ID number, or the number that the house gave to a person without one (W…)."""

    widget_data = IdCardField.widget_data
    width = 3

    def read(self, text: str) -> str:
        return compact(text)


class MemberForm(PlainForm):
    """One person of the household. `on` is the day for ages."""

    # Lines of twelve columns, as the card lays them out.
    # fmt: off
    widths = {
        "name": 2, "relationship": 2, "id_number": 3, "without_id": 2, "sex": 1, "birth": 2,
        "protected": 2, "labour": 4, "health": 2, "severe_illness": 2, "illness": 2,
        "income_state": 3, "disability_number": 3, "employment": 2, "employer": 2, "school": 2,
        "insurance": 3, "marriage": 2, "education": 2, "ethnicity": 2, "not_counted": 3,
    }
    # fmt: on

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=12)
    name = forms.CharField(label="姓名", max_length=60)
    relationship = forms.ChoiceField(label="与户主关系", choices=chosen(dict(Relationship.choices)))
    id_number = MemberNumberField(
        label="身份证号",
        error_messages={"required": "请填写身份证号；确实没有的，勾选“无身份证”，系统自动给编号"},
    )
    without_id = forms.BooleanField(
        label="无身份证", required=False, widget=forms.CheckboxInput(attrs={"data-no-copy": ""})
    )
    sex = forms.ChoiceField(
        label="性别",
        required=False,
        choices=[("", ""), *Sex.choices],
        widget=forms.Select(attrs={"data-fill": "sex"}),
    )
    birth = DayField(label="出生日期", required=False, not_after_today=True)
    ethnicity = forms.CharField(
        label="民族", required=False, max_length=20, widget=forms.TextInput(attrs={"placeholder": "汉族"})
    )
    protected = YesNoField(label="是否保障对象")
    labour = forms.ChoiceField(label="劳动能力", choices=chosen(dict(LabourAbility.choices)))
    health = forms.ChoiceField(label="健康状况", choices=chosen(HEALTH))
    severe_illness = YesNoField(label="是否重特大疾病")
    illness = forms.CharField(
        label="病种", required=False, max_length=60, widget=forms.TextInput(attrs={"data-no-copy": ""})
    )
    disability_number = DisabilityCertField(label="残疾人证号", required=False)
    marriage = forms.ChoiceField(label="婚姻", required=False, choices=chosen(MARRIAGE))
    education = forms.ChoiceField(label="文化程度", required=False, choices=chosen(EDUCATION))
    employment = forms.ChoiceField(label="就业状况", required=False, choices=chosen(EMPLOYMENT))
    employer = forms.CharField(label="工作单位或地点", required=False, max_length=80)
    school = forms.CharField(label="在读学校", required=False, max_length=80)
    insurance = forms.ChoiceField(label="参保类型", required=False, choices=chosen(INSURANCE))
    income_state = forms.ChoiceField(
        label="年收入",
        choices=chosen({"has": "有，在下面逐项填", "none": "申报没有收入", "unknown": "未核定"}),
        widget=forms.Select(attrs={"data-no-copy": ""}),
    )
    not_counted = forms.ChoiceField(
        label="不计入家庭成员的原因",
        required=False,
        choices=[("", "计入"), *NOT_COUNTED.items()],
        widget=forms.Select(attrs={"data-no-copy": ""}),
    )
    moved_out = forms.BooleanField(
        label="已与原来的家庭分户，从原家庭转出",
        required=False,
        widget=forms.CheckboxInput(attrs={"data-no-copy": ""}),
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        self.on = on
        super().__init__(*args, **kwargs)
        self.fields["birth"].widget.attrs["data-fill"] = "birth"
        if "income_state" in self.fields:
            words = "请选择年收入：没有收入也要选，还不清楚的选“未核定”"
            self.fields["income_state"].error_messages["required"] = words

    def clean(self) -> None:
        self._read_number()
        self._read_disability()
        given = self.cleaned_data.get
        if given("severe_illness") and not given("illness"):
            self.add_error("illness", required("重特大疾病请填写病种"))
        if given("not_counted"):
            # Only the income of those who are counted matters.
            self._forgive("income_state", "")
            if given("protected"):
                self.add_error("protected", "不计入家庭成员的人不能是保障对象")

    def _forgive(self, name: str, value: Any) -> None:
        """Take back that a field is missing, because another answer makes it needless."""
        if any(error.code == "required" for error in self.errors.get(name, ErrorList()).as_data()):
            del self.errors[name]
            self.cleaned_data[name] = value

    def _read_number(self) -> None:
        number, without = self.cleaned_data.get("id_number"), self.cleaned_data.get("without_id")
        if number and number.startswith("W"):
            if not SUBSTITUTE.fullmatch(number):
                self.add_error("id_number", "无证编号是 W 加18位数字，请核对")
                return
            # Who this is stands in the registry, sex and birth included.
            self.cleaned_data |= {"substitute_number": number, "id_number": None, "without_id": True}
            return
        if number and without:
            self.add_error("without_id", "已填身份证号，就不要再勾“无身份证”")
        elif number:
            self._read_card(number)
        elif without:
            self._forgive("id_number", None)
            for name, words in (("sex", "请选择性别"), ("birth", "请填写出生日期")):
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, required(f"没有身份证的，{words}"))

    def _read_card(self, number: str) -> None:
        """Sex and birth come from the number; what was typed beside it must not say otherwise."""
        try:
            card = parse_id_card(number, self.on)
        except BadInput as error:
            self.add_error("id_number", error.message)
            return
        self.cleaned_data["id_number"] = card.number
        for name, truth in (("sex", card.sex), ("birth", card.birth)):
            typed = self.cleaned_data.get(name)
            if typed and typed != truth:
                shown = Sex(truth).label if name == "sex" else f"{truth:%Y-%m-%d}"
                self.add_error(name, f"与身份证号不一致，身份证号是{shown}")
            elif name not in self.errors:
                self.cleaned_data[name] = truth

    def _read_disability(self) -> None:
        number, own = self.cleaned_data.get("disability_number"), self.cleaned_data.get("id_number")
        self.cleaned_data["disability_kind"] = self.cleaned_data["disability_grade"] = None
        if not number:
            return
        cert = parse_disability_cert(number, self.on)
        if own and cert.id_number != own:
            self.add_error("disability_number", "残疾人证号前18位与本人身份证号不一致")
        self.cleaned_data["disability_kind"], self.cleaned_data["disability_grade"] = cert.kind, cert.grade


# What a row stands for where the form does not ask it.
_NOT_ASKED: dict[str, Any] = {
    "relationship": Relationship.HEAD,
    "protected": True,
    "labour": LabourAbility.NONE,
    "health": "",
    "severe_illness": False,
    "illness": "",
    "marriage": "",
    "education": "",
    "employment": "",
    "employer": "",
    "school": "",
    "insurance": "",
    "income_state": "",
    "not_counted": "",
    "moved_out": False,
}


class PersonOfFamilyForm(MemberForm):
    """A member of a family whose income and property are not asked."""

    income_state = None
    not_counted = None
    insurance = None
    education = None
    marriage = None
    employer = None

    def clean(self) -> None:
        super().clean()
        for name, value in _NOT_ASKED.items():
            self.cleaned_data.setdefault(name, value)


class PersonForm(PersonOfFamilyForm):
    """The one person of a programme for persons."""

    # fmt: off
    widths = {
        "name": 2, "id_number": 4, "without_id": 2, "sex": 2, "birth": 2, "ethnicity": 2,
        "disability_number": 4, "severe_illness": 3, "illness": 3,
    }
    # fmt: on

    relationship = None
    protected = None
    labour = None
    health = None
    employment = None
    school = None
    moved_out = None
    # Few of these programmes look at an illness; what is left open is not one.
    severe_illness = YesNoField(label="是否重特大疾病", required=False)

    def clean(self) -> None:
        super().clean()
        self.cleaned_data["severe_illness"] = bool(self.cleaned_data.get("severe_illness"))


class OwnedRow(PlainForm):
    """A row that may belong to one member; `people` are (key, name) of the members as typed."""

    def __init__(self, *args: Any, people: list[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["member"]
        field.choices = [("", "请选择" if field.required else "全家"), *people]


def people_select() -> forms.Select:
    return forms.Select(attrs={"data-people": ""})


class IncomeForm(OwnedRow):
    """One source of yearly income of one member, before any cost. Not known is ticked, never left blank."""

    member = forms.ChoiceField(label="家庭成员", widget=people_select())
    kind = forms.ChoiceField(label="收入类别", choices=chosen(INCOME_CLASSES))
    nature = forms.ChoiceField(
        label="性质", required=False, choices=[(key, label) for key, label in INCOME_NATURES.items()]
    )
    label = forms.CharField(
        label="来源",
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": "如 镇上打零工"}),
    )
    annual = MoneyField(label="年收入（元）", required=False, min_fen=0, max_fen=MOST_FEN)
    unknown = forms.BooleanField(label="未核定", required=False)
    note = forms.CharField(label="说明", required=False, max_length=120)

    def clean(self) -> None:
        annual, unknown = self.cleaned_data.get("annual"), self.cleaned_data.get("unknown")
        if unknown and annual is not None:
            self.add_error("unknown", f"已填 {yuan(annual)} 元，就不要再勾“未核定”")
        elif not unknown and annual is None and "annual" not in self.errors:
            self.add_error("annual", required("请填写年收入；还没有核实的，勾选“未核定”"))


class DeductionForm(OwnedRow):
    """What lowers the income that counts, per year."""

    member = forms.ChoiceField(label="家庭成员", required=False, widget=people_select())
    kind = forms.ChoiceField(label="扣减类别", choices=chosen(DEDUCTION_KINDS))
    label = forms.CharField(label="具体情况", required=False, max_length=80)
    annual = MoneyField(label="年支出（元）", min_fen=0, max_fen=MOST_FEN)


class PropertyForm(OwnedRow):
    """One asset. Money needs a value, houses and vehicles a number; an exemption needs its reason."""

    kind = forms.ChoiceField(label="财产类别", choices=chosen(ASSET_KINDS))
    label = forms.CharField(label="名称", required=False, max_length=80)
    member = forms.ChoiceField(label="所有人", required=False, widget=people_select())
    value = MoneyField(label="价值（元）", required=False, min_fen=0, max_fen=10**11)
    unknown = forms.BooleanField(label="未核定", required=False)
    count = NumberField(label="数量", required=False, low=1, high=99)
    area = NumberField(label="面积（㎡）", required=False, low=1, high=100_000)
    certificate = forms.CharField(label="证号、车牌", required=False, max_length=60)
    exempt_reason = forms.CharField(label="豁免理由", required=False, max_length=200)

    def clean(self) -> None:
        value, unknown = self.cleaned_data.get("value"), self.cleaned_data.get("unknown")
        if unknown and value is not None:
            self.add_error("unknown", f"已填 {yuan(value)} 元，就不要再勾“未核定”")
        counted = self.cleaned_data.get("kind") in COUNTED_KINDS
        if not counted and not unknown and value is None and "value" not in self.errors:
            self.add_error("value", required("请填写价值；还没有核实的，勾选“未核定”"))


class SupporterForm(OwnedRow):
    """Somebody outside the household who owes support by law. Their income is checked only with their consent
    (《社会救助法》第41条)."""

    name = forms.CharField(label="姓名", max_length=60)
    id_number = IdCardField(label="身份证号", required=False)
    relation = forms.ChoiceField(label="与被赡（抚）养人关系", choices=chosen(RELATIONS))
    member = forms.ChoiceField(label="被赡（抚）养人", required=False, widget=people_select())
    household_size = NumberField(label="家庭人口", required=False, low=1, high=30)
    annual_income = MoneyField(label="家庭年收入（元）", required=False, min_fen=0, max_fen=MOST_FEN)
    annual_support = MoneyField(label="年负担赡养费（元）", required=False, min_fen=0, max_fen=MOST_FEN)
    consented = YesNoField(label="本人同意核查", yes="同意", no="未同意")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Radio buttons do not fit into a cell of the table.
        self.fields["consented"].widget = forms.Select(
            choices=[("", "请选择"), ("yes", "同意"), ("no", "未同意")]
        )


class WealthForm(PlainForm):
    """Whether there is anything to list at all: an empty list must have been meant."""

    widths = {"property_state": 6, "support_state": 6}

    property_state = forms.ChoiceField(
        label="有没有存款、车辆、房屋等财产",
        choices=[("has", "有，逐项填"), ("none", "申报没有")],
        widget=forms.RadioSelect,
    )


class SupportForm(PlainForm):
    support_state = forms.ChoiceField(
        label="有没有不共同生活的赡养、抚养、扶养义务人",
        choices=[("has", "有，逐人填"), ("none", "没有")],
        widget=forms.RadioSelect,
    )


class HousingForm(PlainForm):
    """Where the family lives. Kept as labelled answers, because only people read it."""

    widths = {"note": 4}

    kind = forms.ChoiceField(label="住房性质", choices=chosen(HOUSING))
    structure = forms.ChoiceField(label="房屋结构", required=False, choices=chosen(STRUCTURE))
    area = NumberField(label="建筑面积（㎡）", required=False, low=1, high=10_000, width=2)
    rooms = NumberField(label="间数", required=False, low=1, high=99, width=1)
    note = forms.CharField(label="住房说明", required=False, max_length=120)


class AccountForm(PlainForm):
    """Where the money would go."""

    widths = {"holder_reason": 12}

    bank = forms.CharField(label="开户银行", max_length=60, help_text="写到网点", validators=[not_a_formula])
    holder = forms.CharField(label="户名", max_length=60, validators=[not_a_formula])
    number = AccountField(label="账号", width=4)
    holder_reason = forms.CharField(
        label="户名与申请人不一致的原因",
        required=False,
        max_length=200,
        help_text="户名是申请人本人的不用填；监护人代领、家人代领的写明关系",
    )
