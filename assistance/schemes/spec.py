"""What a programme is made of, and what a county may set otherwise."""

from dataclasses import dataclass

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
    paper_name: str = ""  # how papers call it, where that is not the name
    organ: str = ""  # the county's office that decides, where that is not the civil-affairs bureau itself
    sources: tuple[str, ...] = ()
    closed: bool = False  # takes no new application; what was granted goes on

    def has(self, step: str) -> bool:
        return step in self.steps

    @property
    def title(self) -> str:
        """The name on papers: 最低生活保障 on the forms of both its kinds."""
        return self.paper_name or self.name

    @property
    def way(self) -> str:
        """How a case was looked into, for a decision: 经调查核对、公示和审核."""
        found = [self.has("visit") and "调查", self.has("check") and "核对"]
        looked = "".join(word for word in found if word)
        steps = [looked, self.has("notice") and "公示", self.has("peer") and f"{self.peer}审核"]
        done = [word for word in steps if word]
        return f"经{'、'.join(done)}和审核" if done else "经审核"

    @property
    def for_person(self) -> bool:
        return self.unit == "person"

    @property
    def is_one_off(self) -> bool:
        """Each grant is paid once, alone or with many others at a time."""
        return self.cadence in ("one-off", "batch")

    @property
    def is_on_the_spot(self) -> bool:
        """Asked for where the hardship happens, wherever the family is registered (《社会救助法》第50条): nobody moves."""
        return self.klass == "urgent"

    @property
    def unit_word(self) -> str:
        """What a list of this programme counts: 户 or 人."""
        return UNITS[self.unit]

    @property
    def amount_word(self) -> str:
        """How the sum is called: 月保障金, 救助金, 补贴."""
        if self.cadence == "batch":
            return "发放金额"
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
