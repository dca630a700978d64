"""Who works in the invented county: the offices, one account for each role, and a pair of desks in every township."""

import random
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password

from assistance.demo.names import OLD_FEMALE, OLD_MALE, SURNAMES
from assistance.demo.places import COUNTY_CODE, Place
from civaffairs.registry import clock
from civaffairs.registry.models import Level, Office, Posting, Role, User

START = date(2023, 1, 1)
QINGXI, QINGXI_VILLAGE = "519901101000", "519901101201"
BAISHI, BAISHI_VILLAGE = "519901102000", "519901102201"

# The accounts that the log-in page offers come first: the first of each role.
PEOPLE = (
    ("village_wang", "王巧云", Role.VILLAGE_ASSISTANT, QINGXI_VILLAGE),
    ("township_li", "李望春", Role.TOWNSHIP_CLERK, QINGXI),
    ("township_he", "何满仓", Role.TOWNSHIP_CLERK, QINGXI),
    ("reviewer_chen", "陈守正", Role.TOWNSHIP_REVIEWER, QINGXI),
    ("county_qian", "钱若溪", Role.COUNTY_CLERK, COUNTY_CODE),
    ("county_zhao", "赵明理", Role.COUNTY_APPROVER, COUNTY_CODE),
    ("county_meng", "孟知非", Role.COUNTY_APPROVER, COUNTY_CODE),
    ("cashier_zhou", "周算清", Role.COUNTY_CASHIER, COUNTY_CODE),
    ("supervisor_wu", "吴督文", Role.SUPERVISOR, COUNTY_CODE),
    ("system_zheng", "郑系安", Role.SYSTEM_ADMIN, COUNTY_CODE),
    ("security_feng", "冯安平", Role.SECURITY_ADMIN, COUNTY_CODE),
    ("audit_chu", "褚审言", Role.AUDIT_ADMIN, COUNTY_CODE),
    ("outsider_sun", "孙邻水", Role.TOWNSHIP_CLERK, BAISHI),
    ("outsider_he", "贺丰年", Role.TOWNSHIP_CLERK, BAISHI),
    ("outsider_reviewer", "卫远山", Role.TOWNSHIP_REVIEWER, BAISHI),
    ("outsider_village", "沈隔溪", Role.VILLAGE_ASSISTANT, BAISHI_VILLAGE),
)


@dataclass
class Desk:
    """The three people through whom every case of a township goes."""

    clerk: Posting
    second: Posting
    reviewer: Posting


@dataclass
class Staff:
    """Postings by log-in name, and the desks by township code."""

    by_name: dict[str, Posting] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Posting:
        try:
            return self.__dict__["by_name"][name]
        except KeyError:
            raise AttributeError(name) from None

    def desk_of(self, office_code: str) -> Desk:
        return self.desks[f"{office_code[:9]}000"]


def open_offices(places: list[Place]) -> None:
    """The county, its townships and its villages, each village with an address of its own for public notices."""
    Office.objects.bulk_create(
        Office(
            code=place.code,
            name=place.name,
            full_name=place.full_name,
            level=place.level,
            parent_id=place.parent,
            is_urban=place.urban,
            # Villages share the telephone of their township.
            hotline=f"0999-82{place.code[6:9]}00" if place.level != Level.VILLAGE else "",
            address=f"云岭县{place.name}" if place.level != Level.COUNTY else "云岭县城关街道民生路1号",
            notice_token=f"yl{place.code[6:]}" if place.level == Level.VILLAGE else None,
        )
        for place in places
    )


def hire(places: list[Place], password: str) -> Staff:
    """All accounts with the one password of the demo. Hashed once: it is no secret, and hashing is slow on purpose."""
    staff, hashed, now = Staff(), make_password(password), clock.now()
    people = [*PEOPLE, *_townships_people(places)]
    users = User.objects.bulk_create(
        User(username=username, name=name, password=hashed, password_changed_at=now)
        for username, name, _, _ in people
    )
    postings = Posting.objects.bulk_create(
        Posting(user=user, role=role, office_id=office, from_day=START)
        for user, (_, _, role, office) in zip(users, people, strict=True)
    )
    granted_by = next(p for p in postings if p.role == Role.SECURITY_ADMIN)
    others = [posting for posting in postings if posting.pk != granted_by.pk]
    Posting.objects.filter(pk__in=[posting.pk for posting in others]).update(granted_by=granted_by)
    return staff_of(Posting.objects.select_related("user", "office"), staff)


def staff_of(postings, staff: Staff) -> Staff:
    """Fill `staff` from the rows."""
    rows = list(postings.order_by("pk"))
    staff.by_name = {posting.user.username: posting for posting in rows}
    for code in {p.office_id for p in rows if p.role == Role.TOWNSHIP_REVIEWER}:
        clerks = [p for p in rows if p.office_id == code and p.role == Role.TOWNSHIP_CLERK]
        reviewer = next(p for p in rows if p.office_id == code and p.role == Role.TOWNSHIP_REVIEWER)
        staff.desks[code] = Desk(clerks[0], clerks[1], reviewer)
    return staff


def _townships_people(places: list[Place]) -> list[tuple[str, str, str, str]]:
    draw, people = random.Random(7), []
    used = {name for _, name, _, _ in PEOPLE}
    for place in places:
        if place.level != Level.TOWNSHIP or place.code in (QINGXI, BAISHI):
            continue
        for suffix, role in (
            ("clerk", Role.TOWNSHIP_CLERK),
            ("clerk2", Role.TOWNSHIP_CLERK),
            ("reviewer", Role.TOWNSHIP_REVIEWER),
        ):
            while (name := draw.choice(SURNAMES) + draw.choice(OLD_MALE + OLD_FEMALE)) in used:
                pass
            used.add(name)
            people.append((f"t{place.code[6:9]}_{suffix}", name, role, place.code))
    return people
