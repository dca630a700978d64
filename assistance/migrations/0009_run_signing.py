"""What people said and signed about a list, and how it follows on from the month before.

Conclusions are only added, signatures only fall. A migration that rebuilds one of the two tables on SQLite must make
the triggers again.
"""

import django.db.models.deletion
from django.db import migrations, models

SIGNED = "run_id, number, seal, opinion, signed_by_id, signed_on"
# (name, table, what is refused)
RULES = (
    ("conclusion_is_not_changed", "assistance_runconclusion", "UPDATE"),
    ("conclusion_is_not_deleted", "assistance_runconclusion", "DELETE"),
    ("signature_is_not_changed", "assistance_runsignature", f"UPDATE OF {SIGNED}"),
    ("signature_is_not_deleted", "assistance_runsignature", "DELETE"),
)
POSTGRES = """
CREATE FUNCTION what_was_signed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was signed stays' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def create(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(POSTGRES, params=None)
    body = (
        "FOR EACH ROW EXECUTE FUNCTION what_was_signed_stays()"
        if postgres
        else "BEGIN SELECT RAISE(ABORT, 'what was signed stays'); END"
    )
    for name, table, what in RULES:
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {what} ON {table} {body}", params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS what_was_signed_stays() CASCADE", params=None)
        return
    for name, _, _ in RULES:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0008_bank_files"),
        ("registry", "0004_audit_is_not_emptied"),
    ]

    operations = [
        migrations.CreateModel(
            name="RunConclusion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("check_key", models.CharField(max_length=40, verbose_name="核对项")),
                ("title", models.CharField(max_length=100, verbose_name="提醒")),
                ("line_count", models.PositiveIntegerField(verbose_name="笔数")),
                ("total_fen", models.BigIntegerField(verbose_name="金额")),
                ("text", models.CharField(max_length=300, verbose_name="核对结论")),
                ("concluded_on", models.DateField(verbose_name="登记日期")),
                (
                    "concluded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.posting"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conclusions",
                        to="assistance.paymentrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "核对结论",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["run", "check_key", "-id"], name="conclusion_of_a_check")],
            },
        ),
        migrations.CreateModel(
            name="RunDifference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("moved", models.BooleanField(default=False, verbose_name="换了乡镇")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new", "新增"),
                            ("gone", "减少"),
                            ("up", "增加金额"),
                            ("down", "减少金额"),
                            ("moved", "迁到别的乡镇"),
                        ],
                        max_length=5,
                        verbose_name="变化",
                    ),
                ),
                ("fen", models.BigIntegerField(verbose_name="本月金额")),
                ("last_fen", models.BigIntegerField(verbose_name="上月金额")),
                (
                    "entitlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assistance.entitlement",
                    ),
                ),
                (
                    "last_office",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.office",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.office"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="assistance.paymentrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "与上月的差异",
                "ordering": ["office", "id"],
                "indexes": [
                    models.Index(fields=["run", "office", "id"], name="difference_by_office"),
                    models.Index(fields=["run", "kind", "office", "id"], name="difference_by_kind"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "new"), ("last_fen", 0), ("last_office", None)),
                            models.Q(("fen", 0), ("kind", "gone"), ("moved", False)),
                            models.Q(("fen__gt", models.F("last_fen")), ("kind", "up")),
                            models.Q(("fen__lt", models.F("last_fen")), ("kind", "down")),
                            models.Q(("fen", models.F("last_fen")), ("kind", "moved"), ("moved", True)),
                            _connector="OR",
                        ),
                        name="difference_is_of_its_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RunOpening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("count", models.PositiveIntegerField(verbose_name="上月户（人）数")),
                ("total_fen", models.BigIntegerField(verbose_name="上月金额")),
                (
                    "office",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.office",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="assistance.paymentrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "上月合计",
                "ordering": ["office"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "office"), name="one_opening_per_township_of_a_run"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RunSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几位")),
                ("seal", models.CharField(max_length=64, verbose_name="封签")),
                ("opinion", models.CharField(blank=True, max_length=300, verbose_name="意见")),
                ("signed_on", models.DateField(verbose_name="签字日期")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="失效日期")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="assistance.paymentrun",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.posting"
                    ),
                ),
            ],
            options={
                "verbose_name": "审批签字",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_on", None)),
                        fields=("run", "number"),
                        name="signatures_of_a_run_count_up",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_on", None)),
                        fields=("run", "signed_by"),
                        name="an_approver_signs_a_run_once",
                    ),
                ],
            },
        ),
        migrations.RunPython(create, drop),
    ]
