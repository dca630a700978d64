"""单人保: the grounds on which one person alone may have 低保, and the person as a household of one.

Sources: 《最低生活保障审核确认办法》 (民发〔2021〕57号) article 8; the joint notice of 2022. dibao.py reckons with these.
"""

from dataclasses import dataclass, replace

from assistance.policy.dibao_standard import METHOD, NOTICE_2022, DibaoStandard
from assistance.policy.facts import HouseholdFacts, IncomeItem, MemberFacts
from assistance.policy.questions import Answers, Question
from assistance.policy.reckoning import Reckoning, money
from civaffairs.lib.assessment import UNKNOWN, Unknown
from civaffairs.lib.errors import BadInput

# Grounds of 单人保 that the certificate and the illness do not show (第8条, notice of 2022).
GROUNDS = {
    "clergy": "脱离家庭、在宗教场所居住三年以上的宗教教职人员",
    "severe_unemployed": "成年无业重度残疾人，参照单人户",
    "county": "县级以上民政部门规定的其他特殊困难人员",
}
# Those who are reckoned as a household of one, by their own income and property alone.
BY_THEMSELVES = ("clergy", "severe_unemployed")
ADULT = 18

QUESTIONS: tuple[Question, ...] = (
    Question(
        "single_ground",
        "单人保的其他情形",
        "choice",
        tuple(GROUNDS.items()),
        "整户申请的不填；低保边缘家庭中的重残、三级智力精神残疾、重病人员也不填",
        f"{METHOD}第8条，{NOTICE_2022}",
        required=False,
        group="单人保",
    ),
    Question(
        "single_document",
        "本县规定的文号",
        "text",
        source=f"{METHOD}第8条",
        when=("single_ground", ("county",)),
        group="单人保",
    ),
    Question(
        "exempt_support_fen",
        "豁免的供养费",
        "fen",
        help="兄弟姐妹或60周岁以上老人给的供养费，经认定不计入收入的部分，一年合计；没有就不填",
        source=NOTICE_2022,
        required=False,
        when=("single_ground", ("severe_unemployed",)),
        unit="元/年",
        least=0,
        group="单人保",
    ),
)


@dataclass(frozen=True)
class SingleGround:
    """The ground of a 单人保 application beside disability and illness: one of GROUNDS.

    `exempt_support_fen` is support a year that was decided not to count; `document` the county's own rule for "county".
    """

    kind: str
    exempt_support_fen: int = 0
    document: str = ""

    @classmethod
    def of(cls, answers: Answers) -> "SingleGround | None":
        """From the answers to QUESTIONS; None when nothing was chosen. An exemption left open was not granted."""
        kind, exempt, document = (
            answers.get(name, UNKNOWN) for name in ("single_ground", "exempt_support_fen", "single_document")
        )
        if isinstance(kind, Unknown):
            return None
        if kind not in GROUNDS:
            raise BadInput("单人保的情形不对", "single_ground", article=f"{METHOD}第8条")
        return cls(
            kind,
            0 if isinstance(exempt, Unknown) or kind != "severe_unemployed" else exempt,
            "" if isinstance(document, Unknown) else document.strip(),
        )


def severely_disabled(member: MemberFacts, third_grade_mental: bool) -> bool:
    """Grade one or two of any kind; grade three only of 智力 (5) or 精神 (6), where the rule reaches that
    far.
    """
    if member.disability_grade is None:
        return False
    return member.disability_grade <= 2 or (
        third_grade_mental and member.disability_grade == 3 and member.disability_kind in (5, 6)
    )


def not_severe_unemployed(
    household: HouseholdFacts, member: MemberFacts, standard: DibaoStandard, age: int
) -> list[str]:
    refusals = []
    if age < ADULT:
        refusals.append(f"{member.name}未满 {ADULT} 周岁，不是成年无业重度残疾人")
    if not severely_disabled(member, standard.severe_includes_third_mental):
        refusals.append(f"{member.name}不是重度残疾人")
    earned = [
        item
        for item in household.known_incomes
        if item.owner == member.key and item.cls in ("wage", "business") and item.annual_fen != 0
    ]
    if earned:
        refusals.append(f"{member.name}有工资性或经营性收入，不是无业")
    if member.not_counted:
        refusals.append(f"{member.name}不计入家庭成员，不能申请")
    return refusals


def alone_in_household(
    household: HouseholdFacts, member: MemberFacts, ground: SingleGround, work: Reckoning
) -> HouseholdFacts:
    """The person as a household of one. What belongs to the household together is the person's only where nobody else
    is in it. Raises BadInput when more support is exempted than there is.
    """
    owners = (member.key, None) if len(household.members) == 1 else (member.key,)
    incomes = household.incomes
    if not isinstance(incomes, Unknown):
        incomes = tuple(item for item in incomes if item.owner in owners)
        incomes = _without_support(incomes, ground, work)
    assets = household.assets
    if not isinstance(assets, Unknown):
        assets = tuple(item for item in assets if item.owner in owners)
    costs = tuple(item for item in household.deductions if item.owner in owners)
    only = replace(member, protected=True, not_counted="")
    return HouseholdFacts((only,), incomes, costs, assets)


def _without_support(
    incomes: tuple[IncomeItem, ...], ground: SingleGround, work: Reckoning
) -> tuple[IncomeItem, ...]:
    left, kept = ground.exempt_support_fen, []
    if not left:
        return incomes
    for item in incomes:
        if item.kind == "transfer" and not isinstance(item.annual_fen, Unknown):
            taken = min(left, item.annual_fen)
            left, item = left - taken, replace(item, annual_fen=item.annual_fen - taken)
        kept.append(item)
    if left:
        raise BadInput("豁免的供养费超过登记的转移性收入", "exempt_support_fen", article=NOTICE_2022)
    work.step("不计入：豁免的供养费", money(ground.exempt_support_fen), None, "", NOTICE_2022)
    return tuple(kept)
