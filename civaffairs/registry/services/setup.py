"""The first minutes of a new county: its office and the three administrators who watch each other."""

from datetime import date

from django.db import transaction

from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry import audit, clock
from civaffairs.registry.models import Level, Office, Posting, Role, User
from civaffairs.registry.services.offices import place_of
from civaffairs.registry.services.users import check_username, initial_password


@transaction.atomic
def set_up_county(
    *, code: str, name: str, full_name: str, admins: dict[Role, tuple[str, str]], on: date
) -> list[tuple[Posting, str]]:
    """Make the county and its administrators; `admins` gives (log-in name, name) for each of the three roles.

    Runs once, at the server, before anybody can log in. Everything later is done on the pages.
    """
    if Office.objects.filter(level=Level.COUNTY).exists():
        raise NotAllowed("县已经建立。机构和用户请在网页上办理。")
    if place_of(code)[0] != Level.COUNTY:
        raise BadInput("县级区划代码为12位，后6位为0", field="code")
    if len({username.lower() for username, _ in admins.values()}) != 3:
        raise BadInput("三名管理员要用三个不同的登录名")
    office = Office.objects.create(code=code, name=name, full_name=full_name, level=Level.COUNTY)
    made = []
    for role, (username, person) in admins.items():
        password = initial_password()
        user = User.objects.create_user(
            check_username(username),
            person,
            password,
            must_change_password=True,
            password_changed_at=clock.now(),
        )
        made.append((Posting.objects.create(user=user, role=role, office=office, from_day=on), password))
    audit.record(
        "county.set_up",
        subject=office,
        office_code=code,
        details={posting.role: posting.user.username for posting, _ in made},
    )
    return made
