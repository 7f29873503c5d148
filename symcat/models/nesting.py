"""No answer is less likely than a special case of its class that was fitted to the same rows.

Of a maximum of the likelihood this cannot be, so that it tells what every other check may miss: averages matched within
errors that the data's own heavy tails have made useless, a search that ended elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcat.models.base import Floats, Model
from symcat.models.fit import LOG_Z_ERROR, PRIOR_ROWS, CheckResult, Fit

NESTED = "nested classes"

_ROUNDING = 1e-8
"""Nats a row, and of the log-likelihood; tables are certified to less."""
_ERRORS = 3.0
"""Standard errors of log Z."""


def nested_check(model: Model, fit: Fit, others: Sequence[Fit]) -> CheckResult | None:
    """The check of a fit of G groups, None where it is nowhere below another that is nested in it.

    ``others`` are of the same groups. They count where they have an answer from as many rows, without a prior.
    """
    nested = model.nested
    special = [(k, other) for k, other in enumerate(others) if other.label in nested] if nested else []
    if not special:
        return None
    with np.errstate(invalid="ignore"):
        if not any((other.log_likelihood > fit.log_likelihood).any() for _, other in special):
            return None
    worst, of = np.full(len(fit.count), -np.inf), np.zeros(len(fit.count), dtype=np.intp)
    for k, other in special:
        below = other.log_likelihood - fit.log_likelihood - _tolerance(fit) - _tolerance(other)
        comparable = fit.answered & other.answered & (fit.count == other.count)
        comparable &= (_prior(fit) == 0.0) & (_prior(other) == 0.0)
        # An answer whose likelihood is not known cannot be held against any.
        below = np.where(comparable & ~np.isnan(below), below, -np.inf)
        worst, of = np.maximum(worst, below), np.where(below > worst, k, of)
    if not (worst > 0.0).any():
        return None

    def detail(group: int) -> str:
        other = others[of[group]]
        return (
            f"the log-likelihood {fit.log_likelihood[group]:,.1f} is below the {other.log_likelihood[group]:,.1f} of "
            f"{other.label}, a special case: this is not the maximum"
        )

    return CheckResult(NESTED, worst, np.full(len(worst), np.nan), detail, weight="always", verdict=~(worst > 0.0))


def _tolerance(fit: Fit) -> Floats:
    """(G,) by how much a log-likelihood may be wrong."""
    error = fit.statistics.get(LOG_Z_ERROR, np.zeros(len(fit.count)))
    out: Floats = fit.count * (_ROUNDING + _ERRORS * np.nan_to_num(error)) + _ROUNDING * np.abs(fit.log_likelihood)
    return out


def _prior(fit: Fit) -> Floats:
    found: Floats = np.nan_to_num(fit.statistics.get(PRIOR_ROWS, np.zeros(len(fit.count))))
    return found
