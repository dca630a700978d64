"""The notice of an intended end of 特困, along all its acts."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from assistance.models import EntitlementChange
from assistance.services import end_notice
from assistance.services.entitlement import refuse_change
from tests.cast import Cast

PLACE = "青溪村村务公开栏"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 200


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("公示栏.jpg", JPEG, "image/jpeg")


def hung(cast: Cast, change: EntitlementChange, on: date):
    """Posted, with its photo."""
    notice = end_notice.post_end(change_id=change.pk, by=cast.township_li, on=on, place=PLACE)
    photo(cast, change, on)
    return notice


def photo(cast: Cast, change: EntitlementChange, on: date) -> None:
    end_notice.attach_end_photo(
        change_id=change.pk, upload=picture(), place=PLACE, taken_on=on, by=cast.township_li, on=on
    )


def posted(cast: Cast, change: EntitlementChange, on: date) -> date:
    """Hung, its days over, and closed; returns that day."""
    notice = hung(cast, change, on)
    day = notice.until_day + timedelta(days=1)
    end_notice.close_end(change_id=change.pk, by=cast.township_li, on=day)
    return day


def sent_back(cast: Cast, change: EntitlementChange, on: date) -> None:
    refuse_change(change_id=change.pk, by=cast.county_zhao, on=on, opinion="月份不对，请重新提出")
