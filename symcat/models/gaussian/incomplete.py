"""Rows with gaps under a Gaussian: what is missing is Gaussian too, given what was seen, with a block of the precision.

Given the seen cells o the missing ones m have the precision ``K_mm`` and the mean ``mu_m - K_mm^-1 K_mo (x_o - mu_o)``.
The information is that of complete rows less the covariance, given the seen cells, of their score (Louis 1982, J. R.
Stat. Soc. B 44:226).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.data.moments import Floats, Moments
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.fit import Fit
from symcat.models.incomplete import DETERMINED, Expected, Gaps, Judged

_ROWS_AT_ONCE = 4096
_NUMBERS_AT_ONCE = 1 << 22
_MOST_COLUMNS = 100  # whose precisions, a matrix for each free number, fit in memory


@dataclass(frozen=True)
class Alike:
    """The rows with the same number of missing cells, and the distinct patterns of these."""

    missing: NDArray[np.intp]  # (P, q) which columns each pattern lacks
    rows: NDArray[np.intp]  # (r,) which rows
    pattern: NDArray[np.intp]  # (r,) the pattern of each


@dataclass(frozen=True)
class Filled:
    """Rows about the mean, gaps filled with what is expected; and the covariance of the missing cells by pattern."""

    z: Floats  # (m, d)
    spread: tuple[Floats, ...]  # of each of the ``alike``, (P, q, q)
    log_determinant: tuple[Floats, ...]  # (P,) of the inverses of these


class GaussianFilling:
    """Rows for the Gaussians with the means ``means`` u, (d, a), and the precisions ``sum_k w_k precisions[k]``."""

    def __init__(self, gaps: Gaps, means: Floats, precisions: Floats) -> None:
        self.gaps, self.means, self.precisions = gaps, means, precisions
        self.origin = gaps.mean()
        seen = gaps.seen
        y = np.where(seen, gaps.rows - self.origin, 0.0)
        variance = (gaps.times @ y**2) / np.diagonal(gaps.together)
        self.unit = averages.unit_of(np.sqrt(variance))
        self.y, self.seen = y / self.unit, seen
        self.variance = variance / self.unit**2
        self.alike = _alike(seen)

    @property
    def start(self) -> Moments:
        """Independent columns, with the mean and variance of the cells seen of each."""
        return Moments(
            columns=self.gaps.columns,
            count=np.array([self.gaps.count]),
            origin=self.origin[None],
            unit=self.unit,
            first=np.zeros((1, len(self.origin))),
            second=np.diag(self.variance)[None],
        )

    def expected(self, fit: Fit) -> Expected:
        """The averages of the rows filled in, and the log-likelihood of the seen cells."""
        mean, precision = self._of(fit)
        filled = self.filled(mean, precision)
        n, d = self.gaps.count, len(mean)
        z, times = filled.z, self.gaps.times
        second = (z * times[:, None]).T @ z
        own = np.zeros_like(z)  # variance of each cell, none where it was seen
        log_density = 0.0
        for alike, spread, log_det in zip(self.alike, filled.spread, filled.log_determinant, strict=True):
            number = np.bincount(alike.pattern, times[alike.rows], len(alike.missing))
            m = alike.missing
            np.add.at(second, (m[:, :, None], m[:, None, :]), number[:, None, None] * spread)
            own[alike.rows[:, None], m[alike.pattern]] = np.einsum("pqq->pq", spread)[alike.pattern]
            log_density += 0.5 * float(number @ (m.shape[1] * np.log(2.0 * np.pi) - log_det))
        log_partition = 0.5 * (d * np.log(2.0 * np.pi) - np.linalg.slogdet(precision)[1])
        quadratic = float(times @ np.einsum("mi,mi->m", z @ precision, z))
        log_density += -0.5 * quadratic - n * log_partition
        log_density -= float(times @ self.seen.sum(axis=1)) * np.log(self.unit)
        powers = np.stack([times @ (z**3 + 3.0 * z * own), times @ (z**4 + 6.0 * z**2 * own + 3.0 * own**2)], axis=1)
        moments = Moments(
            columns=self.gaps.columns,
            count=np.array([n]),
            origin=(self.origin + self.unit * mean)[None],
            unit=self.unit,
            first=(times @ z / n)[None],
            second=(second / n)[None],
            column_powers=(powers / n)[None],
        )
        return Expected(moments.about(self.origin), log_density, log_density)

    def filled(self, mean: Floats, precision: Floats) -> Filled:
        """The rows about the mean, gaps filled."""
        z = np.where(self.seen, self.y - mean, 0.0)
        pulled = z @ precision
        spreads: list[Floats] = []
        log_determinants: list[Floats] = []
        for alike in self.alike:
            m = alike.missing
            block = precision[m[:, :, None], m[:, None, :]]
            spread = np.asarray(np.linalg.inv(block), dtype=np.float64)
            at = m[alike.pattern]
            drawn = pulled[alike.rows[:, None], at]
            z[alike.rows[:, None], at] = -np.einsum("rij,rj->ri", spread[alike.pattern], drawn)
            spreads.append(spread)
            log_determinants.append(np.linalg.slogdet(block)[1])
        return Filled(z, tuple(spreads), tuple(log_determinants))

    def judged(self, fit: Fit, moments: Moments) -> Judged:
        """Errors of the mean and the precision."""
        mean, precision = self._of(fit)
        filled = self.filled(mean, precision)
        covariance = np.asarray(np.linalg.inv(precision), dtype=np.float64)
        complete = self._complete(precision, covariance)
        information = complete - self._lost(precision, filled)
        root = np.linalg.inv(np.linalg.cholesky(complete))
        share = float(np.linalg.eigvalsh(root @ information @ root.T)[0])
        if not share > DETERMINED:
            return Judged(fit, {}, share)
        variance = np.asarray(np.linalg.inv(information), dtype=np.float64)
        sandwich = variance @ self._squares(precision, covariance, filled) @ variance
        return Judged(replace(fit, standard_errors=self._errors(variance)), self._errors(sandwich), share)

    def _of(self, fit: Fit) -> tuple[Floats, Floats]:
        """Mean about the origin and precision, in the unit of the rows."""
        mean = (fit.parameters["mean"][0] - self.origin) / self.unit
        return mean, fit.parameters["precision"][0] * self.unit**2

    def _complete(self, precision: Floats, covariance: Floats) -> Floats:
        """The information that the rows would have without gaps, of u and w."""
        a, k = self.means.shape[1], len(self.precisions)
        drawn = self.precisions @ covariance
        flat = drawn.reshape(k, -1)
        out = np.zeros((a + k, a + k))
        out[:a, :a] = self.means.T @ precision @ self.means
        out[a:, a:] = 0.5 * flat @ drawn.transpose(0, 2, 1).reshape(k, -1).T
        out *= self.gaps.count
        return out

    def _lost(self, precision: Floats, filled: Filled) -> Floats:
        """The covariance of the score of all rows, given what was seen."""
        a, k, times = self.means.shape[1], len(self.precisions), self.gaps.times
        out = np.zeros((a + k, a + k))
        pulled = precision @ self.means
        for alike, spread in zip(self.alike, filled.spread, strict=True):
            for p, (m, c) in enumerate(zip(alike.missing, spread, strict=True)):
                clock.check()
                rows = alike.rows[alike.pattern == p]
                z, weight = filled.z[rows], times[rows]
                root = np.linalg.cholesky(c)
                drawn = self.precisions[:, :, m] @ root  # (K, d, q)
                within = (root.T @ drawn[:, m, :]).reshape(k, -1)
                about = (np.sqrt(weight)[:, None] * z) @ drawn  # (K, r, q)
                flat = about.reshape(k, -1)
                out[a:, a:] += 0.5 * weight.sum() * within @ within.T + flat @ flat.T
                of_mean = pulled[m].T @ root  # (a, q)
                out[:a, :a] += weight.sum() * of_mean @ of_mean.T
                out[:a, a:] -= of_mean @ ((weight @ z) @ drawn).T
        out[a:, :a] = out[:a, a:].T
        return out

    def _squares(self, precision: Floats, covariance: Floats, filled: Filled) -> Floats:
        """The sum over rows of the squares of their scores."""
        a, k, times = self.means.shape[1], len(self.precisions), self.gaps.times
        flat = self.precisions.reshape(k, -1)
        level = 0.5 * flat @ covariance.reshape(-1)
        of_gaps = np.zeros((len(times), k))
        for alike, spread in zip(self.alike, filled.spread, strict=True):
            m = alike.missing
            by_pattern = np.empty((len(m), k))
            step = max(1, _NUMBERS_AT_ONCE // (k * m.shape[1] ** 2))
            for start in range(0, len(m), step):
                part = m[start : start + step]
                blocks = self.precisions[:, part[:, :, None], part[:, None, :]]  # (K, P, q, q)
                by_pattern[start : start + step] = np.einsum("kpij,pij->pk", blocks, spread[start : start + step])
            of_gaps[alike.rows] = by_pattern[alike.pattern]
        out = np.zeros((a + k, a + k))
        for start in range(0, len(times), _ROWS_AT_ONCE):
            some = slice(start, start + _ROWS_AT_ONCE)
            z = filled.z[some]
            square = (z[:, :, None] * z[:, None, :]).reshape(len(z), -1) @ flat.T
            score = np.concatenate([z @ precision @ self.means, level - 0.5 * (square + of_gaps[some])], axis=1)
            out += (score * times[some, None]).T @ score
        return out

    def _errors(self, variance: Floats) -> dict[str, Floats]:
        """Of the mean and the precision (1, ...), in the units of the data."""
        a, d = self.means.shape[1], self.means.shape[0]
        flat = self.precisions.reshape(len(self.precisions), -1)
        of_mean = np.einsum("ia,ab,ib->i", self.means, variance[:a, :a], self.means)
        of_precision = np.einsum("kx,kx->x", flat, variance[a:, a:] @ flat).reshape(d, d)
        return {
            "mean": np.sqrt(of_mean)[None] * self.unit,
            "precision": np.sqrt(of_precision)[None] / self.unit**2,
        }


def _alike(seen: NDArray[np.bool_]) -> list[Alike]:
    """The rows that lack something, by how many cells they lack."""
    number = (~seen).sum(axis=1)
    found = []
    for q in np.unique(number[number > 0]).tolist():
        rows = np.flatnonzero(number == q)
        lacking = np.nonzero(~seen[rows])[1].reshape(len(rows), q)
        missing, pattern = np.unique(lacking, axis=0, return_inverse=True)
        found.append(Alike(missing, rows, pattern.reshape(-1)))
    return found


def symmetric_basis(dimension: int) -> Floats:
    """(K, d, d) a symmetric matrix for each entry of the upper triangle. Raises InvalidData for too many columns."""
    if dimension > _MOST_COLUMNS:
        raise InvalidData(
            f"With gaps, any covariance is fitted to {_MOST_COLUMNS} columns at most, and there are {dimension}: "
            "choose fewer with columns=[...], or name classes with fewer parameters, such as those with a symmetry."
        )
    first, second = np.triu_indices(dimension)
    out = np.zeros((len(first), dimension, dimension))
    place = np.arange(len(first))
    out[place, first, second] = out[place, second, first] = 1.0
    return out
