"""Entropies of a table of two-valued columns, and how much of their dependence a model has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.answer.records import Floats, Information
from symcat.data.states import States
from symcat.models.fit import Fit

_MOST_CORRECTED, _MOST_UNSEEN = 0.05, 0.1
"""Of the multi-information: the largest correction for few rows, and the largest part of states not seen, where a share
is told. ``benchmarks/multi_information.py`` prints how far a share that is told then lies from the truth."""


def entropy(counts: NDArray[np.int64]) -> float:
    """Plug-in entropy of counted states, in nats."""
    share = counts / counts.sum()
    return float(-(share * np.log(share)).sum())


def _with_unseen(counts: NDArray[np.int64]) -> float:
    """Entropy of counted states with those not seen, in nats (Chao & Shen 2003); infinite where none was seen twice."""
    n, once = int(counts.sum()), int((counts == 1).sum())
    if once == n:
        return float("inf")
    share = (1.0 - once / n) * counts / n
    return float(-(share * np.log(share) / -np.expm1(n * np.log1p(-share))).sum())


def information(found: Fit, mean: Floats, states: States) -> Information:
    """Of a batch of one, fitted to the counted states of all columns; ``mean`` (d,) is theirs where all are two-valued.

    The model's entropy is minus the mean log-likelihood of a row, which it equals at the maximum of the likelihood.
    """
    n = states.n_rows
    independent = _of_means(mean) if max(states.sizes) == 2 else _of_columns(states)
    of_model = -float(found.log_likelihood[0]) / n
    plug_in = entropy(states.counts)
    corrected = plug_in + (len(states.counts) - 1) / (2.0 * n)
    explained = independent - of_model

    total, bias = independent - plug_in, corrected - plug_in
    withheld = _withheld(states, total, bias)
    known = withheld is None

    return Information(
        entropy=of_model,
        independent_entropy=independent,
        data_entropy=plug_in,
        data_entropy_corrected=corrected,
        multi_information=total,
        multi_information_corrected=total - bias,
        share=explained / total if known else None,
        share_corrected=explained / (total - bias) if known else None,
        share_withheld=withheld,
    )


def _of_means(mean: Floats) -> float:
    """The entropies of two-valued columns with means (d,), in all."""
    up = np.clip(0.5 * (1.0 + mean), 0.0, 1.0)
    shares = np.stack([up, 1.0 - up])
    return float(-np.where(shares > 0.0, shares * np.log(np.where(shares > 0.0, shares, 1.0)), 0.0).sum())


def _of_columns(states: States) -> float:
    """Likewise of columns of any number of levels."""
    counts = [np.bincount(digits, states.counts) for digits in states.digits.T]
    return sum(entropy(rows[rows > 0.0]) for rows in counts)


def _withheld(states: States, total: float, bias: float) -> str | None:
    """Why no share of the multi-information ``total`` can be told; None where it can.

    The plug-in entropy lies below the true one, by about the correction where nearly all states were seen, and by much
    more where many were not, so that a true share of 1 comes out as any number. What those not seen have is estimated
    from the rows seen once (Chao & Shen 2003, Environ. Ecol. Stat. 10:429).
    """
    if total - bias <= 0.0:
        return "the rows show no dependence beyond that of rows not seen"
    n = states.n_rows
    once = int((states.counts == 1).sum())
    unseen = _with_unseen(states.counts) - entropy(states.counts)
    if bias <= _MOST_CORRECTED * total and unseen <= _MOST_UNSEEN * total:
        return None
    return (
        f"{n:,} rows are too few against the {len(states.counts):,} states seen, {once:,} of them once: the entropy of "
        "the data, and with it the share, is not known"
    )
