"""An intended end of 特困 is posted before it is decided (《特困人员认定办法》第26条).

The township posts it, answers what is objected, and takes it down when the days are over; only then may the county confirm.
It hangs on the same board as every notice (models/notice.py), for as many days as the county has set. An objection that is
right takes it down at once: the township looks again and posts it anew, or takes the proposal back.
"""

from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from assistance.models import EntitlementChange, Notice, Objection
from assistance.services.acting import between
from assistance.services.notice import ADULT_AGE, HIDDEN_HEAD, hotline_of, last_day, new_objection, too_often
from assistance.workflow import ChangeKind, ChangeStatus
from civaffairs.lib.errors import BadInput, NotAllowed, NotReady
from civaffairs.lib.months import Month, age_on
from civaffairs.lib.workdays import WorkCalendar
from civaffairs.registry import access, audit, county, files
from civaffairs.registry.access import Permission
from civaffairs.registry.calendar import work_calendar
from civaffairs.registry.models import Posting

ARTICLE = "《特困人员认定办法》第26条"
# 死亡 and 自愿退出 are acts of their own: nobody has to be asked whether they are so.
POSTED_KINDS = (ChangeKind.STOP, ChangeKind.SWITCH)
# The county decides anew so many working days after an objection.
ANSWER_SETTING = "end_objection_days"


def is_posted(change: EntitlementChange) -> bool:
    """Whether this change has to hang on the board before it is confirmed."""
    return change.kind in POSTED_KINDS and change.entitlement.scheme.family == "tekun"


