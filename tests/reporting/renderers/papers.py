"""The four kinds of paper that the tests print. All people and offices are invented."""

from datetime import date

from civaffairs.lib import money
from reporting import charts
from reporting.document import (
    AttachmentList,
    Blank,
    Box,
    Cell,
    Chart,
    Column,
    Document,
    Figure,
    Heading,
    KeyValueGrid,
    Paragraph,
    Row,
    Signature,
    SignatureBox,
    SignatureRow,
    Table,
)

# Rare characters of given names and surnames; the 仿宋 and 楷体 files have hardly any of them.
RARE = "玥喆堃珺昇祎垚赟旻晞䶮彧鋆瑀婳𬱖峣𫖯𬤝𬀩㛃𫍯琎玘曌犇淼翀燚"

MONTHS = ("1月", "2月", "3月", "4月", "5月")


def report(**changes: object) -> Document:
    """A report of three pages with a table, two charts and an attachment list."""
    urban = (328_900_00, 329_100_00, 328_600_00, 329_700_00, 328_600_00)
    rural = (428_200_00, 428_900_00, 427_800_00, 428_100_00, 429_100_00)
    table = Table(
        caption="表1  2024年1—5月城乡低保保障情况",
        unit="户、人、万元",
        columns=(
            Column("name", "类别", align="center", width=5),
            Column("households", "户数", kind="count", group="5月在保", width=4),
            Column("people", "人数", kind="count", group="5月在保", width=4),
            Column("new", "新增户", kind="count", group="1—5月变动", width=4),
            Column("left", "退出户", kind="count", group="1—5月变动", width=4),
            Column("paid", "累计发放", kind="wan", width=5),
            Column("rate", "完成率", kind="percent", width=4),
        ),
        rows=(
            {
                "name": "城市低保",
                "households": Figure("7,978", "dibao.urban.households", 7978),
                "people": 15132,
            }
            | {"new": 599, "left": 376, "paid": sum(urban) * 10, "rate": 4167},
            {"name": "农村低保", "households": 26873, "people": 36905}
            | {"new": 1517, "left": 739, "paid": sum(rural) * 10, "rate": None},
        ),
        totals=(
            {"name": "合计", "households": 34851, "people": 52037, "new": 2116, "left": 1115}
            | {"paid": (sum(urban) + sum(rural)) * 10, "rate": 4167},
        ),
        notes=("注：累计发放为打卡发放成功金额，退回未补发的不计。",),
        checks=("勾稽关系：合计＝城市低保＋农村低保；5月户数＝上年末户数＋新增户－退出户。",),
    )
    chart = Chart(
        charts.bar(
            MONTHS,
            (("城市低保", [fen * 10 for fen in urban]), ("农村低保", [fen * 10 for fen in rural])),
            kind="wan",
            unit="万元",
        ),
        caption="图1  1—5月各月发放低保金",
        height_mm=72,
    )
    done = Chart(
        charts.progress(
            (
                ("新增养老床位（张）", 225, 450),
                ("日间照料中心（个）", 5, 10),
                ("居家养老服务（人）", 13100, 27260),
            )
        ),
        caption="图2  年度目标完成进度",
        height_mm=52,
    )
    fields = {
        "title": "云溪县民政局关于2024年1至5月民生工程任务进展情况的自查报告",
        "kind": "official",
        "office_name": "云溪县民政局",
        "number": "云民〔2024〕15号",
        "day": date(2024, 6, 2),
        "signature": Signature("云溪县民政局", date(2024, 6, 2)),
        "demo": True,
        "verify_url": "http://127.0.0.1:8000/verify/7f3a9c21",
        "verify_text": "扫码核对本件是否与归档原件一致\n核对码 7F3A-9C21",
        "blocks": (
            Paragraph("县人民政府：", indent=0),
            Paragraph(
                (
                    "按照县民生工程领导小组年初下达的目标任务，我局把城乡低保、医疗救助和养老服务列为全年重点，逐月调度、逐项核对。截至5月底，全县在保",
                    Figure("34,851", "dibao.households"),
                    "户",
                    Figure("52,037", "dibao.people"),
                    "人，累计发放低保金",
                    Figure("3787.00", "dibao.paid"),
                    "万元，各项任务总体按序时进度推进。现将1至5月进展情况报告如下。",
                )
            ),
            Heading(1, "一、任务完成情况"),
            Heading(2, "（一）城乡低保"),
            Paragraph(
                "严格执行申请、审核、公示、确认程序，坚持动态管理。1至5月新增城市低保599户629人，退出376户391人；新增农村低保1,517户1,821人，退出739户1,098人。"
                "城市低保人均月保障金217.40元，农村低保人均月保障金116.10元，均通过银行按月打卡发放到户。"
            ),
            Heading(3, "1. 入户核查。"),
            Paragraph(
                "乡镇两名以上调查人员入户率100%，县级抽查比例31.5%，近亲属备案对象全部由县级复核。对公示期内收到的7件异议，"
                "已重新调查6件，另有1件正在组织民主评议（云岭镇柏树村，反映人已回访）。"
            ),
            table,
            chart,
            Heading(2, "（二）养老服务"),
            Paragraph(
                "全县新增和改造养老床位225张，占年度任务450张的50.0%；建成日间照料中心5个；为13,100名老年人提供居家养老服务。进度如图2所示。"
            ),
            done,
            Heading(1, "二、存在的问题"),
            Paragraph(
                "一是部分乡镇信息核对反馈偏慢，个别件已临近30个工作日的办结时限。二是打卡退回后重新登记账号不够及时，5月仍有12笔未补发。"
            ),
            Heading(1, "三、下步打算"),
            Paragraph(
                "（一）每周通报临近时限的件，由分管负责人督办；（二）对退回账户逐户联系，6月15日前完成补发；（三）对居家养老服务进度低于50%的乡镇开展约谈。"
            ),
            AttachmentList(("2024年1—5月分乡镇低保保障情况表", "养老服务项目进度明细")),
        ),
    }
    return Document(**(fields | changes))


