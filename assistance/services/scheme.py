"""Programmes as a county sets them: its terms for one of the catalogue, or one of its own made by a form. Proposed from a
document by one person, put in force by another, never edited: what a new document says is a new set of terms.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from assistance.models import Application, Entitlement, Scheme, SchemeTerms
from assistance.schemes import FIXED_RATE, SCHEMES, SchemeSpec
from assistance.services import scheme_terms
from assistance.workflow import OPEN_STATUSES
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.lib.names import initials
from civaffairs.registry import access, audit, clock
from civaffairs.registry.access import Permission
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.models import Level, Office, Posting

# Codes of programmes that a county makes begin so; none of the catalogue does.
OWN = "own-"
NAMES = ("name", "short_name")


@transaction.atomic
def propose_terms(
    *,
    scheme_code: str,
    from_day: date,
    document_number: str,
    terms: Mapping[str, Any],
    by: Posting,
    on: date,
    document_title: str = "",
) -> SchemeTerms:
    """Enter what a document sets otherwise, from a day on. Only what differs from before is kept.

    The day cannot lie in the past: a case goes by the terms of the day on which it was accepted, and an open one would
    find itself at a step that it no longer has. Raises BadInput, Conflict.
    """
    _demand(by, Permission.ENTER_STANDARD)
    scheme = Scheme.objects.select_for_update().filter(pk=scheme_code, is_active=True).first()
    if scheme is None:
        raise access.NotVisible("没有这个救助项目。")
    if from_day < on:
        raise BadInput("起始日期不能早于今天：已经受理的申请按受理那天的规定办", "from_day")
    _refuse_same_day(scheme, from_day)
    spec = scheme.spec_on(from_day)
    clean = scheme_terms.changed(spec, scheme_terms.read(spec, terms))
    if not clean:
        raise BadInput("和现在的规定一样，没有要改的", "from_day")
    _refuse_used_categories(scheme, spec, clean)
    _refuse_new_rhythm(scheme, clean)
    row = _row(scheme, from_day, document_number, document_title, clean, by)
    _record("scheme.terms_propose", row, by)
    return row


@transaction.atomic
def propose_names(
    *,
    scheme_code: str,
    names: Mapping[str, str],
    from_day: date,
    document_number: str,
    by: Posting,
    on: date,
    document_title: str = "",
) -> SchemeTerms:
    """Another name for a programme of the county's own. Letters and code stay: they stand in numbers already given.

    `names`: name, short_name. Raises BadInput, Conflict with the field.
    """
    scheme = _own(scheme_code, from_day, by, on)
    new = scheme_terms.read_names(names)
    clean = {key: value for key, value in new.items() if value != getattr(scheme, key)}
    if not clean:
        raise BadInput("和现在的名称一样，没有要改的", "name")
    _refuse_taken_names(clean)
    row = _row(scheme, from_day, document_number, document_title, clean, by)
    _record("scheme.terms_propose", row, by)
    return row


@transaction.atomic
def propose_closing(
    *,
    scheme_code: str,
    closed: bool,
    from_day: date,
    document_number: str,
    by: Posting,
    on: date,
    document_title: str = "",
) -> SchemeTerms:
    """From a day on a programme of the county's own takes no new application, or takes them again. What was granted is paid
    on, and cases that are under way go on."""
    scheme = _own(scheme_code, from_day, by, on)
    if scheme.spec_on(from_day).closed == closed:
        raise BadInput("这一天已经停止受理" if closed else "这一天本来就在受理", "from_day")
    row = _row(scheme, from_day, document_number, document_title, {"closed": closed}, by)
    _record("scheme.terms_propose", row, by)
    return row


@transaction.atomic
def propose_scheme(
    *,
    identity: Mapping[str, Any],
    from_day: date,
    document_number: str,
    terms: Mapping[str, Any],
    by: Posting,
    on: date,
    document_title: str = "",
) -> SchemeTerms:
    """Enter a programme of the county's own: a fixed sum for each category.

    `identity`: name, short_name, klass, number_prefix (blank: made from the initials). Nobody can apply for it before
    another person has confirmed it. Raises BadInput with the field, Conflict when a name or prefix is taken.
    """
    _demand(by, Permission.ENTER_STANDARD)
    # One at a time: two forms with one name would not see each other.
    Office.objects.select_for_update(no_key=True).get(pk=by.office_id)
    typed = dict(identity)
    if not str(typed.get("number_prefix", "")).strip():
        typed["number_prefix"] = free_prefix(str(typed.get("short_name", "")))
    who = scheme_terms.read_identity(typed)
    _refuse_taken(who)
    code = f"{OWN}{who['number_prefix'].lower()}"
    clean = scheme_terms.read(SchemeSpec(code, who["name"], who["short_name"], "", "fixed_rate", code), terms)
    missing = [name for name in scheme_terms.as_terms(FIXED_RATE) if name not in clean and name != "limits"]
    if missing:
        raise BadInput("还有没填的", missing[0])
    order = (Scheme.objects.aggregate(last=Max("order"))["last"] or 0) + 1
    fields = {name: who[name] for name in ("name", "short_name", "klass")}
    scheme = Scheme.objects.create(code=code, family=code, is_active=False, order=order, **fields)
    row = _row(
        scheme,
        from_day,
        document_number,
        document_title,
        who | {"programme": FIXED_RATE.programme} | clean,
        by,
    )
    _record("scheme.propose", row, by)
    return row


@transaction.atomic
def confirm_terms(*, terms_id: int, by: Posting, on: date) -> SchemeTerms:
    """Put terms in force; a new programme can be applied for once it has a standard. The same person pressing twice
    changes nothing."""
    _demand(by, Permission.CONFIRM_STANDARD)
    row = _locked(terms_id)
    if row.confirmed_at is not None:
        if row.confirmed_by is not None and row.confirmed_by.user_id == by.user_id:
            return row
        raise NotAllowed("这份规定已经确认过了。")
    access.refuse_same_person(by, {"录入人": row.proposed_by}, "确认")
    # Read again: a rule may have learnt to refuse something, and people may have come into a category since.
    scheme = row.scheme
    is_new = scheme.is_own and not scheme.terms
    if not is_new:
        if row.from_day < on:
            raise NotAllowed("起始日期已经过去，请作废后重新录入。")
        _refuse_same_day(scheme, row.from_day)
        spec = scheme.spec_on(row.from_day)
        clean = {key: value for key, value in row.terms.items() if key not in (*NAMES, "closed")}
        _refuse_used_categories(scheme, spec, scheme_terms.read(spec, clean))
        _refuse_new_rhythm(scheme, clean)
        _refuse_taken_names({key: row.terms[key] for key in NAMES if key in row.terms})
    row.confirmed_by, row.confirmed_at = by, clock.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    scheme.terms = sorted([*scheme.terms, _as_json(row)], key=lambda each: each["from_day"])
    scheme.is_active = True
    for name in NAMES:
        setattr(scheme, name, row.terms.get(name, getattr(scheme, name)))
    scheme.save(update_fields=["terms", "is_active", *NAMES])
    _record("scheme.confirm" if is_new else "scheme.terms_confirm", row, by)
    return row


@transaction.atomic
def discard_terms(*, terms_id: int, by: Posting) -> Scheme | None:
    """Throw away what nobody has confirmed; a programme that never came into being goes with it. Gives the programme
    that stays. What is in force stays for ever."""
    _demand(by, Permission.ENTER_STANDARD)
    row = _locked(terms_id)
    if row.confirmed_at is not None:
        raise NotAllowed("已生效的规定不能作废或修改，请凭新文件另录一份。")
    scheme = row.scheme
    is_new = scheme.is_own and not scheme.terms
    _record("scheme.discard" if is_new else "scheme.terms_discard", row, by)
    row.delete()
    if is_new:
        scheme.delete()
        return None
    return scheme


def free_prefix(short_name: str) -> str:
    """Number letters from the initials of a name that no programme has yet; "" when there are none."""
    letters = "".join(each for each in next(iter(initials(short_name)), "").upper() if each.isalpha())
    if not letters:
        return ""
    taken = _prefixes()
    found = [letters[:2], letters[:3], *(f"{letters[:2]}{chr(one)}" for one in range(ord("A"), ord("Z") + 1))]
    return next((each for each in found if len(each) >= 2 and each not in taken), "")


# --- pieces ---------------------------------------------------------------------------------------------


def _demand(by: Posting, permission: Permission) -> None:
    access.demand(by, permission)
    if by.office.level != Level.COUNTY:
        raise NotAllowed("救助项目由县级设定。")


def _own(code: str, from_day: date, by: Posting, on: date) -> Scheme:
    """The locked programme of the county's own, which something is to be said of from a day on."""
    _demand(by, Permission.ENTER_STANDARD)
    scheme = Scheme.objects.select_for_update().filter(pk=code, is_active=True).first()
    if scheme is None:
        raise access.NotVisible("没有这个救助项目。")
    if not scheme.is_own:
        raise NotAllowed("国家和省里的项目不能改名或停止受理，只有县里新增的可以。")
    if from_day < on:
        raise BadInput("起始日期不能早于今天", "from_day")
    _refuse_same_day(scheme, from_day)
    return scheme


