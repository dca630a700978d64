"""Offices, users and postings: who works where and as what."""

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from civaffairs.registry.scope import code_range


class Level(models.IntegerChoices):
    COUNTY = 1, "县（市、区）"
    TOWNSHIP = 2, "乡镇（街道）"
    VILLAGE = 3, "村（社区）"


class OfficeQuerySet(models.QuerySet):
    def visible_to(self, posting):
        """Offices inside the posting's area."""
        low, high = code_range(posting.office_id)
        return self.filter(code__gte=low, code__lt=high)

    def townships(self):
        return self.filter(level=Level.TOWNSHIP)

    def villages(self):
        return self.filter(level=Level.VILLAGE)


class Office(models.Model):
    """A county, township or village. The 12-digit region code is the key, so a row of any table that points to an
    office carries the code itself and the region scope needs no join."""

    code = models.CharField("区划代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=60)
    full_name = models.CharField("全称", max_length=120, help_text="用于文书落款，例：云岭县青溪镇人民政府")
    level = models.PositiveSmallIntegerField("级别", choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    is_urban = models.BooleanField("城镇", default=False, help_text="社区、街道为城镇，村为农村")
    hotline = models.CharField("监督电话", max_length=30, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    notice_token = models.CharField("公示页短码", max_length=16, unique=True, null=True, blank=True)
    is_active = models.BooleanField("在用", default=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = "机构"

    def __str__(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        """The leading digits shared by all codes of this office's area: 6, 9 or 12 of them."""
        return self.code[: {Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}[self.level]]


class UserManager(BaseUserManager):
    def create_user(self, username: str, name: str, password: str | None = None, **fields):
        user = self.model(username=username, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who logs in. What they may do comes from postings alone."""

    username = models.CharField("登录名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["username"]
        verbose_name = "用户"

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    VILLAGE_ASSISTANT = "village_assistant", "村级协办员"
    TOWNSHIP_CLERK = "township_clerk", "乡镇经办"
    TOWNSHIP_REVIEWER = "township_reviewer", "乡镇审核"
    COUNTY_CLERK = "county_clerk", "县级经办"
    COUNTY_APPROVER = "county_approver", "县级审批"
    COUNTY_CASHIER = "county_cashier", "县级财务"
    SUPERVISOR = "supervisor", "督查主管"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


# The three administrators watch each other: whoever holds one of these roles holds nothing else.
ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

ROLE_LEVEL = {
    Role.VILLAGE_ASSISTANT: Level.VILLAGE,
    Role.TOWNSHIP_CLERK: Level.TOWNSHIP,
    Role.TOWNSHIP_REVIEWER: Level.TOWNSHIP,
}


class PostingQuerySet(models.QuerySet):
    def in_force(self, on: date):
        return self.filter(Q(until_day=None) | Q(until_day__gt=on), from_day__lte=on)


class Posting(models.Model):
    """One user in one role at one office, from a day until (not including) a day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="postings")
    role = models.CharField("岗位", max_length=30, choices=Role)
    office = models.ForeignKey(Office, models.PROTECT, related_name="postings")
    from_day = models.DateField("任职起")
    until_day = models.DateField("任职止（不含）", null=True, blank=True)
    granted_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role"]
        verbose_name = "岗位任职"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "office"],
                condition=Q(until_day=None),
                name="one_open_posting_per_user_role_office",
            ),
            # Equal days mean: taken back before it was ever in force.
            models.CheckConstraint(
                condition=Q(until_day=None) | Q(until_day__gte=models.F("from_day")),
                name="posting_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.name}（{self.office.name} {self.get_role_display()}）"

    @property
    def label(self) -> str:
        return f"{self.office.name} · {self.get_role_display()}"
