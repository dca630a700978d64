"""Every table of this app as it stands; what the database itself watches over comes after it."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from civaffairs.registry.tables import TablesAtOnce


class Migration(migrations.Migration):
    replaces = [("jobs", "0001_initial")]

    initial = True

    dependencies = [
        ("registry", "0001_tables"),
    ]

    operations = [
        TablesAtOnce(
            [
                migrations.CreateModel(
                    name="Job",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=60, verbose_name="种类")),
                        ("title", models.CharField(max_length=120, verbose_name="名称")),
                        ("key", models.CharField(max_length=120)),
                        ("params", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "排队中"),
                                    ("running", "进行中"),
                                    ("done", "已完成"),
                                    ("failed", "未成功"),
                                    ("cancelled", "已取消"),
                                ],
                                default="queued",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("done", models.PositiveIntegerField(default=0, verbose_name="已处理")),
                        ("total", models.PositiveIntegerField(default=0, verbose_name="总数")),
                        ("message", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        ("result", models.JSONField(default=dict)),
                        ("result_url", models.CharField(blank=True, max_length=200, verbose_name="结果页")),
                        (
                            "result_file",
                            models.FileField(blank=True, upload_to="jobs/", verbose_name="结果文件"),
                        ),
                        (
                            "result_name",
                            models.CharField(blank=True, max_length=120, verbose_name="结果文件名"),
                        ),
                        ("attempt", models.PositiveSmallIntegerField(default=0, verbose_name="第几次")),
                        ("lease", models.UUIDField(null=True)),
                        ("heartbeat_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("started_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "created_by",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="registry.office",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "后台任务",
                        "ordering": ["-created_at"],
                    },
                ),
                migrations.CreateModel(
                    name="JobError",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row", models.PositiveIntegerField(null=True, verbose_name="行号")),
                        ("column", models.CharField(blank=True, max_length=40, verbose_name="栏目")),
                        ("value", models.CharField(blank=True, max_length=120, verbose_name="原值")),
                        ("message", models.CharField(max_length=300, verbose_name="原因")),
                        (
                            "job",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="errors",
                                to="jobs.job",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.AddIndex(
                    model_name="job",
                    index=models.Index(fields=["state", "heartbeat_at"], name="job_by_state"),
                ),
                migrations.AddConstraint(
                    model_name="job",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=("key",),
                        name="one_live_job_per_key",
                    ),
                ),
            ]
        )
    ]
