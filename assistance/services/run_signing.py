"""The words and the signatures under a list: conclusions of the checker, approvals by one or more people."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from assistance.models import PaymentRun, RunConclusion, RunSignature
from assistance.selectors import run_checks, run_signing
from assistance.selectors.run_checks import Problem
from assistance.services import run_acts, seal
from assistance.workflow import RunAct
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady, Stale
from civaffairs.registry import access, audit
from civaffairs.registry.models import Posting

LONGEST = 300
# key of the check → (lines, fen) as the page showed them
Seen = Mapping[str, tuple[int, int]]


@transaction.atomic
def conclude(
    *,
    run_id: int,
    by: Posting,
    on: date,
    conclusions: Mapping[str, str],
    seen: Seen | None = None,
    version: int | None = None,
) -> int:
    """Keep conclusions before the list is checked, as far as they are written; returns how many rows were added. The same
    words about the same finding add nothing.

    Raises Stale where a finding is no longer what the page showed, and what every act on a run raises.
    """
    run, repeated = run_acts.to_act_on(run_id=run_id, act=RunAct.CHECK, by=by, version=version)
    if repeated:
        return 0
    found = run_checks.problems(run, on)
    return len(write(run, found, conclusions, by, on, seen))


def write(
    run: PaymentRun,
    found: Iterable[Problem],
    texts: Mapping[str, str],
    by: Posting,
    on: date,
    seen: Seen | None = None,
) -> list[RunConclusion]:
    """Add the conclusions that are new. The caller holds the run locked."""
    added = []
    for one in run_signing.reminders(run, found):
        problem, text = one.problem, texts.get(one.problem.key, "").strip()
        if not text:
            continue
        if seen is not None and seen.get(problem.key) != (problem.count, problem.total_fen):
            raise Stale(
                "您打开这页以后，核对提示有了变化，请看过再写结论。",
                [f"{problem.title}：现在是 {problem.count} {run.line_unit}"],
            )
        if not any(sign.isalnum() for sign in text):
            raise BadInput("请用一句话写明核对结论", field=f"conclusion-{problem.key}")
        if len(text) > LONGEST:
            raise BadInput(f"最多 {LONGEST} 个字", field=f"conclusion-{problem.key}")
        if one.settled and one.conclusion is not None and one.conclusion.text == text:
            continue
        added.append(
            RunConclusion(
                run=run,
                check_key=problem.key,
                title=problem.title,
                line_count=problem.count,
                total_fen=problem.total_fen,
                text=text,
                concluded_by=by,
                concluded_on=on,
            )
        )
    RunConclusion.objects.bulk_create(added)
    if added:
        audit.record(
            "run.conclude",
            by=by,
            subject=run,
            office_code=run.office_id,
            reason="；".join(f"{row.title}：{row.text}" for row in added),
            details={
                "on": on.isoformat(),
                "conclusions": {row.check_key: [row.line_count, row.total_fen, row.text] for row in added},
            },
        )
    return added


def demand_concluded(run: PaymentRun, found: Iterable[Problem], *, approving: bool = False) -> None:
    """Raises NotReady with the reminders that have no conclusion."""
    missing = run_signing.open_titles(run_signing.reminders(run, found), approving=approving)
    if not missing:
        return
    if approving:
        raise NotReady("核对以后又有新的提醒，请退回重新核对、写明结论。", missing)
    raise NotReady("还有提醒没有写明核对结论。", missing)


def sign(run: PaymentRun, by: Posting, on: date, opinion: str) -> tuple[RunSignature, int]:
    """(signature, how many are still missing). The caller holds the run locked and has asked the gate.

    Nobody signs twice, and all sign the same lines: the digest of each signature must be that of the first.
    """
    made = run_signing.signatures(run)
    access.refuse_same_person(
        by, {f"第{one.number}位审批人": one.signed_by for one in made}, RunAct.APPROVE.label
    )
    digest = seal.seal_of(run)
    if any(one.seal != digest for one in made):
        raise NotAllowed("名册明细在前一位签字以后有变化，请退回重新核对。")
    signature = RunSignature.objects.create(
        run=run,
        number=len(made) + 1,
        seal=digest,
        opinion=opinion.strip()[:LONGEST],
        signed_by=by,
        signed_on=on,
    )
    return signature, max(run_signing.approvers_needed(run, on) - signature.number, 0)


def withdraw(run: PaymentRun, on: date) -> None:
    """Signatures fall with the list that they stood under."""
    run.signatures.standing().update(withdrawn_on=on)
