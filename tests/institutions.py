"""Homes that are paid for those they keep. All invented."""

from assistance.models import PayeeInstitution
from assistance.services.institution import confirm_institution, propose_institution
from tests.cast import Cast
from tests.payments import TODAY

NUMBER = "6229009900000004411"


def home(cast: Cast, name: str = "青溪镇敬老院", number: str = NUMBER, **more) -> PayeeInstitution:
    """Entered by the township and not confirmed yet."""
    return propose_institution(
        **{"holder": name, "bank": "云岭农商银行青溪支行", "reason": "开户许可证", "by": cast.township_li}
        | {"name": name, "number": number, "on": TODAY}
        | more
    )


def confirmed(cast: Cast, **more) -> PayeeInstitution:
    made = home(cast, **more)
    return confirm_institution(institution_id=made.pk, by=cast.reviewer_chen, on=TODAY)
