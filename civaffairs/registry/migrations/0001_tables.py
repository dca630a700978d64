"""Every table of this app as it stands; what the database itself watches over comes after it."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import civaffairs.registry.fields
import civaffairs.registry.models.files
from civaffairs.registry.tables import TablesAtOnce


class Migration(migrations.Migration):
    replaces = [("registry", "0001_initial"), ("registry", "0004_account_opinion")]

    initial = True

    dependencies = []

    operations = [
        TablesAtOnce(
            [
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        ("username", models.CharField(max_length=40, unique=True, verbose_name="登录名")),
                        ("name", models.CharField(max_length=40, verbose_name="姓名")),
                        ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                        (
                            "must_change_password",
                            models.BooleanField(default=False, verbose_name="下次登录须改密码"),
                        ),
                        (
                            "password_changed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="密码修改时间"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立时间")),
                    ],
                    options={
                        "verbose_name": "用户",
                        "ordering": ["username"],
                    },
                ),
                migrations.CreateModel(
                    name="AuditHead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("seq", models.BigIntegerField(default=0)),
                        ("hash", models.CharField(max_length=64)),
                        ("seal", models.CharField(max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="DemoDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(verbose_name="演示日期")),
                    ],
                    options={
                        "db_table": "registry_demo_day",
                    },
                ),
                migrations.CreateModel(
                    name="Office",
                    fields=[
                        (
                            "code",
                            models.CharField(
                                max_length=12, primary_key=True, serialize=False, verbose_name="区划代码"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        (
                            "full_name",
                            models.CharField(
                                help_text="用于文书落款，例：云岭县青溪镇人民政府",
                                max_length=120,
                                verbose_name="全称",
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "县（市、区）"), (2, "乡镇（街道）"), (3, "村（社区）")],
                                verbose_name="级别",
                            ),
                        ),
                        (
                            "is_urban",
                            models.BooleanField(
                                default=False, help_text="社区、街道为城镇，村为农村", verbose_name="城镇"
                            ),
                        ),
                        ("hotline", models.CharField(blank=True, max_length=30, verbose_name="监督电话")),
                        ("address", models.CharField(blank=True, max_length=120, verbose_name="地址")),
                        (
                            "notice_token",
                            models.CharField(
                                blank=True, max_length=16, null=True, unique=True, verbose_name="公示页短码"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="registry.office",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "机构",
                        "ordering": ["code"],
                    },
                ),
                migrations.CreateModel(
                    name="Household",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=24, unique=True, verbose_name="户编号")),
                        ("is_urban", models.BooleanField(default=False, verbose_name="城镇户籍")),
                        (
                            "address",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="address", verbose_name="家庭住址"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
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
                        "verbose_name": "家庭",
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("file", models.FileField(upload_to=civaffairs.registry.models.files.stored_path)),
                        ("name", models.CharField(max_length=120, verbose_name="文件名")),
                        ("suffix", models.CharField(max_length=8)),
                        ("content_type", models.CharField(max_length=60)),
                        ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                        ("sha256", models.CharField(max_length=64)),
                        ("place", models.CharField(blank=True, max_length=120, verbose_name="拍摄地点")),
                        ("taken_on", models.DateField(blank=True, null=True, verbose_name="拍摄日期")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        ("uploaded_at", models.DateTimeField(auto_now_add=True)),
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
                        "verbose_name": "附件",
                    },
                ),
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="姓名")),
                        ("name_key", models.CharField(db_index=True, editable=False, max_length=120)),
                        ("name_initials", models.CharField(db_index=True, editable=False, max_length=120)),
                        (
                            "sex",
                            models.CharField(
                                choices=[("male", "男"), ("female", "女")], max_length=6, verbose_name="性别"
                            ),
                        ),
                        ("birth", models.DateField(verbose_name="出生日期")),
                        (
                            "id_number",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="id-number", verbose_name="公民身份号码"
                            ),
                        ),
                        ("id_index", models.CharField(editable=False, max_length=32, null=True, unique=True)),
                        (
                            "id_tail4_index",
                            models.CharField(blank=True, db_index=True, editable=False, max_length=32),
                        ),
                        (
                            "id_tail6_index",
                            models.CharField(blank=True, db_index=True, editable=False, max_length=32),
                        ),
                        ("without_id", models.BooleanField(default=False, verbose_name="无身份证")),
                        (
                            "substitute_number",
                            models.CharField(
                                blank=True, max_length=20, null=True, unique=True, verbose_name="无证编号"
                            ),
                        ),
                        (
                            "phone",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="phone", verbose_name="联系电话"
                            ),
                        ),
                        (
                            "phone_index",
                            models.CharField(blank=True, db_index=True, editable=False, max_length=32),
                        ),
                        ("ethnicity", models.CharField(default="汉族", max_length=20, verbose_name="民族")),
                        (
                            "disability_number",
                            civaffairs.registry.fields.EncryptedField(
                                blank=True, purpose="disability-number", verbose_name="残疾人证号"
                            ),
                        ),
                        (
                            "disability_index",
                            models.CharField(blank=True, db_index=True, editable=False, max_length=32),
                        ),
                        (
                            "disability_kind",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (1, "视力"),
                                    (2, "听力"),
                                    (3, "言语"),
                                    (4, "肢体"),
                                    (5, "智力"),
                                    (6, "精神"),
                                    (7, "多重"),
                                ],
                                null=True,
                                verbose_name="残疾类别",
                            ),
                        ),
                        (
                            "disability_grade",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="残疾等级"),
                        ),
                        ("died_on", models.DateField(blank=True, null=True, verbose_name="死亡日期")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "office",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                                verbose_name="户籍地",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "人员",
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                        ("from_day", models.DateField(verbose_name="起")),
                        ("until_day", models.DateField(blank=True, null=True, verbose_name="止（不含）")),
                        (
                            "household",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="registry.household",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="registry.person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "家庭成员",
                    },
                ),
                migrations.AddField(
                    model_name="household",
                    name="head",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads",
                        to="registry.person",
                        verbose_name="户主",
                    ),
                ),
                migrations.CreateModel(
                    name="Posting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("village_assistant", "村级协办员"),
                                    ("township_clerk", "乡镇经办"),
                                    ("township_reviewer", "乡镇审核"),
                                    ("county_clerk", "县级经办"),
                                    ("county_approver", "县级审批"),
                                    ("county_cashier", "县级财务"),
                                    ("supervisor", "督查主管"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=30,
                                verbose_name="岗位",
                            ),
                        ),
                        ("from_day", models.DateField(verbose_name="任职起")),
                        ("until_day", models.DateField(blank=True, null=True, verbose_name="任职止（不含）")),
                        (
                            "granted_by",
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
                                related_name="postings",
                                to="registry.office",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="postings",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "岗位任职",
                        "ordering": ["user", "role"],
                    },
                ),
                migrations.CreateModel(
                    name="CountySetting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=60, verbose_name="项目")),
                        ("value", models.JSONField(verbose_name="取值")),
                        ("from_month", models.DateField(verbose_name="起始月份")),
                        ("document_number", models.CharField(max_length=80, verbose_name="文号")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
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
                    ],
                    options={
                        "verbose_name": "县级参数",
                        "ordering": ["key", "-from_month", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="BankAccount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("holder", models.CharField(max_length=60, verbose_name="户名")),
                        ("bank", models.CharField(max_length=60, verbose_name="开户银行")),
                        (
                            "number",
                            civaffairs.registry.fields.EncryptedField(
                                purpose="bank-account", verbose_name="账号"
                            ),
                        ),
                        ("number_index", models.CharField(db_index=True, editable=False, max_length=32)),
                        ("number_tail", models.CharField(editable=False, max_length=4)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "待复核"),
                                    ("active", "在用"),
                                    ("refused", "未通过"),
                                    ("replaced", "已更换"),
                                ],
                                default="pending",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="变更原因")),
                        (
                            "holder_reason",
                            models.CharField(
                                blank=True, max_length=200, verbose_name="户名与领款人不一致的原因"
                            ),
                        ),
                        ("opinion", models.CharField(blank=True, max_length=200, verbose_name="复核意见")),
                        ("from_day", models.DateField(blank=True, null=True, verbose_name="启用日")),
                        ("until_day", models.DateField(blank=True, null=True, verbose_name="停用日（不含）")),
                        ("entered_at", models.DateTimeField(auto_now_add=True)),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "proof",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.attachment",
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
                                related_name="accounts",
                                to="registry.person",
                                verbose_name="领款人",
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
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "银行账户",
                    },
                ),
                migrations.CreateModel(
                    name="AuditEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("seq", models.BigIntegerField(unique=True)),
                        ("at", models.DateTimeField()),
                        ("action", models.CharField(db_index=True, max_length=60, verbose_name="动作")),
                        ("succeeded", models.BooleanField(default=True, verbose_name="成功")),
                        (
                            "actor",
                            models.CharField(
                                help_text="当时的姓名和岗位，日后改名也不变",
                                max_length=120,
                                verbose_name="人员",
                            ),
                        ),
                        ("ip", models.CharField(blank=True, max_length=45, verbose_name="IP")),
                        ("object_type", models.CharField(blank=True, max_length=60, verbose_name="对象类型")),
                        ("object_id", models.CharField(blank=True, max_length=64, verbose_name="对象编号")),
                        ("object_label", models.CharField(blank=True, max_length=120, verbose_name="对象")),
                        (
                            "office_code",
                            models.CharField(blank=True, db_index=True, max_length=12, verbose_name="区划"),
                        ),
                        ("details", models.JSONField(default=dict, verbose_name="内容")),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="事由")),
                        ("previous_hash", models.CharField(max_length=64)),
                        ("hash", models.CharField(max_length=64)),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "posting",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.posting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "操作日志",
                        "ordering": ["-seq"],
                    },
                ),
                migrations.AddField(
                    model_name="attachment",
                    name="uploaded_by",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.posting",
                    ),
                ),
                migrations.CreateModel(
                    name="WorkdayYear",
                    fields=[
                        (
                            "year",
                            models.PositiveSmallIntegerField(
                                primary_key=True, serialize=False, verbose_name="年份"
                            ),
                        ),
                        (
                            "document_number",
                            models.CharField(blank=True, max_length=80, verbose_name="通知文号"),
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
                    ],
                    options={
                        "verbose_name": "节假日年度",
                        "ordering": ["-year"],
                    },
                ),
                migrations.CreateModel(
                    name="WorkdayRule",
                    fields=[
                        ("day", models.DateField(primary_key=True, serialize=False, verbose_name="日期")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("holiday", "放假"), ("workday", "调休上班")],
                                max_length=8,
                                verbose_name="类型",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=40, verbose_name="说明")),
                        (
                            "year",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rules",
                                to="registry.workdayyear",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "放假调休安排",
                        "ordering": ["day"],
                    },
                ),
                migrations.AddIndex(
                    model_name="person",
                    index=models.Index(fields=["office", "name_key"], name="person_by_office_name"),
                ),
                migrations.AddConstraint(
                    model_name="person",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("id_index__isnull", False), ("substitute_number__isnull", False), _connector="OR"
                        ),
                        name="person_has_a_number",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="person",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("died_on", None), ("died_on__gte", models.F("birth")), _connector="OR"
                        ),
                        name="person_dies_after_birth",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="membership",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("until_day", None)),
                        fields=("person",),
                        name="one_open_membership_per_person",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="membership",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("until_day", None), ("until_day__gte", models.F("from_day")), _connector="OR"
                        ),
                        name="membership_ends_after_it_begins",
                    ),
                ),
                migrations.AddIndex(
                    model_name="household",
                    index=models.Index(fields=["office", "id"], name="household_by_office"),
                ),
                migrations.AddConstraint(
                    model_name="posting",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("until_day", None)),
                        fields=("user", "role", "office"),
                        name="one_open_posting_per_user_role_office",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="posting",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("until_day", None), ("until_day__gte", models.F("from_day")), _connector="OR"
                        ),
                        name="posting_ends_after_it_begins",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="countysetting",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", False)),
                        fields=("key", "from_month"),
                        name="one_confirmed_setting_per_month",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="countysetting",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("entered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="setting_confirmed_by_another",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bankaccount",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("person",),
                        name="one_active_account_per_person",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bankaccount",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "pending")),
                        fields=("person",),
                        name="one_pending_account_per_person",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="bankaccount",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("entered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="account_confirmed_by_another",
                    ),
                ),
                migrations.AddIndex(
                    model_name="auditevent",
                    index=models.Index(fields=["object_type", "object_id", "seq"], name="audit_by_object"),
                ),
                migrations.AddIndex(
                    model_name="auditevent",
                    index=models.Index(fields=["user", "seq"], name="audit_by_user"),
                ),
            ]
        )
    ]
