"""What a clerk does about somebody who may be entitled and is not enrolled: begin the form, or say why not."""

from datetime import date

from django.db import transaction

from assistance.forms.declaration import pack
from assistance.forms.shapes import shape_of
from assistance.models import Draft, EnrolmentLead, Scheme
from assistance.selectors.enrolment import BY_FAMILY, people
from assistance.services.application import create_draft, save_draft
from civaffairs.lib.errors import BadInput, NotAllowed
from civaffairs.registry import access, audit
from civaffairs.registry.access import Permission
from civaffairs.registry.models import Level, Membership, Person, Posting

MOST_WORDS = 200


@transaction.atomic
def start(*, person_id: int, family: str, by: Posting, on: date) -> Draft:
    """Note the lead (主动发现) and begin the form with the person filled in. A second press gives the same form."""
    person = _person(person_id, family, by, Permission.DRAFT_APPLICATION)
    lead = EnrolmentLead.objects.select_related("draft").filter(person=person, family=family).first()
    if lead and lead.draft and lead.draft.submitted_at is None:
        return lead.draft
    if not people(by, family, on).filter(pk=person.pk).exists():
        raise NotAllowed(f"{person.name}现在已不在应享未享名单里，可能刚刚办了申请或已登记不符合。")
    if person.office.level != Level.VILLAGE:
        raise BadInput(f"{person.name}没有登记在村（社区），请从“登记新申请”办理", "person")
    code = _scheme_of(person, family, on)
    draft = create_draft(scheme_code=code, office_code=person.office_id, by=by, on=on)
    scheme = Scheme.objects.get(pk=code)
    content = pack(_parts(person, on), shape_of(scheme.spec_on(on)))
    draft = save_draft(draft_id=draft.pk, by=by, content=content, version=draft.version)
    _note(person, family, EnrolmentLead.State.STARTED, by, on, draft=draft)
    return draft


def _scheme_of(person: Person, family: str, on: date) -> str:
    if family != "tekun":
        return BY_FAMILY[family].scheme
    own = Membership.objects.on(on).filter(person=person).select_related("household").first()
    urban = own.household.is_urban if own else person.office.is_urban
    return "tekun-urban" if urban else "tekun-rural"


def _parts(person: Person, on: date) -> dict:
    own = Membership.objects.on(on).filter(person=person).select_related("household").first()
    member = {
        "name": person.name,
        "relationship": "head",
        "protected": True,
        "ethnicity": person.ethnicity,
        "disability_number": person.disability_number,
        # Who has no card is entered by the number that the house gave him.
        "id_number": person.id_number or person.substitute_number,
    }
    return {
        "basics": {
            "applied_on": on,
            "phone": person.phone,
            "address": own.household.address if own else "",
            "reason": "应享未享名单主动发现",
        },
        "member": [member],
        "account": {"holder": person.name},
    }


@transaction.atomic
def drop(*, person_id: int, family: str, reason: str, by: Posting, on: date) -> EnrolmentLead:
    """Say why the programme is not for this person; the list names him no more. The same again changes nothing."""
    person = _person(person_id, family, by, Permission.HANDLE_APPLICATION)
    if not (reason := reason.strip()):
        raise BadInput("请写明为什么不符合", "reason")
    if len(reason) > MOST_WORDS:
        raise BadInput(f"原因最多{MOST_WORDS}个字，现在{len(reason)}个字", "reason")
    return _note(person, family, EnrolmentLead.State.DROPPED, by, on, reason=reason)


@transaction.atomic
def restore(*, lead_id: int, by: Posting) -> EnrolmentLead:
    """Take back that somebody does not qualify: the list names him again, if he still fits."""
    rows = EnrolmentLead.objects.dropped().select_related("person")
    lead = access.to_change(rows, by, Permission.HANDLE_APPLICATION, pk=lead_id)
    audit.record(
        "enrolment.restore",
        by=by,
        subject=lead,
        label=f"{lead.person.name} {BY_FAMILY[lead.family].label}",
        reason=lead.reason,
    )
    lead.delete()
    return lead


def _person(person_id: int, family: str, by: Posting, permission: Permission) -> Person:
    if family not in BY_FAMILY:
        raise access.NotVisible("没有这个名单。")
    return access.to_change(Person.objects.select_related("office"), by, permission, pk=person_id)


def _note(
    person: Person,
    family: str,
    state: str,
    by: Posting,
    on: date,
    *,
    reason: str = "",
    draft: Draft | None = None,
) -> EnrolmentLead:
    """Write the lead. The person is locked, so that two clerks make one row."""
    lead = EnrolmentLead.objects.filter(person=person, family=family).first()
    if lead is not None and (lead.state, lead.reason, lead.draft) == (state, reason, draft):
        return lead
    lead = lead or EnrolmentLead(person=person, family=family)
    lead.office_id, lead.state, lead.reason, lead.draft = person.office_id, state, reason, draft
    lead.by, lead.on = by, on
    lead.save()
    label = f"{person.name} {BY_FAMILY[family].label}"
    if state == EnrolmentLead.State.STARTED:
        audit.record("enrolment.start", by=by, subject=lead, label=label, details={"on": on.isoformat()})
    else:
        audit.record(
            "enrolment.drop", by=by, subject=lead, label=label, reason=reason, details={"on": on.isoformat()}
        )
    return lead
