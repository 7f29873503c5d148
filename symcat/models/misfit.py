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
from symcat.models.shares import counts_in_cells, ends_of_cells

Verdict = Literal["fits", "close", "misfit"]
VERDICTS = get_args(Verdict)
"""Of an answer: no check rejects it; one does, but the misfit is within the tolerance; it is not."""

TOLERANCE = 0.01
"""Nats a row."""

BINS = 32
"""Of equal probability, in which values are counted."""
_ROWS_A_BIN = 5  # that are expected (Cochran 1954): of fewer the ratio of likelihoods varies more than a chi-square

_SCORE = 1.959963984540054  # of 95 % intervals
_SURE = 3.090232306167813  # of one false alarm in a thousand, as of every check
_LEAST_SHARE = 1e-300
_LEAST_P = 1e-290  # a smaller p-value tells no size
_LEAST_GAIN = 664.0  # nats: half the square of the score with that p-value


@dataclass(frozen=True)
class Misfit:
    """Nats a row, what they were found from in words, and the ends of their 95 % interval where these are known.

    ``surely`` is what they are above but once in a thousand times.
    """

    nats: float
    of: str
    lower: float | None = None
    upper: float | None = None
    surely: float = 0.0

    @property
    def interval(self) -> tuple[float, float] | None:
        """Its 95 % interval."""
        return None if self.lower is None or self.upper is None else (self.lower, self.upper)

    def beyond(self, tolerance: float) -> bool:
        """Whether it is seen to be above a tolerance, as surely as a check rejects."""
        return self.surely > tolerance


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
    """Of one real column, from the distribution function of the fit at the values (m,) of random rows.

    Of few distinct values each stands for all that would be rounded to it.
    """
    distinct, times = np.unique(values, return_counts=True)
    if 1 < len(distinct) <= min(BINS, len(values) // 2):
        share = np.maximum(np.diff(law.cdf(ends_of_cells(distinct))), _LEAST_SHARE)
        return divergence(times, "the shares of its values", expected=share)
    counts = counts_in_cells(law.cdf, values, max(2, min(BINS, len(values) // _ROWS_A_BIN)))
    return divergence(counts, "the integral transform of the rows")


def of_column(model: Model, fit: Fit, sample: Floats | None) -> Misfit | None:
    """Of a fit of a batch of one to one real column; None of others, and where no formula tells the law."""
    if sample is None or not len(sample) or not model.schema.only("real") or len(model.schema) > 1:
        return None
    try:
        return of_line(model.law({name: value[0] for name, value in fit.parameters.items()}), sample[:, 0])
    except SymcatError:
        return None


def divergence(
    counts: NDArray[np.intp], of: str, drawn: float = np.inf, expected: Floats | float | None = None
) -> Misfit:
    """Kullback and Leibler's divergence of counts in bins from their ``expected`` shares, uniform ones if left out.

    Where the shares are those of ``drawn`` rows of a model, these add to the noise as rows of the data do.
    """
    n = 1.0 / (1.0 / counts.sum() + 1.0 / drawn)
    ratio = counts / counts.sum() / (1.0 / len(counts) if expected is None else expected)
    seen = counts > 0
    return apart(2.0 * n * float(counts[seen] @ np.log(ratio[seen])) / counts.sum(), len(counts) - 1, n, of)


def apart(statistic: float, degrees: int, n: float, of: str) -> Misfit:
    """Of ``2 n`` times a divergence in nats a row, as n rows show it in so many free numbers.

    Less its bias ``degrees / 2n`` (Miller 1955), and not below zero. It has about the mean ``k + l`` and the variance
    ``2 (k + 2 l)`` of a noncentral chi-square with k degrees of freedom, from which the interval of l is.
    """
    above = statistic - degrees

    def end(score: float) -> float:
        half = score * math.sqrt(max(4.0 * above + 4.0 * score**2 + 2.0 * degrees, 0.0))
        return max(above + 2.0 * score**2 + half, 0.0) / (2.0 * n)

    # Where there is no misfit the statistic is a chi-square, whose tail is longer (Wilson & Hilferty 1931).
    rare = degrees * (1.0 - 2.0 / (9.0 * degrees) + _SURE * math.sqrt(2.0 / (9.0 * degrees))) ** 3 if degrees else 0.0
    surely = end(-_SURE) if statistic > rare else 0.0
    return Misfit(max(above, 0.0) / (2.0 * n), of, end(-_SCORE), end(_SCORE), surely)


def together(found: Sequence[Judgement]) -> Misfit:
    """What independent parts of a law lose adds up."""
    return Misfit(sum(one.misfit.nats for one in found if one.misfit is not None), "what its parts lose together")


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


def asked_for(check: CheckResult, count: float, group: int = 0, *, at_least: bool = True) -> Misfit | None:
    """What the term that a check asks for would gain; of a p-value too small to tell, what the least tells where
    ``at_least`` is wanted, which then says more of the number of rows than of the law.

    Of a check that was made from some of the rows, a row of these gains what a row of all does.

    None where that is too little to matter, and of a check without a p-value, which tells no size.
    """
    p = float(check.p_value[group])
    if np.isnan(p):
        return None
    if p > _LEAST_P or check.gain is not None:
        return Misfit(float(terms_gain(check, np.full(len(check.p_value), count))[group]), f"the check of {check.name}")
    if not at_least:
        return None
    nats = _LEAST_GAIN / min(count, math.inf if check.rows is None else check.rows)
    return Misfit(nats, f"the check of {check.name}") if nats > TOLERANCE else None


def terms_gain(check: CheckResult, count: Floats) -> Floats:
    """(G,) nats a row that the term which a check asks for would gain to first order: half its squared score (Rao
    1948), less half a nat; infinite where its p-value is too small to tell. Or what the check itself knows of it."""
    if check.gain is not None:
        return check.gain
    from scipy.special import ndtri

    p = check.p_value
    with np.errstate(divide="ignore", invalid="ignore"):  # groups without rows
        rows = count if check.rows is None else np.minimum(count, check.rows)
        nats = np.maximum(0.5 * (ndtri(0.5 * p) ** 2 - 1.0), 0.0) / rows
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
