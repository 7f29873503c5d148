"""Whether scores depend on each other in other ways than a Gaussian's with their correlations, and whether these have
the symmetry of the class.

Scores made independent, ``w = R^(-1/2) z``, have shares ``u = Phi(w)`` that are independent and uniform. Averages of
products of Legendre's polynomials of two or three of them must be zero, as in Neyman's smooth tests (1937); these are
bounded, so that no row decides. To first order none of them moves with R, and what the margins move is subtracted.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from symcat.models.base import Floats
from symcat.models.fit import CheckResult
from symcat.models.scores.correlation import covariance_of_sample, inverse_of, spread
from symcat.models.scores.margins import Margins
from symcat.models.scores.pattern import Pattern
from symcat.models.tails import chi_square_of, smallest_of

JOINTLY_NORMAL = "jointly normal scores"
SYMMETRY = "symmetry of the correlations"

FEWEST = 50
"""Rows from which the check of joint normality is made."""

_ORDERS = ((1, 2), (2, 1), (2, 2))  # of the polynomials of a pair: curves both ways, and spreads that go together
_WORDS = ("a curve", "a curve", "spreads that go together")
_MOST_OF_THREE = 12  # columns of which products of three are looked at
_SINGULAR = 1e-8


def jointly_normal(margins: Margins, matrix: Floats, names: tuple[str, ...]) -> CheckResult | None:
    """The largest departure among all pairs of columns, and all sets of three of few; None of few rows."""
    m, d = margins.sampled.shape
    if m < FEWEST:
        return None
    root = _inverse_root(matrix)
    shares = _Shares(margins.sampled @ root)
    pairs = list(combinations(range(d), 2))
    influence = np.stack([_of_pairs(shares, a, b, pairs, root, margins) for a, b in _ORDERS], axis=2)  # (m, pairs, 3)
    mean = influence.mean(axis=0)
    spread_of = np.einsum("mpa,mpb->pab", influence - mean, influence - mean) / (m - 1.0)
    squared = m * np.einsum("pa,pab,pb->p", mean, np.linalg.pinv(spread_of, hermitian=True), mean)
    worst = int(squared.argmax())
    p_values, said = [_hotelling(float(squared[worst]), 3, m)], [_of_pair(worst, pairs, mean, names)]
    statistics, tests = [float(squared[worst])], len(pairs)
    if 3 <= d <= _MOST_OF_THREE:
        threes = list(combinations(range(d), 3))
        product = np.stack([shares.first[:, i] * shares.first[:, j] * shares.first[:, k] for i, j, k in threes], axis=1)
        of_three = m * product.mean(axis=0) ** 2 / product.var(axis=0, ddof=1)
        k = int(of_three.argmax())
        p_values.append(_hotelling(float(of_three[k]), 1, m))
        said.append("the product of " + ", ".join(repr(names[j]) for j in threes[k]))
        statistics.append(float(of_three[k]))
        tests += len(threes)
    at = int(np.argmin(p_values))
    detail = (
        f"{said[at]}: chi-square {statistics[at]:.3g}, the least likely of {tests} pairs{' and threes' * (d > 2)} of "
        f"columns, from {m} rows"
    )
    p_value = float(smallest_of(p_values[at], tests))
    return CheckResult.single(JOINTLY_NORMAL, statistics[at], p_value, detail, rows=m)


def symmetry(second: Floats, matrix: Floats, pattern: Pattern, count: float, words: str) -> CheckResult | None:
    """Whether the sample's correlations differ by more than chance where the class has them alike; None of full ones.

    Wald's statistic, with the covariance that correlations of Gaussian rows have under the class (Steiger 1980).
    """
    every = Pattern.full(len(matrix))
    free = len(every.first) - pattern.size
    if not free:
        return None
    deviation = np.sqrt(np.diagonal(second))
    sample = every.pairs(second / np.outer(deviation, deviation))
    weight = np.asarray(np.linalg.pinv(covariance_of_sample(matrix, every), hermitian=True), dtype=np.float64)
    fitted = every.pairs(matrix)
    if pattern.size:
        members = pattern.members
        best: Floats = inverse_of(members.T @ weight @ members) @ (members.T @ weight @ sample)
        fitted = every.pairs(spread(best, pattern))
    apart = sample - fitted
    value = count * float(apart @ weight @ apart)
    i, j = every.first[np.abs(apart).argmax()], every.second[np.abs(apart).argmax()]
    detail = (
        f"{words}: chi-square {value:.3g} with {free} degrees of freedom; farthest is the correlation "
        f"{sample[np.abs(apart).argmax()]:.3g} of columns {i + 1} and {j + 1}"
    )
    return CheckResult.single(SYMMETRY, value, chi_square_of(max(value, 0.0), free), detail)


class _Shares:
    """Legendre's polynomials of the shares of independent scores w (m, d), orthonormal, and their slopes by w."""

    def __init__(self, w: Floats) -> None:
        from scipy.special import ndtr

        t = 2.0 * ndtr(w) - 1.0
        density = np.sqrt(2.0 / np.pi) * np.exp(-0.5 * w * w)  # dt/dw
        self.first, self.second = np.sqrt(3.0) * t, np.sqrt(5.0) * (1.5 * t * t - 0.5)
        self._slopes = np.sqrt(3.0) * density, np.sqrt(5.0) * 3.0 * t * density

    def values(self, order: int) -> Floats:
        """(m, d)."""
        return np.asarray(self.first if order == 1 else self.second)

    def slopes(self, order: int) -> Floats:
        """(m, d)."""
        return np.asarray(self._slopes[order - 1])


def _of_pairs(shares: _Shares, a: int, b: int, pairs: list[tuple[int, int]], root: Floats, margins: Margins) -> Floats:
    """(m, pairs) the product of each row, with what the row moves the average of all by way of the margins."""
    i, j = (np.array(part) for part in zip(*pairs, strict=True))
    left, right = shares.values(a)[:, i], shares.values(b)[:, j]
    by_left, by_right = shares.slopes(a)[:, i] * right, left * shares.slopes(b)[:, j]
    m = len(left)
    of_margins = [
        root[i, column][:, None] * (by_left.T @ slopes / m) + root[j, column][:, None] * (by_right.T @ slopes / m)
        for column, slopes in enumerate(margins.slopes)
    ]
    # What rows move is a share of all rows; the average is over those of the sample.
    moved = margins.moved * float(margins.of_columns[0].fit.count[0])
    found: Floats = left * right + moved @ np.concatenate(of_margins, axis=1).T
    return found


def _of_pair(worst: int, pairs: list[tuple[int, int]], mean: Floats, names: tuple[str, ...]) -> str:
    i, j = pairs[worst]
    return f"{_WORDS[int(np.abs(mean[worst]).argmax())]} of {names[i]!r} and {names[j]!r}"


def _hotelling(squared: float, k: int, m: int) -> float:
    """P-value of Hotelling's T^2 of k averages over m rows."""
    from scipy.special import fdtrc

    return float(fdtrc(k, m - k, squared * (m - k) / (k * (m - 1.0))))


def _inverse_root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors / np.sqrt(np.maximum(values, _SINGULAR))) @ vectors.T)
