"""``scores(hidden.gaussian)``: a category that is not seen, given whose value the scores are Gaussian.

``q(z) = sum_k w_k N(z; mean_k, covariance_k)``. The scores are not held to variances of one, so that the margins are
corrected where the columns' own classes do not describe them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Center, Entry, Facts, Floats, Model, Options, Parameters
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.hidden import several
from symcat.models.hidden.choice import free_numbers
from symcat.models.hidden.clouds_newton import free
from symcat.models.hidden.clouds_newton import scores as slopes_of
from symcat.models.hidden.gaussian import LABEL, HiddenGaussian
from symcat.models.hidden.law import MixtureLaw
from symcat.models.scores import agreement
from symcat.models.scores.composite import OF_COLUMNS, Joined, Scores, around
from symcat.models.scores.corrected import CorrectedLaw
from symcat.models.scores.joint_slopes import JointMoving
from symcat.models.scores.margins import Margins
from symcat.models.scores.scores import NormalScores
from symcat.models.tables import Tables

_HALF_LOG = 0.5 * math.log(2.0 * math.pi)


class HiddenScores(Scores):
    """Each column with its own class, and Gaussians of their scores, as many as BIC chooses.

    ``weights`` (K,), ``means`` (K, d) and ``covariances`` (K, d, d) are those of the scores.
    """

    OWN = ("weights", "means", "covariances")
    INNER = LABEL
    searches_long = True

    def __init__(
        self, label: str, schema: Schema, options: Options, tables: Tables, parts: Sequence[Model] = ()
    ) -> None:
        super().__init__(label, schema, options, tables, parts)
        words = "Gaussian scores for each value of a hidden category"
        self.facts = Facts(f"Columns with a class each, {words}", "monotone maps of each column")
        self.full_rank = len(schema) > 1
        self.nested = frozenset(around(inner) for inner in NormalScores.INNER)
        self.of_scores = HiddenGaussian(schema, options)

    def joined_scores(self, margins: Margins, count: float) -> Joined | str:
        """The mixture of the scores, from K to K + 1 components until BIC has risen twice; fitted to rows that are
        spread over the cells of their rounding, since components narrow at the values of a column are no law of it."""
        d, spread = len(self.schema), margins.spread
        found = several.searched(spread.scored, spread.sampled, count, np.zeros(d), np.ones(d))
        if isinstance(found, str):
            return found
        at = free(found.clouds, found.held)
        inner = several.Moving(found.clouds, found.slope, at, np.zeros(d), np.ones(d))
        moving = JointMoving(
            margins=spread,
            columns=self.schema.columns,
            count=count,
            slope=lambda z: slopes_of(found.clouds, z)[:, at],
            bread=count * inner.inverse,
            named=lambda moved: inner.named(moved @ inner.jacobian.T),
        )
        return Joined(
            parameters=inner.parameters,
            standard_errors=moving.errors,
            gained=sum(float(times @ self.log_ratio(inner.parameters, z)) for z, times in margins.scored),
            n_parameters=free_numbers(len(found.clouds), d),
            moving=moving,
            statistics=found.choice.statistics,
            note=found.choice.words,
        )

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the scores of pairs and threes of columns depend on each other as the law says, and all together."""
        if not fit.answered[0] or fit.moves is None or not isinstance(fit.moves.of_rows, JointMoving):
            return ()
        law = self.mixture_of_scores({name: fit.parameters[name][0] for name in self.OWN})
        drawn = law.sample(agreement.DRAWN, np.random.default_rng(self.options.seed))
        return agreement.checks(fit.moves.of_rows, drawn, self.schema.columns, observed, self.options.seed)

    def log_ratio(self, parameters: Parameters, z: Floats) -> Floats:
        """Of the mixture to independent normal scores."""
        of_scores = self.mixture_of_scores(parameters).log_density(z)
        return np.asarray(of_scores + 0.5 * (z * z).sum(axis=1) + z.shape[1] * _HALF_LOG)

    def drawn_scores(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """A component, and scores of it."""
        return self.mixture_of_scores(parameters).sample(n, rng)

    def law(self, parameters: Parameters) -> CorrectedLaw:
        """Of the columns, by integrals over their scores."""
        return CorrectedLaw(self.label, self.laws(parameters), self.mixture_of_scores(parameters))

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters; that of each column's class is with its part."""
        mixture = "-log sum_k weights[k] N(z; means[k], covariances[k])"
        return f"{mixture} + sum_j (F_j(x_j) - 1/2 z_j^2 - 1/2 log 2 pi),   {OF_COLUMNS}"

    def own_entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """As of the class of the scores."""
        return self.of_scores.entries(name, parameters)

    def normalised(self, parameters: Parameters) -> float:
        """log Z is that of the columns' classes."""
        return self.of_margins(parameters)

    def mixture_of_scores(self, parameters: Parameters) -> MixtureLaw:
        """That of the parameters."""
        return MixtureLaw(self.label, {name: parameters[name] for name in self.OWN})
