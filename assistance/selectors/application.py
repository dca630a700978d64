"""What the screens of intake show."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from assistance.models import Application, ApplicationMaterial, Draft, DraftAttachment, MaterialKind, Scheme
from assistance.policy.rules import RULES
from assistance.schemes import CLASSES
from assistance.selectors.scheme_words import what_is
from civaffairs.lib.names import search_initials
from civaffairs.registry.models import Attachment, Office, Posting


def drafts(posting: Posting) -> QuerySet[Draft]:
    """Forms of one's area that wait to be finished. The encrypted content stays in the database."""
    rows = Draft.objects.visible_to(posting).filter(submitted_at=None)
    return rows.defer("content").select_related("scheme", "office", "application", "created_by__user")


def schemes_to_apply_for(on: date) -> list[Scheme]:
    """Those that are worked case by case, whose rule is there and which take applications on that day."""
    rows = Scheme.objects.filter(is_active=True)
    return [
        s for s in rows if s.spec.rule in RULES and s.spec.cadence != "batch" and not s.spec_on(on).closed
    ]


@dataclass(frozen=True)
class Programme:
    """One that can be chosen. `words` is what a search by typing looks through: names, older names, initials."""

    code: str
    name: str
    what: str
    aliases: str
    words: str
    repeated: bool = False  # stands among the usual ones already


# So many of those that an area applies for most stand before all others.
USUAL = 6
USUAL_LABEL = "最近常办"


def programmes_to_choose(posting: Posting, on: date) -> list[tuple[str, list[Programme]]]:
    """What can be applied for, under the classes; before them what the posting's area has applied for most within a
    year, which stand in their class as well: who looks for a programme looks there. Two queries."""
    schemes = {scheme.code: scheme for scheme in schemes_to_apply_for(on)}
    since = on - timedelta(days=365)
    counted = (
        Application.objects.visible_to(posting)
        .filter(submitted_on__gte=since, scheme_id__in=schemes)
        .order_by()
        .values("scheme_id")
        .annotate(number=Count("pk"))
        .order_by("-number", "scheme__order")
        .values_list("scheme_id", flat=True)
    )
    usual = list(counted[:USUAL])
    groups: dict[str, list[Programme]] = {USUAL_LABEL: [_programme(schemes[code]) for code in usual]}
    for scheme in schemes.values():
        shown = replace(_programme(scheme), repeated=scheme.code in usual)
        groups.setdefault(CLASSES[scheme.klass], []).append(shown)
    order = [USUAL_LABEL, *CLASSES.values()]
    return [(label, groups[label]) for label in order if groups.get(label)]


def _programme(scheme: Scheme) -> Programme:
    spec = scheme.spec
    names = [scheme.name, scheme.short_name, spec.programme, *spec.aliases]
    words = [*names, *(search_initials(name) for name in names if name)]
    return Programme(
        scheme.code, scheme.name, what_is(scheme), "、".join(spec.aliases), " ".join(words).lower()
    )


def villages(posting: Posting) -> QuerySet[Office]:
    return Office.objects.visible_to(posting).villages().filter(is_active=True)


@dataclass(frozen=True)
class Paper:
    """One file of a form. What an earlier version already carried can be looked at, not taken away."""

    attachment: Attachment
    kind: str
    removable: bool

    @property
    def kind_label(self) -> str:
        return str(MaterialKind(self.kind).label)


def papers(draft: Draft) -> list[Paper]:
    """Files handed in before, then those of this form."""
    rows: list[tuple[Any, bool]] = []
    if draft.application_id and not draft.submitted_at:
        earlier = ApplicationMaterial.objects.filter(application_id=draft.application_id)
        rows += [(row, False) for row in earlier.select_related("attachment")]
    own = DraftAttachment.objects.filter(draft=draft).select_related("attachment").order_by("pk")
    rows += [(row, True) for row in own]
    return [Paper(row.attachment, row.kind, removable) for row, removable in rows]
