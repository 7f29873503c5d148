"""What a fit of spins did not use of the data, against what it says of it; and whether its maximum was finite."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import CheckResult, Fit, Observed, Weight, chi_square_tail, two_sided
from symcat.models.ising import existence, hypercube
from symcat.models.ising.exact import fit_exact
from symcat.models.ising.spins import spin_averages

if TYPE_CHECKING:
    from symcat.models.ising.family import Ising, Predicted

Floats = NDArray[np.float64]

_LEAST_EXPECTED = 5.0  # rows a cell must expect for its chi-square to hold (Cochran 1954)


def run(model: Ising, fit: Fit, observed: Observed) -> list[CheckResult]:
    """All checks of a batch of one."""
    theta = model.theta_of({name: value[0] for name, value in fit.parameters.items()})
    mean, pair = spin_averages(observed.moments)
    found = []
    rows = float(fit.statistics["prior_rows"][0])
    if rows > 0.0:
        found.append(_finite(model, fit, observed, theta, mean, pair, rows))
    if model.symmetric:
        count = float(observed.moments.count[0])
        found += averages(model.predict(theta), mean[0], pair[0], count, observed.moments.columns)
    if all(c.passed for c in found if c.weight != "told"):  # a class that is ruled out needs no second reason
        found += _totals(model, theta, observed)
    return found


def _finite(
    model: Ising, fit: Fit, observed: Observed, theta: Floats, mean: Floats, pair: Floats, rows: float
) -> CheckResult:
    """What never occurs, the prior that was added for it, and how far it moved the other parameters."""
    weak = model.options.prior == "weak"
    prior = f"a prior worth {rows:g} row{'s' * (rows != 1.0)} spread evenly over all states was added"
    said = existence.in_words(model.empty(mean, pair, observed.moments.count), observed.moments.columns)
    if weak and not said:
        said = model.never(observed.moments, mean, pair, model.reduce(mean, pair)) or "some states never occur"
    detail = f"{said}: the maximum is infinite, so {prior}" if said else prior
    moved = _moved(model, fit, observed, theta, mean, pair) if said else None
    if moved is not None:
        detail += f"; it moved the parameters that the data determine by at most {moved:.2g} standard errors"
    needed = bool(said)
    return CheckResult("finite maximum", rows, np.nan, detail, weight="told", verdict=not needed)


def _moved(model: Ising, fit: Fit, observed: Observed, theta: Floats, mean: Floats, pair: Floats) -> float | None:
    """Largest change, in standard errors, of a parameter that is finite without the prior.

    Without it the probability of what never occurs goes to zero; among the states that are left the likelihood has a
    maximum, and the parameters that no direction to infinity touches have their values there.
    """
    if model.label != "ising.pairwise" or model.dimension > hypercube.LARGEST or model.options.interactions:
        return None
    masks = hypercube.pair_masks(model.dimension)
    never = existence.empty(mean, pair, observed.moments.count)
    if not never.constant and not never.cells:
        return None
    allowed = existence.allowed_states(never, model.dimension)
    face = fit_exact(model.dimension, masks, model.reduce(mean, pair), start=theta[None], allowed=allowed)
    if not face.found[0]:
        return None
    values, vectors = np.linalg.eigh(face.covariance[0])
    free = np.abs(vectors[:, values < 1e-9 * values[-1]]).max(axis=1, initial=0.0) < 1e-6
    if not free.any():
        return None
    variance = np.diag(np.linalg.pinv(face.covariance[0], rcond=1e-9))[free]
    return float((np.abs(face.theta[0] - theta)[free] / np.sqrt(variance / fit.count[0])).max())


def averages(said: Predicted, mean: Floats, pair: Floats, count: float, columns: tuple[str, ...]) -> list[CheckResult]:
    """Means and pair averages that the class forces, each within its sampling error; the worst of them decides.

    The p-value is that of the largest of independent normal scores (Sidak 1967): conservative when they hang together.
    """
    above = np.triu_indices(len(mean), 1)
    measured = np.concatenate([mean, pair[above]])
    expected = np.concatenate([said.mean, said.pair[above]])
    score = (measured - expected) / np.sqrt(np.maximum(1.0 - expected**2, 1e-300) / count)
    worst = int(np.abs(score).argmax())
    d = len(mean)
    if worst < d:
        name = f"mean of {columns[worst]!r}"
    else:
        i, k = above[0][worst - d], above[1][worst - d]
        name = f"average of {columns[i]!r} times {columns[k]!r}"
    alone = two_sided(float(score[worst]))
    p = -math.expm1(len(score) * math.log1p(-alone)) if alone < 1.0 else 1.0
    detail = f"{name} is {measured[worst]:.4g}, the class says {expected[worst]:.4g}"
    return [CheckResult("averages it forces", float(score[worst]), p, detail)]


def _totals(model: Ising, theta: Floats, observed: Observed) -> list[CheckResult]:
    """How many columns are +1 in a row: the data's distribution against the model's, by chi-square; the worst is told.

    It depends on averages of every order. Nothing where the model's distribution is not at hand.
    """
    expected = total_probabilities(model, theta)
    if expected is None:
        return []
    d = model.dimension
    if observed.states is not None:
        up = np.bitwise_count(observed.states.codes & ((1 << d) - 1))
        counts = np.bincount(up, weights=observed.states.counts, minlength=d + 1)
    else:
        counts = np.bincount((observed.sample[:, :d] > 0.0).sum(axis=1), minlength=d + 1).astype(np.float64)
    n = counts.sum()
    cells = _pooled(expected * n)
    used = min(model.n_free, 2)  # the mean and the spread of the total follow from what was fitted
    degrees = len(cells) - 1 - used
    if degrees < 1:
        return []
    seen = np.array([counts[cell].sum() for cell in cells])
    due = np.array([expected[cell].sum() * n for cell in cells])
    statistic = float(((seen - due) ** 2 / due).sum())
    worst = int((np.abs(seen - due) / np.sqrt(due)).argmax())
    first, last = cells[worst].start, cells[worst].stop - 1
    span = f"{first}" if first == last else f"{first} to {last}"
    detail = f"{seen[worst]:.0f} rows with {span} of {d} columns at +1, the model says {due[worst]:.1f}"
    weight: Weight = "deciding" if model.symmetric else "told"
    return [CheckResult("totals", statistic, chi_square_tail(statistic, degrees), detail, weight=weight)]


def total_probabilities(model: Ising, theta: Floats) -> Floats | None:
    """(d + 1,) of the number of columns at +1; None where it would take long."""
    exact = getattr(model, "total_probabilities", None)
    if exact is not None:
        found: Floats = exact(theta)
        return found
    if model.dimension > hypercube.LARGEST:
        return None
    codes = np.arange(1 << model.dimension, dtype=np.uint32)
    weight = model.probabilities(theta)
    totals: Floats = np.bincount(np.bitwise_count(codes), weights=weight, minlength=model.dimension + 1).astype(float)
    return totals


def _pooled(expected: Floats) -> list[slice]:
    """Neighbouring totals joined until each cell expects enough rows."""
    cells: list[slice] = []
    start, held = 0, 0.0
    for k, value in enumerate(expected):
        held += value
        if held >= _LEAST_EXPECTED:
            cells.append(slice(start, k + 1))
            start, held = k + 1, 0.0
    if start < len(expected) and cells:
        cells[-1] = slice(cells[-1].start, len(expected))
    return cells
