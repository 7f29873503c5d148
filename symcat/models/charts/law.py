"""What a class says of a column whose coordinate in a chart it describes: shares exactly, averages by quadrature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from symcat.data.charts.base import Chart
from symcat.errors import SymcatError
from symcat.models.law import Floats, Law

LOG_JACOBIAN = "log_jacobian"
"""Name of the average of log dx/dy, where it is not among those of the coordinate."""

_FAR = 60.0  # nats below its largest value, where an integrand has ended
_SHARES = np.concatenate([10.0 ** np.arange(-15.0, -2.0, 2.0), np.linspace(0.01, 0.99, 99)])
_ROUNDS = 200  # of widening the window, each by a tenth of its width: to 10^8 times the first one
_PANELS = 200  # of the window, beside those between quantiles
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


class ChartedLaw(Law):
    """The law of x where y(x) has the law ``inner``, with the normalised ``log_density`` of y."""

    def __init__(
        self, label: str, chart: Chart, at: Floats, inner: Law, log_density: Callable[[Floats], Floats]
    ) -> None:
        super().__init__(label)
        self.chart, self.at, self.inner = chart, at, inner
        self._log_density = log_density

    def cdf(self, x: Floats) -> Floats:
        """None of the rows lie where there is no coordinate, which is below all that have one."""
        y = self.chart.coordinate(x, self.at)
        inside = ~np.isnan(y)
        out = np.zeros(len(x))
        out[inside] = self.inner.cdf(y[inside])
        return out

    def ppf(self, p: Floats) -> Floats:
        return self.chart.inverse(self.inner.ppf(p), self.at)

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """Those of the coordinate, and what places it."""
        places = dict(zip(self.chart.places, self.at, strict=True))
        found: dict[str, Any] = {**self.inner.averages, **places}
        return found | ({LOG_JACOBIAN: self._mean_log_jacobian} if self.chart.own_jacobian else {})

    @cached_property
    def _mean_log_jacobian(self) -> float:
        return self._average(lambda y: self.chart.log_jacobian(y, self.at), "The entropy")

    @cached_property
    def entropy(self) -> float:
        """That of y, and the average of log dx/dy."""
        mean = self._mean_log_jacobian if self.chart.own_jacobian else float(self.inner.mean[0])
        return self.inner.entropy + mean

    @cached_property
    def mean(self) -> Floats:
        return np.array([self._average(lambda y: self.chart.inverse(y, self.at), "The mean")])

    def central(self, order: int) -> Floats:
        mean = self.mean[0]

        def power(y: Floats) -> Floats:
            return np.asarray((self.chart.inverse(y, self.at) - mean) ** order)

        return np.array([self._average(power, f"The moment of order {order}")])

    def _average(self, of: Callable[[Floats], Floats], what: str) -> float:
        """The average of a function of y, by Gauss's rule on panels between quantiles and on equal ones."""
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            quantiles = self.inner.ppf(np.concatenate([_SHARES, 1.0 - _SHARES[:7]]))
            lo, hi = self._window(of, float(quantiles.min()), float(quantiles.max()), what)
            edges = np.unique(np.concatenate([quantiles, np.linspace(lo, hi, _PANELS + 1)]))
            half = 0.5 * np.diff(edges)
            y = (edges[:-1, None] + half[:, None] * (1.0 + _NODES)).ravel()
            mass = np.exp(self._log_density(y)) * (half[:, None] * _WEIGHTS).ravel()
            values = of(y)
            return float(np.where(mass > 0.0, mass * values, 0.0).sum() / mass.sum())

    def _window(self, of: Callable[[Floats], Floats], lo: float, hi: float, what: str) -> tuple[float, float]:
        """An interval at whose ends the integrand has ended. Raises SymcatError where it does not end."""

        def size(y: Floats) -> Floats:
            found = np.log(np.abs(of(y))) + self._log_density(y)
            return np.where(np.isnan(found), -np.inf, found)

        largest = float(size(np.linspace(lo, hi, 1001)).max())
        for sign in (-1.0, 1.0):
            end = lo if sign < 0.0 else hi
            for _ in range(_ROUNDS):
                value = float(size(np.array([end]))[0])
                largest = max(largest, value)
                if value < largest - _FAR:
                    break
                if not np.isfinite(value):
                    raise SymcatError(f"{what} of {self.label} is infinite, or beyond what double precision holds.")
                step = 0.1 * (hi - lo)
                end += sign * step
                lo, hi = min(lo, end), max(hi, end)
            else:
                raise SymcatError(
                    f"{what} of {self.label} is infinite: far out {self.chart.formula} is too likely for it to exist."
                )
        return lo, hi
