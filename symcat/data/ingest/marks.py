"""Marks of missing values in text, and what a number looks like there."""

from __future__ import annotations

import re

_USUAL = (
    *("NA", "N/A", "n/a", "<NA>", "#N/A", "#N/A N/A", "#NA", "NaN", "nan", "-NaN", "-nan", "null", "NULL", "None"),
    *("1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN"),
)
MISSING = ("", " ", *_USUAL, *(f" {mark}" for mark in _USUAL))
"""Cells of a text file that hold no value: those that pandas takes so by default, also with a space in front."""

NUMBER = r"\s*[+\-−]?(?:\d[\d.,' ]*|[.,]\d+)(?:[eEdD][+-]?\d+)?\s*%?\s*"
"""A number as people write it, with decimal points, commas, or marks of thousands: a pattern for all of a text."""

_NUMBER = re.compile(NUMBER)
_POINTS = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+")


def is_number(text: str) -> bool:
    """Whether a text is a written number, and no date or version, which have several points too."""
    if not _NUMBER.fullmatch(text):
        return False
    return text.count(".") < 2 or "," in text or _POINTS.fullmatch(text.strip()) is not None
