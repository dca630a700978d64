"""提标: the raise, its rows, and the mark on what it books."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0015_adjustments_are_settled"),
        ("jobs", "0001_initial"),
        ("registry", "0005_audit_is_not_emptied"),
    ]

    operations = [
        migrations.CreateModel(
            name="StandardChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_month", models.DateField(verbose_name="起始月份")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("previewing", "正在测算"),
                            ("previewed", "待审批"),
                            ("applying", "正在执行"),
                            ("applied", "已执行"),
                            ("undoing", "正在撤销"),
                            ("undone", "已撤销"),
                            ("discarded", "已放弃"),
                        ],
                        default="previewing",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("round_up", models.BooleanField(default=False, verbose_name="尾数算不准的进一元")),
                ("open_from", models.DateField(null=True, verbose_name="未办结名册的首月")),
                ("figures", models.JSONField(default=dict)),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("proposed_on", models.DateField(verbose_name="测算日期")),
                ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="审批日期")),
                ("undone_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                ("undone_reason", models.CharField(blank=True, max_length=300, verbose_name="撤销原因")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "提标",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="StandardChangeMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("classified_fen", models.BigIntegerField(verbose_name="分类施保")),
            ],
            options={
                "verbose_name": "提标后分类施保",
            },
        ),
        migrations.CreateModel(
            name="StandardChangeRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category", models.CharField(blank=True, max_length=40, verbose_name="类别")),
                ("persons", models.PositiveSmallIntegerField(verbose_name="保障人数")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("raised", "提高"),
                            ("same", "金额不变"),
                            ("lower", "按新标准减少"),
                            ("out", "不再符合"),
                            ("undecided", "无法测算"),
                            ("review", "要人工复核"),
                        ],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("category", "按类别标准"),
                            ("facts", "按测算底稿"),
                            ("difference", "按标准差额"),
                            ("", "没有算出"),
                        ],
                        max_length=10,
                        verbose_name="测算方法",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="原因")),
                ("is_over", models.BooleanField(default=False, verbose_name="已停发，只补差额")),
                ("was_until", models.DateField(null=True)),
                ("was_held", models.DateField(null=True)),
                ("was_reason", models.CharField(blank=True, max_length=20)),
                ("was_fen", models.BigIntegerField(verbose_name="现月发金额")),
                ("base_fen", models.BigIntegerField(null=True, verbose_name="基本保障金")),
                ("classified_fen", models.BigIntegerField(null=True, verbose_name="分类施保")),
                ("care_fen", models.BigIntegerField(null=True, verbose_name="照料护理")),
                ("amount_fen", models.BigIntegerField(null=True, verbose_name="新月发金额")),
                ("close_month", models.DateField(verbose_name="新金额起始月份")),
                ("arrears_until", models.DateField(null=True)),
                ("arrears_months", models.PositiveSmallIntegerField(default=0, verbose_name="补发月数")),
                ("arrears_fen", models.BigIntegerField(default=0, verbose_name="补发金额")),
            ],
            options={
                "verbose_name": "提标明细",
            },
        ),
        migrations.AddField(
            model_name="standardchange",
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
            model_name="standardchange",
            name="job",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="jobs.job"
            ),
        ),
        migrations.AddField(
            model_name="standardchange",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.office",
                verbose_name="适用地区",
            ),
        ),
        migrations.AddField(
            model_name="standardchange",
            name="proposed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddField(
            model_name="standardchange",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assistance.scheme"
            ),
        ),
        migrations.AddField(
            model_name="standardchange",
            name="standard",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="assistance.standard",
                verbose_name="新标准",
            ),
        ),
        migrations.AddField(
            model_name="standardchange",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="standard_change",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adjustments",
                to="assistance.standardchange",
            ),
        ),
        migrations.AddField(
            model_name="standardchangemember",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="assistance.entitlementmember",
            ),
        ),
        migrations.AddField(
            model_name="standardchangerow",
            name="change",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="assistance.standardchange",
            ),
        ),
        migrations.AddField(
            model_name="standardchangerow",
            name="entitlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="standard_rows",
                to="assistance.entitlement",
            ),
        ),
        migrations.AddField(
            model_name="standardchangerow",
            name="office",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.office",
            ),
        ),
        migrations.AddField(
            model_name="standardchangemember",
            name="row",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="members",
                to="assistance.standardchangerow",
            ),
        ),
        migrations.AddConstraint(
            model_name="standardchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["previewing", "previewed", "applying", "undoing"])),
                fields=("scheme",),
                name="one_open_standard_change_per_scheme",
            ),
        ),
        migrations.AddConstraint(
            model_name="standardchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="standard_change_confirmed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="standardchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_month__day", 1)), name="standard_change_month_is_first_day"
            ),
        ),
        migrations.AddIndex(
            model_name="standardchangerow",
            index=models.Index(fields=["change", "outcome", "office", "id"], name="standard_row_by_outcome"),
        ),
        migrations.AddConstraint(
            model_name="standardchangerow",
            constraint=models.UniqueConstraint(
                fields=("change", "entitlement"), name="an_entitlement_once_per_standard_change"
            ),
        ),
        migrations.AddConstraint(
            model_name="standardchangerow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount_fen", None), ("base_fen", None), ("care_fen", None), ("classified_fen", None)
                    ),
                    (
                        "amount_fen",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("base_fen"), "+", models.F("classified_fen")
                            ),
                            "+",
                            models.F("care_fen"),
                        ),
                    ),
                    _connector="OR",
                ),
                name="standard_row_parts_add_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="standardchangerow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["raised", "same", "lower"]), _negated=True),
                    models.Q(("amount_fen", None), _negated=True),
                    _connector="OR",
                ),
                name="standard_row_knows_its_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="standardchangemember",
            constraint=models.UniqueConstraint(
                fields=("row", "member"), name="a_member_once_per_standard_row"
            ),
        ),
    ]
