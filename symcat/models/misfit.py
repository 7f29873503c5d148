"""How far a fit is from the data, in nats a row: what a check that rejects leaves open.

With rows enough every check rejects, as no class is exactly true; whether it matters is a question of size. There are
three measures: the divergence of the integral transform of the rows from a uniform one, what richer candidates gain in
likelihood, and what the term that a check asks for would gain to first order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from symcat.errors import SymcatError
from symcat.models.base import Floats, Model
from symcat.models.fit import CheckResult, Fit
from symcat.models.law import Law
from symcat.models.shares import counts_in_cells

Verdict = Literal["fits", "close", "misfit"]
VERDICTS = get_args(Verdict)
"""Of an answer: no check rejects it; one does, but the misfit is within the tolerance; it is not."""

TOLERANCE = 0.01
"""Nats a row."""

BINS = 32
"""Of equal probability, in which values are counted."""

_SCORE = 1.959963984540054  # of 95 % intervals
_LEAST_P = 1e-290  # a smaller p-value tells no size
_LEAST_GAIN = 664.0  # nats: half the square of the score with that p-value
_MOST_DIRECTIONS = 64
_DRAWN, _FEWEST_DRAWN, _TIMES = 1 << 15, 1 << 12, 8
"""Rows of the model that several columns are held against: at most, at least, and else times those of the data."""


@dataclass(frozen=True)
class Misfit:
    """Nats a row, what they were found from in words, and the ends of their 95 % interval where these are known."""

    nats: float
    of: str
    lower: float | None = None
    upper: float | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Its 95 % interval."""
        return None if self.lower is None or self.upper is None else (self.lower, self.upper)

    def beyond(self, tolerance: float) -> bool:
        """Whether it is seen to be above a tolerance: the interval begins beyond it."""
        return (self.lower or 0.0) > tolerance


@dataclass(frozen=True)
class Judgement:
    """What is said of an answer.

    ``verdict`` is None where the rows are too few to say that it fits, and ``misfit`` where no check rejects and there
    are no rows of one real column to be compared; ``rejecting`` is the check that rejects most clearly, in words.
    """

    verdict: Verdict | None
    misfit: Misfit | None
    rejecting: str = ""


def of_line(law: Law, values: Floats) -> Misfit:
    """Of one real column, from the distribution function of the fit at the values (m,) of random rows."""
    counts = counts_in_cells(law.cdf, values, BINS)
    return divergence(counts, "the integral transform of the rows")


def of_column(model: Model, fit: Fit, sample: Floats | None) -> Misfit | None:
    """Of a fit of a batch of one to one real column; None of others, and where no formula tells the law."""
    if sample is None or not len(sample) or not model.schema.only("real") or len(model.schema) > 1:
        return None
    try:
        return of_line(model.law({name: value[0] for name, value in fit.parameters.items()}), sample[:, 0])
    except SymcatError:
        return None


def of_directions(rows: Floats, drawn: Floats, names: Sequence[str]) -> Misfit:
    """Of several real columns: rows (m, d) of the data against rows of the model, along single directions.

    These are the columns, the principal axes of the data, and the distance from the centre in their covariance.
    """
    values, vectors = np.linalg.eigh(np.cov(rows.T))
    axes = (vectors / np.sqrt(np.maximum(values, np.finfo(float).tiny)))[:, values > values[-1] * 1e-12]
    along, of_model = ((part - rows.mean(axis=0)) @ axes for part in (rows, drawn))
    found = [
        _two_samples(rows[:, j], drawn[:, j], f"the values of {name!r}")
        for j, name in enumerate(names[:_MOST_DIRECTIONS])
    ]
    found += [
        _two_samples(along[:, -k], of_model[:, -k], f"the values along principal axis {k}")
        for k in range(1, min(axes.shape[1], _MOST_DIRECTIONS) + 1)
    ]
    radius, of_radius = ((part * part).sum(axis=1) for part in (along, of_model))
    found.append(_two_samples(radius, of_radius, "distances of the rows from their centre"))
    return max(found, key=lambda one: one.nats)


def drawn_from(model: Model, fit: Fit, seed: int, rows: int) -> Floats:
    """Rows of a fit of a batch of one, for ``of_directions`` against so many of the data."""
    parameters = {name: value[0] for name, value in fit.parameters.items()}
    return model.sample(parameters, min(max(_TIMES * rows, _FEWEST_DRAWN), _DRAWN), np.random.default_rng(seed))


