"""The catalogue: what differs between programmes, as data.

A programme is an entry here, or a row that the county made itself from `FIXED_RATE` (models/scheme.py); what is local in
an entry can be set otherwise by the county from a day on, with the document it rests on. Only a new *kind of rule* needs
code, in policy/.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from assistance.schemes.catalogue import CATALOGUE, DIBAO_RURAL, DIBAO_URBAN, TEKUN_CATEGORIES
from assistance.schemes.spec import (
    CADENCES,
    CLASSES,
    DECIDERS,
    FORMS,
    MOST_MONTHS_AFTER_DEATH,
    STARTS,
    STEPS,
    UNITS,
    SchemeSpec,
)

__all__ = [
    "CADENCES",
    "CATALOGUE",
    "CLASSES",
    "DECIDERS",
    "DIBAO_RURAL",
    "DIBAO_URBAN",
    "FIXED_RATE",
    "FORMS",
    "LOCAL_TERMS",
    "MOST_MONTHS_AFTER_DEATH",
    "OWN_TERMS",
    "PROGRAMMES",
    "SCHEMES",
    "STARTS",
    "STEPS",
    "TEKUN_CATEGORIES",
    "UNITS",
    "SchemeSpec",
    "spec",
    "spec_from",
]

SCHEMES: dict[str, SchemeSpec] = {spec.code: spec for spec in CATALOGUE}

# From what a county makes its own programmes: a sum for each category.
FIXED_RATE = SchemeSpec(
    "", "", "", "", "fixed_rate", "", programme="其他定补", starts="next", sources=("县里的文件",)
)

# What a county may set otherwise for a programme, with a document and a first day. The rest is law or identity.
LOCAL_TERMS = (
    "steps",
    "peer",
    "decided_by",
    "starts",
    "months_after_death",
    "stops_next",
    "review_months",
    "categories",
    "limits",
    "cadence",
)
# What it says besides for one of its own.
OWN_TERMS = ("name", "short_name", "number_prefix", "klass", "programme", "closed", *LOCAL_TERMS)

# Lines of the money ledger, as the budget names them, and the families of programmes that spend each.
PROGRAMMES: dict[str, tuple[str, ...]] = {}
for _spec in CATALOGUE:
    if _spec.programme:
        _known = PROGRAMMES.get(_spec.programme, ())
        PROGRAMMES[_spec.programme] = _known if _spec.family in _known else (*_known, _spec.family)


def spec_from(code: str, terms: Mapping[str, Any]) -> SchemeSpec:
    """The programme with what the county has set. A code that the catalogue does not have is one of the county's own."""
    base = SCHEMES.get(code) or replace(FIXED_RATE, code=code, family=code)
    allowed = LOCAL_TERMS if code in SCHEMES else OWN_TERMS
    known = {field.name for field in fields(SchemeSpec)}
    return replace(base, **{k: _hashable(v) for k, v in terms.items() if k in allowed and k in known})


def _hashable(value: Any) -> Any:
    return tuple(_hashable(each) for each in value) if isinstance(value, list | tuple) else value


def spec(code: str) -> SchemeSpec:
    return SCHEMES[code]
