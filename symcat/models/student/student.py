"""``student.scalar``: Student's t of one real column, ``F = (nu + 1) / 2 log(1 + (x - m)^2 / (nu s^2))``.

Of all laws with a given average of ``log(1 + (x - m)^2 / s^2)`` it has the largest entropy. No averages are sufficient
for centre, scale and degrees of freedom together, so that the maximum of the likelihood needs the rows; with centre and
width, s sqrt(nu), known it is read from that average.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models.at_hand import NEEDS_ROWS, at_hand
from symcat.models.base import Center, Class, Entry, Facts, Floats, Masses, Parameters, fixed_center, is_estimated
from symcat.models.batches import refused_fit
from symcat.models.curve import Curve
from symcat.models.fit import CheckResult, Coverage, Fit, Moves, Observed
from symcat.models.goodness import smooth
from symcat.models.one_column import WithAverages
from symcat.models.student import averages, likelihood
from symcat.models.student.law import StudentLaw, log_partition
from symcat.models.student.likelihood import Point, Slope
from symcat.models.student.reduced import DEGREES
from symcat.models.student.search import NoMaximum, maximum, start_of
from symcat.models.student.values import Values
from symcat.models.tables import Tables

LABEL = "student.scalar"

_GAUSSIAN = 3.0
_NO_TAILS = (
    "the kurtosis is at or below 3, the Gaussian's, where the likelihood does not grow with heavier tails: its maximum "
    "is the Gaussian"
)


class Student(Class):
    """Student's law of one real column, with its centre, scale and degrees of freedom."""

    label = LABEL
    facts = Facts("Student's t", "reflection about the centre")
    needs = Needs(power=4)
    takes = frozenset({"center"})
    one_by_one = True
    by_group = False
    nested = frozenset({"gaussian.full", "gaussian.isotropic"})

    def __init__(self, schema: Schema, tables: Tables) -> None:
        self.schema = schema
        self._curve = Curve(tables, LABEL, DEGREES)

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Of averages about a known centre in a known width; other ones do not tell the maximum, and there are only its
        numbers by name."""
        if isinstance(moments, WithAverages):
            return averages.fitted(self.label, moments, self._curve)
        shapes: dict[str, tuple[int, ...]] = {"mean": (1,), "scale": (), "degrees_of_freedom": ()}
        return refused_fit(self.label, moments.count, NEEDS_ROWS, shapes)

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The maximum of the likelihood of a batch of one over all its rows."""
        moments = observed.moments
        known = fixed_center(center, moments)
        kurtosis = _kurtosis(moments, moments.mean if known is None else known)
        statistics = {"kurtosis": np.array([kurtosis])}
        if not kurtosis > _GAUSSIAN:
            refused = refused_fit(self.label, moments.count, _NO_TAILS)
            return replace(refused, statistics=statistics, coverage=Coverage("kurtosis", _GAUSSIAN, np.inf))
        n_parameters = 3 if is_estimated(center) else 2
        if moments.count[0] <= 2 * n_parameters:
            few = f"more than {2 * n_parameters} rows are needed for {n_parameters} parameters"
            return refused_fit(self.label, moments.count, few)
        every = at_hand(rows, observed)
        if every is None:
            return refused_fit(self.label, moments.count, NEEDS_ROWS)
        origin, unit = float(moments.origin[0, 0]), moments.unit
        values = Values(every, origin, unit)
        sample = next(iter(values))[0] if observed.sample is None else (observed.sample[:, 0] - origin) / unit
        at = None if known is None else (float(known[0, 0]) - origin) / unit
        free = slice(0 if at is None else 1, 3)
        spike = _Spike.of(sample, at, float(moments.count[0]))
        start = start_of(sample, at)
        if len(sample) < moments.count[0]:
            with suppress(NoMaximum):  # a sample may have none where all rows have one
                start, _ = maximum(start, [(sample, None)], free, spike.least)
        try:
            point, slope = maximum(start, values, free, spike.least)
        except NoMaximum as stopped:
            said = f"the likelihood has no maximum that can be used: {stopped}{spike.words(origin, unit)}"
            return refused_fit(self.label, moments.count, said)
        log_z = log_partition(point.s, point.nu) + np.log(unit)
        return Fit(
            label=self.label,
            count=moments.count,
            parameters=_named(np.array([[origin + unit * point.m, unit * point.s, point.nu]])),
            standard_errors=_named(_errors(point, slope, free, moments, center)),
            log_partition=np.array([log_z]),
            log_likelihood=np.array([slope.value - slope.count * np.log(unit)]),
            n_parameters=n_parameters,
            statistics=statistics,
            reason=np.zeros(1, dtype=np.int8),
            note="maximum of the likelihood over the rows",
            moves=Moves(_Moving(point, slope, free, origin, unit, isinstance(center, str))),
        )

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the rows are spread as the law says, tested with the sample."""
        if observed.sample is None or not fit.answered[0]:
            return ()
        law = self.law({name: value[0] for name, value in fit.parameters.items()})
        point = Point(float(law.center[0]), law.scale, law.nu)
        free = slice(0 if is_estimated(center) else 1, 3)
        found = smooth(
            observed.sample[:, 0],
            law.cdf,
            law.ppf,
            lambda x: likelihood.scores(point, x)[:, free],
            likelihood.fisher(law.nu)[free, free],
        )
        return () if found is None else (found,)

    # --- using the answer ------------------------------------------------------------------------------------------

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at rows (m, 1)."""
        law = self.law(parameters)
        z = (x[:, 0] - law.center) / law.scale
        return -0.5 * (law.nu + 1.0) * np.log1p(z * z / law.nu) - log_partition

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, 1) rows."""
        law = self.law(parameters)
        return (law.center + law.scale * rng.standard_t(law.nu, size=n))[:, None]

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the column."""
        import sympy

        law = self.law(parameters)
        z = (sympy.Symbol(columns[0], real=True) - sympy.Float(float(law.center[0]))) / sympy.Float(law.scale)
        nu = sympy.Float(law.nu)
        return (nu + 1) / 2 * sympy.log(1 + z**2 / nu)

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return "(degrees_of_freedom + 1)/2 log(1 + ((x - mean)/scale)^2/degrees_of_freedom)"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """One number each."""
        return [((0,), (0,))] if name == "mean" else [((), "")]

    def law(self, parameters: Parameters) -> StudentLaw:
        """In closed form."""
        return StudentLaw(self.label, parameters)

    def normalised(self, parameters: Parameters) -> float:
        """log Z in closed form."""
        return log_partition(float(parameters["scale"]), float(parameters["degrees_of_freedom"]))


