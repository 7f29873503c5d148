"""Normal scores with a Gaussian class: ``q(z) = N(z; 0, R)`` with variances of one.

Of all laws with the margins f_j and these averages ``<z_i z_j>`` it has the largest entropy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Center, Entry, Facts, Floats, Model, Options, Parameters
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.hidden.law import MixtureLaw
from symcat.models.scores import checks, neighbours
from symcat.models.scores.composite import FEW, OF_COLUMNS, Joined, Scores, around
from symcat.models.scores.correlation import maximum, objective, standard_errors
from symcat.models.scores.law import ScoresLaw, kendall, spearman
from symcat.models.scores.margins import Margins
from symcat.models.scores.pattern import PATTERNS
from symcat.models.scores.slopes import Moving
from symcat.models.tables import Tables

CORRELATION = "correlation"
"""The matrix R among the parameters."""

DEPENDENT = "a column follows from the others: the correlations of their scores have no maximum of the likelihood"


class NormalScores(Scores):
    """Each column with its own class, and a Gaussian class of their scores."""

    OWN = (CORRELATION,)
    INNER: ClassVar[dict[str, str]] = {
        "gaussian.full": "any correlations",
        "gaussian.diagonal": "independent columns",
        "gaussian.exchangeable": "exchangeable scores",
        "gaussian.cyclic": "cyclic scores",
    }

    def __init__(
        self, label: str, schema: Schema, options: Options, tables: Tables, parts: Sequence[Model] = ()
    ) -> None:
        super().__init__(label, schema, options, tables, parts)
        inner = next(inner for inner in self.INNER if around(inner) == label)
        words = self.INNER[inner]
        self.pattern = PATTERNS[inner](len(schema))
        self.scoreless = not self.pattern.size
        self.facts = Facts(f"Columns with a class each, {words}", f"monotone maps of each column; {words}")
        self.full_rank = inner == "gaussian.full"
        self.nested = frozenset(around(other) for other in self._special_cases(inner))

    def _special_cases(self, inner: str) -> list[str]:
        return {
            "gaussian.full": [other for other in self.INNER if other != inner],
            "gaussian.cyclic": ["gaussian.exchangeable", "gaussian.diagonal"],
            "gaussian.exchangeable": ["gaussian.diagonal"],
        }.get(inner, [])

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """That of R."""
        return {CORRELATION: (len(self.schema),) * 2}

    def joined_scores(self, margins: Margins, count: float) -> Joined | str:
        """The correlations of the scores."""
        if count <= len(self.schema) + 1:
            return FEW
        matrix = maximum(margins.second, self.pattern)
        if matrix is None:
            return DEPENDENT
        return Joined(
            parameters={CORRELATION: matrix},
            standard_errors={CORRELATION: standard_errors(matrix, self.pattern, count)},
            gained=count * objective(matrix, margins.second),
            n_parameters=self.pattern.size,
            moving=Moving(margins, self.schema.columns, matrix, self.pattern, count, CORRELATION),
            log_partition=0.5 * float(np.linalg.slogdet(matrix)[1]),
            statistics={"spearman": spearman(matrix)[None], "kendall": kendall(matrix)[None]},
        )

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the scores are jointly normal, and their correlations of the class; those of each column's class are
        made where its classes are weighed."""
        if not fit.answered[0] or fit.moves is None or not isinstance(fit.moves.of_rows, Moving):
            return ()
        moving = fit.moves.of_rows
        words = self.facts.symmetry.partition("; ")[2]
        found = [
            checks.jointly_normal(moving.margins, moving.matrix, self.schema.columns),
            checks.symmetry(moving.margins.second, moving.matrix, self.pattern, moving.count, words),
        ]
        if observed.weighted is None:
            drawn = self.drawn_scores(
                {CORRELATION: moving.matrix}, neighbours.MOST_ROWS, np.random.default_rng(self.options.seed)
            )
            found.append(neighbours.neighbourhoods(moving.margins.sampled, drawn, self.options.seed))
        return [one for one in found if one is not None]

    def log_ratio(self, parameters: Parameters, z: Floats) -> Floats:
        """Of Gaussian scores; ``log|R| / 2`` is in log Z."""
        matrix = self._matrix(parameters)
        found: Floats = -0.5 * np.einsum("mi,ij,mj->m", z, np.linalg.inv(matrix) - np.eye(len(matrix)), z)
        return found

    def drawn_scores(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """Gaussian ones."""
        factor = np.linalg.cholesky(self._matrix(parameters))
        return np.asarray(rng.standard_normal((n, len(self.schema))) @ factor.T)

    def law(self, parameters: Parameters) -> ScoresLaw:
        """Those of the columns, and of their ranks."""
        return ScoresLaw(self.label, self.laws(parameters), self._matrix(parameters))

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters; that of each column's class is with its part."""
        return f"1/2 z' (correlation^-1 - 1) z + sum_j F_j(x_j),   {OF_COLUMNS}"

    def own_entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The correlation of each pair."""
        pairs = zip(self.pattern.first.tolist(), self.pattern.second.tolist(), strict=True)
        return [((i, j), (i, j)) for i, j in pairs]

    def normalised(self, parameters: Parameters) -> float:
        """log Z is that of the columns' classes, and ``log|R| / 2``."""
        return self.of_margins(parameters) + 0.5 * float(np.linalg.slogdet(self._matrix(parameters))[1])

    def mixture_of_scores(self, parameters: Parameters) -> MixtureLaw:
        """A single Gaussian."""
        matrix = self._matrix(parameters)
        own = {"weights": np.ones(1), "means": np.zeros((1, len(matrix))), "covariances": matrix[None]}
        return MixtureLaw(self.label, own)

    def _matrix(self, parameters: Parameters) -> Floats:
        return np.asarray(parameters[CORRELATION], dtype=np.float64)
