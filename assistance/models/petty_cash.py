"""乡镇备用金: money that a township has at hand for 小额快救 and 先行救助. It never goes below nothing."""

from django.db import models
from django.db.models import Q

from assistance.models.application import Application
from assistance.models.entitlement import Entitlement
from civaffairs.registry.models import Office, Posting, ScopedQuerySet


class PettyCash(models.Model):
    """One township's money of one year. `balance_fen` is the sum of its entries, kept here so that the database itself
    refuses what is not there."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="乡镇")
    year = models.PositiveSmallIntegerField("年度")
    balance_fen = models.BigIntegerField("余额", default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "office"]
        verbose_name = "备用金"
        constraints = [
            models.UniqueConstraint(fields=["office", "year"], name="one_petty_cash_per_township_and_year"),
            models.CheckConstraint(condition=Q(balance_fen__gte=0), name="petty_cash_not_below_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.office}{self.year}年备用金"


class PettyCashEntry(models.Model):
    """Money in (above zero) or out (below), with the balance after it. Never changed; a mistake is taken back by another
    entry."""

    class Kind(models.TextChoices):
        ALLOT = "allot", "下拨"
        RECALL = "recall", "收回"
        AID = "aid", "支付救助金"
        ADVANCE = "advance", "先行救助"
        RETURNED = "returned", "退回先行救助款"

    account = models.ForeignKey(PettyCash, models.PROTECT, related_name="entries")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    amount_fen = models.BigIntegerField("金额")
    balance_fen = models.BigIntegerField("余额")
    on = models.DateField("日期")
    document_number = models.CharField("文号或收据号", max_length=80)
    note = models.CharField("说明", max_length=200, blank=True)
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="petty_cash"
    )
    # What is paid here is on no list of the bank.
    entitlement = models.OneToOneField(
        Entitlement, models.PROTECT, null=True, blank=True, related_name="petty_cash"
    )
    entered_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "备用金收支"
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=~Q(application=None),
                name="petty_cash_pays_a_case_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("allot", "returned"), amount_fen__gt=0)
                | (~Q(kind__in=("allot", "returned")) & Q(amount_fen__lt=0)),
                name="petty_cash_signs",
            ),
            models.CheckConstraint(condition=Q(balance_fen__gte=0), name="petty_cash_entry_balance"),
        ]


class Advance(models.Model):
    """先行救助: what a family was given at once, before its papers were complete (《社会救助法》第50条). Where the case ends
    without help, whoever ends it says what becomes of the money: it stays, or it was got by fraud and goes back (第73条)."""

    class Outcome(models.TextChoices):
        KEPT = "kept", "救助时情况属实，不退回"
        CLAIMED = "claimed", "虚构情况骗取，责令退回"

    application = models.OneToOneField(Application, models.PROTECT, related_name="advance")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    entry = models.OneToOneField(PettyCashEntry, models.PROTECT, related_name="advance")
    amount_fen = models.BigIntegerField("金额")
    given_on = models.DateField("给付日期")
    given_by = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    papers_due_on = models.DateField("补办手续期限")
    outcome = models.CharField(
        "没有批准的，先行救助款", max_length=8, choices=Outcome, blank=True, default=""
    )
    # The entry by which claimed money came back.
    returned = models.OneToOneField(
        PettyCashEntry, models.PROTECT, null=True, blank=True, related_name="advance_returned"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "先行救助"
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="advance_is_something")]
