"""A class of the values beyond zero of a column whose zeros have a probability of their own: ``hurdle(LABEL)``.

``P(x) = zeros`` at x = 0 and ``(1 - zeros) P'(x)`` elsewhere, with P' that of the class (Cragg 1971). It is an
exponential family too: whether x is zero is one more average. As it has a mass at zero, its likelihood compares with
that of a density only in cells: the mass at zero counts as spread over the smallest distance between two values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from symcat.data.charts.hurdle import ZEROS
from symcat.data.charts.hurdle import Hurdle as Chart
from symcat.data.moments import Coordinate, Floats, Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.base import Center, Entry, Facts, Masses, Model, Parameters
from symcat.models.charts.charted import Charted
from symcat.models.fit import CheckResult, Fit, Moves, Observed
from symcat.models.law import Law
from symcat.models.special import RowsModel, needs_rows


def hurdle(schema: Schema, inner: Model) -> Hurdle:
    """The class with a hurdle at zero, fitted as the class itself is."""
    return HurdleRows(schema, inner) if needs_rows(inner) else Hurdle(schema, inner)


class Hurdle(Charted):
    """The class ``inner`` of the values that are not zero."""

    atom = 0.0

    def __init__(self, schema: Schema, inner: Model) -> None:
        super().__init__(schema, Chart(), inner)
        self.facts = Facts(f"{inner.facts.title}; zeros apart", f"{inner.facts.symmetry}, of what is not zero")

    def _needed(self, needs: Needs) -> Needs:
        return super()._needed(needs) | Needs(charts=needs.charts)

    def inner_center(self, center: Center, at: Floats) -> Center:
        """The same: the values beyond zero are those of the column."""
        return center

    def beyond(self, moments: Moments) -> Moments | None:
        """The averages over the rows that are not zero, with those of other coordinates; None where not collected."""
        own = moments.charts.get(self.chart.name)
        if own is None:
            return None
        others = {
            name: replace(other, outside=other.outside - own.outside)
            for name, other in moments.charts.items()
            if name != self.chart.name
        }
        return replace(own.moments, charts=others)

    # --- fitting ---------------------------------------------------------------------------------------------------

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """The share of zeros, and the class fitted to the averages of all else."""
        beyond = self.beyond(moments)
        if beyond is None:
            return self.unmeasured(moments)
        coordinate = moments.charts[self.chart.name]
        if moments.n_groups == 1 and not self.chart.placed(coordinate.at)[0]:
            return self._inapplicable(moments, np.inf)
        return self.outward(self.inner.fit(beyond, center), moments, coordinate, center)

    def outward(self, inner: Fit, moments: Moments, coordinate: Coordinate, center: Center = None) -> Fit:
        """The fit of x that one of its values beyond zero is."""
        found = super().outward(inner, moments, replace(coordinate, outside=np.zeros_like(coordinate.outside)))
        count, beyond, resolution = moments.count, coordinate.moments.count, coordinate.at[:, 0]
        with np.errstate(all="ignore"):  # groups without zeros are refused
            zeros = np.where(
                coordinate.outside + beyond == count,
                coordinate.outside / count,
                1.0 - _mean_square(moments) / _mean_square(coordinate.moments),  # of weighted rows
            )
            of_share = count * (zeros * np.log(zeros / resolution) + (1.0 - zeros) * np.log1p(-zeros))
            error = np.sqrt(zeros * (1.0 - zeros) / count)
            of_rest = found.log_likelihood * count * (1.0 - zeros) / beyond
        return replace(
            found,
            parameters={ZEROS: np.where(found.answered, zeros, np.nan)} | found.parameters,
            standard_errors={ZEROS: np.where(found.answered, error, np.nan)} | found.standard_errors
            if found.standard_errors
            else {},
            log_likelihood=of_rest + of_share,
            n_parameters=found.n_parameters + 1,
        )

    def within(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of the class itself."""
        return {name: value for name, value in super().within(parameters).items() if name != ZEROS}

    def inner_fit(self, fit: Fit) -> Fit:
        """The fit of the rest, as far as influence and checks read it."""
        found = super().inner_fit(fit)
        return replace(found, n_parameters=found.n_parameters - 1, count=fit.count * (1.0 - fit.parameters[ZEROS]))

    def _moving(self, moves: Moves, at: Floats) -> Callable[[Floats], dict[str, Floats]]:
        return lambda rows: self._embedded(rows, moves.of_rows)

    def _embedded(self, rows: Floats, of: Callable[[Floats], dict[str, Floats]]) -> dict[str, Floats]:
        """What rows move: those that are zero nothing of the class itself."""
        beyond = rows[:, 0] != 0.0
        out = {}
        for name, moved in of(rows[beyond]).items():
            out[name] = np.zeros((len(rows), *moved.shape[1:]))
            out[name][beyond] = moved
        return out

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """That of single rows is known alone."""
        return {}

    def row_influence(self, fit: Fit, rows: Floats, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of the rows beyond zero on the class, and of all on the share of zeros."""
        every = self.beyond(whole)
        if every is None:
            return {}
        own = self.inner_fit(replace(fit, moves=None))

        def of(some: Floats) -> dict[str, Floats]:
            return (
                fit.moves.of_rows(some) if fit.moves is not None else self.inner.row_influence(own, some, every, center)
            )

        found = of(rows) if fit.moves is not None else self._embedded(rows, of)
        zeros = float(fit.parameters[ZEROS][0])
        return {ZEROS: ((rows[:, 0] == 0.0) - zeros) / float(fit.count[0])} | found if found else {}

    # --- checks ----------------------------------------------------------------------------------------------------

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Those of the class, of the rows beyond zero."""
        coordinate = observed.moments.charts.get(self.chart.name)
        if coordinate is None:
            return ()
        return self.inner.checks(self.inner_fit(fit), self.inner_observed(observed, coordinate), center)

    def inner_observed(self, observed: Observed, coordinate: Coordinate) -> Observed:
        """What is left of the rows beyond zero."""
        beyond = self.beyond(observed.moments)
        assert beyond is not None
        sample, weighted = observed.sample, observed.weighted
        if weighted is not None:
            kept = weighted[0][:, 0] != 0.0
            weighted = (weighted[0][kept], weighted[1][kept])
        return Observed(beyond, None if sample is None else sample[sample[:, 0] != 0.0], None, weighted)

    # --- what parameters say ---------------------------------------------------------------------------------------

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) of x; at zero that of its share spread over the resolution."""
        zeros, resolution = float(parameters[ZEROS]), float(parameters["resolution"])
        beyond = x[:, 0] != 0.0
        out, own = np.empty(len(x)), self.within(parameters)
        if not beyond.all():  # where exp(-F) / Z is the share whatever Z is, so that F at zero has it too
            out[~beyond] = np.log(zeros / resolution) + self.inner.normalised(own) - log_partition
        out[beyond] = np.log1p(-zeros) + self.inner.log_density(own, log_partition, x[beyond])
        return out

    def mass(self, parameters: Parameters) -> tuple[float, float, float]:
        """Zero, its share and the resolution."""
        return self.atom, float(parameters[ZEROS]), float(parameters["resolution"])

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, 1) rows of the class, of which so many are zero."""
        rows = self.inner.sample(self.within(parameters), n, rng)
        return np.where(rng.random((n, 1)) < float(parameters[ZEROS]), 0.0, rows)

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F of the class, with the logarithm of the share; another number at zero."""
        import sympy

        x = sympy.Symbol(columns[0], real=True)
        zeros, resolution = float(parameters[ZEROS]), float(parameters["resolution"])
        of_rest = self.inner.free_energy(self.within(parameters), log_partition, columns)
        at_zero = -np.log(zeros / resolution) - log_partition
        return sympy.Piecewise((sympy.Float(at_zero), sympy.Eq(x, 0)), (of_rest - sympy.log(1 - zeros), True))

    def formula(self, parameters: Parameters) -> str:
        """F of the class, for what is not zero."""
        energy = self.inner.formula(self.within(parameters))
        return f"{energy};   P(x = 0) = zeros, counted over the resolution"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The share is a number."""
        return [((), "share of rows that are 0")] if name == ZEROS else super().entries(name, parameters)

    def law(self, parameters: Parameters) -> Law:
        """That of the class, with a step at zero."""
        return HurdleLaw(
            self.label,
            float(parameters[ZEROS]),
            float(parameters["resolution"]),
            self.inner.law(self.within(parameters)),
        )

    def normalised(self, parameters: Parameters) -> float:
        """That of the class. Raises InvalidData where the share is none."""
        if not 0.0 < float(parameters[ZEROS]) < 1.0:
            raise InvalidData(f"{ZEROS}={parameters[ZEROS]!r} is no share: state a number between 0 and 1.")
        return super().normalised(parameters)


