"""入户调查表: filled in where the visit is recorded, with blanks to write on where it is still to be made."""

from assistance.models import Visit
from assistance.policy.facts import INCOME_CLASSES
from civaffairs.lib.money import yuan
from civaffairs.lib.months import age_on
from reporting.document import Blank, Box, Cell, Document, KeyValueGrid, SignatureRow
from reporting.prints.case import CasePapers, day, demo, label, middle

WIDTHS = (16, 14, 10, 10, 24, 26)


def visit_form(papers: CasePapers) -> Document:
    visit = papers.visit
    return Document(
        title=f"{papers.application.spec.title}入户调查表",
        kind="form",
        office_name=papers.township.full_name,
        number=papers.application.number,
        day=papers.on,
        header_note="低保表二" if papers.application.spec.rule == "dibao" else "",
        footer_note="入户调查由两名以上调查人员进行，调查人、申请人（或在场成年家属）当场签名。",
        demo=demo(),
        blocks=(
            KeyValueGrid(WIDTHS, (*_family(papers), *_found(papers, visit))),
            SignatureRow(labels=("申请人（在场家属）", "调查人", "调查人"), day=True),
            SignatureRow(labels=("村（居）民委员会在场人员", "乡镇（街道）负责人"), day=True),
        ),
    )


def _family(papers: CasePapers) -> list[tuple[Cell, ...]]:
    application = papers.application
    rows: list[tuple[Cell, ...]] = [
        (
            label("申请人"),
            middle(application.applicant.name),
            label("申请项目", colspan=2),
            Cell(application.scheme.name, colspan=2),
        ),
        (
            label("所在地"),
            Cell(f"{papers.township.name}{papers.village.name}　{application.household.address}", colspan=5),
        ),
        (
            label("家庭成员"),
            *(label(text) for text in ("关系", "性别", "年龄", "健康、劳动能力", "申报的收入")),
        ),
    ]
    for member in papers.counted:
        rows.append(
            (
                middle(member.person.name),
                middle(member.get_relationship_display()),
                middle(member.person.get_sex_display()),
                middle(str(age_on(member.person.birth, papers.on))),
                Cell(f"{member.health}，{member.get_labour_display()}"),
                Cell(_incomes(papers, member.pk)),
            )
        )
    return rows


def _incomes(papers: CasePapers, member: int) -> str:
    rows = [row for row in papers.incomes if row.member_id == member]
    words = [
        f"{INCOME_CLASSES.get(row.kind, row.kind)}"
        + (f" {yuan(row.annual_fen)}元/年" if row.annual_fen is not None else " 待核定")
        for row in rows
    ]
    return "；".join(words) or "申报没有收入"


def _found(papers: CasePapers, visit: Visit | None) -> list[tuple[Cell, ...]]:
    result = visit.result if visit else ""
    remote = bool(visit and visit.by_remote)
    return [
        (
            label("调查日期"),
            Cell(day(visit.visited_on) if visit else "　　年　月　日", colspan=3),
            label("调查方式"),
            Cell((Box(bool(visit) and not remote, "入户　"), Box(remote, "电话、视频"))),
        ),
        (
            label("调查人"),
            Cell("、".join(visit.investigators) if visit else (Blank(5), "、", Blank(5)), colspan=3),
            label("在场家庭成员"),
            Cell(visit.present if visit else ""),
        ),
        (label("居住和\n生活情况"), Cell(visit.living if visit else "", colspan=5, height_mm=44)),
        (
            label("与申报\n不符之处"),
            Cell((visit.differences or "无") if visit else "", colspan=5, height_mm=26),
        ),
        (label("邻里走访"), Cell(visit.neighbours if visit else "", colspan=5, height_mm=20)),
        (
            label("调查结果"),
            Cell(
                tuple(Box(value == result, f"{words}　　") for value, words in Visit.Result.choices),
                colspan=5,
            ),
        ),
    ]
