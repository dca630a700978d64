"""The case papers of households granted from January to May, in bulk: what the acts would have left behind.

Two thousand cases through the services would take an hour; the cases that are under way today go through them
(cases.py). The dates here obey the same limits: working days, seven days of notice, the month after the decision.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from assistance.demo.forms import content_of_family, dumped, reason_of
from assistance.demo.photos import Photos
from assistance.demo.staff import Staff
from assistance.demo.standards import RAISE
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
    Scheme,
    Standard,
    Visit,
)
from assistance.policy.rule import CaseFacts
from assistance.schemes import SCHEMES
from assistance.services import decision
from assistance.services.assessment import record_of
from assistance.services.intake import NO_INCOME
from assistance.workflow import Act, Status
from civaffairs.lib.months import Month, age_on
from civaffairs.lib.workdays import WorkCalendar
from civaffairs.registry.models import Office, Posting

S = Status
LIVING = (
    "砖木瓦房三间，家具陈旧，无大件电器，口粮基本自给。",
    "租住一室一厅，陈设简单，主要靠亲友接济。",
    "土坯房两间，有电视机一台，卫生条件一般。",
    "楼房一套，面积较小，家中常年有人吃药。",
)


@dataclass(frozen=True)
class Timeline:
    """The days of one smooth case."""

    submitted: date
    accepted: date
    visited: date
    checked: date
    finished: date
    reviewed: date
    posted: date
    closed: date
    decided: date


class Papers:
    """Writes the papers of granted households, and knows the working days."""

    def __init__(self, staff: Staff, rules: dict[tuple[str, date], Standard], work: WorkCalendar) -> None:
        self.staff, self.rules, self.work = staff, rules, work
        self.offices = Office.objects.in_bulk()
        self.photos = Photos()
        self._numbers: Counter[str] = Counter()
        self._decided: Counter[tuple[str, int]] = Counter()

    def workday(self, day: date) -> date:
        """The first working day on or after a day."""
        while not self.work.is_workday(day):
            day += timedelta(days=1)
        return day

    def before(self, day: date, workdays: int) -> date:
        """The working day so many working days earlier."""
        while workdays:
            day -= timedelta(days=1)
            workdays -= self.work.is_workday(day)
        return day

    def after(self, day: date, workdays: int) -> date:
        return self.work.add(day, workdays).day

    @cache  # noqa: B019 one object for a whole build
    def timelines(self, month: date) -> tuple[Timeline, ...]:
        """The smooth cases whose decision falls into the month before `month`."""
        before = Month.of(month).previous
        found = []
        for back in range(20, 75):
            day = before.last_day - timedelta(days=back)
            if self.work.is_workday(day):
                line = self.timeline(day)
                if before.first_day <= line.decided <= before.last_day:
                    found.append(line)
        return tuple(found)

    def timeline(self, submitted: date) -> Timeline:
        accepted = self.after(submitted, 1)
        visited = self.after(accepted, 2)
        checked = self.after(visited, 3)
        finished = self.after(checked, 1)
        reviewed = self.after(finished, 2)
        posted = self.after(reviewed, 1)
        closed = self.workday(posted + timedelta(days=8))
        return Timeline(
            submitted,
            accepted,
            visited,
            checked,
            finished,
            reviewed,
            posted,
            closed,
            self.after(closed, 4),
        )

    def write(self, rows: list) -> list[Decision]:
        """Everything that leads to the decisions of these households; gives the decisions in the same order."""
        days = []
        for row in rows:
            # The households of a village come before the township together, once a month.
            choices = self.timelines(row.from_month)
            days.append(choices[int(row.office_id[6:]) % len(choices)])
        cases = Application.objects.bulk_create(
            [self._case(row, day) for row, day in zip(rows, days, strict=True)], batch_size=200
        )
        together = list(zip(cases, rows, days, strict=True))
        self._write_declarations(together)
        self._write_findings(together)
        records = AssessmentRecord.objects.bulk_create(
            [self._record(*each) for each in together], batch_size=200
        )
        self._write_notices(together)
        CaseEvent.objects.bulk_create(
            [event for each in together for event in self._events(*each)], batch_size=500
        )
        return Decision.objects.bulk_create(
            [
                Decision(
                    application=case,
                    outcome=Decision.Outcome.APPROVED,
                    assessment=record,
                    number=self.decision_number(row.scheme, day.decided.year),
                    decided_on=day.decided,
                    decided_by=self._decider(row),
                    reason="同意给予保障",
                    amount_fen=row.answer.amount_fen,
                    from_month=row.from_month,
                    informed_on=day.decided,
                )
                for (case, row, day), record in zip(together, records, strict=True)
            ],
            batch_size=200,
        )

    # --- one case ------------------------------------------------------------------------------------

    def _decider(self, row) -> Posting:
        return self.staff.county_zhao if row.household.pk % 3 else self.staff.county_meng

    def decision_number(self, scheme: str, year: int) -> str:
        self._decided[scheme, year] += 1
        row = Scheme(code=scheme, short_name=SCHEMES[scheme].short_name)
        return decision.decision_number(row, Decision.Outcome.APPROVED, year, self._decided[scheme, year])

    def number(self, scheme: str, office_id: str, on: date) -> str:
        head = f"{SCHEMES[scheme].number_prefix}{on:%Y}{office_id[6:9]}"
        self._numbers[head] += 1
        return f"{head}{self._numbers[head]:05d}"

    def _case(self, row, day: Timeline) -> Application:
        desk, family = self.staff.desk_of(row.office_id), row.family
        return Application(
            number=self.number(row.scheme, row.office_id, day.submitted),
            scheme_id=row.scheme,
            office_id=row.office_id,
            household=row.household,
            applicant=row.people[0],
            status=S.APPROVED,
            version=len(_ACTS),
            reason=reason_of(family),
            causes=family.causes,
            applied_on=day.submitted,
            housing={"住房性质": "公租房、廉租房" if family.urban else "自有住房"},
            account_bank=family.bank,
            account_holder=family.head.name,
            account_number=family.account,
            phone=family.phone,
            submitted_by=desk.second,
            handled_by=desk.clerk,
            reviewed_by=desk.reviewer,
            decided_by=self._decider(row),
            submitted_on=day.submitted,
            accepted_on=day.accepted,
            county_received_on=day.closed,
            decided_on=day.decided,
            total_due_on=self.after(day.accepted, 30),
            notice_rounds=1,
        )

    def _write_declarations(self, cases: list) -> None:
        members = ApplicationMember.objects.bulk_create(
            [
                ApplicationMember(
                    application=case,
                    person=person,
                    order=place,
                    relationship=someone.relationship,
                    labour=someone.labour,
                    health=someone.health,
                    severe_illness=someone.severe_illness,
                    illness=someone.illness,
                    ethnicity="汉族",
                    disability_number=someone.disability_number,
                    disability_kind=someone.disability_kind,
                    disability_grade=someone.disability_grade,
                    marriage=someone.marriage,
                    education=someone.education,
                    employment=someone.employment,
                    school=someone.school,
                    insurance="城乡居民医保",
                )
                for case, row, _ in cases
                for place, (person, someone) in enumerate(zip(row.people, row.family.members, strict=True))
            ],
            batch_size=500,
        )
        of = {(member.application_id, member.order): member for member in members}
        incomes = []
        for case, row, _ in cases:
            earning = {place for place, *_ in row.family.incomes}
            for place, kind, label, fen in row.family.incomes:
                incomes.append(
                    IncomeItem(
                        application=case, member=of[case.pk, place], kind=kind, label=label, annual_fen=fen
                    )
                )
            incomes += [
                IncomeItem(
                    application=case, member=of[case.pk, place], kind="other", label=NO_INCOME, annual_fen=0
                )
                for place in range(len(row.people))
                if place not in earning
            ]
        IncomeItem.objects.bulk_create(incomes, batch_size=500)
        DeclarationVersion.objects.bulk_create(
            [
                DeclarationVersion(
                    application=case,
                    number=1,
                    content=dumped(content_of_family(row.family, day.submitted)),
                    submitted_by=case.submitted_by,
                )
                for case, row, day in cases
            ],
            batch_size=200,
        )

    def _write_findings(self, cases: list) -> None:
        InformationCheck.objects.bulk_create(
            [
                InformationCheck(
                    application=case,
                    requested_on=day.accepted,
                    requested_by=case.handled_by,
                    due_on=self.after(day.accepted, 3),
                    reported_on=day.checked,
                    report_number=f"核{day.checked:%Y}-{case.pk:05d}",
                    result=InformationCheck.Result.CONSISTENT,
                    findings="未发现未申报的收入和财产",
                    recorded_by=self.staff.county_qian,
                )
                for case, _, day in cases
            ],
            batch_size=200,
        )
        Visit.objects.bulk_create(
            [
                Visit(
                    application=case,
                    kind=Visit.Kind.FIRST,
                    visited_on=day.visited,
                    investigators=[case.handled_by.user.name, case.submitted_by.user.name],
                    present="本人",
                    result=Visit.Result.TRUE,
                    living=LIVING[case.pk % len(LIVING)],
                    neighbours="走访邻居两户，反映情况与申报一致。",
                    recorded_by=case.handled_by,
                )
                for case, _, day in cases
            ],
            batch_size=200,
        )

    def _record(self, case: Application, row, day: Timeline) -> AssessmentRecord:
        record = record_of(case, self.rules[row.scheme, RAISE], CaseFacts(row.facts), row.answer, day.checked)
        record.by = case.handled_by
        return record

    def _write_notices(self, cases: list) -> None:
        notices, materials = [], []
        for case, row, day in cases:
            photo = self.photos.of(self.offices[row.office_id], day.posted, case.handled_by)
            adults = [p.name for p in row.people if age_on(p.birth, day.posted) >= 18]
            notices.append(
                Notice(
                    application=case,
                    office_id=row.office_id,
                    posted_on=day.posted,
                    until_day=day.posted + timedelta(days=7),
                    place=photo.place,
                    hotline=f"0999-82{row.office_id[6:9]}00",
                    content={
                        "head": adults[0] if adults else "未成年人（不公开姓名）",
                        "scheme": SCHEMES[row.scheme].name,
                        "adults": adults,
                        "minors": len(row.people) - len(adults),
                        "members": len(row.people),
                        "protected": len(row.people),
                        "amount_fen": row.answer.amount_fen,
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

    def _events(self, case: Application, row, day: Timeline) -> list[CaseEvent]:
        by = {
            "second": case.submitted_by,
            "clerk": case.handled_by,
            "reviewer": case.reviewed_by,
            "county": self.staff.county_qian,
            "decider": case.decided_by,
        }
        return [
            CaseEvent(
                application=case,
                version=number,
                act=act,
                by=by[who],
                by_label=str(by[who]),
                on=getattr(day, when),
                from_status=before,
                to_status=then,
                opinion=opinion,
            )
            for number, (act, who, when, before, then, opinion) in enumerate(_ACTS, start=1)
        ]


_ACTS = (
    (Act.SUBMIT, "second", "submitted", "", S.SUBMITTED, ""),
    (Act.ACCEPT, "clerk", "accepted", S.SUBMITTED, S.INVESTIGATING, "符合受理条件，予以受理"),
    (Act.REQUEST_CHECK, "clerk", "accepted", S.INVESTIGATING, S.INVESTIGATING, ""),
    (Act.RECORD_VISIT, "clerk", "visited", S.INVESTIGATING, S.INVESTIGATING, ""),
    (Act.RECORD_CHECK, "county", "checked", S.INVESTIGATING, S.INVESTIGATING, ""),
    (Act.ASSESS, "clerk", "checked", S.INVESTIGATING, S.INVESTIGATING, "测算结论：符合"),
    (Act.FINISH_INVESTIGATION, "clerk", "finished", S.INVESTIGATING, S.REVIEWING, ""),
    (Act.REVIEW, "reviewer", "reviewed", S.REVIEWING, S.TO_POST, "经初审，拟同意给予保障"),
    (Act.POST_NOTICE, "clerk", "posted", S.TO_POST, S.ON_NOTICE, ""),
    (Act.ATTACH_PHOTO, "clerk", "posted", S.ON_NOTICE, S.ON_NOTICE, ""),
    (Act.CLOSE_NOTICE, "clerk", "closed", S.ON_NOTICE, S.DECIDING, ""),
    (Act.APPROVE, "decider", "decided", S.DECIDING, S.APPROVED, "同意给予保障"),
)
