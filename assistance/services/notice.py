"""The public notice: made from data only, hung for seven days, answered for, and taken down.

Days: the day of posting does not count (《民法典》第201条). With notice_days = 7 a notice posted on the 1st hangs
through the 8th (`until_day`) and may be closed from the 9th on. Where the county counts the notice in working
days, `until_day` is the seventh working day after posting. An end on a free day is not moved: the notice
hangs on then just as well, and closing needs an office day anyway.
"""

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from assistance.models import Application, ApplicationMaterial, MaterialKind, Notice, Objection
from assistance.selectors.notice import too_many
from assistance.services import readiness
from assistance.services.acting import Case, act, between, from_outside, put
from assistance.workflow import Act, Status
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.lib.months import age_on
from civaffairs.lib.workdays import WorkCalendar
from civaffairs.registry import audit, clock
from civaffairs.registry.models import Attachment, Office

ADULT_AGE = 18
HIDDEN_HEAD = "未成年人（不公开姓名）"
CONTENT_LENGTH = 1000
CONTACT_LENGTH = 100
# A receipt is read out over the telephone: no 0/O, 1/I/L.
_RECEIPT_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@act(Act.POST_NOTICE)
def post_notice(case: Case, *, place: str = "", posted_on: date | None = None) -> None:
    """Freeze what is published and start the days. Recorded on the day of posting or soon after it."""
    application = case.application
    record = readiness.current_assessment(application)
    if record is None or record.outcome != record.Outcome.ELIGIBLE:
        raise NotReady("没有符合条件的测算结果，不能公示。", ["测算"])
    reviewed_on = (
        application.events.filter(act=Act.REVIEW).order_by("-version").values_list("on", flat=True).first()
    )
    posted_on = between(posted_on or case.on, reviewed_on, case.on, "张贴日期", "posted_on")
    application.notice_rounds += 1
    notice = put(
        Notice(
            application=application,
            office_id=application.office_id,
            round=application.notice_rounds,
            posted_on=posted_on,
            until_day=last_day(posted_on, case.clock.rules, case.clock.calendar),
            place=place or "村（社区）公示栏",
            hotline=hotline_of(application.office_id),
            content=public_content(application, record.amount_fen, case.on),
            posted_by=case.by,
        )
    )
    case.clock.step("post_days", notice.until_day)
    case.details |= {"round": notice.round, "until": f"{notice.until_day}"}


def last_day(posted_on: date, rules: Mapping[str, Any], calendar: WorkCalendar) -> date:
    """The last day on which a notice hangs, by the county's settings."""
    days = int(rules["notice_days"])
    if rules["notice_in_workdays"]:
        return calendar.add(posted_on, days).day
    return posted_on + timedelta(days=days)


def public_content(application: Application, amount_fen: int, on: date) -> dict:
    """All that may hang on the wall: adults' names, how many people, the scheme and the amount in fen.

    No ID number, no address, no illness, no income, and no name of a person under 18: minors are counted only
    (《个人信息保护法》第28条；民发〔2021〕57号第24条不得公开无关信息).
    """
    members = list(
        application.members.filter(excluded_reason="").select_related("person").order_by("order", "id")
    )
    adults = [m.person for m in members if age_on(m.person.birth, on) >= ADULT_AGE]
    names = [person.name for person in adults]
    head = application.household.head
    shown = next((p.name for p in (application.applicant, head) if p in adults), names[0] if names else "")
    return {
        "head": shown or HIDDEN_HEAD,
        "scheme": application.scheme.name,
        "adults": [shown, *(name for name in names if name != shown)] if shown else [],
        "minors": len(members) - len(adults),
        "members": len(members),
        "protected": sum(member.protected for member in members),
        "amount_fen": amount_fen,
        "per": application.spec.per,
    }


def hotline_of(office_id: str) -> str:
    """The telephone of the village, else of its township, else of the county. A notice without one is
    refused."""
    codes = [office_id, f"{office_id[:9]}000", f"{office_id[:6]}000000"]
    found = dict(Office.objects.filter(code__in=codes).exclude(hotline="").values_list("code", "hotline"))
    for code in codes:
        if code in found:
            return found[code]
    raise NotReady("还没有登记监督电话，请系统管理员在“机构管理”里补上后再公示。", ["监督电话"])


@act(Act.ATTACH_PHOTO)
def attach_photo(case: Case, *, attachment_id: UUID | None = None) -> None:
    """A photo of the notice on the wall, with the place where it was taken."""
    notice = _hanging(case)
    photo = Attachment.objects.visible_to(case.by).filter(pk=attachment_id).first() if attachment_id else None
    if photo is None:
        raise BadInput("请上传公示照片", "attachment_id")
    if not photo.is_image:
        raise BadInput("公示照片要用照片，不能用其他文件", "attachment_id")
    if not photo.place.strip():
        raise BadInput("请填写拍摄地点", "place")
    if photo.taken_on is not None:
        between(photo.taken_on, notice.posted_on, case.on, "拍摄日期", "taken_on")
    notice.photo = photo
    notice.save(update_fields=["photo"])
    ApplicationMaterial.objects.get_or_create(
        application=case.application, attachment=photo, defaults={"kind": MaterialKind.NOTICE}
    )
    case.details |= {"round": notice.round, "place": photo.place}


@act(Act.CLOSE_NOTICE)
def close_notice(case: Case) -> None:
    """The days have run, the photo is there, nothing is open: the papers go to the county."""
    missing = readiness.before_closing(case.application, case.on)
    if missing:
        raise NotReady("公示还不能办结：" + "；".join(missing) + "。", missing)
    notice = _hanging(case)
    notice.closed_on = case.on
    notice.save(update_fields=["closed_on"])
    onward(case, "notice")
    case.details |= {"round": notice.round}


