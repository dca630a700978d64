"""What waits on other desks today: new cards to confirm, ends of entitlements to decide."""

from assistance.demo import overlaps, raises
from assistance.demo.batches import leave_price_subsidy
from assistance.demo.life import Life
from assistance.demo.money import Payer
from assistance.demo.papers import Papers
from assistance.demo.programme_cases import ProgrammeCases
from assistance.demo.sizes import TODAY
from assistance.demo.staff import BAISHI, QINGXI, Staff
from assistance.models import EndReason, Entitlement, LineStatus, PaymentLine
from assistance.services.entitlement import confirm_change, propose_change, refuse_change
from assistance.workflow import ChangeKind
from civaffairs.lib.months import Month
from civaffairs.registry.models import Level, Office

JUNE = Month.of(TODAY).first_day


def leave_waiting(payer: Payer, cases: ProgrammeCases) -> None:
    """Acts of the last days that another person has yet to answer, and a few that were answered."""
    staff = payer.staff
    _cards(staff, payer)
    _ends(staff, payer.papers)
    Life(payer, cases).tell()
    leave_price_subsidy(staff, JUNE, payer.papers.before(TODAY, 1))
    raises.prepare_dibao(staff, payer.papers)
    overlaps.leave_conclusions(staff, JUNE)


def _cards(staff: Staff, payer: Payer) -> None:
    """Money came back in May: one family's new card is in use, others wait to be confirmed, the rest are open."""
    back = PaymentLine.objects.filter(
        status=LineStatus.RETURNED, reissue=None, scheme__family="dibao"
    ).select_related("payee", "office")
    owners = {line.payee_id: line for line in back.order_by("month", "-pk")}
    for number, line in enumerate(list(owners.values())[:4]):
        on = payer.papers.before(TODAY, 4 - number)
        payer.new_card(line.payee, line.bank, line.office, on, confirm=number == 0)
    # Some families change their card without any money having come back.
    for code in (QINGXI, BAISHI):
        rows = Entitlement.objects.in_area(code).filter(
            until_month=None, decision=None, scheme__family="dibao"
        )
        rows = rows.exclude(payee__in=owners)
        for row in rows.select_related("payee", "office").order_by("pk")[3:5]:
            on = payer.papers.before(TODAY, 2)
            payer.new_card(row.payee, f"云岭农商行{row.office.name}网点", row.office, on, confirm=False)


def _ends(staff: Staff, papers: Papers) -> None:
    townships = Office.objects.filter(level=Level.TOWNSHIP).order_by("code").values_list("code", flat=True)
    for place, code in enumerate([QINGXI, BAISHI, *[c for c in townships if c not in (QINGXI, BAISHI)]]):
        desk = staff.desk_of(code)
        rows = list(
            Entitlement.objects.in_area(code)
            .filter(until_month=None, persons=1, decision=None, scheme__family="dibao")
            .order_by("-pk")[:5]
        )
        for number, row in enumerate(rows[: 5 if place < 2 else 2]):
            kind, reason, words = _WHY[number % len(_WHY)]
            on = papers.before(TODAY, 5 - number)
            change = propose_change(
                entitlement_id=row.pk,
                kind=kind,
                reason_code=reason,
                explanation=words,
                from_month=JUNE,
                by=desk.clerk,
                on=on,
                heard_on=papers.before(on, 2),
                heard_how="上门听取意见，家庭表示理解",
            )
            # The third is agreed to, the fourth sent back; the others wait for the county.
            if number == 2:
                confirm_change(change_id=change.pk, by=staff.county_zhao, on=TODAY, opinion="同意停发")
            elif number == 3:
                refuse_change(
                    change_id=change.pk, by=staff.county_meng, on=TODAY, opinion="请附务工单位出具的收入证明"
                )


_WHY = (
    (ChangeKind.STOP, EndReason.INCOME, "子女在县城稳定就业，家庭人均月收入超过低保标准"),
    (ChangeKind.QUIT, EndReason.VOLUNTARY, "家庭开办小卖部后收入好转，主动申请退出"),
    (ChangeKind.MOVE, EndReason.MOVED, "户籍已迁往外县，附迁出证明"),
    (ChangeKind.STOP, EndReason.INCOME, "本人外出务工，收入超过低保标准"),
    (ChangeKind.STOP, EndReason.PROPERTY, "复核发现名下新购小型货车一辆"),
)
