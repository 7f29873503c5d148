"""The logistic regression that a joint model implies: the log-odds of one spin, linear in the other columns.

From ``F`` of ``mixed.conditional_gaussian``, ``log P(s_y = +1 | rest) / P(s_y = -1 | rest)`` is
``2 (h_y + sum_j J_yj s_j + B_y (x - mean))``; without real columns it is that of ``ising.pairwise``, and without other
spins Fisher's linear discriminant (Efron 1975, JASA 70:892). The errors are carried from the joint likelihood, which
says more than the conditional one wherever the joint model holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Fit
from symcat.models.ising.family import inverse
from symcat.models.ising.pairwise import Pairwise
from symcat.models.ising.spins import spin_averages
from symcat.models.mixed.conditional import condition
from symcat.models.mixed.conditional_gaussian import ConditionalGaussian
from symcat.models.mixed.influence import influence

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


@dataclass(frozen=True)
class LogOdds:
    """Log-odds of column ``target`` being +1: an intercept, then a coefficient for every other column in order.

    Spins enter as -1 and +1; from each column its ``origin`` is subtracted first.
    """

    target: int
    coefficients: Floats  # (d,) intercept first
    covariance: Floats  # (d, d) of the estimates
    origin: Floats  # (d - 1,)

    def design(self, rows: Floats) -> Floats:
        """(m, d) what the coefficients multiply, of rows (m, d) of all columns."""
        out = np.empty(rows.shape)
        out[:, 0] = 1.0
        out[:, 1:] = np.delete(rows, self.target, axis=1) - self.origin
        return out

    def scale(self, levels: Sequence[tuple[Any, Any] | None]) -> Floats:
        """(d, d) matrix that takes the coefficients to those of the data's own values, ``levels`` of each predictor."""
        out = np.eye(len(self.coefficients))
        for j, pair in enumerate(levels, start=1):
            low, high = (-1.0, 1.0) if pair is None else numbers(pair)
            out[j, j] = 2.0 / (high - low)
            out[0, j] = -(low + high) / (high - low) - self.origin[j - 1]
        return out


def numbers(pair: tuple[Any, Any]) -> tuple[float, float]:
    """The values of -1 and +1 as numbers: themselves, and 0 and 1 for booleans and texts."""
    return (0.0, 1.0) if isinstance(pair[0], str | bool) else (float(pair[0]), float(pair[1]))


def probabilities(
    intercept: float, coefficients: Floats, rows: Floats, levels: Sequence[tuple[Any, Any] | None]
) -> Floats:
    """(m,) probabilities of the target being +1 at rows (m, p) of the predictors, two-valued ones as -1 and +1.

    The coefficients multiply the values in the data, of which ``levels`` has the pair of each predictor (None: real).
    """
    values = np.array(rows, dtype=np.float64)
    for j, pair in enumerate(levels):
        if pair is not None:
            low, high = numbers(pair)
            values[:, j] = 0.5 * (low + high) + 0.5 * (high - low) * values[:, j]
    return logistic(intercept + values @ coefficients)


def logistic(log_odds: Floats) -> Floats:
    """(m,) probabilities of log-odds, without overflow."""
    out: Floats = 0.5 * (1.0 + np.tanh(0.5 * log_odds))
    return out


def implied_by_spins(model: Pairwise, fit: Fit, target: int) -> LogOdds:
    """From a fit of all columns, every one a spin, in the spin basis; a batch of one."""
    place = _places(model, target)
    theta = model.theta_of({name: value[0] for name, value in fit.parameters.items()})
    covariance = _inverse_information(fit) / _rows(fit)
    return LogOdds(target, 2.0 * theta[place], 4.0 * covariance[np.ix_(place, place)], np.zeros(model.dimension - 1))


def influence_of_spins(model: Pairwise, fit: Fit, groups: Moments, target: int) -> Floats:
    """(B, d) how far each of B groups of rows moves the coefficients."""
    averages = model.reduce(*spin_averages(groups))
    weight = groups.count / groups.count.sum()
    sensitivity = _inverse_information(fit)[_places(model, target)]
    return np.asarray(2.0 * (weight[:, None] * (averages - weight @ averages)) @ sensitivity.T)


