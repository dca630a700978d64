"""A township takes back what it proposed while nobody has answered it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0022_settled_care"),
        ("registry", "0005_audit_is_not_emptied"),
    ]

    operations = [
        migrations.AddField(
            model_name="entitlementchange",
            name="withdraw_reason",
            field=models.CharField(blank=True, db_default="", max_length=200, verbose_name="撤回原因"),
        ),
        migrations.AddField(
            model_name="entitlementchange",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddField(
            model_name="entitlementchange",
            name="withdrawn_on",
            field=models.DateField(blank=True, null=True, verbose_name="撤回日期"),
        ),
        migrations.AlterField(
            model_name="entitlementchange",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "待县级确认"),
                    ("confirmed", "已生效"),
                    ("refused", "未同意"),
                    ("withdrawn", "已撤回"),
                ],
                default="proposed",
                max_length=10,
                verbose_name="状态",
            ),
        ),
    ]
