"""The O(N)-symmetric quartic: ``F = r |x - c|^2 / 2 + u |x - c|^4 / 24``; N = 1 is the Z2-symmetric one.

With the centre known it is an exponential family in ``<rho^2>, <rho^4>`` about c, so reading the table at the radial
kurtosis IS the maximum likelihood. The couplings carry the field-theory normalisation (Zinn-Justin, Quantum Field
Theory and Critical Phenomena, 4th ed., ch. 37).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat import labels
from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.models.base import (
    Center,
    CheckResult,
    Facts,
    Fit,
    Observed,
    Parameters,
    Table,
    blank_refused,
    counted,
    fixed_center,
)
from symcat.models.quartic import center as centers
from symcat.models.quartic import checks as quartic_checks
from symcat.models.quartic import radial

Floats = NDArray[np.float64]

_NO_SPREAD, _HEAVY, _NEAR_GAUSSIAN, _DEEP, _FEW_ROWS = 1, 2, 3, 4, 5


class RadialQuartic:
    """The quartic class of N columns with the symmetry O(N) about its centre (Z2 for N = 1)."""

    tabulated = True
    table_size: int | None = None

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.label = labels.quartic(dimension)
        self.needs = Needs.SECOND | (Needs.COLUMN_POWERS if dimension == 1 else Needs.RADIAL)
        self.check_needs = self.needs
        rotations = f"rotations of all {dimension} columns about the centre"
        self.facts = Facts(
            title="Z2-symmetric quartic" if dimension == 1 else f"O({dimension})-symmetric quartic",
            symmetry="reflection about the centre" if dimension == 1 else rotations,
        )

    def n_parameters(self, center: Center) -> int:
        return 2 + (self.dimension if center is None or isinstance(center, str) else 0)

    def fit(self, moments: Moments, center: Center, table: Table | None) -> Fit:
        """Centre, r and u of every group, in the units of the data, with model-based standard errors."""
        assert table is not None
        n = self.dimension
        known = fixed_center(center, moments)
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            point = centers.find(table, moments) if known is None else known
            about = moments.about(point)
            m2, kurtosis = about.m2, about.m4 / about.m2**2
            reading = radial.read(table, n, kurtosis)
            reason = self._refusals(table, m2, kurtosis)
            # A fourth moment of fewer rows says nothing; an unknown count (averages looked up) is not refused.
            few = about.count <= 2 * self.n_parameters(center)
            reason[few & (reason != _NO_SPREAD)] = _FEW_ROWS
            s = m2 / n
            r, u = reading.r / s, reading.u / s**2
            log_partition = reading.log_z(n) + 0.5 * n * np.log(s) + n * np.log(about.unit)
            log_likelihood = -about.count * (reading.entropy + 0.5 * n * np.log(s) + n * np.log(about.unit))
            errors = self._standard_errors(reading, about, r, u, center) if counted(about) else {}
        unit = about.unit
        return blank_refused(
            Fit(
                label=self.label,
                count=about.count,
                parameters={"mean": point, "r": r / unit**2, "u": u / unit**4},
                standard_errors=errors,
                log_partition=log_partition,
                log_likelihood=log_likelihood,
                n_parameters=self.n_parameters(center),
                statistics={"kurtosis": kurtosis},
                reason=reason,
                reasons=self._reasons(table),
                source="catalogue",
            )
        )

    def _refusals(self, table: Table, m2: Floats, kurtosis: Floats) -> NDArray[np.int8]:
        reason = np.zeros(len(m2), dtype=np.int8)
        reason[kurtosis > table.hi] = _NEAR_GAUSSIAN
        reason[kurtosis >= radial.gaussian_kurtosis(self.dimension)] = _HEAVY
        reason[kurtosis < table.lo] = _DEEP
        reason[~((m2 > 0.0) & np.isfinite(kurtosis))] = _NO_SPREAD
        return reason

    def _reasons(self, table: Table) -> tuple[str, ...]:
        limit = radial.gaussian_kurtosis(self.dimension)
        return (
            "",
            "the average of rho^2 about the centre is not a positive number: the rows do not vary",
            f"the kurtosis is at or above {limit:.6g}, the Gaussian's, where no normalisable quartic has these moments",
            f"the kurtosis is above {table.hi:.9g}, the end of the table: {table.above}",
            f"the kurtosis is below {table.lo:.9g}, the end of the table: {table.below}",
            "there are too few rows for a fourth moment: more than twice as many as parameters are needed",
        )

    def _standard_errors(
        self, reading: radial.Reading, about: Moments, r: Floats, u: Floats, center: Center
    ) -> dict[str, Floats]:
        """Inverse Fisher information over n; r, u and the centre's are independent by symmetry."""
        n, m2, unit = self.dimension, about.m2, about.unit
        h22, _, h44 = radial.entropy_hessian(reading, n, m2)
        if center is None:
            information = r + u * m2 * (1.0 + 2.0 / n) / 6.0  # <F''> along each column
            mean_error = np.sqrt(1.0 / (information * about.count))
        elif isinstance(center, str):
            mean_error = np.sqrt(m2 / n / about.count)
        else:
            mean_error = np.zeros_like(m2)
        return {
            "mean": np.broadcast_to((mean_error * unit)[:, None], (len(m2), n)),
            "r": 2.0 * np.sqrt(-h22 / about.count) / unit**2,
            "u": 24.0 * np.sqrt(-h44 / about.count) / unit**4,
        }

    def robust_standard_errors(self, fit: Fit, blocks: Moments, center: Center) -> dict[str, Floats]:
        """Sandwich errors for a batch of one, from the scores of consecutive blocks of rows.

        Right when the model is not, and when neighbouring rows depend on each other (batch means). White 1982, eq. 3.3;
        Liang & Zeger 1986 for the sums over blocks.
        """
        n, unit = self.dimension, blocks.unit
        point = fit.parameters["mean"][0]
        about = blocks.about(point)
        whole = about.merged()
        theta2, theta4 = fit.parameters["r"][0] * unit**2 / 2.0, fit.parameters["u"][0] * unit**4 / 24.0
        weight = about.count / whole.count
        score = np.concatenate(
            [
                2.0 * theta2 * about.first + 4.0 * theta4 * about.m3,
                (whole.m2 - about.m2)[:, None],
                (whole.m4 - about.m4)[:, None],
            ],
            axis=1,
        )
        bread = np.empty((n + 2, n + 2))
        bread[:n, :n] = (2.0 * theta2 + 4.0 * theta4 * whole.m2[0]) * np.eye(n) + 8.0 * theta4 * whole.second[0]
        bread[:n, n], bread[:n, n + 1] = -2.0 * whole.first[0], -4.0 * whole.m3[0]
        bread[n:, :n] = bread[:n, n:].T
        bread[n:, n:] = self._statistics_covariance(theta2, theta4)
        used = slice(None) if center is None else slice(n, None)
        if isinstance(center, str):  # the fourth moment moves with the sample mean
            score[:, n + 1] += 4.0 * about.first @ whole.m3[0]
        influence = np.linalg.solve(bread[used, used], (weight[:, None] * score[:, used]).T)
        error = np.sqrt((influence**2).sum(axis=1))
        if center is None:
            mean_error = error[:n] * unit
        elif isinstance(center, str):
            mean_error = np.sqrt(((weight[:, None] * about.first) ** 2).sum(axis=0)) * unit
        else:
            mean_error = np.zeros(n)
        return {
            "mean": mean_error[None],
            "r": np.array([2.0 * error[-2] / unit**2]),
            "u": np.array([24.0 * error[-1] / unit**4]),
        }

    def _statistics_covariance(self, theta2: float, theta4: float) -> Floats:
        """Covariance of (rho^2, rho^4) under the model."""
        m = radial.moments(self.dimension, 2.0 * theta2, 24.0 * theta4, (2, 4, 6, 8))
        return np.array([[m[4] - m[2] ** 2, m[6] - m[2] * m[4]], [m[6] - m[2] * m[4], m[8] - m[4] ** 2]])

    def checks(self, fit: Fit, observed: Observed, center: Center) -> Sequence[CheckResult]:
        """The moments the fit did not use, against what it predicts for them."""
        about = observed.moments.about(fit.parameters["mean"][0])
        unit = about.unit
        r, u = float(fit.parameters["r"][0]) * unit**2, float(fit.parameters["u"][0]) * unit**4
        rows = (observed.sample - fit.parameters["mean"][0]) / unit
        return quartic_checks.run(about, rows, r, u, center)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at the rows of ``x`` (m, N), per unit volume of the columns."""
        q = ((x - parameters["mean"]) ** 2).sum(axis=1)
        out: Floats = -0.5 * parameters["r"] * q - parameters["u"] * q * q / 24.0 - log_partition
        return out

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, N) rows: a radius by inversion of its distribution function, a uniform direction."""
        from scipy.interpolate import PchipInterpolator

        r, u = float(parameters["r"]), float(parameters["u"])
        radius, weight = radial.radial_grid(self.dimension, r, u, points=8193)
        cumulative = np.cumsum(weight) - 0.5 * weight  # midpoints: second order in the grid's spacing
        rising = np.concatenate([[True], np.diff(cumulative) > 0.0])
        inverse = PchipInterpolator(cumulative[rising], np.log(radius[rising]))
        uniform = np.clip(rng.random(n), cumulative[rising][0], cumulative[rising][-1])
        direction = rng.standard_normal((n, self.dimension))
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        rows: Floats = parameters["mean"] + np.exp(inverse(uniform))[:, None] * direction
        return rows

    def free_energy(self, parameters: Parameters, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns."""
        import sympy

        mean = np.atleast_1d(parameters["mean"])
        square = sum(
            (sympy.Symbol(name, real=True) - sympy.Float(float(c))) ** 2 for name, c in zip(columns, mean, strict=True)
        )
        return sympy.Float(float(parameters["r"])) / 2 * square + sympy.Float(float(parameters["u"])) / 24 * square**2
