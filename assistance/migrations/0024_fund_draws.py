"""What runs take of the money ledger; its rows and those of the entries are only added.

A migration that rebuilds one of the two tables on SQLite must make the triggers again.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("assistance_funddraw", "assistance_fundentry")
POSTGRES = """
CREATE FUNCTION fund_rows_are_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of the money ledger are only added' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def create(apps, schema_editor):
    """One trigger for each table; SQLite wants one for each kind of statement."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES, params=None)
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER fund_rows_are_only_added BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION fund_rows_are_only_added()",
                params=None,
            )
        return
    for table in TABLES:
        for what in ("update", "delete"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{what} BEFORE {what} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'rows of the money ledger are only added'); END",
                params=None,
            )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS fund_rows_are_only_added() CASCADE", params=None)
        return
    for table in TABLES:
        for what in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{what}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0023_change_withdrawn"),
        ("registry", "0005_audit_is_not_emptied"),
    ]

    operations = [
        migrations.AlterField(
            model_name="fundentry",
            name="kind",
            field=models.CharField(
                choices=[("planned", "计划下达"), ("arrived", "到位"), ("opening", "年初结余")],
                max_length=10,
                verbose_name="类型",
            ),
        ),
        migrations.CreateModel(
            name="FundDraw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("programme", models.CharField(max_length=60, verbose_name="项目")),
                (
                    "source",
                    models.CharField(
                        choices=[("central", "中央"), ("province", "省"), ("city", "市"), ("county", "县")],
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("draw", "分配"), ("back", "退回")], max_length=10, verbose_name="类型"
                    ),
                ),
                ("amount_fen", models.BigIntegerField(verbose_name="金额")),
                ("on", models.DateField(verbose_name="日期")),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                (
                    "bank_return",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assistance.bankreturn",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.posting"
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="assistance.paymentrun",
                        verbose_name="发放批次",
                    ),
                ),
            ],
            options={
                "verbose_name": "资金分配",
                "ordering": ["-on", "-id"],
                "indexes": [
                    models.Index(fields=["office", "year", "programme", "source"], name="fund_draw_by_line")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_fen__gt", 0), ("bank_return", None), ("kind", "draw")),
                            models.Q(("amount_fen__lt", 0), ("bank_return__isnull", False), ("kind", "back")),
                            _connector="OR",
                        ),
                        name="fund_draw_signs",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "back")),
                        fields=("bank_return", "source"),
                        name="fund_goes_back_once_per_return",
                    ),
                ],
            },
        ),
        migrations.RunPython(create, drop),
    ]
