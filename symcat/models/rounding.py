"""What a density says of whole numbers: the probability of all that would be rounded to each."""

from __future__ import annotations

import numpy as np

from symcat.errors import SymcatError
from symcat.models.base import Floats, Masses, Model
from symcat.models.fit import Fit

_HALF = 0.5
_LEAST_MASS = 1e-9  # a smaller difference of two shares has too few digits left; the density over the cell has them


def distinct(rows: Masses) -> tuple[Floats, Floats]:
    """The values (m,) of the only column, ascending, and what each counts."""
    values: Floats = np.empty(0)
    counts: Floats = np.empty(0)
    for batch, times in rows:
        values, place = np.unique(np.concatenate([values, batch[:, 0]]), return_inverse=True)
        counts = np.bincount(place, np.concatenate([counts, times]), minlength=len(values)).astype(np.float64)
    return values, counts


def spike_cost(model: Model, fit: Fit, at: float, times: float, cell: float) -> float:
    """Likewise of the ``times`` rows at one value, that count as spread over a ``cell`` around it."""
    parameters = {name: value[0] for name, value in fit.parameters.items()}
    (density,) = model.log_density(parameters, float(fit.log_partition[0]), np.array([[at]]))
    try:
        below, above = model.law(parameters).cdf(at + cell * np.array([-_HALF, _HALF]))
    except SymcatError:
        return np.inf
    if not above - below > _LEAST_MASS:
        return 0.0
    return float(times * max(density - np.log((above - below) / cell), 0.0))


def rounding_cost(model: Model, fit: Fit, values: Floats, times: Floats) -> float:
    """Nats by which the log-likelihood of a batch of one is above that of the cells around the whole numbers.

    A law of whole numbers gives each a probability, at most one; a density at a value may be as high as one likes. They
    compare by the probability that the density gives to what is nearer to a value than to the next: ``values`` (m,) are
    the whole numbers, each as often as ``times`` says. Infinite where the distribution function is not known.
    """
    parameters = {name: value[0] for name, value in fit.parameters.items()}
    density = model.log_density(parameters, float(fit.log_partition[0]), values[:, None])
    try:
        law = model.law(parameters)
        mass = law.cdf(values + _HALF) - law.cdf(values - _HALF)
    except SymcatError:
        return np.inf
    with np.errstate(divide="ignore"):
        cost = np.where(mass > _LEAST_MASS, density - np.log(mass), np.maximum(density - np.log(_LEAST_MASS), 0.0))
    return float(fit.count[0] * np.average(cost, weights=times))
