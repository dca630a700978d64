"""The end of a disability certificate: an event of its own, and two numbers of the standards of the two subsidies.

Standards that are in force get the numbers that the form suggests: they only say when somebody is reminded and what is
then proposed. No money changes by them, and a county changes them with its next standard.
"""

from django.db import migrations, models

SCHEMES = ("disability-living", "disability-care")
NUMBERS = {"cert_notice_months": 3, "cert_end": "hold"}


def add(apps, schema_editor):
    for standard in apps.get_model("assistance", "Standard").objects.filter(scheme__in=SCHEMES):
        standard.params = NUMBERS | standard.params
        standard.save(update_fields=["params"])


def take_away(apps, schema_editor):
    for standard in apps.get_model("assistance", "Standard").objects.filter(scheme__in=SCHEMES):
        standard.params = {name: value for name, value in standard.params.items() if name not in NUMBERS}
        standard.save(update_fields=["params"])


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0009_run_signing"),
    ]

    operations = [
        migrations.AddField(
            model_name="dateevent",
            name="renewed_until",
            field=models.DateField(blank=True, null=True, verbose_name="新证有效期至"),
        ),
        migrations.AlterField(
            model_name="dateevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("age18", "年满18周岁"),
                    ("age60", "年满60周岁"),
                    ("age80", "年满80周岁"),
                    ("age90", "年满90周岁"),
                    ("age100", "年满100周岁"),
                    ("taper_end", "渐退期满"),
                    ("status_end", "认定到期"),
                    ("school_end", "在读证明到期"),
                    ("certificate", "证件或认证到期"),
                    ("card_soon", "残疾人证快到期"),
                    ("card_end", "残疾人证到期"),
                    ("review", "复核到期"),
                    ("yearly", "年度确认"),
                ],
                max_length=12,
                verbose_name="事件",
            ),
        ),
        migrations.AlterField(
            model_name="dateevent",
            name="proposal",
            field=models.CharField(
                choices=[
                    ("reband", "按新年龄档调整金额"),
                    ("reassess", "重新测算"),
                    ("stop", "没有换证的，提出停发"),
                    ("hold", "没有换证的，提出暂停"),
                    ("renew", "通知本人换证"),
                    ("reviewed", "登记已复核"),
                    ("invite", "告知可以申请"),
                    ("tell", "告知本人"),
                ],
                max_length=10,
                verbose_name="建议",
            ),
        ),
        migrations.AlterField(
            model_name="entitlementchange",
            name="reason_code",
            field=models.CharField(
                choices=[
                    ("income_down", "收入减少"),
                    ("costs_up", "刚性支出增加"),
                    ("work_accepted", "已接受工作或参加就业服务"),
                    ("care", "自理能力或残疾等级变化"),
                    ("illness", "患病或病愈"),
                    ("reclassified", "保障类别变化"),
                    ("error", "原测算有误，更正"),
                    ("income_up", "收入增加"),
                    ("costs_down", "刚性支出减少"),
                    ("work_refused", "连续拒绝介绍的工作"),
                    ("born", "出生"),
                    ("married_in", "结婚迁入"),
                    ("adopted", "收养"),
                    ("returned", "退伍、毕业或刑满后回户"),
                    ("omitted", "原来漏登"),
                    ("married_out", "结婚迁出"),
                    ("moved_away", "户籍迁出或分户"),
                    ("own_living", "成年后独立生活"),
                    ("drafted", "入伍"),
                    ("imprisoned", "服刑"),
                    ("missing", "失踪"),
                    ("transferred", "本人转入其他保障"),
                    ("income", "收入超过标准"),
                    ("property", "财产不符合规定"),
                    ("moved", "户籍迁出"),
                    ("tekun", "转入特困供养"),
                    ("voluntary", "自愿退出"),
                    ("able", "恢复劳动或自理能力"),
                    ("supported", "有了有能力的赡养抚养人"),
                    ("grown", "已成年或毕业"),
                    ("category", "不再属于这类对象"),
                    ("prison", "服刑"),
                    ("unrenewed", "残疾人证到期没有换证"),
                    ("uncooperative", "拒不配合复核"),
                    ("false", "虚报瞒报"),
                    ("other", "其他"),
                    ("uncertified", "没有按时做生存认证或年度确认"),
                    ("absent", "联系不上本人"),
                    ("checking", "有举报或疑点，正在核查"),
                    ("custody", "被羁押、服刑或通缉"),
                    ("account", "账户有问题"),
                    ("certified", "已补做认证或确认"),
                    ("renewed", "已换领残疾人证"),
                    ("found", "已联系上本人"),
                    ("cleared", "核查后没有问题"),
                    ("released", "已恢复人身自由"),
                    ("account_ok", "账户已更正"),
                    ("work", "就业增收后超过标准"),
                    ("moved_inside", "县内迁移"),
                    ("head_dead", "原户主去世"),
                    ("head_left", "原户主离开本户"),
                    ("head_unfit", "原户主不便领款"),
                    ("asked", "家庭要求变更"),
                    ("death", "保障对象死亡"),
                    ("to_other", "符合另一项保障的条件"),
                    ("admitted", "入住供养机构"),
                    ("discharged", "离开供养机构"),
                    ("other_home", "转到另一家供养机构"),
                    ("carer_changed", "照料服务人或协议变化"),
                    ("switched", "转入其他项目"),
                    ("tapered", "渐退期满"),
                ],
                max_length=20,
                verbose_name="原因",
            ),
        ),
        migrations.RunPython(add, take_away),
    ]
