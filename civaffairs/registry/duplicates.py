"""Which refusal of the database means "this is there already".

Both databases raise one IntegrityError for everything they refuse. Only a row that would be there twice is a race that
a second try settles; a broken condition, a missing value or a trigger is a fault of ours and has to be seen.
"""

from django.db import IntegrityError

POSTGRESQL_UNIQUE = "23505"
SQLITE_UNIQUE = frozenset({"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a unique rule (index, constraint or primary key) was the one broken, told by the driver's own code."""
    cause = error.__cause__
    return (
        getattr(cause, "sqlstate", None) == POSTGRESQL_UNIQUE
        or getattr(cause, "sqlite_errorname", None) in SQLITE_UNIQUE
    )
