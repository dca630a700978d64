"""What is local or uncertain in the procedure, declared as county settings. Amounts live in standards instead."""

from itertools import permutations

from assistance.schemes import PROGRAMMES
from civaffairs.registry.county import SettingSpec, declare

_57 = "《最低生活保障审核确认办法》（民发〔2021〕57号）"
_2022 = "《关于进一步做好最低生活保障等社会救助兜底保障工作的通知》（2022年）"

SETTINGS = (
    SettingSpec(
        "accept_days", "受理期限", "int", 2, "国家未规定天数，县里自定", "个工作日", minimum=1, maximum=10
    ),
    SettingSpec(
        "survey_days", "启动调查和核对的期限", "int", 3, f"{_57}：自受理3个工作日内", "个工作日", minimum=1
    ),
    SettingSpec("review_days", "初审期限", "int", 10, "国家未单列，计入总时限", "个工作日", minimum=1),
    SettingSpec("post_days", "初审后张贴公示的期限", "int", 2, "国家未规定，县里自定", "个工作日", minimum=1),
    SettingSpec("notice_days", "公示天数", "int", 7, f"{_57}：公示期为7天", "天", minimum=7, maximum=30),
    SettingSpec(
        "notice_in_workdays",
        "公示按工作日计算",
        "bool",
        False,
        "部分地方政务公开目录写7个工作日；国家办法写7天",
    ),
    SettingSpec(
        "decide_days", "县级审核确认期限", "int", 10, f"{_57}：自收到材料10个工作日", "个工作日", minimum=1
    ),
    SettingSpec("total_days", "总期限", "int", 30, f"{_57}：自受理30个工作日", "个工作日", minimum=1),
    SettingSpec("total_days_extended", "延长后的总期限", "int", 45, f"{_57}：特殊情况45个工作日", "个工作日"),
    SettingSpec(
        "total_days_delegated", "委托乡镇确认的总期限", "int", 20, f"{_2022}：20个工作日", "个工作日"
    ),
    SettingSpec(
        "delegated", "确认权限委托乡镇", "bool", False, "《社会救助法》第44条：省可规定由乡镇作出确认决定"
    ),
    SettingSpec(
        "deliberation_always",
        "每件都要民主评议",
        "bool",
        False,
        "2020年起没有争议的可不再评议；县里可要求每件评议",
    ),
    SettingSpec(
        "notice_again_after_objection",
        "异议重新调查后再次公示",
        "bool",
        False,
        f"{_57}没有要求再公示；县里可从严",
    ),
    SettingSpec("inform_days", "不予确认的书面告知期限", "int", 3, f"{_57}：决定后3个工作日", "个工作日"),
    SettingSpec(
        "check_valid_days",
        "核对报告有效天数",
        "int",
        90,
        "国家未规定，县里自定；过期须重新核对才能送初审",
        "天",
    ),
    SettingSpec(
        "pay_by_day",
        "每月发放日",
        "int",
        10,
        "现行办法未规定；旧办法为每月10日前",
        "日",
        minimum=1,
        maximum=28,
    ),
    SettingSpec(
        "big_change_percent",
        "月保障金变化提示幅度",
        "int",
        30,
        "内控要求：与上月相比变化超过此幅度的逐户提示",
        "%",
        minimum=1,
    ),
    SettingSpec(
        "offset_percent",
        "追缴款从以后月份抵扣的上限",
        "int",
        0,
        "国家未规定；县里有文件的，按当月应发额的比例从当月发放中抵扣，0 为不抵扣、由本人退回",
        "%",
        minimum=0,
        maximum=99,
    ),
    SettingSpec(
        "claim_days",
        "追缴通知书写明的退回期限",
        "int",
        15,
        "国家未规定，县里自定；自送达之日起计算",
        "天",
        minimum=1,
        maximum=180,
    ),
    SettingSpec(
        "price_pay_days",
        "价格临时补贴发放期限",
        "int",
        20,
        "发改价格〔2021〕1553号：价格指数发布后20个工作日内发到位",
        "个工作日",
        minimum=1,
    ),
    SettingSpec(
        "quick_from_petty_cash",
        "小额快救由乡镇备用金支付",
        "bool",
        False,
        "民发〔2018〕23号：乡镇备用金；县里定了由备用金现场支付的填“是”，否则列入发放名册",
    ),
    SettingSpec(
        "advance_most_yuan",
        "先行救助每件最高金额",
        "int",
        2000,
        "《社会救助法》第50条；金额由县里自定",
        "元",
        minimum=1,
    ),
    SettingSpec(
        "advance_papers_days",
        "先行救助后补办手续的期限",
        "int",
        5,
        "国发〔2014〕47号：先行救助后补齐手续；天数由县里自定",
        "个工作日",
        minimum=1,
    ),
    # The numbers of 渐退 and of refused work that policy/tapering.py reads; its parameters say what they mean.
    SettingSpec(
        "taper_months",
        "渐退期最长",
        "int",
        6,
        f"{_57}第33条，{_2022}：原则上不超过6个月",
        "个月",
        minimum=0,
        maximum=6,
    ),
    SettingSpec(
        "taper_way",
        "渐退期金额",
        "choice",
        "full",
        "国家未规定，县里自定",
        choices=(("full", "按原金额"), ("reduced", "按原金额的一个比例")),
    ),
    SettingSpec(
        "taper_percent",
        "渐退期比例",
        "int",
        50,
        "渐退期金额选“一个比例”时使用，县里自定",
        "%",
        minimum=1,
        maximum=100,
    ),
    SettingSpec(
        "refusal_times",
        "连续几次拒绝介绍的工作后处理",
        "int",
        3,
        f"{_57}第34条、《社会救助暂行办法》第45条：连续3次",
        "次",
        minimum=3,
        maximum=10,
    ),
    SettingSpec(
        "refusal_way",
        "连续拒绝工作的处理",
        "choice",
        "reduce",
        f"{_57}第34条：减发或者停发本人的低保金",
        choices=(("reduce", "减发本人的低保金"), ("stop", "停发本人的低保金")),
    ),
    SettingSpec(
        "refusal_percent",
        "减发本人低保金的比例",
        "int",
        50,
        "连续拒绝工作的处理选“减发”时使用，县里自定",
        "%",
        minimum=1,
        maximum=100,
    ),
    SettingSpec(
        "end_objection_days",
        "特困终止公示有异议的办理期限",
        "int",
        15,
        "《特困人员认定办法》（民发〔2021〕43号）：15个工作日内再作决定并重新公示",
        "个工作日",
        minimum=1,
        maximum=15,
    ),
    SettingSpec("account_watch_days", "账户变更后重点提示天数", "int", 30, "内控要求", "天"),
)

