"""The acts on an application, in one place to call them from.

Each has the signature (*, application_id, by, on, version=None, opinion="", …) -> Application and does one
thing in one transaction; acting.py tells what all of them share. Refusals are civaffairs.lib.errors with
sentences for the user; a case outside the area is Http404, a missing right is PermissionDenied.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from assistance.models import Application
from assistance.services.acceptance import (
    accept_application,
    extend_application,
    request_correction,
    terminate_application,
    withdraw_application,
)
from assistance.services.acting import SERVICES
from assistance.services.assessment import assess_application
from assistance.services.decision import (
    approve_application,
    mark_informed,
    record_complaint,
    refuse_application,
    return_application,
)
from assistance.services.notice import (
    answer_objection,
    attach_photo,
    close_notice,
    object_from_page,
    post_notice,
    record_objection,
    reinvestigate_application,
)
from assistance.services.petty_cash import give_advance
from assistance.services.review import return_to_investigation, review_application
from assistance.services.survey import (
    county_visit,
    finish_investigation,
    follow_check,
    record_check,
    record_deliberation,
    record_visit,
    request_check,
)
from assistance.workflow import APPLICATION
from civaffairs.lib.errors import NotAllowed, Refused
from civaffairs.registry.models import Posting

__all__ = [
    "accept_application",
    "answer_objection",
    "approve_application",
    "assess_application",
    "attach_photo",
    "close_notice",
    "county_visit",
    "extend_application",
    "finish_investigation",
    "follow_check",
    "give_advance",
    "mark_informed",
    "object_from_page",
    "perform",
    "perform_many",
    "post_notice",
    "record_check",
    "record_complaint",
    "record_deliberation",
    "record_objection",
    "record_visit",
    "refuse_application",
    "reinvestigate_application",
    "request_check",
    "request_correction",
    "return_application",
    "return_to_investigation",
    "review_application",
    "terminate_application",
    "withdraw_application",
]


def perform(act: str, **fields: Any) -> Application:
    """Do the act of that name (the value of workflow.Act, the URL and the button)."""
    service = SERVICES.get(act)
    if service is None:
        raise NotAllowed("没有这个操作，请返回重新进入。")
    return service(**fields)


def perform_many(
    act: str, ids: Iterable[int], by: Posting, on: date, opinion: str = "", **fields: Any
) -> tuple[list[int], dict[int, str]]:
    """One act with one opinion on many cases: what was done, and why each of the others was not.

    Each case is a transaction of its own, so that one refusal does not undo the rest.
    """
    if act not in SERVICES or not APPLICATION.get(act).batch:
        raise NotAllowed("这个操作要逐件办理，不能成批办理。")
    done: list[int] = []
    refused: dict[int, str] = {}
    for application_id in dict.fromkeys(ids):
        try:
            perform(act, application_id=application_id, by=by, on=on, opinion=opinion, **fields)
            done.append(application_id)
        except Refused as refusal:
            refused[application_id] = refusal.message
        except Http404:
            refused[application_id] = "没有找到，或不在您的辖区内。"
        except PermissionDenied:
            refused[application_id] = "您的岗位没有这项权限。"
    return done, refused
