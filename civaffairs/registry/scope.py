"""The area of an office as a half-open range of 12-digit codes.

A range (code ≥ low and code < high) uses a plain index on SQLite and on PostgreSQL; a LIKE prefix does so on
neither without special operator classes.
"""


def prefix_of(code: str) -> str:
    """6 digits for a county (…000000), 9 for a township (…000), 12 for a village."""
    if code.endswith("000000"):
        return code[:6]
    if code.endswith("000"):
        return code[:9]
    return code


def code_range(code: str) -> tuple[str, str]:
    """(low, high) such that every code of the area satisfies low <= code < high."""
    prefix = prefix_of(code)
    # Counted up as a number, so that both ends are digits: a database whose collation is not C sorts ':' before
    # '0', and every area that ends in 9 would be empty there.
    return prefix, str(int(prefix) + 1).zfill(len(prefix))


def covers(area_code: str, code: str) -> bool:
    low, high = code_range(area_code)
    return low <= code < high
