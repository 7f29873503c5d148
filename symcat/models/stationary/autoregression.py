"""``stationary.ar``: the maximum-entropy process of one real column given its autocovariances to some lag (Burg 1967).

A Gaussian autoregression, its order p by BIC. Its likelihood is told by these averages alone, as that of any class of
the catalogue: n values have ``-n (log Z + 1/2)``, with log Z of one value given those before, up to terms that do not
grow with n.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.base import (
    Center,
    Class,
    Entry,
    Facts,
    Floats,
    Masses,
    Measure,
    Parameters,
    fixed_center,
    is_estimated,
)
from symcat.models.batches import refused_fit
from symcat.models.conditional import residuals
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.gaussian.law import GaussianLaw
from symcat.models.one_column import WithAverages
from symcat.models.stationary.levinson import filters_of, reflections
from symcat.models.stationary.process import Process, autocovariances
from symcat.models.tails import chi_square_of

LABEL = "stationary.ar"
COVARIANCES = "autocovariances"

_IN_ORDER = (
    "it is of rows in order of time, which is not known of averages alone: call solve with the rows and order='time', "
    "or lookup with their autocovariances"
)
_MOST_LAGS = 60
_TESTED = 1 << 20  # values whose residuals are tested
_MORE_LAGS = 10  # of the test, beyond the order


class Autoregression(Class):
    """The maximum-entropy process given autocovariances, of one real column in order of time."""

    label = LABEL
    facts = Facts("Autoregression: most entropy given p autocovariances", "shifts in time, and reversal")
    needs = Needs()
    takes = frozenset({"center"})
    one_by_one = True
    by_group = False
    measure: Measure = "series"
    nested = frozenset({"gaussian.full"})

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """The process that has stated autocovariances; of other averages the order of the rows is not known."""
        if not isinstance(moments, WithAverages):
            shapes: dict[str, tuple[int, ...]] = {"mean": (1,), "coefficients": (0,), "innovation_variance": ()}
            return refused_fit(self.label, moments.count, _IN_ORDER, shapes)
        covariances = moments.beside[COVARIANCES]
        p = covariances.shape[1] - 1
        return _fit(moments.mean, covariances, moments.count, moments.count, p, 1.0, estimated=True)

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """From the autocovariances of all rows of a batch of one, which come in order of time."""
        moments = observed.moments
        if rows is None:
            return refused_fit(self.label, moments.count, _IN_ORDER)
        known = fixed_center(center, moments)
        mean, unit = float((moments.mean if known is None else known)[0, 0]), moments.unit
        every, n = autocovariances((batch[:, 0] for batch, _ in rows), mean, unit, _MOST_LAGS)
        most = min(_MOST_LAGS, int(10.0 * math.log10(max(n, 1))), n // 4)
        if most < 1 or not every[0] > 0.0:
            return refused_fit(self.label, moments.count, "8 rows or more that vary are needed")
        _, variance = reflections(every[None, : most + 1])
        bic = n * np.log(np.maximum(variance[0], 1e-300)) + np.arange(most + 1) * math.log(n)
        p = int(bic.argmin())
        if not p:
            said = "no autocovariance lowers the BIC: the rows are as good as independent, a Gaussian of single ones"
            return refused_fit(self.label, moments.count, said)
        estimated = is_estimated(center)
        fit = _fit(np.array([[mean]]), every[None, : p + 1], moments.count, np.array([float(n)]), p, unit, estimated)
        process = _process({name: value[0] for name, value in fit.parameters.items()})
        tested = tuple(self._tested(process, rows))
        note = f"{p} lag{'s' * (p > 1)}, of up to {most} those with the smallest BIC"
        return replace(fit, checks=tested, note=note)

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of the mean: what tells how many independent rows these are worth."""
        return {"mean": (groups.count / whole.count)[:, None] * (groups.mean - whole.mean)}

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Made while the rows were at hand."""
        return fit.checks

    def _tested(self, process: Process, rows: Masses) -> Iterator[CheckResult]:
        """Whether what is not predicted is noise: without memory (Ljung & Box 1978), and normal."""
        values = np.concatenate(list(_first(rows, _TESTED)))
        off, variance = process.innovations(values)
        z = off / np.sqrt(variance)
        n, lags = len(z), process.order + _MORE_LAGS
        square = float(z @ z)
        if n > 2 * lags and square > 0.0:
            r = np.array([z[k:] @ z[:-k] for k in range(1, lags + 1)]) / square
            statistic = float(n * (n + 2.0) * (r**2 / (n - np.arange(1.0, lags + 1.0))).sum())
            detail = (
                f"residuals up to {lags} steps apart: chi-square {statistic:.4g} of {_MORE_LAGS} degrees of freedom"
            )
            yield CheckResult.single("memory left", statistic, chi_square_of(statistic, _MORE_LAGS), detail)
        yield from residuals.checks(z, 1.0)

    # --- using the answer ------------------------------------------------------------------------------------------

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density of each of consecutive rows (m, 1), given those before it."""
        return _process(parameters).log_density(x[:, 0])

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, 1) consecutive rows."""
        return _process(parameters).sample(n, rng)[:, None]

    def forecast(self, parameters: Parameters, x: Floats, steps: int) -> tuple[Floats, Floats]:
        """(steps, 1) means of the rows that follow consecutive ones (m, 1), and their standard deviations."""
        mean, spread = _process(parameters).forecast(x[:, 0], steps)
        return mean[:, None], spread[:, None]

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F of a value given those before, as a SymPy expression in the column at times t, t - 1, ..."""
        import sympy

        process = _process(parameters)
        at = [
            sympy.Symbol(f"{columns[0]}_t" if k == 0 else f"{columns[0]}_t_{k}", real=True)
            for k in range(process.order + 1)
        ]
        mean = sympy.Float(process.mean)
        predicted = sum(sympy.Float(float(c)) * (at[k] - mean) for k, c in enumerate(process.coefficients, 1))
        return (at[0] - mean - predicted) ** 2 / (2 * sympy.Float(process.innovation_variance))

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return "(x_t - mean - sum_k coefficients_k (x_{t-k} - mean))^2 / (2 innovation_variance)"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """One number each; a coefficient for each lag."""
        if name == "coefficients":
            return [((k,), f"lag {k + 1}") for k in range(np.size(parameters[name]))]
        return [((0,), (0,))] if name == "mean" else [((), "")]

    def law(self, parameters: Parameters) -> SeriesLaw:
        """Of a single row, and the entropy of one given those before."""
        return SeriesLaw(_process(parameters))

    def normalised(self, parameters: Parameters) -> float:
        """log Z of one value given those before."""
        return _process(parameters).log_partition


