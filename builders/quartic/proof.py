"""Proven bounds of the error: of every stored polynomial over its whole segment, and of what a lookup makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flint import arb, arb_poly

from builders.base import Level, Row, number, numbers
from builders.quartic.tube import Piece, pieces
from builders.quartic.words import LOOKUP_BOUND, limits
from builders.tools.checks import check, round_up
from builders.tools.enclosures import UNIT, enclose, rounding

BOUND = 1e-12  # of the stored polynomials
METHOD = (
    "proven over the whole of every segment, in ball arithmetic: a polynomial of high degree that satisfies the "
    "differential equation nearly enough, less the stored one; roundings of its evaluation included"
)
LOOKUP_METHOD = (
    "proven over the whole range, from the proven bounds of the polynomials and all roundings: u relative; r and log Z "
    "relative above 1, absolute below"
)
_PARTS = 48  # of a piece: the finer, the less a bound exceeds the largest error


class Proof(NamedTuple):
    """Rows of ``segments`` with proven errors, and bounds of the errors of r, u and log Z over all of them."""

    segments: list[Row]
    lookup: Mapping[str, float]


def prove(dimension: int, segments: Sequence[Row]) -> Proof:
    """Of the segments of N dimensions, as far as they are covered. Raises CannotCertify where it cannot be proven."""
    covered = limits(dimension)
    places: dict[tuple[float, float], dict[str, Row]] = {}
    for row in segments:
        places.setdefault((number(row["lo"]), number(row["hi"])), {})[str(row["quantity"])] = row
    found: list[Row] = []
    worst = dict.fromkeys(("r", "u", "log_z"), 0.0)
    for (lo, hi), rows in places.items():
        here = pieces(dimension, max(lo, covered[0]), min(hi, covered[1]))
        for name, row in rows.items():
            error = max(_error(row, dimension, name, piece) for piece in here)
            rows[name] = {**row, "max_error": round_up(error), "rigor": "proven"}
        found += rows.values()
        errors = {name: arb(number(row["max_error"])) for name, row in rows.items()}
        for piece in here:
            for name, value in _lookup(dimension, piece, errors).items():
                worst[name] = max(worst[name], value)
    return Proof(found, worst)


def _error(row: Row, dimension: int, name: str, piece: Piece) -> float:
    """Of one stored polynomial on a piece of its segment: relative above one, absolute below."""
    lo, hi, stored = arb(number(row["lo"])), arb(number(row["hi"])), numbers(row["coefficients"])
    middle, half = 1 + 2 * piece.middle / dimension, 2 * piece.half / dimension  # in kurtosis
    here = arb_poly(stored)(arb_poly([(2 * middle - lo - hi) / (hi - lo), 2 * half / (hi - lo)]))
    true, rest = piece.polynomials[name], piece.errors[name] + rounding(stored)
    worst = arb(0)
    for miss, value in zip(enclose(here - true, _PARTS), enclose(true, _PARTS), strict=True):
        worst = worst.max((miss.abs_upper() + rest) / (value.abs_lower() - piece.errors[name]).max(arb(1)))
    return float(worst.upper())


def _lookup(dimension: int, piece: Piece, errors: Mapping[str, arb]) -> dict[str, float]:
    """Of r, u and log Z as ``reduced.derive`` and ``symcat.models.quartic.radial`` compute them, on a piece.

    ``kurtosis - 1`` is exact, so w is off by one rounding, or by none where N is a power of two: that is what counts
    in 2 - w, near the Gaussian. With T = N^2 k u / 24, r = 1 - 4 T / N and log Z = P_entropy + log(x) / 2 - N / 2 + T.
    """
    n, eps = arb(dimension), arb(2) / dimension
    of_w = 0.0 if dimension & (dimension - 1) == 0 else UNIT
    worst = dict.fromkeys(("r", "u", "log_z"), arb(0))
    parts = (arb_poly([piece.middle, piece.half]), piece.polynomials["u"], piece.polynomials["entropy"])
    for x, y, s in zip(*(enclose(part, _PARTS) for part in parts), strict=True):
        low, high = y.lower() - piece.errors["u"], y.upper() + piece.errors["u"]
        least = n / 4 * (1 + eps * x.lower()) * low * (1 - x.upper()) / x.upper()  # of T
        most = n / 4 * (1 + eps * x.upper()) * high * (1 - x.lower()) / x.lower()
        u = errors["u"] / low + of_w / (2 * (1 - x.upper())) + of_w + 8 * UNIT
        r = (4 * most / n * (u + 6 * UNIT) + 2 * UNIT) / (4 * least / n - 1).max(arb(1))
        entropy, logarithm = abs(s).upper() + piece.errors["entropy"], abs(x.lower().log()) / 2 + 1
        rest = entropy + logarithm + n / 2
        log_z = errors["entropy"] * entropy.max(arb(1)) + most * (u + 20 * UNIT) + 20 * UNIT * rest
        for name, value in {"u": u, "r": r, "log_z": log_z / (least - rest).max(arb(1))}.items():
            worst[name] = worst[name].max(value)
    return {name: float(value.upper()) for name, value in worst.items()}


def proof_checks(label: str, measured: Sequence[Row], proof: Proof, points: int, level: Level) -> list[Row]:
    """Rows of ``checks``: the proven bounds, and that no error measured at points exceeds them."""
    seen = {(row["quantity"], row["segment"]): number(row["max_error"]) for row in measured}
    bounds = {(row["quantity"], row["segment"]): number(row["max_error"]) for row in proof.segments}
    at_points = "largest error of double-precision evaluation at points that are not nodes, over the proven bound there"
    return [
        check(
            label, "polynomials", METHOD, level=level, points=len(bounds), residual=max(bounds.values()), bound=BOUND
        ),
        check(
            label,
            "polynomials at points",
            at_points,
            level=level,
            points=points,
            residual=max(seen[place] / bound for place, bound in bounds.items()),
            bound=1.0,
        ),
        *(
            check(
                label,
                f"{name} everywhere",
                LOOKUP_METHOD,
                level=level,
                points=len(bounds),
                residual=value,
                bound=LOOKUP_BOUND,
            )
            for name, value in proof.lookup.items()
        ),
    ]


def proven_anew(label: str, dimension: int, segments: Sequence[Row], level: Level) -> Row:
    """A row of ``checks``: the bounds, proven once more, are not above the stored ones."""
    stored = {(row["quantity"], row["segment"]): number(row["max_error"]) for row in segments}
    again = {(row["quantity"], row["segment"]): number(row["max_error"]) for row in prove(dimension, segments).segments}
    worst = max(again[place] / bound for place, bound in stored.items())
    return check(
        label,
        "polynomials",
        f"{METHOD}; over the stored bound",
        level=level,
        points=len(again),
        residual=worst,
        bound=1.0,
    )
