"""追缴通知书: what was paid too much, month by month, until when it is to come back, and the way to have it reviewed."""

from datetime import date

from assistance.models import Adjustment
from civaffairs.lib.errors import NotReady
from civaffairs.lib.money import in_words, yuan
from civaffairs.lib.months import Month
from civaffairs.registry.models import Office
from reporting.document import Attachment, Cell, Document, KeyValueGrid, Paragraph, Signature
from reporting.prints.case import addressee, demo, label

MOST_MONTHS = 12


def claim_notice(claim: Adjustment, number: str, days: int, county: Office, on: date) -> Document:
    """The notice of what is open of a claim. Raises NotReady where nothing is."""
    left = -claim.open_fen
    if left <= 0:
        raise NotReady("这一笔没有要退回的钱，没有通知书可打。")
    right = claim.entitlement
    whom = right.beneficiary or right.payee
    return Document(
        title="追缴通知书",
        kind="official",
        office_name=county.full_name,
        number=number,
        day=on,
        demo=demo(),
        signature=Signature(county.full_name, on),
        blocks=(
            Paragraph(f"{addressee(right.payee)}：", indent=0),
            Paragraph(
                f"经核实，{whom.name}享受的{claim.scheme.name}（证号{right.number}）{_span(claim)}多发"
                f"{yuan(-claim.amount_fen)}元（{in_words(-claim.amount_fen)}）。原因：{claim.get_cause_display()}"
                f"{'，' + claim.reason if claim.reason else ''}。"
            ),
            *_by_month(claim),
            *_settled(claim, left),
            Paragraph(
                f"请自收到本通知书之日起{days}日内退回{yuan(left)}元（{in_words(left)}），交到{county.full_name}财务，"
                "收取非税收入票据。一次退回有困难的，可以到乡镇人民政府（街道办事处）协商分期退回。"
            ),
            Paragraph(
                "对多发的事实和金额有异议的，可以在上述期限内到乡镇人民政府（街道办事处）陈述意见、提交材料。"
                f"对本通知不服的，可以自收到之日起60日内向{county.name}人民政府申请行政复议，"
                "也可以自收到之日起6个月内依法向人民法院提起行政诉讼。"
            ),
            Attachment("送达回证"),
            _receipt(addressee(right.payee), number),
        ),
    )


def _span(claim: Adjustment) -> str:
    last = Month.of(claim.until_month).previous
    first = Month.of(claim.from_month)
    return first.label if first == last else f"{first.label}至{last.label}"


def _by_month(claim: Adjustment) -> list[Paragraph]:
    if not 1 < len(claim.months) <= MOST_MONTHS:
        return []
    parts = [
        f"{Month.parse(row['month']).label}应发{yuan(row['due'])}元、已发{yuan(row['paid'])}元"
        for row in claim.months
    ]
    return [Paragraph(f"其中：{'；'.join(parts)}。")]


def _settled(claim: Adjustment, left: int) -> list[Paragraph]:
    done = -claim.amount_fen - left
    return [Paragraph(f"已经退回或抵扣{yuan(done)}元，还应退回{yuan(left)}元。")] if done else []


def _receipt(name: str, number: str) -> KeyValueGrid:
    handed = (
        ("送达文书", f"追缴通知书（{number}）"),
        ("受送达人", name),
        ("送达地点", ""),
        ("送达方式", ""),
        ("受送达人\n签名或按手印", "\n\n　　　　　　　　　　　　年　　月　　日"),
        ("代收人签名\n及代收理由", ""),
        ("送达人签名", "\n　　　　　　　　　　　　年　　月　　日"),
    )
    return KeyValueGrid((24, 76), tuple((label(key), Cell(text, height_mm=16)) for key, text in handed))
