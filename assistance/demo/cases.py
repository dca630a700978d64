"""Applications under way: at every step, on time and late, smooth and troubled.

Each one is handed in and moved on by the services, by the people who may, on the days on which they would have done
it. Nothing is set by hand, so timelines, limits and the audit trail are what they would be.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from assistance.demo import photos, standards
from assistance.demo.forms import content_of_family
from assistance.demo.papers import LIVING, Papers, Timeline
from assistance.demo.people import Family, People
from assistance.demo.places import Place
from assistance.demo.sizes import TODAY
from assistance.demo.staff import BAISHI, QINGXI, QINGXI_VILLAGE, Desk, Staff
from assistance.models import Application, Draft, MaterialKind, Objection
from assistance.services import application as intake
from assistance.services import case
from civaffairs.registry.models import Posting

STANDARD = {True: 60_000, False: 40_000}
_OBJECTIONS = (
    "听说他家儿子在城里买了房，请核实。",
    "他家去年承包了鱼塘，收入不止这些。",
    "这家人常年在外打工，人不在村里。",
)


@dataclass
class Story:
    """One application on its way: where it is, who handles it, and its days when nothing goes wrong."""

    village: Place
    desk: Desk
    by: Posting
    family: Family
    line: Timeline
    application: Application | None = None


class Cases:
    """Invents applications and takes each to its step."""

    def __init__(self, people: People, staff: Staff, papers: Papers, villages: list[Place]) -> None:
        self.people, self.staff, self.papers, self.draw = people, staff, papers, people.draw
        own = [v for v in villages if v.parent == QINGXI]
        # The village with an account of its own, and the neighbourhood, get most of their township's cases.
        favoured = [v for v in own if v.code == QINGXI_VILLAGE] * 3 + own[:1] * 2 + own[2:4]
        near = [v for v in villages if v.parent == BAISHI][:6]
        far = [v for v in villages if v.parent not in (QINGXI, BAISHI)] or near
        self._turns = {
            "own": cycle(favoured),
            "near": cycle(near),
            "far": cycle(self.draw.sample(far, len(far))),
        }
        self._photos = photos.Photos()
        self.made = 0

    def tell(self, count: int) -> Iterator[int]:
        """About `count` applications; yields how many there are so far."""
        whole = sum(plot.share for plot in PLOTS)
        for plot in PLOTS:
            for number in range(max(1, round(plot.share * count / whole))):
                # The first of every kind is in the township whose accounts the log-in page offers.
                where = ("own", "near", "own", "far")[number % 4]
                age = plot.ages[number % len(plot.ages)]
                plot.tell(self, self._begin(where, plot.last, age, plot.rich))
                self.made += 1
                yield self.made

    # --- beginning ------------------------------------------------------------------------------------

    def _begin(self, where: str, last: str, age: int, rich: bool) -> Story:
        """A family and its days: the act `last` was done `age` working days ago."""
        village = next(self._turns[where])
        size = self.draw.choices((1, 2, 3, 4), (40, 30, 20, 10))[0]
        family = self.people.family(size, village.name, village.urban)
        share = self.draw.uniform(1.15, 1.5) if rich else self.draw.uniform(0.15, 0.8)
        self.people.earn(family, int(STANDARD[village.urban] * share))
        desk = self.staff.desk_of(village.code)
        by = self.staff.village_wang if village.code == QINGXI_VILLAGE else desk.second
        return Story(village, desk, by, family, self._line(last, age))

    def _line(self, last: str, age: int) -> Timeline:
        end = self.papers.before(TODAY, age)
        day = end
        while True:
            if self.papers.work.is_workday(day):
                line = self.papers.timeline(day)
                if getattr(line, last) <= end:
                    return line
            day -= timedelta(days=1)

    def draft(self, story: Story, **changes: Any) -> Draft:
        """A form typed and saved by whoever sits with the family."""
        scheme = standards.URBAN if story.village.urban else standards.RURAL
        day = story.line.submitted
        found = intake.create_draft(scheme_code=scheme, office_code=story.village.code, by=story.by, on=day)
        content = content_of_family(story.family, day, **self._extras(story), **changes)
        return intake.save_draft(draft_id=found.pk, by=story.by, content=content, version=found.version)

    def _extras(self, story: Story) -> dict[str, Any]:
        """What some families have besides: a little money in the bank, a child outside who owes support."""
        chance = self.draw.random()
        if chance < 0.25:
            value = self.draw.randrange(5, 90) * 10_000
            row = {"kind": "deposit", "label": "农商行存款", "member": "m1", "value": value}
            return {"wealth": {"property_state": "has"}, "property": [row]}
        if chance < 0.45 and story.family.head.marriage in ("丧偶", "已婚"):
            child = {
                "name": self.people.names.full("male", 1988, story.family.head.name[:1]),
                "relation": "儿子",
                "member": "m1",
                "household_size": 4,
                "annual_income": self.draw.randrange(40, 80) * 100_000,
                "annual_support": self.draw.randrange(6, 24) * 10_000,
                "consented": True,
            }
            return {"support": {"support_state": "has"}, "supporter": [child]}
        return {}

    def submit(self, story: Story, **changes: Any) -> Application:
        draft = self.draft(story, **changes)
        if self.made % 3 == 0:
            upload = SimpleUploadedFile("户口簿.jpg", photos.paper(), "image/jpeg")
            intake.attach_to_draft(
                draft_id=draft.pk, by=story.by, on=story.line.submitted, upload=upload, kind=MaterialKind.ID
            )
        story.application = intake.submit_draft(draft_id=draft.pk, by=story.by, on=story.line.submitted)
        return story.application

    def do(self, story: Story, act: str, by: Posting, on: date, **fields: Any) -> None:
        story.application = case.perform(act, application_id=story.application.pk, by=by, on=on, **fields)

    # --- the smooth way ---------------------------------------------------------------------------------

    def until(self, story: Story, last: str, **special: Any) -> Application:
        """Hand in and go on to the act named `last` (a field of Timeline)."""
        for name, step in _STEPS:
            step(self, story, special)
            if name == last:
                break
        return story.application

    def accept(self, story: Story, special: dict) -> None:
        self.do(story, "accept", story.desk.clerk, story.line.accepted, **special.get("accept", {}))

    def visit(self, story: Story, special: dict) -> None:
        self.do(story, "request_check", story.desk.clerk, story.line.accepted)
        self.do(story, "record_visit", story.desk.clerk, story.line.visited, **self.findings(story))
        if story.application.needs_deliberation and not special.get("no_meeting"):
            self.do(
                story,
                "record_deliberation",
                story.desk.clerk,
                story.line.visited,
                held_on=story.line.visited,
                place=f"{story.village.name}会议室",
                chair="村民小组长代表",
                present=15,
                agreed=13,
                disagreed=2,
                opinion="多数代表认为情况属实，同意纳入。",
            )

    def findings(self, story: Story) -> dict[str, Any]:
        return {
            "visited_on": story.line.visited,
            "investigators": [story.desk.clerk.user.name, story.desk.second.user.name],
            "present": "本人",
            "result": "true",
            "living": self.draw.choice(LIVING),
            "neighbours": "走访邻居两户，反映情况与申报一致。",
        }

    def check(self, story: Story, special: dict) -> None:
        serial = f"核2026-{20_000 + self.made}"
        self.do(
            story,
            "record_check",
            self.staff.county_qian,
            story.line.checked,
            reported_on=story.line.checked,
            report_number=serial,
            **special.get("check", {"result": "consistent", "findings": "未发现未申报的收入和财产"}),
        )
        if not special.get("unreckoned"):
            self.do(story, "assess", story.desk.clerk, story.line.checked)

    def finish(self, story: Story, special: dict) -> None:
        self.do(story, "finish_investigation", story.desk.clerk, story.line.finished)

    def review(self, story: Story, special: dict) -> None:
        fields = special.get("review", {"agree": True})
        self.do(story, "review", story.desk.reviewer, story.line.reviewed, **fields)

    def post(self, story: Story, special: dict) -> None:
        office = self.papers.offices[story.village.code]
        place = f"{office.name}{'居' if office.is_urban else '村'}务公开栏"
        self.do(story, "post_notice", story.desk.clerk, story.line.posted, place=place)
        if not special.get("no_photo"):
            photo = self._photos.of(office, story.line.posted, story.desk.clerk)
            self.do(story, "attach_photo", story.desk.clerk, story.line.posted, attachment_id=photo.pk)

    def close(self, story: Story, special: dict) -> None:
        self.do(story, "close_notice", story.desk.clerk, story.line.closed)

    def decide(self, story: Story, special: dict) -> None:
        by = self.staff.county_zhao if self.made % 3 else self.staff.county_meng
        self.do(story, "approve", by, story.line.decided, opinion="同意给予保障")
        self.do(story, "inform", story.desk.clerk, story.line.decided)

    # --- objections --------------------------------------------------------------------------------------

    def object(self, story: Story) -> Objection:
        """Somebody telephones or comes two days after the posting."""
        self.do(
            story,
            "record_objection",
            story.desk.clerk,
            self.papers.after(story.line.posted, 1),
            channel=("phone", "visit", "letter")[self.made % 3],
            content=_OBJECTIONS[self.made % len(_OBJECTIONS)],
        )
        return Objection.objects.filter(notice__application=story.application).latest("pk")

    def answer(self, story: Story, objection: Objection, upheld: bool) -> None:
        answer = "情况属实，需要重新调查。" if upheld else "经入户和部门核实，反映的情况不存在。"
        self.do(
            story,
            "answer_objection",
            story.desk.clerk,
            self.papers.after(story.line.posted, 2),
            objection_id=objection.pk,
            upheld=upheld,
            answer=answer,
        )


_STEPS: tuple[tuple[str, Callable[[Cases, Story, dict], None]], ...] = (
    ("submitted", lambda cases, story, special: cases.submit(story, **special.get("form", {}))),
    ("accepted", Cases.accept),
    ("visited", Cases.visit),
    ("checked", Cases.check),
    ("finished", Cases.finish),
    ("reviewed", Cases.review),
    ("posted", Cases.post),
    ("closed", Cases.close),
    ("decided", Cases.decide),
)


@dataclass(frozen=True)
class Plot:
    """A kind of case: how many of them, the last smooth act and how many working days ago that was, and what then
    happens. `rich` families have more than the standard."""

    share: int
    last: str
    ages: tuple[int, ...]
    tell: Callable[[Cases, Story], Any]
    rich: bool = False


def _smooth(last: str, **special: Any) -> Callable[[Cases, Story], Any]:
    return lambda cases, story: cases.until(story, last, **dict(special))


def _draft(cases: Cases, story: Story) -> None:
    if cases.made % 2 == 0:
        story.by = story.desk.clerk
    unfinished = ({"account": {}}, {"income": []}, {"housing": {}, "account": {}})[cases.made % 3]
    cases.draft(story, **unfinished)


def _correction(cases: Cases, story: Story) -> None:
    cases.submit(story)
    words = "请补交：1. 户口簿复印件；2. 全体成员签字的核对授权书。"
    cases.do(story, "request_correction", story.desk.clerk, story.line.accepted, opinion=words)


def _resubmitted(cases: Cases, story: Story) -> None:
    _correction(cases, story)
    draft = intake.start_correction_draft(application_id=story.application.pk, by=story.by)
    on = cases.papers.after(story.line.accepted, 1)
    story.application = intake.submit_draft(draft_id=draft.pk, by=story.by, on=on)


def _mismatch(cases: Cases, story: Story) -> None:
    check = {"result": "inconsistent", "findings": "名下有未申报的银行存款 12,600 元"}
    cases.until(story, "checked", check=check, unreckoned=True)


def _unknown_income(cases: Cases, story: Story) -> None:
    """Somebody works far away, and nobody knows yet for how much."""
    story.family.incomes = [(0, "wage", "外出务工", 0)]
    row = {"member": "m1", "kind": "wage", "label": "外出务工", "unknown": True}
    cases.until(story, "checked", form={"income": [row]})


def _sent_back_by_reviewer(cases: Cases, story: Story) -> None:
    cases.until(story, "finished")
    words = "邻里走访只有一户，请补充走访并核实务工收入。"
    cases.do(story, "return_to_investigation", story.desk.reviewer, story.line.reviewed, opinion=words)


def _objected(upheld: bool | None) -> Callable[[Cases, Story], None]:
    def tell(cases: Cases, story: Story) -> None:
        cases.until(story, "posted")
        objection = cases.object(story)
        if upheld is not None:
            cases.answer(story, objection, upheld)

    return tell


def _reinvestigated(cases: Cases, story: Story) -> None:
    _objected(True)(cases, story)
    on = cases.papers.after(story.line.posted, 2)
    cases.do(story, "reinvestigate", story.desk.clerk, on, opinion="异议成立，重新入户核实赡养情况")


def _complained(cases: Cases, story: Story) -> None:
    cases.until(story, "closed")
    on = cases.papers.after(story.line.closed, 1)
    words = "群众来电反映该户子女有稳定工作"
    cases.do(story, "record_complaint", cases.staff.county_qian, on, opinion=words)


def _near_relative_visited(cases: Cases, story: Story) -> None:
    cases.until(story, "closed", accept=_NEAR)
    on = cases.papers.after(story.line.closed, 1)
    findings = cases.findings(story) | {
        "visited_on": on,
        "investigators": [cases.staff.county_qian.user.name, "吕行远"],
    }
    cases.do(story, "county_visit", cases.staff.county_qian, on, **findings)


def _returned(cases: Cases, story: Story) -> None:
    cases.until(story, "closed")
    on = cases.papers.after(story.line.closed, 1)
    words = "赡养人收入没有写清，请补充调查后再报"
    cases.do(story, "return", cases.staff.county_qian, on, opinion=words)


def _disagreed(cases: Cases, story: Story) -> None:
    words = "家庭月人均收入高于低保标准，不同意纳入。"
    cases.until(story, "reviewed", review={"agree": False, "opinion": words})


def _refused(cases: Cases, story: Story) -> None:
    _disagreed(cases, story)
    on = cases.papers.after(story.line.reviewed, 3)
    words = "经核算，家庭月人均收入高于当地低保标准，不符合《最低生活保障审核确认办法》规定的条件。"
    cases.do(story, "refuse", cases.staff.county_zhao, on, opinion=words)


def _refused_and_told(cases: Cases, story: Story) -> None:
    _refused(cases, story)
    cases.do(story, "inform", story.desk.clerk, cases.papers.after(story.line.reviewed, 4))


def _withdrawn(cases: Cases, story: Story) -> None:
    cases.until(story, "accepted")
    on = cases.papers.after(story.line.accepted, 1)
    cases.do(story, "withdraw", story.by, on, opinion="儿子在县城找到工作，家庭自愿撤回")


def _terminated(cases: Cases, story: Story) -> None:
    cases.until(story, "visited")
    on = cases.papers.after(story.line.visited, 2)
    cases.do(story, "terminate", story.desk.clerk, on, opinion="两次上门均拒绝提供收入情况，不配合调查")


def _extended(cases: Cases, story: Story) -> None:
    cases.until(story, "visited")
    on = cases.papers.after(story.line.visited, 1)
    cases.do(story, "extend", story.desk.clerk, on, opinion="人户分离，需到外县函证收入")


_NEAR = {"near_relative": True, "near_relative_note": "申请人之侄在本镇民政办工作，叔侄关系"}
_MEETING = {"needs_deliberation": True}

PLOTS = (
    Plot(6, "submitted", (0, 1, 3), _draft),
    Plot(7, "submitted", (0, 1, 0, 2), _smooth("submitted")),
    Plot(3, "submitted", (4, 6), _smooth("submitted")),
    Plot(4, "accepted", (1, 3, 8), _correction),
    Plot(2, "accepted", (2, 3), _resubmitted),
    Plot(6, "accepted", (0, 1, 2), _smooth("accepted")),
    Plot(2, "accepted", (6, 9), _smooth("accepted")),
    Plot(2, "accepted", (1, 2), _smooth("accepted", accept=_NEAR)),
    Plot(5, "visited", (0, 1, 3), _smooth("visited")),
    Plot(2, "visited", (1, 2), _smooth("visited", accept=_MEETING, no_meeting=True)),
    Plot(4, "checked", (0, 1, 2), _smooth("checked")),
    Plot(2, "checked", (1, 2), _smooth("checked", accept=_MEETING)),
    Plot(3, "checked", (1, 2), _mismatch),
    Plot(1, "checked", (1,), _unknown_income),
    Plot(2, "visited", (2, 5), _extended),
    Plot(8, "finished", (0, 1, 2, 3), _smooth("finished")),
    Plot(2, "finished", (6, 8), _smooth("finished")),
    Plot(2, "reviewed", (1, 2), _sent_back_by_reviewer),
    Plot(5, "reviewed", (0, 1), _smooth("reviewed")),
    Plot(1, "reviewed", (4,), _smooth("reviewed")),
    Plot(9, "posted", (0, 1, 2, 3, 4), _smooth("posted")),
    Plot(2, "posted", (1, 3), _smooth("posted", no_photo=True)),
    Plot(4, "posted", (7, 8, 11), _smooth("posted")),
    Plot(3, "posted", (2, 3), _objected(None)),
    Plot(2, "posted", (3, 4), _objected(False)),
    Plot(1, "posted", (3,), _objected(True)),
    Plot(2, "posted", (4, 6), _reinvestigated),
    Plot(7, "closed", (0, 1, 2, 4), _smooth("closed")),
    Plot(2, "closed", (8, 9), _smooth("closed")),
    Plot(2, "closed", (12, 14), _smooth("closed")),
    Plot(2, "closed", (2, 3), _smooth("closed", accept=_NEAR)),
    Plot(1, "closed", (3,), _near_relative_visited),
    Plot(1, "closed", (2,), _complained),
    Plot(3, "closed", (2, 4), _returned),
    Plot(2, "reviewed", (1, 2), _disagreed, rich=True),
    Plot(12, "decided", (0, 1, 2, 4, 6, 9, 12, 15), _smooth("decided")),
    Plot(2, "reviewed", (4, 8), _refused, rich=True),
    Plot(2, "reviewed", (6, 10), _refused_and_told, rich=True),
    Plot(2, "accepted", (4, 8), _withdrawn),
    Plot(2, "visited", (5, 9), _terminated),
)