def form(**changes: object) -> Document:
    """最低生活保障申请审批表 on one page: household, members, income, opinions of village, township and county."""

    def label(text: str, **more: object) -> Cell:
        return Cell(text, "label", **more)

    members = (
        ("赵玥", "本人", "女", "52", "较差", "务农", "6,200.00"),
        ("李喆堃", "配偶", "男", "55", "一般", "零工", "11,400.00"),
        ("李𬀩", "长子", "男", "17", "健康", "高中在读", "0.00"),
        ("", "", "", "", "", "", ""),
    )
    grid = KeyValueGrid(
        widths=(5, 11, 13, 7, 8, 12, 18, 12, 14),
        rows=(
            (
                label("申请人", colspan=2),
                Cell("赵玥"),
                label("性别"),
                Cell("女", align="center"),
                label("出生日期"),
                Cell("1972年3月8日", align="center"),
                label("民族"),
                Cell("汉族", align="center"),
            ),
            (
                label("公民身份号码", colspan=2),
                Cell("510181197203080022", colspan=3),
                label("联系电话"),
                Cell("13900000000", colspan=3),
            ),
            (label("家庭住址", colspan=2), Cell("云溪县云岭镇柏树村3组18号", colspan=7)),
            (
                label("申请类别", colspan=2),
                Cell((Box(False, "城市低保"), Box(True, "农村低保")), colspan=3),
                label("保障方式"),
                Cell((Box(True, "整户"), Box(False, "单人户")), colspan=3),
            ),
            (
                label("家庭成员", rowspan=5, upright=True),
                *(label(text) for text in ("姓名", "与申请人关系", "性别", "年龄", "健康状况", "就业就学")),
                label("年收入（元）", colspan=2),
            ),
            *(
                (*(Cell(text, align="center") for text in row[:-1]), Cell(row[-1], colspan=2, align="right"))
                for row in members
            ),
            (
                label("家庭经济状况", rowspan=3, upright=True),
                label("年总收入"),
                Cell("17,600.00元", colspan=2),
                label("月人均收入", colspan=2),
                Cell("488.89元"),
                label("当地月标准"),
                Cell("650.00元"),
            ),
            (
                label("财产"),
                Cell(
                    (
                        Box(True, "住房1套"),
                        Box(False, "机动车"),
                        Box(False, "经营实体"),
                        Box(False, "存款超限"),
                    ),
                    colspan=7,
                ),
            ),
            (
                label("致贫原因"),
                Cell(
                    (
                        Box(True, "因病"),
                        Box(False, "因残"),
                        Box(True, "缺劳动力"),
                        Box(False, "因学"),
                        Box(False, "其他"),
                    ),
                    colspan=7,
                ),
            ),
            (
                label("申请人声明", colspan=2),
                Cell(
                    (
                        "以上情况属实，同意民政部门核对家庭经济状况。如有隐瞒，愿退回已领取的资金并承担相应责任。\n申请人（签字或按手印）：",
                        Blank(7),
                        "　　　　年　　月　　日",
                    ),
                    colspan=7,
                    height_mm=17,
                ),
            ),
        ),
    )
    opinions = SignatureRow(
        boxes=(
            SignatureBox(
                "村（居）民委员会意见",
                "经入户了解，申请人家庭生活困难情况属实。",
                people=("经办人", "负责人"),
                height_mm=30,
            ),
            SignatureBox(
                "乡镇人民政府\n审核意见",
                "经调查核对，该户月人均收入488.89元，低于当地标准。拟纳入农村低保，保障3人，每月483.33元。公示7天无异议。",
                people=("调查人", "调查人", "负责人"),
                height_mm=34,
            ),
            SignatureBox("县民政部门\n确认意见", people=("经办人", "负责人"), height_mm=32),
        )
    )
    fields = {
        "title": "最低生活保障申请审批表",
        "kind": "form",
        "office_name": "云溪县云岭镇人民政府",
        "number": "5101-2024-000318",
        "day": date(2024, 4, 11),
        "header_note": "低保表1",
        "footer_note": "本表一式两份，乡镇、县民政部门各存一份。",
        "demo": True,
        "verify_url": "http://127.0.0.1:8000/verify/5101-2024-000318",
        "blocks": (grid, opinions),
    }
    return Document(**(fields | changes))