def implied_by_conditional_gaussian(model: ConditionalGaussian, fit: Fit, moments: Moments, target: int) -> LogOdds:
    """From a fit of a table with real columns, in the spin basis; a batch of one. Real columns count from its mean."""
    parameters = {name: value[0] for name, value in fit.parameters.items()}
    order, y, others = _order(model, target)
    given = condition(moments, model.spins)
    n, precision, design = float(moments.count[0]), given.precision[0], given.design[0]
    marginal = model.marginal
    theta = marginal.theta_of(model.of_spins(parameters))
    place = _places(marginal, y)
    slopes = given.slopes[0]
    k, z = len(model.reals), len(place)
    # beta_A = 2 (theta_A + c' K g_A), with c the target's slopes, g = -slopes of the others, and unit vectors for x.
    c = slopes[:, y]
    g = np.concatenate([np.zeros((k, 1)), -slopes[:, others], np.eye(k)], axis=1)
    own, along = float(c @ precision @ c), g.T @ precision @ c
    inner = g.T @ precision @ g
    free = np.zeros((z + k, z + k))
    chosen = [0, *(1 + j for j in others)]
    free[:z, :z] = design[np.ix_(chosen, chosen)]
    crossed = np.zeros(z + k)
    crossed[:z] = -design[1 + y, chosen]
    covariance = (design[1 + y, 1 + y] + own) * inner + own * free
    covariance += np.outer(along, crossed) + np.outer(crossed, along) + np.outer(along, along)
    covariance /= n
    covariance[:z, :z] += _inverse_information(fit)[np.ix_(place, place)] / _rows(fit)
    coefficients = 2.0 * along
    coefficients[:z] += 2.0 * theta[place]
    origin = np.zeros(model.dimension)
    origin[list(model.reals)] = given.mean[0]
    return LogOdds(target, coefficients[order], 4.0 * covariance[np.ix_(order, order)], np.delete(origin, target))


def influence_of_conditional_gaussian(model: ConditionalGaussian, fit: Fit, groups: Moments, target: int) -> Floats:
    """(B, d) how far each of B groups of rows moves the coefficients."""
    order, y, others = _order(model, target)
    moved = influence(model, fit, groups)
    precision, slopes = moved["K"], moved["slopes"]
    dk, dc = moved["d precision"], moved["d slopes"][:, :, 1 + y]
    c, kept = slopes[:, y], [0, *(1 + j for j in others)]
    fixed = np.concatenate([np.zeros((len(c), 1)), slopes[:, others]], axis=1)
    by_x = dk @ c + dc @ precision
    spins = np.concatenate([moved["d h"][:, [y]], moved["d J"][:, y][:, others]], axis=1)
    spins = spins - by_x @ fixed - np.einsum("a,gaz->gz", precision @ c, moved["d slopes"][:, :, kept])
    return 2.0 * np.concatenate([spins, by_x], axis=1)[:, order]


def _order(model: ConditionalGaussian, target: int) -> tuple[Integers, int, list[int]]:
    """From (intercept, other spins, real columns) to the order of the table; the target's and the others' place."""
    y = model.spins.index(target)
    others = [j for j in range(len(model.spins)) if j != y]
    columns = [*(model.spins[j] for j in others), *model.reals]
    return np.concatenate([[0], 1 + np.argsort(columns)]), y, others


def _places(model: Pairwise, target: int) -> Integers:
    """Where the target's field and its couplings to the others stand in the vector of the couplings."""
    named = model.arrange(np.arange(model.n_free, dtype=np.float64)[None])
    couplings = np.delete(named["J"][0, target], target)
    return np.concatenate([named["h"][0, [target]], couplings]).astype(np.intp)


def _inverse_information(fit: Fit) -> Floats:
    """(K, K) of the spins' couplings, for one row."""
    assert fit.information is not None
    found: Floats = inverse(fit.information)[0]
    return found


def _rows(fit: Fit) -> float:
    """Rows of the data and of the prior."""
    return float(fit.count[0] + fit.statistics["prior_rows"][0])
