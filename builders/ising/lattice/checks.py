"""Checks of the symmetric Ising tables, used when an entry is built and when it is verified."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from flint import arb

from builders.base import Level, Row, number
from builders.ising.lattice import methods
from builders.ising.lattice.ball import Ensemble, Finite, solve
from builders.ising.lattice.infinite import InfiniteRing, InfiniteSquare
from builders.ising.lattice.levels import curie_weiss, ring, square, square_by_transfer
from builders.ising.lattice.segments import QUANTITIES, span
from builders.ising.lattice.solutions import state_of, values
from builders.ising.lattice.words import LOOKUP_BOUND, limits
from builders.tools.bounds import check_bounds, relative_error
from builders.tools.checks import CannotCertify, check
from builders.tools.segments import ends, polynomials
from symcat.models.ising.lattice.reduced import CURIE_WEISS, INFINITE, RING, Reduced, read, reduced
from symcat.models.tables import Table

_METHODS_BOUND = 1e-20
_ENUMERATED = {CURIE_WEISS: 12, RING: 12}
_TRANSFERRED = {"fast": 4, "full": 6}
_COUPLINGS = (-0.5, -0.1, 0.05, 0.3, 0.44, 0.9)
LOOKUP_METHOD = (
    "lookup in double precision against certified values: J relative; log Z relative above 1, absolute below"
)


def table_of(segments: Sequence[Row], size: int, form: Reduced) -> Table:
    """What a lookup reads for one size, from rows of ``segments``."""
    own = [row for row in segments if row["size"] == size]
    return Table(polynomials(own, QUANTITIES), *limits(form), "", "")


def points(form: Reduced, count: int, dice: random.Random) -> list[float]:
    """q at random: half of them even over the covered range, half even in log((q - least) / (1 - q))."""
    lo, hi = limits(form)
    least = float(form.least)
    found = []
    for k in range(count):
        growth = math.exp(dice.uniform(-13.8, 13.8))
        q = dice.uniform(lo, hi) if k % 2 else (least + growth) / (1.0 + growth)
        found.append(min(max(q, lo), hi))
    return found


def lookup_errors(
    label: str, size: int, ensemble: Ensemble, segments: Sequence[Row], at: Sequence[float]
) -> tuple[float, float]:
    """Largest errors of J and log Z, as a lookup computes them, against certified values at the averages ``at``."""
    form = reduced(label, size)
    found = read(table_of(segments, size, form), label, size, np.array(at))
    worst_j, worst_z = 0.0, 0.0
    for q, j, log_z in zip(at, found.coupling, found.log_z, strict=True):
        state = solve(ensemble, arb(q))
        worst_j = max(worst_j, float((arb(float(j)) / state.j - 1).abs_upper()) if q != 0.0 else abs(float(j)))
        worst_z = max(worst_z, relative_error(float(log_z), state.log_z))
    return worst_j, worst_z


def lookup_checks(
    label: str, ensembles: Mapping[int, Ensemble], segments: Sequence[Row], each: int, dice: random.Random, level: Level
) -> list[Row]:
    """One row of ``checks`` for each of J and log Z, over all sizes given."""
    worst, count = [0.0, 0.0], 0
    for size, ensemble in ensembles.items():
        form = reduced(label, size)
        at = [*points(form, each, dice), *limits(form)]
        errors = lookup_errors(label, size, ensemble, segments, at)
        worst = [max(a, b) for a, b in zip(worst, errors, strict=True)]
        count += len(at)
    return [
        check(
            label, f"lookup of {name}", LOOKUP_METHOD, level=level, points=count, residual=residual, bound=LOOKUP_BOUND
        )
        for name, residual in zip(("J", "log_z"), worst, strict=True)
    ]


def bounds_hold(label: str, ensembles: Mapping[int, Ensemble], solutions: Sequence[Row], level: Level) -> Row:
    """The stored bounds enclose the recomputed balls."""

    def recomputed(row: Row) -> dict[str, arb]:
        return values(state_of(ensembles[int(number(row["size"]))], row))

    return check_bounds(label, solutions, recomputed, level)


def contiguous(label: str, sizes: Sequence[int], segments: Sequence[Row], level: Level) -> Row:
    """For every size, segments follow each other without a gap over the covered range."""
    gaps = 0
    for size in sizes:
        form = reduced(label, size)
        lo, hi = (
            float(x) for x in form.position(np.array([0.0 if form.symmetric else limits(form)[0], limits(form)[1]]))
        )
        own = [row for row in segments if row["size"] == size]
        for quantity in QUANTITIES:
            found = ends(own, quantity)
            gaps += sum(a[1] != b[0] for a, b in pairwise(found))
            gaps += (found[0][0], found[-1][1]) != span(form)
            gaps += not (found[0][0] <= lo + 1e-14 * abs(lo) and hi <= found[-1][1])
    method = "no gap between segments"
    return check(label, "segments", method, level=level, points=len(segments), residual=float(gaps), bound=0.0)


def _gap(a: arb, b: arb) -> float:
    return math.inf if not a.overlaps(b) else relative_error(0.0, a - b)


def _second_method(label: str, size: int, ensemble: Ensemble, j: arb) -> list[float]:
    """Distances of two ways to log Z (and, for the infinite square lattice, to q) at one coupling."""
    if isinstance(ensemble, InfiniteSquare):
        found = ensemble.averages(j)
        gaps = [_gap(found.above - 1, methods.onsager_average(j))]
        return gaps if j < 0 else [*gaps, _gap(methods.duality_gap(ensemble, j), arb(0))]
    if isinstance(ensemble, InfiniteRing):
        return [_gap(ensemble.log_z(j), (j.exp() + (-j).exp()).log())]
    if label == CURIE_WEISS:
        return [_gap(ensemble.log_z(j), methods.curie_weiss_log_z(size, j))]
    if label == RING:
        return [_gap(ensemble.log_z(j), methods.ring_log_z(size, j))]
    return [_gap(ensemble.log_z(j), methods.torus_log_z(size, j))]


_METHOD = {
    CURIE_WEISS: "sum over magnetisations against the Gaussian integral of Hubbard and Stratonovich (acb.integral)",
    RING: "sum over walls against the eigenvalues of the transfer matrix",
}
_TORUS = (
    "Kaufman's products, as integers, against the products over momenta; infinite: the arithmetic-geometric mean "
    "against the derivative of Onsager's integral, and duality"
)


def two_methods(label: str, ensembles: Mapping[int, Ensemble], level: Level) -> Row:
    """log Z in two ways: the balls must meet, and the residual is the most they can differ by."""
    worst, count = 0.0, 0
    for size, ensemble in ensembles.items():
        for coupling in _COUPLINGS:
            # All pairs: the transition is near J = 1 / d.
            j = arb(4.0 * coupling / size if label == CURIE_WEISS else coupling)
            gaps = _second_method(label, size, ensemble, j)
            worst, count = max(worst, *gaps), count + len(gaps)
    method = f"{_METHOD.get(label, _TORUS)}: the balls meet, and the residual is the most they can differ by"
    residual = min(worst, 1e300)
    return check(label, "two methods", method, level=level, points=count, residual=residual, bound=_METHODS_BOUND)


def counted(label: str, sizes: Sequence[int], level: Level) -> Row:
    """Small densities of states by enumeration or transfer; the others add up to 2^n."""
    wrong, count = 0, 0
    for size in sizes:
        if size == INFINITE:
            continue
        if label in _ENUMERATED:
            levels = curie_weiss(size) if label == CURIE_WEISS else ring(size)
            spins = size
            if size <= _ENUMERATED[label]:
                pairs = [(i, j) for i in range(size) for j in range(i)]
                around = [(i, (i + 1) % size) for i in range(size)]
                wrong += levels != methods.enumerated(size, pairs if label == CURIE_WEISS else around)
        else:
            levels, spins = square(size), size * size
            if size <= _TRANSFERRED[level]:
                wrong += levels != square_by_transfer(size)
        wrong += sum(levels.values()) != 2**spins
        count += 1
    method = "numbers of states add up to 2^n; of small sizes, the same one state at a time"
    return check(label, "density of states", method, level=level, points=count, residual=float(wrong), bound=0.0)


def ensemble_of(label: str, size: int) -> Ensemble:
    """The certified averages of one entry. Raises CannotCertify for a label without any."""
    if size == INFINITE:
        return InfiniteRing() if label == RING else InfiniteSquare()
    found: Ensemble
    if label == CURIE_WEISS:
        found = Finite(curie_weiss(size))
    elif label == RING:
        found = Finite(ring(size))
    else:
        found = Finite(square(size))
    least = reduced(label, size).least
    if not found.least.contains(arb(least.numerator) / least.denominator):
        raise CannotCertify(f"{label}, size {size}: the least average is not {least}")
    return found
