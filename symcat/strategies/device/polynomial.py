"""Polynomial free energies of degree four and, where that is refused or leaves the next moments wrong, six.

Of continuous columns the terms are the invariants of the most symmetric group that the rows do not rule out; beside
spins, all terms.
"""

from __future__ import annotations

import time
from dataclasses import replace
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat import labels
from symcat.answer.records import Check, Step
from symcat.answer.solution import Solution
from symcat.models.base import two_sided
from symcat.models.polynomial.polynomial import Polynomial, tensors_of
from symcat.strategies.device.asking import Asked, Refused
from symcat.strategies.device.device import DRAWN, Found, Problem, find, keep, robust_errors
from symcat.symmetry.invariance import Invariant, most_symmetric

Floats = NDArray[np.float64]

MOST_COUPLINGS = 220
"""That the device is asked to find: six continuous columns to degree four, three to degree six."""

_DEGREES = (4, 6)
_LEVEL = 1e-3


def relax(asked: Asked) -> Solution | Refused:
    """The answer of the device, or why there is none."""
    spins = len(asked.spins)
    couplings = _couplings(len(asked.columns) - spins, spins)
    if couplings > MOST_COUPLINGS:
        beside = f", {spins} of them two-valued," if spins else ""
        return Refused(
            f"{len(asked.columns)} columns{beside} have {couplings:,} couplings to degree four, more than the "
            f"{MOST_COUPLINGS} that the device is asked to find: choose fewer columns"
        )
    ends = time.perf_counter() + asked.budget_s
    rows = asked.rows()
    if isinstance(rows, Refused):
        return rows
    if asked.spins:
        found = Invariant("none", asked.mean, asked.spread, 1.0)
    else:
        found = most_symmetric(rows, asked.mean, asked.spread, asked.center_known)
    y = (rows - found.center) / found.scale
    said: list[str] = []
    kept: Solution | None = None
    for degree in _DEGREES:
        left = ends - time.perf_counter()
        answer = _answer(asked, found, y, degree, left) if left > 0.0 else Refused("the time is used up")
        if isinstance(answer, Refused):
            said.append(f"degree {degree}: {answer.reason}")
        elif all(check.passed for check in answer.checks):
            return answer
        else:
            kept = kept or answer
    return kept or Refused(f"{found.in_words}; " + "; ".join(said))


def _couplings(continuous: int, spins: int) -> int:
    """Monomials up to degree four, in which no spin comes twice."""
    return sum(comb(spins, k) * comb(continuous + 4 - k, 4 - k) for k in range(5)) - 1


def _answer(asked: Asked, invariant: Invariant, y: Floats, degree: int, budget_s: float) -> Solution | Refused:
    from symcat.symmetry.sufficient_statistics import SufficientStatistics

    d, n = len(asked.columns), len(y)
    label = labels.polynomial(degree, mixed=bool(asked.spins))
    statistics = SufficientStatistics.invariants(d, degree, invariant.symmetry, asked.spins)
    if statistics.count > MOST_COUPLINGS:
        return Refused(f"{statistics.count} couplings are more than {MOST_COUPLINGS}")
    if n <= 2 * statistics.count:
        return Refused(f"{n} rows cannot determine {statistics.count} couplings")
    target, covariance, _ = statistics.observe(y)
    problem = Problem(label, statistics, target, n, covariance, invariant.symmetry)
    model = Polynomial(label, d, tuple(asked.spins))
    found = find(asked, problem, budget_s, log_partition=not model.may_be_integrated)
    if isinstance(found, Refused):
        return found
    unit = np.prod(invariant.scale**statistics.exponents, axis=1)

    def tensors(values: Floats) -> dict[str, Floats]:
        return tensors_of(statistics.exponents, statistics.monomial_couplings(values) / unit, d)

    def errors(values: Floats | None) -> dict[str, Any] | None:
        if values is None:
            return None
        return {"mean": center_error, **{name: np.abs(v) for name, v in tensors(values).items()}}

    # Without a symmetry about it, the point about which the polynomial is written is chosen, not estimated.
    centered = invariant.symmetry in ("z2", "reflections", "orthogonal") and not asked.center_known
    center_error = asked.spread / np.sqrt(n) if centered else np.zeros(d)
    parameters = {"mean": invariant.center, **tensors(found.couplings)}
    if model.may_be_integrated:
        log_z, log_z_error = model.integrated(parameters), 0.0
    else:
        log_z = found.log_partition + float(np.log(invariant.scale).sum())
        log_z_error = found.log_partition_error
    drawn = (model.sample(parameters, DRAWN, np.random.default_rng(asked.seed)) - invariant.center) / invariant.scale
    in_canonical = replace(
        found, log_partition=log_z - float(np.log(invariant.scale).sum()), log_partition_error=log_z_error
    )
    keep(problem, in_canonical, statistics.values(drawn).astype(np.float64))
    log_likelihood = -n * (float(found.couplings @ target) + log_z)
    n_parameters = statistics.count + d * centered
    return Solution(
        label=label,
        source="analog",
        columns=asked.columns,
        parameters=_plain(parameters) or {},
        standard_errors=_plain(errors(found.standard_errors)),
        robust_standard_errors=_plain(errors(robust_errors(found, statistics, y))),
        log_partition=log_z,
        log_likelihood=log_likelihood,
        bic=n_parameters * float(np.log(n)) - 2.0 * log_likelihood,
        n_parameters=n_parameters,
        n_rows=n,
        n_missing=asked.n_missing,
        levels=None if asked.coding is None else asked.coding.named(asked.columns),
        basis="spin" if asked.spins else None,
        evidence=asked.evidence,
        checks=(_matched(asked, found, invariant, log_z_error), _beyond(asked, y, drawn, degree)),
        trail=(*asked.before, Step(strategy="analog", outcome="answered", reason=found.detail)),
        catalogue_version=asked.version,
        seed=asked.seed,
    )


def _plain(values: dict[str, Floats] | None) -> dict[str, Any] | None:
    """Numbers where there is one column."""
    if values is None or len(values["mean"]) > 1:
        return values
    return {name: float(value.reshape(-1)[0]) for name, value in values.items()}


def _matched(asked: Asked, found: Found, invariant: Invariant, log_z_error: float) -> Check:
    detail = f"{found.detail}; {invariant.in_words}" if not asked.spins else found.detail
    if np.isfinite(log_z_error) and log_z_error > 0.0:
        detail += f"; log Z is known to +-{log_z_error:.2g}"
    if asked.sampled:
        detail += "; from the random sample of rows that the statistics keep"
    return Check(
        name="averages match", statistic=found.normalised_error, p_value=None, passed=found.accepted, detail=detail
    )


def _beyond(asked: Asked, y: Floats, drawn: Floats, degree: int) -> Check:
    """Averages of the next even power of every column: the data's against those of rows drawn from the answer."""
    power = degree + 2
    scores, real = [], np.flatnonzero(asked.real)
    for j in real:
        data, model = y[:, j] ** power, drawn[:, j] ** power
        error = np.sqrt(data.var() / len(data) + model.var() / len(model))
        scores.append(float((data.mean() - model.mean()) / error))
    worst = int(np.argmax(np.abs(scores)))
    p = min(1.0, len(scores) * two_sided(scores[worst]))
    side = "above" if scores[worst] > 0.0 else "below"
    name = asked.columns[real[worst]]
    detail = f"power {power} of {name!r} is {abs(scores[worst]):.2g} standard errors {side} the answer's"
    return Check(name="next moment", statistic=scores[worst], p_value=p, passed=p > _LEVEL, detail=detail)
