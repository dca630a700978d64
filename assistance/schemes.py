"""The catalogue: what differs between programmes, as data.

A programme is an entry here, or a row that the county made itself from `FIXED_RATE` (models/scheme.py); what is local in
an entry can be set otherwise by the county from a day on, with the document it rests on. Only a new *kind of rule* needs
code, in policy/.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

# The groups of 《社会救助法》第15条, and beside them what is welfare and what is owed to soldiers.
CLASSES = {
    "basic": "基本生活救助",
    "special": "专项救助",
    "urgent": "急难救助",
    "welfare": "福利补贴",
    "veteran": "优抚",
}
UNITS = {"household": "户", "person": "人"}
CADENCES = {"monthly": "按月", "quarterly": "按季", "yearly": "按年", "one-off": "一次性", "batch": "按批"}
DECIDERS = {"county": "县级", "township": "乡镇", "setting": "县级，可委托乡镇"}
STARTS = {"applied": "申请当月", "decided": "批准当月", "next": "批准次月"}
# After the month of death: how many further months are paid; -1 when not even that month is.
MOST_MONTHS_AFTER_DEATH = 24

# The steps of a case. Those a programme does not have are neither asked for nor offered.
STEPS = {
    "check": "信息核对",
    "visit": "入户调查",
    "deliberate": "民主评议",
    "notice": "公示",
    "review": "初审",
    "peer": "会审",
    "account": "收款账户",
}

# What the form asks: the family with its money, the family without it, or one person.
FORMS = {"full": "家庭、收入和财产", "people": "家庭成员", "person": "个人"}


@dataclass(frozen=True)
class SchemeSpec:
    """One programme.

    `starts` is a key of STARTS; `months_after_death` counts the months paid after the month of death (-1: that month is
    not paid either); `stops_next` says whether any other end takes effect the month after (else in the same month).
    `review_months` is the rhythm of review, 0 for none. `limits` replaces single settings of procedure.py (days) for
    this programme. `peer` names the body that gives its opinion before the decision. `family`: a person can be in one
    programme of a family at a time. `categories` are the classes in which people are counted, key → name.
    `aliases` are older names under which people look for it.
    """

    code: str
    name: str
    short_name: str
    number_prefix: str
    rule: str
    family: str
    klass: str = "welfare"
    unit: str = "person"
    form: str = "person"
    cadence: str = "monthly"
    is_urban: bool | None = None
    programme: str = ""
    steps: tuple[str, ...] = ("review", "account")
    peer: str = ""
    decided_by: str = "county"
    starts: str = "next"
    months_after_death: int = 0
    stops_next: bool = True
    review_months: int = 12
    categories: tuple[tuple[str, str], ...] = ()
    limits: tuple[tuple[str, int], ...] = ()
    materials: tuple[str, ...] = ("id",)
    aliases: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def has(self, step: str) -> bool:
        return step in self.steps

    @property
    def for_person(self) -> bool:
        return self.unit == "person"

    @property
    def is_one_off(self) -> bool:
        return self.cadence == "one-off"

    @property
    def unit_word(self) -> str:
        """What a list of this programme counts: 户 or 人."""
        return UNITS[self.unit]

    @property
    def amount_word(self) -> str:
        """How the sum is called: 月保障金, 救助金, 补贴."""
        if self.is_one_off:
            return "救助金额"
        if self.cadence == "yearly":
            return "年发放金额"
        return "月保障金" if self.klass == "basic" else "月发放金额"

    @property
    def per(self) -> str:
        """The unit behind the sum: 元/月, 元/年, 元."""
        return {"one-off": "元", "batch": "元", "yearly": "元/年", "quarterly": "元/月"}.get(
            self.cadence, "元/月"
        )

    @property
    def category_names(self) -> dict[str, str]:
        return dict(self.categories)


_57 = "《最低生活保障审核确认办法》（民发〔2021〕57号）"
_43 = "《特困人员认定办法》（民发〔2021〕43号）"
_62 = "民发〔2019〕62号"
_52 = "国发〔2015〕52号"
_LAW = "《社会救助法》"
_SOLDIERS = "《军人抚恤优待条例》（2024年）"

_HOUSEHOLD: dict[str, Any] = {
    "unit": "household",
    "form": "full",
    "materials": ("id", "authorisation", "honesty"),
}
_SURVEYED = ("check", "visit", "deliberate", "review", "notice", "account")


def _dibao(code: str, word: str, prefix: str, is_urban: bool) -> SchemeSpec:
    return SchemeSpec(
        code,
        f"{word}最低生活保障",
        f"{word}低保",
        prefix,
        "dibao",
        "dibao",
        klass="basic",
        is_urban=is_urban,
        programme="城乡低保",
        steps=_SURVEYED,
        decided_by="setting",
        sources=(_57,),
        **_HOUSEHOLD,
    )


DIBAO_URBAN = _dibao("dibao-urban", "城市", "CD", True)
DIBAO_RURAL = _dibao("dibao-rural", "农村", "ND", False)

TEKUN_CATEGORIES = tuple(
    (f"{mode}-{grade}", f"{mode_word}·{grade_word}")
    for mode, mode_word in (("scattered", "分散供养"), ("central", "集中供养"))
    for grade, grade_word in (("self", "全自理"), ("semi", "半护理"), ("full", "全护理"))
)


def _tekun(code: str, word: str, prefix: str, is_urban: bool, aliases: tuple[str, ...]) -> SchemeSpec:
    return SchemeSpec(
        code,
        f"{word}特困人员救助供养",
        f"{word}特困",
        prefix,
        "tekun",
        "tekun",
        klass="basic",
        is_urban=is_urban,
        programme="特困供养",
        steps=_SURVEYED,
        categories=TEKUN_CATEGORIES,
        # 43号: fifteen working days each for the township and for the county; thirty in all besides the notice.
        limits=(("review_days", 15), ("decide_days", 15), ("total_days", 37)),
        materials=("id", "authorisation", "honesty"),
        aliases=aliases,
        sources=(_43, f"{_LAW}第16、17条"),
    )


_GRADES = (("grade1", "一级"), ("grade2", "二级"), ("grade3", "三级"), ("grade4", "四级"))
_AGES: dict[str, Any] = {"months_after_death": 0, "review_months": 12}


def _vet_disability() -> tuple[tuple[str, str], ...]:
    numerals = "一二三四五六七八九十"
    found = []
    for grade in range(1, 11):
        for nature, word in (("war", "因战"), ("duty", "因公"), ("illness", "因病")):
            if nature == "illness" and grade > 6:
                continue
            found.append((f"g{grade}-{nature}", f"{numerals[grade - 1]}级{word}"))
    return tuple(found)


CATALOGUE: tuple[SchemeSpec, ...] = (
    DIBAO_URBAN,
    DIBAO_RURAL,
    _tekun("tekun-urban", "城市", "CT", True, ("三无人员",)),
    _tekun("tekun-rural", "农村", "NT", False, ("五保", "五保户", "农村五保供养")),
    SchemeSpec(
        "dibao-edge",
        "低保边缘家庭认定",
        "低保边缘",
        "DY",
        "edge",
        "status",
        klass="basic",
        steps=("check", "visit", "deliberate", "review", "notice"),
        starts="decided",
        decided_by="setting",
        sources=(f"{_LAW}第21条", _57),
        **_HOUSEHOLD,
    ),
    SchemeSpec(
        "rigid-burden",
        "刚性支出困难家庭认定",
        "刚性支出困难",
        "GX",
        "rigid",
        "status",
        klass="basic",
        steps=("check", "visit", "deliberate", "review", "notice"),
        starts="decided",
        sources=("《刚性支出困难家庭认定办法》（2025年）", f"{_LAW}第22条"),
        **_HOUSEHOLD,
    ),
    SchemeSpec(
        "temp-quick",
        "临时救助（小额快救）",
        "小额快救",
        "LK",
        "temporary_quick",
        "temporary",
        klass="urgent",
        unit="household",
        form="people",
        cadence="one-off",
        programme="临时救助",
        steps=("account",),
        decided_by="township",
        starts="decided",
        review_months=0,
        limits=(
            ("survey_days", 1),
            ("review_days", 2),
            ("decide_days", 3),
            ("total_days", 3),
            ("total_days_delegated", 3),
        ),
        sources=("《关于进一步健全完善临时救助制度的意见》（2026年）", f"{_LAW}第29、37、50条"),
    ),
    SchemeSpec(
        "temp-urgent",
        "临时救助（急难型）",
        "急难型临时救助",
        "LJ",
        "temporary_urgent",
        "temporary",
        klass="urgent",
        unit="household",
        form="people",
        cadence="one-off",
        programme="临时救助",
        steps=("visit", "review", "account"),
        decided_by="setting",
        starts="decided",
        review_months=0,
        limits=(("review_days", 5), ("decide_days", 5), ("total_days", 10), ("total_days_delegated", 10)),
        sources=("国发〔2014〕47号", "民发〔2018〕23号", f"{_LAW}第50条"),
    ),
    SchemeSpec(
        "temp-expense",
        "临时救助（支出型）",
        "支出型临时救助",
        "LZ",
        "temporary_expense",
        "temporary",
        klass="urgent",
        unit="household",
        form="full",
        cadence="one-off",
        programme="临时救助",
        steps=_SURVEYED,
        decided_by="setting",
        starts="decided",
        review_months=0,
        materials=("id", "authorisation", "honesty"),
        sources=(
            "国发〔2014〕47号",
            "民发〔2018〕23号",
            "《关于进一步健全完善临时救助制度的意见》（2026年）",
        ),
    ),
    SchemeSpec(
        "disability-living",
        "困难残疾人生活补贴",
        "残疾生活补贴",
        "CS",
        "disability_living",
        "disability-living",
        programme="残疾人两项补贴",
        steps=("review", "peer", "account"),
        peer="县残疾人联合会",
        starts="applied",
        categories=_GRADES,
        materials=("id", "disability"),
        sources=(_52, "民发〔2021〕70号"),
    ),
    SchemeSpec(
        "disability-care",
        "重度残疾人护理补贴",
        "残疾护理补贴",
        "CH",
        "disability_care",
        "disability-care",
        programme="残疾人两项补贴",
        steps=("review", "peer", "account"),
        peer="县残疾人联合会",
        starts="applied",
        categories=_GRADES,
        materials=("id", "disability"),
        sources=(_52, "民发〔2021〕70号"),
    ),
    SchemeSpec(
        "old-age",
        "高龄津贴",
        "高龄津贴",
        "GL",
        "old_age",
        "old-age",
        programme="高龄津贴",
        starts="applied",
        sources=("《老年人权益保障法》第33条", "地方规定"),
        **_AGES,
    ),
    SchemeSpec(
        "longevity",
        "百岁老人长寿保健费",
        "长寿保健费",
        "CB",
        "old_age",
        "longevity",
        programme="高龄津贴",
        starts="applied",
        sources=("地方规定",),
        **_AGES,
    ),
    SchemeSpec(
        "elder-poor",
        "经济困难高龄老年人补贴",
        "困难高龄补贴",
        "KG",
        "elder_poor",
        "elder-poor",
        programme="养老服务",
        starts="applied",
        sources=("财社〔2014〕113号",),
        **_AGES,
    ),
    SchemeSpec(
        "elder-disabled",
        "经济困难失能老年人补贴",
        "困难失能补贴",
        "KS",
        "elder_disabled",
        "elder-care",
        programme="养老服务",
        starts="applied",
        sources=("财社〔2014〕113号", "GB/T 42195-2022"),
        categories=(
            ("light", "轻度失能"),
            ("moderate", "中度失能"),
            ("severe", "重度失能"),
            ("complete", "完全失能"),
        ),
        **_AGES,
    ),
    SchemeSpec(
        "elder-service",
        "养老服务补贴",
        "养老服务补贴",
        "YF",
        "elder_service",
        "elder-service",
        programme="养老服务",
        starts="applied",
        sources=("财社〔2014〕113号", "地方规定"),
        categories=(
            ("dibao", "低保家庭老年人"),
            ("edge", "低保边缘家庭老年人"),
            ("bereaved", "计划生育特殊家庭老年人"),
            ("honoured", "重点优抚老年人"),
            ("alone", "高龄独居老年人"),
            ("disabled", "失能老年人"),
        ),
        **_AGES,
    ),
    SchemeSpec(
        "orphan",
        "孤儿基本生活保障",
        "孤儿",
        "GE",
        "orphan",
        "child",
        programme="儿童福利",
        starts="next",
        sources=("国办发〔2010〕54号",),
        categories=(("scattered", "散居"), ("institution", "机构养育")),
    ),
    SchemeSpec(
        "de-facto-orphan",
        "事实无人抚养儿童基本生活补贴",
        "事实无人抚养儿童",
        "SG",
        "de_facto_orphan",
        "child",
        programme="儿童福利",
        starts="next",
        # 62号: fifteen working days each; no notice, because it is about a child.
        limits=(("review_days", 15), ("decide_days", 15), ("total_days", 30)),
        sources=(_62, "民发〔2020〕125号"),
        categories=(("full", "全额"), ("topup", "补差")),
    ),
    SchemeSpec(
        "vet-disability",
        "残疾军人抚恤金",
        "残疾抚恤",
        "YC",
        "veterans_disability",
        "vet-disability",
        klass="veteran",
        programme="优抚",
        starts="decided",
        months_after_death=12,
        categories=_vet_disability(),
        sources=(_SOLDIERS,),
    ),
    SchemeSpec(
        "vet-survivor",
        "烈士等遗属定期抚恤金",
        "定期抚恤",
        "YS",
        "veterans_survivor",
        "vet-survivor",
        klass="veteran",
        programme="优抚",
        starts="decided",
        months_after_death=6,
        categories=(("martyr", "烈士遗属"), ("duty", "因公牺牲军人遗属"), ("illness", "病故军人遗属")),
        sources=(_SOLDIERS,),
    ),
    SchemeSpec(
        "vet-living",
        "退役军人等定期生活补助",
        "定期补助",
        "YB",
        "veterans_living",
        "vet-living",
        klass="veteran",
        programme="优抚",
        starts="decided",
        months_after_death=6,
        categories=(
            ("veteran", "在乡复员军人"),
            ("ill", "带病回乡退役军人"),
            ("combat", "参战退役军人"),
            ("test", "参试退役军人"),
            ("rural60", "60周岁农村籍退役士兵"),
            ("martyr_child", "烈士子女"),
        ),
        sources=(f"{_SOLDIERS}第62条",),
    ),
    SchemeSpec(
        "vet-service",
        "义务兵家庭优待金",
        "义务兵优待金",
        "YW",
        "veterans_service",
        "vet-service",
        klass="veteran",
        cadence="one-off",
        programme="优抚",
        starts="decided",
        review_months=0,
        sources=(_SOLDIERS,),
    ),
    SchemeSpec(
        "medical",
        "医疗救助",
        "医疗救助",
        "YL",
        "medical",
        "medical",
        klass="special",
        cadence="one-off",
        programme="医疗救助",
        steps=("check", "review", "notice", "account"),
        starts="decided",
        review_months=0,
        materials=("id", "illness"),
        sources=("国办发〔2021〕42号", f"{_LAW}第24条"),
    ),
    SchemeSpec(
        "education",
        "教育救助",
        "教育救助",
        "JY",
        "education",
        "education",
        klass="special",
        cadence="one-off",
        programme="教育救助",
        starts="decided",
        review_months=0,
        materials=("id", "school"),
        sources=(f"{_LAW}第25条", "地方规定"),
    ),
    SchemeSpec(
        "premium-aid",
        "资助参加基本医疗保险",
        "资助参保",
        "CBZ",
        "premium",
        "premium-aid",
        klass="special",
        cadence="batch",
        programme="医疗救助",
        sources=("国办发〔2021〕42号", f"{_LAW}第24条"),
    ),
    SchemeSpec(
        "festival",
        "节日慰问金",
        "节日慰问",
        "JR",
        "festival",
        "festival",
        cadence="batch",
        programme="慰问",
        sources=("地方规定",),
    ),
    SchemeSpec(
        "price",
        "价格临时补贴",
        "价格补贴",
        "JG",
        "price",
        "price",
        klass="basic",
        cadence="batch",
        programme="价格补贴",
        sources=("发改价格〔2021〕1553号", f"{_LAW}第32条"),
    ),
    SchemeSpec(
        "silicosis",
        "矽肺病人生活补助",
        "矽肺病人",
        "XF",
        "fixed_rate",
        "silicosis",
        programme="其他定补",
        categories=(("stage1", "一期"), ("stage2", "二期"), ("stage3", "三期")),
        sources=("地方规定",),
    ),
    SchemeSpec(
        "retrenched",
        "精减退职老弱残职工救济",
        "精减退职职工",
        "JJ",
        "fixed_rate",
        "retrenched",
        programme="其他定补",
        categories=(("forty", "享受40%救济费"), ("fixed", "定期定量补助")),
        sources=("国发〔1965〕国内字224号", "地方规定"),
    ),
    SchemeSpec(
        "kashin-beck",
        "大骨节病患者补助",
        "大骨节病",
        "DG",
        "fixed_rate",
        "kashin-beck",
        programme="其他定补",
        categories=(("grade1", "一度"), ("grade2", "二度"), ("grade3", "三度")),
        sources=("地方规定",),
    ),
)

SCHEMES: dict[str, SchemeSpec] = {spec.code: spec for spec in CATALOGUE}

# From what a county makes its own programmes: a sum for each category.
FIXED_RATE = SchemeSpec(
    "", "", "", "", "fixed_rate", "", programme="其他定补", starts="next", sources=("县里的文件",)
)

# What a county may set otherwise for a programme, with a document and a first day. The rest is law or identity.
LOCAL_TERMS = (
    "steps",
    "peer",
    "decided_by",
    "starts",
    "months_after_death",
    "stops_next",
    "review_months",
    "categories",
    "limits",
    "cadence",
)
# What it says besides for one of its own.
OWN_TERMS = ("name", "short_name", "number_prefix", "klass", "programme", *LOCAL_TERMS)

# Lines of the money ledger, as the budget names them, and the families of programmes that spend each.
PROGRAMMES: dict[str, tuple[str, ...]] = {}
for _spec in CATALOGUE:
    if _spec.programme:
        _known = PROGRAMMES.get(_spec.programme, ())
        PROGRAMMES[_spec.programme] = _known if _spec.family in _known else (*_known, _spec.family)


def spec_from(code: str, terms: Mapping[str, Any]) -> SchemeSpec:
    """The programme with what the county has set. A code that the catalogue does not have is one of the county's own."""
    base = SCHEMES.get(code) or replace(FIXED_RATE, code=code, family=code)
    allowed = LOCAL_TERMS if code in SCHEMES else OWN_TERMS
    known = {field.name for field in fields(SchemeSpec)}
    return replace(base, **{k: _hashable(v) for k, v in terms.items() if k in allowed and k in known})


def _hashable(value: Any) -> Any:
    return tuple(_hashable(each) for each in value) if isinstance(value, list | tuple) else value


def spec(code: str) -> SchemeSpec:
    return SCHEMES[code]
