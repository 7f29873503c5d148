"""Variances of sums over rows that depend on their neighbours in time, and a test whether they do."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from symcat.data.moments import Floats
from symcat.models.tails import two_sided_of

FEWEST = 16
"""Blocks below which nothing is said of how they depend on each other."""

LEVEL = 1e-3
"""Of the test of all parameters together."""

_LARGEST = 0.99  # of a reflection coefficient
_LATER = range(5, 9)  # blocks
_FEWER, _SURE = 10.0, 0.01
"""Variances that few blocks, or few rows, make up tell nothing: so many times fewer blocks than there are count, where
of Gaussian ones a third does; and the squared relative error of a variance by its rows."""
_FADED = 0.7  # share of the dependence of the next rows


def variance(moved: Floats) -> Floats:
    """(...) the variance of the sum of B consecutive values (B, ...), about their average: they add up to nothing, or
    to what they move against a prior.

    The spectrum at frequency zero of the maximum-entropy process (Burg 1967; Parzen 1974, IEEE Trans. Autom. Control
    19:723), its order by BIC and one at least: with the reflection coefficients k_m of Burg's recursion it is the
    variance of the values times the product of (1 + k_m) / (1 - k_m). The first one is freed from its bias by the
    unknown average, -(1 + 3 k) / B (Kendall 1954, Biometrika 41:403). Values may be those of rows or of blocks.
    """
    count = len(moved)
    flat = moved.reshape(count, -1)
    flat = flat - flat.mean(axis=0)
    largest = np.abs(flat).max(axis=0, initial=0.0)
    unit = np.where(largest > 0.0, largest, 1.0)
    series = flat / unit
    square = (series**2).mean(axis=0)
    ahead, back = series[1:], series[:-1]
    innovation, factor = np.ones_like(square), np.ones_like(square)
    chosen, best = np.ones_like(square), np.full_like(square, np.inf)
    for order in range(1, min(int(10.0 * math.log10(count)), count // 4) + 1):
        power = np.einsum("tk,tk->k", ahead, ahead) + np.einsum("tk,tk->k", back, back)
        k = 2.0 * np.einsum("tk,tk->k", ahead, back) / np.where(power > 0.0, power, 1.0)
        unbiased = k + (1.0 + 3.0 * k) / count if order == 1 else k
        unbiased = np.clip(unbiased, -_LARGEST, _LARGEST)
        factor = factor * (1.0 + unbiased) / (1.0 - unbiased)
        innovation = innovation * np.maximum(1.0 - k**2, 1e-300)
        bic = count * np.log(innovation) + order * math.log(count)
        chosen, best = np.where(bic < best, factor, chosen), np.minimum(bic, best)
        ahead, back = (ahead - k * back)[1:], (back - k * ahead)[:-1]
    out: Floats = unit**2 * count * square * chosen * (count / (count - 1.0))
    return out.reshape(moved.shape[1:])


def inflation(moved: dict[str, Floats], rows: dict[str, Floats]) -> dict[str, Floats]:
    """(...) by parameter: how many times larger its variance is for the order of the rows, 1 or more; 1 where nothing
    moves. ``moved`` (B, ...) is what consecutive blocks move, ``rows`` (...) the variances from single rows."""
    found = {}
    for name, value in moved.items():
        of_rows = rows[name]
        ratio = variance(value) / np.where(of_rows > 0.0, of_rows, np.inf)
        found[name] = np.maximum(np.where(np.isfinite(ratio), ratio, 1.0), 1.0)
    return found


def fades(moved: Floats, of_rows: float, n: float) -> bool:
    """Whether n rows depend less on those further on than on the next, as in a series: in sorted files and those of a
    few groups, and with a trend, they do not.

    ``moved`` (B,) is what B consecutive blocks of them move a number, ``of_rows`` its variance from single rows. The
    average autocovariance within blocks, or with the next rows where each is a block, is compared with that five to
    eight blocks further on.
    """
    blocks, values = len(moved), moved - moved.mean()

    def between(lag: int) -> float:
        return float(values[lag:] @ values[:-lag]) / (blocks - lag)

    length = n / blocks
    near = between(1) if length == 1.0 else (float(values @ values) - of_rows) / (blocks * (length - 1.0) * length)
    later = sum(map(between, _LATER)) / len(_LATER) / length**2
    return later < _FADED * near or near < 0.0


@dataclass(frozen=True)
class Dependence:
    """Whether consecutive rows depend on each other, by the parameter for which that is clearest."""

    p_value: float  # of all parameters together
    parameter: str
    index: tuple[int, ...]  # of its entry

    @property
    def found(self) -> bool:
        return self.p_value < LEVEL


def dependence(moved: dict[str, Floats], rows: dict[str, Floats], relative: dict[str, Floats]) -> Dependence | None:
    """A test of what B consecutive blocks of rows (B, ...) move; None where they are few, or nothing moves.

    Two statistics for each number, both scaled by the spread of their own terms, so that heavy tails do not matter:
    whether neighbouring blocks vary together, and whether blocks vary as their rows say (a variance ratio: Lo &
    MacKinlay 1988, Rev. Financial Studies 1:41), but where a few of these make up the variance. ``rows`` (...) are the
    variances from single rows, ``relative`` the squared errors of these by their own squares. Bonferroni over all of
    them.
    """
    if not moved or any(len(values) < FEWEST or name not in rows for name, values in moved.items()):
        return None
    blocks = min(map(len, moved.values()))
    values = np.concatenate([value.reshape(blocks, -1) for value in moved.values()], axis=1)
    variances, errors = (np.concatenate([np.ravel(of[name]) for name in moved]) for of in (rows, relative))
    with np.errstate(divide="ignore", invalid="ignore"):
        values = (values - values.mean(axis=0)) * (1.0 / np.sqrt(variances))
        squares = np.square(values)
        total = squares.sum(axis=0)
        pairs = values[1:] * values[:-1]
        together = np.abs(pairs.sum(axis=0)) / np.sqrt((squares[1:] * squares[:-1]).sum(axis=0))
        # Where blocks are single rows of one size the two variances are the same but for what centring takes.
        spread = np.maximum(blocks * squares.var(axis=0) / total**2 + errors, (2.0 / blocks) ** 2)
        ratio = np.abs(np.log(total)) / np.sqrt(spread)
        told = (total**2 > blocks / _FEWER * np.square(squares).sum(axis=0)) & (errors < _SURE)
        ratio = np.where(told, ratio, 0.0)
        scores = np.fmax(together, ratio)
    scores = np.where(np.isfinite(scores), scores, 0.0)
    tests = 2 * int((variances > 0.0).sum())
    if not tests:
        return None
    place = int(scores.argmax())
    p_value = two_sided_of(_normal(float(scores[place]), 0.5 * (blocks - 1.0)))
    ends = np.cumsum([value[0].size for value in moved.values()])
    k = int(np.searchsorted(ends, place, side="right"))
    name = list(moved)[k]
    index = np.unravel_index(place - int(ends[k]) + moved[name][0].size, moved[name].shape[1:])
    return Dependence(min(1.0, tests * p_value), name, tuple(map(int, index)))


def _normal(score: float, freedom: float) -> float:
    """The normal score that is as rare as one of Student's law (Wallace 1959, Ann. Math. Stat. 30:1121).

    Terms of the statistics are products and squares of Gaussian numbers, heavier in the tail: half as many degrees of
    freedom as blocks keep far tails, which many numbers need, from false alarms where blocks are few.
    """
    return (8.0 * freedom + 1.0) / (8.0 * freedom + 3.0) * math.sqrt(freedom * math.log1p(score**2 / freedom))
