"""Every table of this app as it stands; what the database itself watches over comes after it."""

import django.db.models.deletion
from django.db import migrations, models

from civaffairs.registry.tables import TablesAtOnce


class Migration(migrations.Migration):
    replaces = [("reporting", "0001_initial")]

    initial = True

    dependencies = [
        ("registry", "0001_tables"),
    ]

    operations = [
        TablesAtOnce(
            [
                migrations.CreateModel(
                    name="Report",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=40, verbose_name="种类")),
                        ("from_month", models.DateField(verbose_name="起始月份")),
                        ("month", models.DateField(verbose_name="截止月份")),
                        ("title", models.CharField(max_length=120, verbose_name="标题")),
                        ("number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                        ("paragraphs", models.JSONField(default=list)),
                        (
                            "status",
                            models.CharField(
                                choices=[("draft", "起草中"), ("issued", "已签发")],
                                default="draft",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "报告",
                        "ordering": ["-month", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="IssuedReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("edition", models.PositiveSmallIntegerField(default=1, verbose_name="版次")),
                        ("title", models.CharField(max_length=120, verbose_name="标题")),
                        ("figures", models.JSONField(verbose_name="指标")),
                        ("document", models.JSONField(verbose_name="正文")),
                        ("checks", models.JSONField(default=list, verbose_name="勾稽结果")),
                        (
                            "exception_reason",
                            models.CharField(blank=True, max_length=300, verbose_name="带差异签发的理由"),
                        ),
                        ("pdf", models.BinaryField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("pages", models.PositiveSmallIntegerField()),
                        ("verify_code", models.CharField(max_length=16, unique=True, verbose_name="核验码")),
                        ("issued_on", models.DateField(verbose_name="签发日期")),
                        ("issued_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "issued_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="editions",
                                to="reporting.report",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "已签发报告",
                        "ordering": ["-issued_at"],
                    },
                ),
                migrations.CreateModel(
                    name="Target",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                        ("figure", models.CharField(max_length=60, verbose_name="指标")),
                        (
                            "value",
                            models.BigIntegerField(
                                help_text="资金以分计，户、人以个计", verbose_name="目标值"
                            ),
                        ),
                        ("document_number", models.CharField(max_length=80, verbose_name="文号")),
                        ("set_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "replaced_by",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaces",
                                to="reporting.target",
                            ),
                        ),
                        (
                            "set_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "年度目标",
                        "ordering": ["-year", "figure"],
                    },
                ),
                migrations.AddConstraint(
                    model_name="report",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("month__gte", models.F("from_month"))),
                        name="report_period_runs_forward",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="issuedreport",
                    constraint=models.UniqueConstraint(
                        fields=("report", "edition"), name="editions_of_a_report_count_up"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="target",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("replaced_by", None)),
                        fields=("office", "year", "figure"),
                        name="one_current_target_per_figure",
                    ),
                ),
            ]
        )
    ]
