"""Checks of the series: exact against the recursion without graphs, and their error against integration."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from flint import fmpq_mpoly
from numpy.typing import NDArray

from builders.base import Level, Row
from builders.diagrams.evaluate import Values, summed
from builders.diagrams.falling import Errors, check_powers
from builders.diagrams.integration import Weak, weak
from builders.diagrams.recursion import Exponents, Ring, coefficients, expand
from builders.diagrams.rows import DEGREES
from builders.tools.checks import check

Floats = NDArray[np.float64]

_LARGEST = 3  # of the whole numbers drawn
_STRENGTHS = (0.08, 0.04)  # of the cubic couplings; the squares, of the quartic ones


def one_column(label: str, rows: Sequence[Row], order: int, level: Level) -> Row:
    """The sum of all weights with the same numbers of k3 and k4 is the coefficient in one variable, exactly."""
    ring = Ring(1, ("k3", "k4"))
    k3, k4 = ring.symbols
    found = expand(ring, {(3,): k3, (4,): k4}, order)
    wanted = {
        (target, power, *exponents[1:]): coefficient
        for target in DEGREES
        for power, term in enumerate(found.terms(target, (DEGREES[target],)))
        for exponents, coefficient in coefficients(term).items()
    }
    sums: dict[tuple[object, ...], Fraction] = {}
    for row in rows:
        operands = [part for part in str(row["subscripts"]).partition("->")[0].split(",") if part]
        key = row["target"], row["order"], sum(len(o) == 3 for o in operands), sum(len(o) == 4 for o in operands)
        sums[key] = sums.get(key, Fraction(0)) + Fraction(str(row["weight"]))
    differ = sum(sums.get(key, 0) != wanted.get(key, 0) for key in sums | wanted)
    method = "the weights that one column adds up, against its series found without diagrams, exactly"
    return check(label, "one column", method, level=level, points=len(wanted), residual=float(differ), bound=0.0)


def many_columns(
    label: str, rows: Sequence[Row], order: int, dimension: int, dice: np.random.Generator, level: Level
) -> Row:
    """Random cumulants of whole numbers: every entry of every target, order by order, exactly."""
    ring = Ring(dimension)
    drawn = {e: int(dice.integers(-_LARGEST, _LARGEST + 1)) for degree in (3, 4) for e in ring.exponents(degree)}
    tensors = {degree: _tensor(drawn, degree, dimension) for degree in (3, 4)}
    values = summed(rows, tensors)
    found = expand(ring, {e: ring.constant(value) for e, value in drawn.items()}, order)
    differ = points = 0
    for target, degree in DEGREES.items():
        for exponents in ring.exponents(degree):
            for power, term in enumerate(found.terms(target, exponents)):
                points += 1
                differ += _entry(values, target, power, exponents) != _value(term)
    method = f"random whole-number cumulants of {dimension} columns, every entry of every order, exactly"
    return check(label, "several columns", method, level=level, points=points, residual=float(differ), bound=0.0)


def powers(label: str, rows: Sequence[Row], points: int, dice: np.random.Generator, level: Level) -> Row:
    """Couplings of two columns -> cumulants by integration -> couplings: halved, the error falls as it should."""
    draws = (_random_couplings(dice) for _ in range(points))
    errors = ([_errors(rows, weak(s * cubic, s * s * quartic)) for s in _STRENGTHS] for cubic, quartic in draws)
    # Orders are all even, or all odd.
    what = "random weak couplings of two columns, cumulants by integration"
    return check_powers(label, "powers", what, errors, level, lambda order: order + 2)


def _random_couplings(dice: np.random.Generator) -> tuple[Floats, Floats]:
    """Cubic and quartic couplings of two columns, of size one, that confine."""
    cubic = {e: float(dice.uniform(-0.6, 0.6)) for e in Ring(2).exponents(3)}
    quartic = {e: float(dice.uniform(0.6, 1.2) if 4 in e else dice.uniform(-0.1, 0.1)) for e in Ring(2).exponents(4)}
    return _tensor(cubic, 3, 2), _tensor(quartic, 4, 2)


def _errors(rows: Sequence[Row], of: Weak) -> Errors:
    """(target, last order) -> the largest error."""
    values = summed(rows, of.cumulants)
    found = {}
    for target, exact in of.values.items():
        total = np.zeros_like(exact)
        for order in sorted(order for name, order in values if name == target):
            total = total + values[target, order]
            if order:
                found[target, order] = float(np.abs(total - exact).max())
    return found


def _tensor(entries: dict[Exponents, Any], degree: int, dimension: int) -> NDArray[Any]:
    """The symmetric tensor of entries by exponents."""
    indices = list(product(range(dimension), repeat=degree))
    flat = [entries[tuple(map(index.count, range(dimension)))] for index in indices]
    return np.array(flat).reshape((dimension,) * degree)


def _entry(values: Values, target: str, power: int, exponents: Exponents) -> Fraction:
    tensor = values.get((target, power))
    index = tuple(j for j, e in enumerate(exponents) for _ in range(e))
    return Fraction(0) if tensor is None else Fraction(tensor[index])


def _value(constant: fmpq_mpoly) -> Fraction:
    return sum(coefficients(constant).values(), Fraction(0))