def roster(count: int = 68, **changes: object) -> Document:
    """A month's 发放花名册 over several pages, rare names in it, with the total in figures and in words."""
    family, given = "赵钱孙李周吴郑王冯陈", RARE
    rows, total, people = [], 0, 0
    for index in range(count):
        fen = 21_580 + (index * 7919) % 90_000
        heads = 1 + index % 4
        total, people = total + fen, people + heads
        rows.append(
            {
                "no": index + 1,
                "village": f"{'柏树坪石桥云岭'[index % 6 : index % 6 + 2]}村",
                "name": family[index % 10] + given[index % len(given)],
                "id_card": f"510181********{1000 + index * 37 % 9000}",
                "heads": heads,
                "account": f"**** {2000 + index * 53 % 8000}",
                "amount": fen,
                "mark": "",
            }
        )
    subtotal = Row({"village": "以上小计", "heads": people, "amount": total}, "subtotal")
    table = Table(
        columns=(
            Column("no", "序号", kind="count", align="center", width=3),
            Column("village", "村（社区）", width=6),
            Column("name", "户主姓名", width=5),
            Column("id_card", "公民身份号码", kind="id", width=10),
            Column("heads", "保障人数", kind="count", width=4),
            Column("account", "账号后四位", kind="id", width=6),
            Column("amount", "发放金额", kind="yuan", width=6),
            Column("mark", "备注", width=6),
        ),
        rows=(*rows, subtotal),
        unit="元",
        totals=({"village": "合计", "name": f"{count}户", "heads": people, "amount": total},),
        in_words=f"合计（大写）：人民币{money.in_words(total)}",
    )
    fields = {
        "title": "农村居民最低生活保障金发放花名册",
        "subtitle": "（2024年5月）",
        "kind": "roster",
        "office_name": "云溪县云岭镇",
        "number": "NB202405-01",
        "day": date(2024, 5, 8),
        "demo": True,
        "footer_note": "校验码 3f2a 9c11 8b07 d4e6",
        "verify_url": "http://127.0.0.1:8000/verify/NB202405-01",
        "blocks": (table, SignatureRow(labels=("制表", "审核", "财务", "负责人"), day=True)),
    }
    return Document(**(fields | changes))


def poster(**changes: object) -> Document:
    table = Table(
        columns=(
            Column("no", "序号", kind="count", align="center", width=3),
            Column("name", "申请人", align="center", width=5),
            Column("heads", "拟保障人数", kind="count", align="center", width=6),
            Column("amount", "拟保障金额（元/月）", kind="yuan", align="center", width=8),
        ),
        rows=tuple(
            {"no": index, "name": name, "heads": heads, "amount": fen}
            for index, (name, heads, fen) in enumerate(
                (("赵玥", 3, 48_333), ("钱喆堃", 1, 65_000), ("孙䶮", 2, 71_250), ("李㛃", 4, 102_400)),
                start=1,
            )
        ),
    )
    fields = {
        "title": "最低生活保障审核公示",
        "kind": "poster",
        "office_name": "云溪县云岭镇人民政府",
        "number": "云岭镇公示〔2024〕9号",
        "subtitle": "柏树村",
        "day": date(2024, 5, 6),
        "demo": True,
        "signature": Signature("云溪县云岭镇人民政府", date(2024, 5, 6)),
        "verify_url": "http://127.0.0.1:8000/gongshi/510181103203",
        "verify_text": "扫码查看本村当前公示，也可以在网上提出意见。",
        "blocks": (
            Paragraph(
                "经申请受理、入户调查和信息核对，以下家庭拟纳入农村最低生活保障，现予公示。公示期7天，自2024年5月6日至2024年5月12日。"
            ),
            table,
            Paragraph("对以上家庭有不同意见的，请在公示期内实名或匿名反映，我们会重新调查并答复。"),
            Paragraph(("受理单位：云岭镇社会事务办公室　　电话：028-00000000",)),
            Paragraph(("监督电话：云溪县民政局　028-00000001",)),
        ),
    }
    return Document(**(fields | changes))
