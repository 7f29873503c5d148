"""Pairwise couplings of more spins than can be summed over, where no closed form matches the averages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Fit, Model
from symcat.models.ising.couplings import pair_matrix, pair_values
from symcat.models.ising.wide import gibbs
from symcat.models.ising.wide.pairwise import WidePairwise
from symcat.models.ising.wide.search import WideFit
from symcat.strategies.device.asking import Asked, Refused
from symcat.strategies.device.device import DRAWN, Problem, find, keep

Floats = NDArray[np.float64]

MOST_SPINS = 64
"""Columns: the 2080 couplings of so many take a matrix of 35 MB, and the device some minutes."""


def relax_spins(asked: Asked, model: Model, refused: Fit, moments: Moments) -> Fit | Refused:
    """The fit of ``model`` with couplings from the device, or why there is none.

    Only averages are used, those that the refused fit was made from, its prior among them.
    """
    from symcat.symmetry.sufficient_statistics import SufficientStatistics

    if not isinstance(model, WidePairwise):
        return Refused(f"couplings of {model.label} are not what it is asked to find")
    d, count, rows = model.dimension, float(refused.count[0]), float(refused.statistics["prior_rows"][0])
    if model.edges is not None:
        return Refused("the graph given with interactions= is summed over exactly, or not at all")
    if d > MOST_SPINS:
        return Refused(f"{d} two-valued columns are more than the {MOST_SPINS} whose couplings it is asked to find")
    if count <= d:
        return Refused(f"{count:.0f} rows cannot determine the couplings of all pairs of {d} columns")
    share = count / (count + rows)
    mean, pair = share * refused.statistics["m"][0], share * refused.statistics["q"]
    problem = Problem(
        model.label,
        SufficientStatistics.pairwise(d),
        np.concatenate([mean, pair_values(pair)[0]]),
        count,
        covariance=None,
    )
    found = find(asked, problem, asked.budget_s)
    if isinstance(found, Refused):
        return found
    if problem.may_be_learned:
        drawn = gibbs.sample(
            -found.couplings[:d],
            -pair_matrix(found.couplings[None, d:], d)[0],
            DRAWN,
            np.random.default_rng(asked.seed),
        )
        keep(problem, found, problem.statistics.values(drawn).astype(np.float64))
    theta, errors = -found.couplings, found.standard_errors
    return model.answered_by(
        moments,
        refused,
        WideFit(
            h=theta[:d],
            J=pair_matrix(theta[None, d:], d)[0],
            h_error=errors[:d],
            J_error=pair_matrix(errors[None, d:], d)[0],
            log_partition=found.log_partition,
            log_partition_error=found.log_partition_error,
            method="analog",
            exact=False,
            n_parameters=len(theta),
            # Stopped before it was verified, an answer does not pass as one that matches.
            normalised_error=found.normalised_error if found.accepted else max(found.normalised_error, 1.0),
            accepted=found.accepted,
            detail=found.detail,
        ),
        "analog",
    )
