"""待遇变更告知书: what changes, from which month, why, and the way to have it reviewed (《社会救助法》第48、76条)."""

from datetime import date

from assistance.models import Adjustment, EntitlementChange
from assistance.policy.dibao_standard import METHOD
from assistance.policy.tekun_standard import PAYEES
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.assessment import Step
from civaffairs.lib.errors import NotReady
from civaffairs.lib.money import in_words, yuan
from civaffairs.registry.models import Office
from reporting.document import Attachment, Cell, Document, KeyValueGrid, Paragraph, Signature
from reporting.prints.case import addressee, day, demo, label

K = ChangeKind
TITLES = {
    K.STOP: "停发告知书",
    K.QUIT: "退出保障告知书",
    K.CUT: "减发告知书",
    K.RAISE: "增发告知书",
    K.JOIN: "增加保障对象告知书",
    K.LEAVE: "减少保障对象告知书",
    K.HOLD: "暂停发放告知书",
    K.RESUME: "恢复发放告知书",
    K.TAPER: "渐退告知书",
    K.MOVE: "迁移告知书",
    K.HEAD: "户主变更告知书",
    K.DEATH: "保障对象死亡后待遇办理告知书",
    K.SWITCH: "转保告知书",
    K.KEEP: "供养方式变更告知书",
}


def change_notice(group: list[EntitlementChange], county: Office) -> Document:
    """One notice for a change and all that was confirmed with it. Raises NotReady before the county has confirmed."""
    change = group[0]
    if change.status != ChangeStatus.CONFIRMED or change.confirmed_on is None:
        raise NotReady("这件变更还没有确认，没有告知书可打。", ["确认"])
    payee = change.payee or change.entitlement.payee
    return Document(
        title=f"{'社会救助' if len(group) > 1 else change.entitlement.scheme.name}{TITLES[K(change.kind)]}",
        kind="official",
        office_name=county.full_name,
        number=change.number or "",
        day=change.confirmed_on,
        demo=demo(),
        signature=Signature(county.full_name, change.confirmed_on),
        blocks=(
            Paragraph(f"{addressee(payee)}：", indent=0),
            Paragraph(_opening(change)),
            *(Paragraph(_sentence(one)) for one in group),
            *(Paragraph(text) for text in (*_refusals(change), *_place(change))),
            *(Paragraph(text) for one in group for text in _money(one)),
            *(Paragraph(text) for text in _posted(change)),
            Paragraph(_hearing(change)) if change.heard_on else Paragraph(_reply(change)),
            Paragraph(
                f"对本决定不服的，可以自收到本告知书之日起60日内向{county.name}人民政府申请行政复议，"
                "也可以自收到本告知书之日起6个月内依法向人民法院提起行政诉讼。"
            ),
            Attachment("送达回证"),
            _receipt(change, addressee(payee)),
        ),
    )


def _opening(change: EntitlementChange) -> str:
    reason = change.get_reason_code_display()
    if change.kind == K.DEATH and change.person is not None:
        return f"{change.person.name}于{day(change.died_on)}去世。经核实，对其享受的待遇作如下办理。"
    return f"因{reason}（{change.explanation.rstrip('。')}），经核实，决定如下。"


def _month(change: EntitlementChange) -> str:
    return f"自{change.from_month.year}年{change.from_month.month}月起"


def _sentence(change: EntitlementChange) -> str:
    entitlement = change.entitlement
    head = f"{entitlement.scheme.name}（证号{entitlement.number}）{_month(change)}"
    before, after = yuan(change.before_fen), yuan(change.after_fen)
    per = entitlement.scheme.spec.per
    if change.kind == K.TAPER:
        months = change.details.get("months")
        return f"{head}进入渐退期，共{months}个月，每月{after}元；期满后不再发放。"
    if change.kind == K.HOLD:
        return f"{head}暂停发放。暂停的原因消除后，可以向乡镇人民政府（街道办事处）申请恢复。"
    if change.kind == K.RESUME:
        held = "暂停的月份予以补发" if change.details.get("backpay") else "暂停的月份不再补发"
        return f"{head}恢复发放，{after}{per}，{held}。"
    if change.after_fen == 0 and change.before_fen:
        return f"{head}停止发放（原为{before}{per}）。"
    if change.before_fen == change.after_fen:
        return f"{head}办理{change.get_kind_display()}，金额不变，{after}{per}。"
    return f"{head}由{before}{per}变为{after}{per}。"


