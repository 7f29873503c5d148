"""Rows of ``segments``: one polynomial of one quantity on one interval each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from builders.base import Row, number
from builders.tools.checks import check
from symcat.models.piecewise import PiecewisePolynomial


@dataclass(frozen=True)
class Segment:
    """The polynomials of every quantity on one interval, with the errors seen at the check points."""

    lo: float
    hi: float
    coefficients: Mapping[str, list[float]]
    errors: Mapping[str, float]


def segment_rows(label: str, segments: Iterable[Segment], first: int = 0, **columns: object) -> list[Row]:
    """A row for every segment and quantity, numbered from ``first``; ``columns`` are added to each.

    Their errors are those seen at points; a proof puts its bounds in their place.
    """
    return [
        {
            "label": label,
            "quantity": quantity,
            "segment": number,
            **columns,
            "lo": segment.lo,
            "hi": segment.hi,
            "coefficients": coefficients,
            "max_error": segment.errors[quantity],
            "rigor": "checked",
        }
        for number, segment in enumerate(segments, start=first)
        for quantity, coefficients in segment.coefficients.items()
    ]


def in_order(rows: Sequence[Row], quantity: str) -> list[Row]:
    """The rows of one quantity, segment after segment."""
    return sorted((row for row in rows if row["quantity"] == quantity), key=lambda row: number(row["segment"]))


def polynomials(rows: Sequence[Row], quantities: Iterable[str]) -> dict[str, PiecewisePolynomial]:
    """Quantity -> what a lookup evaluates."""
    found = {}
    for quantity in quantities:
        chosen = in_order(rows, quantity)
        breaks = [row["lo"] for row in chosen] + [chosen[-1]["hi"]]
        found[quantity] = PiecewisePolynomial(np.array(breaks), np.array([row["coefficients"] for row in chosen]))
    return found


def ends(rows: Sequence[Row], quantity: str) -> list[tuple[float, float]]:
    """(lo, hi) of the segments of one quantity."""
    return [(number(row["lo"]), number(row["hi"])) for row in in_order(rows, quantity)]


def check_segments(label: str, rows: Sequence[Row], points: int, bound: float) -> Row:
    """A row of ``checks``: what was measured of the segments when they were fitted."""
    return check(
        label,
        "polynomials",
        "double-precision evaluation against certified values at points that are not nodes",
        level="full",
        points=points,
        residual=max(number(row["max_error"]) for row in rows),
        bound=bound,
    )
