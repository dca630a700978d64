"""Bank formats are entered by one person and confirmed by another; what is sent may be several files; rows of an answer
that were not taken are kept, encrypted, to be mended. A sheet is the third kind of file that comes along."""

import django.db.models.deletion
from django.db import migrations, models

import civaffairs.registry.fields

POSTING = {
    "blank": True,
    "null": True,
    "on_delete": django.db.models.deletion.PROTECT,
    "to": "registry.posting",
}
COLUMNS = [
    {"key": "serial", "title": "序号", "width": 8},
    {"key": "line", "title": "业务流水号", "width": 16},
    {"key": "account", "title": "收款账号", "width": 26},
    {"key": "holder", "title": "收款户名", "width": 18},
    {"key": "bank", "title": "开户行", "width": 24},
    {"key": "amount", "title": "金额", "width": 14},
    {"key": "purpose", "title": "用途", "width": 24},
]
SHEET = {"kind": "xlsx", "encoding": "utf-8", "suffix": ".xlsx", "columns": COLUMNS}


def fill(apps, schema_editor):
    part = apps.get_model("assistance", "BankFilePart")
    part.objects.bulk_create(
        part(
            bank_file=file,
            number=1,
            name=file.name,
            sha256=file.sha256,
            size=file.size,
            lines_before=0,
            line_count=file.line_count,
            total_fen=file.total_fen,
        )
        for file in apps.get_model("assistance", "BankFile").objects.all()
    )
    loaded = apps.get_model("assistance", "BankReturn").objects.exclude(exceptions=[])
    for row in loaded:
        row.exception_count = len(row.exceptions)
        row.save(update_fields=["exception_count"])
    apps.get_model("assistance", "BankFormat").objects.get_or_create(
        name="Excel 表格", defaults={"spec": SHEET}
    )


class Migration(migrations.Migration):
    dependencies = [("assistance", "0024_fund_draws"), ("registry", "0005_audit_is_not_emptied")]
    operations = [
        migrations.AlterField("bankfile", "size", models.BigIntegerField()),
        migrations.AddField(
            "bankfile",
            "format",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="assistance.bankformat",
            ),
        ),
        migrations.CreateModel(
            name="BankFilePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几个")),
                ("name", models.CharField(max_length=120, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("lines_before", models.PositiveIntegerField()),
                ("line_count", models.PositiveIntegerField()),
                ("total_fen", models.BigIntegerField()),
                (
                    "bank_file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="assistance.bankfile",
                    ),
                ),
            ],
            options={"verbose_name": "代发文件（分文件）", "ordering": ["number"]},
        ),
        migrations.AddConstraint(
            "bankfilepart",
            models.UniqueConstraint(fields=("bank_file", "number"), name="parts_of_a_bank_file_count_up"),
        ),
        migrations.AlterField("bankformat", "name", models.CharField(max_length=60, verbose_name="名称")),
        migrations.AddField(
            "bankformat", "version", models.PositiveSmallIntegerField(default=1, verbose_name="第几版")
        ),
        migrations.AddField(
            "bankformat",
            "replaces",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="assistance.bankformat",
                verbose_name="取代",
            ),
        ),
        *(
            migrations.AddField("bankformat", f"{act}_by", models.ForeignKey(related_name="+", **POSTING))
            for act in ("proposed", "confirmed", "retired")
        ),
        *(
            migrations.AddField(
                "bankformat", f"{act}_on", models.DateField(blank=True, null=True, verbose_name=label)
            )
            for act, label in (("proposed", "录入日期"), ("confirmed", "确认日期"), ("retired", "停用日期"))
        ),
        migrations.AddConstraint(
            "bankformat",
            models.UniqueConstraint(
                condition=models.Q(("is_active", True)),
                fields=("name",),
                name="one_bank_format_in_use_per_name",
            ),
        ),
        migrations.AddConstraint(
            "bankformat",
            models.UniqueConstraint(fields=("name", "version"), name="bank_format_versions_count_up"),
        ),
        migrations.AddConstraint(
            "bankformat",
            models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="bank_format_confirmed_by_another",
            ),
        ),
        migrations.AddField(
            "bankreturn",
            "exception_count",
            models.PositiveIntegerField(default=0, verbose_name="没对上的行数"),
        ),
        migrations.AddField(
            "bankreturn",
            "refused_rows",
            civaffairs.registry.fields.EncryptedField(
                blank=True, default="", purpose="bank-return-rows", verbose_name="没对上的原行"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
