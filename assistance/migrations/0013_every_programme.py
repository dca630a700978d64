"""Room for every programme: rights of one person, categories, care as a part of its own, adjustments for closed months,
homes that are paid for those they keep, and what a county sets for a programme.

SQLite makes the table of lines anew, so the triggers of 0007 are taken away before and made again after, now holding
the new parts of a line too. Those of 0012 survive on PostgreSQL.
"""

import datetime
from importlib import import_module

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import civaffairs.registry.fields

_lines = import_module("assistance.migrations.0007_approved_lines_are_fixed")
_NEW_MONEY = _lines.MONEY.replace("classified_fen, ", "classified_fen, care_fen, arrears_fen, is_arrears, ")
CREATE = {
    vendor: [statement.replace(_lines.MONEY, _NEW_MONEY) for statement in statements]
    for vendor, statements in _lines.CREATE.items()
}
DROP = _lines.DROP


def drop_triggers(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def create_triggers(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0012_lines_are_not_emptied"),
        ("registry", "0005_audit_is_not_emptied"),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("grant", "批准前月份补发"),
                            ("change", "待遇变更"),
                            ("standard", "提高标准"),
                            ("death", "死亡后多发"),
                            ("correction", "更正"),
                        ],
                        max_length=12,
                        verbose_name="原因",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("from_month", models.DateField(verbose_name="起始月份")),
                ("until_month", models.DateField(verbose_name="截止月份（不含）")),
                ("amount_fen", models.BigIntegerField(verbose_name="金额")),
                ("months", models.JSONField(default=list, verbose_name="逐月")),
                ("booked_on", models.DateField(verbose_name="登记日期")),
                ("cancelled_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
            ],
            options={
                "verbose_name": "补发和追缴",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="PayeeInstitution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="机构名称")),
                ("holder", models.CharField(max_length=60, verbose_name="户名")),
                ("bank", models.CharField(max_length=60, verbose_name="开户银行")),
                (
                    "account",
                    civaffairs.registry.fields.EncryptedField(purpose="bank-account", verbose_name="账号"),
                ),
                ("account_index", models.CharField(max_length=32)),
                ("account_tail", models.CharField(max_length=4)),
                ("confirmed_on", models.DateField(null=True, verbose_name="确认日期")),
                ("closed_on", models.DateField(null=True, verbose_name="停用日期")),
            ],
            options={
                "verbose_name": "供养机构收款账户",
                "ordering": ["office", "name"],
            },
        ),
        migrations.CreateModel(
            name="Repayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_fen", models.BigIntegerField(verbose_name="退回金额")),
                ("paid_on", models.DateField(verbose_name="退回日期")),
                ("receipt", models.CharField(max_length=60, verbose_name="票据号")),
            ],
            options={
                "verbose_name": "退款登记",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SchemeTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_day", models.DateField(verbose_name="起始日期")),
                ("document_number", models.CharField(max_length=80, verbose_name="文号")),
                ("document_title", models.CharField(blank=True, max_length=120, verbose_name="文件标题")),
                ("terms", models.JSONField(verbose_name="规定内容")),
                ("proposed_at", models.DateTimeField(auto_now_add=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "项目规定",
                "ordering": ["scheme", "-from_day", "-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="application",
            name="one_open_application_per_household_scheme",
        ),
        migrations.RemoveConstraint(
            model_name="assessmentrecord",
            name="assessment_parts_add_up",
        ),
        migrations.RemoveConstraint(
            model_name="assessmentrecord",
            name="assessment_not_negative",
        ),
        migrations.RemoveConstraint(
            model_name="entitlement",
            name="one_open_entitlement_per_household_scheme",
        ),
        migrations.RemoveConstraint(
            model_name="entitlement",
            name="entitlement_parts_add_up",
        ),
        migrations.RemoveConstraint(
            model_name="entitlement",
            name="entitlement_months_are_first_days",
        ),
        migrations.RemoveConstraint(
            model_name="paymentline",
            name="one_live_line_per_entitlement_month",
        ),
        migrations.RemoveConstraint(
            model_name="paymentline",
            name="line_parts_add_up",
        ),
        migrations.AddField(
            model_name="application",
            name="answers",
            field=civaffairs.registry.fields.EncryptedField(
                default="{}", purpose="answers", verbose_name="专项情况"
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="beneficiary",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="own_applications",
                to="registry.person",
                verbose_name="保障对象",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="peer_agreed",
            field=models.BooleanField(null=True, verbose_name="会审意见"),
        ),
        migrations.AddField(
            model_name="application",
            name="peer_document",
            field=models.CharField(blank=True, max_length=80, verbose_name="会审文号或回执"),
        ),
        migrations.AddField(
            model_name="assessmentrecord",
            name="care_fen",
            field=models.BigIntegerField(default=0, verbose_name="照料护理"),
        ),
        migrations.AddField(
            model_name="assessmentrecord",
            name="category",
            field=models.CharField(blank=True, max_length=40, verbose_name="类别"),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="beneficiary",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="own_entitlements",
                to="registry.person",
                verbose_name="保障对象",
            ),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="care_fen",
            field=models.BigIntegerField(default=0, verbose_name="照料护理"),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="category",
            field=models.CharField(blank=True, max_length=40, verbose_name="类别"),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="pays_from",
            field=models.DateField(default=datetime.date(2000, 1, 1), verbose_name="列入名册的首月"),
            preserve_default=False,
        ),
        migrations.RunSQL("UPDATE assistance_entitlement SET pays_from = from_month", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="paymentline",
            name="arrears_fen",
            field=models.BigIntegerField(default=0, verbose_name="补发或抵扣"),
        ),
        migrations.AddField(
            model_name="paymentline",
            name="care_fen",
            field=models.BigIntegerField(default=0, verbose_name="照料护理"),
        ),
        migrations.AddField(
            model_name="paymentline",
            name="is_arrears",
            field=models.BooleanField(default=False, verbose_name="只补发"),
        ),
        migrations.AddField(
            model_name="scheme",
            name="klass",
            field=models.CharField(
                choices=[
                    ("basic", "基本生活救助"),
                    ("special", "专项救助"),
                    ("urgent", "急难救助"),
                    ("welfare", "福利补贴"),
                    ("veteran", "优抚"),
                ],
                default="basic",
                max_length=10,
                verbose_name="类别",
            ),
        ),
        migrations.AddField(
            model_name="scheme",
            name="terms",
            field=models.JSONField(blank=True, default=list, verbose_name="县里的规定"),
        ),
        migrations.AlterField(
            model_name="application",
            name="status",
            field=models.CharField(
                choices=[
                    ("submitted", "待受理"),
                    ("correction", "待补正"),
                    ("investigating", "调查核对中"),
                    ("reviewing", "待初审"),
                    ("to_post", "待公示"),
                    ("on_notice", "公示中"),
                    ("peer", "待会审"),
                    ("deciding", "待审核确认"),
                    ("returned", "退回补查"),
                    ("approved", "已确认"),
                    ("refused", "不予确认"),
                    ("withdrawn", "已撤回"),
                    ("terminated", "已终止"),
                ],
                default="submitted",
                max_length=20,
                verbose_name="状态",
            ),
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="act",
            field=models.CharField(
                choices=[
                    ("submit", "提交申请"),
                    ("accept", "受理"),
                    ("request_correction", "一次性告知补正"),
                    ("resubmit", "补正后重新提交"),
                    ("request_check", "提请信息核对"),
                    ("record_check", "登记核对结果"),
                    ("follow_check", "登记告知和复查"),
                    ("record_visit", "登记入户调查"),
                    ("record_deliberation", "登记民主评议"),
                    ("amend", "更正核定申报内容"),
                    ("assess", "测算"),
                    ("finish_investigation", "调查结束，送初审"),
                    ("review", "提出初审意见"),
                    ("return_to_investigation", "退回经办补查"),
                    ("post_notice", "张贴公示"),
                    ("attach_photo", "上传公示照片"),
                    ("close_notice", "公示期满，报县级确认"),
                    ("record_objection", "登记异议"),
                    ("answer_objection", "答复异议"),
                    ("reinvestigate", "异议成立，重新调查"),
                    ("record_peer", "登记会审意见"),
                    ("county_visit", "登记县级入户"),
                    ("record_complaint", "登记投诉举报"),
                    ("return", "退回乡镇"),
                    ("extend", "延长办理期限"),
                    ("approve", "确认"),
                    ("refuse", "不予确认"),
                    ("withdraw", "撤回申请"),
                    ("terminate", "终止程序"),
                    ("inform", "登记书面告知"),
                ],
                max_length=30,
                verbose_name="动作",
            ),
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="from_status",
            field=models.CharField(
                blank=True,
                choices=[
                    ("submitted", "待受理"),
                    ("correction", "待补正"),
                    ("investigating", "调查核对中"),
                    ("reviewing", "待初审"),
                    ("to_post", "待公示"),
                    ("on_notice", "公示中"),
                    ("peer", "待会审"),
                    ("deciding", "待审核确认"),
                    ("returned", "退回补查"),
                    ("approved", "已确认"),
                    ("refused", "不予确认"),
                    ("withdrawn", "已撤回"),
                    ("terminated", "已终止"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="to_status",
            field=models.CharField(
                choices=[
                    ("submitted", "待受理"),
                    ("correction", "待补正"),
                    ("investigating", "调查核对中"),
                    ("reviewing", "待初审"),
                    ("to_post", "待公示"),
                    ("on_notice", "公示中"),
                    ("peer", "待会审"),
                    ("deciding", "待审核确认"),
                    ("returned", "退回补查"),
                    ("approved", "已确认"),
                    ("refused", "不予确认"),
                    ("withdrawn", "已撤回"),
                    ("terminated", "已终止"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="entitlement",
            name="number",
            field=models.CharField(db_index=True, max_length=32, verbose_name="证号"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("beneficiary", None),
                    (
                        "status__in",
                        [
                            "correction",
                            "deciding",
                            "investigating",
                            "on_notice",
                            "peer",
                            "returned",
                            "reviewing",
                            "submitted",
                            "to_post",
                        ],
                    ),
                ),
                fields=("household", "scheme"),
                name="one_open_application_per_household_scheme",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "correction",
                            "deciding",
                            "investigating",
                            "on_notice",
                            "peer",
                            "returned",
                            "reviewing",
                            "submitted",
                            "to_post",
                        ],
                    ),
                    models.Q(("beneficiary", None), _negated=True),
                ),
                fields=("beneficiary", "scheme"),
                name="one_open_application_per_person_scheme",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_fen",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("base_fen"), "+", models.F("classified_fen")
                            ),
                            "+",
                            models.F("care_fen"),
                        ),
                    )
                ),
                name="assessment_parts_add_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("base_fen__gte", 0), ("care_fen__gte", 0), ("classified_fen__gte", 0)),
                name="assessment_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_arrears", False), ("status__in", ["listed", "sent", "paid"])),
                fields=("entitlement", "month"),
                name="one_live_line_per_entitlement_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_fen",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("base_fen"), "+", models.F("classified_fen")
                                ),
                                "+",
                                models.F("care_fen"),
                            ),
                            "+",
                            models.F("arrears_fen"),
                        ),
                    ),
                    ("amount_fen__gt", 0),
                ),
                name="line_parts_add_up",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="booked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="change",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adjustments",
                to="assistance.entitlementchange",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="entitlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adjustments",
                to="assistance.entitlement",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="line",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="adjustments",
                to="assistance.paymentline",
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.office"
            ),
        ),
        migrations.AddField(
            model_name="adjustment",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assistance.scheme"
            ),
        ),
        migrations.AddField(
            model_name="payeeinstitution",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddField(
            model_name="payeeinstitution",
            name="entered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddField(
            model_name="payeeinstitution",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.office",
                verbose_name="所在乡镇",
            ),
        ),
        migrations.AddField(
            model_name="entitlement",
            name="paid_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entitlements",
                to="assistance.payeeinstitution",
                verbose_name="收款机构",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("beneficiary", None), ("until_month", None)),
                fields=("household", "scheme"),
                name="one_open_entitlement_per_household_scheme",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_month", None), models.Q(("beneficiary", None), _negated=True)),
                fields=("beneficiary", "scheme"),
                name="one_open_entitlement_per_person_scheme",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
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
                    ("base_fen__gte", 0),
                    ("care_fen__gte", 0),
                    ("classified_fen__gte", 0),
                ),
                name="entitlement_parts_add_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_month__day", 1),
                    ("pays_from__day", 1),
                    ("pays_from__gte", models.F("from_month")),
                    models.Q(("until_month", None), ("until_month__day", 1), _connector="OR"),
                ),
                name="entitlement_months_are_first_days",
            ),
        ),
        migrations.AddField(
            model_name="repayment",
            name="adjustment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="repayments",
                to="assistance.adjustment",
            ),
        ),
        migrations.AddField(
            model_name="repayment",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.posting"
            ),
        ),
        migrations.AddField(
            model_name="schemeterms",
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
            model_name="schemeterms",
            name="proposed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddField(
            model_name="schemeterms",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="terms_rows", to="assistance.scheme"
            ),
        ),
        migrations.AddIndex(
            model_name="adjustment",
            index=models.Index(
                condition=models.Q(("cancelled_on", None), ("line", None)),
                fields=["scheme", "office", "entitlement"],
                name="adjustment_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen", 0), _negated=True), name="adjustment_is_not_nothing"
            ),
        ),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_month__day", 1),
                    ("until_month__day", 1),
                    ("until_month__gt", models.F("from_month")),
                ),
                name="adjustment_months_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="payeeinstitution",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_on", None)),
                fields=("office", "name"),
                name="one_open_institution_per_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="payeeinstitution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(("confirmed_by", models.F("entered_by")), _negated=True),
                    _connector="OR",
                ),
                name="institution_confirmed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="repayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0)), name="repayment_is_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="repayment",
            constraint=models.UniqueConstraint(
                fields=("adjustment", "receipt"), name="a_receipt_once_per_adjustment"
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeterms",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="scheme_terms_confirmed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeterms",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at", None)),
                fields=("scheme",),
                name="one_proposed_terms_per_scheme",
            ),
        ),
        migrations.RunPython(create_triggers, migrations.RunPython.noop),
    ]
