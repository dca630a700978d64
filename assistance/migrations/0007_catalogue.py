"""The programmes of the catalogue as rows. The names stand here as they were on that day; later names are later
migrations."""

from django.db import migrations

# code, name, short name, family, class, order
SCHEMES = [
    ("dibao-urban", "城市最低生活保障", "城市低保", "dibao", "basic", 1),
    ("dibao-rural", "农村最低生活保障", "农村低保", "dibao", "basic", 2),
    ("tekun-urban", "城市特困人员救助供养", "城市特困", "tekun", "basic", 3),
    ("tekun-rural", "农村特困人员救助供养", "农村特困", "tekun", "basic", 4),
    ("dibao-edge", "低保边缘家庭认定", "低保边缘", "status", "basic", 5),
    ("rigid-burden", "刚性支出困难家庭认定", "刚性支出困难", "status", "basic", 6),
    ("temp-quick", "临时救助（小额快救）", "小额快救", "temporary", "urgent", 7),
    ("temp-urgent", "临时救助（急难型）", "急难型临时救助", "temporary", "urgent", 8),
    ("temp-expense", "临时救助（支出型）", "支出型临时救助", "temporary", "urgent", 9),
    ("disability-living", "困难残疾人生活补贴", "残疾生活补贴", "disability-living", "welfare", 10),
    ("disability-care", "重度残疾人护理补贴", "残疾护理补贴", "disability-care", "welfare", 11),
    ("old-age", "高龄津贴", "高龄津贴", "old-age", "welfare", 12),
    ("longevity", "百岁老人长寿保健费", "长寿保健费", "longevity", "welfare", 13),
    ("elder-poor", "经济困难高龄老年人补贴", "困难高龄补贴", "elder-poor", "welfare", 14),
    ("elder-disabled", "经济困难失能老年人补贴", "困难失能补贴", "elder-care", "welfare", 15),
    ("elder-service", "养老服务补贴", "养老服务补贴", "elder-service", "welfare", 16),
    ("orphan", "孤儿基本生活保障", "孤儿", "child", "welfare", 17),
    ("de-facto-orphan", "事实无人抚养儿童基本生活补贴", "事实无人抚养儿童", "child", "welfare", 18),
    ("vet-disability", "残疾军人抚恤金", "残疾抚恤", "vet-disability", "veteran", 19),
    ("vet-survivor", "烈士等遗属定期抚恤金", "定期抚恤", "vet-survivor", "veteran", 20),
    ("vet-living", "退役军人等定期生活补助", "定期补助", "vet-living", "veteran", 21),
    ("vet-service", "义务兵家庭优待金", "义务兵优待金", "vet-service", "veteran", 22),
    ("medical", "医疗救助", "医疗救助", "medical", "special", 23),
    ("education", "教育救助", "教育救助", "education", "special", 24),
    ("premium-aid", "资助参加基本医疗保险", "资助参保", "premium-aid", "special", 25),
    ("festival", "节日慰问金", "节日慰问", "festival", "welfare", 26),
    ("price", "价格临时补贴", "价格补贴", "price", "basic", 27),
    ("silicosis", "矽肺病人生活补助", "矽肺病人", "silicosis", "welfare", 28),
    ("retrenched", "精减退职老弱残职工救济", "精减退职职工", "retrenched", "welfare", 29),
    ("kashin-beck", "大骨节病患者补助", "大骨节病", "kashin-beck", "welfare", 30),
]


def add_schemes(apps, schema_editor):
    scheme = apps.get_model("assistance", "Scheme")
    for code, name, short, family, klass, order in SCHEMES:
        values = {"name": name, "short_name": short, "family": family, "klass": klass, "order": order}
        scheme.objects.update_or_create(code=code, defaults=values)


class Migration(migrations.Migration):
    replaces = [("assistance", "0014_programmes")]
    dependencies = [("assistance", "0006_money_ledger")]
    operations = [migrations.RunPython(add_schemes, migrations.RunPython.noop)]
