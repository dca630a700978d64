"""Every table of this app as it stands; what the database itself watches over comes after it."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import civaffairs.registry.fields
from civaffairs.registry.tables import TablesAtOnce


class Migration(migrations.Migration):
    replaces = [
        ("assistance", "0001_initial"),
        ("assistance", "0002_schemes"),
        ("assistance", "0003_income_nature"),
        ("assistance", "0004_more_acts"),
        ("assistance", "0005_change_says_who_died"),
        ("assistance", "0008_amend"),
        ("assistance", "0009_days_of_a_run"),
        ("assistance", "0010_members_as_declared"),
        ("assistance", "0013_every_programme"),
        ("assistance", "0016_standard_changes"),
        ("assistance", "0017_change_kinds"),
        ("assistance", "0018_overlaps"),
        ("assistance", "0019_batches"),
        ("assistance", "0020_petty_cash"),
        ("assistance", "0021_events_of_two"),
        ("assistance", "0022_settled_care"),
        ("assistance", "0023_change_withdrawn"),
        ("assistance", "0025_bank_formats_by_form"),
        ("assistance", "0026_endings_are_posted"),
        ("assistance", "0027_advances_concluded"),
        ("assistance", "0028_lines_that_came_back"),
        ("assistance", "0029_closing_and_claims"),
    ]

    initial = True

    dependencies = [
        ("jobs", "0001_tables"),
        ("registry", "0001_tables"),
    ]

    operations = [
        TablesAtOnce(
            [
                migrations.CreateModel(
                    name="Scheme",
                    fields=[
                        (
                            "code",
                            models.CharField(
                                max_length=40, primary_key=True, serialize=False, verbose_name="代码"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("short_name", models.CharField(max_length=30, verbose_name="简称")),
                        ("family", models.CharField(max_length=30, verbose_name="门类")),
                        ("is_active", models.BooleanField(default=True, verbose_name="在办")),
                        ("order", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                        (
                            "klass",
                            models.CharField(
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
                        ("terms", models.JSONField(blank=True, default=list, verbose_name="县里的规定")),
                    ],
                    options={
                        "verbose_name": "救助项目",
                        "ordering": ["order", "code"],
                    },
                ),
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
                        (
                            "settled_fen",
                            models.BigIntegerField(db_default=0, default=0, verbose_name="已结清"),
                        ),
                        ("booked_on", models.DateField(verbose_name="登记日期")),
                        ("cancelled_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                        (
                            "cancel_reason",
                            models.CharField(
                                blank=True, db_default="", max_length=200, verbose_name="撤销原因"
                            ),
                        ),
                        (
                            "booked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "cancelled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "补发和追缴",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Application",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=24, unique=True, verbose_name="受理编号")),
                        (
                            "status",
                            models.CharField(
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
                        ("version", models.PositiveIntegerField(default=1)),
                        ("reason", models.CharField(max_length=500, verbose_name="申请理由")),
                        ("causes", models.JSONField(default=list, verbose_name="致贫原因")),
                        ("applied_on", models.DateField(verbose_name="申请日期")),
                        ("single_person", models.BooleanField(default=False, verbose_name="单人保")),
                        (
                            "answers",
                            civaffairs.registry.fields.EncryptedField(
                                default="{}", purpose="answers", verbose_name="专项情况"
                            ),
                        ),
                        ("agent_name", models.CharField(blank=True, max_length=60, verbose_name="代办人")),
                        (
                            "agent_relation",
                            models.CharField(blank=True, max_length=40, verbose_name="代办人与申请人关系"),
                        ),
                        ("housing", models.JSONField(default=dict, verbose_name="住房情况")),
                        (
                            "account_bank",
                            models.CharField(blank=True, max_length=60, verbose_name="开户银行"),
                        ),
                        ("account_holder", models.CharField(blank=True, max_length=60, verbose_name="户名")),
                        (
                            "account_number",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="bank-account", verbose_name="账号"
                            ),
                        ),
                        (
                            "account_holder_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="户名与申请人不一致的原因"
                            ),
                        ),
                        (
                            "phone",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="phone", verbose_name="联系电话"
                            ),
                        ),
                        ("near_relative", models.BooleanField(default=False, verbose_name="近亲属备案")),
                        (
                            "near_relative_note",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="近亲属说明（姓名、单位、关系）"
                            ),
                        ),
                        ("complained_of", models.BooleanField(default=False, verbose_name="有投诉举报")),
                        (
                            "needs_deliberation",
                            models.BooleanField(default=False, verbose_name="需要民主评议"),
                        ),
                        ("peer_agreed", models.BooleanField(null=True, verbose_name="会审意见")),
                        (
                            "peer_document",
                            models.CharField(blank=True, max_length=80, verbose_name="会审文号或回执"),
                        ),
                        ("submitted_on", models.DateField(verbose_name="提交日期")),
                        ("accepted_on", models.DateField(null=True, verbose_name="受理日期")),
                        ("county_received_on", models.DateField(null=True, verbose_name="县级收件日期")),
                        ("decided_on", models.DateField(null=True, verbose_name="决定日期")),
                        ("step_due_on", models.DateField(null=True, verbose_name="本步期限")),
                        ("total_due_on", models.DateField(null=True, verbose_name="总期限")),
                        (
                            "due_certain",
                            models.BooleanField(
                                default=True,
                                help_text="跨到没有放假安排的年份时为否",
                                verbose_name="期限确定",
                            ),
                        ),
                        ("paused_on", models.DateField(null=True, verbose_name="暂停计时日")),
                        ("delegated", models.BooleanField(default=False, verbose_name="委托乡镇确认")),
                        (
                            "extended_reason",
                            models.CharField(blank=True, max_length=300, verbose_name="延长原因"),
                        ),
                        ("correction_asked", models.BooleanField(default=False, verbose_name="已一次性告知")),
                        (
                            "notice_rounds",
                            models.PositiveSmallIntegerField(default=0, verbose_name="已公示轮次"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "applicant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="applications",
                                to="registry.person",
                                verbose_name="申请人",
                            ),
                        ),
                        (
                            "beneficiary",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="own_applications",
                                to="registry.person",
                                verbose_name="保障对象",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "handled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="applications",
                                to="registry.household",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                                verbose_name="所在村（社区）",
                            ),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "submitted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="applications",
                                to="assistance.scheme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "申请",
                    },
                ),
                migrations.CreateModel(
                    name="ApplicationMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("order", models.PositiveSmallIntegerField(default=0)),
                        (
                            "relationship",
                            models.CharField(
                                choices=[
                                    ("head", "户主"),
                                    ("spouse", "配偶"),
                                    ("son", "子"),
                                    ("daughter", "女"),
                                    ("father", "父亲"),
                                    ("mother", "母亲"),
                                    ("grandchild", "孙子女、外孙子女"),
                                    ("grandparent", "祖父母、外祖父母"),
                                    ("sibling", "兄弟姐妹"),
                                    ("child_in_law", "儿媳、女婿"),
                                    ("parent_in_law", "公婆、岳父母"),
                                    ("other", "其他"),
                                ],
                                max_length=20,
                                verbose_name="与户主关系",
                            ),
                        ),
                        ("protected", models.BooleanField(default=True, verbose_name="是否保障对象")),
                        (
                            "excluded_reason",
                            models.CharField(blank=True, max_length=100, verbose_name="不计入的原因"),
                        ),
                        (
                            "labour",
                            models.CharField(
                                choices=[
                                    ("full", "有劳动能力"),
                                    ("partial", "部分丧失劳动能力"),
                                    ("lost", "完全丧失劳动能力"),
                                    ("none", "无劳动能力（未成年或60岁以上）"),
                                ],
                                max_length=10,
                                verbose_name="劳动能力",
                            ),
                        ),
                        ("health", models.CharField(default="健康", max_length=40, verbose_name="健康状况")),
                        ("severe_illness", models.BooleanField(default=False, verbose_name="重特大疾病")),
                        (
                            "illness",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="illness", verbose_name="病种"
                            ),
                        ),
                        ("ethnicity", models.CharField(blank=True, max_length=20, verbose_name="民族")),
                        (
                            "disability_number",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="disability-number", verbose_name="残疾人证号"
                            ),
                        ),
                        (
                            "disability_kind",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="残疾类别"),
                        ),
                        (
                            "disability_grade",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="残疾等级"),
                        ),
                        ("marriage", models.CharField(blank=True, max_length=20, verbose_name="婚姻状况")),
                        ("education", models.CharField(blank=True, max_length=20, verbose_name="文化程度")),
                        ("employment", models.CharField(blank=True, max_length=40, verbose_name="就业状况")),
                        ("employer", models.CharField(blank=True, max_length=80, verbose_name="工作单位")),
                        ("school", models.CharField(blank=True, max_length=80, verbose_name="在读学校")),
                        ("insurance", models.CharField(blank=True, max_length=40, verbose_name="参保类型")),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="members",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "申请家庭成员",
                        "ordering": ["order"],
                    },
                ),
                migrations.CreateModel(
                    name="AssessmentRecord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("eligible", "符合"),
                                    ("not_eligible", "不符合"),
                                    ("cannot_decide", "无法测算"),
                                ],
                                max_length=20,
                                verbose_name="结论",
                            ),
                        ),
                        ("amount_fen", models.BigIntegerField(default=0, verbose_name="月保障金")),
                        ("base_fen", models.BigIntegerField(default=0, verbose_name="基本保障金")),
                        ("classified_fen", models.BigIntegerField(default=0, verbose_name="分类施保")),
                        ("care_fen", models.BigIntegerField(default=0, verbose_name="照料护理")),
                        ("category", models.CharField(blank=True, max_length=40, verbose_name="类别")),
                        ("persons", models.PositiveSmallIntegerField(default=0, verbose_name="保障人数")),
                        ("per_head_fen", models.BigIntegerField(null=True, verbose_name="家庭月人均收入")),
                        ("facts", models.JSONField()),
                        ("steps", models.JSONField()),
                        ("parts", models.JSONField(default=list)),
                        ("reasons", models.JSONField(default=list)),
                        ("on", models.DateField(verbose_name="测算日期")),
                        ("at", models.DateTimeField(auto_now_add=True)),
                        ("is_current", models.BooleanField(default=True)),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assessments",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "测算",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="BankFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("spec", models.JSONField(verbose_name="格式")),
                        ("name", models.CharField(max_length=120, verbose_name="文件名")),
                        ("sha256", models.CharField(max_length=64)),
                        ("size", models.BigIntegerField()),
                        ("line_count", models.PositiveIntegerField()),
                        ("total_fen", models.BigIntegerField()),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "代发文件",
                    },
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
                    options={
                        "verbose_name": "代发文件（分文件）",
                        "ordering": ["number"],
                    },
                ),
                migrations.CreateModel(
                    name="BankFormat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        ("spec", models.JSONField(verbose_name="格式")),
                        ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                        ("version", models.PositiveSmallIntegerField(default=1, verbose_name="第几版")),
                        ("proposed_on", models.DateField(blank=True, null=True, verbose_name="录入日期")),
                        ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="确认日期")),
                        ("retired_on", models.DateField(blank=True, null=True, verbose_name="停用日期")),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
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
                        (
                            "retired_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "银行格式",
                        "ordering": ["id"],
                    },
                ),
                migrations.AddField(
                    model_name="bankfile",
                    name="format",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="assistance.bankformat",
                    ),
                ),
                migrations.CreateModel(
                    name="BankReturn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sha256", models.CharField(max_length=64)),
                        ("name", models.CharField(max_length=120, verbose_name="文件名")),
                        ("loaded_on", models.DateField()),
                        ("paid_count", models.PositiveIntegerField(default=0)),
                        ("returned_count", models.PositiveIntegerField(default=0)),
                        ("exceptions", models.JSONField(default=list)),
                        (
                            "exception_count",
                            models.PositiveIntegerField(default=0, verbose_name="没对上的行数"),
                        ),
                        (
                            "refused_rows",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True,
                                default="",
                                purpose="bank-return-rows",
                                verbose_name="没对上的原行",
                            ),
                        ),
                        (
                            "bank_file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="returns",
                                to="assistance.bankfile",
                            ),
                        ),
                        (
                            "loaded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "银行回盘",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Batch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(verbose_name="发放月份")),
                        ("title", models.CharField(max_length=60, verbose_name="名称")),
                        ("document_number", models.CharField(max_length=80, verbose_name="文号")),
                        ("as_of", models.DateField(verbose_name="按哪天在册")),
                        ("cause", models.CharField(max_length=90)),
                        ("indexes", models.JSONField(blank=True, default=dict, verbose_name="价格涨幅")),
                        (
                            "published_on",
                            models.DateField(blank=True, null=True, verbose_name="指数发布日期"),
                        ),
                        ("pay_by", models.DateField(blank=True, null=True, verbose_name="发放期限")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("prepared", "待审批"),
                                    ("approved", "已审批"),
                                    ("discarded", "已作废"),
                                    ("undone", "已撤销"),
                                ],
                                default="prepared",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("person_count", models.PositiveIntegerField(default=0, verbose_name="人数")),
                        ("total_fen", models.BigIntegerField(default=0, verbose_name="金额")),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        ("prepared_on", models.DateField(verbose_name="生成日期")),
                        ("approved_on", models.DateField(blank=True, null=True, verbose_name="审批日期")),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="作废或撤销日期")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                                verbose_name="范围",
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "prepared_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "批量发放",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="BatchRate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("standing", models.CharField(max_length=20, verbose_name="身份")),
                        ("is_urban", models.BooleanField(verbose_name="城镇")),
                        ("amount_fen", models.BigIntegerField(verbose_name="每人金额")),
                        ("steps", models.JSONField(default=list, verbose_name="计算过程")),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rates",
                                to="assistance.batch",
                            ),
                        ),
                        (
                            "township",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "批量发放标准",
                    },
                ),
                migrations.CreateModel(
                    name="CaseEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        (
                            "act",
                            models.CharField(
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
                                    ("give_advance", "先行救助"),
                                    ("withdraw", "撤回申请"),
                                    ("terminate", "终止程序"),
                                    ("inform", "登记书面告知"),
                                ],
                                max_length=30,
                                verbose_name="动作",
                            ),
                        ),
                        ("by_label", models.CharField(max_length=120, verbose_name="经办")),
                        ("on", models.DateField(verbose_name="日期")),
                        ("at", models.DateTimeField(auto_now_add=True)),
                        (
                            "from_status",
                            models.CharField(
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
                        (
                            "to_status",
                            models.CharField(
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
                        ("opinion", models.CharField(blank=True, max_length=1000, verbose_name="意见")),
                        ("details", models.JSONField(default=dict)),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="events",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "办理记录",
                        "ordering": ["-version"],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimNotice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=60, unique=True, verbose_name="文书编号")),
                        ("served_on", models.DateField(verbose_name="送达日期")),
                        (
                            "how",
                            models.CharField(
                                choices=[
                                    ("person", "当面送达"),
                                    ("left", "留置送达"),
                                    ("post", "邮寄送达"),
                                    ("other", "委托送达"),
                                ],
                                max_length=10,
                                verbose_name="送达方式",
                            ),
                        ),
                        ("received_by", models.CharField(max_length=60, verbose_name="签收人")),
                        ("due_on", models.DateField(verbose_name="退回期限")),
                        ("open_fen", models.BigIntegerField(verbose_name="通知时应退金额")),
                        ("recorded_on", models.DateField(verbose_name="登记日期")),
                        (
                            "adjustment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notices",
                                to="assistance.adjustment",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "追缴通知",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("agreed_on", models.DateField(verbose_name="约定日期")),
                        ("paper", models.CharField(max_length=60, verbose_name="协议或承诺书编号")),
                        ("settled_before_fen", models.BigIntegerField(verbose_name="约定前已退")),
                        ("recorded_on", models.DateField(verbose_name="登记日期")),
                        ("ended_on", models.DateField(blank=True, null=True, verbose_name="作废日期")),
                        (
                            "adjustment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="assistance.adjustment",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "分期约定",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[("approved", "确认"), ("refused", "不予确认")],
                                max_length=10,
                                verbose_name="决定",
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True, verbose_name="文书编号")),
                        ("decided_on", models.DateField(verbose_name="决定日期")),
                        ("reason", models.CharField(blank=True, max_length=1000, verbose_name="意见或理由")),
                        ("amount_fen", models.BigIntegerField(default=0, verbose_name="月保障金")),
                        ("from_month", models.DateField(null=True, verbose_name="起发月份")),
                        ("inform_due_on", models.DateField(null=True, verbose_name="告知期限")),
                        ("informed_on", models.DateField(null=True, verbose_name="告知日期")),
                        (
                            "application",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decision",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "assessment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.assessmentrecord",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "决定",
                    },
                ),
                migrations.CreateModel(
                    name="DeclarationVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("content", civaffairs.registry.fields.EncryptedField(purpose="declaration")),
                        ("submitted_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="declarations",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "submitted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-number"],
                    },
                ),
                migrations.CreateModel(
                    name="DeductionItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20, verbose_name="扣减类别")),
                        ("label", models.CharField(blank=True, max_length=80, verbose_name="说明")),
                        ("annual_fen", models.BigIntegerField(verbose_name="年支出")),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deductions",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="assistance.applicationmember",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Deliberation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("held_on", models.DateField(verbose_name="评议日期")),
                        ("place", models.CharField(max_length=100, verbose_name="评议地点")),
                        ("chair", models.CharField(max_length=40, verbose_name="主持人")),
                        ("present", models.PositiveSmallIntegerField(verbose_name="参加人数")),
                        ("agreed", models.PositiveSmallIntegerField(verbose_name="同意人数")),
                        ("disagreed", models.PositiveSmallIntegerField(verbose_name="不同意人数")),
                        ("opinion", models.CharField(max_length=500, verbose_name="评议意见")),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliberations",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "民主评议",
                        "ordering": ["-held_on", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Draft",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("label", models.CharField(blank=True, max_length=60, verbose_name="申请人")),
                        ("content", civaffairs.registry.fields.EncryptedField(default="{}", purpose="draft")),
                        ("version", models.PositiveIntegerField(default=0)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("saved_at", models.DateTimeField(auto_now=True)),
                        ("submitted_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "application",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="drafts",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                                verbose_name="所在村（社区）",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "申请草稿",
                        "ordering": ["-saved_at"],
                    },
                ),
                migrations.CreateModel(
                    name="DraftAttachment",
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
                                    ("id", "身份证、户口簿"),
                                    ("authorisation", "核对授权书"),
                                    ("honesty", "诚信承诺书"),
                                    ("income", "收入证明"),
                                    ("illness", "诊断、病历材料"),
                                    ("disability", "残疾人证"),
                                    ("school", "在读证明"),
                                    ("account", "银行卡（折）"),
                                    ("visit", "入户照片"),
                                    ("notice", "公示照片"),
                                    ("deliberation", "评议记录"),
                                    ("check", "核对报告"),
                                    ("other", "其他"),
                                ],
                                max_length=20,
                                verbose_name="种类",
                            ),
                        ),
                        (
                            "attachment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="registry.attachment"
                            ),
                        ),
                        (
                            "draft",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, to="assistance.draft"
                            ),
                        ),
                    ],
                ),
                migrations.AddField(
                    model_name="draft",
                    name="attachments",
                    field=models.ManyToManyField(
                        related_name="+", through="assistance.DraftAttachment", to="registry.attachment"
                    ),
                ),
                migrations.CreateModel(
                    name="EnrolmentLead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("family", models.CharField(max_length=30, verbose_name="项目")),
                        (
                            "state",
                            models.CharField(
                                choices=[("started", "已登记线索"), ("dropped", "不符合")],
                                max_length=8,
                                verbose_name="状态",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                        ("on", models.DateField(verbose_name="日期")),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "draft",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="assistance.draft",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enrolment_leads",
                                to="registry.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "应享未享线索",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Entitlement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(db_index=True, max_length=32, verbose_name="证号")),
                        ("category", models.CharField(blank=True, max_length=40, verbose_name="类别")),
                        ("persons", models.PositiveSmallIntegerField(verbose_name="保障人数")),
                        ("base_fen", models.BigIntegerField(verbose_name="基本保障金")),
                        ("classified_fen", models.BigIntegerField(default=0, verbose_name="分类施保")),
                        ("care_fen", models.BigIntegerField(default=0, verbose_name="照料护理")),
                        ("amount_fen", models.BigIntegerField(verbose_name="月保障金")),
                        ("from_month", models.DateField(verbose_name="起发月份")),
                        ("pays_from", models.DateField(verbose_name="列入名册的首月")),
                        (
                            "until_month",
                            models.DateField(blank=True, null=True, verbose_name="止发月份（不含）"),
                        ),
                        ("end_reason", models.CharField(blank=True, max_length=20, verbose_name="终止原因")),
                        ("held_since", models.DateField(blank=True, null=True, verbose_name="暂停起月")),
                        ("causes", models.JSONField(default=list, verbose_name="致贫原因")),
                        ("review_due_on", models.DateField(null=True, verbose_name="复核期限")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "beneficiary",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="own_entitlements",
                                to="registry.person",
                                verbose_name="保障对象",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entitlements",
                                to="assistance.decision",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entitlements",
                                to="registry.household",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "payee",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entitlements",
                                to="registry.person",
                                verbose_name="领款人",
                            ),
                        ),
                        (
                            "previous",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="next",
                                to="assistance.entitlement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "待遇",
                    },
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
                migrations.CreateModel(
                    name="EntitlementChange",
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
                                    ("keep", "供养方式变更"),
                                ],
                                default="stop",
                                max_length=10,
                                verbose_name="事项",
                            ),
                        ),
                        (
                            "reason_code",
                            models.CharField(
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
                        ("explanation", models.CharField(max_length=500, verbose_name="具体情况")),
                        ("from_month", models.DateField(verbose_name="生效月份")),
                        ("died_on", models.DateField(blank=True, null=True, verbose_name="死亡日期")),
                        ("heard_on", models.DateField(blank=True, null=True, verbose_name="听取意见日期")),
                        (
                            "heard_how",
                            models.CharField(blank=True, max_length=500, verbose_name="听取意见情况"),
                        ),
                        ("details", models.JSONField(blank=True, default=dict, verbose_name="其他内容")),
                        ("facts", models.JSONField(blank=True, null=True, verbose_name="变化后的情况")),
                        ("reckoning", models.JSONField(blank=True, default=dict, verbose_name="测算")),
                        ("before_fen", models.BigIntegerField(verbose_name="变更前金额")),
                        ("after_fen", models.BigIntegerField(verbose_name="变更后金额")),
                        (
                            "status",
                            models.CharField(
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
                        ("version", models.PositiveIntegerField(default=1)),
                        ("proposed_on", models.DateField(verbose_name="提出日期")),
                        ("confirmed_on", models.DateField(null=True, verbose_name="确认日期")),
                        ("opinion", models.CharField(blank=True, max_length=500, verbose_name="确认意见")),
                        ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="撤回日期")),
                        (
                            "withdraw_reason",
                            models.CharField(
                                blank=True, db_default="", max_length=200, verbose_name="撤回原因"
                            ),
                        ),
                        (
                            "number",
                            models.CharField(max_length=40, null=True, unique=True, verbose_name="文书编号"),
                        ),
                        ("informed_on", models.DateField(blank=True, null=True, verbose_name="告知日期")),
                        (
                            "informed_how",
                            models.CharField(blank=True, max_length=100, verbose_name="告知方式"),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "entitlement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="assistance.entitlement",
                            ),
                        ),
                        (
                            "leading",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="others",
                                to="assistance.entitlementchange",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "opened",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="opened_by",
                                to="assistance.entitlement",
                            ),
                        ),
                        (
                            "payee",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.person",
                                verbose_name="以后的领款人",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="registry.person",
                                verbose_name="涉及人员",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "待遇变更",
                        "ordering": ["-id"],
                    },
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
                migrations.CreateModel(
                    name="EntitlementMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("family", models.CharField(max_length=30)),
                        (
                            "relationship",
                            models.CharField(
                                choices=[
                                    ("head", "户主"),
                                    ("spouse", "配偶"),
                                    ("son", "子"),
                                    ("daughter", "女"),
                                    ("father", "父亲"),
                                    ("mother", "母亲"),
                                    ("grandchild", "孙子女、外孙子女"),
                                    ("grandparent", "祖父母、外祖父母"),
                                    ("sibling", "兄弟姐妹"),
                                    ("child_in_law", "儿媳、女婿"),
                                    ("parent_in_law", "公婆、岳父母"),
                                    ("other", "其他"),
                                ],
                                max_length=20,
                                verbose_name="与户主关系",
                            ),
                        ),
                        (
                            "labour",
                            models.CharField(
                                choices=[
                                    ("full", "有劳动能力"),
                                    ("partial", "部分丧失劳动能力"),
                                    ("lost", "完全丧失劳动能力"),
                                    ("none", "无劳动能力（未成年或60岁以上）"),
                                ],
                                max_length=10,
                                verbose_name="劳动能力",
                            ),
                        ),
                        ("severe_illness", models.BooleanField(default=False, verbose_name="重特大疾病")),
                        (
                            "disability_grade",
                            models.PositiveSmallIntegerField(null=True, verbose_name="残疾等级"),
                        ),
                        (
                            "classified_kind",
                            models.CharField(blank=True, max_length=20, verbose_name="分类施保类别"),
                        ),
                        ("classified_fen", models.BigIntegerField(default=0, verbose_name="分类施保")),
                        ("until_month", models.DateField(blank=True, null=True)),
                        (
                            "entitlement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="members",
                                to="assistance.entitlement",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entitlement_memberships",
                                to="registry.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "保障对象",
                    },
                ),
                migrations.CreateModel(
                    name="FundEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                        (
                            "programme",
                            models.CharField(
                                help_text="如：城乡低保、医疗救助、养老服务",
                                max_length=60,
                                verbose_name="项目",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("central", "中央"),
                                    ("province", "省"),
                                    ("city", "市"),
                                    ("county", "县"),
                                ],
                                max_length=10,
                                verbose_name="来源",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("planned", "计划下达"),
                                    ("arrived", "到位"),
                                    ("opening", "年初结余"),
                                ],
                                max_length=10,
                                verbose_name="类型",
                            ),
                        ),
                        ("amount_fen", models.BigIntegerField(verbose_name="金额")),
                        ("on", models.DateField(verbose_name="日期")),
                        ("document_number", models.CharField(max_length=80, verbose_name="文号")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("entered_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="assistance.fundentry",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "资金台账",
                        "ordering": ["-on", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="IncomeItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20, verbose_name="收入类别")),
                        ("nature", models.CharField(blank=True, max_length=30, verbose_name="收入性质")),
                        ("label", models.CharField(max_length=80, verbose_name="来源")),
                        ("annual_fen", models.BigIntegerField(null=True, verbose_name="年收入")),
                        ("note", models.CharField(blank=True, max_length=120, verbose_name="说明")),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="incomes",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="incomes",
                                to="assistance.applicationmember",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="InformationCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("requested_on", models.DateField(verbose_name="提请日期")),
                        ("due_on", models.DateField(verbose_name="启动期限")),
                        ("reported_on", models.DateField(blank=True, null=True, verbose_name="报告日期")),
                        (
                            "report_number",
                            models.CharField(blank=True, max_length=60, verbose_name="报告编号"),
                        ),
                        (
                            "result",
                            models.CharField(
                                blank=True,
                                choices=[("consistent", "与申报一致"), ("inconsistent", "与申报不一致")],
                                max_length=20,
                                verbose_name="结果",
                            ),
                        ),
                        ("findings", models.CharField(blank=True, max_length=1000, verbose_name="核对情况")),
                        (
                            "told_family_on",
                            models.DateField(blank=True, null=True, verbose_name="告知申请人日期"),
                        ),
                        (
                            "family_reply",
                            models.CharField(blank=True, max_length=500, verbose_name="申请人说明或举证"),
                        ),
                        ("conclusion", models.CharField(blank=True, max_length=500, verbose_name="复查结论")),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="checks",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "信息核对",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Instalment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("due_month", models.DateField(verbose_name="应退月份")),
                        ("amount_fen", models.BigIntegerField(verbose_name="金额")),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instalments",
                                to="assistance.claimplan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "分期",
                        "ordering": ["due_month"],
                    },
                ),
                migrations.CreateModel(
                    name="MonthClosing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(verbose_name="月份")),
                        ("run_count", models.PositiveIntegerField(verbose_name="批次数")),
                        ("line_count", models.PositiveIntegerField(verbose_name="笔数")),
                        ("total_fen", models.BigIntegerField(verbose_name="名册金额")),
                        ("back_fen", models.BigIntegerField(verbose_name="退回金额")),
                        ("drawn_fen", models.BigIntegerField(verbose_name="资金分配")),
                        ("owed_count", models.PositiveIntegerField(default=0, verbose_name="转作补发笔数")),
                        ("owed_fen", models.BigIntegerField(default=0, verbose_name="转作补发金额")),
                        ("closed_on", models.DateField(verbose_name="月结日期")),
                        ("reopened_on", models.DateField(blank=True, null=True, verbose_name="反月结日期")),
                        (
                            "reopen_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="反月结原因"),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "reopened_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "月结",
                        "ordering": ["-month", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(default=1, verbose_name="轮次")),
                        ("posted_on", models.DateField(verbose_name="公示起")),
                        ("until_day", models.DateField(verbose_name="公示止（当日为最后一天）")),
                        ("place", models.CharField(max_length=120, verbose_name="张贴地点")),
                        ("hotline", models.CharField(max_length=60, verbose_name="监督电话")),
                        ("content", models.JSONField()),
                        ("closed_on", models.DateField(null=True, verbose_name="撤下日期")),
                        ("revoked_on", models.DateField(null=True, verbose_name="作废日期")),
                        (
                            "application",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "change",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notices",
                                to="assistance.entitlementchange",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "photo",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.attachment",
                            ),
                        ),
                        (
                            "posted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "公示",
                        "ordering": ["-posted_on", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Objection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("received_on", models.DateField(verbose_name="收到日期")),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("page", "公示网页"),
                                    ("phone", "电话"),
                                    ("letter", "来信"),
                                    ("visit", "来访"),
                                ],
                                max_length=10,
                                verbose_name="来源",
                            ),
                        ),
                        (
                            "content",
                            civaffairs.registry.fields.EncryptedField(
                                purpose="objection", verbose_name="异议内容"
                            ),
                        ),
                        (
                            "contact",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="objection-contact", verbose_name="联系方式"
                            ),
                        ),
                        ("receipt", models.CharField(max_length=20, unique=True, verbose_name="回执号")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "待处理"),
                                    ("rejected", "经查不成立"),
                                    ("upheld", "成立，重新调查"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="处理情况",
                            ),
                        ),
                        ("answer", models.CharField(blank=True, max_length=500, verbose_name="处理意见")),
                        ("answered_on", models.DateField(null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="objections",
                                to="assistance.notice",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "异议",
                        "ordering": ["-received_on", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="OutsideBenefit",
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
                                    ("work-injury-care", "工伤保险生活护理费"),
                                    ("welfare-living", "离休、因公致残等福利性生活补贴"),
                                    ("welfare-care", "离休、因公致残等福利性护理补贴"),
                                ],
                                max_length=30,
                                verbose_name="待遇",
                            ),
                        ),
                        ("amount_fen", models.BigIntegerField(verbose_name="每月金额")),
                        ("from_month", models.DateField(verbose_name="起领月份")),
                        (
                            "until_month",
                            models.DateField(blank=True, null=True, verbose_name="停领月份（不含）"),
                        ),
                        (
                            "source",
                            models.CharField(
                                help_text="例：社保局待遇核定表、单位证明",
                                max_length=120,
                                verbose_name="依据",
                            ),
                        ),
                        ("entered_on", models.DateField(verbose_name="登记日期")),
                        ("ended_on", models.DateField(blank=True, null=True, verbose_name="登记停领日期")),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="outside_benefits",
                                to="registry.person",
                                verbose_name="姓名",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "别处待遇",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="OverlapFinding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "place",
                            models.CharField(
                                choices=[
                                    ("entry", "提交申请"),
                                    ("decision", "审核确认"),
                                    ("month", "生成名册"),
                                ],
                                max_length=8,
                                verbose_name="在哪里发现",
                            ),
                        ),
                        ("pair", models.CharField(max_length=200, verbose_name="互斥项")),
                        (
                            "effect",
                            models.CharField(
                                choices=[
                                    ("forbid", "不能同时享受"),
                                    ("choose", "选择其中一项"),
                                    ("higher", "同类只领较高的一项"),
                                    ("topup", "补足差额"),
                                    ("allow", "可以同时享受"),
                                ],
                                max_length=8,
                                verbose_name="处理",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[("block", "拦截"), ("warn", "提醒")],
                                max_length=8,
                                verbose_name="程度",
                            ),
                        ),
                        ("article", models.CharField(max_length=120, verbose_name="依据")),
                        ("message", models.CharField(max_length=300, verbose_name="情况")),
                        ("own_number", models.CharField(blank=True, max_length=32)),
                        ("other_number", models.CharField(blank=True, max_length=32)),
                        ("own_fen", models.BigIntegerField(null=True, verbose_name="本项金额")),
                        ("other_fen", models.BigIntegerField(verbose_name="另一项金额")),
                        ("found_on", models.DateField(verbose_name="发现日期")),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("both", "已核实，可以并存"),
                                    ("ended", "已办理停发或减发"),
                                    ("chosen", "本人已选定一项"),
                                    ("reckoned", "已按规定重新测算"),
                                    ("other", "其他"),
                                ],
                                max_length=10,
                                verbose_name="结论",
                            ),
                        ),
                        ("conclusion", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        ("concluded_on", models.DateField(blank=True, null=True, verbose_name="结论日期")),
                        (
                            "application",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="overlaps",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "concluded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "entitlement",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="overlaps",
                                to="assistance.entitlement",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.entitlement",
                            ),
                        ),
                        (
                            "outside",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.outsidebenefit",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "待遇叠加",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="OverlapSetting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=200, verbose_name="互斥项")),
                        ("from_day", models.DateField(verbose_name="起始日期")),
                        (
                            "effect",
                            models.CharField(
                                choices=[
                                    ("forbid", "不能同时享受"),
                                    ("choose", "选择其中一项"),
                                    ("higher", "同类只领较高的一项"),
                                    ("topup", "补足差额"),
                                    ("allow", "可以同时享受"),
                                ],
                                max_length=8,
                                verbose_name="处理",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[("block", "拦截"), ("warn", "提醒")],
                                max_length=8,
                                verbose_name="遇到时",
                            ),
                        ),
                        (
                            "yields",
                            models.CharField(
                                blank=True,
                                choices=[("", "不预先指定"), ("a", "前一项让"), ("b", "后一项让")],
                                max_length=1,
                                verbose_name="让位的一方",
                            ),
                        ),
                        ("document_number", models.CharField(max_length=80, verbose_name="文号")),
                        (
                            "document_title",
                            models.CharField(blank=True, max_length=120, verbose_name="文件标题"),
                        ),
                        ("proposed_at", models.DateTimeField(auto_now_add=True)),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "互斥规定",
                        "ordering": ["key", "-from_day", "-id"],
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
                            civaffairs.registry.fields.EncryptedField(
                                purpose="bank-account", verbose_name="账号"
                            ),
                        ),
                        ("account_index", models.CharField(max_length=32)),
                        ("account_tail", models.CharField(max_length=4)),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=200, verbose_name="登记或变更依据"),
                        ),
                        ("entered_on", models.DateField(null=True, verbose_name="登记日期")),
                        ("confirmed_on", models.DateField(null=True, verbose_name="确认日期")),
                        ("closed_on", models.DateField(null=True, verbose_name="停用日期")),
                        (
                            "closing_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="停用或退回原因"),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                                verbose_name="所在乡镇",
                            ),
                        ),
                        (
                            "replaces",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.payeeinstitution",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "供养机构收款账户",
                        "ordering": ["office", "name"],
                    },
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
                migrations.AddField(
                    model_name="batch",
                    name="paid_to",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assistance.payeeinstitution",
                        verbose_name="收款单位",
                    ),
                ),
                migrations.CreateModel(
                    name="PaymentRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(verbose_name="发放月份")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("regular", "当月发放"),
                                    ("supplement", "当月补充"),
                                    ("reissue", "退回重发"),
                                ],
                                default="regular",
                                max_length=12,
                                verbose_name="种类",
                            ),
                        ),
                        ("sequence", models.PositiveSmallIntegerField(default=1, verbose_name="当月第几批")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("preparing", "生成中"),
                                    ("prepared", "待核对"),
                                    ("checked", "待审批"),
                                    ("approved", "待发放"),
                                    ("issued", "已报送银行"),
                                    ("closed", "已办结"),
                                    ("cancelled", "已作废"),
                                ],
                                default="preparing",
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("line_count", models.PositiveIntegerField(default=0, verbose_name="户数")),
                        ("person_count", models.PositiveIntegerField(default=0, verbose_name="人数")),
                        ("total_fen", models.BigIntegerField(default=0, verbose_name="总金额")),
                        ("seal", models.CharField(blank=True, max_length=64, verbose_name="封签")),
                        (
                            "document_number",
                            models.CharField(
                                blank=True, max_length=60, null=True, unique=True, verbose_name="发文字号"
                            ),
                        ),
                        ("prepared_on", models.DateField(null=True, verbose_name="生成日期")),
                        ("checked_on", models.DateField(null=True, verbose_name="核对日期")),
                        ("approved_on", models.DateField(null=True, verbose_name="审批日期")),
                        ("issued_on", models.DateField(null=True, verbose_name="报送日期")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "cancelled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "checked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "issued_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "job",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="jobs.job",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "prepared_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="runs",
                                to="assistance.scheme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "发放批次",
                        "ordering": ["-month", "scheme", "-sequence"],
                    },
                ),
                migrations.CreateModel(
                    name="PaymentLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(verbose_name="所属月份")),
                        ("payee_name", models.CharField(max_length=60, verbose_name="领款人")),
                        ("persons", models.PositiveSmallIntegerField(verbose_name="保障人数")),
                        ("base_fen", models.BigIntegerField(verbose_name="基本保障金")),
                        ("classified_fen", models.BigIntegerField(verbose_name="分类施保")),
                        ("care_fen", models.BigIntegerField(default=0, verbose_name="照料护理")),
                        ("arrears_fen", models.BigIntegerField(default=0, verbose_name="补发或抵扣")),
                        ("is_arrears", models.BooleanField(default=False, verbose_name="只补发")),
                        ("amount_fen", models.BigIntegerField(verbose_name="金额")),
                        ("holder", models.CharField(blank=True, max_length=60, verbose_name="户名")),
                        ("bank", models.CharField(blank=True, max_length=60, verbose_name="开户银行")),
                        (
                            "account",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="bank-account", verbose_name="账号"
                            ),
                        ),
                        ("account_index", models.CharField(blank=True, max_length=32)),
                        ("account_tail", models.CharField(blank=True, max_length=4)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("listed", "待发"),
                                    ("sent", "已报送"),
                                    ("paid", "已发"),
                                    ("returned", "退回"),
                                    ("void", "作废"),
                                ],
                                default="listed",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "return_reason",
                            models.CharField(blank=True, max_length=100, verbose_name="退回原因"),
                        ),
                        ("returned_on", models.DateField(null=True)),
                        (
                            "entitlement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="assistance.entitlement",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "original",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reissue",
                                to="assistance.paymentline",
                            ),
                        ),
                        (
                            "payee",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payment_lines",
                                to="registry.person",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="assistance.paymentrun",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.scheme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "发放明细",
                    },
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
                                choices=[
                                    ("central", "中央"),
                                    ("province", "省"),
                                    ("city", "市"),
                                    ("county", "县"),
                                ],
                                max_length=10,
                                verbose_name="来源",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("draw", "分配"), ("back", "退回")],
                                max_length=10,
                                verbose_name="类型",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
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
                    },
                ),
                migrations.AddField(
                    model_name="bankfile",
                    name="run",
                    field=models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_file",
                        to="assistance.paymentrun",
                    ),
                ),
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
                        (
                            "adjustment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="settlements",
                                to="assistance.adjustment",
                            ),
                        ),
                        (
                            "entitlement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.entitlement",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="settlements",
                                to="assistance.paymentline",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="settlements",
                                to="assistance.paymentrun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "补发和追缴的结清",
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="PettyCash",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                        ("balance_fen", models.BigIntegerField(default=0, verbose_name="余额")),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                                verbose_name="乡镇",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "备用金",
                        "ordering": ["-year", "office"],
                    },
                ),
                migrations.CreateModel(
                    name="PettyCashEntry",
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
                                    ("allot", "下拨"),
                                    ("recall", "收回"),
                                    ("aid", "支付救助金"),
                                    ("advance", "先行救助"),
                                    ("returned", "退回先行救助款"),
                                ],
                                max_length=10,
                                verbose_name="种类",
                            ),
                        ),
                        ("amount_fen", models.BigIntegerField(verbose_name="金额")),
                        ("balance_fen", models.BigIntegerField(verbose_name="余额")),
                        ("on", models.DateField(verbose_name="日期")),
                        ("document_number", models.CharField(max_length=80, verbose_name="文号或收据号")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("entered_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="assistance.pettycash",
                            ),
                        ),
                        (
                            "application",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="petty_cash",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "entitlement",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="petty_cash",
                                to="assistance.entitlement",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "备用金收支",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Advance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_fen", models.BigIntegerField(verbose_name="金额")),
                        ("given_on", models.DateField(verbose_name="给付日期")),
                        ("papers_due_on", models.DateField(verbose_name="补办手续期限")),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("kept", "救助时情况属实，不退回"),
                                    ("claimed", "虚构情况骗取，责令退回"),
                                ],
                                default="",
                                max_length=8,
                                verbose_name="没有批准的，先行救助款",
                            ),
                        ),
                        (
                            "given_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "application",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="advance",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "entry",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="advance",
                                to="assistance.pettycashentry",
                            ),
                        ),
                        (
                            "returned",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="advance_returned",
                                to="assistance.pettycashentry",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "先行救助",
                    },
                ),
                migrations.CreateModel(
                    name="PropertyItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=20, verbose_name="财产类别")),
                        ("label", models.CharField(blank=True, max_length=80, verbose_name="名称")),
                        ("owner", models.CharField(blank=True, max_length=60, verbose_name="所有人")),
                        ("value_fen", models.BigIntegerField(null=True, verbose_name="价值")),
                        ("count", models.PositiveSmallIntegerField(default=1, verbose_name="数量")),
                        (
                            "area",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=8,
                                null=True,
                                verbose_name="面积（平方米）",
                            ),
                        ),
                        ("certificate", models.CharField(blank=True, max_length=60, verbose_name="证号")),
                        (
                            "exempt_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="豁免理由"),
                        ),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="properties",
                                to="assistance.application",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
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
                        ("is_reversed", models.BooleanField(default=False, verbose_name="已冲正")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="冲正原因")),
                        (
                            "adjustment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="repayments",
                                to="assistance.adjustment",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="assistance.repayment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "退款登记",
                        "ordering": ["id"],
                    },
                ),
                migrations.AddField(
                    model_name="entitlement",
                    name="scheme",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entitlements",
                        to="assistance.scheme",
                    ),
                ),
                migrations.AddField(
                    model_name="draft",
                    name="scheme",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assistance.scheme"
                    ),
                ),
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
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="不办的原因"
                            ),
                        ),
                        ("decided_on", models.DateField(blank=True, null=True, verbose_name="办理日期")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.household",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="date_events",
                                to="registry.person",
                            ),
                        ),
                        (
                            "entitlement",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="date_events",
                                to="assistance.entitlement",
                            ),
                        ),
                        (
                            "change",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="date_events",
                                to="assistance.entitlementchange",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.scheme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "到期事件",
                        "ordering": ["due_on", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="BatchSource",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="先后")),
                        ("categories", models.JSONField(default=list, verbose_name="类别")),
                        ("standing", models.CharField(max_length=20, verbose_name="身份")),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sources",
                                to="assistance.batch",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.scheme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "批量发放的对象",
                        "ordering": ["batch", "position"],
                    },
                ),
                migrations.CreateModel(
                    name="BatchItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("category", models.CharField(blank=True, max_length=40, verbose_name="类别")),
                        ("standing", models.CharField(max_length=20, verbose_name="身份")),
                        ("is_urban", models.BooleanField(verbose_name="城镇")),
                        ("rank", models.PositiveSmallIntegerField()),
                        ("position", models.PositiveSmallIntegerField()),
                        ("amount_fen", models.BigIntegerField(verbose_name="金额")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("candidate", "待定"),
                                    ("listed", "列入"),
                                    ("duplicate", "另有身份，已列入"),
                                    ("had-it", "同一事由已发过"),
                                    ("dead", "已死亡"),
                                    ("held", "待遇暂停"),
                                    ("no-rate", "这类对象没有标准"),
                                    ("removed", "人工移出"),
                                ],
                                max_length=10,
                                verbose_name="结果",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="移出原因")),
                        ("number", models.CharField(blank=True, max_length=32)),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="assistance.batch",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.household",
                            ),
                        ),
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
                            "payee",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.person",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="batch_items",
                                to="registry.person",
                            ),
                        ),
                        (
                            "removed_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "rate",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.batchrate",
                            ),
                        ),
                        (
                            "granted",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="batch_item",
                                to="assistance.entitlement",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.entitlement",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.entitlementmember",
                            ),
                        ),
                        (
                            "paid_to",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.payeeinstitution",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.scheme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "批量发放明细",
                    },
                ),
                migrations.AddField(
                    model_name="batch",
                    name="scheme",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="assistance.scheme",
                        verbose_name="项目",
                    ),
                ),
                migrations.AddField(
                    model_name="adjustment",
                    name="scheme",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assistance.scheme"
                    ),
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
                        (
                            "document_title",
                            models.CharField(blank=True, max_length=120, verbose_name="文件标题"),
                        ),
                        ("terms", models.JSONField(verbose_name="规定内容")),
                        ("proposed_at", models.DateTimeField(auto_now_add=True)),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="terms_rows",
                                to="assistance.scheme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "项目规定",
                        "ordering": ["scheme", "-from_day", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="SettlementFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sha256", models.CharField(max_length=64, verbose_name="文件校验值")),
                        ("name", models.CharField(max_length=120, verbose_name="文件名")),
                        (
                            "content",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="settlement-file", verbose_name="待导入内容"
                            ),
                        ),
                        ("checked_on", models.DateField(verbose_name="试导日期")),
                        ("loaded_on", models.DateField(blank=True, null=True, verbose_name="导入日期")),
                        ("row_count", models.PositiveIntegerField(verbose_name="行数")),
                        ("loaded_count", models.PositiveIntegerField(default=0, verbose_name="导入行数")),
                        ("left_out", models.JSONField(default=list, verbose_name="没有导入的行")),
                        (
                            "checked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "loaded_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                                verbose_name="导入单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "一站式结算文件",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="MedicalSettlement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row", models.PositiveIntegerField(verbose_name="表中行号")),
                        ("number", models.CharField(max_length=60, unique=True, verbose_name="结算单号")),
                        ("name", models.CharField(max_length=60, verbose_name="姓名")),
                        (
                            "id_number",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="id-number", verbose_name="公民身份号码"
                            ),
                        ),
                        (
                            "identity",
                            models.CharField(
                                choices=[
                                    ("tekun", "特困人员"),
                                    ("child", "孤儿和事实无人抚养儿童"),
                                    ("dibao", "低保对象"),
                                    ("edge", "低保边缘家庭成员"),
                                    ("rigid", "刚性支出困难家庭成员"),
                                    ("other", "其他人员"),
                                ],
                                max_length=10,
                                verbose_name="救助身份",
                            ),
                        ),
                        ("hospital", models.CharField(max_length=80, verbose_name="医院")),
                        ("settled_on", models.DateField(verbose_name="结算日期")),
                        ("total_fen", models.BigIntegerField(verbose_name="医疗费用总额")),
                        ("in_policy_fen", models.BigIntegerField(verbose_name="政策范围内费用")),
                        ("basic_fen", models.BigIntegerField(verbose_name="基本医保支付")),
                        ("serious_fen", models.BigIntegerField(verbose_name="大病保险支付")),
                        ("aid_fen", models.BigIntegerField(verbose_name="医疗救助支付")),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                                verbose_name="户籍地",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="medical_settlements",
                                to="registry.person",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="settlements",
                                to="assistance.settlementfile",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "一站式结算",
                        "ordering": ["-settled_on", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Standard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("from_month", models.DateField(verbose_name="起始月份")),
                        ("document_number", models.CharField(max_length=80, verbose_name="文号")),
                        (
                            "document_title",
                            models.CharField(blank=True, max_length=120, verbose_name="文件标题"),
                        ),
                        ("params", models.JSONField(verbose_name="标准内容")),
                        ("entered_at", models.DateTimeField(auto_now_add=True)),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                help_text="县级标准适用全县，乡镇另有标准的从其标准",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                                verbose_name="适用地区",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="standards",
                                to="assistance.scheme",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "保障标准",
                        "ordering": ["scheme", "office", "-from_month"],
                    },
                ),
                migrations.AddField(
                    model_name="entitlement",
                    name="standard",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entitlements",
                        to="assistance.standard",
                    ),
                ),
                migrations.AddField(
                    model_name="batchrate",
                    name="standard",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assistance.standard",
                    ),
                ),
                migrations.AddField(
                    model_name="assessmentrecord",
                    name="standard",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="assistance.standard",
                    ),
                ),
                migrations.CreateModel(
                    name="StandardChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("from_month", models.DateField(verbose_name="起始月份")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("previewing", "正在测算"),
                                    ("previewed", "待审批"),
                                    ("applying", "正在执行"),
                                    ("applied", "已执行"),
                                    ("undoing", "正在撤销"),
                                    ("undone", "已撤销"),
                                    ("discarded", "已放弃"),
                                ],
                                default="previewing",
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("round_up", models.BooleanField(default=False, verbose_name="尾数算不准的进一元")),
                        ("open_from", models.DateField(null=True, verbose_name="未办结名册的首月")),
                        ("figures", models.JSONField(default=dict)),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        ("proposed_on", models.DateField(verbose_name="测算日期")),
                        ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="审批日期")),
                        ("undone_on", models.DateField(blank=True, null=True, verbose_name="撤销日期")),
                        (
                            "undone_reason",
                            models.CharField(blank=True, max_length=300, verbose_name="撤销原因"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "job",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="jobs.job",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                                verbose_name="适用地区",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "scheme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="assistance.scheme",
                            ),
                        ),
                        (
                            "standard",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="assistance.standard",
                                verbose_name="新标准",
                            ),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "提标",
                        "ordering": ["-id"],
                    },
                ),
                migrations.AddField(
                    model_name="adjustment",
                    name="standard_change",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="assistance.standardchange",
                    ),
                ),
                migrations.CreateModel(
                    name="StandardChangeRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("category", models.CharField(blank=True, max_length=40, verbose_name="类别")),
                        ("persons", models.PositiveSmallIntegerField(verbose_name="保障人数")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("raised", "提高"),
                                    ("same", "金额不变"),
                                    ("lower", "按新标准减少"),
                                    ("out", "不再符合"),
                                    ("undecided", "无法测算"),
                                    ("review", "要人工复核"),
                                ],
                                max_length=10,
                                verbose_name="结果",
                            ),
                        ),
                        (
                            "method",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("category", "按类别标准"),
                                    ("facts", "按测算底稿"),
                                    ("difference", "按标准差额"),
                                    ("", "没有算出"),
                                ],
                                max_length=10,
                                verbose_name="测算方法",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="原因")),
                        ("is_over", models.BooleanField(default=False, verbose_name="已停发，只补差额")),
                        ("was_until", models.DateField(null=True)),
                        ("was_held", models.DateField(null=True)),
                        ("was_reason", models.CharField(blank=True, max_length=20)),
                        ("was_fen", models.BigIntegerField(verbose_name="现月发金额")),
                        ("base_fen", models.BigIntegerField(null=True, verbose_name="基本保障金")),
                        ("classified_fen", models.BigIntegerField(null=True, verbose_name="分类施保")),
                        ("care_fen", models.BigIntegerField(null=True, verbose_name="照料护理")),
                        ("amount_fen", models.BigIntegerField(null=True, verbose_name="新月发金额")),
                        ("close_month", models.DateField(verbose_name="新金额起始月份")),
                        ("arrears_until", models.DateField(null=True)),
                        (
                            "arrears_months",
                            models.PositiveSmallIntegerField(default=0, verbose_name="补发月数"),
                        ),
                        ("arrears_fen", models.BigIntegerField(default=0, verbose_name="补发金额")),
                        (
                            "change",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="assistance.standardchange",
                            ),
                        ),
                        (
                            "entitlement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="standard_rows",
                                to="assistance.entitlement",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "提标明细",
                    },
                ),
                migrations.CreateModel(
                    name="StandardChangeMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("classified_fen", models.BigIntegerField(verbose_name="分类施保")),
                        (
                            "member",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="assistance.entitlementmember",
                            ),
                        ),
                        (
                            "row",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="members",
                                to="assistance.standardchangerow",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "提标后分类施保",
                    },
                ),
                migrations.CreateModel(
                    name="Supporter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="姓名")),
                        (
                            "id_number",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="id-number", verbose_name="身份证号"
                            ),
                        ),
                        (
                            "supports",
                            models.CharField(blank=True, max_length=60, verbose_name="被赡（抚、扶）养人"),
                        ),
                        ("relation", models.CharField(max_length=40, verbose_name="关系")),
                        (
                            "household_size",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="家庭人口"),
                        ),
                        ("annual_income_fen", models.BigIntegerField(null=True, verbose_name="家庭年收入")),
                        (
                            "annual_support_fen",
                            models.BigIntegerField(null=True, verbose_name="年负担赡养费"),
                        ),
                        ("consented", models.BooleanField(default=False, verbose_name="本人同意核查")),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="supporters",
                                to="assistance.application",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="Visit",
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
                                    ("first", "入户调查"),
                                    ("again", "复查入户"),
                                    ("county", "县级入户"),
                                ],
                                max_length=10,
                                verbose_name="种类",
                            ),
                        ),
                        ("visited_on", models.DateField(verbose_name="调查日期")),
                        (
                            "investigators",
                            models.JSONField(help_text="至少两人的姓名", verbose_name="调查人"),
                        ),
                        ("present", models.CharField(max_length=100, verbose_name="在场家庭成员")),
                        (
                            "result",
                            models.CharField(
                                choices=[("true", "属实"), ("partly", "部分不符"), ("false", "不属实")],
                                max_length=10,
                                verbose_name="结果",
                            ),
                        ),
                        ("living", models.CharField(max_length=1000, verbose_name="居住和生活情况")),
                        (
                            "differences",
                            models.CharField(blank=True, max_length=1000, verbose_name="与申报不符之处"),
                        ),
                        (
                            "neighbours",
                            models.CharField(blank=True, max_length=500, verbose_name="邻里走访情况"),
                        ),
                        (
                            "by_remote",
                            models.BooleanField(default=False, verbose_name="以电话、视频方式进行"),
                        ),
                        (
                            "remote_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="非现场调查的原因"),
                        ),
                        ("recorded_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="visits",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "入户调查",
                        "ordering": ["-visited_on", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="WriteOff",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_fen", models.BigIntegerField(verbose_name="核销金额")),
                        ("document_number", models.CharField(max_length=80, verbose_name="批准文号")),
                        ("reason", models.CharField(max_length=300, verbose_name="核销理由")),
                        ("proposed_on", models.DateField(verbose_name="提出日期")),
                        ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="批准日期")),
                        ("refused_on", models.DateField(blank=True, null=True, verbose_name="退回日期")),
                        ("refusal", models.CharField(blank=True, max_length=200, verbose_name="退回原因")),
                        (
                            "adjustment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="write_offs",
                                to="assistance.adjustment",
                            ),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                        (
                            "refused_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "核销",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="ApplicationMaterial",
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
                                    ("id", "身份证、户口簿"),
                                    ("authorisation", "核对授权书"),
                                    ("honesty", "诚信承诺书"),
                                    ("income", "收入证明"),
                                    ("illness", "诊断、病历材料"),
                                    ("disability", "残疾人证"),
                                    ("school", "在读证明"),
                                    ("account", "银行卡（折）"),
                                    ("visit", "入户照片"),
                                    ("notice", "公示照片"),
                                    ("deliberation", "评议记录"),
                                    ("check", "核对报告"),
                                    ("other", "其他"),
                                ],
                                max_length=20,
                                verbose_name="种类",
                            ),
                        ),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="materials",
                                to="assistance.application",
                            ),
                        ),
                        (
                            "attachment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.attachment",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["kind", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("application", "attachment"), name="a_file_once_per_application"
                            )
                        ],
                    },
                ),
                migrations.AddConstraint(
                    model_name="applicationmember",
                    constraint=models.UniqueConstraint(
                        fields=("application", "person"), name="a_person_once_per_application"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bankfilepart",
                    constraint=models.UniqueConstraint(
                        fields=("bank_file", "number"), name="parts_of_a_bank_file_count_up"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bankformat",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("is_active", True)),
                        fields=("name",),
                        name="one_bank_format_in_use_per_name",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bankformat",
                    constraint=models.UniqueConstraint(
                        fields=("name", "version"), name="bank_format_versions_count_up"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bankformat",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="bank_format_confirmed_by_another",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bankreturn",
                    constraint=models.UniqueConstraint(
                        fields=("bank_file", "sha256"), name="a_return_once_per_file"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="caseevent",
                    constraint=models.UniqueConstraint(
                        fields=("application", "version"), name="one_act_per_version"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="claimnotice",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("served_on"))),
                        name="claim_due_after_served",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="claimnotice",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("open_fen__gt", 0)), name="claim_notice_over_something"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="claimplan",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("adjustment",),
                        name="one_plan_per_claim",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="declarationversion",
                    constraint=models.UniqueConstraint(
                        fields=("application", "number"), name="declaration_versions_count_up"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="deductionitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("annual_fen__gte", 0)), name="deduction_is_not_negative"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="deliberation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            (
                                "present",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("agreed"), "+", models.F("disagreed")
                                ),
                            )
                        ),
                        name="deliberation_votes_add_up",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="enrolmentlead",
                    constraint=models.UniqueConstraint(
                        fields=("person", "family"), name="one_lead_per_person_family"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="enrolmentlead",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dropped"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="lead_dropped_with_a_reason",
                    ),
                ),
                migrations.AddIndex(
                    model_name="entitlementchange",
                    index=models.Index(fields=["status", "office", "id"], name="change_by_status"),
                ),
                migrations.AddConstraint(
                    model_name="entitlementchange",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("status", "proposed")),
                        fields=("entitlement",),
                        name="one_proposed_change",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="entitlementchange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="change_confirmed_by_another",
                    ),
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
                migrations.AddConstraint(
                    model_name="entitlementmember",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("until_month", None)),
                        fields=("person", "family"),
                        name="one_open_entitlement_per_person_family",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="fundentry",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount_fen", 0), _negated=True), name="fund_entry_is_not_nothing"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="fundentry",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_fen__gt", 0), ("reverses", None)),
                            models.Q(("amount_fen__lt", 0), ("reverses__isnull", False)),
                            _connector="OR",
                        ),
                        name="fund_entry_negative_only_as_reversal",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="incomeitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("annual_fen", None), ("annual_fen__gte", 0), _connector="OR"),
                        name="income_is_not_negative",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="instalment",
                    constraint=models.UniqueConstraint(
                        fields=("plan", "due_month"), name="one_instalment_per_month"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="instalment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0), ("due_month__day", 1)),
                        name="instalment_is_something",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="monthclosing",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("reopened_on", None)),
                        fields=("office", "month"),
                        name="a_month_is_closed_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="monthclosing",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="closing_month_is_first_day"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="monthclosing",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("reopened_by", None),
                            models.Q(("reopened_by", models.F("closed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="month_reopened_by_another",
                    ),
                ),
                migrations.AddIndex(
                    model_name="notice",
                    index=models.Index(fields=["office", "closed_on", "posted_on"], name="notice_by_village"),
                ),
                migrations.AddConstraint(
                    model_name="notice",
                    constraint=models.UniqueConstraint(
                        fields=("application", "round"), name="one_notice_per_round"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="notice",
                    constraint=models.UniqueConstraint(
                        fields=("change", "round"), name="one_notice_of_an_end_per_round"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="notice",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("application", None), ("change__isnull", False)),
                            models.Q(("application__isnull", False), ("change", None)),
                            _connector="OR",
                        ),
                        name="notice_is_of_a_case_or_an_end",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="notice",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("until_day__gt", models.F("posted_on"))), name="notice_has_days"
                    ),
                ),
                migrations.AddIndex(
                    model_name="outsidebenefit",
                    index=models.Index(fields=["office", "-id"], name="outside_benefit_by_office"),
                ),
                migrations.AddConstraint(
                    model_name="outsidebenefit",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("until_month", None)),
                        fields=("person", "kind"),
                        name="one_open_outside_benefit",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="outsidebenefit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount_fen__gte", 0)), name="outside_benefit_not_negative"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="outsidebenefit",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("until_month", None),
                            ("until_month__gte", models.F("from_month")),
                            _connector="OR",
                        ),
                        name="outside_benefit_ends_after_it_begins",
                    ),
                ),
                migrations.AddIndex(
                    model_name="overlapfinding",
                    index=models.Index(fields=["own_number", "other_number"], name="finding_by_numbers"),
                ),
                migrations.AddIndex(
                    model_name="overlapfinding",
                    index=models.Index(fields=["office", "-id"], name="finding_by_office"),
                ),
                migrations.AddConstraint(
                    model_name="overlapfinding",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("application", None), ("entitlement", None), _negated=True),
                        name="finding_is_about_something",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="overlapfinding",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("concluded_on", None), ("verdict", "")),
                            models.Q(
                                models.Q(("concluded_on", None), _negated=True),
                                models.Q(("verdict", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="finding_concluded_with_a_verdict",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="overlapsetting",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="overlap_setting_confirmed_by_another",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="overlapsetting",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("confirmed_at", None)),
                        fields=("key",),
                        name="one_proposed_overlap_setting",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="overlapsetting",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("confirmed_at", None), _negated=True),
                        fields=("key", "from_day"),
                        name="one_overlap_setting_per_day",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="payeeinstitution",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            ("closed_on", None), models.Q(("confirmed_on", None), _negated=True)
                        ),
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
                migrations.AddIndex(
                    model_name="funddraw",
                    index=models.Index(
                        fields=["office", "year", "programme", "source"], name="fund_draw_by_line"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="funddraw",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_fen__gt", 0), ("bank_return", None), ("kind", "draw")),
                            models.Q(("amount_fen__lt", 0), ("bank_return__isnull", False), ("kind", "back")),
                            _connector="OR",
                        ),
                        name="fund_draw_signs",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="funddraw",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("kind", "back")),
                        fields=("bank_return", "source"),
                        name="fund_goes_back_once_per_return",
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
                migrations.AddConstraint(
                    model_name="pettycash",
                    constraint=models.UniqueConstraint(
                        fields=("office", "year"), name="one_petty_cash_per_township_and_year"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pettycash",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("balance_fen__gte", 0)), name="petty_cash_not_below_nothing"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pettycashentry",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("application", None), _negated=True),
                        fields=("application", "kind"),
                        name="petty_cash_pays_a_case_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pettycashentry",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_fen__gt", 0), ("kind__in", ("allot", "returned"))),
                            models.Q(
                                models.Q(("kind__in", ("allot", "returned")), _negated=True),
                                ("amount_fen__lt", 0),
                            ),
                            _connector="OR",
                        ),
                        name="petty_cash_signs",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="pettycashentry",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("balance_fen__gte", 0)), name="petty_cash_entry_balance"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="advance",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="advance_is_something"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="repayment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_fen__gt", 0), ("reverses", None)),
                            models.Q(
                                ("amount_fen__lt", 0), ("is_reversed", False), ("reverses__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="repayment_below_zero_only_as_reversal",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="repayment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("is_reversed", False), ("reverses", None)),
                        fields=("adjustment", "receipt"),
                        name="a_receipt_once_per_adjustment",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paymentrun",
                    constraint=models.UniqueConstraint(
                        fields=("scheme", "office", "month", "sequence"), name="runs_of_a_month_count_up"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paymentrun",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            ("kind", "regular"), models.Q(("status", "cancelled"), _negated=True)
                        ),
                        fields=("scheme", "office", "month"),
                        name="one_regular_run_per_scheme_month",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paymentrun",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("status__in", ["preparing", "prepared", "checked"])),
                        fields=("scheme", "office"),
                        name="one_open_run_per_scheme",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paymentrun",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("prepared_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="run_approved_by_another",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="paymentrun",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="run_month_is_first_day"
                    ),
                ),
                migrations.AddIndex(
                    model_name="paymentline",
                    index=models.Index(fields=["run", "office", "id"], name="line_by_run"),
                ),
                migrations.AddIndex(
                    model_name="paymentline",
                    index=models.Index(fields=["scheme", "month", "office"], name="line_by_month"),
                ),
                migrations.AddIndex(
                    model_name="paymentline",
                    index=models.Index(fields=["payee", "month"], name="line_by_payee"),
                ),
                migrations.AddIndex(
                    model_name="paymentline",
                    index=models.Index(
                        condition=models.Q(("status", "returned")),
                        fields=["status", "scheme"],
                        name="line_returned",
                    ),
                ),
                migrations.AddIndex(
                    model_name="paymentline",
                    index=models.Index(
                        condition=models.Q(("returned_on__isnull", False)),
                        fields=["run"],
                        name="line_came_back",
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
                migrations.AddIndex(
                    model_name="dateevent",
                    index=models.Index(fields=["state", "office", "due_on", "id"], name="event_worklist"),
                ),
                migrations.AddConstraint(
                    model_name="dateevent",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("entitlement", None), _negated=True),
                        fields=("kind", "month", "entitlement", "person"),
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
                migrations.AddConstraint(
                    model_name="batchsource",
                    constraint=models.UniqueConstraint(
                        fields=("batch", "scheme"), name="a_programme_once_per_batch"
                    ),
                ),
                migrations.AddIndex(
                    model_name="batchitem",
                    index=models.Index(
                        fields=["batch", "outcome", "office", "id"], name="batch_item_by_outcome"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="batchitem",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("outcome", "listed")),
                        fields=("batch", "person"),
                        name="a_person_once_per_batch",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="batchitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "listed"), _negated=True),
                            ("amount_fen__gt", 0),
                            _connector="OR",
                        ),
                        name="batch_item_pays_something",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="batch",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "prepared")),
                        fields=("scheme", "office", "cause"),
                        name="one_open_batch_per_cause",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="batch",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("prepared_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="batch_approved_by_another",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="batch",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="batch_month_is_first_day"
                    ),
                ),
                migrations.AddIndex(
                    model_name="application",
                    index=models.Index(
                        fields=["status", "office", "step_due_on", "id"], name="application_worklist"
                    ),
                ),
                migrations.AddIndex(
                    model_name="application",
                    index=models.Index(fields=["office", "id"], name="application_by_office"),
                ),
                migrations.AddIndex(
                    model_name="application",
                    index=models.Index(fields=["scheme", "decided_on"], name="application_by_decision"),
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
                migrations.AddConstraint(
                    model_name="settlementfile",
                    constraint=models.UniqueConstraint(
                        fields=("office", "sha256"), name="one_settlement_file_per_content"
                    ),
                ),
                migrations.AddIndex(
                    model_name="medicalsettlement",
                    index=models.Index(
                        fields=["office", "-settled_on", "-id"], name="settlement_by_office_day"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="medicalsettlement",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("aid_fen__gte", 0), ("basic_fen__gte", 0), ("serious_fen__gte", 0)
                        ),
                        name="settlement_parts_not_negative",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="medicalsettlement",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("total_fen__gte", models.F("in_policy_fen")),
                            (
                                "in_policy_fen__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("basic_fen"), "+", models.F("serious_fen")
                                    ),
                                    "+",
                                    models.F("aid_fen"),
                                ),
                            ),
                        ),
                        name="settlement_adds_up",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="medicalsettlement",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("person", None), ("id_number", ""), _connector="OR"),
                        name="settlement_number_kept_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="standard",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", False)),
                        fields=("scheme", "office", "from_month"),
                        name="one_confirmed_standard_per_month",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="standard",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("entered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="standard_confirmed_by_another",
                    ),
                ),
                migrations.AddIndex(
                    model_name="entitlement",
                    index=models.Index(
                        fields=["scheme", "from_month", "until_month"], name="entitlement_by_month"
                    ),
                ),
                migrations.AddIndex(
                    model_name="entitlement",
                    index=models.Index(fields=["office", "id"], name="entitlement_by_office"),
                ),
                migrations.AddIndex(
                    model_name="entitlement",
                    index=models.Index(fields=["scheme", "until_month"], name="entitlement_by_end"),
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
                        condition=models.Q(
                            ("until_month", None), models.Q(("beneficiary", None), _negated=True)
                        ),
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
                            ("until_month", None),
                            ("until_month__gte", models.F("from_month")),
                            _connector="OR",
                        ),
                        name="entitlement_ends_after_it_begins",
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
                migrations.AddConstraint(
                    model_name="batchrate",
                    constraint=models.UniqueConstraint(
                        fields=("batch", "township", "standing", "is_urban"),
                        name="one_rate_per_batch_and_standing",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="batchrate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount_fen__gte", 0)), name="batch_rate_is_not_negative"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="assessmentrecord",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("application",),
                        name="one_current_assessment",
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
                        condition=models.Q(
                            ("base_fen__gte", 0), ("care_fen__gte", 0), ("classified_fen__gte", 0)
                        ),
                        name="assessment_not_negative",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="standardchange",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ["previewing", "previewed", "applying", "undoing"])),
                        fields=("scheme",),
                        name="one_open_standard_change_per_scheme",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="standardchange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="standard_change_confirmed_by_another",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="standardchange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("from_month__day", 1)), name="standard_change_month_is_first_day"
                    ),
                ),
                migrations.AddIndex(
                    model_name="adjustment",
                    index=models.Index(
                        condition=models.Q(
                            ("cancelled_on", None),
                            models.Q(("settled_fen", models.F("amount_fen")), _negated=True),
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
                        condition=models.Q(("amount_fen", 0), _negated=True), name="adjustment_is_not_nothing"
                    ),
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
                migrations.AddIndex(
                    model_name="standardchangerow",
                    index=models.Index(
                        fields=["change", "outcome", "office", "id"], name="standard_row_by_outcome"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="standardchangerow",
                    constraint=models.UniqueConstraint(
                        fields=("change", "entitlement"), name="an_entitlement_once_per_standard_change"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="standardchangerow",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount_fen", None),
                                ("base_fen", None),
                                ("care_fen", None),
                                ("classified_fen", None),
                            ),
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
                            _connector="OR",
                        ),
                        name="standard_row_parts_add_up",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="standardchangerow",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome__in", ["raised", "same", "lower"]), _negated=True),
                            models.Q(("amount_fen", None), _negated=True),
                            _connector="OR",
                        ),
                        name="standard_row_knows_its_amount",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="standardchangemember",
                    constraint=models.UniqueConstraint(
                        fields=("row", "member"), name="a_member_once_per_standard_row"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="writeoff",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("confirmed_on", None), ("refused_on", None)),
                        fields=("adjustment",),
                        name="one_write_off_waits_per_claim",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="writeoff",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="write_off_is_something"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="writeoff",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="write_off_confirmed_by_another",
                    ),
                ),
            ]
        )
    ]
