"""The ways in which the system says no.

Each carries one sentence in plain Chinese that may be shown as it stands: no Python or database wording ever
reaches a page. Views turn them into a status code and an error summary; services and rules only raise them.
"""

from collections.abc import Iterable


class Refused(Exception):
    """An act was not carried out and nothing was changed.

    `message` is for the user. `field` names the form field to mark, if one is to blame. `article` names the
    rule that is broken, for example 《最低生活保障审核确认办法》第20条.
    """

    def __init__(self, message: str, *, field: str | None = None, article: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field
        self.article = article

    def __str__(self) -> str:
        return self.message


class NotAllowed(Refused):
    """The act is not open to this person, or not in the state the case is in."""


class Conflict(Refused):
    """The act meets rows that stand against it.

    `ids` names them; a page lists them and nothing has been changed.
    """

    def __init__(
        self,
        message: str,
        ids: Iterable = (),
        *,
        field: str | None = None,
        article: str | None = None,
    ):
        super().__init__(message, field=field, article=article)
        self.ids = tuple(ids)


class NotReady(Refused):
    """Something has to be there first. `missing` lists it, one plain phrase each."""

    def __init__(
        self,
        message: str,
        missing: Iterable[str] = (),
        *,
        field: str | None = None,
        article: str | None = None,
    ):
        super().__init__(message, field=field, article=article)
        self.missing = list(missing)


class Stale(Refused):
    """Somebody else changed the record after this page was loaded.

    `changes` says what, one plain phrase each.
    """

    def __init__(
        self,
        message: str,
        changes: Iterable = (),
        *,
        field: str | None = None,
        article: str | None = None,
    ):
        super().__init__(message, field=field, article=article)
        self.changes = tuple(changes)


class BadInput(Refused):
    """What was typed cannot be read or cannot be true."""

    def __init__(self, message: str, field: str | None = None, *, article: str | None = None):
        super().__init__(message, field=field, article=article)
