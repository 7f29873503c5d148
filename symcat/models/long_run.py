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

_LARGEST_ROOT = 0.97  # of the prewhitening: Andrews & Monahan 1992, section 3


def variance(moved: Floats) -> Floats:
    """(...) the variance of the sum of B consecutive values (B, ...), about their average: they add up to nothing, or
    to what they move against a prior.

    The long-run variance by the quadratic spectral kernel, its bandwidth chosen from the autocorrelation of each series
    (Andrews 1991, Econometrica 59:817, equations 6.2 and 6.4), of the series prewhitened by a first-order
    autoregression (Andrews & Monahan 1992, Econometrica 60:953). Values may be those of rows or of blocks of them: the
    kernel mends what the blocks leave.
    """
    count = len(moved)
    flat = moved.reshape(count, -1)
    flat = flat - flat.mean(axis=0)
    largest = np.abs(flat).max(axis=0, initial=0.0)
    unit = np.where(largest > 0.0, largest, 1.0)
    series = flat / unit
    root = np.clip(_autoregression(series), -_LARGEST_ROOT, _LARGEST_ROOT)
    whitened = series[1:] - root * series[:-1]
    squares = (whitened**2).mean(axis=0)
    again = np.clip(_autoregression(whitened), -_LARGEST_ROOT, _LARGEST_ROOT)
    bandwidth = 1.3221 * (len(whitened) * 4.0 * again**2 / (1.0 - again) ** 4) ** 0.2
    lags = np.arange(1.0, len(whitened))
    size = 1 << (2 * len(whitened) - 1).bit_length()
    transform = np.fft.rfft(whitened, size, axis=0)
    covariances = np.fft.irfft(np.abs(transform) ** 2, size, axis=0)[1 : len(whitened)] / len(whitened)
    of_whitened = squares + 2.0 * (_quadratic_spectral(lags[:, None], bandwidth) * covariances).sum(axis=0)
    out: Floats = unit**2 * count * np.maximum(of_whitened, 0.0) / (1.0 - root) ** 2 * (count / (count - 1.0))
    return out.reshape(moved.shape[1:])


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
    MacKinlay 1988, Rev. Financial Studies 1:41). ``rows`` (...) are the variances from single rows, ``relative`` the
    squared errors of these by their own squares. Bonferroni over all of them.
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
        spread = blocks * squares.var(axis=0) / total**2 + errors
        ratio = np.abs(np.log(total)) / np.sqrt(spread)
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


def _autoregression(series: Floats) -> Floats:
    """(K,) coefficients of first-order autoregressions of the columns (T, K)."""
    square = (series[:-1] ** 2).sum(axis=0)
    return np.asarray((series[1:] * series[:-1]).sum(axis=0) / np.where(square > 0.0, square, 1.0))


def _quadratic_spectral(lag: Floats, bandwidth: Floats) -> Floats:
    """The kernel at ``lag / bandwidth``; 0 without bandwidth."""
    with np.errstate(divide="ignore", invalid="ignore"):
        x = 1.2 * np.pi * lag / bandwidth
        out = 3.0 / x**2 * (np.sin(x) / x - np.cos(x))
    small = x < 1e-3
    return np.where(bandwidth > 0.0, np.where(small, 1.0 - 0.1 * x**2, out), 0.0)
