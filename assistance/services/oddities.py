"""What is odd in a declaration but may be true. Shown beside the form and kept with the submission; it stops nobody."""

from collections.abc import Iterable, Iterator

from assistance.forms.declaration import Declaration
from assistance.models import LabourAbility, MaterialKind, Scheme
from civaffairs.lib.errors import BadInput
from civaffairs.lib.identity import parse_account, parse_id_card
from civaffairs.lib.months import age_on
from civaffairs.registry.models import Office, Relationship

CHILDREN = (Relationship.SON, Relationship.DAUGHTER)
PARENTS = (Relationship.FATHER, Relationship.MOTHER)
LEAST_GENERATION = 14


def expected_materials(scheme: Scheme) -> tuple[MaterialKind, ...]:
    """What every application of a programme is asked for."""
    return tuple(MaterialKind(kind) for kind in scheme.spec.materials)


def oddities(
    declaration: Declaration, *, scheme: Scheme, office: Office, materials: Iterable[str]
) -> list[str]:
    """One plain sentence each. Tolerates a form that is not valid yet."""
    return [
        *_place(scheme, office),
        *_people(declaration),
        *_money(declaration),
        *_consents(declaration),
        *_materials(scheme, materials),
    ]


def _place(scheme: Scheme, office: Office) -> Iterator[str]:
    if scheme.spec.is_urban is not None and scheme.spec.is_urban != office.is_urban:
        kind = "城镇社区" if office.is_urban else "农村"
        yield f"{office.name}是{kind}，申请的是{scheme.short_name}，请核对户籍类型"


def _people(declaration: Declaration) -> Iterator[str]:
    head = declaration.head.cleaned_data if declaration.head else {}
    spouses = 0
    for member in declaration.members:
        given = member.cleaned_data.get
        name, relation, birth = given("name") or "有一人", given("relationship"), given("birth")
        typed = declaration.content.get(f"{member.prefix}-id_number", [""])[0]
        if given("id_number") and typed:
            yield from (f"{name}：{words}" for words in _id_warnings(typed, declaration))
        if relation == Relationship.SPOUSE:
            spouses += 1
            if given("sex") and given("sex") == head.get("sex"):
                yield f"{name}与户主性别相同，关系是配偶，请核对"
        if birth and head.get("birth"):
            gap = (birth - head["birth"]).days / 365.25
            if relation in CHILDREN and gap < LEAST_GENERATION:
                yield f"{name}是户主的子女，年龄只差 {max(0, int(gap))} 岁，请核对"
            if relation in PARENTS and -gap < LEAST_GENERATION:
                yield f"{name}是户主的父母，年龄只差 {max(0, int(-gap))} 岁，请核对"
        if birth and birth <= declaration.on:
            age = age_on(birth, declaration.on)
            if declaration.shape.one_person:
                continue
            if given("labour") == LabourAbility.FULL and (age < 16 or age >= 60):
                yield f"{name}{age}岁，劳动能力选的是“有劳动能力”，请核对"
            if given("labour") == LabourAbility.NONE and 16 <= age < 60:
                yield f"{name}{age}岁，劳动能力选的是“无劳动能力（未成年或60岁以上）”，请核对"
    if spouses > 1:
        yield f"填了 {spouses} 名配偶，请核对"


def _id_warnings(typed: str, declaration: Declaration) -> tuple[str, ...]:
    try:
        return parse_id_card(typed, declaration.on).warnings
    except BadInput:
        return ()


def _money(declaration: Declaration) -> Iterator[str]:
    account = declaration.cleaned["account"]
    if account.get("number"):
        yield from parse_account(account["number"]).warnings
    unknown = [m for m in declaration.members if m.cleaned_data.get("income_state") == "unknown"]
    if declaration.shape.asks_money:
        unknown += [row for row in declaration.parts["income"].forms if row.cleaned_data.get("unknown")]
        unknown += [row for row in declaration.parts["property"].forms if row.cleaned_data.get("unknown")]
    if unknown:
        yield f"有 {len(unknown)} 项收入或财产未核定，核定以前不能测算"


def _consents(declaration: Declaration) -> Iterator[str]:
    supporters = declaration.parts["supporter"].forms if declaration.shape.asks_money else ()
    for row in supporters:
        if row.cleaned_data.get("consented") is False:
            yield f"义务人{row.cleaned_data.get('name', '')}未同意核查，不能查询其经济状况"


def _materials(scheme: Scheme, materials: Iterable[str]) -> Iterator[str]:
    have = set(materials)
    missing = [kind.label for kind in expected_materials(scheme) if kind not in have]
    if missing:
        yield f"还没有上传：{'；'.join(missing)}"
