"""What every act on an application has in common, so that no act can forget a part of it.

`@act(Act.X)` turns a body into the service of that act: one transaction that locks the row through the gate
(404 when not visible, 403 without the right), tells an exact repeat from a stale page, asks the workflow,
keeps the four eyes apart, demands the reason, runs the body, and then writes version, clock, timeline and
audit.

All services have the signature (*, application_id, by, on, version=None, opinion="", …) and return the
application. `version` is the one the page was made from; `reason` may be given for `opinion`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, wraps
from typing import Any

from django.db import models, transaction

from assistance.models import Application, CaseEvent
from assistance.schemes import STEPS
from assistance.services import four_eyes
from assistance.services.deadlines import Clock
from assistance.workflow import (
    APPLICATION,
    ENDED_STATUSES,
    PAUSED_STATUSES,
    RULE_OF,
    STEP_OF,
    Act,
    Status,
    act_label,
)
from civaffairs.lib.errors import BadInput, NotAllowed, Stale
from civaffairs.lib.workflow import Transition
from civaffairs.registry import access, audit
from civaffairs.registry.models import Posting

OPINION_LENGTH = CaseEvent._meta.get_field("opinion").max_length

# Every act by its name; services/case.py offers them and perform() finds them here.
SERVICES: dict[str, Callable[..., Application]] = {}


@dataclass
class Case:
    """One act under way on one locked application. The body changes `application`, `target` and `details`."""

    application: Application
    transition: Transition
    by: Posting | None
    on: date
    opinion: str
    fingerprint: str
    target: Status = field(init=False)
    details: dict[str, Any] = field(default_factory=dict)
    # Set by a body that found nothing to do: no event, no new version, nothing in the audit trail.
    unchanged: bool = False

    def __post_init__(self) -> None:
        self.target = Status(self.transition.target or self.application.status)

    @cached_property
    def clock(self) -> Clock:
        return Clock(self.application, self.on)

    def rule(self, key: str) -> Any:
        """A county setting in force on the day of the act."""
        return self.clock.rules[key]

    def finish(self) -> Application:
        """Move, count the version up, and leave the trace in timeline and audit."""
        application = self.application
        before = application.status
        application.status = self.target
        application.version += 1
        if self.target in ENDED_STATUSES and before != self.target:
            self.clock.stop()
        elif self.target in PAUSED_STATUSES and before != self.target:
            self.clock.pause()
        application.save()
        CaseEvent.objects.create(
            application=application,
            version=application.version,
            act=self.transition.name,
            by=self.by,
            by_label=str(self.by) if self.by else "群众（公示网页）",
            on=self.on,
            from_status=before,
            to_status=self.target,
            opinion=self.opinion,
            details=self.details | {"form": self.fingerprint},
        )
        audit.record(
            f"application.{self.transition.name}",
            by=self.by,
            subject=application,
            reason=self.opinion,
            details={
                "from": Status(before).label,
                "to": self.target.label,
                "version": application.version,
            },
        )
        return application


def act(name: Act) -> Callable[[Callable[..., None]], Callable[..., Application]]:
    """Declare the service of one act. The body gets the Case and the act's own fields as keywords."""
    transition = APPLICATION.get(name.value)

    def declare(body: Callable[..., None]) -> Callable[..., Application]:
        @wraps(body)
        @transaction.atomic
        def service(
            *,
            application_id: int,
            by: Posting,
            on: date,
            version: int | None = None,
            opinion: str = "",
            reason: str = "",
            **inputs: Any,
        ) -> Application:
            opinion = (opinion or reason).strip()
            application = access.to_change(Application.objects, by, transition.permission, pk=application_id)
            case = Case(application, transition, by, on, opinion, _fingerprint(opinion, inputs))
            if _already_done(case, version):
                return application
            APPLICATION.check(
                transition.name,
                application.status,
                state=application.get_status_display(),
                act=act_label(transition.name, application.spec),
            )
            _demand_step(case)
            four_eyes.demand(application, transition, by)
            _read_opinion(case)
            body(case, **inputs)
            return application if case.unchanged else case.finish()

        SERVICES[name.value] = service
        return service

    return declare