def _named(values: Floats) -> dict[str, Floats]:
    """Numbers (G, 3) by parameter."""
    return {"mean": values[:, :1], "scale": values[:, 1], "degrees_of_freedom": values[:, 2]}


def _kurtosis(moments: Moments, point: Floats) -> float:
    about = moments.about(point)
    with np.errstate(all="ignore"):
        return float((about.m4 / about.m2**2)[0])


def _errors(point: Point, slope: Slope, free: slice, moments: Moments, center: Center) -> Floats:
    """(1, 3) by Fisher's information; the sample mean, where it is the centre, has that of a mean."""
    error = np.zeros(3)
    error[free] = np.sqrt(np.diagonal(np.linalg.inv(slope.count * likelihood.fisher(point.nu)[free, free])))
    error *= (moments.unit * point.s, moments.unit * point.s, point.nu)
    if isinstance(center, str):
        error[0] = moments.unit * np.sqrt(moments.about(moments.mean).m2[0] / moments.count[0])
    return error[None]


@dataclass(frozen=True)
class _Spike:
    """The value at which the likelihood has no bound, and the share of the rows there."""

    value: float
    share: float
    repeated: bool

    @classmethod
    def of(cls, sample: Floats, center: float | None, count: float) -> _Spike:
        if center is not None:
            share = float((sample == center).mean())
            return cls(center, share, share > 0.0)
        seen, times = np.unique(sample, return_counts=True)
        most = int(times.argmax())
        repeated = bool(times[most] > 1)
        return cls(float(seen[most]), float(times[most]) / len(sample) if repeated else 1.0 / count, repeated)

    @property
    def least(self) -> float:
        """Degrees of freedom at and below which the scale goes to zero."""
        return self.share / (1.0 - self.share) if self.share < 1.0 else np.inf

    def words(self, origin: float, unit: float) -> str:
        if not self.repeated:
            return ""
        return (
            f"; {self.share:.1%} of the rows have the value {origin + unit * self.value:g}, where the density can grow "
            "without bound"
        )


@dataclass(frozen=True)
class _Moving:
    """How far rows move the parameters: their scores through the inverse of the likelihood's own curvature."""

    point: Point
    slope: Slope
    free: slice
    origin: float
    unit: float
    about_mean: bool

    @cached_property
    def _inverse(self) -> Floats:
        return np.asarray(np.linalg.inv(-self.slope.hessian[self.free, self.free]))

    def __call__(self, rows: Floats) -> dict[str, Floats]:
        y = (rows[:, 0] - self.origin) / self.unit
        score = likelihood.scores(self.point, y)
        moved = np.zeros((len(y), 3))
        if self.about_mean:  # scale and degrees of freedom move with the sample mean
            moved[:, 0] = (y - self.point.m) / self.point.s / self.slope.count
            score = score + moved[:, :1] * self.slope.hessian[0]
        moved[:, self.free] = score[:, self.free] @ self._inverse
        length = self.unit * self.point.s
        return _named(moved * (length, length, -self.point.nu))
