"""Papers that are not drawn again in the second round, where the same document would give the same picture."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from reporting.document import Document
from reporting.renderers import pdf


@contextmanager
def drawn_in_the_first_round() -> Iterator[None]:
    """The drawing asks no database. On PostgreSQL all up to it runs, and the document's own text stands for the picture:
    as with a drawing, the same document gives the same bytes, and another one others. Not for a test that reads the paper.
    """
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(pdf, "render", undrawn)
        yield


def undrawn(paper: Document) -> pdf.Pdf:
    made = b"%PDF-1.7\n" + json.dumps(paper.to_dict(), ensure_ascii=False, sort_keys=True).encode()
    return pdf.Pdf(made, 1, hashlib.sha256(made).hexdigest())
