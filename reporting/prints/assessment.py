"""测算说明: how this amount came about, for the family to keep."""

from dataclasses import replace
from typing import Any

from assistance.models import AssessmentRecord
from civaffairs.lib.assessment import Step
from civaffairs.lib.errors import NotReady
from civaffairs.lib.money import in_words
from reporting.document import Column, Document, Heading, Paragraph, SignatureRow, Table
from reporting.prints.case import CasePapers, day, demo

STEP_COLUMNS = (
    Column("no", "步骤", kind="count", align="center", width=3),
    Column("label", "算什么", width=8),
    Column("formula", "怎么算", width=16),
    Column("result", "结果", align="right", width=8),
    Column("source", "依据", width=12),
)
PART_COLUMNS = (Column("label", "项目", width=16), Column("amount", "每月（元）", kind="yuan", width=8))


def assessment_paper(papers: CasePapers) -> Document:
    """Raises NotReady before the case was reckoned."""
    record = papers.assessment
    if record is None:
        raise NotReady("这件还没有测算，没有测算说明可打。", ["测算"])
    application, spec = papers.application, papers.application.spec
    whose = application.applicant.name if spec.for_person else f"{application.applicant.name}户"
    people = "" if spec.for_person else f"家庭共{len(papers.counted)}人，保障对象{record.persons}人。"
    eligible = record.outcome == AssessmentRecord.Outcome.ELIGIBLE
    blocks = [
        Paragraph(
            f"{whose}申请{application.scheme.name}{'。' if spec.for_person else '，'}{people}"
            f"{day(record.on)}按{record.standard.document_number}规定的标准测算，过程如下。"
        ),
        Table(STEP_COLUMNS, tuple(_step(n, Step(**step)) for n, step in enumerate(record.steps, start=1))),
    ]
    if eligible and record.amount_fen:
        names = {str(member.person_id): member.person.name for member in papers.members}
        parts = tuple(_part(part, names) for part in record.parts)
        total = {"label": "合计", "amount": record.amount_fen}
        words = f"合计（大写）：{in_words(record.amount_fen)}"
        blocks += [
            Heading(1, "每月保障金的组成" if spec.klass == "basic" else "金额的组成"),
            Table(_part_columns(spec.per), parts, totals=(total,), in_words=words),
        ]
    else:
        blocks += [
            Heading(1, f"结论：{record.get_outcome_display()}"),
            *(Paragraph(reason) for reason in record.reasons),
        ]
    hotline = papers.village.hotline or papers.township.hotline or papers.county.hotline
    tail = f"，电话{hotline}" if hotline else ""
    blocks += [
        Paragraph(f"对算法有疑问的，可以向{papers.township.full_name}询问{tail}。最终金额以确认通知书为准。"),
        SignatureRow(labels=("经办人", "申请人"), day=True),
    ]
    return Document(
        title=f"{spec.title}金测算说明" if spec.rule == "dibao" else f"{spec.title}测算说明",
        kind="roster",
        office_name=papers.township.full_name,
        number=application.number,
        day=record.on,
        demo=demo(),
        blocks=tuple(blocks),
    )


def _part_columns(per: str) -> tuple[Column, ...]:
    if per == "元/月":
        return PART_COLUMNS
    return (PART_COLUMNS[0], replace(PART_COLUMNS[1], title=f"金额（{per}）"))


def _step(number: int, step: Step) -> dict[str, object]:
    return {
        "no": number,
        "label": step.label,
        "formula": step.formula or "—",
        "result": step.shown or "—",
        "source": step.source or "—",
    }


def _part(part: dict[str, Any], names: dict[str, str]) -> dict[str, object]:
    whose = names.get(part.get("person") or "", "")
    return {"label": f"{part['label']}（{whose}）" if whose else part["label"], "amount": part["amount_fen"]}
