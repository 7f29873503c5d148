"""Entropies of a table of two-valued columns, and how much of their dependence a model has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.answer.records import Floats, Information
from symcat.data.states import States
from symcat.models.fit import Fit


def entropy(counts: NDArray[np.int64]) -> float:
    """Plug-in entropy of counted states, in nats."""
    share = counts / counts.sum()
    return float(-(share * np.log(share)).sum())


def information(found: Fit, mean: Floats, states: States) -> Information:
    """Of a batch of one, fitted to the means (d,) and the counted states of all columns.

    The model's entropy is minus the mean log-likelihood of a row, which it equals at the maximum of the likelihood.
    """
    n = states.n_rows
    up = np.clip(0.5 * (1.0 + mean), 0.0, 1.0)
    shares = np.stack([up, 1.0 - up])
    independent = float(-np.where(shares > 0.0, shares * np.log(np.where(shares > 0.0, shares, 1.0)), 0.0).sum())
    of_model = -float(found.log_likelihood[0]) / n
    plug_in = entropy(states.counts)
    corrected = plug_in + (len(states.counts) - 1) / (2.0 * n)
    explained = independent - of_model

    def share(total: float) -> float | None:
        return explained / total if total > 0.0 else None

    return Information(
        entropy=of_model,
        independent_entropy=independent,
        data_entropy=plug_in,
        data_entropy_corrected=corrected,
        multi_information=independent - plug_in,
        multi_information_corrected=independent - corrected,
        share=share(independent - plug_in),
        share_corrected=share(independent - corrected),
    )