# --- how it stands ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """`missing`: what keeps the county from confirming. `state`: to_post, hanging, over, closed, again (to be posted anew
    after an objection that was right). `due`: by when it has to be posted, or objections answered and the end decided anew."""

    state: str
    words: str
    notice: Notice | None
    missing: tuple[str, ...] = ()
    due: date | None = None


def standing(change: EntitlementChange, on: date) -> Standing:
    """How far the notice of an end is."""
    notice = change.notices.order_by("-round").first()
    if notice is None:
        due = post_by(change.proposed_on, int(county.value("post_days", change.proposed_on)))
        return Standing("to_post", "待公示", None, ("拟终止特困供养要先公示，还没有张贴",), due)
    objections = list(Objection.objects.filter(notice__change=change).order_by("received_on", "id"))
    waiting = [one for one in objections if one.state == Objection.State.OPEN]
    due = _due(waiting or [one for one in objections if one.notice_id == notice.pk])
    if notice.revoked_on is not None:
        return Standing("again", "异议成立，待重新公示", notice, ("异议成立后还没有重新公示",), due)
    if notice.closed_on is not None:
        return Standing("closed", "公示期满，没有成立的异议", notice)
    missing = []
    if on <= notice.until_day:
        missing.append(f"公示到{notice.until_day:%Y-%m-%d}期满，还不能确认终止")
    if notice.photo_id is None:
        missing.append("还没有上传注明地点的公示照片")
    if waiting:
        missing.append(f"还有{len(waiting)}条异议没有答复")
    if on <= notice.until_day:
        return Standing("hanging", f"公示中，到{notice.until_day:%Y-%m-%d}", notice, tuple(missing), due)
    return Standing("over", "公示期满待办结", notice, (*missing, "公示还没有办结"), due)


def post_by(proposed_on: date, days: int, calendar: WorkCalendar | None = None) -> date:
    """The last day on which a proposed end should be posted: as many working days as after an opinion on a case."""
    return (calendar or work_calendar(proposed_on)).add(proposed_on, days).day


def _due(objections: list[Objection]) -> date | None:
    if not objections:
        return None
    first = objections[0].received_on
    return work_calendar(first).add(first, int(county.value(ANSWER_SETTING, first))).day


def demand_posted(change: EntitlementChange, on: date) -> None:
    """Raises NotReady, naming what is missing, before the notice of an end has hung without a right objection."""
    if not is_posted(change):
        return
    found = standing(change, on)
    if found.missing:
        missing = list(found.missing)
        raise NotReady(f"还不能确认终止：{'；'.join(missing)}。", missing, article=ARTICLE)


# --- acts of the township ---------------------------------------------------------------------------------------


def _locked(change_id: int, by: Posting) -> EntitlementChange:
    rows = EntitlementChange.objects.select_related(
        "entitlement__payee", "entitlement__scheme", "entitlement__beneficiary", "entitlement__standard"
    )
    change = access.to_change(rows, by, Permission.PROPOSE_CHANGE, pk=change_id)
    if not is_posted(change):
        raise NotAllowed("这件变更不用公示。")
    if change.status != ChangeStatus.PROPOSED:
        raise NotAllowed(f"这件变更{change.get_status_display()}，公示不能再办理。")
    return change


def _record(action: str, change: EntitlementChange, by: Posting | None, **details: object) -> None:
    audit.record(
        action,
        by=by,
        subject=change,
        office_code=change.office_id,
        label=f"{change.entitlement.payee.name} {change.entitlement.number}",
        details=details,
    )


@transaction.atomic
def post_end(
    *, change_id: int, by: Posting, on: date, place: str = "", posted_on: date | None = None
) -> Notice:
    """Freeze what is published and start the days. A double click gives the notice that hangs already.

    Raises BadInput at `posted_on`, NotAllowed when it has hung already, NotReady while an objection is open.
    """
    change = _locked(change_id, by)
    now = standing(change, on)
    if now.notice is not None and now.state in ("hanging", "over"):
        if now.notice.posted_by.user_id == by.user_id:
            return now.notice
        raise NotAllowed("已经有人张贴了，公示正在进行。")
    if now.state == "closed":
        raise NotAllowed("已经公示期满，等县级确认。")
    if Objection.objects.filter(notice__change=change, state=Objection.State.OPEN).exists():
        raise NotReady("还有异议没有答复，先答复再重新公示。", ["异议"])
    first = now.notice.revoked_on if now.notice is not None else change.proposed_on
    posted_on = between(posted_on or on, first, on, "张贴日期", "posted_on")
    notice = Notice.objects.create(
        change=change,
        office_id=change.office_id,
        round=now.notice.round + 1 if now.notice is not None else 1,
        posted_on=posted_on,
        until_day=last_day(posted_on, county.values(on), work_calendar(posted_on)),
        place=place.strip() or "村（社区）公示栏",
        hotline=hotline_of(change.office_id),
        content=content_of(change, on),
        posted_by=by,
    )
    _record("change.notice_post", change, by, number=notice.round, on=f"{notice.posted_on}")
    return notice


def content_of(change: EntitlementChange, on: date) -> dict[str, object]:
    """All that may hang on the wall: whose support is to end from which month. Neither the reason, which may be a prison or
    an illness, nor the name of a minor."""
    entitlement = change.entitlement
    person = entitlement.beneficiary or entitlement.payee
    adult = age_on(person.birth, on) >= ADULT_AGE
    return {
        "head": person.name if adult else HIDDEN_HEAD,
        "scheme": entitlement.scheme.name,
        "adults": [person.name] if adult else [],
        "minors": 0 if adult else 1,
        "members": 1,
        "protected": 1,
        "amount_fen": change.before_fen,
        "per": entitlement.scheme.spec.per,
        "ends_from": Month.of(change.from_month).label,
    }


def attach_end_photo(
    *, change_id: int, upload: UploadedFile | None, place: str, taken_on: date | None, by: Posting, on: date
) -> Notice:
    """A photo of the notice on the wall, with the place where it was taken. The bytes go again when the act is refused."""
    stored = None
    try:
        with transaction.atomic():
            change = _locked(change_id, by)
            notice = _hanging(change, on)
            if not place.strip():
                raise BadInput("请填写拍摄地点", "place")
            taken_on = between(taken_on, notice.posted_on, on, "拍摄日期", "taken_on")
            stored = files.store_attachment(
                upload=upload,
                office_id=change.office_id,
                by=by,
                on=on,
                place=place.strip(),
                taken_on=taken_on,
            )
            if not stored.is_image:
                raise BadInput("公示照片要用照片，不能用其他文件", "photo")
            notice.photo = stored
            notice.save(update_fields=["photo"])
            _record("change.notice_photo", change, by, number=notice.round)
            return notice
    except BaseException:
        if stored is not None:
            stored.file.storage.delete(stored.file.name)
        raise


@transaction.atomic
def close_end(*, change_id: int, by: Posting, on: date) -> Notice:
    """The days have run, the photo is there, nothing is open: the county may confirm. Twice is once."""
    change = _locked(change_id, by)
    now = standing(change, on)
    if now.state == "closed" and now.notice is not None:
        return now.notice
    missing = [words for words in now.missing if words != "公示还没有办结"]
    if now.notice is None or missing:
        raise NotReady(f"公示还不能办结：{'；'.join(missing)}。", missing)
    now.notice.closed_on = on
    now.notice.save(update_fields=["closed_on"])
    _record("change.notice_close", change, by, number=now.notice.round)
    return now.notice


def _hanging(change: EntitlementChange, on: date) -> Notice:
    found = standing(change, on)
    if found.notice is None or found.state not in ("hanging", "over"):
        raise NotAllowed("没有正在张贴的公示。")
    return found.notice


# --- objections -------------------------------------------------------------------------------------------------


@transaction.atomic
def object_to_end(
    *, change_id: int, channel: str, content: str, contact: str = "", by: Posting, on: date
) -> Objection:
    """Somebody objected by telephone, letter or in person."""
    change = _locked(change_id, by)
    if channel not in (Objection.Channel.PHONE, Objection.Channel.LETTER, Objection.Channel.VISIT):
        raise BadInput("请选择异议来源", "channel")
    objection = new_objection(_hanging(change, on), channel, content, contact, on)
    objection.recorded_by = by
    objection.save(update_fields=["recorded_by"])
    _record("change.notice_object", change, by, number=objection.receipt)
    return objection


@transaction.atomic
def object_from_page(notice: Notice, *, content: str, contact: str, on: date, address: str) -> Objection:
    """A citizen's objection on the public page. The change is locked, so that requests at the same moment see each other."""
    change = (
        EntitlementChange.objects.select_for_update(of=("self",))
        .select_related("entitlement__payee", "entitlement__scheme")
        .get(pk=notice.change_id)
    )
    if change.status != ChangeStatus.PROPOSED or not Notice.objects.current(on).filter(pk=notice.pk).exists():
        raise NotAllowed("这份公示已经结束，不能再在网上提出异议。请拨打监督电话反映。")
    too_often(address, notice, on)
    objection = new_objection(notice, Objection.Channel.PAGE, content, contact, on)
    _record("change.notice_object", change, None, number=objection.receipt)
    return objection


