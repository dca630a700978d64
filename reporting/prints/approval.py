"""最低生活保障申请审批表: the whole case on one form, with places to sign for village, township and county."""

from assistance.models import AssessmentRecord, Cause
from assistance.policy.facts import ASSET_KINDS
from assistance.policy.questions import NOT_GIVEN
from assistance.selectors.case import answers_in_words
from civaffairs.lib.money import yuan
from civaffairs.lib.months import age_on
from reporting.document import Blank, Box, Cell, Document, KeyValueGrid, SignatureBox, SignatureRow
from reporting.prints.case import CasePapers, day, demo, joined, label, middle

WIDTHS = (4, 10, 12, 6, 6, 24, 12, 12, 14)
LEAST_ROWS = 3
SHORT = 10  # an answer of so many characters shares its line with another


def approval_form(papers: CasePapers) -> Document:
    application = papers.application
    return Document(
        title=f"{papers.application.spec.title}申请审批表",
        kind="form",
        office_name=papers.township.full_name,
        number=application.number,
        day=papers.on,
        header_note="低保表一" if papers.application.spec.rule == "dibao" else "",
        footer_note="本表由乡镇（街道）和县级民政部门各存一份。",
        demo=demo(),
        blocks=(
            KeyValueGrid(
                WIDTHS,
                (
                    *_applicant(papers),
                    *(() if papers.application.spec.for_person else _members(papers)),
                    *(_economy(papers) if papers.application.spec.form == "full" else ()),
                    *_answers(papers),
                    *_declared(papers),
                ),
            ),
            SignatureRow(
                boxes=(
                    SignatureBox("村（居）民\n委员会意见", _village(papers), height_mm=20),
                    SignatureBox(
                        f"乡镇（街道）\n{'初审意见' if papers.application.spec.has('review') else '经办意见'}",
                        _township(papers),
                        people=_signing(papers),
                        height_mm=26,
                    ),
                    SignatureBox("县级民政部门\n审核确认意见", _county(papers), height_mm=22),
                ),
                label_percent=WIDTHS[0] + WIDTHS[1],
            ),
        ),
    )


def _signing(papers: CasePapers) -> tuple[str, ...]:
    """Who signs for the township; nobody has investigated where the programme goes by the papers."""
    spec = papers.application.spec
    return ("调查人", "调查人", "负责人") if spec.has("visit") else ("经办人", "负责人")


def _applicant(papers: CasePapers) -> list[tuple[Cell, ...]]:
    application, person = papers.application, papers.application.applicant
    own = next((member for member in papers.members if member.person_id == person.pk), None)
    # As declared: the registry follows only with the decision.
    ethnicity = (own and own.ethnicity) or person.ethnicity
    urban, single = application.scheme.spec.is_urban, application.single_person
    kinds = [
        (
            label("申请类别", colspan=2),
            Cell((Box(bool(urban), "城市低保　"), Box(not urban, "农村低保")), colspan=4),
            label("保障方式"),
            Cell((Box(not single, "整户　"), Box(single, "单人保")), colspan=2),
        )
    ]
    if application.spec.rule != "dibao":
        kinds = [(label("申请项目", colspan=2), Cell(application.scheme.name, colspan=7))]
    return [
        (
            label("申请人", colspan=2),
            middle(person.name),
            label("出生日期", colspan=2),
            middle(day(person.birth)),
            label("性别、民族"),
            Cell(f"{person.get_sex_display()}，{ethnicity}", colspan=2),
        ),
        (
            label("公民身份号码", colspan=2),
            Cell(papers.id_of(own) if own else "", colspan=4),
            label("联系电话"),
            Cell(papers.phone(), colspan=2),
        ),
        (label("家庭住址", colspan=2), Cell(_address(papers), colspan=7)),
        *kinds,
    ]


def _answers(papers: CasePapers) -> list[tuple[Cell, ...]]:
    """What the programme asked besides, and what came out where the form has no part on money."""
    application, record = papers.application, papers.assessment
    given = [(question, answer) for question, answer in answers_in_words(application) if answer != NOT_GIVEN]
    short = [pair for pair in given if len(pair[1]) <= SHORT]
    rows = [
        (
            label(short[at][0], colspan=3),
            middle(short[at][1], colspan=2),
            label(short[at + 1][0] if at + 1 < len(short) else "", colspan=2),
            middle(short[at + 1][1] if at + 1 < len(short) else "", colspan=2),
        )
        for at in range(0, len(short), 2)
    ]
    long = [pair for pair in given if len(pair[1]) > SHORT]
    rows += [(label(question, colspan=3), Cell(answer, colspan=6)) for question, answer in long]
    if application.spec.form != "full" and record is not None and record.amount_fen:
        words = f"{yuan(record.amount_fen)}元"
        rows.append((label(application.spec.amount_word, colspan=2), Cell(words, colspan=7)))
    return rows


def _address(papers: CasePapers) -> str:
    address = papers.application.household.address
    place = f"{papers.county.name}{papers.township.name}{papers.village.name}"
    return address if address.startswith(papers.county.name) else f"{place}　{address}".strip()


