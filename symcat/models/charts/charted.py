"""A class of one real column in the coordinate y of a chart, told in the units of the column x itself.

The density of x is that of y divided by dx/dy: ``P(x) = exp(-F(y(x)) - log dx/dy) / Z``. Parameters, log Z and checks
are the class's own, of y; density, likelihood and the law are of x, so that classes compare across charts. What places
the chart is fixed from the rows and counted among the parameters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from symcat.data.charts.base import Chart, words
from symcat.data.moments import Coordinate, Floats, Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.statistics.coordinates import Charting
from symcat.errors import InvalidData
from symcat.models.base import Center, Class, Entry, Facts, Model, Parameters
from symcat.models.batches import blank_refused, refused_fit
from symcat.models.charts.labels import around
from symcat.models.charts.law import ChartedLaw
from symcat.models.fit import CheckResult, Fit, Moves, Observed
from symcat.models.law import Law

FIXED = "fixed from the rows"
"""What a number that places a chart is said to belong to."""

_COLUMN = re.compile(r"\bx\b")
_SHAPES: dict[str, dict[str, tuple[int, ...]]] = {}  # of the parameters by the label: of one column they are alike
_ASIDE = ",   "  # between F and what is said of its letters


class Charted(Class):
    """The class ``inner``, of the coordinate as its column, for the one column of ``schema``."""

    by_group = False

    def __init__(self, schema: Schema, chart: Chart, inner: Model) -> None:
        self.schema, self.chart, self.inner = schema, chart, inner
        self.label = around(chart.name, inner.label)
        self.facts = Facts(f"{inner.facts.title}, of {chart.formula}", f"{inner.facts.symmetry}, of {chart.formula}")
        self.needs, self.check_needs = self._needed(inner.needs), self._needed(inner.check_needs)
        self.check_rows = inner.check_rows
        self.takes = inner.takes
        self.one_by_one = inner.one_by_one
        self.least_free = inner.least_free + len(chart.places)
        self.nested = frozenset(around(chart.name, label) for label in inner.nested)

    def _needed(self, needs: Needs) -> Needs:
        return Needs(charts=((self.chart.name, max(needs.power, needs.radius)),))

    @property
    def coordinate_words(self) -> str:
        """The coordinate of the column in short."""
        return words(self.chart, self.schema.columns[0])

    # --- there and back --------------------------------------------------------------------------------------------

    def at(self, parameters: Parameters) -> Floats:
        """(..., k) what places the chart."""
        if not self.chart.places:
            return np.empty(0)
        return np.stack([np.asarray(parameters[name], dtype=np.float64) for name in self.chart.places], axis=-1)

    def within(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of the class itself."""
        return {name: value for name, value in parameters.items() if name not in self.chart.places}

    def inner_fit(self, fit: Fit) -> Fit:
        """The fit in the coordinate, as far as influence and checks read it."""
        return replace(
            fit,
            label=self.inner.label,
            parameters=self.within(fit.parameters),
            n_parameters=fit.n_parameters - len(self.chart.places),
            moves=None,
        )

    def inner_center(self, center: Center, at: Floats) -> Center:
        """The centre in the coordinate, (G, 1) where it is known, zero where it has none."""
        known = self._known_center(center, at)
        return center if known is None else np.nan_to_num(known)[:, None]

    def _known_center(self, center: Center, at: Floats) -> Floats | None:
        """(G,) the coordinate of a known centre, NaN where it has none."""
        if center is None or isinstance(center, str):
            return None
        return self.chart.coordinate(np.broadcast_to(np.asarray(center)[0], at.shape[:-1]), at)

    def mapped(self, rows: Floats, at: Floats) -> Floats:
        """(m, 1) the coordinate of rows (m, 1)."""
        return self.chart.coordinate(rows[:, 0], at)[:, None]

    # --- fitting ---------------------------------------------------------------------------------------------------

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """The class fitted to the averages of the coordinate."""
        coordinate = moments.charts.get(self.chart.name)
        if coordinate is None:
            return self.unmeasured(moments)
        lacking = self._lacks(coordinate)
        if len(lacking) == 1 and lacking[0] > 0.0:  # what is refused needs no search
            return self._inapplicable(moments, float(lacking[0]))
        return self.outward(
            self.inner.fit(coordinate.moments, self.inner_center(center, coordinate.at)), moments, coordinate, center
        )

    def _lacks(self, coordinate: Coordinate) -> Floats:
        """(G,) rows without a coordinate; infinite where the chart has no place."""
        return np.where(self.chart.placed(coordinate.at), coordinate.outside, np.inf)

    def _inapplicable(self, moments: Moments, lacking: float) -> Fit:
        """No answer for a batch of one with so many rows without a coordinate; its numbers are there by name."""
        if self.label not in _SHAPES:
            numbers = self.unmeasured(moments).parameters
            _SHAPES[self.label] = {name: value.shape[1:] for name, value in numbers.items()}
        return refused_fit(self.label, moments.count, self._lacking(lacking), _SHAPES[self.label])

    def unmeasured(self, moments: Moments) -> Fit:
        """No answer from averages of x alone; its numbers are there by name."""
        (name, power), groups = self.needs.charts[0], moments.n_groups
        at = np.zeros((groups, len(self.chart.places)))
        nothing = Charting(self.chart, self.schema.columns[0], 0, power).nothing(at, np.zeros(groups))
        found = self.outward(self.inner.fit(nothing.moments, None), moments, nothing)
        instead = "pass the data itself"
        if not self.chart.places:
            instead += f', or collect them with Statistics(needs=Needs(charts=(("{name}", 6),)))'
        why = f"these statistics hold no averages of {self.coordinate_words}: {instead}"
        return blank_refused(replace(found, reason=np.ones(groups, dtype=np.int8), reasons=("", why)))

    def outward(self, inner: Fit, moments: Moments, coordinate: Coordinate, center: Center = None) -> Fit:
        """The fit of x that a fit of the coordinate is; refused where rows have no coordinate."""
        at, moves = coordinate.at, inner.moves
        fit = replace(
            inner,
            label=self.label,
            count=moments.count,
            parameters=inner.parameters | {name: at[:, k] for k, name in enumerate(self.chart.places)},
            log_likelihood=inner.log_likelihood - inner.count * coordinate.log_jacobian,
            n_parameters=inner.n_parameters + len(self.chart.places),
            moves=None if moves is None else replace(moves, of_rows=self._moving(moves, at[0])),
        )
        return self._refused(fit, coordinate, center)

    def _moving(self, moves: Moves, at: Floats) -> Callable[[Floats], dict[str, Floats]]:
        return lambda rows: moves.of_rows(self.mapped(rows, at))

    def _refused(self, fit: Fit, coordinate: Coordinate, center: Center) -> Fit:
        """Without answers where the chart is not of the rows, or not of the centre; the former reason counts more."""
        reason, reasons = fit.reason.astype(np.int64), list(fit.reasons)
        known = self._known_center(center, coordinate.at)
        if known is not None:
            lost = ~np.isfinite(known)
            reason[lost] = len(reasons)
            reasons.append(f"center= is {self.chart.lacking}, where {self.coordinate_words} has no value")
        outside = self._lacks(coordinate)
        for number in np.unique(outside[outside > 0.0]).tolist():
            reason[outside == number] = len(reasons)
            reasons.append(self._lacking(number))
        return blank_refused(replace(fit, reason=reason, reasons=tuple(reasons)))

    def _lacking(self, number: float) -> str:
        """Why a chart does not apply to so many rows, or to none."""
        if not np.isfinite(number):
            return f"{self.coordinate_words} cannot be taken {self.chart.lacking}"
        values = "value is" if number == 1.0 else "values are"
        return f"{number:,.0f} {values} {self.chart.lacking}, where {self.coordinate_words} does not exist"

    def corrected(
        self,
        observed: Observed,
        refused: Fit,
        center: Center = None,
        rows: Callable[[], Iterable[Floats]] | None = None,
    ) -> Fit | None:
        """By the series of the class, where it is not the chart that has refused."""
        moments = observed.moments
        coordinate = moments.charts.get(self.chart.name)
        if coordinate is None or coordinate.outside[0] or not self.chart.placed(coordinate.at)[0]:
            return None
        found = self.inner.corrected(self.inner_observed(observed, coordinate), self.inner_fit(refused))
        return None if found is None else self.outward(found, moments, coordinate)

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """That on the parameters of the class; what places the chart is taken as fixed."""
        own, every = (m.charts.get(self.chart.name) for m in (groups, whole))
        if own is None or every is None:
            return {}
        groups, whole = own.moments.in_unit(every.moments.unit), every.moments
        return self.inner.influence(self.inner_fit(fit), groups, whole, self.inner_center(center, every.at))

    def row_influence(self, fit: Fit, rows: Floats, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Likewise of rows."""
        if fit.moves is not None:
            return fit.moves.of_rows(rows)
        every = whole.charts[self.chart.name]
        inside = self.inner_center(center, every.at)
        return self.inner.row_influence(self.inner_fit(fit), self.mapped(rows, every.at[0]), every.moments, inside)

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """That of the class."""
        if fit.moves is not None:
            return fit.moves.besides
        every = whole.charts.get(self.chart.name)
        return {} if every is None else self.inner.influence_besides(self.inner_fit(fit), every.moments)

    # --- checks ----------------------------------------------------------------------------------------------------

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Those of the class, of the coordinate."""
        coordinate = observed.moments.charts.get(self.chart.name)
        if coordinate is None:
            return ()
        inside = self.inner_center(center, coordinate.at)
        found = self.inner.checks(self.inner_fit(fit), self.inner_observed(observed, coordinate), inside)
        return [replace(check, detail=partial(_of, self.coordinate_words, check.detail)) for check in found]

    def inner_observed(self, observed: Observed, coordinate: Coordinate) -> Observed:
        """What is left of the data, in the coordinate; of many groups averages alone."""
        sample, weighted = observed.sample, observed.weighted
        if len(coordinate.at) > 1:
            return Observed(coordinate.moments)
        at = coordinate.at[0]
        return Observed(
            coordinate.moments,
            None if sample is None else self.mapped(sample, at),
            None,
            None if weighted is None else (self.mapped(weighted[0], at), weighted[1]),
        )

    # --- what parameters say ---------------------------------------------------------------------------------------

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) of x: minus infinity where the chart has no coordinate, and so no density."""
        at = self.at(parameters)
        y = self.chart.coordinate(x[:, 0], at)
        inside = ~np.isnan(y)
        out = np.where(np.isnan(x[:, 0]), np.nan, -np.inf)
        of_y = self.inner.log_density(self.within(parameters), log_partition, y[inside, None])
        out[inside] = of_y - self.chart.log_jacobian(y[inside], at)
        return out

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, 1) rows of the class, mapped back."""
        y = self.inner.sample(self.within(parameters), n, rng)
        return self.chart.inverse(y[:, 0], self.at(parameters))[:, None]

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F of the coordinate, and log dx/dy."""
        import sympy

        x = sympy.Symbol(columns[0], real=True)
        of_y = self.inner.free_energy(self.within(parameters), log_partition, columns)
        y, log_jacobian = self.chart.expressions(x, self.at(parameters))
        return of_y.subs(x, y) + log_jacobian

    def formula(self, parameters: Parameters) -> str:
        """F of the coordinate, written in x, and log dx/dy."""
        energy, aside, said = self.inner.formula(self.within(parameters)).partition(_ASIDE)
        return _COLUMN.sub(self.chart.formula, energy) + f" + {self.chart.jacobian}" + aside + self._written(said)

    def _written(self, text: str) -> str:
        return _COLUMN.sub(self.chart.formula, text)

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """Those of the class; what places the chart is a number."""
        return [((), FIXED)] if name in self.chart.places else self.inner.entries(name, self.within(parameters))

    def law(self, parameters: Parameters) -> Law:
        """That of the class, mapped back."""
        inside = self.within(parameters)
        log_z = cache(partial(self.inner.normalised, inside))

        def log_density(y: Floats) -> Floats:
            return self.inner.log_density(inside, log_z(), y[:, None])

        return ChartedLaw(self.label, self.chart, self.at(parameters), self.inner.law(inside), log_density)

    def normalised(self, parameters: Parameters) -> float:
        """That of the class: the integral over y is that over x."""
        if not self.chart.placed(self.at(parameters)):
            raise InvalidData(
                f"{' and '.join(self.chart.places)} do not place the chart {self.chart.name}: state finite numbers, "
                "the unit positive."
            )
        return self.inner.normalised(self.within(parameters))


def _of(coordinate: str, detail: Callable[[int], str], group: int) -> str:
    return f"of {coordinate}: {detail(group)}"