@transaction.atomic
def answer_end_objection(
    *, change_id: int, objection_id: int, upheld: bool | None, answer: str, by: Posting, on: date
) -> Objection:
    """Answer one objection with its reason. One that is right takes the notice down at once."""
    change = _locked(change_id, by)
    objection = (
        Objection.objects.select_related("notice").filter(pk=objection_id, notice__change=change).first()
    )
    if objection is None:
        raise BadInput("没有找到这条异议，请刷新后再办", "objection")
    if upheld is None:
        raise BadInput("请选择异议是否成立", "upheld")
    if not (answer := answer.strip()):
        raise BadInput("请填写处理意见", "answer")
    state = Objection.State.UPHELD if upheld else Objection.State.REJECTED
    if objection.state != Objection.State.OPEN:
        if (objection.state, objection.answer) == (state, answer[:500]):
            return objection
        raise NotAllowed(f"这条异议已经答复过（{objection.get_state_display()}）。")
    objection.state, objection.answer = state, answer[:500]
    objection.answered_on, objection.answered_by = on, by
    objection.save(update_fields=["state", "answer", "answered_on", "answered_by"])
    if upheld and objection.notice.revoked_on is None:
        objection.notice.revoked_on = on
        objection.notice.save(update_fields=["revoked_on"])
    _record("change.notice_answer", change, by, number=objection.receipt)
    return objection


def take_down(change: EntitlementChange, on: date) -> None:
    """The proposal is over: what hangs of it comes down. Call inside the transaction of the act that ends it."""
    change.notices.filter(closed_on=None, revoked_on=None).update(revoked_on=on)
