"""Tensor polynomials of two variables from Chebyshev points, on boxes bisected until the coefficients have died out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from flint import arb, arb_mat, arb_poly, ctx, fmpz_poly

from builders.base import Row, number, numbers
from builders.tools.checks import CannotCertify, check, round_up
from symcat.models.patches import Patches

Values = Mapping[str, arb]

_ROUNDINGS = 40.0
"""Roundings of a double-precision evaluation, in units of the last place of the sum of all coefficients' sizes."""

_NODE_BOUND = 1e-20
"""Of the radius of a certified node, relative above 1."""

_GOLDEN = (0.7548776662466927, 0.5698402909980532)
"""Steps of a sequence that fills the square evenly: powers of 1/1.3247..., x^3 = x + 1 (Roberts 2018)."""


@dataclass(frozen=True)
class Box:
    """A part of the plane, by its corners."""

    lo: tuple[float, float]
    hi: tuple[float, float]

    def at(self, position: tuple[float, float]) -> tuple[float, float]:
        """The point at a position in [-1, 1]^2."""
        first, second = (
            min(max(0.5 * (a + b) + 0.5 * (b - a) * t, a), b)  # rounding does not lead out
            for a, b, t in zip(self.lo, self.hi, position, strict=True)
        )
        return first, second


@dataclass(frozen=True)
class Patch:
    """The polynomials of every quantity on one box, with the errors seen at the check points."""

    box: Box
    coefficients: Mapping[str, list[float]]
    errors: Mapping[str, float]


@cache
def _cos(numerator: int, denominator: int, bits: int) -> arb:
    return (arb(numerator) / denominator).cos_pi()


def nodes(box: Box, degree: int) -> list[tuple[arb, arb]]:
    """The points that determine the polynomial on a box, the second coordinate varying first."""

    def along(lo: float, hi: float) -> list[arb]:
        middle, half = (arb(lo) + arb(hi)) / 2, (arb(hi) - arb(lo)) / 2
        return [middle + half * _cos(2 * k + 1, 2 * degree + 2, ctx.prec) for k in range(degree + 1)]

    first, second = (along(a, b) for a, b in zip(box.lo, box.hi, strict=True))
    return [(x, y) for x in first for y in second]


def check_points(box: Box, count: int) -> list[tuple[float, float]]:
    """Points all over a box, its edges approached, none of them a node: the last four are its corners."""
    found = []
    for j in range(count - 4):
        even = ((0.5 + _GOLDEN[0] * (j + 1)) % 1.0, (0.5 + _GOLDEN[1] * (j + 1)) % 1.0)
        found.append(box.at((-float(np.cos(np.pi * even[0])), -float(np.cos(np.pi * even[1])))))
    return found + [box.at((a, b)) for a in (-1.0, 1.0) for b in (-1.0, 1.0)]


@cache
def _to_powers(degree: int, bits: int) -> arb_mat:
    """Values at the Chebyshev points -> ascending powers of the polynomial through them."""
    m = degree + 1
    powers = [[int(c) for c in fmpz_poly.chebyshev_t(j).coeffs()] for j in range(m)]
    rows = [[arb(0)] * m for _ in range(m)]
    for j in range(m):
        for k in range(m):
            weight = _cos(j * (2 * k + 1), 2 * m, bits) * (1 if j == 0 else 2) / m
            for i, c in enumerate(powers[j]):
                rows[i][k] += c * weight
    return arb_mat(rows)


def interpolate(values: Sequence[arb], degree: int, decimals: int | None = None) -> list[float]:
    """Coefficients, the power of the second variable rising first, of the polynomial through values at ``nodes``."""
    m = degree + 1
    to = _to_powers(degree, ctx.prec)
    found = to * arb_mat(m, m, list(values)) * to.transpose()
    flat = [float(found[i, j].mid()) for i in range(m) for j in range(m)]
    return flat if decimals is None else [round(c, decimals) + 0.0 for c in flat]  # no -0.0


def interpolated(degree: int, at_nodes: Sequence[Values], decimals: int | None = None) -> dict[str, list[float]]:
    """The coefficients of every quantity, to ``decimals`` places if it is given."""
    return {name: interpolate([values[name] for values in at_nodes], degree, decimals) for name in at_nodes[0]}


def divide(
    function: Callable[[Sequence[tuple[arb, arb]]], list[Values]], whole: Box, degree: int, tail: float, deepest: int
) -> list[tuple[Box, list[Values]]]:
    """Boxes that tile ``whole``, on each of which the last two Chebyshev coefficients in either variable are below
    ``tail`` in sum.

    ``function`` gives the quantities at points; its values at the nodes of a box come with it. Of the two variables,
    the one whose coefficients are larger is halved. Raises CannotCertify after ``deepest`` bisections.
    """
    m = degree + 1
    k = np.arange(m)
    transform = np.cos(np.pi * np.outer(k, 2 * k + 1) / (2 * m)) * np.where(k == 0, 1.0, 2.0)[:, None] / m
    done, todo = [], [((0, 0), (0, 0))]  # (number, depth) of a dyadic interval along either axis

    def edge(axis: int, number: int, depth: int) -> float:
        if number == 2**depth:
            return whole.hi[axis]
        lo, hi = whole.lo[axis], whole.hi[axis]
        return lo + (hi - lo) * float(number / 2**depth)

    while todo:
        part = todo.pop()
        ends = [(edge(axis, i, depth), edge(axis, i + 1, depth)) for axis, (i, depth) in enumerate(part)]
        box = Box((ends[0][0], ends[1][0]), (ends[0][1], ends[1][1]))
        found = function(nodes(box, degree))
        values = np.array([[float(point[name].mid()) for point in found] for name in found[0]]).reshape(-1, m, m)
        size = np.abs(np.einsum("ik,jl,qkl->qij", transform, transform, values))
        tails = size[:, -2:, :].sum(axis=1).max(), size[:, :, -2:].sum(axis=2).max()
        if max(tails) < tail:
            done.append((box, found))
            continue
        axis = int(tails[1] >= tails[0])
        number, depth = part[axis]
        if depth == deepest:
            raise CannotCertify(f"{deepest} bisections do not reach coefficients below {tail} on {box}")
        for half in (2 * number, 2 * number + 1):
            todo.append(((half, depth + 1), part[1]) if axis == 0 else (part[0], (half, depth + 1)))  # noqa: PERF401
    return sorted(done, key=lambda patch: patch[0].lo)


