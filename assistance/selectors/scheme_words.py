"""What each programme is in one line, for whoever chooses among thirty of them at the counter."""

from assistance.models import Scheme

WHAT = {
    "dibao-urban": "城镇家庭人均收入低于低保标准，按月补差",
    "dibao-rural": "农村家庭人均收入低于低保标准，按月补差",
    "tekun-urban": "城镇无劳动能力、无生活来源、无人赡养的人",
    "tekun-rural": "农村无劳动能力、无生活来源、无人赡养的人，以前叫五保",
    "dibao-edge": "收入比低保标准高一些的家庭，只认定身份，不按月发钱",
    "rigid-burden": "看病、上学等花费大的困难家庭，只认定身份，不按月发钱",
    "temp-quick": "眼前急难、金额小，乡镇三天内办完，不核对不公示",
    "temp-urgent": "火灾、车祸、急病等突发困难，可以先救助后补手续",
    "temp-expense": "一段时间里花费太大，生活过不下去，公示后给",
    "disability-living": "低保等困难家庭里的残疾人，按月发",
    "disability-care": "一、二级残疾人，需要长期照护，按月发",
    "old-age": "到了规定年龄的老人，按年龄档按月发",
    "longevity": "百岁老人的长寿保健费",
    "elder-poor": "低保等困难家庭里的高龄老人，按月发",
    "elder-disabled": "困难家庭里失能的老人，按失能等级发",
    "elder-service": "困难、失能、独居等老人买养老服务的补贴",
    "orphan": "失去父母的孩子，按月发基本生活费",
    "de-facto-orphan": "父母重残、重病、服刑、失联等，无人抚养的孩子",
    "vet-disability": "残疾军人，按残疾等级和性质发",
    "vet-survivor": "烈士、因公牺牲、病故军人的遗属",
    "vet-living": "在乡复员、带病回乡、参战参试等退役军人，烈士子女",
    "vet-service": "现役义务兵的家庭，一年一次",
    "medical": "自己负担的医药费太高，一次性救助",
    "education": "困难家庭的学生，一次性救助",
    "silicosis": "有矽肺诊断的人，按期别按月发",
    "retrenched": "六十年代精减退职的老弱残职工，按月发",
    "kashin-beck": "大骨节病患者，按度数按月发",
}


def what_is(scheme: Scheme) -> str:
    """One line; of a programme of the county's own, its categories."""
    if scheme.code in WHAT:
        return WHAT[scheme.code]
    spec = scheme.spec
    names = "、".join(name for _, name in spec.categories)
    return f"县里新增，{'一次性' if spec.is_one_off else '按月'}发固定数额：{names}"
