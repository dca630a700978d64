"""People, households and bank accounts."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from civaffairs.lib.names import search_initials, sort_key
from civaffairs.registry.fields import EncryptedField
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models.offices import Office, Posting
from civaffairs.registry.scope import code_range


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to an office. `office_path` names the column that holds the 12-digit code."""

    office_path = "office_id"

    def visible_to(self, posting):
        return self.in_area(posting.office_id)

    def in_area(self, code: str):
        low, high = code_range(code)
        return self.filter(**{f"{self.office_path}__gte": low, f"{self.office_path}__lt": high})


class Sex(models.TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class DisabilityKind(models.IntegerChoices):
    SIGHT = 1, "视力"
    HEARING = 2, "听力"
    SPEECH = 3, "言语"
    LIMB = 4, "肢体"
    INTELLECT = 5, "智力"
    MIND = 6, "精神"
    MULTIPLE = 7, "多重"


class Person(models.Model):
    """A natural person, once. A person without an ID card carries a number of our own and the flag for it."""

    name = models.CharField("姓名", max_length=60)
    name_key = models.CharField(max_length=120, db_index=True, editable=False)
    name_initials = models.CharField(max_length=120, db_index=True, editable=False)
    sex = models.CharField("性别", max_length=6, choices=Sex)
    birth = models.DateField("出生日期")
    id_number = EncryptedField("公民身份号码", purpose="id-number", blank=True)
    id_index = models.CharField(max_length=32, unique=True, null=True, editable=False)
    id_tail4_index = models.CharField(max_length=32, blank=True, db_index=True, editable=False)
    id_tail6_index = models.CharField(max_length=32, blank=True, db_index=True, editable=False)
    without_id = models.BooleanField("无身份证", default=False)
    substitute_number = models.CharField("无证编号", max_length=20, unique=True, null=True, blank=True)
    phone = EncryptedField("联系电话", purpose="phone", blank=True)
    phone_index = models.CharField(max_length=32, blank=True, db_index=True, editable=False)
    ethnicity = models.CharField("民族", max_length=20, default="汉族")
    disability_number = EncryptedField("残疾人证号", purpose="disability-number", blank=True)
    disability_index = models.CharField(max_length=32, blank=True, db_index=True, editable=False)
    disability_kind = models.PositiveSmallIntegerField(
        "残疾类别", choices=DisabilityKind, null=True, blank=True
    )
    disability_grade = models.PositiveSmallIntegerField("残疾等级", null=True, blank=True)
    died_on = models.DateField("死亡日期", null=True, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="户籍地", related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "人员"
        constraints = [
            models.CheckConstraint(
                condition=Q(id_index__isnull=False) | Q(substitute_number__isnull=False),
                name="person_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(died_on=None) | Q(died_on__gte=F("birth")), name="person_dies_after_birth"
            ),
        ]
        indexes = [models.Index(fields=["office", "name_key"], name="person_by_office_name")]

    def __str__(self) -> str:
        return self.name

    def set_name(self, name: str) -> None:
        self.name = name
        self.name_key = sort_key(name)
        self.name_initials = search_initials(name)

    def set_id_number(self, number: str) -> None:
        """`number` is a checked 18-digit number; the indexes follow it."""
        self.id_number = number
        self.id_index = blind_index(number, "id-number")
        self.id_tail4_index = blind_index(number[-4:], "id-tail")
        self.id_tail6_index = blind_index(number[-6:], "id-tail")

    def set_phone(self, phone: str) -> None:
        self.phone = phone
        self.phone_index = blind_index(phone, "phone") if phone else ""

    def set_disability_number(self, number: str) -> None:
        self.disability_number = number
        self.disability_index = blind_index(number, "disability-number") if number else ""


class Household(models.Model):
    """People who live together and are judged together."""

    number = models.CharField("户编号", max_length=24, unique=True)
    head = models.ForeignKey(Person, models.PROTECT, related_name="heads", verbose_name="户主")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name="所在村（社区）")
    is_urban = models.BooleanField("城镇户籍", default=False)
    address = EncryptedField("家庭住址", purpose="address", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "家庭"
        indexes = [models.Index(fields=["office", "id"], name="household_by_office")]

    def __str__(self) -> str:
        return f"{self.head.name}户"


class Relationship(models.TextChoices):
    HEAD = "head", "户主"
    SPOUSE = "spouse", "配偶"
    SON = "son", "子"
    DAUGHTER = "daughter", "女"
    FATHER = "father", "父亲"
    MOTHER = "mother", "母亲"
    GRANDCHILD = "grandchild", "孙子女、外孙子女"
    GRANDPARENT = "grandparent", "祖父母、外祖父母"
    SIBLING = "sibling", "兄弟姐妹"
    CHILD_IN_LAW = "child_in_law", "儿媳、女婿"
    PARENT_IN_LAW = "parent_in_law", "公婆、岳父母"
    OTHER = "other", "其他"


class MembershipQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(Q(until_day=None) | Q(until_day__gt=day), from_day__lte=day)


class Membership(models.Model):
    """One person in one household from a day until (not including) a day."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    relationship = models.CharField("与户主关系", max_length=20, choices=Relationship)
    from_day = models.DateField("起")
    until_day = models.DateField("止（不含）", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "家庭成员"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(until_day=None), name="one_open_membership_per_person"
            ),
            models.CheckConstraint(
                condition=Q(until_day=None) | Q(until_day__gte=F("from_day")),
                name="membership_ends_after_it_begins",
            ),
        ]


class BankAccount(models.Model):
    """Where a payee's money goes. A change is a new row: proof, a second person, and the old row stays."""

    class State(models.TextChoices):
        PENDING = "pending", "待复核"
        ACTIVE = "active", "在用"
        REFUSED = "refused", "未通过"
        REPLACED = "replaced", "已更换"

    person = models.ForeignKey(Person, models.PROTECT, related_name="accounts", verbose_name="领款人")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    holder = models.CharField("户名", max_length=60)
    bank = models.CharField("开户银行", max_length=60)
    number = EncryptedField("账号", purpose="bank-account")
    number_index = models.CharField(max_length=32, db_index=True, editable=False)
    number_tail = models.CharField(max_length=4, editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PENDING)
    reason = models.CharField("变更原因", max_length=200, blank=True)
    holder_reason = models.CharField("户名与领款人不一致的原因", max_length=200, blank=True)
    proof = models.ForeignKey("Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    opinion = models.CharField("复核意见", max_length=200, blank=True)
    from_day = models.DateField("启用日", null=True, blank=True)
    until_day = models.DateField("停用日（不含）", null=True, blank=True)
    entered_by = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "银行账户"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="active"), name="one_active_account_per_person"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="pending"), name="one_pending_account_per_person"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")),
                name="account_confirmed_by_another",
            ),
        ]

    @property
    def state_tone(self) -> str:
        return {"pending": "todo", "active": "good", "refused": "bad"}.get(self.state, "plain")

    def set_number(self, number: str) -> None:
        self.number = number
        self.number_index = blind_index(number, "bank-account")
        self.number_tail = number[-4:]

    def __str__(self) -> str:
        return f"{self.bank} ····{self.number_tail}"
