"""``scores(student)``: Student's copula, one parameter more than a Gaussian's, where the tails of columns go together.

The margins are those of the columns' own classes. Of all such laws with the average of ``log(1 + t'R^-1 t / nu)`` that
it has, t the scores under Student's law, it has the largest entropy.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Center, Entry, Facts, Floats, Model, Options, Parameters
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.scores import agreement
from symcat.models.scores.composite import FEW, OF_COLUMNS, Joined, Scores, around
from symcat.models.scores.correlation import inverse_of, maximum
from symcat.models.scores.joint_slopes import JointMoving
from symcat.models.scores.law import EllipticalLaw, kendall
from symcat.models.scores.margins import Margins
from symcat.models.scores.pattern import Pattern
from symcat.models.scores.scores import CORRELATION, DEPENDENT, NormalScores
from symcat.models.scores.student_copula import Copula, likeliest
from symcat.models.tables import Tables

DEGREES = "degrees_of_freedom"

_ALL = 2.0  # times as many rows as the sample has, of which the search reads all


class StudentScores(Scores):
    """Each column with its own class, and Student's copula of their scores."""

    OWN = (CORRELATION, DEGREES)
    INNER = "student"
    full_rank = True

    def __init__(
        self, label: str, schema: Schema, options: Options, tables: Tables, parts: Sequence[Model] = ()
    ) -> None:
        super().__init__(label, schema, options, tables, parts)
        self.pattern = Pattern.full(len(schema))
        self.facts = Facts("Columns with a class each, tails that go together", "monotone maps of each column")
        self.nested = frozenset(around(inner) for inner in NormalScores.INNER)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of R and of a number."""
        return {CORRELATION: (len(self.schema),) * 2, DEGREES: ()}

    def joined_scores(self, margins: Margins, count: float) -> Joined | str:
        """Correlations and degrees of freedom, from all rows."""
        if count <= len(self.pattern.first) + 2:
            return FEW
        start = maximum(margins.second, self.pattern)
        if start is None:
            return DEPENDENT
        share = count / len(margins.sampled)
        few = None if share <= _ALL else [(margins.sampled, np.full(len(margins.sampled), share))]
        found = likeliest(start, few, margins.scored, self.pattern)
        if isinstance(found, str):
            return found
        copula, gained = found
        slopes = copula.slopes(margins.sampled, self.pattern)
        moving = JointMoving(
            margins=margins,
            columns=self.schema.columns,
            count=count,
            slope=lambda z: copula.slopes(z, self.pattern),
            bread=inverse_of(slopes.T @ slopes / len(slopes)),
            named=lambda moved: {
                CORRELATION: self.pattern.matrix(moved[:, :-1], 0.0),
                DEGREES: copula.nu * moved[:, -1],
            },
        )
        return Joined(
            parameters={CORRELATION: copula.matrix, DEGREES: np.array(copula.nu)},
            standard_errors=moving.errors,
            gained=gained,
            n_parameters=self.pattern.size + 1,
            moving=moving,
            statistics={"kendall": kendall(copula.matrix)[None]},
        )

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the scores of pairs and threes of columns depend on each other as the law says, and all together."""
        if not fit.answered[0] or fit.moves is None or not isinstance(fit.moves.of_rows, JointMoving):
            return ()
        copula = self._copula({name: fit.parameters[name][0] for name in self.OWN})
        drawn = copula.sample(agreement.DRAWN, np.random.default_rng(self.options.seed))
        return agreement.checks(fit.moves.of_rows, drawn, self.schema.columns, observed, self.options.seed)

    def log_ratio(self, parameters: Parameters, z: Floats) -> Floats:
        """The log of the copula's density."""
        return self._copula(parameters).log_density(z)

    def drawn_scores(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """Student's rows, each column mapped to normal scores."""
        return self._copula(parameters).sample(n, rng)

    def law(self, parameters: Parameters) -> EllipticalLaw:
        """Those of the columns, and Kendall's correlations."""
        return EllipticalLaw(self.label, self.laws(parameters), self._copula(parameters).matrix)

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters; that of each column's class is with its part."""
        joint = "-log t(t_1, ..., t_d; correlation, degrees_of_freedom)"
        single = "sum_j (F_j(x_j) + log t(t_j; degrees_of_freedom))"
        words = "t(...) Student's densities of unit scale, t_j the score of x_j under that of one column"
        return f"{joint} + {single},   {words}, {OF_COLUMNS}"

    def own_entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The correlation of each pair, and a number."""
        if name == DEGREES:
            return [((), "")]
        pairs = zip(self.pattern.first.tolist(), self.pattern.second.tolist(), strict=True)
        return [((i, j), (i, j)) for i, j in pairs]

    def normalised(self, parameters: Parameters) -> float:
        """log Z is that of the columns' classes."""
        return self.of_margins(parameters)

    def _copula(self, parameters: Parameters) -> Copula:
        return Copula(np.asarray(parameters[CORRELATION], dtype=np.float64), float(np.asarray(parameters[DEGREES])))
