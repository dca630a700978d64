# ruff: noqa: S608 (only our own words are put into the statements)
"""What a list takes off a 补发 or 追缴 is a row of its own, because a claim is kept back in parts; the account of a home is
changed by a second row that takes the place of the first.

As with the lines of a list (0007), the database refuses to touch what an approved list has settled.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

FIXED = "('approved', 'issued', 'closed')"
COLUMNS = "adjustment_id, run_id, entitlement_id, line_id, amount_fen"
CREATE = {
    "sqlite": [
        f"""CREATE TRIGGER settlement_{name} BEFORE {event} ON assistance_adjustmentsettlement
        WHEN (SELECT status FROM assistance_paymentrun WHERE id = {row}.run_id) IN {FIXED}
        BEGIN SELECT RAISE(ABORT, 'settlement belongs to an approved run'); END"""
        for name, event, row in (
            ("keeps_its_money", f"UPDATE OF {COLUMNS}", "OLD"),
            ("is_kept", "DELETE", "OLD"),
            ("comes_before_approval", "INSERT", "NEW"),
        )
    ],
    "postgresql": [
        f"""CREATE FUNCTION settlement_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (SELECT status FROM assistance_paymentrun WHERE id = OLD.run_id) IN {FIXED} THEN
                RAISE EXCEPTION 'settlement % belongs to an approved run', OLD.id
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN COALESCE(NEW, OLD);
        END $$""",
        f"""CREATE TRIGGER settlement_keeps_its_money BEFORE UPDATE OF {COLUMNS}
        ON assistance_adjustmentsettlement FOR EACH ROW EXECUTE FUNCTION settlement_is_fixed()""",
        """CREATE TRIGGER settlement_is_kept BEFORE DELETE ON assistance_adjustmentsettlement
        FOR EACH ROW EXECUTE FUNCTION settlement_is_fixed()""",
        f"""CREATE FUNCTION settlements_come_before_approval() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM assistance_paymentrun run WHERE run.status IN {FIXED}
                       AND run.id IN (SELECT run_id FROM added)) THEN
                RAISE EXCEPTION 'settlement added to an approved run'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NULL;
        END $$""",
        """CREATE TRIGGER settlement_comes_before_approval AFTER INSERT ON assistance_adjustmentsettlement
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settlements_come_before_approval()""",
    ],
}
DROP = {
    "sqlite": [
        f"DROP TRIGGER IF EXISTS settlement_{name}"
        for name in ("keeps_its_money", "is_kept", "comes_before_approval")
    ],
    "postgresql": [
        "DROP FUNCTION IF EXISTS settlement_is_fixed() CASCADE",
        "DROP FUNCTION IF EXISTS settlements_come_before_approval() CASCADE",
    ],
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0014_programmes"),
        ("registry", "0005_audit_is_not_emptied"),
    ]

    operations = [
        migrations.CreateModel(
            name="AdjustmentSettlement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_fen", models.BigIntegerField(verbose_name="金额")),
            ],
            options={
                "verbose_name": "补发和追缴的结清",
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="payeeinstitution",
            name="one_open_institution_per_name",
        ),
        migrations.RemoveIndex(
            model_name="adjustment",
            name="adjustment_open",
        ),
        migrations.RemoveField(
            model_name="adjustment",
            name="line",
        ),
        migrations.AddField(
            model_name="adjustment",
            name="cancel_reason",
            field=models.CharField(blank=True, db_default="", max_length=200, verbose_name="撤销原因"),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="cancelled_by",
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
            name="settled_fen",
            field=models.BigIntegerField(db_default=0, default=0, verbose_name="已结清"),
        ),
        migrations.AddField(
            model_name="payeeinstitution",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddField(
            model_name="payeeinstitution",
            name="closing_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="停用或退回原因"),
        ),
        migrations.AddField(
            model_name="payeeinstitution",
            name="entered_on",
            field=models.DateField(null=True, verbose_name="登记日期"),
        ),
        migrations.AddField(
            model_name="payeeinstitution",
            name="reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="登记或变更依据"),
        ),
        migrations.AddField(
            model_name="payeeinstitution",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assistance.payeeinstitution",
            ),
        ),
        migrations.AddIndex(
            model_name="adjustment",
            index=models.Index(
                condition=models.Q(
                    ("cancelled_on", None), models.Q(("settled_fen", models.F("amount_fen")), _negated=True)
                ),
                fields=["scheme", "office", "entitlement"],
                name="adjustment_open",
            ),
        ),
        migrations.AddIndex(
            model_name="adjustment",
            index=models.Index(fields=["office", "-id"], name="adjustment_by_office"),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_fen", 0),
                    models.Q(("settled_fen__gt", 0), ("settled_fen__lte", models.F("amount_fen"))),
                    models.Q(("settled_fen__gte", models.F("amount_fen")), ("settled_fen__lt", 0)),
                    _connector="OR",
                ),
                name="adjustment_settled_up_to_its_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="payeeinstitution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_on", None), models.Q(("confirmed_on", None), _negated=True)),
                fields=("office", "name"),
                name="one_open_institution_per_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="payeeinstitution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_on", None), ("confirmed_on", None)),
                fields=("office", "name"),
                name="one_proposed_institution_per_name",
            ),
        ),
        migrations.AddField(
            model_name="adjustmentsettlement",
            name="adjustment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settlements",
                to="assistance.adjustment",
            ),
        ),
        migrations.AddField(
            model_name="adjustmentsettlement",
            name="entitlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assistance.entitlement"
            ),
        ),
        migrations.AddField(
            model_name="adjustmentsettlement",
            name="line",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settlements",
                to="assistance.paymentline",
            ),
        ),
        migrations.AddField(
            model_name="adjustmentsettlement",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settlements",
                to="assistance.paymentrun",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentsettlement",
            constraint=models.UniqueConstraint(
                fields=("adjustment", "run"), name="an_adjustment_once_per_run"
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustmentsettlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen", 0), _negated=True), name="settlement_is_not_nothing"
            ),
        ),
        migrations.RunPython(create, drop),
    ]
