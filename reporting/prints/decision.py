"""确认 / 不予确认通知书, with reasons and the way to have the answer reviewed."""

from datetime import date

from assistance.models import Decision
from assistance.policy.rule import CaseFacts
from assistance.policy.rules import rule_of
from assistance.workflow import inquiry
from civaffairs.lib.errors import NotReady
from civaffairs.lib.money import in_words, yuan
from civaffairs.lib.months import Month
from reporting.document import Attachment, Cell, Document, KeyValueGrid, Paragraph, Signature
from reporting.prints.case import CasePapers, day, demo, label


def decision_notice(papers: CasePapers) -> Document:
    """Raises NotReady before there is a decision."""
    decision = papers.decision
    if decision is None:
        raise NotReady("这件还没有作出决定，没有通知书可打。", ["决定"])
    approved = decision.outcome == Decision.Outcome.APPROVED
    spec = papers.application.spec
    body = _approved(papers, decision) if approved else _refused(papers, decision)
    return Document(
        title=f"{spec.title}确认通知书" if approved else f"不予确认{spec.title}通知书",
        kind="official",
        office_name=papers.organ,
        number=decision.number,
        day=decision.decided_on,
        demo=demo(),
        signature=Signature(papers.organ, decision.decided_on),
        blocks=(
            Paragraph(f"{papers.application.applicant.name}：", indent=0),
            *(Paragraph(text) for text in body),
            Paragraph(_remedy(papers)),
            Attachment("送达回证"),
            _receipt(papers, decision),
        ),
    )


def _opening(papers: CasePapers) -> str:
    application = papers.application
    return f"你于{day(application.applied_on)}提出的{application.scheme.name}申请（受理编号{application.number}），"


def _approved(papers: CasePapers, decision: Decision) -> list[str]:
    spec = papers.application.spec
    what = "身体、家庭或住址情况" if spec.for_person else "家庭人口、收入、财产或住址"
    return [
        f"{_opening(papers)}{spec.way}，符合规定条件，{_granted(papers, decision)}",
        f"{what}有变化的，请及时告知村（居）民委员会或乡镇人民政府（街道办事处）；"
        "不如实告知而多领的，应当退回。金额的算法见所附的测算说明。",
    ]


def _granted(papers: CasePapers, decision: Decision) -> str:
    """What is given: a sum a month, a sum at once, or a standing that lasts until a month."""
    spec, month = papers.application.spec, decision.from_month
    persons = decision.assessment.persons if decision.assessment else papers.protected
    sum_of_money = f"{yuan(decision.amount_fen)}元（{in_words(decision.amount_fen)}）"
    if not decision.amount_fen:
        right = decision.entitlements.order_by("id").first()
        until = f"，有效期到{_before(right.until_month)}" if right and right.until_month else ""
        return f"决定予以认定{until}。"
    if spec.is_one_off:
        return f"决定给予一次性救助{sum_of_money}，发到你登记的银行账户。"
    many = "" if spec.for_person else f"保障{persons}人，"
    sums = "每年发给" if spec.cadence == "yearly" else f"每月{spec.amount_word.removeprefix('月')}"
    return (
        f"决定给予保障。{many}{sums}{sum_of_money}，自{month.year}年{month.month}月起"
        f"{'按年' if spec.cadence == 'yearly' else '按季' if spec.cadence == 'quarterly' else '按月'}发到你登记的银行账户。{_until_then(decision)}"
    )


def _until_then(decision: Decision) -> str:
    """Who pays until the first month, where the one who moved in is still paid by the place that he left."""
    record = decision.assessment
    rule = rule_of(decision.application.spec.rule)
    if record is None or rule.not_before is None:
        return ""
    earliest = rule.not_before(CaseFacts.from_dict(record.facts, rule.questions))
    if (
        earliest is None
        or decision.from_month != earliest.first_day
        or decision.decided_on >= earliest.first_day
    ):
        return ""
    return f"{earliest.previous.label}及以前的，由原发放机关发放。"


def _before(month: date) -> str:
    last = Month.of(month).previous
    return f"{last.first_day.year}年{last.first_day.month}月"


def _refused(papers: CasePapers, decision: Decision) -> list[str]:
    reasons = decision.reason.rstrip("。")
    return [
        f"{_opening(papers)}{_refusing_way(papers)}，依照{_method(papers)}的规定，决定不予确认。",
        f"理由：{reasons}。",
        "以后家庭情况有变化、符合条件的，可以重新申请。生活遇到突发困难的，可以向乡镇人民政府（街道办事处）申请临时救助。",
    ]


def _refusing_way(papers: CasePapers) -> str:
    spec = papers.application.spec
    looked = inquiry(spec)
    return f"经{looked}和审核" if looked else "经审核"


def _method(papers: CasePapers) -> str:
    """The rule it rests on, by its name alone."""
    return papers.application.spec.sources[0].split("（")[0]


def _remedy(papers: CasePapers) -> str:
    """《行政复议法》（2023年修订）第20、24条；《行政诉讼法》第46条."""
    return (
        f"对本决定不服的，可以自收到本通知书之日起60日内向{papers.county.name}人民政府申请行政复议，"
        "也可以自收到本通知书之日起6个月内依法向人民法院提起行政诉讼。"
    )


def _receipt(papers: CasePapers, decision: Decision) -> KeyValueGrid:
    """What the family signs when the notice is handed over; it stays in the file."""
    handed = (
        (
            "送达文书",
            f"{papers.application.scheme.name}{decision.get_outcome_display()}通知书（{decision.number}）",
        ),
        ("受送达人", papers.application.applicant.name),
        ("送达地点", ""),
        ("送达方式", ""),
        ("受送达人\n签名或按手印", "\n\n　　　　　　　　　　　　年　　月　　日"),
        ("代收人签名\n及代收理由", ""),
        ("送达人签名", "\n　　　　　　　　　　　　年　　月　　日"),
    )
    return KeyValueGrid((24, 76), tuple((label(name), Cell(text, height_mm=16)) for name, text in handed))
