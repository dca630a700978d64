"""Changes of every kind, where there were only ends; and the days of the calendar that may bring one."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def sums_of_earlier_ends(apps, schema_editor):
    """Every change so far was the end of an entitlement."""
    change = apps.get_model("assistance", "EntitlementChange")
    entitlement = apps.get_model("assistance", "Entitlement").objects.filter(pk=OuterRef("entitlement"))
    change.objects.update(before_fen=Subquery(entitlement.values("amount_fen")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("assistance", "0016_standard_changes"),
        ("registry", "0005_audit_is_not_emptied"),
    ]

    operations = [
        migrations.CreateModel(
            name="DateEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
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
                            ("review", "复核到期"),
                            ("yearly", "年度确认"),
                        ],
                        max_length=12,
                        verbose_name="事件",
                    ),
                ),
                ("month", models.DateField(verbose_name="到期月份")),
                ("due_on", models.DateField(verbose_name="到期日")),
                (
                    "proposal",
                    models.CharField(
                        choices=[
                            ("reband", "按新年龄档调整金额"),
                            ("reassess", "重新测算"),
                            ("stop", "提出停发"),
                            ("reviewed", "登记已复核"),
                            ("invite", "告知可以申请"),
                            ("tell", "告知本人"),
                        ],
                        max_length=10,
                        verbose_name="建议",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待办"), ("done", "已办"), ("dropped", "不办")],
                        default="open",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="不办的原因"),
                ),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="办理日期")),
            ],
            options={
                "verbose_name": "到期事件",
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.AlterModelOptions(
            name="entitlementchange",
            options={"ordering": ["-id"], "verbose_name": "待遇变更"},
        ),
        migrations.RenameField("entitlementchange", "deceased", "person"),
        migrations.RenameField("entitlementchange", "until_month", "from_month"),
        migrations.AddField(
            model_name="entitlementchange",
            name="after_fen",
            field=models.BigIntegerField(default=0, verbose_name="变更后金额"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="entitlementchange",
            name="before_fen",
            field=models.BigIntegerField(default=0, verbose_name="变更前金额"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="entitlementchange",
            name="details",
            field=models.JSONField(blank=True, default=dict, verbose_name="其他内容"),
        ),
        migrations.AddField(
            model_name="entitlementchange",
            name="facts",
            field=models.JSONField(blank=True, null=True, verbose_name="变化后的情况"),
        ),
        migrations.AlterField(
            model_name="entitlementchange",
            name="from_month",
            field=models.DateField(verbose_name="生效月份"),
        ),
        migrations.AddField(
            model_name="entitlementchange",
            name="informed_how",
            field=models.CharField(blank=True, max_length=100, verbose_name="告知方式"),
        ),
        migrations.AddField(
            model_name="entitlementchange",
            name="informed_on",
            field=models.DateField(blank=True, null=True, verbose_name="告知日期"),
        ),
        migrations.AddField(
            model_name="entitlementchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("raise", "增发"),
                    ("cut", "减发"),
                    ("join", "增员"),
                    ("leave", "减员"),
                    ("stop", "停发"),
                    ("hold", "暂停"),
                    ("resume", "恢复"),
                    ("taper", "渐退"),
                    ("move", "迁移"),
                    ("head", "户主变更"),
                    ("death", "死亡"),
                    ("quit", "自愿退出"),
                    ("switch", "转保"),
                ],
                default="stop",
                max_length=10,
                verbose_name="事项",
            ),
        ),
        migrations.AddField(
            model_name="entitlementchange",
            name="leading",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="others",
                to="assistance.entitlementchange",
            ),
        ),
        migrations.AddField(
            model_name="entitlementchange",
            name="opened",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="opened_by",
                to="assistance.entitlement",
            ),
        ),
        migrations.AddField(
            model_name="entitlementchange",
            name="payee",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
                verbose_name="以后的领款人",
            ),
        ),
        migrations.AlterField(
            model_name="entitlementchange",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="registry.person",
                verbose_name="涉及人员",
            ),
        ),
        migrations.AddField(
            model_name="entitlementchange",
            name="reckoning",
            field=models.JSONField(blank=True, default=dict, verbose_name="测算"),
        ),
        migrations.AlterField(
            model_name="entitlementchange",
            name="reason_code",
            field=models.CharField(
                choices=[
                    ("income_down", "收入减少"),
                    ("costs_up", "刚性支出增加"),
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
                    ("uncooperative", "拒不配合复核"),
                    ("false", "虚报瞒报"),
                    ("other", "其他"),
                    ("uncertified", "没有按时做生存认证或年度确认"),
                    ("absent", "联系不上本人"),
                    ("checking", "有举报或疑点，正在核查"),
                    ("custody", "被羁押、服刑或通缉"),
                    ("account", "账户有问题"),
                    ("certified", "已补做认证或确认"),
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
                    ("switched", "转入其他项目"),
                    ("tapered", "渐退期满"),
                ],
                max_length=20,
                verbose_name="原因",
            ),
        ),
        migrations.RunPython(sums_of_earlier_ends, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="entitlementchange",
            index=models.Index(fields=["status", "office", "id"], name="change_by_status"),
        ),
        migrations.AddConstraint(
            model_name="entitlementchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_month__day", 1)), name="change_month_is_first_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="entitlementchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("after_fen__gte", 0), ("before_fen__gte", 0)),
                name="change_sums_not_negative",
            ),
        ),
        migrations.AddField(
            model_name="dateevent",
            name="change",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="date_events",
                to="assistance.entitlementchange",
            ),
        ),
        migrations.AddField(
            model_name="dateevent",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.posting",
            ),
        ),
        migrations.AddField(
            model_name="dateevent",
            name="entitlement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="date_events",
                to="assistance.entitlement",
            ),
        ),
        migrations.AddField(
            model_name="dateevent",
            name="household",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.household",
            ),
        ),
        migrations.AddField(
            model_name="dateevent",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.office"
            ),
        ),
        migrations.AddField(
            model_name="dateevent",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="date_events",
                to="registry.person",
            ),
        ),
        migrations.AddField(
            model_name="dateevent",
            name="scheme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assistance.scheme",
            ),
        ),
        migrations.AddIndex(
            model_name="dateevent",
            index=models.Index(fields=["state", "office", "due_on", "id"], name="event_worklist"),
        ),
        migrations.AddConstraint(
            model_name="dateevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("entitlement", None), _negated=True),
                fields=("kind", "month", "entitlement"),
                name="one_event_per_entitlement_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="dateevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("entitlement", None)),
                fields=("kind", "person"),
                name="one_event_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="dateevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="event_month_is_first_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="dateevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("entitlement", None), ("person", None), _negated=True),
                name="event_is_about_somebody",
            ),
        ),
    ]
