"""How far a learned entry reaches: Newton's step from its averages to others, and what the step leaves out.

With ``F = sum_a theta_a phi_a``, Fisher's matrix I and the third cumulants T of the statistics under the entry's model,
a change ``D`` of the averages changes the couplings by ``s + rho + ...``, where ``s = -I^-1 D`` and
``rho = 1/2 I^-1 T(s, s)`` (the second derivative of the inverse map). The entry answers where what the step leaves out
is no more than what the rows leave open; elsewhere it is a starting point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from symcat.catalogue.learned.entry import Entry
from symcat.catalogue.learned.store import entries
from symcat.errors import InvalidData

Floats = NDArray[np.float64]

LONGEST_START = 1.0
"""Length, in standard deviations of a row, to which the step of a starting point is cut at most."""

_FASTEST_GROWTH = 0.25  # of one order to the next; where they grow faster, the higher ones are not judged by the second


@dataclass(frozen=True)
class Reach:
    """What an entry says of other averages, in the units these were given in."""

    answers: bool  # whether ``couplings`` are an answer; else they are a starting point
    couplings: Floats  # (K,)
    standard_errors: Floats  # (K,) of rows, emulation and what the step leaves out together; infinite if not known
    log_partition: float
    log_partition_error: float
    distance: float  # of the averages from the entry's, in standard deviations of a row
    detail: str


class _Orders(NamedTuple):
    """The first orders of the couplings along a step; lengths are in standard deviations of a row."""

    length: float  # of the step itself
    second: Floats  # (K,) the second-order term; zero where the third cumulants are not known
    second_length: float
    growth: float  # third order to second, were the series geometric along the direction that bends most; or infinite


def distance(entry: Entry, statistics: Floats) -> float:
    """``(D^T I^-1 D)^(1/2)`` with D the change of the averages: in standard deviations of a row (Mahalanobis).

    ``statistics`` are averages (K,) of the entry's terms, in any units. Raises InvalidData for wrong ones.
    """
    change = _canonical(entry, statistics)[0] - entry.statistics
    return math.sqrt(max(float(change @ entry.covariance @ change), 0.0))


def nearest(label: str, statistics: Floats) -> Entry | None:
    """The learned entry of these terms whose averages are nearest to ``statistics`` (K,), or None if there is none.

    Raises InvalidData for statistics that cannot be averages of the terms.
    """
    return min(entries(label), key=lambda entry: distance(entry, statistics), default=None)


def reach(entry: Entry, statistics: Floats, count: float | None = None) -> Reach:
    """What ``entry`` says of the averages ``statistics`` (K,) of ``count`` rows, as many as its own if left out.

    The averages may be in other units than the entry's. Orders beyond the second are estimated: as a geometric series
    along the direction that bends most, and as those of a free spin (``s^3 / 3``) where symmetry makes the second
    vanish. An answer's couplings may still not confine, if the entry's hardly do: that is for the caller to see.

    Raises InvalidData for wrong statistics or a count that is not positive.
    """
    count = entry.count if count is None else float(count)
    if not 0.0 < count < math.inf:
        raise InvalidData(f"count={count} is not a number of rows: give a positive one.")
    target, scales = _canonical(entry, statistics)
    units = entry.terms.units(scales)
    of_a_row = np.sqrt(np.diag(entry.covariance))
    step = -entry.covariance @ (target - entry.statistics)
    orders = _orders(entry, step)
    far = orders.length
    of_the_rows, of_the_entry = of_a_row / math.sqrt(count), np.hypot(entry.noise, _left_out(entry, orders, of_a_row))
    worst = int(np.argmax(of_the_entry / of_the_rows))
    ratio = float(of_the_entry[worst] / of_the_rows[worst])
    answers = ratio <= 1.0
    if not answers:
        step = step * _share(orders)
        orders = _orders(entry, step)
    log_partition = entry.log_partition - float(step @ entry.statistics) + 0.5 * orders.length**2
    return Reach(
        answers=answers,
        couplings=(entry.couplings + step) / units,
        standard_errors=np.hypot(of_the_rows, of_the_entry) / units,
        log_partition=log_partition + float(np.log(scales).sum()),
        log_partition_error=math.hypot(entry.log_partition_error, _left_out_of_log_partition(entry, step, orders)),
        distance=far,
        detail=_in_words(entry, answers, worst, ratio, far),
    )


def _canonical(entry: Entry, statistics: Floats) -> tuple[Floats, Floats]:
    """The averages in canonical units, and the units (d,) of the columns."""
    statistics = np.asarray(statistics, dtype=np.float64)
    scales = entry.terms.scales(statistics)
    return statistics / entry.terms.units(scales), scales


def _length(entry: Entry, step: Floats) -> float:
    return math.sqrt(max(float(step @ entry.fisher @ step), 0.0))


def _orders(entry: Entry, step: Floats) -> _Orders:
    if entry.third is None:
        return _Orders(_length(entry, step), np.zeros_like(step), 0.0, math.inf)
    second: Floats = 0.5 * entry.covariance @ (entry.third @ step @ step)
    size = _length(entry, second)
    growth = 0.5 * _length(entry, entry.covariance @ (entry.third @ step @ second)) / size if size > 0.0 else 0.0
    return _Orders(_length(entry, step), second, size, growth)


def _share(orders: _Orders) -> float:
    """The part of a step that can be trusted as a start: its second order is at most half of its first."""
    longest = min(1.0, LONGEST_START / orders.length) if orders.length > 0.0 else 1.0
    bend = 2.0 * orders.second_length
    return min(longest, orders.length / bend) if bend > 0.0 else longest


def _left_out(entry: Entry, orders: _Orders, of_a_row: Floats) -> Floats:
    """(K,) how far the couplings after the first-order step may be from the true ones, infinite where unknown."""
    length, second, growth = orders.length, orders.second, orders.growth
    if length == 0.0:
        return np.zeros_like(second)
    if growth > _FASTEST_GROWTH:
        return np.full_like(second, np.inf)
    higher = orders.second_length * growth / (1.0 - growth) + length**3 / 3.0
    # The elements of a covariance of m normal samples err by at most (2/m)^(1/2) (Wishart).
    sampling = math.sqrt(2.0 / entry.n_samples) * length
    left: Floats = np.hypot(np.abs(second) + higher * of_a_row, sampling * of_a_row)
    return left


def _left_out_of_log_partition(entry: Entry, step: Floats, orders: _Orders) -> float:
    """How far log Z to second order in the step may be from that of the couplings after it, infinite where unknown."""
    length, growth = orders.length, orders.growth
    if length == 0.0:
        return 0.0
    if growth > _FASTEST_GROWTH:
        return math.inf
    third = abs(float(step @ entry.fisher @ orders.second)) / 3.0
    fourth = 0.5 * orders.second_length**2 / (1.0 - growth) + length**4 / 12.0
    return math.hypot(third + fourth, length**2 / math.sqrt(2.0 * entry.n_samples))


def _in_words(entry: Entry, answers: bool, worst: int, ratio: float, length: float) -> str:
    place = f"learned entry {entry.label}, {length:.3g} standard deviations of a row away"
    if entry.third is None and length > 0.0:
        return f"{place}: a starting point, as it holds no third cumulants to judge the step by"
    if math.isinf(ratio):
        return f"{place}: a starting point, as the orders of the step grow too fast to be judged"
    verdict = "answers" if answers else "a starting point"
    term = entry.terms.exponents[worst]
    return f"{place}: {verdict}; it adds at most {ratio:.3g} of the rows' own error to a coupling (of the term {term})"