# Source levels of money, as models/fund.py names them. Every order of four may be a county's.
_LEVELS = {"central": "中央", "province": "省", "city": "市", "county": "县"}
ORDERS = tuple(
    (",".join(order), "→".join(_LEVELS[level] for level in order)) for order in permutations(_LEVELS)
)
SAME_ORDER = "same"


def order_key(programme: str) -> str:
    """The setting that says in which order a line of the ledger (schemes.PROGRAMMES) is drawn on."""
    return f"fund_order_{PROGRAMMES[programme][0]}"


FUND_SETTINGS = (
    SettingSpec(
        "fund_short",
        "资金不够时",
        "choice",
        "warn",
        "内控要求；国家未规定，县里自定",
        choices=(("warn", "提醒，可以审批，钱到位后补记"), ("block", "拦截，不能审批")),
    ),
    SettingSpec(
        "fund_order",
        "各级资金的使用顺序",
        "choice",
        ORDERS[0][0],
        "国家未规定，县里自定：先用哪一级的资金",
        choices=ORDERS,
    ),
    *(
        SettingSpec(
            order_key(programme),
            f"{programme}资金的使用顺序",
            "choice",
            SAME_ORDER,
            "国家未规定，县里自定",
            choices=((SAME_ORDER, "按“各级资金的使用顺序”"), *ORDERS),
        )
        for programme in PROGRAMMES
    ),
)

# Who signs a list, and the days of the month on which lists are made and paid.
RUN_SETTINGS = (
    SettingSpec(
        "sign_more_above",
        "一批名册达到多少金额要几人审批",
        "int",
        0,
        "内控要求；国家未规定，县里自定，0 表示每批一人审批",
        "万元",
        minimum=0,
        maximum=10_000_000,
    ),
    SettingSpec(
        "sign_more_count",
        "达到上述金额的审批人数",
        "int",
        2,
        "内控要求；国家未规定，县里自定",
        "人",
        minimum=2,
        maximum=3,
    ),
    SettingSpec(
        "run_cutoff_day",
        "当月名册的截止日",
        "int",
        3,
        "国家未规定，县里自定：截止日以前确认的待遇和账户列入当月名册，以后的用当月补充",
        "日",
        minimum=1,
        maximum=28,
    ),
    SettingSpec(
        "run_prepare_day",
        "自动生成当月名册的日子",
        "int",
        4,
        "国家未规定，县里自定；0 表示不自动生成。自动生成的名册同样要核对、审批",
        "日",
        minimum=0,
        maximum=28,
    ),
    SettingSpec(
        "run_pay_day",
        "每月几日以前发放",
        "int",
        10,
        "旧办法（民发〔2012〕220号，已废止）：每月10日前；57号未写日子，县里自定",
        "日",
        minimum=1,
        maximum=28,
    ),
    SettingSpec(
        "run_year_month",
        "按年发放的项目从几月起生成名册",
        "int",
        1,
        "国家未规定，县里自定；当年新增的对象随后各月发放",
        "月",
        minimum=1,
        maximum=12,
    ),
)

declare(SETTINGS + FUND_SETTINGS + RUN_SETTINGS)