def onward(case: Case, done: str) -> None:
    """The next place of a case that has passed `done` ("review" or "notice"): the board, the other body, or who
    decides; a programme without a step goes past it."""
    spec = case.application.spec
    if done == "review" and spec.has("notice"):
        case.target = Status.TO_POST
        case.clock.step("post_days")
    elif spec.has("peer"):
        case.target = Status.PEER
        case.application.county_received_on = case.on
        case.clock.step("decide_days")
    else:
        to_county(case)


def to_county(case: Case) -> None:
    """The county has the papers from today: 10 working days to decide."""
    case.target = Status.DECIDING
    case.application.county_received_on = case.on
    case.clock.step("decide_days")


# --- objections ------------------------------------------------------------------------------------


@act(Act.RECORD_OBJECTION)
def record_objection(case: Case, *, channel: str = "", content: str = "", contact: str = "") -> None:
    """Somebody objected by telephone, letter or in person."""
    if channel not in (Objection.Channel.PHONE, Objection.Channel.LETTER, Objection.Channel.VISIT):
        raise BadInput("请选择异议来源", "channel")
    objection = new_objection(_hanging(case), channel, content, contact, case.on)
    objection.recorded_by = case.by
    objection.save(update_fields=["recorded_by"])
    case.details |= {"receipt": objection.receipt, "channel": channel}


@transaction.atomic
def object_from_page(
    *, notice_id: int, content: str, contact: str = "", on: date, address: str = ""
) -> Objection:
    """A citizen objects on the public page, without an account. Gives the objection with its receipt number.

    `address` is where he writes from. Raises NotAllowed when the notice no longer hangs or too many have come, BadInput
    when there is nothing to look into.
    """
    application = Application.objects.select_for_update(of=("self",)).filter(notices__pk=notice_id).first()
    notice = Notice.objects.current(on).filter(pk=notice_id).first()
    if application is None or notice is None:
        raise NotAllowed("这份公示已经结束，不能再在网上提出异议。请拨打监督电话反映。")
    too_often(address, notice, on)
    kept: list[Objection] = []

    def receive(case: Case) -> None:
        kept.append(new_objection(notice, Objection.Channel.PAGE, content, contact, on))
        case.details |= {"receipt": kept[0].receipt, "channel": Objection.Channel.PAGE.value}

    from_outside(Act.RECORD_OBJECTION, application, on, receive)
    return kept[0]


def too_often(address: str, notice: Notice, on: date) -> None:
    """Raises NotAllowed when this address, or all together today, have objected often enough."""
    if address and too_many(address, notice, clock.now(), on):
        raise NotAllowed("网上提交的次数较多，请稍后再提，或直接拨打监督电话反映。")


def new_objection(notice: Notice, channel: str, content: str, contact: str, on: date) -> Objection:
    content, contact = content.strip(), contact.strip()
    if len(content) < 5:
        raise BadInput("请写明异议的内容（至少5个字）", "content")
    if len(content) > CONTENT_LENGTH:
        raise BadInput(f"异议内容最多{CONTENT_LENGTH}个字，现在{len(content)}个字", "content")
    if len(contact) > CONTACT_LENGTH:
        raise BadInput(f"联系方式最多{CONTACT_LENGTH}个字", "contact")
    number = "".join(secrets.choice(_RECEIPT_LETTERS) for _ in range(6))
    return Objection.objects.create(
        notice=notice,
        received_on=on,
        channel=channel,
        content=content,
        contact=contact,
        receipt=f"YY{on:%y%m%d}{number}",
    )


@act(Act.ANSWER_OBJECTION)
def answer_objection(
    case: Case, *, objection_id: int | None = None, upheld: bool | None = None, answer: str = ""
) -> None:
    """Answer one objection with its reason. An upheld one makes the case one that the county visits."""
    objection = Objection.objects.filter(pk=objection_id, notice__application=case.application).first()
    if objection is None:
        raise BadInput("没有找到这条异议，请刷新后再办", "objection_id")
    if objection.state != Objection.State.OPEN:
        raise NotAllowed(f"这条异议已经答复过（{objection.get_state_display()}）。")
    if upheld is None:
        raise BadInput("请选择异议是否成立", "upheld")
    if not (answer := answer.strip() or case.opinion):
        raise BadInput("请填写处理意见", "answer")
    objection.state = Objection.State.UPHELD if upheld else Objection.State.REJECTED
    objection.answer, objection.answered_on, objection.answered_by = answer, case.on, case.by
    put(objection)
    case.application.complained_of = case.application.complained_of or upheld
    case.opinion = case.opinion or answer
    case.details |= {"receipt": objection.receipt, "upheld": upheld}


@act(Act.REINVESTIGATE)
def reinvestigate_application(case: Case) -> None:
    """An objection was right: the notice comes down, and the case is visited or deliberated anew before a new
    opinion (民发〔2021〕57号)."""
    missing = readiness.before_reinvestigating(case.application)
    if missing:
        raise NotReady("不能重新调查：" + "；".join(missing) + "。", missing)
    take_down(case)
    case.clock.step("review_days")


def take_down(case: Case) -> None:
    """Revoke the notice that hangs, if there is one: the village page stops showing it at once."""
    notice = readiness.current_notice(case.application)
    if notice is not None:
        notice.revoked_on = case.on
        notice.save(update_fields=["revoked_on"])
        audit.record("notice.revoke", by=case.by, subject=notice, label=case.application.number)


def _hanging(case: Case) -> Notice:
    notice = readiness.current_notice(case.application)
    if notice is None:
        raise NotAllowed("没有正在张贴的公示。")
    return notice