def from_outside(name: Act, application: Application, on: date, body: Callable[[Case], None]) -> Application:
    """An act of the public, who have no posting. The caller has locked the application."""
    case = Case(application, APPLICATION.get(name.value), None, on, "", "")
    APPLICATION.check(name.value, application.status)
    body(case)
    return case.finish()


def _demand_step(case: Case) -> None:
    step = STEP_OF.get(case.transition.name)
    spec = case.application.spec
    if step is not None and not spec.has(step):
        raise NotAllowed(f"{spec.short_name}不需要{STEPS[step]}。")
    if RULE_OF.get(case.transition.name, spec.rule) != spec.rule:
        raise NotAllowed(f"{spec.short_name}不办理{case.transition.label}。")


def _fingerprint(opinion: str, inputs: dict[str, Any]) -> str:
    """Tells a second click on the same form from a form that was filled in differently. Not reversible."""
    content = repr((opinion, sorted((key, str(value)) for key, value in inputs.items())))
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _already_done(case: Case, version: int | None) -> bool:
    """True for the exact repeat of an act that this user has just done: a double click has no second effect.

    Without a version (batch, command) only an act that moves the case can be recognised. A page made from an
    older version is Stale, and the refusal tells what has happened since.
    """
    application, transition = case.application, case.transition
    if version is None and (transition.target is None or application.status in transition.sources):
        return False
    if version == application.version:
        return False
    since = list(
        application.events.filter(version__gt=application.version - 1 if version is None else version)
        .select_related("by")
        .order_by("version")
    )
    mine = [
        event
        for event in since
        if event.act == transition.name
        and event.by is not None
        and case.by is not None
        and event.by.user_id == case.by.user_id
        and event.details.get("form") == case.fingerprint
    ]
    if mine and (version is None or mine[0].version == version + 1):
        return True
    if version is None:
        return False
    raise Stale(
        "您打开这页以后，这件已有新的办理情况，请看过再办。",
        [
            f"{event.on:%Y-%m-%d} {event.by_label}：{act_label(event.act, application.spec)}"
            + (f"，{event.opinion}" if event.opinion else "")
            for event in since
        ],
    )


def _read_opinion(case: Case) -> None:
    if case.transition.needs_reason and not case.opinion:
        raise BadInput(f"请填写{case.transition.opinion_label or '原因'}", "opinion")
    if len(case.opinion) > OPINION_LENGTH:
        raise BadInput(f"意见最多{OPINION_LENGTH}个字，现在{len(case.opinion)}个字", "opinion")


def put(row: models.Model) -> models.Model:
    """Save a new row, refusing in plain words what its text columns cannot hold."""
    for column in row._meta.concrete_fields:
        if not isinstance(column, models.CharField):
            continue
        value = getattr(row, column.attname)
        text = str(value).strip() if value is not None else ""
        label = column.verbose_name
        if not text and not column.blank and not column.null and not column.has_default():
            raise BadInput(f"请填写{label}", column.name)
        if column.max_length and len(text) > column.max_length:
            raise BadInput(f"{label}最多{column.max_length}个字，现在{len(text)}个字", column.name)
        if text and column.choices and text not in dict(column.flatchoices):
            raise BadInput(f"{label}请从列表中选择", column.name)
        if value is not None:
            setattr(row, column.attname, text)
    row.save()
    return row


def between(day: date | None, first: date | None, last: date, label: str, name: str) -> date:
    """A day that must lie where it can be true. Raises BadInput with both ends named."""
    if day is None:
        raise BadInput(f"请填写{label}", name)
    if day > last:
        raise BadInput(f"{label}不能晚于{last:%Y-%m-%d}", name)
    if first is not None and day < first:
        raise BadInput(f"{label}不能早于{first:%Y-%m-%d}", name)
    return day
