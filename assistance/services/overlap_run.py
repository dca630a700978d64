"""Conclusions on rights that meet in a list: one for a pair, or the same words for many."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from assistance.models import Entitlement, OverlapFinding, PaymentRun
from assistance.selectors import overlap_month
from assistance.services.overlap import checked_words
from assistance.workflow import RunStatus
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Posting


@transaction.atomic
def conclude_run(
    *,
    run_id: int,
    keys: Iterable[str] | None,
    verdict: str,
    conclusion: str,
    by: Posting,
    on: date,
) -> int:
    """Say of reminders in a list why both are paid, with one conclusion: the pairs named by `keys`, or all (None).

    It holds for the months to come while neither right changes. Gives how many pairs it settled; those that have been
    concluded meanwhile, and those that block, are left as they are. Raises BadInput, NotAllowed.
    """
    run = access.to_change(
        PaymentRun.objects.select_related("scheme", "office"), by, Permission.PREPARE_RUN, pk=run_id
    )
    access.demand_office(by, run.office_id)
    if run.status not in (RunStatus.PREPARED, RunStatus.CHECKED):
        raise NotAllowed("名册生成以后、审批以前才能登记待遇叠加的结论。")
    conclusion = checked_words(verdict, conclusion)
    if verdict not in OverlapFinding.HOLDS:
        raise BadInput("停发、减发的，请先办理再重新生成名册；这里只登记两项都照发的", "verdict")
    wanted = None if keys is None else set(keys)
    if wanted is not None and not wanted:
        raise BadInput("还没有勾选", "keys")
    found = overlap_month.in_words(overlap_month.pairs_of(run, level="warn"), run.month)
    found = [pair for pair in found if wanted is None or pair.key in wanted]
    offices = dict(Entitlement.objects.filter(pk__in=[p.right for p in found]).values_list("pk", "office_id"))
    OverlapFinding.objects.bulk_create(
        [
            OverlapFinding(
                place=OverlapFinding.Place.MONTH,
                office_id=offices[pair.right],
                person_id=pair.person,
                entitlement_id=pair.right,
                other_id=pair.other,
                outside_id=pair.outside,
                pair=pair.row.key,
                effect=pair.row.effect,
                level=pair.row.level,
                article=pair.row.article[:120],
                message=pair.hit.message[:300],
                own_number=pair.my_number,
                other_number=pair.other_number,
                own_fen=pair.my_fen,
                other_fen=pair.other_fen,
                found_on=run.prepared_on or on,
                verdict=verdict,
                conclusion=conclusion,
                concluded_by=by,
                concluded_on=on,
            )
            for pair in found
        ],
        batch_size=500,
    )
    if found:
        audit.record(
            "overlap.conclude",
            by=by,
            subject=run,
            office_code=run.office_id,
            reason=f"{OverlapFinding.Verdict(verdict).label}：{conclusion}",
            details={"on": on.isoformat(), "lines": len(found)},
        )
    return len(found)
