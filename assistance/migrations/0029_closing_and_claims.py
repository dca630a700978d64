"""月结, and what is done about a 追缴 until it is paid back or written off."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0028_lines_that_came_back"),
        ("registry", "0005_audit_is_not_emptied"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClaimNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="文书编号")),
                ("served_on", models.DateField(verbose_name="送达日期")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("person", "当面送达"),
                            ("left", "留置送达"),
                            ("post", "邮寄送达"),
                            ("other", "委托送达"),
                        ],
                        max_length=10,
                        verbose_name="送达方式",
                    ),
                ),
                ("received_by", models.CharField(max_length=60, verbose_name="签收人")),
                ("due_on", models.DateField(verbose_name="退回期限")),
                ("open_fen", models.BigIntegerField(verbose_name="通知时应退金额")),
                ("recorded_on", models.DateField(verbose_name="登记日期")),
            ],
            options={
                "verbose_name": "追缴通知",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ClaimPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agreed_on", models.DateField(verbose_name="约定日期")),
                ("paper", models.CharField(max_length=60, verbose_name="协议或承诺书编号")),
                ("settled_before_fen", models.BigIntegerField(verbose_name="约定前已退")),
                ("recorded_on", models.DateField(verbose_name="登记日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="作废日期")),
            ],
            options={
                "verbose_name": "分期约定",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_month", models.DateField(verbose_name="应退月份")),
                ("amount_fen", models.BigIntegerField(verbose_name="金额")),
            ],
            options={
                "verbose_name": "分期",
                "ordering": ["due_month"],
            },
        ),
        migrations.CreateModel(
            name="MonthClosing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="月份")),
                ("run_count", models.PositiveIntegerField(verbose_name="批次数")),
                ("line_count", models.PositiveIntegerField(verbose_name="笔数")),
                ("total_fen", models.BigIntegerField(verbose_name="名册金额")),
                ("back_fen", models.BigIntegerField(verbose_name="退回金额")),
                ("drawn_fen", models.BigIntegerField(verbose_name="资金分配")),
                ("owed_count", models.PositiveIntegerField(default=0, verbose_name="转作补发笔数")),
                ("owed_fen", models.BigIntegerField(default=0, verbose_name="转作补发金额")),
                ("closed_on", models.DateField(verbose_name="月结日期")),
                ("reopened_on", models.DateField(blank=True, null=True, verbose_name="反月结日期")),
                ("reopen_reason", models.CharField(blank=True, max_length=200, verbose_name="反月结原因")),
            ],
            options={
                "verbose_name": "月结",
                "ordering": ["-month", "-id"],
            },
        ),
        migrations.CreateModel(
            name="WriteOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_fen", models.BigIntegerField(verbose_name="核销金额")),
                ("document_number", models.CharField(max_length=80, verbose_name="批准文号")),
                ("reason", models.CharField(max_length=300, verbose_name="核销理由")),
                ("proposed_on", models.DateField(verbose_name="提出日期")),
                ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="批准日期")),
                ("refused_on", models.DateField(blank=True, null=True, verbose_name="退回日期")),
                ("refusal", models.CharField(blank=True, max_length=200, verbose_name="退回原因")),
            ],
            options={
                "verbose_name": "核销",
                "ordering": ["-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="repayment",
            name="repayment_is_above_zero",
        ),
        migrations.RemoveConstraint(
            model_name="repayment",
            name="a_receipt_once_per_adjustment",
        ),
        migrations.AddField(
            model_name="repayment",
            name="is_reversed",
            field=models.BooleanField(default=False, verbose_name="已冲正"),
        ),
        migrations.AddField(
            model_name="repayment",
            name="reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="冲正原因"),
        ),
        migrations.AddField(
            model_name="repayment",
            name="reverses",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversed_by",
                to="assistance.repayment",
            ),
        ),
        migrations.AddConstraint(
            model_name="repayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_fen__gt", 0), ("reverses", None)),
                    models.Q(("amount_fen__lt", 0), ("is_reversed", False), ("reverses__isnull", False)),
                    _connector="OR",
                ),
                name="repayment_below_zero_only_as_reversal",
            ),
        ),
        migrations.AddConstraint(
            model_name="repayment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_reversed", False), ("reverses", None)),
                fields=("adjustment", "receipt"),
                name="a_receipt_once_per_adjustment",
            ),
        ),
        migrations.AddField(
            model_name="claimnotice",
            name="adjustment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="assistance.adjustment",
            ),
        ),
        migrations.AddField(
            model_name="claimnotice",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.posting"
            ),
        ),
        migrations.AddField(
            model_name="claimplan",
            name="adjustment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="assistance.adjustment"
            ),
        ),
        migrations.AddField(
            model_name="claimplan",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddField(
            model_name="claimplan",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.posting"
            ),
        ),
        migrations.AddField(
            model_name="instalment",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="instalments",
                to="assistance.claimplan",
            ),
        ),
        migrations.AddField(
            model_name="monthclosing",
            name="closed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.posting"
            ),
        ),
        migrations.AddField(
            model_name="monthclosing",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.office"
            ),
        ),
        migrations.AddField(
            model_name="monthclosing",
            name="reopened_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="adjustment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="write_offs",
                to="assistance.adjustment",
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.office"
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.posting"
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="refused_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("served_on"))), name="claim_due_after_served"
            ),
        ),
        migrations.AddConstraint(
            model_name="claimnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("open_fen__gt", 0)), name="claim_notice_over_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="claimplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on", None)), fields=("adjustment",), name="one_plan_per_claim"
            ),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.UniqueConstraint(fields=("plan", "due_month"), name="one_instalment_per_month"),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0), ("due_month__day", 1)),
                name="instalment_is_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="monthclosing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reopened_on", None)),
                fields=("office", "month"),
                name="a_month_is_closed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="monthclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="closing_month_is_first_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthclosing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reopened_by", None),
                    models.Q(("reopened_by", models.F("closed_by")), _negated=True),
                    _connector="OR",
                ),
                name="month_reopened_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_on", None), ("refused_on", None)),
                fields=("adjustment",),
                name="one_write_off_waits_per_claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="write_off_is_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="write_off_confirmed_by_another",
            ),
        ),
    ]
