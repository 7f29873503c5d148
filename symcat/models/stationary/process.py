"""One Gaussian autoregression: its sequences, what they say of the next values, and the averages of such sequences."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symcat.models.base import Floats
from symcat.models.stationary.levinson import covariances_of, filters_of, reflections_of

_LOG_2PI = math.log(2.0 * math.pi)


def autocovariances(batches: Iterable[Floats], mean: float, unit: float, lags: int) -> tuple[Floats, int]:
    """(lags + 1,) sums over consecutive values, which come in batches (m,), of ``y_t y_{t+k}`` over their number, and
    that number; y are deviations from ``mean`` in a ``unit``. One pass, which keeps the last ``lags`` values."""
    total, held, count = np.zeros(lags + 1), np.zeros(0), 0
    for values in batches:
        y = (values - mean) / unit
        joined = np.concatenate([held, y])
        for k in range(min(lags, len(joined) - 1) + 1):
            start = max(len(held), k)
            total[k] += joined[start:] @ joined[start - k : len(joined) - k]
        held = joined[max(len(joined) - lags, 0) :] if lags else held
        count += len(y)
    return total / count, count


@dataclass(frozen=True)
class Process:
    """``x_t = mean + sum_k coefficients_k (x_{t-k} - mean) + noise`` with noise of ``innovation_variance``."""

    mean: float
    coefficients: Floats  # (p,)
    innovation_variance: float

    @property
    def order(self) -> int:
        return len(self.coefficients)

    @cached_property
    def reflections(self) -> Floats:
        """(p,)"""
        found: Floats = reflections_of(self.coefficients[None])[0]
        return found

    @property
    def log_partition(self) -> float:
        """Of one value given those before."""
        return 0.5 * (_LOG_2PI + math.log(self.innovation_variance))

    @property
    def long_run_variance(self) -> float:
        """By how much the variance of a sum grows with each value."""
        return float(self.innovation_variance / (1.0 - self.coefficients.sum()) ** 2)

    def covariances(self, lags: int) -> Floats:
        """(lags + 1,) autocovariances."""
        found: Floats = covariances_of(self.coefficients[None], np.array([self.innovation_variance]), lags)[0]
        return found

    @cached_property
    def _beginning(self) -> tuple[list[Floats], Floats]:
        """Of the first p values: the coefficients of their prediction from those before, and its variances."""
        filters = [one[0] for one in filters_of(self.reflections[None])]
        kept = np.concatenate([np.cumprod((1.0 - self.reflections**2)[::-1])[::-1], [1.0]])
        return filters, self.innovation_variance / kept

    def innovations(self, x: Floats) -> tuple[Floats, Floats]:
        """(m,) what each value of a sequence is off its prediction from those before, and the variance of that."""
        y, p = x - self.mean, self.order
        filters, variances = self._beginning
        out, spread = y.copy(), np.full(len(y), self.innovation_variance)
        for t in range(min(p, len(y))):
            out[t] -= filters[t] @ y[:t][::-1]
            spread[t] = variances[t]
        for k, coefficient in enumerate(self.coefficients, 1):
            out[p:] -= coefficient * y[p - k : max(len(y) - k, 0)]
        return out, spread

    def log_density(self, x: Floats) -> Floats:
        """(m,) of each value of a sequence, given those before it: they add up to that of the sequence."""
        off, variance = self.innovations(x)
        return -0.5 * (_LOG_2PI + np.log(variance) + off**2 / variance)

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """(n,) consecutive values."""
        from scipy.signal import lfilter, lfiltic

        noise, p = rng.standard_normal(n), self.order
        filters, variances = self._beginning
        first = np.zeros(min(p, n))
        for t in range(len(first)):
            first[t] = filters[t] @ first[:t][::-1] + math.sqrt(variances[t]) * noise[t]
        if n <= p:
            return self.mean + first
        along = np.concatenate([[1.0], -self.coefficients])
        state = lfiltic([1.0], along, first[::-1])
        rest, _ = lfilter([1.0], along, math.sqrt(self.innovation_variance) * noise[p:], zi=state)
        return self.mean + np.concatenate([first, rest])

    def forecast(self, x: Floats, steps: int) -> tuple[Floats, Floats]:
        """(steps,) means of the values that follow a sequence, and their standard deviations."""
        filters, _ = self._beginning
        known = (x - self.mean)[-self.order :] if self.order else np.zeros(0)
        values = list(known)
        for _ in range(steps):
            use = filters[min(len(values), self.order)]
            values.append(float(use @ np.array(values[::-1][: len(use)])) if len(use) else 0.0)
        # A sequence shorter than the order says less: its variances are those of a longer one, at least.
        weight = np.zeros(steps)
        for j in range(steps):
            before = self.coefficients[:j]
            weight[j] = 1.0 if j == 0 else float(before @ weight[j - 1 :: -1][: len(before)])
        spread = np.sqrt(self.innovation_variance * np.cumsum(weight**2))
        return self.mean + np.array(values[len(known) :]), spread
