"""What a density says of values that repeat: the probability of all that would be rounded to each.

A law of whole numbers gives each a probability, at most one, and so does a class with a mass at a value; a density
there may be as high as one likes. They compare by the probability that the density gives to a cell around the value.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from symcat.data.moments import Moments
from symcat.errors import SymcatError
from symcat.models.base import Floats, Masses, Model
from symcat.models.candidates import Candidate
from symcat.models.fit import Fit, Observed
from symcat.models.rounded_rows import RoundedRows
from symcat.models.special import has_atom

_LEAST_MASS = 1e-9  # a smaller difference of two shares has too few digits left; the density over the cell has them


def distinct(rows: Masses) -> tuple[Floats, Floats]:
    """The values (m,) of the only column, ascending, and what each counts."""
    values: Floats = np.empty(0)
    counts: Floats = np.empty(0)
    for batch, times in rows:
        values, place = np.unique(np.concatenate([values, batch[:, 0]]), return_inverse=True)
        counts = np.bincount(place, np.concatenate([counts, times]), minlength=len(values)).astype(np.float64)
    return values, counts


def rounding_cost(model: Model, fit: Fit, values: Floats, times: Floats) -> float:
    """Nats by which the log-likelihood of a batch of one is above that of the cells around whole numbers.

    ``values`` (m,) are the whole numbers, each as often as ``times`` says. Infinite where the distribution function is
    not known.
    """
    known = _density_and_mass(model, fit, values, 1.0)
    if known is None:
        return np.inf
    density, mass = known
    with np.errstate(divide="ignore"):
        cost = np.where(mass > _LEAST_MASS, density - np.log(mass), np.maximum(density - np.log(_LEAST_MASS), 0.0))
    return float(fit.count[0] * np.average(cost, weights=times))


def spike_cost(model: Model, fit: Fit, at: float, times: float, cell: float) -> float:
    """Likewise of the ``times`` rows at one value, which count as spread over a ``cell`` around it."""
    known = _density_and_mass(model, fit, np.array([at]), cell)
    if known is None:
        return np.inf
    (density,), (mass,) = known
    return float(times * max(density - np.log(mass / cell), 0.0)) if mass > _LEAST_MASS else 0.0


@dataclass(frozen=True)
class Rounding:
    """What rounding costs the densities among the candidates for a batch of one.

    Of one column beside a law of whole numbers that answers, at every value of ``rows``, or of the sample where these
    are not at hand; else beside a class with a mass at a value, there. Of several, at sampled rows, wherever values of
    real columns repeat.
    """

    observed: Observed
    rows: Callable[[], Masses] | None
    _costs: dict[tuple[int, Hashable], tuple[Fit, float]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def _values(self) -> tuple[Floats, Floats] | None:
        sample = self.observed.sample
        if self.rows is not None:
            return distinct(self.rows())
        return None if sample is None else distinct([(sample, np.ones(len(sample)))])

    def compared(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates with these costs; those that have them already keep them."""
        if self.observed.moments.n_groups > 1:
            return list(candidates)
        if self.observed.moments.dimension > 1:
            return [self._in_cells(candidate) for candidate in candidates]
        answered = [c for c in candidates if c.fit.answered[0]]
        if any(c.model.measure == "values" for c in answered):
            return list(candidates) if self._values is None else [self._at_all(c) for c in candidates]
        atoms = [c for c in answered if has_atom(c.model)]
        return [self._beside(c, atoms[0]) for c in candidates] if atoms else list(candidates)

    def _in_cells(self, one: Candidate) -> Candidate:
        sample = self.observed.sample
        if one.rounding or sample is None or not one.fit.answered[0] or one.fit.regression is not None:
            return one
        rounded = self.observed.once(_Rounded(one.model.schema.at("real"), sample))
        if rounded is None:
            return one
        return self._costing(one, "all rows", lambda: rounded.cost(one.model, one.fit))

    def _at_all(self, one: Candidate) -> Candidate:
        if one.rounding or one.model.measure == "values" or not one.fit.answered[0] or self._values is None:
            return one
        values, times = self._values
        return self._costing(one, "all values", lambda: rounding_cost(one.model, one.fit, values, times))

    def _beside(self, one: Candidate, atom: Candidate) -> Candidate:
        if one.rounding or one.model.measure == "values" or has_atom(one.model) or not one.fit.answered[0]:
            return one
        assert has_atom(atom.model)
        value, share, cell = atom.model.mass({name: own[0] for name, own in atom.fit.parameters.items()})
        times = share * float(atom.fit.count[0])
        return self._costing(one, (value, times, cell), lambda: spike_cost(one.model, one.fit, value, times, cell))

    def _costing(self, one: Candidate, where: Hashable, cost: Callable[[], float]) -> Candidate:
        """The candidate with what rounding costs it there, worked out once: it is compared each time others come."""
        key = id(one.fit), where
        if key not in self._costs:
            self._costs[key] = one.fit, cost()
        return replace(one, rounding=self._costs[key][1])


@dataclass(frozen=True)
class _Rounded:
    """The sampled rows as ``Observed.once`` works them out."""

    columns: tuple[int, ...]
    sample: Floats = field(compare=False)

    def __call__(self, moments: Moments) -> RoundedRows | None:
        return RoundedRows.of(self.sample, self.columns)


def _density_and_mass(model: Model, fit: Fit, values: Floats, cell: float) -> tuple[Floats, Floats] | None:
    """(m,) log density at values, and the probabilities of the cells around them; None where these are not known."""
    parameters = {name: value[0] for name, value in fit.parameters.items()}
    density = model.log_density(parameters, float(fit.log_partition[0]), values[:, None])
    try:
        law = model.law(parameters)
        ends, place = np.unique([values - 0.5 * cell, values + 0.5 * cell], return_inverse=True)  # cells may touch
        below, above = law.cdf(ends)[place.reshape(2, -1)]
        return density, above - below
    except SymcatError:
        return None
