"""What the polynomials of one column have in common: everything but how symmetry enters the fit."""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.base import Class, Entry, Facts, Parameters
from symcat.models.batches import blank_refused
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.scalar import checks, reasons, standard
from symcat.models.scalar.labels import NAMES, degree_of, is_even, orders, special_cases
from symcat.models.scalar.law import PolynomialLaw, coefficients
from symcat.models.scalar.newton import Found
from symcat.models.scalar.shape import shape

Floats = NDArray[np.float64]

GRID = "grid"
"""Among the statistics of a fit: the grid of the sums (G, 3), in standard deviations."""

_DEGREES = {4: "four", 6: "six", 8: "eight"}
_SAMPLING_POINTS = 4097  # of each well


def too_few(count: Floats, free: int) -> NDArray[np.bool_]:
    """(G,) where rows are too few for so many free parameters."""
    return count <= 2 * free


class ScalarPolynomial(Class):
    """The density of a polynomial of one real column."""

    by_group = False

    def __init__(self, label: str, schema: Schema) -> None:
        self.label, self.schema = label, schema
        self.degree, self.even, self.orders = degree_of(label), is_even(label), orders(label)
        self.needs, self.check_needs = Needs(power=self.degree), Needs(power=self.degree + 2)
        self.check_rows = checks.FEWEST
        self.nested, self.least_free = special_cases(label), len(self.orders)
        word = f"free energy of degree {_DEGREES[self.degree]} in one column"
        self.facts = Facts(
            title=f"Even {word}" if self.even else f"General {word}".replace("General free", "Free"),
            symmetry="reflection about the centre" if self.even else "none",
        )

    def _fit(
        self, moments: Moments, found: Found, mean: Floats, deviation: Floats, errors: dict[str, Floats], free: int
    ) -> Fit:
        """The record of what was found in the unit ``deviation * moments.unit``; ``moments`` are about the mean."""
        with np.errstate(all="ignore"):
            unit = deviation * moments.unit
            mean_f = np.einsum("gk,gk->g", found.theta[:, 1:], self._averages(moments, deviation)[:, 1:])
            log_z = found.log_z + np.log(unit)
            couplings = standard.couplings(found.theta[:, 1:], self.orders, unit)
            exponent = self.degree * np.abs(np.log10(unit))
        few = too_few(moments.count, free)
        said, texts = reasons.of_search(found, self.degree, self.even)
        said, texts = reasons.refuse(
            said,
            texts,
            [
                (few, "there are too few rows: more than twice as many as parameters are needed"),
                (
                    ~(exponent < reasons.LARGEST_EXPONENT),
                    f"couplings scale as power {self.degree} of the unit and leave double precision: choose another",
                ),
                (~(deviation > 0.0), "the rows do not vary"),
            ],
        )
        return blank_refused(
            Fit(
                label=self.label,
                count=moments.count,
                parameters={"mean": mean, **couplings},
                standard_errors=errors,
                log_partition=log_z,
                log_likelihood=-moments.count * (log_z + mean_f),
                n_parameters=free,
                statistics={GRID: found.grid, checks.HUMP: found.seen[:, 2]},
                reason=said,
                reasons=texts,
            )
        )

    def _averages(self, about: Moments, deviation: Floats, top: int = 0) -> Floats:
        """(G, K + 1) averages of the powers that F has, or to the power ``top``, about the mean, in deviations."""
        found = standard.scaled(standard.powers(about, top or self.degree), deviation)
        return found[:, ::2] if self.even else found

    def _beyond(self, fit: Fit, observed: Observed, *, estimated: bool = True) -> CheckResult | None:
        """What the fit has not met: the spread of the rows, of a batch of one; of averages alone the next moments."""
        about = observed.moments.about(fit.parameters["mean"])
        deviation = deviation_of(about)
        theta, grid = standard.thetas(fit.parameters, self.orders, deviation * about.unit), fit.statistics[GRID]
        if observed.sample is not None and len(fit.count) == 1:
            if not fit.answered[0]:
                return None
            rows = (observed.sample[:, 0] - fit.parameters["mean"][0, 0]) / (deviation[0] * about.unit)
            return shape(theta[0], grid[0], rows, even=self.even, estimated=estimated)
        if standard.highest(observed.moments) < self.degree + 2:
            return None
        return checks.next_moments(fit, theta, self._averages(about, deviation, self.degree + 2), grid, even=self.even)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at the rows of ``x`` (m, 1)."""
        y = x[:, 0] - np.atleast_1d(parameters["mean"])[0]
        out: Floats = -np.polynomial.polynomial.polyval(y, coefficients(self.label, parameters)) - log_partition
        return out

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, 1) rows, by inversion of the distribution function."""
        from scipy.interpolate import PchipInterpolator

        line = self.law(parameters).line
        wells = [np.linspace(well.lo, well.hi, _SAMPLING_POINTS) for well in line.wells]
        x = line.origin + line.scale * np.concatenate(wells)
        below = line.cdf(x)
        rising = np.concatenate([[True], np.diff(below) > 0.0])
        inverse = PchipInterpolator(below[rising], x[rising])
        rows: Floats = inverse(np.clip(rng.random(n), below[rising][0], below[rising][-1]))[:, None]
        return rows

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the column."""
        import sympy

        y = sympy.Symbol(columns[0], real=True) - sympy.Float(float(np.atleast_1d(parameters["mean"])[0]))
        total = sympy.Integer(0)
        for k in self.orders:
            total += sympy.Float(float(parameters[NAMES[k]])) / factorial(k) * y**k
        return total

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        terms = [f"{NAMES[k]} y" + (f"^{k}/{k}!" if k > 1 else "") for k in self.orders]
        return f"{' + '.join(terms)},   y = x - mean"

    def law(self, parameters: Parameters) -> PolynomialLaw:
        """By integrals over the line."""
        return PolynomialLaw(self.label, parameters)

    def normalised(self, parameters: Parameters) -> float:
        """log Z by integrals."""
        return self.law(parameters).line.log_partition

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """Single numbers."""
        return [((0,), (0,))] if name == "mean" else [((), "")]


def deviation_of(about: Moments) -> Floats:
    """(G,) root of the average square about the origin, in the unit of the moments; NaN where the rows do not vary."""
    with np.errstate(invalid="ignore"):
        deviation = np.sqrt(about.second[:, 0, 0])
    return np.where(deviation > 0.0, deviation, np.nan)
