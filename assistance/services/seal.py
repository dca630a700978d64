"""The seal of a run: a keyed digest over who gets how much on which account.

Taken at approval and compared ever after. The key is in the environment, so somebody with the database alone can
neither change an amount unnoticed nor make a seal for it.
"""

import hashlib
import hmac
from collections.abc import Iterator

from django.conf import settings

from assistance.models import LineStatus, PaymentRun
from civaffairs.lib.errors import NotAllowed

BROKEN = "这个批次的明细在审批后被改动过，封签对不上。请立即停止发放，报告审计管理员。"


def lines_in_order(run: PaymentRun):
    """The lines that go out, in the one order of list, roster and bank file."""
    return run.lines.exclude(status=LineStatus.VOID).order_by("office_id", "id")


def seal_of(run: PaymentRun) -> str:
    """64 hexadecimal characters over the run and each line: payee, holder, account (by its blind index), fen."""
    digest = hmac.new(settings.SEAL_KEY.encode(), digestmod=hashlib.sha256)
    digest.update(f"{run.pk}|{run.scheme_id}|{run.month:%Y-%m}|{run.line_count}|{run.total_fen}\n".encode())
    for payee, month, holder, account, fen in _sealed(run):
        digest.update(f"{payee}|{month:%Y-%m}|{holder}|{account}|{fen}\n".encode())
    return digest.hexdigest()


def _sealed(run: PaymentRun) -> Iterator[tuple]:
    rows = lines_in_order(run).values_list("payee_id", "month", "holder", "account_index", "amount_fen")
    return rows.iterator(chunk_size=5000)


def is_whole(run: PaymentRun) -> bool:
    """Whether the lines are those that were approved."""
    return bool(run.seal) and hmac.compare_digest(run.seal, seal_of(run))


def demand_whole(run: PaymentRun) -> None:
    """Raises NotAllowed when the lines are not those that were approved."""
    if not is_whole(run):
        raise NotAllowed(BROKEN)


def account_matches(sealed: str, index: str) -> bool:
    """The seal covers the account's index (`sealed`); this ties the number that is written out to the index."""
    return hmac.compare_digest(sealed, index)
