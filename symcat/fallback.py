"""The strategy of last resort: where no entry answers, the emulated analog device relaxes to the couplings.

Continuous columns get a polynomial free energy, of degree four and, where that is refused or leaves the next moments
wrong, six. What is found is kept for the next time (``symcat.learned``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import comb
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from symcat import learned
from symcat.errors import InvalidData, SymcatError
from symcat.models.base import chi_square_tail, two_sided
from symcat.models.polynomial import Polynomial, tensors_of
from symcat.records import Check, Evidence, Step
from symcat.solution import Solution

Floats = NDArray[np.float64]
Progress = Callable[[str], None]
Symmetry = Literal["z2", "none"]

LARGEST_POLYNOMIAL = 220
"""Couplings of a polynomial that the device is asked to find: five columns to degree four, three to degree six."""

_MOST_HELD = 1 << 27  # numbers held to measure the statistics of a polynomial
_MOST_LEARNED = 300  # couplings; Fisher's matrix of more makes too large a file
_DRAWN = 4096  # of the model, to test it and to learn from
_LABELS = {4: "polynomial.quartic", 6: "polynomial.sextic"}
_LEVEL = 1e-3


@dataclass(frozen=True)
class Asked:
    """What the device is asked: the rows, what was found out about them, and how long it may take."""

    columns: tuple[str, ...]
    read: Callable[[], Iterable[Floats]]  # batches of complete or incomplete rows
    mean: Floats  # (d,)
    spread: Floats  # (d,) standard deviations
    evidence: tuple[Evidence, ...]
    n_missing: int
    budget_s: float
    seed: int
    version: str
    progress: Progress | None = None


@dataclass(frozen=True)
class Refused:
    """Why the device has no answer."""

    reason: str


def relax(asked: Asked) -> Solution | Refused:
    """The answer of the device, or why there is none."""
    rows = _rows(asked)
    if isinstance(rows, Refused):
        return rows
    ends = time.perf_counter() + asked.budget_s
    y = (rows - asked.mean) / asked.spread
    symmetry: Symmetry = "z2" if _even(y) else "none"
    said = []
    kept: Solution | None = None
    for degree in _LABELS:
        left = ends - time.perf_counter()
        found = _polynomial(asked, y, symmetry, degree, left) if left > 0.0 else Refused("the time is used up")
        if isinstance(found, Refused):
            said.append(f"degree {degree}: {found.reason}")
            continue
        if all(check.passed for check in found.checks):
            return found
        kept = kept or found
    return kept or Refused("; ".join(said))


def _rows(asked: Asked) -> Floats | Refused:
    """All complete rows; the device compares averages that the one pass does not keep."""
    d = len(asked.columns)
    largest = max(k for k in range(1, 9) if _size(k, 4) <= LARGEST_POLYNOMIAL)
    if d > largest:
        return Refused(f"{d} columns are more than the {largest} whose couplings the device is asked to find")
    parts, held = [], 0
    for batch in asked.read():
        parts.append(batch[~np.isnan(batch).any(axis=1)])
        held += parts[-1].size
        if held > _MOST_HELD:
            return Refused(f"the rows hold more than {_MOST_HELD:,} numbers: pass a sample of them")
    return np.concatenate(parts)


def _size(dimension: int, degree: int) -> int:
    """Monomials of d columns up to a degree."""
    return comb(dimension + degree, degree) - 1


def _polynomial(asked: Asked, y: Floats, symmetry: Symmetry, degree: int, budget_s: float) -> Solution | Refused:
    from symcat.analog.terms import Statistics

    d = len(asked.columns)
    statistics = Statistics.invariants(d, degree, symmetry)
    if statistics.count > LARGEST_POLYNOMIAL:
        return Refused(f"{statistics.count} couplings are more than {LARGEST_POLYNOMIAL}")
    target, covariance, n = statistics.observe(y)
    found = _solve(asked, _LABELS[degree], statistics, target, covariance, n, budget_s)
    if isinstance(found, Refused):
        return found
    scale = np.prod(asked.spread**statistics.exponents, axis=1)
    model = Polynomial(_LABELS[degree], d)

    def tensors(values: Floats) -> dict[str, Floats]:
        return tensors_of(statistics.exponents, statistics.monomial_couplings(values) / scale, d)

    def errors_of(values: Floats | None) -> dict[str, Floats] | None:
        """The point about which the polynomial is written is chosen, not estimated."""
        if values is None:
            return None
        return {"mean": np.zeros(d), **{name: np.abs(v) for name, v in tensors(values).items()}}

    parameters = {"mean": asked.mean, **tensors(found.couplings)}
    log_partition = found.log_partition + float(np.log(asked.spread).sum())
    drawn = (model.sample(parameters, _DRAWN, np.random.default_rng(asked.seed)) - asked.mean) / asked.spread
    checks = [_matched(found), _beyond(asked.columns, y, drawn, degree)]
    if found.fresh and found.accepted:
        _learn(_LABELS[degree], statistics, target, n, found, statistics.values(drawn).astype(np.float64))
    return _solution(
        asked,
        label=_LABELS[degree],
        parameters=parameters,
        errors=errors_of(found.standard_errors),
        robust=errors_of(found.robust_standard_errors),
        log_partition=log_partition,
        log_likelihood=-n * (float(found.couplings @ target) + log_partition),
        n_parameters=statistics.count,
        n=n,
        checks=tuple(checks),
        found=found,
    )


@dataclass(frozen=True)
class _Found:
    """Couplings theta of ``F = sum_a theta_a T_a``, from the device or from what was learned before."""

    couplings: Floats
    standard_errors: Floats
    robust_standard_errors: Floats | None
    emulation_errors: Floats
    log_partition: float
    log_partition_error: float
    normalised_error: float
    accepted: bool
    fresh: bool  # found now, by the device
    detail: str
    device_time_s: float = 0.0


def _solve(
    asked: Asked, family: str, statistics: Any, target: Floats, covariance: Floats | None, n: int, budget_s: float
) -> _Found | Refused:
    """What was learned of these statistics if it reaches so far, else the device, starting from it."""
    from symcat.analog.device import Device
    from symcat.analog.solver import solve

    start = None
    if statistics.are_monomials and statistics.count <= _MOST_LEARNED:
        terms, order = learned.Terms.ordered(family, statistics.exponents, np.flatnonzero(statistics.spins).tolist())
        entry = learned.nearest(terms.label, target[order])
        if entry is not None:
            reached = learned.reach(entry, target[order], n)
            back = np.argsort(order)
            start = reached.couplings[back]
            if reached.answers:
                return _Found(
                    start,
                    reached.standard_errors[back],
                    None,
                    np.zeros(len(back)),
                    reached.log_partition,
                    reached.log_partition_error,
                    0.0,
                    accepted=True,
                    fresh=False,
                    detail=f"a learned entry reaches so far: {reached.detail}",
                )
    try:
        answer = solve(
            target,
            statistics,
            n,
            covariance,
            device=Device(seed=asked.seed),
            budget_s=budget_s,
            seed=asked.seed,
            start=start,
            progress=None if asked.progress is None else lambda look: asked.progress(_in_words(look)),  # type: ignore[misc]
        )
    except SymcatError as error:
        return Refused(str(error))
    if not np.isfinite(answer.couplings).all():
        return Refused(answer.detail)
    stopped = any(word in answer.detail for word in ("interrupted", "not finished"))
    if not answer.accepted and not stopped:
        return Refused(answer.detail)
    return _Found(
        answer.couplings,
        answer.standard_errors,
        answer.robust_standard_errors,
        answer.emulation_errors,
        answer.log_partition,
        answer.log_partition_error,
        answer.normalised_error,
        accepted=answer.accepted,
        fresh=True,
        detail=answer.detail,
        device_time_s=answer.device_time_s,
    )


def _in_words(look: Any) -> str:
    return (
        f"look {look.number}, {look.phase}: normalised error {look.normalised_error:.3g} after {look.wall_time_s:.1f} s"
    )


def _even(y: Floats) -> bool:
    """Whether the data are compatible with ``F(mean + y) = F(mean - y)``: all third averages zero, by chi-square.

    The mean is that of the rows, so each average loses what the mean's own error explains (Pierce 1982).
    """
    from symcat.analog.terms import Statistics

    d = y.shape[1]
    third = [e for e in np.ndindex(*(4,) * d) if sum(e) == 3]
    statistics = Statistics.monomials(third)
    second = y.T @ y / len(y)
    slope = np.zeros((len(third), d))
    for a, e in enumerate(third):
        for j in range(d):
            if e[j]:
                rest = [k for k in range(d) for _ in range(e[k] - (k == j))]
                slope[a, j] = e[j] * second[rest[0], rest[1]]
    influence = statistics.values(y) - y @ slope.T
    average = influence.mean(axis=0)
    score = len(y) * float(average @ np.linalg.pinv(np.cov(influence.T, bias=True).reshape(len(third), -1)) @ average)
    return chi_square_tail(score, len(third)) > _LEVEL


def _matched(found: _Found) -> Check:
    detail = found.detail
    if np.isfinite(found.log_partition_error) and found.log_partition_error > 0.0:
        detail += f"; log Z is known to +-{found.log_partition_error:.2g}"
    return Check(
        name="averages match", statistic=found.normalised_error, p_value=None, passed=found.accepted, detail=detail
    )


def _beyond(columns: tuple[str, ...], y: Floats, drawn: Floats, degree: int) -> Check:
    """Averages of the next even power of every column: the data's against those of rows drawn from the answer."""
    power = degree + 2
    scores = []
    for j in range(len(columns)):
        data, model = y[:, j] ** power, drawn[:, j] ** power
        error = np.sqrt(data.var() / len(data) + model.var() / len(model))
        scores.append(float((data.mean() - model.mean()) / error))
    worst = int(np.argmax(np.abs(scores)))
    p = min(1.0, len(scores) * two_sided(scores[worst]))
    side = "above" if scores[worst] > 0.0 else "below"
    detail = f"power {power} of {columns[worst]!r} is {abs(scores[worst]):.2g} standard errors {side} the answer's"
    return Check(name="next moment", statistic=scores[worst], p_value=p, passed=p > _LEVEL, detail=detail)


