"""Acts on what excludes what: a county's own rule for a pair, and the conclusions on what was found."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction

from assistance.forms.declaration import Declaration
from assistance.models import Application, OverlapFinding, OverlapSetting, Scheme
from assistance.policy.overlaps import EFFECTS, LEVELS, OVERLAPS, Claim, Overlap, lookup
from assistance.policy.rule import Receipt
from assistance.selectors import overlap as selector
from assistance.selectors.overlap import Met
from assistance.services import readiness
from assistance.services.grant import first_month, first_month_of
from assistance.workflow import OPEN_STATUSES
from civaffairs.lib.errors import BadInput, Conflict, NotAllowed
from civaffairs.registry import access, audit, clock
from civaffairs.registry.access import Permission
from civaffairs.registry.duplicates import is_duplicate
from civaffairs.registry.models import Household, Level, Person, Posting

ROWS = {row.key: row for row in OVERLAPS}
MOST_WORDS = 300
# Who may say how a hit on a case was dealt with: those who work on it, not who decides it.
CONCLUDES = (Permission.HANDLE_APPLICATION, Permission.RECORD_CHECK)


# --- what a county sets otherwise ------------------------------------------------------------------------


@transaction.atomic
def propose_setting(
    *,
    key: str,
    from_day: date,
    effect: str,
    level: str,
    yields: str,
    document_number: str,
    by: Posting,
    on: date,
    document_title: str = "",
) -> OverlapSetting:
    """Enter from a document how the county treats a pair from a day on. In force once another person confirms it.

    What stands in the text of a national rule stays as it is; a county may only have it 拦截 instead of 提醒. Raises
    BadInput with the field and the article, Conflict where another one waits.
    """
    _demand_county(by, Permission.ENTER_STANDARD)
    row = ROWS.get(key)
    if row is None:
        raise access.NotVisible("互斥表里没有这一项。")
    if from_day < on:
        raise BadInput("起始日期不能早于今天，已经办理的不受影响", "from_day")
    effect, level, yields = _checked(row, effect, level, yields)
    now = next(each for each in selector.table_on(from_day) if each.key == key)
    if (now.effect, now.level, now.yields) == (effect, level, yields):
        raise BadInput("和现在的规定一样，没有要改的", "effect")
    if not (document_number := document_number.strip()):
        raise BadInput("请填写文号", "document_number")
    if OverlapSetting.objects.filter(key=key, from_day=from_day).exclude(confirmed_at=None).exists():
        raise Conflict(f"{from_day:%Y-%m-%d}起已有一份生效的规定，请换一个起始日期", field="from_day")
    words = "这一项已有一份规定等待确认，请先确认或作废"
    if OverlapSetting.objects.filter(key=key, confirmed_at=None).exists():
        raise Conflict(words, field="from_day")
    try:
        with transaction.atomic():
            setting = OverlapSetting.objects.create(
                key=key,
                from_day=from_day,
                effect=effect,
                level=level,
                yields=yields,
                document_number=document_number,
                document_title=document_title.strip(),
                proposed_by=by,
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict(words, field="from_day") from error
    _record("overlap.propose", setting, by)
    return setting


def _checked(row: Overlap, effect: str, level: str, yields: str) -> tuple[str, str, str]:
    if effect not in EFFECTS:
        raise BadInput("请选择怎么处理", "effect")
    if level not in LEVELS:
        raise BadInput("请选择遇到时拦截还是提醒", "level")
    if yields not in ("", "a", "b"):
        raise BadInput("请选择让位的一方", "yields")
    if row.a == row.b and effect != row.effect:
        raise BadInput(
            f"同一个人在一个项目里只能有一份（{row.article}），不能另作规定", "effect", article=row.article
        )
    if row.certainty == "text" and effect != row.effect:
        raise BadInput(
            f"{row.article}的原文是“{EFFECTS[row.effect]}”，县里不能改", "effect", article=row.article
        )
    if row.certainty == "text" and row.level == "block" and level != "block":
        raise BadInput(f"{row.article}不允许的，不能只作提醒", "level", article=row.article)
    if effect != "forbid":
        return effect, level, ""
    return effect, level, yields


@transaction.atomic
def confirm_setting(*, setting_id: int, by: Posting, on: date) -> OverlapSetting:
    """Put it in force, by another person. Pressed twice it changes nothing."""
    _demand_county(by, Permission.CONFIRM_STANDARD)
    setting = _locked(setting_id)
    if setting.confirmed_at is not None:
        if setting.confirmed_by is not None and setting.confirmed_by.user_id == by.user_id:
            return setting
        raise NotAllowed("这份规定已经确认过了。")
    access.refuse_same_person(by, {"录入人": setting.proposed_by}, "确认")
    if setting.from_day < on:
        raise NotAllowed("起始日期已经过去，请作废后重新录入。")
    setting.confirmed_by, setting.confirmed_at = by, clock.now()
    try:
        with transaction.atomic():
            setting.save(update_fields=["confirmed_by", "confirmed_at"])
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("这一天已有一份生效的规定，请作废后换一个起始日期。") from error
    _record("overlap.confirm", setting, by)
    return setting


@transaction.atomic
def discard_setting(*, setting_id: int, by: Posting) -> str:
    """Throw away what nobody has confirmed; gives its key. What is in force stays, a later one takes over."""
    _demand_county(by, Permission.ENTER_STANDARD)
    setting = _locked(setting_id)
    if setting.confirmed_at is not None:
        raise NotAllowed("已生效的规定不能作废或修改，请凭新文件另录一份。")
    _record("overlap.discard", setting, by)
    setting.delete()
    return setting.key


def _demand_county(by: Posting, permission: Permission) -> None:
    access.demand(by, permission)
    if by.office.level != Level.COUNTY:
        raise NotAllowed("互斥规定由县级设定。")


def _locked(setting_id: int) -> OverlapSetting:
    rows = OverlapSetting.objects.select_for_update(of=("self",)).select_related(
        "proposed_by", "confirmed_by"
    )
    setting = rows.filter(pk=setting_id).first()
    if setting is None:
        raise access.NotVisible("没有这份规定，可能已作废。")
    return setting


def _record(action: str, setting: OverlapSetting, by: Posting) -> None:
    audit.record(
        action,
        by=by,
        subject=setting,
        label=setting.key,
        details={
            "from_day": setting.from_day.isoformat(),
            "document": setting.document_number,
            "terms": {"effect": setting.effect, "level": setting.level, "yields": setting.yields},
        },
    )


# --- on a form -------------------------------------------------------------------------------------------


def mark(
    declaration: Declaration, persons: dict[str, Person], household: Household | None, scheme: Scheme
) -> list[Met]:
    """Put every 拦截 beside the member it is about, with the article; give back what only reminds.

    What the new programme takes the place of is no obstacle to asking for it: its end is arranged before the decision.
    So is the higher of two of a kind, which nobody knows before the reckoning, and a choice that the form states.
    """
    spec = scheme.spec_on(declaration.on)
    basics, answers = declaration.cleaned["basics"], declaration.answers
    known = {prefix: person for prefix, person in persons.items() if person.pk}
    counted = {
        member.prefix: known[member.prefix]
        for member in declaration.members
        if member.prefix in known and not member.cleaned_data.get("not_counted")
    }
    protected = [
        member
        for member in declaration.members
        if member.cleaned_data.get("protected") and not member.cleaned_data.get("not_counted")
    ]
    month = first_month_of(spec, basics.get("applied_on") or declaration.on, declaration.on)
    ids = {str(person.pk): prefix for prefix, person in counted.items()}
    held = selector.held_by(
        [person.pk for person in counted.values()], household and household.pk, month, at_entry=True
    )
    people = [str(counted[m.prefix].pk) if m.prefix in counted else m.prefix for m in protected]
    if declaration.shape.one_person and people:
        name = protected[0].cleaned_data.get("name") or ""
        held += selector.said_on_the_form(spec, people[0], answers, name)
    claim = Claim(
        scheme.pk,
        scheme.family,
        str(answers.get("category") or ""),
        None,
        tuple(people),
        bool(basics.get("single_person")),
    )
    kept = []
    for met in selector.meets(claim, held, declaration.on):
        if not met.blocks or _may_be_handed_in(met, answers):
            kept.append(met)
            continue
        form, field = _beside(declaration, ids.get(met.hit.receipt.person), met)
        # What already refuses this person says more than a second sentence would.
        if form is not None and not form.errors.get(field):
            form.add_error(field, met.sentence + _way_out(met, scheme))
    return kept


def twice(scheme: Scheme, other: Scheme) -> str:
    """The article that keeps a person from two programmes of one family, in brackets; "" where none is named."""
    found = lookup(Claim(scheme.pk, scheme.family), Receipt("", other.pk, other.family, 0))
    return f"（{found[0].article}）" if found else ""


def _way_out(met: Met, scheme: Scheme) -> str:
    """What to do first, where the one may take the place of the other."""
    back = met.held.member is not None and (met.hit.receipt.family, scheme.family) == ("tekun", "dibao")
    return "；要转为低保的，请先在他的特困供养上提出转保" if back else ""


def _may_be_handed_in(met: Met, answers: dict) -> bool:
    chosen = met.hit.effect == "choose" and answers.get(f"beside_{met.hit.receipt.family}") == "end"
    return met.is_arranged or met.hit.ends == "receipt" or met.hit.effect == "higher" or chosen


def _beside(declaration: Declaration, prefix: str | None, met: Met):
    if met.held.member is None and met.held.outside is None and "answers" in declaration.parts:
        field = selector.INJURY_CARE if met.hit.receipt.family == "work-injury-care" else selector.OTHER_FEN
        form = declaration.parts["answers"]
        if field in form.fields:
            return form, field
    member = next((one for one in declaration.members if one.prefix == prefix), declaration.head)
    return member, "id_number"


def keep(*, application: Application, found: Iterable[Met], by: Posting, on: date) -> None:
    """Write down what was found on the form, once; the decision asks for a conclusion. Inside the hand-in."""
    rows = OverlapFinding.objects.filter(application=application)
    known = {(row.pair, row.other_number, row.person_id) for row in rows}
    for met in found:
        if met.hit.receipt.person.isdecimal() and met.numbers not in known:
            _new_finding(met, application, OverlapFinding.Place.ENTRY, on).save()


def _new_finding(met: Met, application: Application, place: str, on: date) -> OverlapFinding:
    right = met.held.member.entitlement if met.held.member else None
    return OverlapFinding(
        place=place,
        office_id=application.office_id,
        person_id=met.person_id,
        application=application,
        other=right,
        outside=met.held.outside,
        pair=met.hit.overlap.key,
        effect=met.hit.effect,
        level=met.hit.level,
        article=met.hit.article[:120],
        message=met.hit.message[:300],
        other_number=right.number if right else "",
        other_fen=met.hit.receipt.amount_fen,
        found_on=on,
    )


# --- conclusions -------------------------------------------------------------------------------------------


def may_conclude(by: Posting) -> bool:
    return any(access.may(by, permission) for permission in CONCLUDES)


@transaction.atomic
def conclude_case(
    *,
    application_id: int,
    pair: str,
    number: str,
    person_id: int,
    verdict: str,
    conclusion: str,
    by: Posting,
    on: date,
) -> OverlapFinding:
    """Say how a reminder on a case was dealt with. The same words again change nothing; other words take their place,
    and the audit trail keeps both. A 拦截 is not talked away: what is received has to end first."""
    application = access.to_change(Application.objects, by, Permission.VIEW_CASES, pk=application_id)
    if not may_conclude(by):
        raise access.Forbidden("待遇叠加由经办人登记处理结论。")
    if application.status not in OPEN_STATUSES:
        raise NotAllowed("这件已经办结，不用再登记。")
    conclusion = checked_words(verdict, conclusion)
    record = readiness.current_assessment(application)
    found = selector.case_meets(application, record, first_month(application, on), on)
    met = next((each for each in found if each.numbers == (pair, number, person_id)), None)
    if met is None:
        raise NotAllowed("这一项叠加现在已经没有了，请刷新后再看。")
    if met.blocks:
        raise NotAllowed(
            f"{met.hit.message}（{met.hit.article}），要先办理停发，不能只登记结论。",
            article=met.hit.article,
        )
    finding = met.finding or _new_finding(met, application, OverlapFinding.Place.DECISION, on)
    if finding.concluded_on and (finding.verdict, finding.conclusion) == (verdict, conclusion):
        return finding
    finding.verdict, finding.conclusion = verdict, conclusion
    finding.concluded_by, finding.concluded_on = by, on
    finding.other_fen = met.hit.receipt.amount_fen
    finding.save()
    audit.record(
        "overlap.conclude",
        by=by,
        subject=finding,
        label=application.number,
        reason=f"{finding.get_verdict_display()}：{conclusion}",
        details={"on": on.isoformat(), "number": application.number},
    )
    return finding


def checked_words(verdict: str, conclusion: str) -> str:
    """The words of a conclusion, stripped. Raises BadInput naming the field."""
    if verdict not in OverlapFinding.Verdict.values:
        raise BadInput("请选择处理结论", "verdict")
    conclusion = conclusion.strip()
    if not conclusion:
        raise BadInput("请写明核实情况和依据", "conclusion")
    if len(conclusion) > MOST_WORDS:
        raise BadInput(f"说明最多{MOST_WORDS}个字，现在{len(conclusion)}个字", "conclusion")
    return conclusion
