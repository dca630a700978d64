"""What hospitals settled at the counter for people of the invented county: one file loaded, one tried and waiting."""

import io
import random
from collections.abc import Iterator
from datetime import date, timedelta

from assistance.bankfiles.settled_care import filled_form
from assistance.demo.papers import Papers
from assistance.demo.people import People
from assistance.demo.sizes import TODAY
from assistance.demo.staff import Staff
from assistance.models import EntitlementMember
from assistance.services.settled_care import check_file, load_file
from civaffairs.registry.models import Person

HOSPITALS = ("云岭县人民医院", "云岭县中医医院", "青溪镇中心卫生院", "白石镇中心卫生院")
KNOWN, STRANGERS = 24, 3
_WORDS = {"dibao": "城乡低保对象", "tekun": "特困人员"}


def load(staff: Staff, papers: Papers, people: People) -> None:
    """April is loaded with what was wrong in it left out; May has been tried and waits for the clerk."""
    draw = random.Random(41)
    known = _known()
    april, may = known[: KNOWN // 2], known[KNOWN // 2 :]
    for month, some, on in (
        (date(2026, 4, 1), april, papers.before(TODAY, 15)),
        (date(2026, 5, 1), may, TODAY),
    ):
        rows = list(_rows(month, some, people, draw))
        file = check_file(
            upload=io.BytesIO(filled_form(rows)),
            name=f"医保局一站式结算{month:%Y%m}.xlsx",
            by=staff.county_qian,
            on=on,
        )
        if on != TODAY:
            load_file(file_id=file.pk, by=staff.county_qian, on=on)


def _known() -> list[tuple[Person, str]]:
    """People of 特困 and 低保 in the order of their rows, a few of each village."""
    rows = EntitlementMember.objects.filter(
        family__in=_WORDS, until_month=None, entitlement__until_month=None, person__died_on=None
    ).select_related("person")
    found: list[tuple[Person, str]] = []
    for family, count in (("tekun", KNOWN // 3), ("dibao", KNOWN - KNOWN // 3)):
        ids = list(rows.filter(family=family).order_by("pk").values_list("pk", flat=True))
        wanted = ids[:: max(1, len(ids) // count)][:count]
        found += [(row.person, _WORDS[family]) for row in rows.filter(pk__in=wanted).order_by("pk")]
    return found[::2] + found[1::2]


def _rows(
    month: date, known: list[tuple[Person, str]], people: People, draw: random.Random
) -> Iterator[dict[str, str]]:
    """In order for all but the last ones: strangers to the registry, then a wrong name, a wrong sum, a repetition."""
    serial = 0

    def row(name: str, id_number: str, identity: str) -> dict[str, str]:
        nonlocal serial
        serial += 1
        total = draw.randrange(28, 460) * 100
        policy = total * draw.randrange(82, 97) // 100
        basic = policy * draw.randrange(55, 75) // 100
        serious = (policy - basic) * 3 // 10 if policy > 15_000 else 0
        aid = (policy - basic - serious) * (9 if identity == "特困人员" else 7) // 10
        return {
            "number": f"YB{month:%Y%m}{serial:06d}",
            "settled_on": (month + timedelta(days=draw.randrange(1, 27))).isoformat(),
            "name": name,
            "id_number": id_number,
            "identity": identity,
            "hospital": draw.choice(HOSPITALS),
            "total_fen": f"{total}.00",
            "in_policy_fen": f"{policy}.00",
            "basic_fen": f"{basic}.00",
            "serious_fen": f"{serious}.00",
            "aid_fen": f"{aid}.00",
        }

    made = [row(person.name, person.id_number, identity) for person, identity in known]
    yield from made
    for _ in range(STRANGERS):
        someone = people.alone("云岭", False, date(1951, 3, 1) + timedelta(days=draw.randrange(6_000))).head
        yield row(someone.name, someone.id_number, "低保边缘家庭")
    person, identity = known[0]
    yield row(f"{person.name[:1]}某", person.id_number, identity)
    yield row(person.name, person.id_number, identity) | {"aid_fen": "99999.00"}
    yield made[1]