class SeriesLaw(GaussianLaw):
    """What the process says of a single row, which is Gaussian; its entropy is that of a row given those before."""

    def __init__(self, process: Process) -> None:
        self._process = process
        super().__init__(LABEL, np.array([process.mean]), np.array([[1.0 / process.covariances(0)[0]]]))

    @property
    def entropy(self) -> float:
        """Nats a row: the entropy rate."""
        return self._process.log_partition + 0.5

    @property
    def averages(self) -> Mapping[str, Any]:
        """Mean and autocovariances to lag p."""
        return {"mean": self._mean, COVARIANCES: self._process.covariances(self._process.order)}


def _process(parameters: Parameters) -> Process:
    coefficients = np.atleast_1d(np.asarray(parameters["coefficients"], dtype=np.float64))
    return Process(float(np.ravel(parameters["mean"])[0]), coefficients, float(parameters["innovation_variance"]))


def _fit(mean: Floats, covariances: Floats, count: Floats, n: Floats, p: int, unit: float, estimated: bool) -> Fit:
    """The fits of G series with autocovariances (G, p + 1) in squares of ``unit``; ``n`` (G,) values tell the errors,
    and ``count`` (G,) is what their likelihood is of.

    Errors of the coefficients by the inverse of their Toeplitz matrix (Brockwell & Davis 1991, theorem 8.1.1).
    """
    reflection, variance = reflections(covariances)
    coefficients = filters_of(reflection)[p]
    innovation = variance[:, p]
    log_z = 0.5 * np.log(2.0 * math.pi * innovation) + math.log(unit)
    errors = {}
    if np.isfinite(n).any():
        lag = np.abs(np.subtract.outer(np.arange(p), np.arange(p)))
        inverse = np.linalg.inv(covariances[:, lag]) if p else np.zeros((len(n), 0, 0))
        rows = np.sqrt(n)
        long_run = np.sqrt(innovation) / np.abs(1.0 - coefficients.sum(axis=1))
        errors = {
            "mean": (unit * long_run / rows * estimated)[:, None],
            "coefficients": np.sqrt(innovation[:, None] * np.einsum("gii->gi", inverse)) / rows[:, None],
            "innovation_variance": unit**2 * innovation * math.sqrt(2.0) / rows,
        }
    return Fit(
        label=LABEL,
        count=count,
        parameters={"mean": mean, "coefficients": coefficients, "innovation_variance": unit**2 * innovation},
        standard_errors=errors,
        log_partition=log_z,
        log_likelihood=-count * (log_z + 0.5),
        n_parameters=p + 1 + int(estimated),
        statistics={},
        reason=np.zeros(len(n), dtype=np.int8),
    )


def _first(rows: Masses, most: int) -> Iterator[Floats]:
    left = most
    for batch, _ in rows:
        yield batch[:left, 0]
        left -= len(batch)
        if left <= 0:
            return
