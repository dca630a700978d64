"""Four usual shapes of bank files to start from. A county adds its bank's own as further rows."""

from django.db import migrations

COLUMNS = [
    {"key": "serial", "title": "序号"},
    {"key": "line", "title": "业务流水号"},
    {"key": "account", "title": "收款账号"},
    {"key": "holder", "title": "收款户名"},
    {"key": "bank", "title": "开户行"},
    {"key": "amount", "title": "金额"},
    {"key": "purpose", "title": "用途"},
]
FORMATS = [
    ("通用CSV（UTF-8）", {"encoding": "utf-8-sig", "columns": COLUMNS}),
    (
        "通用CSV（GBK，带合计行）",
        {
            "encoding": "gbk",
            "columns": COLUMNS,
            "total": "last",
            "total_columns": [
                {"key": "constant", "text": "合计"},
                {"key": "count", "title": "笔数"},
                {"key": "blank"},
                {"key": "blank"},
                {"key": "blank"},
                {"key": "total", "title": "金额"},
                {"key": "blank"},
            ],
        },
    ),
    (
        "定长文本（GBK，金额到分）",
        {
            "encoding": "gbk",
            "delimiter": "",
            "header": False,
            "amount_unit": "fen",
            "suffix": ".txt",
            "columns": [
                {"key": "serial", "title": "序号", "width": 8, "align": "right", "fill": "0"},
                {"key": "line", "title": "业务流水号", "width": 18, "align": "right", "fill": "0"},
                {"key": "account", "title": "账号", "width": 32},
                {"key": "holder", "title": "户名", "width": 60},
                {"key": "amount", "title": "金额", "width": 15, "align": "right", "fill": "0"},
            ],
            "total": "first",
            "total_columns": [
                {"key": "constant", "text": "T", "width": 1},
                {"key": "count", "title": "笔数", "width": 8, "align": "right", "fill": "0"},
                {"key": "total", "title": "金额", "width": 18, "align": "right", "fill": "0"},
                {"key": "month", "title": "月份", "width": 6},
            ],
        },
    ),
    (
        "Excel 表格",
        {
            "kind": "xlsx",
            "encoding": "utf-8",
            "suffix": ".xlsx",
            "columns": [
                {**column, "width": width}
                for column, width in zip(COLUMNS, (8, 16, 26, 18, 24, 14, 24), strict=True)
            ],
        },
    ),
]


def add_formats(apps, schema_editor):
    bank_format = apps.get_model("assistance", "BankFormat")
    for name, spec in FORMATS:
        bank_format.objects.get_or_create(name=name, defaults={"spec": spec})


class Migration(migrations.Migration):
    replaces = [("assistance", "0006_bank_formats")]
    dependencies = [("assistance", "0007_catalogue")]
    operations = [migrations.RunPython(add_formats, migrations.RunPython.noop)]