def _locked(terms_id: int) -> SchemeTerms:
    # Who confirmed is looked up afterwards: whoever waited for the lock would get the join of before.
    row = (
        SchemeTerms.objects.select_for_update(of=("self", "scheme"))
        .select_related("scheme", "proposed_by__user")
        .filter(pk=terms_id)
        .first()
    )
    if row is None:
        raise access.NotVisible("没有这份规定，可能已作废。")
    return row


def _row(
    scheme: Scheme, from_day: date, number: str, title: str, terms: dict[str, Any], by: Posting
) -> SchemeTerms:
    if not (number := number.strip()):
        raise BadInput("请填写文号", "document_number")
    waiting = SchemeTerms.objects.filter(scheme=scheme, confirmed_at=None)
    words = f"{scheme.short_name}已有一份规定等待确认，请先确认或作废"
    if waiting.exists():
        raise Conflict(words, field="from_day")
    try:
        with transaction.atomic():
            return SchemeTerms.objects.create(
                scheme=scheme,
                from_day=from_day,
                document_number=number,
                document_title=title.strip(),
                terms=terms,
                proposed_by=by,
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict(words, field="from_day") from error


def _as_json(row: SchemeTerms) -> dict[str, Any]:
    return {
        "from_day": row.from_day.isoformat(),
        "document": row.document_number,
        "title": row.document_title,
        "terms": row.terms,
    }


def _refuse_same_day(scheme: Scheme, from_day: date) -> None:
    if any(row["from_day"] == from_day.isoformat() for row in scheme.terms):
        raise Conflict(f"{from_day:%Y-%m-%d}起已有一份生效的规定，请换一个起始日期", field="from_day")


def _prefixes() -> set[str]:
    rows = SchemeTerms.objects.filter(scheme__code__startswith=OWN).values_list("terms", flat=True)
    own = {terms["number_prefix"] for terms in rows if "number_prefix" in terms}
    return own | {spec.number_prefix for spec in SCHEMES.values()}


def _refuse_taken(who: Mapping[str, Any]) -> None:
    if who["number_prefix"] in _prefixes():
        raise Conflict(f"编号字母“{who['number_prefix']}”已有别的项目在用", field="number_prefix")
    _refuse_taken_names({name: who[name] for name in NAMES})


def _refuse_taken_names(names: Mapping[str, str]) -> None:
    """Names that differ from the programme's own: whoever bears one is another."""
    for name, value in names.items():
        if Scheme.objects.filter(**{name: value}).exists():
            label = "名称" if name == "name" else "简称"
            raise Conflict(f"已有{label}是“{value}”的项目", field=name)


def _refuse_new_rhythm(scheme: Scheme, clean: Mapping[str, Any]) -> None:
    """A sum a month must not become a sum a year under those who draw it."""
    if "cadence" in clean and Entitlement.objects.filter(scheme=scheme).exists():
        raise Conflict("已有保障对象，发放方式不能再改；要改的，另开一个项目", field="cadence")


def _refuse_used_categories(scheme: Scheme, spec: SchemeSpec, clean: Mapping[str, Any]) -> None:
    """A category in which people are, or may come by a case that is under way, stays."""
    if "categories" not in clean:
        return
    kept = {key for key, _ in clean["categories"]}
    gone = {key: name for key, name in spec.categories if key not in kept}
    if not gone:
        return
    used = set(
        Entitlement.objects.filter(scheme=scheme, category__in=gone)
        .values_list("category", flat=True)
        .distinct()
    )
    if used:
        names = "、".join(gone[key] for key in gone if key in used)
        raise Conflict(f"类别“{names}”里已有保障对象，只能改名称，不能去掉", field="categories")
    if Application.objects.filter(scheme=scheme, status__in=OPEN_STATUSES).exists():
        raise Conflict("还有没办完的申请，可能属于要去掉的类别，请办完后再去掉", field="categories")


def _record(action: str, row: SchemeTerms, by: Posting) -> None:
    audit.record(
        action,
        by=by,
        subject=row,
        label=row.scheme.short_name,
        details={
            "scheme": row.scheme_id,
            "from_day": row.from_day.isoformat(),
            "document": row.document_number,
            "terms": row.terms,
        },
    )
