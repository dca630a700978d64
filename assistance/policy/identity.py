"""As whom a person is helped by programmes that follow another one (医疗救助, 资助参保, 教育救助): read from what is on record."""

from assistance.policy.rule import CaseFacts, Receipt

# From the one helped most to the one helped least: who stands in several is helped once, as the first of them
# (《社会救助法》第13条 names the groups; orphans and children whom in fact nobody supports by 国办发〔2010〕54号, 民发〔2019〕62号).
IDENTITIES = {
    "tekun": "特困人员",
    "child": "孤儿和事实无人抚养儿童",
    "dibao": "低保对象",
    "edge": "低保边缘家庭成员",
    "rigid": "刚性支出困难家庭成员",
    "other": "其他人员",
}
_OF_STATUS = {"dibao-edge": "edge", "rigid-burden": "rigid"}


def identity_of(facts: CaseFacts) -> str:
    """The key of the first identity that the person of the case has on record, "other" when there is none.

    A household's programme counts for the person only when the person is one of those it protects.
    """
    found = {_identity(row) for row in facts.receipts if row.person == facts.person.key}
    return next(key for key in IDENTITIES if key in found or key == "other")


def identity_under(scheme: str, family: str) -> str:
    """The identity that one programme gives, a key of IDENTITIES; "other" for those that give none of the named ones."""
    found = _OF_STATUS.get(scheme, "other") if family == "status" else family
    return found if found in IDENTITIES else "other"


def _identity(row: Receipt) -> str:
    return identity_under(row.scheme, row.family)
