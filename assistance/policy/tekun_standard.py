"""What 特困供养 asks and which numbers a county sets for it: the lists of the law, the questions, the parameters.

Sources: 《特困人员认定办法》 (民发〔2021〕43号) articles 5, 8, 21, 24; 《社会救助法》 articles 16 and 17.
"""

from collections.abc import Mapping
from typing import Any, Literal

from assistance.policy.parameters import Parameter
from assistance.policy.questions import Question

METHOD = "《特困人员认定办法》"
LAW = "《社会救助法》"
LOCAL = "当地规定"

Grade = Literal["self", "semi", "full"]
GRADES: dict[Grade, str] = {
    "self": "具备生活自理能力",
    "semi": "部分丧失生活自理能力",
    "full": "完全丧失生活自理能力",
}
MODES = {"scattered": "分散供养", "central": "集中供养"}
CATEGORIES = {f"{mode}-{grade}": f"{MODES[mode]}，{GRADES[grade]}" for mode in MODES for grade in GRADES}

# The six of article 21, each as the question for it.
ABILITIES = {
    "eat": "吃饭",
    "dress": "穿衣",
    "bed": "上下床",
    "toilet": "如厕",
    "walk": "室内行走",
    "wash": "洗澡",
}

# What the schooling has to be for the right to go on after 18 (article 24), and what does not count.
SCHOOLS_THAT_COUNT = {
    "compulsory": "义务教育（小学、初中）",
    "high": "普通高中",
    "vocational": "中等职业学校",
}
SCHOOLS = {"none": "不在校", **SCHOOLS_THAT_COUNT, "college": "大学、高职等"}

# Article 8: why somebody bound by law cannot support.
UNABLE = {
    "tekun": "本身是特困人员",
    "dibao60": "60周岁以上的低保对象",
    "aged70": "70周岁以上，收入低于上年人均可支配收入，财产符合规定",
    "disabled": "重度残疾或三级智力残疾或三级精神残疾，收入低于上年人均可支配收入，财产符合规定",
    "incapable": "无民事行为能力或宣告失踪或在监狱服刑，财产符合规定",
    "local": "本省规定的其他情形",
}
PAYEES = {"person": "本人账户", "institution": "供养服务机构", "carer": "照料服务人"}

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "basic",
        "基本生活标准",
        "rates",
        {"scattered": 91_700, "central": 110_000},
        "每人每月。集中供养和分散供养一样的，填同一个数",
        f"{LAW}第17条",
        choices=tuple(MODES.items()),
        group="标准",
    ),
    Parameter(
        "care",
        "照料护理标准",
        "rates",
        {
            "scattered-self": 6_200,
            "scattered-semi": 41_200,
            "scattered-full": 72_100,
            "central-self": 8_300,
            "central-semi": 61_800,
            "central-full": 103_000,
        },
        "每人每月，按生活自理能力分三档；没有这一档的填0",
        f"{LAW}第17条，{METHOD}第20条",
        choices=tuple(CATEGORIES.items()),
        group="标准",
    ),
    Parameter(
        "least_percent",
        "基本生活标准不低于低保标准的",
        "percent",
        130,
        "只用来提醒：基本生活标准低于这个比例时，核算步骤里会写明",
        f"民发〔2016〕115号，{LOCAL}",
        100,
        500,
        group="标准",
    ),
    Parameter("elder_age", "老年人年龄", "int", 60, "满多少周岁", f"{METHOD}第5条", 50, 80, group="认定"),
    Parameter(
        "child_age", "未成年人认定年龄", "int", 16, "不满多少周岁", f"{METHOD}第5条", 14, 18, group="认定"
    ),
    Parameter(
        "minor_age",
        "未成年特困人员供养到",
        "int",
        18,
        "满多少周岁；满了仍在校的继续",
        f"{METHOD}第24条",
        16,
        25,
        group="认定",
    ),
    Parameter(
        "labour_local",
        "本省另有无劳动能力的情形",
        "bool",
        False,
        "选“是”：申请表上的“本省规定的其他无劳动能力情形”才算数",
        f"{METHOD}第5条",
        group="认定",
    ),
    Parameter(
        "supporter_local",
        "本省另有义务人无履行能力的情形",
        "bool",
        False,
        "选“是”：申请表上义务人“本省规定的其他情形”才算数",
        f"{METHOD}第8条",
        group="认定",
    ),
    Parameter(
        "agreement_required",
        "分散供养要先签照料服务协议",
        "bool",
        True,
        "选“是”：没有签协议的，不能核定金额",
        LOCAL,
        group="认定",
    ),
)

