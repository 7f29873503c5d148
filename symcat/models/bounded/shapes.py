"""Both shapes of the beta law as functions of the averages of ``log t`` and ``log(1 - t)``, of many groups at once.

The averages ``psi(a) - psi(a + b)`` and ``psi(b) - psi(a + b)`` are met by Newton's method in log a and log b. They are
taken apart into the position ``logit = <log t> - <log(1 - t)>`` and the narrowness ``D = -log(e^<log t> +
e^<log(1 - t)>)``, positive wherever rows vary, and the digamma function into its logarithm and what is left of it
(``positive.shape.gap``), so that nothing cancels for the large shapes of narrow columns.
"""

from __future__ import annotations

import numpy as np

from symcat.models.base import Floats
from symcat.models.positive.shape import gap

_STEPS = 25
_DONE = 1e-9  # of a step; those that follow are its square
_LONGEST = 2.0  # of a step in log a or log b


def determinant(alpha: Floats, beta: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """(G,) of the information by the logs of the shapes, divided by both shapes; and ``a psi'(a) - 1`` of alpha, of
    beta and of their sum."""
    both = alpha + beta
    p, q = alpha / both, beta / both
    of_alpha, of_beta, of_both = (gap(one)[1] for one in (alpha, beta, both))
    spread = q * of_beta + p * of_alpha + of_alpha * of_beta - of_both * (1.0 + q * of_alpha + p * of_beta)
    return spread, of_alpha, of_beta, of_both


def start(narrowness: Floats, p: Floats, rest: Floats) -> tuple[Floats, Floats]:
    """(G,) near the solution for narrow rows, where D is half of one over the sum, and for rows at the ends."""
    both = 0.5 / narrowness + 0.5
    return np.maximum(both * p, 0.5 / (narrowness + 1.0)), np.maximum(both * rest, 0.5 / (narrowness + 1.0))


def shapes_of(narrowness: Floats, logit: Floats) -> tuple[Floats, Floats]:
    """(G,) alpha and beta; not a number unless the narrowness is positive."""
    wide = np.where((narrowness > 0.0) & np.isfinite(logit), narrowness, np.nan)
    p, rest_p = 1.0 / (1.0 + np.exp(-logit)), 1.0 / (1.0 + np.exp(logit))
    alpha, beta = start(wide, p, rest_p)
    for _ in range(_STEPS):
        both = alpha + beta
        spread, of_alpha, of_beta, of_both = determinant(alpha, beta)
        gap_alpha, gap_beta, gap_both = (gap(one)[0] for one in (alpha, beta, both))
        share, rest = alpha / both, beta / both
        away = np.log(alpha / beta) - logit  # log of the shapes' ratio less that of the position
        log_share, log_rest = _against(-away, rest_p, p), _against(away, p, rest_p)
        first = log_share - gap_alpha + gap_both + wide
        second = log_rest - gap_beta + gap_both + wide
        by_alpha = ((share + of_beta - rest * of_both) * first + rest * (1.0 + of_both) * second) / spread
        by_beta = ((rest + of_alpha - share * of_both) * second + share * (1.0 + of_both) * first) / spread
        longest = np.maximum(np.abs(by_alpha), np.abs(by_beta))
        shrink = np.minimum(1.0, _LONGEST / np.maximum(longest, 1e-300))
        alpha, beta = alpha * np.exp(-shrink * by_alpha), beta * np.exp(-shrink * by_beta)
        if not (longest > _DONE).any():
            break
    return alpha, beta


def _against(away: Floats, p: Floats, rest: Floats) -> Floats:
    """(G,) ``-log(rest + p e^away)``, ``rest = 1 - p``: the log of what becomes of that as the log odds move."""
    near = np.abs(away) < 0.5
    few = np.log1p(p * np.expm1(np.where(near, away, 0.0)))
    with np.errstate(divide="ignore"):
        far = np.logaddexp(np.log(rest), np.log(p) + away)
    return -np.where(near, few, far)
