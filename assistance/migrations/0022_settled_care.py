import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import civaffairs.registry.fields


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0021_events_of_two"),
        ("registry", "0005_audit_is_not_emptied"),
    ]

    operations = [
        migrations.CreateModel(
            name="SettlementFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="文件校验值")),
                ("name", models.CharField(max_length=120, verbose_name="文件名")),
                (
                    "content",
                    civaffairs.registry.fields.EncryptedField(
                        blank=True, purpose="settlement-file", verbose_name="待导入内容"
                    ),
                ),
                ("checked_on", models.DateField(verbose_name="试导日期")),
                ("loaded_on", models.DateField(blank=True, null=True, verbose_name="导入日期")),
                ("row_count", models.PositiveIntegerField(verbose_name="行数")),
                ("loaded_count", models.PositiveIntegerField(default=0, verbose_name="导入行数")),
                ("left_out", models.JSONField(default=list, verbose_name="没有导入的行")),
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.posting"
                    ),
                ),
                (
                    "loaded_by",
                    models.ForeignKey(
                        blank=True,
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
                        verbose_name="导入单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "一站式结算文件",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="MedicalSettlement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.PositiveIntegerField(verbose_name="表中行号")),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="结算单号")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                (
                    "id_number",
                    civaffairs.registry.fields.EncryptedField(
                        blank=True, purpose="id-number", verbose_name="公民身份号码"
                    ),
                ),
                (
                    "identity",
                    models.CharField(
                        choices=[
                            ("tekun", "特困人员"),
                            ("child", "孤儿和事实无人抚养儿童"),
                            ("dibao", "低保对象"),
                            ("edge", "低保边缘家庭成员"),
                            ("rigid", "刚性支出困难家庭成员"),
                            ("other", "其他人员"),
                        ],
                        max_length=10,
                        verbose_name="救助身份",
                    ),
                ),
                ("hospital", models.CharField(max_length=80, verbose_name="医院")),
                ("settled_on", models.DateField(verbose_name="结算日期")),
                ("total_fen", models.BigIntegerField(verbose_name="医疗费用总额")),
                ("in_policy_fen", models.BigIntegerField(verbose_name="政策范围内费用")),
                ("basic_fen", models.BigIntegerField(verbose_name="基本医保支付")),
                ("serious_fen", models.BigIntegerField(verbose_name="大病保险支付")),
                ("aid_fen", models.BigIntegerField(verbose_name="医疗救助支付")),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.office",
                        verbose_name="户籍地",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="medical_settlements",
                        to="registry.person",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="assistance.settlementfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "一站式结算",
                "ordering": ["-settled_on", "-id"],
            },
        ),
        migrations.AddConstraint(
            model_name="settlementfile",
            constraint=models.UniqueConstraint(
                fields=("office", "sha256"), name="one_settlement_file_per_content"
            ),
        ),
        migrations.AddIndex(
            model_name="medicalsettlement",
            index=models.Index(fields=["office", "-settled_on", "-id"], name="settlement_by_office_day"),
        ),
        migrations.AddConstraint(
            model_name="medicalsettlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("aid_fen__gte", 0), ("basic_fen__gte", 0), ("serious_fen__gte", 0)),
                name="settlement_parts_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalsettlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("total_fen__gte", models.F("in_policy_fen")),
                    (
                        "in_policy_fen__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("basic_fen"), "+", models.F("serious_fen")
                            ),
                            "+",
                            models.F("aid_fen"),
                        ),
                    ),
                ),
                name="settlement_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="medicalsettlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", None), ("id_number", ""), _connector="OR"),
                name="settlement_number_kept_once",
            ),
        ),
    ]
