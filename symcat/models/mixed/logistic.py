"""The log-odds of a two-valued column that ``mixed.conditional_gaussian`` implies.

From its F they are ``2 (h_y + sum_j J_yj s_j + B_y (x - mean))``; without other two-valued columns this is Fisher's
linear discriminant (Efron 1975, JASA 70:892).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats, Moments
from symcat.models.base import Model
from symcat.models.conditional import score
from symcat.models.conditional.implied import ImpliedLogistic
from symcat.models.conditional.log_odds import LogOdds
from symcat.models.conditional.rows import Rows
from symcat.models.fit import CheckResult, Fit
from symcat.models.ising.fisher import FisherIsing, inverse
from symcat.models.ising.logistic import places
from symcat.models.mixed.factors import of_two_valued
from symcat.models.mixed.influence import influence
from symcat.models.mixed.least_squares import condition


class ConditionalGaussianLogistic(ImpliedLogistic):
    """Logistic regression of a two-valued column on all others, some of them real, which count from their means.

    ``joint`` is the class of all columns and ``marginal`` that of the two-valued ones alone, their basis -1 and +1.
    """

    def __init__(self, joint: Model, marginal: FisherIsing, target: int) -> None:
        super().__init__(joint, target)
        self.marginal = marginal
        self.two_valued, self.reals = self.schema.at("two-valued"), self.schema.at("real")
        # The target among the two-valued columns, and the others there.
        self.y = self.two_valued.index(target)
        self.rest = [j for j in range(len(self.two_valued)) if j != self.y]

    def joint_fit(self, moments: Moments) -> Fit:
        return self.joint.fit(moments, None)

    def log_odds(self, joint: Fit, moments: Moments) -> LogOdds:
        given = condition(moments, self.two_valued)
        n, precision, design = float(joint.count[0]), given.precision[0], given.design[0]
        parameters = {name: value[0] for name, value in joint.parameters.items()}
        theta = self.marginal.theta_of(of_two_valued(parameters, binary=False))
        place = places(self.marginal, self.y)
        slopes = given.slopes[0]
        k, z = len(self.reals), len(place)
        # beta_A = 2 (theta_A + c' K g_A), with c the target's slopes, g = -slopes of the others, unit vectors for x.
        c = slopes[:, self.y]
        g = np.concatenate([np.zeros((k, 1)), -slopes[:, self.rest], np.eye(k)], axis=1)
        own, along = float(c @ precision @ c), g.T @ precision @ c
        inner = g.T @ precision @ g
        free = np.zeros((z + k, z + k))
        free[:z, :z] = design[np.ix_(self._kept, self._kept)]
        crossed = np.zeros(z + k)
        crossed[:z] = -design[1 + self.y, self._kept]
        covariance = (design[1 + self.y, 1 + self.y] + own) * inner + own * free
        covariance += np.outer(along, crossed) + np.outer(crossed, along) + np.outer(along, along)
        covariance /= n
        assert joint.information is not None
        of_marginal = inverse(joint.information)[0] / (n + float(joint.statistics["prior_rows"][0]))
        covariance[:z, :z] += of_marginal[np.ix_(place, place)]
        coefficients = 2.0 * along
        coefficients[:z] += 2.0 * theta[place]
        origin = np.zeros(len(self.schema))
        origin[list(self.reals)] = given.mean[0]
        order = self._order
        return LogOdds(
            self.target, coefficients[order], 4.0 * covariance[np.ix_(order, order)], np.delete(origin, self.target)
        )

    def moved(self, joint: Fit, groups: Moments, whole: Moments) -> Floats:
        moved = influence(self.marginal, self.two_valued, joint, groups, whole)
        precision, slopes = moved.fitted_precision, moved.fitted_slopes
        dk, dc = moved.precision, moved.slopes[:, :, 1 + self.y]
        c = slopes[:, self.y]
        fixed = np.concatenate([np.zeros((len(c), 1)), slopes[:, self.rest]], axis=1)
        by_x = dk @ c + dc @ precision
        by_s = np.concatenate([moved.h[:, [self.y]], moved.J[:, self.y][:, self.rest]], axis=1)
        by_s = by_s - by_x @ fixed - np.einsum("a,gaz->gz", precision @ c, moved.slopes[:, :, self._kept])
        return 2.0 * np.concatenate([by_s, by_x], axis=1)[:, self._order]

    def moved_by_prior(self, joint: Fit, whole: Moments) -> Floats:
        theta = self.marginal.prior_influence(joint, whole)
        out = np.zeros((len(theta), len(self.schema)))
        place = places(self.marginal, self.y)
        out[:, : len(place)] = 2.0 * theta[:, place]
        return np.asarray(out[:, self._order])

    def score(self, odds: LogOdds, joint: Fit, rows: Rows, moments: Moments) -> CheckResult:
        single = moments.of_rows(rows.values)
        each = self.moved(joint, single, single.merged())
        return score.from_influence(odds, rows, float(moments.count[0]), each)

    @property
    def _kept(self) -> list[int]:
        """The intercept and the other two-valued columns in a design of (1, s)."""
        return [0, *(1 + j for j in self.rest)]

    @property
    def _order(self) -> NDArray[np.intp]:
        """From (intercept, other two-valued columns, real columns) to the order of the table."""
        columns = [*(self.two_valued[j] for j in self.rest), *self.reals]
        return np.concatenate([[0], 1 + np.argsort(columns)])
