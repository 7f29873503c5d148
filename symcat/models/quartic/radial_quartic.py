"""The O(N)-symmetric quartic: ``F = r |x - c|^2 / 2 + u |x - c|^4 / 24``; N = 1 is the Z2-symmetric one.

With the centre known it is an exponential family in ``<rho^2>, <rho^4>`` about c, so reading the table at the radial
kurtosis IS the maximum likelihood. The couplings carry the field-theory normalisation (Zinn-Justin, Quantum Field
Theory and Critical Phenomena, 4th ed., ch. 37).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.base import Center, Class, Entry, Facts, Parameters, Rest, counted, fixed_center, is_estimated
from symcat.models.batches import blank_refused
from symcat.models.fit import CheckResult, Coverage, Fit, Observed
from symcat.models.quartic import center as centers
from symcat.models.quartic import checks as quartic_checks
from symcat.models.quartic import errors, large_n, radial
from symcat.models.quartic import law as laws
from symcat.models.quartic.labels import LARGEST_TABULATED_DIMENSION, label_of
from symcat.models.remaining import left_of
from symcat.models.tables import Table, Tables

Floats = NDArray[np.float64]

_NO_SPREAD, _HEAVY, _NEAR_GAUSSIAN, _DEEP, _FEW_ROWS = 1, 2, 3, 4, 5


class RadialQuartic(Class):
    """The quartic class of N real columns with the symmetry O(N) about its centre (Z2 for N = 1)."""

    takes = frozenset({"center"})

    def __init__(self, schema: Schema, tables: Tables) -> None:
        self.schema = schema
        self.dimension = dimension = len(schema)
        self.label = label_of(dimension)
        self.needs = Needs(power=4) if dimension == 1 else Needs(radius=4)
        self.check_needs = Needs(power=6 if dimension == 1 else 4)
        self.check_rows = quartic_checks.FEWEST
        self.invariant = frozenset({"rotation" if dimension > 1 else "z2"})
        self.nested = frozenset({"gaussian.isotropic", *["gaussian.full"] * (dimension == 1)})
        rotations = f"rotations of all {dimension} columns about the centre"
        self.facts = Facts(
            title="Z2-symmetric quartic" if dimension == 1 else f"O({dimension})-symmetric quartic",
            symmetry="reflection about the centre" if dimension == 1 else rotations,
        )
        self._tables = tables

    @cached_property
    def table(self) -> Table:
        """The catalogue's functions of the radial kurtosis, read when they are first wanted."""
        if self.dimension > LARGEST_TABULATED_DIMENSION:
            return large_n.table(self.dimension, self._tables)
        return self._tables.table(self.label)

    def n_parameters(self, center: Center) -> int:
        return 2 + (self.dimension if is_estimated(center) else 0)

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Centre, r and u of every group, in the units of the data, with model-based standard errors."""
        n, table = self.dimension, self.table
        moments = _to_fourth(moments)
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
            standard_errors = errors.model_based(reading, about, r, u, center) if counted(about) else {}
        unit = about.unit
        return blank_refused(
            Fit(
                label=self.label,
                count=about.count,
                parameters={"mean": point, "r": r / unit**2, "u": u / unit**4},
                standard_errors=standard_errors,
                log_partition=log_partition,
                log_likelihood=log_likelihood,
                n_parameters=self.n_parameters(center),
                statistics={"kurtosis": kurtosis},
                reason=reason,
                reasons=self._reasons(table),
                source="catalogue",
                coverage=Coverage("kurtosis", table.lo, table.hi),
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

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups of rows, from their scores."""
        return errors.influence(fit, _to_fourth(groups), _to_fourth(whole), center)

    def row_influence(self, fit: Fit, rows: Floats, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of single rows, from theirs."""
        return errors.row_influence(fit, rows, _to_fourth(whole), center)

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """The moments the fit did not use, against what it predicts for them."""
        return quartic_checks.run(fit, observed, center, self.table)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at the rows of ``x`` (m, N), per unit volume of the columns."""
        q = ((x - parameters["mean"]) ** 2).sum(axis=1)
        out: Floats = -0.5 * parameters["r"] * q - (parameters["u"] / 24.0 * q) * q - log_partition
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

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns."""
        import sympy

        mean = np.atleast_1d(parameters["mean"])
        square = sum(
            (sympy.Symbol(name, real=True) - sympy.Float(float(c))) ** 2 for name, c in zip(columns, mean, strict=True)
        )
        return sympy.Float(float(parameters["r"])) / 2 * square + sympy.Float(float(parameters["u"])) / 24 * square**2

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        y = "(x - mean)" if self.dimension == 1 else "|x - mean|"
        return f"r/2 {y}^2 + u/24 {y}^4"

    def law(self, parameters: Parameters) -> laws.OneColumn | laws.RadialLaw:
        """By integrals over the line or the radius."""
        mean = np.atleast_1d(parameters["mean"])
        return laws.law(self.label, mean, float(parameters["r"]), float(parameters["u"]))

    def given(self, parameters: Parameters, known: Mapping[int, float]) -> Rest:
        """Of the other columns, again about the centre: the square of the distance of those known adds to r."""
        mean, u = np.atleast_1d(parameters["mean"]), np.asarray(parameters["u"], dtype=np.float64)
        left = left_of(self.dimension, known)
        square = sum((value - mean[j]) ** 2 for j, value in known.items())
        r = np.asarray(parameters["r"] + u * square / 6.0)
        return Rest(label_of(len(left)), {"mean": mean[left], "r": r, "u": u})

    def normalised(self, parameters: Parameters) -> float:
        """log Z by quadrature."""
        return self.law(parameters).log_partition

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The mean by column; r and u are single numbers."""
        return [((j,), (j,)) for j in range(self.dimension)] if name == "mean" else [((), "")]


def _to_fourth(moments: Moments) -> Moments:
    """Without the powers beyond the fourth, which only the checks read, so that the fit does not move them about."""
    powers = moments.column_powers
    return moments if powers is None else replace(moments, column_powers=powers[:, :, :2])