def fit_patch(
    box: Box,
    degree: int,
    at_nodes: Sequence[Values],
    points: Sequence[tuple[float, float]],
    exact: Sequence[Values],
    decimals: int | None = None,
) -> Patch:
    """Interpolate every quantity through its values at the nodes; bound its error in double precision at ``points``.

    The error is that of the stored polynomial in exact arithmetic, and what any order of summation may add.
    """
    coefficients, errors = interpolated(degree, at_nodes, decimals), {}
    for name in coefficients:
        computed = _exactly(box, degree, coefficients[name], points)
        error = max(_relative_error(c, values[name]) for c, values in zip(computed, exact, strict=True))
        errors[name] = round_up(error + _ROUNDINGS * float(np.finfo(float).eps) * sum(map(abs, coefficients[name])))
    return Patch(box, coefficients, errors)


def _exactly(box: Box, degree: int, coefficients: Sequence[float], points: Sequence[tuple[float, float]]) -> list[arb]:
    """The polynomial at points, without rounding."""
    first, second = (
        [(2 * arb(point[axis]) - lo - hi) / (arb(hi) - lo) for point in points]
        for axis, (lo, hi) in enumerate(zip(box.lo, box.hi, strict=True))
    )
    m = degree + 1
    rows = [arb_poly(list(map(arb, coefficients[i * m : (i + 1) * m]))).evaluate(second) for i in range(m)]
    return [arb_poly([row[j] for row in rows])(x) for j, x in enumerate(first)]


def _relative_error(computed: arb, exact: arb) -> float:
    """Relative where the exact value exceeds one, absolute below; rounded up."""
    return float((abs(computed - exact) / abs(exact).max(arb(1))).abs_upper())


def patch_rows(label: str, patches: Iterable[Patch]) -> list[Row]:
    """A row of ``segments`` for every patch and quantity."""
    return [
        {
            "label": label,
            "quantity": quantity,
            "segment": place,
            "lo": patch.box.lo[0],
            "hi": patch.box.hi[0],
            "further_lo": list(patch.box.lo[1:]),
            "further_hi": list(patch.box.hi[1:]),
            "coefficients": coefficients,
            "max_error": patch.errors[quantity],
            "rigor": "checked",
        }
        for place, patch in enumerate(patches)
        for quantity, coefficients in patch.coefficients.items()
    ]


def table_of(rows: Sequence[Row]) -> Patches:
    """What a lookup evaluates. Raises ValueError where the quantities are not on the same patches."""
    by_quantity: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: number(row["segment"])):
        by_quantity.setdefault(str(row["quantity"]), []).append(row)
    corners = [
        [[[number(row[end]), *numbers(row[f"further_{end}"])] for row in found] for end in ("lo", "hi")]
        for found in by_quantity.values()
    ]
    if any(found != corners[0] for found in corners):
        raise ValueError("the quantities are not on the same patches")
    lo, hi = corners[0]
    flat = {quantity: [numbers(row["coefficients"]) for row in found] for quantity, found in by_quantity.items()}
    return Patches.of(lo, hi, flat)


def check_patches(label: str, rows: Sequence[Row], points: int, bound: float) -> Row:
    """A row of ``checks``: what was measured of the patches when they were fitted."""
    method = (
        "bounds of the double-precision evaluation against certified values at points that are not nodes: checked there"
    )
    residual = max(number(row["max_error"]) for row in rows)
    return check(label, "polynomials", method, level="full", points=points, residual=residual, bound=bound)


def order_of(radius: float) -> float:
    """The power of ten above a radius, which depends on where double precision has put the middle of its ball."""
    return 10.0 ** math.ceil(math.log10(radius))


def check_nodes(label: str, patches: Sequence[Sequence[Values]]) -> Row:
    """A row of ``checks``: all nodes are certified, their balls as narrow as the residual, relative above 1."""
    balls = [ball for values in patches for point in values for ball in point.values()]
    widest = max(float((ball.rad() / abs(ball).max(arb(1))).abs_upper()) for ball in balls)
    method = "Krawczyk's test in ball arithmetic at every node of every patch: the largest radius"
    count = sum(map(len, patches))
    return check(label, "nodes", method, level="full", points=count, residual=order_of(widest), bound=_NODE_BOUND)