def divergence(counts: NDArray[np.intp], of: str, drawn: float = np.inf) -> Misfit:
    """Kullback and Leibler's divergence of counts in bins of equal probability from uniform ones.

    Less its bias ``(B - 1) / 2n`` (Miller 1955), and not below zero. ``2 n`` times it has about the mean ``k + l`` and
    the variance ``2 (k + 2 l)`` of a noncentral chi-square with k = B - 1, from which the interval of l is. Where the
    bins are of equal probability only in ``drawn`` rows of a model, these add to the noise as rows of the data do.
    """
    n = 1.0 / (1.0 / counts.sum() + 1.0 / drawn)
    shares = counts[counts > 0] / counts.sum()
    raw, degrees = float(shares @ np.log(shares * len(counts))), len(counts) - 1
    above = 2.0 * n * raw - degrees
    half = _SCORE * math.sqrt(max(4.0 * above + 4.0 * _SCORE**2 + 2.0 * degrees, 0.0))
    ends = (max(above + 2.0 * _SCORE**2 + sign * half, 0.0) / (2.0 * n) for sign in (-1.0, 1.0))
    return Misfit(max(above, 0.0) / (2.0 * n), of, *ends)


def gained(fit: Fit, richer: Sequence[Fit], group: int = 0) -> Misfit | None:
    """What classes of which this one is a special case gain in log-likelihood, less half a nat for each parameter."""
    found = [(float(gains(fit, other)[group]), f"what {other.label} gains") for other in richer]
    known = [one for one in found if one[0] > 0.0]
    return Misfit(*max(known)) if known else None


def gains(fit: Fit, richer: Fit) -> Floats:
    """(G,) nats a row that a richer class gains; NaN where it has no answer."""
    gain = richer.log_likelihood - fit.log_likelihood - 0.5 * (richer.n_parameters - fit.n_parameters)
    with np.errstate(divide="ignore", invalid="ignore"):  # groups without rows
        return np.where(richer.answered, gain / fit.count, np.nan)


def asked_for(check: CheckResult, count: float, group: int = 0) -> Misfit | None:
    """What the term that a check asks for would gain; of a p-value too small to tell, at least what the least tells.

    None where that is too little to matter, and of a check without a p-value, which tells no size.
    """
    p = float(check.p_value[group])
    if np.isnan(p):
        return None
    if p > _LEAST_P:
        return Misfit(float(terms_gain(check, np.full(len(check.p_value), count))[group]), f"the check of {check.name}")
    nats = _LEAST_GAIN / count
    return Misfit(nats, f"the check of {check.name}") if nats > TOLERANCE else None


def terms_gain(check: CheckResult, count: Floats) -> Floats:
    """(G,) nats a row that the term which a check asks for would gain to first order: half its squared score (Rao
    1948), less half a nat; infinite where its p-value is too small to tell."""
    from scipy.special import ndtri

    p = check.p_value
    with np.errstate(divide="ignore", invalid="ignore"):  # groups without rows
        nats = np.maximum(0.5 * (ndtri(0.5 * p) ** 2 - 1.0), 0.0) / count
    return np.where(p > _LEAST_P, nats, np.inf)


def verdicts(fit: Fit, checks: Sequence[CheckResult], richer: Sequence[Fit], tolerance: float) -> NDArray[np.intp]:
    """(G,) the place in ``VERDICTS`` of what checks and richer classes say of the fits of many groups, without rows."""
    rejected, nats = np.zeros(len(fit.count), dtype=np.bool_), np.zeros(len(fit.count))
    for check in checks:
        if check.weight == "told":
            continue
        passed = check.passed
        if not passed.all():
            rejected |= ~passed
            nats = np.where(passed, nats, np.maximum(nats, terms_gain(check, fit.count)))
    if not rejected.any():
        return np.zeros(len(fit.count), dtype=np.intp)
    for other in richer:
        nats = np.fmax(nats, gains(fit, other))
    return np.where(rejected, np.where(nats <= tolerance, 1, 2), 0)


def _two_samples(rows: Floats, drawn: Floats, of: str) -> Misfit:
    """The values of the data counted in bins that hold as many of the model's each."""
    ends = np.quantile(drawn, np.arange(1, BINS) / BINS)
    counts = np.bincount(np.searchsorted(ends, rows, side="right"), minlength=BINS)
    return divergence(counts, of, drawn=float(len(drawn)))
