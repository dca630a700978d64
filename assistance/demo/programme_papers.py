"""The case papers of rights granted from January on, in bulk, by the steps that each programme has."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from assistance.demo.forms import content_for, dumped, reason_for
from assistance.demo.papers import LIVING, Papers
from assistance.demo.people import Family, Someone
from assistance.demo.who import Right, Who
from assistance.models import (
    Application,
    ApplicationMaterial,
    ApplicationMember,
    AssessmentRecord,
    CaseEvent,
    Decision,
    DeclarationVersion,
    IncomeItem,
    InformationCheck,
    MaterialKind,
    Notice,
    Visit,
)
from assistance.policy.questions import to_plain
from assistance.schemes import SCHEMES, SchemeSpec
from assistance.services.assessment import record_of
from assistance.services.intake import NO_INCOME
from assistance.workflow import Act, Status
from civaffairs.lib.months import Month, age_on
from civaffairs.registry.models import BankAccount, Household, Person, Relationship

if TYPE_CHECKING:
    from assistance.demo.rights import Rights

S = Status
# The list of a month is made after the twenty-first: who has been decided on by then is in it.
LAST_DAY_TO_DECIDE = 20


@dataclass(frozen=True)
class Days:
    """The days of one smooth case; a step that the programme lacks shares the day of the one before it."""

    submitted: date
    accepted: date
    visited: date
    checked: date
    finished: date
    reviewed: date
    posted: date
    closed: date
    heard: date
    decided: date


@dataclass
class Paper:
    """One case on its way through the tables."""

    right: Right
    spec: SchemeSpec
    days: Days
    family: Family
    people: list[Someone]
    case: Application | None = None


class ProgrammePapers:
    """Writes the papers of these rights, with the numbers that `papers` counts."""

    def __init__(self, papers: Papers) -> None:
        self.papers, self.staff, self.offices = papers, papers.staff, papers.offices
        self._lines: dict[tuple[str, date], list[Days]] = {}

    # --- days -------------------------------------------------------------------------------------------

    def days_of(self, spec: SchemeSpec, submitted: date) -> Days:
        after = self.papers.after
        accepted = after(submitted, 1)
        visited = after(accepted, 1) if spec.has("visit") else accepted
        checked = after(visited, 2) if spec.has("check") else visited
        finished = after(checked, 1)
        reviewed = after(finished, 1) if spec.has("review") else finished
        posted = closed = reviewed
        if spec.has("notice"):
            posted = after(reviewed, 1)
            closed = self.papers.workday(posted + timedelta(days=8))
        heard = after(closed, 2) if spec.has("peer") else closed
        decided = after(heard, 1)
        return Days(submitted, accepted, visited, checked, finished, reviewed, posted, closed, heard, decided)

    def choices(self, spec: SchemeSpec, month: date) -> list[Days]:
        """The smooth cases whose right begins with that month and is known before its list is made."""
        key = (spec.code, month)
        if key not in self._lines:
            begins = Month.of(month)
            decided = begins.previous if spec.starts == "next" else begins
            last = decided.last_day if spec.starts == "next" else month.replace(day=LAST_DAY_TO_DECIDE)
            found = []
            for back in range(60):
                day = last - timedelta(days=back)
                if not self.papers.work.is_workday(day) or (spec.starts == "applied" and day < month):
                    continue
                line = self.days_of(spec, day)
                if decided.first_day <= line.decided <= last:
                    found.append(line)
            self._lines[key] = found
        return self._lines[key]

    # --- writing ----------------------------------------------------------------------------------------

    def write(self, rights: list[Right], rules: "Rights") -> dict[int, Decision]:
        """Everything that leads to these rights; gives the decision of each by its id()."""
        if not rights:
            return {}
        papers = self._papers(rights)
        for paper in papers:
            paper.case = self._case(paper)
        Application.objects.bulk_create([paper.case for paper in papers], batch_size=200)
        self._write_declarations(papers)
        self._write_findings(papers)
        records = AssessmentRecord.objects.bulk_create(
            [self._record(paper, rules) for paper in papers], batch_size=200
        )
        self._write_notices([paper for paper in papers if paper.spec.has("notice")], records, papers)
        events = [event for paper in papers for event in self._events(paper)]
        CaseEvent.objects.bulk_create(events, batch_size=500)
        decisions = Decision.objects.bulk_create(
            [
                Decision(
                    application=paper.case,
                    outcome=Decision.Outcome.APPROVED,
                    assessment=record,
                    number=self.papers.decision_number(paper.spec.code, paper.days.decided.year),
                    decided_on=paper.days.decided,
                    decided_by=paper.case.decided_by,
                    reason="同意给予保障",
                    amount_fen=record.amount_fen,
                    from_month=paper.right.from_month,
                    informed_on=paper.days.decided,
                )
                for paper, record in zip(papers, records, strict=True)
            ],
            batch_size=200,
        )
        return {id(paper.right): decision for paper, decision in zip(papers, decisions, strict=True)}

    def _papers(self, rights: list[Right]) -> list[Paper]:
        """With the family of each as it stands in the form; people of 低保 families are read from their rows."""
        rows = rows_of([who for right in rights for who in right.people if who.row is None])
        found = []
        for number, right in enumerate(rights):
            spec = SCHEMES[right.code]
            lines = self.choices(spec, right.from_month)
            if not lines:
                raise ValueError(f"no day for a case of {right.code} that begins in {right.from_month}")
            family = right.payee.row.family if right.payee.row else known_family(right.payee, rows)
            members = family.members if right.payee.row else [family.head]
            people = (
                members if not spec.for_person else [members[right.payee.place if right.payee.row else 0]]
            )
            found.append(Paper(right, spec, lines[number % len(lines)], family, people))
        return found

    def _case(self, paper: Paper) -> Application:
        right, spec, days = paper.right, paper.spec, paper.days
        who, desk = right.payee, self.staff.desk_of(right.payee.office_id)
        decider = desk.reviewer
        if spec.decided_by != "township":
            decider = self.staff.county_zhao if who.person_id % 3 else self.staff.county_meng
        limits = dict(spec.limits)
        return Application(
            number=self.papers.number(right.code, who.office_id, days.submitted),
            scheme_id=right.code,
            office_id=who.office_id,
            household_id=who.household_id,
            applicant_id=who.person_id,
            beneficiary_id=who.person_id if spec.for_person else None,
            status=S.APPROVED,
            version=len(acts_of(spec)),
            reason=reason_for(spec),
            causes=paper.family.causes if spec.form == "full" else [],
            applied_on=days.submitted,
            answers=dumped(to_plain(right.answers)),
            account_bank=paper.family.bank,
            account_holder=who.name,
            account_number=paper.family.account if who.place == 0 else "",
            phone=paper.family.phone,
            submitted_by=desk.second,
            handled_by=desk.clerk,
            reviewed_by=desk.reviewer if spec.has("review") else None,
            decided_by=decider,
            delegated=spec.decided_by == "township",
            submitted_on=days.submitted,
            accepted_on=days.accepted,
            county_received_on=days.closed if spec.decided_by != "township" else None,
            decided_on=days.decided,
            total_due_on=self.papers.after(days.accepted, limits.get("total_days", 30)),
            notice_rounds=int(spec.has("notice")),
            peer_agreed=True if spec.has("peer") else None,
            peer_document=f"云残函〔{days.heard:%Y}〕{days.heard:%m%d}号" if spec.has("peer") else "",
        )

    def _write_declarations(self, papers: list[Paper]) -> None:
        members = ApplicationMember.objects.bulk_create(
            [
                ApplicationMember(
                    application=paper.case,
                    person_id=who.person_id,
                    order=place,
                    relationship=Relationship.HEAD if paper.spec.for_person else someone.relationship,
                    labour=someone.labour,
                    health=someone.health,
                    severe_illness=someone.severe_illness,
                    illness=someone.illness,
                    ethnicity="汉族",
                    disability_number=someone.disability_number,
                    disability_kind=someone.disability_kind,
                    disability_grade=someone.disability_grade,
                    employment=someone.employment,
                    school=someone.school,
                )
                for paper in papers
                for place, (who, someone) in enumerate(zip(paper.right.people, paper.people, strict=True))
            ],
            batch_size=500,
        )
        of = {(member.application_id, member.order): member for member in members}
        incomes = []
        for paper in papers:
            if paper.spec.form != "full":
                continue
            earned = {place: (kind, label, fen) for place, kind, label, fen in paper.family.incomes}
            for place in range(len(paper.people)):
                kind, label, fen = earned.get(place, ("other", NO_INCOME, 0))
                member = of[paper.case.pk, place]
                incomes.append(
                    IncomeItem(application=paper.case, member=member, kind=kind, label=label, annual_fen=fen)
                )
        IncomeItem.objects.bulk_create(incomes, batch_size=500)
        DeclarationVersion.objects.bulk_create(
            [
                DeclarationVersion(
                    application=paper.case,
                    number=1,
                    content=dumped(
                        content_for(
                            paper.spec,
                            paper.family,
                            paper.people,
                            paper.right.answers,
                            paper.days.submitted,
                        )
                    ),
                    submitted_by=paper.case.submitted_by,
                )
                for paper in papers
            ],
            batch_size=200,
        )

    def _write_findings(self, papers: list[Paper]) -> None:
        InformationCheck.objects.bulk_create(
            [
                InformationCheck(
                    application=paper.case,
                    requested_on=paper.days.accepted,
                    requested_by=paper.case.handled_by,
                    due_on=self.papers.after(paper.days.accepted, 3),
                    reported_on=paper.days.checked,
                    report_number=f"核{paper.days.checked:%Y}-{paper.case.pk:05d}",
                    result=InformationCheck.Result.CONSISTENT,
                    findings="未发现未申报的收入和财产",
                    recorded_by=self.staff.county_qian,
                )
                for paper in papers
                if paper.spec.has("check")
            ],
            batch_size=200,
        )
        Visit.objects.bulk_create(
            [
                Visit(
                    application=paper.case,
                    kind=Visit.Kind.FIRST,
                    visited_on=paper.days.visited,
                    investigators=[paper.case.handled_by.user.name, paper.case.submitted_by.user.name],
                    present="本人",
                    result=Visit.Result.TRUE,
                    living=LIVING[paper.case.pk % len(LIVING)],
                    neighbours="走访邻居两户，反映情况与申报一致。",
                    recorded_by=paper.case.handled_by,
                )
                for paper in papers
                if paper.spec.has("visit")
            ],
            batch_size=200,
        )

    def _record(self, paper: Paper, rules: "Rights") -> AssessmentRecord:
        facts = rules.facts(paper.right, paper.days.submitted)
        answer = rules.answer(paper.right.code, facts, paper.days.checked)
        standard = rules.standards[paper.right.code]
        record = record_of(paper.case, standard, facts, answer, paper.days.checked)
        record.by = paper.case.handled_by
        return record

    def _write_notices(
        self, posted: list[Paper], records: list[AssessmentRecord], papers: list[Paper]
    ) -> None:
        amounts = {id(paper): record.amount_fen for paper, record in zip(papers, records, strict=True)}
        notices, materials = [], []
        for paper in posted:
            case, day = paper.case, paper.days
            photo = self.papers.photos.of(self.offices[case.office_id], day.posted, case.handled_by)
            adults = [p.name for p in paper.people if age_on(p.birth, day.posted) >= 18]
            notices.append(
                Notice(
                    application=case,
                    office_id=case.office_id,
                    posted_on=day.posted,
                    until_day=day.posted + timedelta(days=7),
                    place=photo.place,
                    hotline=f"0999-82{case.office_id[6:9]}00",
                    content={
                        "head": adults[0] if adults else "未成年人（不公开姓名）",
                        "scheme": paper.spec.name,
                        "adults": adults,
                        "minors": len(paper.people) - len(adults),
                        "members": len(paper.people),
                        "protected": len(paper.people),
                        "amount_fen": amounts[id(paper)],
                    },
                    posted_by=case.handled_by,
                    photo=photo,
                    closed_on=day.closed,
                )
            )
            materials.append(
                ApplicationMaterial(application=case, attachment=photo, kind=MaterialKind.NOTICE)
            )
        Notice.objects.bulk_create(notices, batch_size=200)
        ApplicationMaterial.objects.bulk_create(materials, batch_size=500)

    def _events(self, paper: Paper) -> list[CaseEvent]:
        case = paper.case
        by = {
            "second": case.submitted_by,
            "clerk": case.handled_by,
            "reviewer": case.reviewed_by,
            "county": self.staff.county_qian,
            "decider": case.decided_by,
        }
        found, before = [], ""
        for version, (act, who, when, then, opinion) in enumerate(acts_of(paper.spec), start=1):
            found.append(
                CaseEvent(
                    application=case,
                    version=version,
                    act=act,
                    by=by[who],
                    by_label=str(by[who]),
                    on=getattr(paper.days, when),
                    from_status=before,
                    to_status=then,
                    opinion=opinion,
                )
            )
            before = then
        return found


def acts_of(spec: SchemeSpec) -> list[tuple[Act, str, str, Status, str]]:
    """The acts of a smooth case: act, who, on which of its days, the status after it, the opinion."""
    found = [
        (Act.SUBMIT, "second", "submitted", S.SUBMITTED, ""),
        (Act.ACCEPT, "clerk", "accepted", S.INVESTIGATING, "符合受理条件，予以受理"),
    ]
    if spec.has("check"):
        found.append((Act.REQUEST_CHECK, "clerk", "accepted", S.INVESTIGATING, ""))
    if spec.has("visit"):
        found.append((Act.RECORD_VISIT, "clerk", "visited", S.INVESTIGATING, ""))
    if spec.has("check"):
        found.append((Act.RECORD_CHECK, "county", "checked", S.INVESTIGATING, ""))
    found.append((Act.ASSESS, "clerk", "checked", S.INVESTIGATING, "测算结论：符合"))
    last = S.PEER if spec.has("peer") else S.DECIDING
    then = S.TO_POST if spec.has("notice") else last
    if spec.has("review"):
        found.append((Act.FINISH_INVESTIGATION, "clerk", "finished", S.REVIEWING, ""))
        found.append((Act.REVIEW, "reviewer", "reviewed", then, "经初审，拟同意给予保障"))
    else:
        found.append((Act.FINISH_INVESTIGATION, "clerk", "finished", then, ""))
    if spec.has("notice"):
        found += [
            (Act.POST_NOTICE, "clerk", "posted", S.ON_NOTICE, ""),
            (Act.ATTACH_PHOTO, "clerk", "posted", S.ON_NOTICE, ""),
            (Act.CLOSE_NOTICE, "clerk", "closed", last, ""),
        ]
    if spec.has("peer"):
        found.append((Act.RECORD_PEER, "county", "heard", S.DECIDING, f"{spec.peer}审核同意"))
    found.append((Act.APPROVE, "decider", "decided", S.APPROVED, "同意给予保障"))
    return found


def rows_of(known: list[Who]) -> dict[str, dict[int, Any]]:
    """Persons, households and accounts of people of 低保 families, by key."""
    ids = {who.known_id for who in known}
    active = BankAccount.objects.filter(person_id__in=ids, state=BankAccount.State.ACTIVE)
    return {
        "persons": Person.objects.in_bulk(ids),
        "households": Household.objects.select_related("head").in_bulk(
            {who.known_household for who in known}
        ),
        "accounts": {account.person_id: account for account in active},
    }


def known_family(who: Who, rows: dict[str, dict[int, Any]]) -> Family:
    """Somebody of a 低保 household, alone on the form."""
    person, household = rows["persons"][who.known_id], rows["households"][who.known_household]
    account = rows["accounts"].get(who.known_id)
    someone = Someone(
        name=person.name,
        sex=person.sex,
        birth=person.birth,
        relationship=str(Relationship.HEAD),
        id_number=person.id_number,
        labour=who.labour,
        severe_illness=who.ill,
        illness="恶性肿瘤" if who.ill else "",
        disability_kind=person.disability_kind,
        disability_grade=person.disability_grade,
    )
    return Family(
        members=[someone],
        urban=who.urban,
        address=household.address,
        phone=person.phone or "19900000000",
        bank=account.bank if account else "",
        account=account.number if account else "",
        causes=[],
        guardian=household.head.name if household.head_id != who.known_id else "",
    )
