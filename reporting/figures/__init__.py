"""Reported figures: the dictionary and how each is computed from rows (docs/how/report.md)."""

from reporting.figures import dibao, funds
from reporting.figures.book import Book, FigureValue, compute, period_of, split, year_to
from reporting.figures.catalogue import Figure, catalogue, find, key_of, name_of
from reporting.figures.facts import Period, Source

__all__ = [
    "Book",
    "Figure",
    "FigureValue",
    "Period",
    "Source",
    "catalogue",
    "compute",
    "dibao",
    "find",
    "funds",
    "key_of",
    "name_of",
    "period_of",
    "split",
    "year_to",
]
