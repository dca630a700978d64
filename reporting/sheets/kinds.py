"""Kinds of reports as data: sections with a default text and the tables and charts that follow it.

A new report is a new entry. The text is only where a writer starts: it is copied into the report and edited there.
Figures and conditions are written by name (sheets/fill.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """One part. `level` 0 has no heading. `parts` name the exhibits that follow the text (sheets/exhibits.py)."""

    key: str
    label: str
    text: str = ""
    heading: str = ""
    level: int = 0
    parts: tuple[str, ...] = ()
    rows: int = 4


@dataclass(frozen=True)
class ReportKind:
    key: str
    name: str
    title: str
    sections: tuple[Section, ...]
    verify_words: str = "扫码核验本报告"

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)


LIVELIHOOD = ReportKind(
    key="livelihood-monthly",
    name="民生工程进展情况自查报告",
    title="{本单位}关于{年份}年{期间}民生工程任务\n进展情况的自查报告",
    sections=(
        Section("addressee", "主送机关", "{地区}人民政府：", rows=1),
        Section(
            "opening",
            "开头",
            "根据年度民生工程任务安排，我局对{期间}承担的困难群众基本生活保障任务和资金使用情况逐项进行了自查。"
            "本报告所列数据均取自业务办理和资金发放记录，统计截至{截止月份}月底。现将有关情况报告如下。",
        ),
        Section(
            "organisation",
            "组织实施",
            "（一）落实责任，按月调度。对照年度目标把任务分解到股室和乡镇（街道），每月核对对象增减、资金发放和办理时限，发现进度偏慢的当月提醒、次月回看。\n"
            "（二）规范程序，阳光办理。低保申请严格执行入户调查、信息核对、公示和审核确认程序。"
            "[[城乡低保累计受理申请件数 > 0：{期间}共收到低保申请{城乡低保累计受理申请件数}件，办结{城乡低保累计办结申请件数}件。"
            "|{期间}没有新的低保申请。]]\n"
            "（三）加强核对，堵住漏洞。发放名册经编制、核对、审批三道关口，由不同人员办理，经审批的名册不得改动，代发文件与名册逐笔相符后报送银行。",
            heading="一、组织实施情况",
            level=1,
            rows=8,
        ),
        Section("progress", "任务完成情况", heading="二、任务完成情况", level=1),
        Section(
            "dibao",
            "城乡低保",
            "1.保障对象。截至{截止月份}月，{地区范围}共有城市低保对象{城市低保户数}户{城市低保人数}人，农村低保对象{农村低保户数}户{农村低保人数}人，"
            "合计{城乡低保户数}户{城乡低保人数}人。其中老年人{城乡低保老年人数}人、未成年人{城乡低保未成年人数}人、残疾人{城乡低保残疾人数}人；"
            "享受分类施保{城乡低保分类施保人数}人。\n"
            "2.动态管理。{期间}城市低保新增{城市低保累计新增户数}户{城市低保累计新增人数}人，退出{城市低保累计退出户数}户{城市低保累计退出人数}人；"
            "农村低保新增{农村低保累计新增户数}户{农村低保累计新增人数}人，退出{农村低保累计退出户数}户{农村低保累计退出人数}人，做到应保尽保、应退尽退。\n"
            "3.资金发放。{期间}累计发放城市低保金{城市低保累计发放资金}万元，人均月保障金{城市低保人均月保障金}元；"
            "累计发放农村低保金{农村低保累计发放资金}万元，人均月保障金{农村低保人均月保障金}元；城乡合计{城乡低保累计发放资金}万元。"
            "其中{截止月份}月发放城市低保金{城市低保当月发放资金}万元、农村低保金{农村低保当月发放资金}万元。低保金全部通过银行发放到户。",
            heading="（一）城乡低保",
            level=2,
            parts=("monthly_table", "monthly_chart"),
            rows=11,
        ),
        Section(
            "funds",
            "资金落实",
            "[[民生资金计划数 > 0：今年以来，上级和本级共计划安排民生资金{民生资金计划数}万元，截至{截止月份}月底到位{民生资金到位数}万元，到位率{民生资金到位率}。"
            "|截至{截止月份}月底，资金台账上还没有登记今年的计划下达数。]]"
            "[[低保资金到位数 > 0：其中城乡低保资金到位{低保资金到位数}万元，已发放{城乡低保累计发放资金}万元，支出率{低保资金支出率}。]]"
            "资金实行专账管理、专款专用，按月核对台账、名册和银行回盘，没有截留、挪用。",
            heading="（二）资金落实",
            level=2,
            parts=("fund_table",),
            rows=6,
        ),
        Section(
            "targets",
            "目标任务完成情况",
            "",
            heading="（三）目标任务完成情况",
            level=2,
            parts=("target_table",),
            rows=3,
        ),
        Section(
            "problems",
            "存在的问题",
            "（一）办理时限方面。[[城乡低保累计办结申请件数 = 0：{期间}没有办结的申请，入户调查和信息核对的衔接还需加快。"
            "|{期间}按时办结率为{城乡低保按时办结率}，申请集中的月份人手偏紧，入户调查和信息核对的等待时间还需压缩。]]\n"
            "（二）资金保障方面。[[民生资金到位率 < 100：资金到位率为{民生资金到位率}，需要继续与财政部门衔接，保证按月足额发放。"
            "|少数领款人账户变更登记不及时，影响当月到账。]]",
            heading="三、存在的问题",
            level=1,
            rows=5,
        ),
        Section(
            "next",
            "下一步打算",
            "（一）盯紧时限。每周梳理临近期限的申请，逐件明确经办人和办结日期。\n"
            "（二）盯紧对象。按月开展信息比对，对死亡、收入变化等情况及时核实，该增的增、该退的退。\n"
            "（三）盯紧资金。继续做好资金衔接，对银行退回的逐户查明原因、及时重发，确保困难群众按月足额领到保障金。",
            heading="四、下一步打算",
            level=1,
            rows=6,
        ),
    ),
)

KINDS: dict[str, ReportKind] = {kind.key: kind for kind in (LIVELIHOOD,)}
