"""The log-odds of one column given the others that ``ising.pairwise`` implies: ``2 (h_y + sum_j J_yj s_j)``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats, Moments
from symcat.models.batches import refused_fit
from symcat.models.conditional import score
from symcat.models.conditional.implied import ImpliedLogistic
from symcat.models.conditional.log_odds import LogOdds
from symcat.models.conditional.rows import Rows
from symcat.models.fit import CheckResult, Fit
from symcat.models.ising import hypercube
from symcat.models.ising.fisher import FisherIsing, inverse


class PairwiseLogistic(ImpliedLogistic):
    """Logistic regression of a column on all others, every one two-valued and coupled to every other.

    ``joint`` is the class of all pairs; more columns than can be summed over are refused without asking it.
    """

    @property
    def _pairs(self) -> FisherIsing:
        assert isinstance(self.joint, FisherIsing)
        return self.joint

    def joint_fit(self, moments: Moments) -> Fit:
        if len(self.schema) > hypercube.LARGEST:
            return refused_fit(self.label, moments.count, hypercube.too_many(len(self.schema)))
        return self.joint.fit(moments, None)

    def log_odds(self, joint: Fit, moments: Moments) -> LogOdds:
        place = self._places()
        covariance = _inverse_information(joint) / float(joint.count[0] + joint.statistics["prior_rows"][0])
        return LogOdds(
            self.target,
            2.0 * self._theta(joint)[place],
            4.0 * covariance[np.ix_(place, place)],
            np.zeros(len(self.others)),
        )

    def moved(self, joint: Fit, groups: Moments, whole: Moments) -> Floats:
        return 2.0 * self._pairs.theta_influence(joint, groups, whole)[:, self._places()]

    def moved_by_prior(self, joint: Fit, whole: Moments) -> Floats:
        return 2.0 * self._pairs.prior_influence(joint, whole)[:, self._places()]

    def score(self, odds: LogOdds, joint: Fit, rows: Rows, moments: Moments) -> CheckResult:
        return score.from_information(odds, rows, self._information(self._theta(joint)))

    def _information(self, theta: Floats) -> Floats:
        """(d, d) Fisher information that one row has of the logistic coefficients, on average over the joint fit.

        One transform of ``P(s) p (1 - p)`` holds its averages with every product of two columns.
        """
        weight = self._pairs.probabilities(theta)
        split = weight.reshape(-1, 2, 1 << self.target)
        both = split.sum(axis=1, keepdims=True)
        up = split[:, 1:] / np.where(both > 0.0, both, 1.0)
        spread = (split * up * (1.0 - up)).reshape(1, -1)
        masks = np.array([0, *(1 << j for j in self.others)], dtype=np.int64)
        found: Floats = hypercube.averages(spread, masks[:, None] ^ masks[None, :])[0]
        return found

    def _theta(self, joint: Fit) -> Floats:
        return self._pairs.theta_of({name: value[0] for name, value in joint.parameters.items()})

    def _places(self) -> NDArray[np.intp]:
        """Where the target's field and its couplings to the others stand in the vector of the couplings."""
        return places(self._pairs, self.target)


def places(model: FisherIsing, column: int) -> NDArray[np.intp]:
    """Where a column's field, then its couplings to the others, stand in the vector of the couplings."""
    named = model.arrange(np.arange(model.n_free, dtype=np.float64)[None])
    couplings = np.delete(named["J"][0, column], column)
    return np.concatenate([named["h"][0, [column]], couplings]).astype(np.intp)


def _inverse_information(joint: Fit) -> Floats:
    """(K, K) of the couplings, for one row."""
    assert joint.information is not None
    found: Floats = inverse(joint.information)[0]
    return found