QUESTIONS: tuple[Question, ...] = (
    Question(
        "multiple",
        "多重残疾里有规定的类别和等级",
        "bool",
        help="只问多重残疾：其中有没有一二三级智力或精神、一二级肢体、一级视力残疾",
        source=f"{METHOD}第5条",
        required=False,
        group="劳动能力",
    ),
    Question(
        "labour_local",
        "本省规定的其他无劳动能力情形",
        "bool",
        help="本省没有另外规定的，不用填",
        source=f"{METHOD}第5条",
        required=False,
        group="劳动能力",
    ),
    Question(
        "continues",
        "未成年时已是特困人员",
        "bool",
        help="只问满16周岁、原来作为未成年人供养的：可以供养到18周岁，满18周岁仍在校的继续",
        source=f"{METHOD}第24条",
        required=False,
        group="劳动能力",
    ),
    Question(
        "school",
        "就读情况",
        "choice",
        tuple(SCHOOLS.items()),
        "未成年人和仍在校的要填",
        f"{METHOD}第24条，{LAW}第16条",
        required=False,
        group="劳动能力",
    ),
    Question(
        "school_until",
        "预计毕业日期",
        "date",
        help="到这一天系统提醒核实是否仍在校",
        source=f"{METHOD}第24条",
        required=False,
        when=("school", tuple(SCHOOLS_THAT_COUNT)),
        group="劳动能力",
    ),
    Question(
        "own_income_fen",
        "本人月收入",
        "fen",
        help="工资、经营、财产、转移收入的月平均数，没有就填0。基础养老金、基本医疗保险等社会保险、优待抚恤金、高龄津贴不计入",
        source=f"{METHOD}第6条",
        unit="元/月",
        least=0,
        group="生活来源",
    ),
    Question(
        "property_ok",
        "财产符合当地特困人员财产状况规定",
        "bool",
        source=f"{METHOD}第6、7条",
        group="生活来源",
    ),
    Question(
        "supporter",
        "法定赡养、抚养、扶养义务人",
        "choice",
        (("none", "没有"), ("unable", "有，都没有履行能力"), ("able", "有，能履行义务")),
        source=f"{METHOD}第4条",
        group="义务人",
    ),
    Question(
        "supporter_grounds",
        "义务人没有履行能力的原因",
        "many",
        tuple(UNABLE.items()),
        "有几名义务人的，每一名的原因都要选上",
        f"{METHOD}第8条",
        when=("supporter", ("unable",)),
        group="义务人",
    ),
    *(
        Question(name, f"能自己{label}", "bool", source=f"{METHOD}第21条", group="生活自理能力")
        for name, label in ABILITIES.items()
    ),
    Question(
        "mode",
        "供养方式",
        "choice",
        tuple(MODES.items()),
        "按本人意愿；完全丧失生活自理能力的优先集中供养",
        f"{LAW}第16条",
        group="供养",
    ),
    Question(
        "agreement",
        "已签照料服务协议",
        "bool",
        source=LOCAL,
        when=("mode", ("scattered",)),
        group="供养",
    ),
    Question(
        "payee",
        "照料护理费付给",
        "choice",
        tuple(PAYEES.items()),
        "分散供养的基本生活费总是付给本人；集中供养的两项付给同一个账户",
        LOCAL,
        group="供养",
    ),
)


def contradictions(numbers: Mapping[str, Any]) -> dict[str, str]:
    errors = {}
    for mode, label in MODES.items():
        if not numbers["basic"][mode]:
            errors["basic"] = f"{label}的基本生活标准要大于0"
        own, semi, full = (numbers["care"][f"{mode}-{grade}"] for grade in GRADES)
        if not own <= semi <= full:
            errors["care"] = f"{label}的照料护理标准应是自理能力越差金额越高"
    if numbers["minor_age"] < numbers["child_age"]:
        errors["minor_age"] = "未成年特困人员供养到的年龄不能小于认定年龄"
    return errors
