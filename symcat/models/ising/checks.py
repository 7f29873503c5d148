"""What a fit of two-valued columns did not use of the data, against what it says of it; was its maximum finite?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from symcat.models.fit import FINITE_MAXIMUM, CheckResult, Observed, Weight
from symcat.models.goodness import gradient, remaining
from symcat.models.ising.spins import PairAverages
from symcat.models.tails import chi_square_of, smallest_of, two_sided

Floats = NDArray[np.float64]

LEAST_ROWS = 10.0
"""Rows from which the averages that a class forces are tested: five of each of two values (Cochran 1954).

Fewer cannot reject a class of fair columns: no average is more than sqrt(n) standard errors from zero. From there on
the normal law raises no false alarms, though a rare value is far from normal, for what is compared was fitted to the
same rows: in 20 000 tables each of 3 and 6 columns, with shares of 0.02 to 0.5 and 10 to 300 rows, at most 8e-4 at the
level of 1e-3.
"""

_LEAST_EXPECTED = 5.0  # rows a cell must expect for its chi-square to hold (Cochran 1954)

_ALIKE = 1e-9  # share of a score that is rounding
_MET = 1e-9  # difference of an average from what the class says that is rounding

# --- the maximum, and the prior --------------------------------------------------------------------------------------


def finite_maximum(
    rows: Floats,
    answered: NDArray[np.bool_],
    lacking: NDArray[np.bool_],
    never: Callable[[int], str],
    moved: Callable[[int], float | None],
) -> CheckResult:
    """What never occurs, the prior that was added for it, and how far it moved the other parameters.

    Made where there are ``rows`` (G,) of a prior. ``lacking`` (G,) says where they were needed; of a group, ``never``
    says in words for what, and ``moved`` by how many standard errors they moved what the data determine, if known.
    """

    def detail(group: int) -> str:
        worth = float(rows[group])
        prior = f"a prior worth {worth:g} row{'s' * (worth != 1.0)} spread evenly over all states was added"
        said = never(group)
        if not said:
            return prior
        by = moved(group)
        far = (
            ""
            if by is None
            else f"; it moved the parameters that the data determine by at most {by:.2g} standard errors"
        )
        return f"{said}: the maximum is infinite, so {prior}{far}"

    unknown = np.full(len(rows), np.nan)
    made = answered & (rows > 0.0)
    return CheckResult(FINITE_MAXIMUM, rows, unknown, detail, weight="told", verdict=~lacking, made=made)


# --- the averages that a class forces --------------------------------------------------------------------------------


class Farthest(NamedTuple):
    """Of each of G groups, the mean or pair average that is farthest from what the class says, in standard errors."""

    place: NDArray[np.intp]  # among the means, then the pairs (0, 1), (0, 2), ...
    score: Floats
    measured: Floats
    expected: Floats
    p_value: Floats  # of the largest of so many
    made: NDArray[np.bool_]  # whether there are rows enough


def farthest(seen: PairAverages, said: PairAverages, count: Floats, *, independent: bool = False) -> Farthest:
    """Means and pair averages ``seen`` against those that the class forces, each within its sampling error.

    The p-value is that of the largest of independent normal scores (Sidak 1967) of those that the fit has not made
    those of the data: conservative when they hang together. So is the error that they have before anything is fitted,
    which is taken but for ``independent`` columns: of these a product varies by what their means leave.
    """
    d = seen.mean.shape[1]
    above = np.triu_indices(d, 1)
    measured, expected = (np.concatenate([mean, pair[:, above[0], above[1]]], axis=1) for mean, pair in (seen, said))
    variance = 1.0 - expected**2
    if independent:
        left = 1.0 - said.mean**2
        rare = 0.5 - 0.5 * np.abs(said.mean)
        i, j = above
        often = count[:, None] * rare[:, i] * rare[:, j] >= _LEAST_EXPECTED
        variance[:, d:] = np.where(often, left[:, i] * left[:, j], variance[:, d:])
    score = (measured - expected) / np.sqrt(np.maximum(variance, 1e-300) / count[:, None])
    far = np.abs(score)
    place = (far >= (1.0 - _ALIKE) * far.max(axis=1, keepdims=True)).argmax(axis=1)  # the first of those that are alike
    at = (np.arange(len(place)), place)
    free = np.maximum((np.abs(measured - expected) > _MET).sum(axis=1), 1)
    p_value = smallest_of(two_sided(score[at]), free)
    return Farthest(place, score[at], measured[at], expected[at], p_value, count >= LEAST_ROWS)


def farthest_of_bands(seen: PairAverages, said: Floats, bands: Iterable[tuple[int, Floats]], count: Floats) -> Farthest:
    """The same of a batch of one with many columns: of its means ``said`` (1, d), and of ``bands`` of the pair averages
    that the class forces, (d, K) of all columns with those from a number on, one at a time."""
    mean, pair = seen.mean[0], seen.pair[0]
    d, n = len(mean), float(count[0])

    def scores(measured: Floats, expected: Floats) -> Floats:
        return np.asarray((measured - expected) / np.sqrt(np.maximum(1.0 - expected**2, 1e-300) / n))

    of_means = scores(mean, said[0])
    first, unmet = int(np.abs(of_means).argmax()), int((np.abs(mean - said[0]) > _MET).sum())
    best = (float(of_means[first]), first, float(mean[first]), float(said[0, first]))
    for start, expected in bands:
        measured = pair[:, start : start + expected.shape[1]]
        score = scores(measured, expected)
        # Every pair once: the row before the column.
        once = np.arange(d)[:, None] < start + np.arange(expected.shape[1])
        score *= once
        unmet += int((once & (np.abs(measured - expected) > _MET)).sum())
        at = np.unravel_index(int(np.abs(score).argmax()), score.shape)
        if abs(score[at]) > abs(best[0]):
            i, k = int(at[0]), start + int(at[1])
            place = d + i * (2 * d - i - 1) // 2 + k - i - 1
            best = (float(score[at]), place, float(measured[at]), float(expected[at]))
    farthest_score, farthest_at, farthest_measured, farthest_expected = (np.array([value]) for value in best)
    p_value = smallest_of(two_sided(farthest_score), max(unmet, 1))
    made = count >= LEAST_ROWS
    return Farthest(farthest_at, farthest_score, farthest_measured, farthest_expected, p_value, made)


def _pair_at(place: int, d: int) -> tuple[int, int]:
    """The columns of a pair by its place among (0, 1), (0, 2), ..."""
    starts = np.arange(d) * (2 * d - np.arange(d) - 1) // 2
    i = int(np.searchsorted(starts[:-1], place, side="right")) - 1
    return i, place - int(starts[i]) + i + 1


def forced_averages(
    parts: Sequence[Farthest], answered: NDArray[np.intp], groups: int, columns: Sequence[str]
) -> CheckResult:
    """The check of G ``groups`` from ``parts`` that hold those ``answered``, in order; the farthest average decides."""
    found = Farthest(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    d = len(columns)

    def over_all(values: Floats) -> Floats:
        out = np.full(groups, np.nan)
        out[answered] = values
        return out

    def detail(group: int) -> str:
        if not made[group]:
            return "too few rows to compare averages"
        k = int(np.searchsorted(answered, group))
        worst = int(found.place[k])
        if worst < d:
            name = f"mean of {columns[worst]!r}"
        else:
            i, j = _pair_at(worst - d, d)
            name = f"average of {columns[i]!r} times {columns[j]!r}"
        return f"{name} is {found.measured[k]:.4g}, the class says {found.expected[k]:.4g}"

    made = np.zeros(groups, dtype=bool)
    made[answered] = found.made
    return CheckResult("averages it forces", over_all(found.score), over_all(found.p_value), detail, made=made)


# --- how many columns are +1 -----------------------------------------------------------------------------------------


def count_totals(observed: Observed, dimension: int) -> Floats | None:
    """(d + 1,) rows of a batch of one by how many of the columns are +1; None where no rows are at hand.

    Of weighted rows, and such as are worth less than one, all that there are: those drawn among them have other
    averages than the fit was made to have.
    """
    if observed.states is not None:
        up = np.bitwise_count(observed.states.codes & ((1 << dimension) - 1))
        return np.bincount(up, weights=observed.states.counts, minlength=dimension + 1).astype(np.float64)
    if observed.weighted is None and observed.sample is None:
        return None
    rows, worth = (observed.sample, None) if observed.weighted is None else observed.weighted
    assert rows is not None
    up = (rows[:, :dimension] > 0.0).sum(axis=1)
    return np.bincount(up, weights=worth, minlength=dimension + 1).astype(np.float64)


def totals(expected: Floats, counts: Floats, met: int, weight: Weight) -> list[CheckResult]:
    """How many columns are +1 in a row: the data's distribution against the model's, by chi-square; the worst is told.

    It depends on averages of every order. ``expected`` are the probabilities. The fit makes the averages of the first
    ``met`` powers of the number those of the data; what cells have in common with these is no evidence (Rao & Robson
    1974), and what they have in common with other averages that are fitted is left in, which errs to the safe side.
    """
    n = counts.sum()
    cells = _pooled(expected * n)
    if len(cells) < 2:
        return []
    seen = np.array([counts[cell].sum() for cell in cells])
    due = np.array([expected[cell].sum() * n for cell in cells])
    powers = _powers(expected, met)
    shared = np.stack([(expected * powers)[:, cell].sum(axis=1) for cell in cells])
    size = np.sqrt(due / n)
    off, covariance = (seen - due) / n / size, np.eye(len(size)) - np.outer(size, size)
    cross = shared / size[:, None]
    statistic, degrees = remaining(off, covariance, cross, np.eye(len(powers)), n)
    if not degrees:
        return []
    by_cell = gradient(off, covariance, cross, np.eye(len(powers))) / size
    by_total = np.repeat(by_cell, [cell.stop - cell.start for cell in cells])
    worst = int((np.abs(seen - due) / np.sqrt(due)).argmax())
    first, last = cells[worst].start, cells[worst].stop - 1
    span = f"{first}" if first == last else f"{first} to {last}"
    d = len(expected) - 1

    def moves(rows: Floats) -> Floats:
        found: Floats = by_total[(rows[:, :d] > 0.0).sum(axis=1)]
        return found

    detail = f"{seen[worst]:.0f} rows with {span} of {d} columns at +1, the model says {due[worst]:.1f}"
    p_value = chi_square_of(statistic, degrees)
    return [CheckResult.single("totals", statistic, p_value, detail, weight=weight, moves=moves)]


def _powers(expected: Floats, met: int) -> Floats:
    """(met, d + 1) the first powers of the number of columns at +1, made orthonormal under its law."""
    number, found = np.arange(len(expected), dtype=np.float64), [np.ones(len(expected))]
    for _ in range(met):
        new = number * found[-1]
        for other in found:
            new = new - (expected @ (new * other)) * other
        norm = expected @ new**2
        if not norm > 0.0:  # of a law on as few numbers there are no more powers
            break
        found.append(new / np.sqrt(norm))
    return np.array(found[1:]).reshape(-1, len(expected))


def _pooled(expected: Floats) -> list[slice]:
    """Neighbouring totals joined until each cell expects enough rows."""
    cells: list[slice] = []
    start, held = 0, 0.0
    for k, value in enumerate(expected):
        held += value
        if held >= _LEAST_EXPECTED:
            cells.append(slice(start, k + 1))
            start, held = k + 1, 0.0
    if start < len(expected) and cells:
        cells[-1] = slice(cells[-1].start, len(expected))
    return cells
