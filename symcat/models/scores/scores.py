"""Several real columns, each mapped by its own law to a normal score, with a Gaussian class of the scores.

``P(x) = prod_j f_j(x_j) N(z; 0, R) / prod_j phi(z_j)`` with ``z_j = Phi^-1(CDF_j(x_j))``: of all laws with the margins
f_j and these averages ``<z_i z_j>`` it has the largest entropy. The margins are fitted first, each for itself, then R
(inference functions for margins: Joe 1997, ch. 10), so that the likelihood is that of the two steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models import registry
from symcat.models.at_hand import NEEDS_ROWS
from symcat.models.base import Center, Class, Entry, Facts, Floats, Masses, Model, Options, Parameters
from symcat.models.batches import refused_fit
from symcat.models.candidates import Weighed
from symcat.models.fit import CheckResult, Fit, Moves, Observed
from symcat.models.law import Law
from symcat.models.scores import checks, names
from symcat.models.scores.correlation import maximum, objective, standard_errors
from symcat.models.scores.law import ScoresLaw, kendall, spearman
from symcat.models.scores.margins import Alone, Margins
from symcat.models.scores.normal import scores, values_of
from symcat.models.scores.pattern import PATTERNS
from symcat.models.scores.slopes import Moving
from symcat.models.tables import Tables

CORRELATION = "correlation"
"""The matrix R among the parameters."""

_DEPENDENT = "a column follows from the others: the correlations of their scores have no maximum of the likelihood"
_FEW = "there are fewer rows than the correlations need"


def around(inner: str) -> str:
    """The label of normal scores with a Gaussian class."""
    return f"scores({inner})"


class NormalScores(Class):
    """Each column with its own class, and a Gaussian class of their scores; ``composed`` once the columns' classes are
    known, or of those whose labels ``options.parts`` has."""

    INNER: ClassVar[dict[str, str]] = {
        "gaussian.full": "any correlations",
        "gaussian.diagonal": "independent columns",
        "gaussian.exchangeable": "exchangeable scores",
        "gaussian.cyclic": "cyclic scores",
    }

    needs = check_needs = Needs()
    one_by_one = True
    by_group = False
    weighed_last = True

    def __init__(
        self, label: str, schema: Schema, options: Options, tables: Tables, parts: Sequence[Model] = ()
    ) -> None:
        inner = next(inner for inner in self.INNER if around(inner) == label)
        words = self.INNER[inner]
        self.label, self.schema, self.options, self.tables = label, schema, options, tables
        self.pattern = PATTERNS[inner](len(schema))
        self.blocks = tuple((j,) for j in range(len(schema)))
        self.facts = Facts(f"Columns with a class each, {words}", f"monotone maps of each column; {words}")
        self.full_rank = inner == "gaussian.full"
        self.nested = frozenset(around(other) for other in self._special_cases(inner))
        if options.parts and not parts:
            own = Options(seed=options.seed)
            parts = [
                registry.model(part, schema.part(block), own, tables)
                for part, block in zip(options.parts, self.blocks, strict=True)
            ]
        self.parts = tuple(parts)

    def _special_cases(self, inner: str) -> list[str]:
        return {
            "gaussian.full": [other for other in self.INNER if other != inner],
            "gaussian.cyclic": ["gaussian.exchangeable", "gaussian.diagonal"],
            "gaussian.exchangeable": ["gaussian.diagonal"],
        }.get(inner, [])

    # --- the columns' own classes ----------------------------------------------------------------------------------

    def weighed_parts(self, rows: Masses | None, observed: Observed) -> tuple[Weighed, ...]:
        """How the classes of each column were weighed from all rows; () where these are not at hand."""
        found = self._margins(rows, observed)
        return () if found is None else tuple(one.weighed for one in found.of_columns)

    def _margins(self, rows: Masses | None, observed: Observed) -> Margins | None:
        return observed.once(Alone(self.schema, rows, observed, self.options, self.tables))

    def composed(self, parts: Sequence[Model]) -> NormalScores:
        """The class whose columns are of these classes."""
        options = replace(self.options, parts=tuple(part.label for part in parts))
        return NormalScores(self.label, self.schema, options, self.tables, parts)

    def of_block(self, block: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of one column's class."""
        return names.within(self.schema.columns[block], values)

    # --- fitting ---------------------------------------------------------------------------------------------------

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer: averages do not tell the scores."""
        d = len(self.schema)
        return refused_fit(self.label, moments.count, NEEDS_ROWS, {CORRELATION: (d, d)})

    def joined(self, moments: Moments, parts: Sequence[Fit]) -> Fit:
        """No answer from fits alone."""
        return self.fit(moments)

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The correlations of the scores of all rows, of a class that was composed of those of the columns."""
        margins = self._margins(rows, observed)
        if margins is None or not margins.complete:
            return self.fit(observed.moments)
        moments, d = observed.moments, len(self.schema)
        count = float(moments.count[0])
        if count <= d + 1:
            return refused_fit(self.label, moments.count, _FEW, {CORRELATION: (d, d)})
        matrix = maximum(margins.second, self.pattern)
        if matrix is None:
            return refused_fit(self.label, moments.count, _DEPENDENT, {CORRELATION: (d, d)})
        fits = [one.fit for one in margins.of_columns]
        columns = self.schema.columns
        errors = names.joined({c: own.standard_errors for c, own in zip(columns, fits, strict=True)})
        of_matrix = standard_errors(matrix, self.pattern, count)
        gained = count * objective(matrix, margins.second)
        return Fit(
            label=self.label,
            count=moments.count,
            parameters={CORRELATION: matrix[None]}
            | names.joined({c: own.parameters for c, own in zip(columns, fits, strict=True)}),
            standard_errors={CORRELATION: of_matrix[None]} | errors,
            log_partition=sum((own.log_partition for own in fits), np.zeros(1))
            + 0.5 * float(np.linalg.slogdet(matrix)[1]),
            log_likelihood=sum((own.log_likelihood for own in fits), np.zeros(1)) + gained,
            n_parameters=sum(own.n_parameters for own in fits) + self.pattern.size,
            statistics={"spearman": spearman(matrix)[None], "kendall": kendall(matrix)[None]},
            reason=np.zeros(1, dtype=np.int8),
            parts=tuple(fits),
            moves=Moves(Moving(margins, columns, matrix, self.pattern, count, CORRELATION)),
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
        return [one for one in found if one is not None]

    # --- using the answer ------------------------------------------------------------------------------------------

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at rows (m, d)."""
        z = np.stack([scores(law, x[:, j]) for j, law in enumerate(self._laws(parameters))], axis=1)
        matrix = self._matrix(parameters)
        out: Floats = -0.5 * np.einsum("mi,ij,mj->m", z, np.linalg.inv(matrix) - np.eye(len(matrix)), z)
        for j, part in enumerate(self.parts):
            out += part.log_density(self.of_block(j, parameters), 0.0, x[:, j : j + 1])
        return out - log_partition

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows: Gaussian scores, each mapped back by its column's quantiles."""
        factor = np.linalg.cholesky(self._matrix(parameters))
        z = rng.standard_normal((n, len(self.schema))) @ factor.T
        return np.stack([values_of(law, z[:, j]) for j, law in enumerate(self._laws(parameters))], axis=1)

    def law(self, parameters: Parameters) -> ScoresLaw:
        """Those of the columns, and of their ranks."""
        return ScoresLaw(self.label, self._laws(parameters), self._matrix(parameters))

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """Raises SymcatError: it holds the distribution functions of the columns."""
        raise SymcatError(
            f"F of {self.label} holds the distribution function of each column, which is no expression: see .formula, "
            "and .parts for the columns' own F."
        )

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters; that of each column's class is with its part."""
        known = ", ".join(name for name in parameters if name != CORRELATION)
        return (
            "1/2 z' (correlation^-1 - 1) z + sum_j F_j(x_j),   z_j the normal score of x_j under the class of its "
            f"column, exp(-F_j)/Z_j, with {known}"
        )

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The correlation of each pair, and the numbers of the columns' classes."""
        if name == CORRELATION:
            pairs = zip(self.pattern.first.tolist(), self.pattern.second.tolist(), strict=True)
            return [((i, j), (i, j)) for i, j in pairs]
        for j, part in enumerate(self.parts):
            own = self.of_block(j, {name: parameters[name]})
            for key in own:
                found = part.entries(key, self.of_block(j, parameters))
                return [(index, at if isinstance(at, str) else ()) for index, at in found]
        raise KeyError(name)

    def _laws(self, parameters: Parameters) -> list[Law]:
        if not self.parts:
            raise ValueError("scores have no law before the classes of the columns are known")
        return [part.law(self.of_block(j, parameters)) for j, part in enumerate(self.parts)]

    def _matrix(self, parameters: Parameters) -> Floats:
        return np.asarray(parameters[CORRELATION], dtype=np.float64)