def _refusals(change: EntitlementChange) -> list[str]:
    """Who refused work on which days, and what it makes of his own share."""
    days = [date.fromisoformat(value) for value in change.details.get("refused_on", ())]
    if not days or change.person is None:
        return []
    steps = [Step(**step) for step in change.reckoning.get("steps", [])]
    reckoned = [
        f"{step.label}：{step.formula} = {step.shown}" for step in steps if step.source == f"{METHOD}第34条"
    ]
    return [
        f"{change.person.name}无正当理由，连续{len(days)}次（{'、'.join(day(one) for one in days)}）拒绝接受介绍的"
        f"与其健康状况、劳动能力相适应的工作（{METHOD}第34条）。",
        f"金额的算法：{'；'.join(reckoned)}。",
    ]


def _place(change: EntitlementChange) -> list[str]:
    """Where somebody in 特困 is kept from now on, and whose account is paid."""
    if change.kind != K.KEEP:
        return []
    month = _month(change)
    if change.opened is not None and change.opened.paid_to is not None:
        return [f"{month}由{change.opened.paid_to.name}集中供养，供养金发到该机构的账户。"]
    payee = PAYEES.get(change.details.get("payee", "person"), PAYEES["person"])
    care = "" if payee == PAYEES["person"] else f"，照料护理费按照料服务协议付给{payee}"
    return [f"{month}分散供养，供养金发到本人账户{care}。"]


def _money(change: EntitlementChange) -> list[str]:
    found = []
    for row in Adjustment.objects.filter(change=change, cancelled_on=None).order_by("pk"):
        sum_ = abs(row.amount_fen)
        if row.amount_fen > 0:
            text = f"已经办结的月份应补发{yuan(sum_)}元（{in_words(sum_)}），随以后的发放一并补发。"
        else:
            text = f"已经发放的月份多发{yuan(sum_)}元（{in_words(sum_)}），请予退回。"
        found.append(f"{change.entitlement.scheme.short_name}：{text}")
    return found


def _posted(change: EntitlementChange) -> list[str]:
    """That the intended end hung on the board, where it had to (《特困人员认定办法》第26条)."""
    notice = change.notices.exclude(closed_on=None).order_by("-round").first()
    if notice is None:
        return []
    return [
        f"拟终止情况已于{day(notice.posted_on)}至{day(notice.until_day)}在{notice.place}公示，没有成立的异议。"
    ]


def _hearing(change: EntitlementChange) -> str:
    how = change.heard_how.rstrip("。")
    return f"作出决定前，已于{day(change.heard_on)}听取意见：{how}。"


def _reply(change: EntitlementChange) -> str:
    return "情况与上述不符的，请及时告知乡镇人民政府（街道办事处）核实更正。"


def _receipt(change: EntitlementChange, name: str) -> KeyValueGrid:
    handed = (
        ("送达文书", f"{TITLES[K(change.kind)]}（{change.number}）"),
        ("受送达人", name),
        ("送达地点", ""),
        ("送达方式", change.informed_how),
        ("受送达人\n签名或按手印", "\n\n　　　　　　　　　　　　年　　月　　日"),
        ("代收人签名\n及代收理由", ""),
        ("送达人签名", "\n　　　　　　　　　　　　年　　月　　日"),
    )
    return KeyValueGrid((24, 76), tuple((label(key), Cell(text, height_mm=16)) for key, text in handed))
