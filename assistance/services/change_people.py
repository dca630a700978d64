"""Who joins a household: found in the register, or entered there."""

from datetime import date

from assistance.models import Entitlement
from assistance.services.numbering import substitute_number
from civaffairs.lib.errors import BadInput
from civaffairs.lib.identity import parse_id_card
from civaffairs.registry.keys import blind_index
from civaffairs.registry.models import Person


def person_who_joins(
    entitlement: Entitlement,
    *,
    name: str,
    id_number: str,
    sex: str = "",
    birth: date | None = None,
    on: date,
) -> Person:
    """The person of the register with this number, or a new one. Without a number sex and birth are needed, and he gets a
    number of the county's own. Call inside a transaction. Raises BadInput at the field."""
    name = " ".join(name.split())
    if not name:
        raise BadInput("请填写增加的人的姓名", field="name")
    if id_number:
        card = parse_id_card(id_number, on)
        known = Person.objects.filter(id_index=blind_index(card.number, "id-number")).first()
        if known is not None:
            if known.name != name:
                raise BadInput("这个身份证号登记的是另一个姓名，请核对", field="name")
            return known
        person = Person(sex=card.sex, birth=card.birth, office_id=entitlement.office_id)
        person.set_id_number(card.number)
    else:
        if not sex:
            raise BadInput("没有身份证号的，请选择性别", field="sex")
        if birth is None:
            raise BadInput("没有身份证号的，请填写出生日期", field="birth")
        person = Person(sex=sex, birth=birth, office_id=entitlement.office_id, without_id=True)
        person.substitute_number = substitute_number(entitlement.office_id, birth)
    person.set_name(name)
    person.save()
    return person