class HurdleRows(Hurdle):
    """A class of rows with a hurdle."""

    def __init__(self, schema: Schema, inner: RowsModel) -> None:
        super().__init__(schema, inner)
        self._rows = inner
        self.one_by_one = True

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The class fitted to the rows beyond zero."""
        coordinate = observed.moments.charts.get(self.chart.name)
        if coordinate is None:
            return self.unmeasured(observed.moments)
        if not self.chart.placed(coordinate.at)[0]:
            return self.fit(observed.moments, center)
        found = self._rows.fit_rows(
            None if rows is None else _Beyond(rows), self.inner_observed(observed, coordinate), center
        )
        return self.outward(found, observed.moments, coordinate, center)


def _mean_square(moments: Moments) -> Floats:
    """(G,) averages of x^2."""
    variance = moments.second[:, 0, 0] - moments.first[:, 0] ** 2
    found: Floats = moments.mean[:, 0] ** 2 + moments.unit**2 * variance
    return found


@dataclass(frozen=True)
class _Beyond:
    """The rows that are not zero, chosen anew each time they are iterated over."""

    rows: Masses

    def __iter__(self) -> Iterator[tuple[Floats, Floats]]:
        for some, times in self.rows:
            kept = some[:, 0] != 0.0
            yield some[kept], times[kept]


class HurdleLaw(Law):
    """The law ``inner`` with a share ``zeros`` of rows at zero, which count as spread over ``resolution``."""

    def __init__(self, label: str, zeros: float, resolution: float, inner: Law) -> None:
        super().__init__(label)
        self.zeros, self.resolution, self.inner = zeros, resolution, inner

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """Those of the rest, and the share of zeros."""
        return {**self.inner.averages, ZEROS: self.zeros, "resolution": self.resolution}

    @cached_property
    def mean(self) -> Floats:
        return (1.0 - self.zeros) * self.inner.mean

    def central(self, order: int) -> Floats:
        """From those of the rest about zero."""
        from math import comb

        mean = self.mean
        raw = [np.ones_like(mean), *(self.moment(k, central=False) for k in range(1, order + 1))]
        found: Floats = np.sum([comb(order, k) * raw[k] * (-mean) ** (order - k) for k in range(order + 1)], axis=0)
        return found

    def moment(self, order: int, central: bool) -> Floats:
        if central:
            return self.central(order)
        if order == 0:
            return np.ones(1)
        return (1.0 - self.zeros) * self.inner.moment(order, central=False)

    @cached_property
    def entropy(self) -> float:
        """``-<log P>``, with the density at zero that of the share over the resolution."""
        p, q = self.zeros, 1.0 - self.zeros
        return float(-p * np.log(p / self.resolution) + q * (self.inner.entropy - np.log(q)))

    def cdf(self, x: Floats) -> Floats:
        return (1.0 - self.zeros) * self.inner.cdf(x) + self.zeros * (x >= 0.0)

    def ppf(self, p: Floats) -> Floats:
        """Zero where the step is."""
        q = 1.0 - self.zeros
        below = q * float(self.inner.cdf(np.zeros(1))[0])
        share = np.where(p <= below, p, np.maximum(p - self.zeros, below)) / q
        return np.where((p > below) & (p <= below + self.zeros), 0.0, self.inner.ppf(np.clip(share, 0.0, 1.0)))