def _learn(family: str, statistics: Any, target: Floats, n: int, found: _Found, samples: Floats) -> None:
    """Keep what was found, where it can be told apart from what it was found from."""
    if not statistics.are_monomials or statistics.count > _MOST_LEARNED:
        return
    terms, order = learned.Terms.ordered(family, statistics.exponents, np.flatnonzero(statistics.spins).tolist())
    try:
        entry = learned.Entry.of(
            terms,
            count=n,
            statistics=target[order],
            couplings=found.couplings[order],
            noise=found.emulation_errors[order],
            samples=samples[:, order],
            n_samples=len(samples),
            log_partition=found.log_partition,
            log_partition_error=found.log_partition_error,
            provenance={"device_time_s": found.device_time_s, "detail": found.detail},
        )
    except InvalidData:
        return  # terms that depend on each other in the model: nothing an entry could serve
    learned.learn(entry)


def _solution(
    asked: Asked,
    *,
    label: str,
    parameters: dict[str, Floats],
    errors: dict[str, Floats] | None,
    robust: dict[str, Floats] | None,
    log_partition: float,
    log_likelihood: float,
    n_parameters: int,
    n: int,
    checks: tuple[Check, ...],
    found: _Found,
) -> Solution:

    def plain(values: dict[str, Floats] | None) -> dict[str, Any] | None:
        """Numbers where there is one column."""
        if values is None or len(asked.columns) > 1:
            return values
        return {name: float(value.reshape(-1)[0]) for name, value in values.items()}

    return Solution(
        label=label,
        source="analog",
        columns=asked.columns,
        parameters=plain(parameters) or {},
        standard_errors=plain(errors),
        robust_standard_errors=plain(robust),
        log_partition=log_partition,
        log_likelihood=log_likelihood,
        bic=n_parameters * float(np.log(n)) - 2.0 * log_likelihood,
        n_parameters=n_parameters,
        n_rows=n,
        n_missing=asked.n_missing,
        evidence=asked.evidence,
        checks=checks,
        trail=(
            Step(strategy="lookup", outcome="declined", reason="no class of the catalogue fits; see evidence"),
            Step(strategy="correction", outcome="declined", reason="no series of the catalogue covers these data"),
            Step(strategy="analog", outcome="answered", reason=found.detail),
        ),
        catalogue_version=asked.version,
        seed=asked.seed,
    )
