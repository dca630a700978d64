"""One case at every step of every programme beside 低保, for the visitor to go on with.

Each is handed in and moved on by the services, by the people who may, on the days on which they would have done it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from assistance.demo import photos
from assistance.demo.choice import Choice
from assistance.demo.forms import content_for
from assistance.demo.papers import LIVING
from assistance.demo.people import Family
from assistance.demo.places import Place
from assistance.demo.programme_papers import Days, ProgrammePapers, known_family, rows_of
from assistance.demo.sizes import TODAY
from assistance.demo.staff import BAISHI, QINGXI, QINGXI_VILLAGE
from assistance.demo.subjects import Answers
from assistance.demo.who import Who
from assistance.models import Application, Scheme
from assistance.schemes import SchemeSpec
from assistance.services import application as intake
from assistance.services import case
from civaffairs.registry.models import Posting


class ProgrammeCases:
    """Takes one case of each programme to each of its steps."""

    def __init__(self, choice: Choice, papers: ProgrammePapers, villages: list[Place]) -> None:
        self.choice, self.papers, self.staff = choice, papers, papers.staff
        self.subjects, self.draw = choice.subjects, choice.draw
        near = [village for village in villages if village.parent in (QINGXI, BAISHI)]
        own = [village for village in near if village.parent == QINGXI]
        favoured = [v for v in own if v.code == QINGXI_VILLAGE] * 2 + own + near
        self._turns = {
            None: cycle(favoured),
            True: cycle([village for village in favoured if village.urban]),
            False: cycle([village for village in favoured if not village.urban]),
        }
        self._photos = photos.Photos()
        self.made = 0

    def tell(self) -> Iterator[int]:
        """Yields how many there are so far."""
        for scheme in Scheme.objects.exclude(family="dibao"):
            spec = scheme.spec_on(TODAY)
            if spec.cadence == "batch":
                continue
            for stop in stops_of(spec):
                self.one(spec, stop, self.made % 3)
                yield self.made

    def one(self, spec: SchemeSpec, stop: str, age: int, who: Who | None = None) -> "Way":
        """A case taken to `stop`, which was to be `age` working days ago; of somebody who is known, where given."""
        days = self._days(spec, stop, age)
        waiting = self.choice.reserved.get(spec.code)
        if who is None and waiting:
            who = waiting.pop(0)
        if who is not None:
            office, family = who.office_id, self._of_row(who)
            answers, people = self._answers(spec.code, who, days.submitted), family.members
        else:
            village = next(self._turns[spec.is_urban])
            subject = self.subjects.invent(spec.code, village.name, village.urban)
            office, family, answers = village.code, subject.family, subject.answers
            people = [family.members[subject.place]] if spec.for_person else family.members
        desk = self.staff.desk_of(office)
        by = self.staff.village_wang if office == QINGXI_VILLAGE else desk.second
        draft = intake.create_draft(scheme_code=spec.code, office_code=office, by=by, on=days.submitted)
        content = content_for(spec, family, people, answers, days.submitted)
        draft = intake.save_draft(draft_id=draft.pk, by=by, content=content, version=draft.version)
        application = intake.submit_draft(draft_id=draft.pk, by=by, on=days.submitted)
        way = Way(self, spec, application, days, desk)
        way.until(stop)
        self.made += 1
        return way

    def _days(self, spec: SchemeSpec, stop: str, age: int) -> Days:
        """The last smooth act was done so many working days ago."""
        end = self.papers.papers.before(TODAY, age)
        day = end
        while True:
            if self.papers.papers.work.is_workday(day):
                days = self.papers.days_of(spec, day)
                if getattr(days, stop) <= end:
                    return days
            day -= timedelta(days=1)

    def _of_row(self, who: Who) -> Family:
        family = known_family(who, rows_of([who]))
        if not family.account:
            family.bank, family.account = "云岭农商行营业部", self.choice.people.card()
        return family

    def _answers(self, code: str, who: Who, on: date) -> Answers:
        made = {
            "disability-living": self.subjects.answers_of_living,
            "disability-care": self.subjects.answers_of_care,
            "elder-poor": lambda: {"other_fen": 0, "is_local": True},
            "elder-disabled": self.subjects.answers_of_ability,
            "old-age": self.subjects.answers_of_age,
            "medical": lambda: self.subjects.answers_of_medical(on),
            "education": lambda: self.subjects.answers_of_education(2025),
            "tekun-rural": lambda: self.subjects.answers_of_tekun("scattered", "semi"),
        }
        return made[code]()


class Way:
    """The acts of one case, in the order of its steps, from where it stands."""

    def __init__(
        self, cases: ProgrammeCases, spec: SchemeSpec, application: Application, days: Days, desk: Any
    ) -> None:
        self.cases, self.spec, self.application, self.days, self.desk = cases, spec, application, days, desk
        self._left = stops_of(spec)[1:]  # it is handed in already

    def until(self, stop: str) -> None:
        while stop in self._left:
            getattr(self, f"_{self._left.pop(0)}")()

    def do(self, act: str, by: Posting, on: date, **fields: Any) -> None:
        self.application = case.perform(act, application_id=self.application.pk, by=by, on=on, **fields)

    def _accepted(self) -> None:
        self.do("accept", self.desk.clerk, self.days.accepted)

    def _finished(self) -> None:
        desk, days, spec = self.desk, self.days, self.spec
        if spec.has("check"):
            self.do("request_check", desk.clerk, days.accepted)
        if spec.has("visit"):
            self.do(
                "record_visit",
                desk.clerk,
                days.visited,
                visited_on=days.visited,
                investigators=[desk.clerk.user.name, desk.second.user.name],
                present="本人",
                result="true",
                living=LIVING[self.application.pk % len(LIVING)],
                neighbours="走访邻居两户，反映情况与申报一致。",
            )
        if spec.has("check"):
            self.do(
                "record_check",
                self.cases.staff.county_qian,
                days.checked,
                reported_on=days.checked,
                report_number=f"核2026-{30_000 + self.cases.made}",
                result="consistent",
                findings="未发现未申报的收入和财产",
            )
        self.do("assess", desk.clerk, days.checked)
        self.do("finish_investigation", desk.clerk, days.finished)

    def _reviewed(self) -> None:
        self.do("review", self.desk.reviewer, self.days.reviewed, agree=True)

    def _posted(self) -> None:
        office, day = self.cases.papers.offices[self.application.office_id], self.days.posted
        place = f"{office.name}{'居' if office.is_urban else '村'}务公开栏"
        self.do("post_notice", self.desk.clerk, day, place=place)
        photo = self.cases._photos.of(office, day, self.desk.clerk)
        self.do("attach_photo", self.desk.clerk, day, attachment_id=photo.pk)

    def _closed(self) -> None:
        self.do("close_notice", self.desk.clerk, self.days.closed)

    def _heard(self) -> None:
        document = f"云残函〔2026〕{200 + self.cases.made}号"
        self.do("record_peer", self.cases.staff.county_qian, self.days.heard, agree=True, document=document)


def stops_of(spec: SchemeSpec) -> list[str]:
    """Where a smooth case of the programme may wait: fields of Days, each with a status of its own."""
    found = ["submitted", "accepted", "finished"]
    found += ["reviewed"] if spec.has("review") else []
    found += ["posted", "closed"] if spec.has("notice") else []
    return found + (["heard"] if spec.has("peer") else [])
