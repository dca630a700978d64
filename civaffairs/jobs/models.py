"""The jobs table: the truth about work in the background. Celery carries only a job's id."""

import uuid

from django.db import models
from django.db.models import Q

from civaffairs.registry.models import Office, Posting, ScopedQuerySet


class Job(models.Model):
    """One piece of background work."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未成功"
        CANCELLED = "cancelled", "已取消"

    LIVE = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=60)
    title = models.CharField("名称", max_length=120)
    # While a job with this key is queued or running, a second one cannot be made: a double click is one job.
    key = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    state = models.CharField("状态", max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    message = models.CharField("说明", max_length=300, blank=True)
    result = models.JSONField(default=dict)
    result_url = models.CharField("结果页", max_length=200, blank=True)
    result_file = models.FileField("结果文件", upload_to="jobs/", blank=True)
    result_name = models.CharField("结果文件名", max_length=120, blank=True)
    attempt = models.PositiveSmallIntegerField("第几次", default=0)
    # Changes at each take-over; a worker that lost its lease finds out at its next sign of life.
    lease = models.UUIDField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "后台任务"
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=["queued", "running"]), name="one_live_job_per_key"
            )
        ]
        indexes = [models.Index(fields=["state", "heartbeat_at"], name="job_by_state")]

    def __str__(self) -> str:
        return self.title

    @property
    def state_tone(self) -> str:
        return {"done": "good", "failed": "bad", "cancelled": "plain"}.get(self.state, "wait")

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE


class JobError(models.Model):
    """One row of input that a job could not take."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="errors")
    row = models.PositiveIntegerField("行号", null=True)
    column = models.CharField("栏目", max_length=40, blank=True)
    value = models.CharField("原值", max_length=120, blank=True)
    message = models.CharField("原因", max_length=300)

    class Meta:
        ordering = ["id"]
