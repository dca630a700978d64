"""The people of the tests, in one place. All invented.

Two townships of one county: 青溪镇, where things happen, and 白石镇 next door, whose staff must see nothing of it.
"""

from dataclasses import dataclass
from datetime import date

from civaffairs.registry.models import Level, Office, Posting, Role, User

PASSWORD = "Qingxi-2026"
START = date(2025, 1, 1)

COUNTY = "519901000000"
QINGXI = "519901101000"
LIUTANG = "519901101001"  # a neighbourhood: urban
QINGXI_VILLAGE = "519901101201"
BAISHI = "519901102000"
BAISHI_VILLAGE = "519901102201"


@dataclass(frozen=True)
class Cast:
    """Postings by the name of the person; `.user` is who logs in."""

    village_wang: Posting
    township_li: Posting
    township_he: Posting
    reviewer_chen: Posting
    county_qian: Posting
    county_zhao: Posting
    county_meng: Posting
    cashier_zhou: Posting
    supervisor_wu: Posting
    system_zheng: Posting
    security_feng: Posting
    audit_chu: Posting
    outsider_sun: Posting
    outsider_reviewer: Posting
    outsider_village: Posting

    def everybody(self) -> dict[str, Posting]:
        return dict(self.__dict__)


def make_offices() -> None:
    rows = [
        (COUNTY, "云岭县", "云岭县民政局", Level.COUNTY, None, False),
        (QINGXI, "青溪镇", "云岭县青溪镇人民政府", Level.TOWNSHIP, COUNTY, False),
        (LIUTANG, "柳塘社区", "青溪镇柳塘社区居民委员会", Level.VILLAGE, QINGXI, True),
        (QINGXI_VILLAGE, "青溪村", "青溪镇青溪村村民委员会", Level.VILLAGE, QINGXI, False),
        (BAISHI, "白石镇", "云岭县白石镇人民政府", Level.TOWNSHIP, COUNTY, False),
        (BAISHI_VILLAGE, "白石村", "白石镇白石村村民委员会", Level.VILLAGE, BAISHI, False),
    ]
    for code, name, full, level, parent, urban in rows:
        Office.objects.create(
            code=code,
            name=name,
            full_name=full,
            level=level,
            parent_id=parent,
            is_urban=urban,
            hotline="0999-12345",
            notice_token=f"t{code[6:]}" if level == Level.VILLAGE else None,
        )


PEOPLE = [
    ("village_wang", "王巧云", Role.VILLAGE_ASSISTANT, QINGXI_VILLAGE),
    ("township_li", "李望春", Role.TOWNSHIP_CLERK, QINGXI),
    ("township_he", "何满仓", Role.TOWNSHIP_CLERK, QINGXI),
    ("reviewer_chen", "陈守正", Role.TOWNSHIP_REVIEWER, QINGXI),
    ("county_qian", "钱若溪", Role.COUNTY_CLERK, COUNTY),
    ("county_zhao", "赵明理", Role.COUNTY_APPROVER, COUNTY),
    ("county_meng", "孟知非", Role.COUNTY_APPROVER, COUNTY),
    ("cashier_zhou", "周算清", Role.COUNTY_CASHIER, COUNTY),
    ("supervisor_wu", "吴督文", Role.SUPERVISOR, COUNTY),
    ("system_zheng", "郑系安", Role.SYSTEM_ADMIN, COUNTY),
    ("security_feng", "冯安平", Role.SECURITY_ADMIN, COUNTY),
    ("audit_chu", "褚审言", Role.AUDIT_ADMIN, COUNTY),
    ("outsider_sun", "孙邻水", Role.TOWNSHIP_CLERK, BAISHI),
    ("outsider_reviewer", "卫远山", Role.TOWNSHIP_REVIEWER, BAISHI),
    ("outsider_village", "沈隔溪", Role.VILLAGE_ASSISTANT, BAISHI_VILLAGE),
]


def make_cast() -> Cast:
    make_offices()
    postings = {}
    for username, name, role, office in PEOPLE:
        user = User.objects.create_user(username, name, PASSWORD)
        postings[username] = Posting.objects.create(user=user, role=role, office_id=office, from_day=START)
    return Cast(**postings)
