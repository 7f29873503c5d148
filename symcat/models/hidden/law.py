"""What Gaussians of a hidden category say of the columns: moments in closed form, of one column everything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from symcat.models.base import Floats, Parameters
from symcat.models.law import Law

_HALF_LOG = 0.5 * math.log(2.0 * math.pi)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_ENDS = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 13.0])  # of panels, in spreads from a mean
_POINTS = np.linspace(-8.5, 8.5, 69)  # between which quantiles are looked for, likewise
_ROUNDS = 200
_CLOSE = 4e-16


class MixtureLaw(Law):
    """A Gaussian for each value of the category, with the weight of that value."""

    def __init__(self, label: str, parameters: Parameters) -> None:
        super().__init__(label)
        self.weights = np.atleast_1d(np.asarray(parameters["weights"], dtype=np.float64))
        size = len(self.weights)
        self.means = np.asarray(parameters["means"], dtype=np.float64).reshape(size, -1)
        width = self.means.shape[1]
        self.covariances = np.asarray(parameters["covariances"], dtype=np.float64).reshape(size, width, width)

    def terms(self, x: Floats) -> Floats:
        """(K, m) log of weight times density of each component at rows (m, d)."""
        if self.means.shape[1] == 1:
            m, s = self._line
            z = (x[:, 0] - m[:, None]) / s[:, None]
            return np.asarray((np.log(self.weights / s) - _HALF_LOG)[:, None] - 0.5 * z * z)
        out = np.empty((len(self.weights), len(x)))
        for k, (w, m, c) in enumerate(zip(self.weights, self.means, self.covariances, strict=True)):
            factor = np.linalg.cholesky(c)
            z = np.linalg.solve(factor, (x - m).T) if len(m) > 1 else (x - m).T / factor
            logs = 0.5 * len(m) * math.log(2.0 * math.pi) + float(np.log(np.diagonal(factor)).sum())
            out[k] = math.log(w) - logs - 0.5 * (z * z).sum(axis=0)
        return out

    def log_density(self, x: Floats) -> Floats:
        """(m,) at rows (m, d)."""
        terms = self.terms(x)
        top = terms.max(axis=0)
        safe = np.where(np.isfinite(top), top, 0.0)
        with np.errstate(divide="ignore"):  # of a row so far away that no component has a density there
            found: Floats = np.log(np.exp(terms - safe).sum(axis=0)) + safe
        return found

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows."""
        label = rng.choice(len(self.weights), size=n, p=self.weights / self.weights.sum())
        factors = np.linalg.cholesky(self.covariances)
        noise = rng.standard_normal((n, self.means.shape[1]))
        return np.asarray(self.means[label] + np.einsum("nij,nj->ni", factors[label], noise))

    @cached_property
    def mean(self) -> Floats:
        return np.asarray(self.weights @ self.means)

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """The mean and the covariance: the class is not looked up by averages."""
        away = self.means - self.mean
        between = np.einsum("k,ki,kj->ij", self.weights, away, away)
        return {"mean": self.mean, "covariance": np.einsum("k,kij->ij", self.weights, self.covariances) + between}

    def central(self, order: int) -> Floats:
        away, variance = self.means - self.mean, np.einsum("kii->ki", self.covariances)
        out = np.zeros_like(self.mean)
        for even in range(0, order + 1, 2):
            moment = math.prod(range(1, even, 2))  # of a Gaussian of variance one
            part = math.comb(order, even) * moment * variance ** (even // 2) * away ** (order - even)
            out = out + self.weights @ part
        return out

    def of_column(self, column: int) -> MixtureLaw:
        """The law of one of the columns."""
        own = {"means": self.means[:, [column]], "covariances": self.covariances[:, column, column]}
        return MixtureLaw(self.label, {"weights": self.weights, **own})

    def given(self, known: Mapping[int, float]) -> MixtureLaw:
        """The law of the other columns where some, by position, have these values."""
        at = np.array(sorted(known), dtype=np.intp)
        rest = np.setdiff1d(np.arange(self.means.shape[1]), at)
        value = np.array([known[int(j)] for j in at])
        logs = np.log(self.weights) + conditional_logs(self.means[:, at], self.covariances[:, at[:, None], at], value)
        across = self.covariances[:, rest[:, None], at]
        slope = np.swapaxes(np.linalg.solve(self.covariances[:, at[:, None], at], np.swapaxes(across, 1, 2)), 1, 2)
        top = logs.max()
        # Where no component has a density, beyond double precision, none is likelier than by its weight.
        weights = np.exp(logs - top) if np.isfinite(top) else self.weights
        kept = weights > 0.0
        left = self.covariances[:, rest[:, None], rest] - slope @ np.swapaxes(across, 1, 2)
        own = {
            "weights": weights[kept] / weights.sum(),
            "means": (self.means[:, rest] + np.einsum("kij,kj->ki", slope, value - self.means[:, at]))[kept],
            "covariances": (0.5 * (left + np.swapaxes(left, 1, 2)))[kept],
        }
        return MixtureLaw(self.label, own)

    @property
    def parameters(self) -> dict[str, Floats]:
        """Weights, means and covariances."""
        return {"weights": self.weights, "means": self.means, "covariances": self.covariances}

    # --- of one column -----------------------------------------------------------------------------------------------

    @cached_property
    def _line(self) -> tuple[Floats, Floats]:
        """Means and standard deviations (K,). Raises SymcatError of several columns."""
        if self.means.shape[1] > 1:
            raise self.unknown("A function of one column")
        return self.means[:, 0], np.sqrt(self.covariances[:, 0, 0])

    @cached_property
    def entropy(self) -> float:
        if self.means.shape[1] > 1:
            raise self.unknown("The entropy")
        m, s = self._line
        ends = np.unique(np.concatenate([[m], m + _ENDS[:, None] * s, m - _ENDS[:, None] * s]))
        half = 0.5 * np.diff(ends)
        x = (ends[:-1] + half)[:, None] + half[:, None] * _NODES
        log = self.log_density(x.reshape(-1, 1)).reshape(x.shape)
        with np.errstate(invalid="ignore"):
            value = np.where(np.isfinite(log), np.exp(log) * log, 0.0)
        return -float((value @ _WEIGHTS) @ half)

    def cdf(self, x: Floats) -> Floats:
        from scipy.special import ndtr

        if self.means.shape[1] > 1:
            raise self.unknown("The distribution function")
        m, s = self._line
        return np.asarray(self.weights @ ndtr((x - m[:, None]) / s[:, None]))

    def ppf(self, p: Floats) -> Floats:
        """Between the smallest and the largest quantile of the components; Newton's steps that stay between."""
        from scipy.special import ndtri

        if self.means.shape[1] > 1:
            raise self.unknown("The quantile function")
        m, s = self._line
        p = np.asarray(p, dtype=np.float64)
        own = m[:, None] + s[:, None] * ndtri(p)
        lo, hi = own.min(axis=0), own.max(axis=0)
        out = np.where(p <= 0.0, -np.inf, np.inf)
        left = np.flatnonzero(np.isfinite(lo) & np.isfinite(hi))
        lo, hi, wanted = lo[left], hi[left], p[left]
        points = np.unique(m[:, None] + s[:, None] * _POINTS)
        place = np.searchsorted(self.cdf(points), wanted)
        lo = np.maximum(lo, np.concatenate([[-np.inf], points])[place])
        hi = np.maximum(lo, np.minimum(hi, np.concatenate([points, [np.inf]])[place]))
        x = 0.5 * (lo + hi)
        for _ in range(_ROUNDS):
            out[left] = x
            away = self.cdf(x) - wanted
            lo, hi = np.where(away <= 0.0, x, lo), np.where(away >= 0.0, x, hi)
            with np.errstate(all="ignore"):
                step = x - away * np.exp(-self.log_density(x[:, None]))
            inside = (step > lo) & (step < hi)
            on = (hi - lo > _CLOSE * (np.abs(x) + s.min())) & (np.abs(away) > _CLOSE * wanted)
            if not on.any():
                break
            x = np.where(inside, step, 0.5 * (lo + hi))[on]
            left, lo, hi, wanted = left[on], lo[on], hi[on], wanted[on]
        out[np.isnan(p)] = np.nan
        return out


def conditional_logs(means: Floats, covariances: Floats, value: Floats) -> Floats:
    """(K,) log densities of Gaussians (K, k) at one point (k,), but for a constant."""
    factors = np.linalg.cholesky(covariances)
    z = np.linalg.solve(factors, (value - means)[..., None])[..., 0]
    found: Floats = -0.5 * (z * z).sum(axis=1) - np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)
    return found