def _members(papers: CasePapers) -> list[tuple[Cell, ...]]:
    rows = [
        (
            middle(member.person.name + ("" if member.protected else "（不保障）")),
            middle(member.get_relationship_display()),
            middle(member.person.get_sex_display()),
            middle(str(age_on(member.person.birth, papers.on))),
            middle(papers.id_of(member)),
            middle(member.health),
            middle(member.employment or member.school),
            Cell(papers.income_of(member), align="right"),
        )
        for member in papers.counted
    ]
    while len(rows) < LEAST_ROWS:
        rows.append(tuple(Cell("") for _ in range(8)))
    heads = ("姓名", "与户主关系", "性别", "年龄", "公民身份号码", "健康状况", "就业就学", "年收入（元）")
    head = (label("家庭成员", rowspan=len(rows) + 1, upright=True), *(label(text) for text in heads))
    return [head, *rows]


def _economy(papers: CasePapers) -> list[tuple[Cell, ...]]:
    application, record = papers.application, papers.assessment
    known = all(row.annual_fen is not None for row in papers.incomes)
    total = f"{yuan(sum(row.annual_fen for row in papers.incomes))}元" if known else "未核定"
    per_head = f"{yuan(record.per_head_fen)}元" if record and record.per_head_fen is not None else ""
    chosen = set(application.causes)
    return [
        (
            label("家庭经济状况", rowspan=3, upright=True),
            label("年总收入"),
            Cell(total, colspan=3),
            label("核定的家庭月人均收入"),
            Cell(per_head),
            label("月保障金"),
            Cell(f"{yuan(record.amount_fen)}元" if record and record.amount_fen else ""),
        ),
        (label("财产"), Cell(_properties(papers), colspan=7)),
        (
            label("致贫原因"),
            Cell(tuple(Box(value in chosen, f"{words}　") for value, words in Cause.choices), colspan=7),
        ),
    ]


def _properties(papers: CasePapers) -> str:
    rows = papers.application.properties.all()
    words = [
        joined((ASSET_KINDS.get(row.kind, row.kind), row.label), "：")
        + (f"{row.count}处（件）" if row.count > 1 else "")
        + (f"，价值{yuan(row.value_fen)}元" if row.value_fen is not None else "，价值未核定")
        for row in rows
    ]
    return "；".join(words) or "申报没有应登记的财产"


def _declared(papers: CasePapers) -> list[tuple[Cell, ...]]:
    application = papers.application
    return [
        (
            label("申请说明" if application.spec.for_person else "申请理由", colspan=2),
            Cell(application.reason, colspan=7),
        ),
        (
            label("申请人声明", colspan=2),
            Cell(
                (
                    "以上内容由本人如实申报，同意民政部门核对家庭经济状况；有隐瞒的，愿退回已领取的资金并承担相应责任。\n申请人（签名或按手印）：",
                    Blank(7),
                    "　　　　　年　　月　　日",
                ),
                colspan=7,
                height_mm=12,
            ),
        ),
    ]


def _village(papers: CasePapers) -> str:
    row = papers.deliberation
    if row is None:
        return ""
    return (
        f"{day(row.held_on)}在{row.place}民主评议，参加{row.present}人，同意{row.agreed}人，"
        f"不同意{row.disagreed}人。{row.opinion}"
    )


def _township(papers: CasePapers) -> str:
    record, notice = papers.assessment, papers.notice
    words = []
    if papers.visit is not None:
        words.append(f"{day(papers.visit.visited_on)}入户调查，{papers.visit.get_result_display()}。")
    if papers.check is not None:
        words.append(f"信息核对{papers.check.get_result_display()}（{papers.check.report_number}）。")
    if papers.reviewed is None:
        return "".join(words)
    words.append(f"{papers.reviewed.opinion.rstrip('。')}。")
    if record is not None and record.outcome == AssessmentRecord.Outcome.ELIGIBLE:
        spec = papers.application.spec
        many = "" if spec.for_person else f"保障{record.persons}人，"
        sums = {"元/月": "每月", "元/年": "每年"}.get(spec.per, "一次性")
        words.append(f"{many}{sums}{yuan(record.amount_fen)}元。" if record.amount_fen else "拟予认定。")
    if notice is not None:
        words.append(f"{day(notice.posted_on)}至{day(notice.until_day)}在{notice.place}公示。")
    return "".join(words)


def _county(papers: CasePapers) -> str:
    decision = papers.decision
    if decision is None:
        return ""
    words = f"{decision.reason.rstrip('。')}。" if decision.reason else ""
    if decision.outcome == decision.Outcome.APPROVED:
        month = decision.from_month
        spec = papers.application.spec
        if not decision.amount_fen:
            words += "予以认定。"
        elif spec.is_one_off:
            words += f"一次性发给{yuan(decision.amount_fen)}元。"
        else:
            every = "每年" if spec.cadence == "yearly" else "每月"
            words += f"自{month.year}年{month.month}月起，{every}发给{yuan(decision.amount_fen)}元。"
    return f"{words}（{decision.number}）"
