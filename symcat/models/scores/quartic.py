"""``scores(polynomial.quartic)``: normal scores whose F is a polynomial of degree four.

Of all laws with the margins f_j and these averages of products of up to four scores it has the largest entropy. Two to
four columns are integrated over, five to twelve follow from the catalogue's series in the cumulants of the scores.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.base import Center, Entry, Facts, Floats, Model, Options, Parameters, symmetric_entries
from symcat.models.fit import LOG_Z_ERROR, CheckResult, Fit, Observed
from symcat.models.law import Law
from symcat.models.polynomial.exact.polynomial import fitted as integrated
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.series.expansion import Expansion
from symcat.models.polynomial.series.polynomial import MOST_COLUMNS, SERIES
from symcat.models.polynomial.series.polynomial import fitted as expanded
from symcat.models.polynomial.tensors import tensors_of
from symcat.models.relaxation import MOST_HELD, Refusal
from symcat.models.scores import agreement
from symcat.models.scores.composite import FEW, OF_COLUMNS, Joined, Scores, around
from symcat.models.scores.correlation import maximum, objective
from symcat.models.scores.gridded import GriddedLaw
from symcat.models.scores.joint_slopes import JointMoving
from symcat.models.scores.margins import Margins
from symcat.models.scores.pattern import Pattern
from symcat.models.scores.quartic_law import MOST_INTEGRATED, NAMES, QuarticLaw
from symcat.models.scores.scores import DEPENDENT, NormalScores
from symcat.models.tables import Tables

_HALF_LOG = 0.5 * math.log(2.0 * math.pi)
_QUICK = 2  # columns up to which the search takes about as long as those of other classes
_AT_ONCE = 1 << 22  # numbers of the largest tensor, of as many rows as have these
_DRAWN_FEWER = 1 << 12  # rows by which pairs of many columns are compared
_SERIES = "its couplings follow from a series in the cumulants of the scores, tried where no class describes the rows"
_WEIGHTED = "its averages count every row as one; these have weights"


class QuarticScores(Scores):
    """Each column with its own class, and a polynomial of degree four of their scores."""

    OWN = NAMES
    INNER = SERIES
    MOST_COLUMNS = MOST_COLUMNS

    def __init__(
        self, label: str, schema: Schema, options: Options, tables: Tables, parts: Sequence[Model] = ()
    ) -> None:
        super().__init__(label, schema, options, tables, parts)
        self.facts = Facts("Columns with a class each, a quartic F of their scores", "monotone maps of each column")
        self.full_rank = len(schema) > 1
        self.searches_long = len(schema) > _QUICK
        self.nested = frozenset(around(inner) for inner in NormalScores.INNER)
        self.terms = Terms.of(len(schema), 4)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of the tensors."""
        return {name: (len(self.schema),) * rank for rank, name in enumerate(NAMES, start=1)}

    def joined_scores(self, margins: Margins, count: float) -> Joined | str:
        """The couplings of the scores of all rows, by integration."""
        return self._joined(margins, count, self._integrated) if len(self.schema) <= MOST_INTEGRATED else _SERIES

    def corrected(
        self,
        observed: Observed,
        refused: Fit,
        center: Center = None,
        rows: Callable[[], Iterable[Floats]] | None = None,
    ) -> Fit | None:
        """The series in the cumulants of the scores; None of few columns, or where the catalogue has none."""
        few = len(self.schema) <= MOST_INTEGRATED
        if few or not self.parts or observed.moments.n_groups > 1 or not self.tables.terms(SERIES):
            return None
        margins = self.margins(None, observed)
        if margins is None or not margins.complete:
            return None
        found = self._joined(margins, float(observed.moments.count[0]), self._expanded)
        return self.with_scores(margins, observed.moments, found)

    def _integrated(self, z: Floats, least: float) -> Fit | Refusal:
        return integrated(self.label, z, np.zeros(z.shape[1]), self.terms, least=least)

    def _expanded(self, z: Floats, least: float) -> Fit | Refusal:
        expansion = Expansion.of(self.tables.terms(SERIES))
        return expanded(self.label, z, np.zeros(z.shape[1]), expansion, seed=self.options.seed)

    def _joined(self, margins: Margins, count: float, search: Callable[[Floats, float], Fit | Refusal]) -> Joined | str:
        """The fit of all scores by a search, with what the margins add to its errors; in words why there is none."""
        if count <= 2 * (self.terms.count - 1):
            return FEW
        z = _held(margins, count)
        if isinstance(z, str):
            return z
        pattern, d = Pattern.full(len(self.schema)), len(self.schema)
        matrix = maximum(margins.second, pattern)
        if matrix is None:
            return DEPENDENT
        normal = 0.5 * float((z * z).sum()) + count * d * _HALF_LOG
        found = search(z, count * objective(matrix, margins.second) - normal)
        if isinstance(found, Refusal):
            return f"of the scores: {found.reason}"
        assert found.moves is not None
        couplings = {name: found.parameters[name][0] for name in NAMES}
        hidden = QuarticLaw(couplings).hidden_rows(z)
        if hidden:
            return f"of the scores: F falls again behind a hill, where {hidden} of the rows lie"
        of_rows = found.moves.of_rows
        moving = JointMoving(
            margins=margins,
            columns=self.schema.columns,
            count=count,
            slope=lambda some: count * self._entries(of_rows, some),
            bread=np.eye(self.terms.count - 1),
            named=self._tensors,
        )
        left_out = {name: found.moves.besides[name] for name in NAMES if name in found.moves.besides}
        free = {name: found.standard_errors[name][0] > 0.0 for name in NAMES}
        errors = {
            name: np.hypot(value, left_out[name][0]) if name in left_out else value
            for name, value in moving.errors.items()
        }
        return Joined(
            parameters=couplings,
            standard_errors={name: np.where(free[name], value, 0.0) for name, value in errors.items()},
            gained=float(found.log_likelihood[0]) + normal,
            n_parameters=int(np.asarray(found.n_parameters).max()),
            moving=moving,
            log_partition=float(found.log_partition[0]),
            statistics={LOG_Z_ERROR: found.statistics[LOG_Z_ERROR]},
            note=f"scores: {found.note}",
            source=found.source,
            besides=left_out,
        )

    def _entries(self, of_rows: Callable[[Floats], dict[str, Floats]], z: Floats) -> Floats:
        """(m, M) what each row moves every distinct entry of the tensors, in the order of the terms."""
        at_once, parts = max(1, _AT_ONCE // len(self.schema) ** 4), []
        for start in range(0, len(z), at_once):
            moved = of_rows(z[start : start + at_once])
            flat = {name: moved[name].reshape(len(moved[name]), -1) for name in NAMES}
            parts.append(np.concatenate([flat[name][:, at] for name, at in self._places.items()], axis=1))
        return np.concatenate(parts)

    @property
    def _places(self) -> dict[str, NDArray[np.intp]]:
        """Of each tensor, laid flat, the places of its distinct entries in the order of the terms."""
        d, out = len(self.schema), {}
        for rank, name in enumerate(NAMES, start=1):
            chosen = self.terms.exponents[self.terms.exponents.sum(axis=1) == rank]
            index = np.array([np.repeat(np.arange(d), e) for e in chosen], dtype=np.intp)
            out[name] = np.ravel_multi_index(tuple(index.T), (d,) * rank)
        return out

    def _tensors(self, moved: Floats) -> dict[str, Floats]:
        """Symmetric tensors (m, ...) from their distinct entries (m, M)."""
        exponents = self.terms.exponents[1:]
        factorials = np.array([math.prod(map(math.factorial, e)) for e in exponents.tolist()], dtype=np.float64)
        return tensors_of(exponents, moved / factorials)

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the scores of pairs and threes of columns depend on each other as the law says, and all together."""
        if not fit.answered[0] or fit.moves is None or not isinstance(fit.moves.of_rows, JointMoving):
            return ()
        law = self._law({name: fit.parameters[name][0] for name in NAMES})
        many = len(self.schema) > MOST_INTEGRATED
        drawn = law.sample(_DRAWN_FEWER if many else agreement.DRAWN, np.random.default_rng(self.options.seed))
        return agreement.checks(fit.moves.of_rows, drawn, self.schema.columns, observed, self.options.seed)

    def log_ratio(self, parameters: Parameters, z: Floats) -> Floats:
        """Of exp(-F) to independent normal scores; its integral is in log Z."""
        return np.asarray(0.5 * (z * z).sum(axis=1) + z.shape[1] * _HALF_LOG - self._law(parameters).energy(z))

    def drawn_scores(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """Of the cells of a grid, or of a wider Gaussian, kept by their weight."""
        return self._law(parameters).sample(n, rng)

    def law(self, parameters: Parameters) -> Law:
        """Of few columns, by integrals over their scores."""
        few = len(self.schema) <= MOST_INTEGRATED
        return GriddedLaw(self.label, self.laws(parameters), self._law(parameters)) if few else Law(self.label)

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters; that of each column's class is with its part."""
        quartic = "sum h_i z_i + sum K_ij z_i z_j / 2 + sum g_ijk z_i z_j z_k / 6 + sum u_ijkl z_i z_j z_k z_l / 24"
        return f"{quartic} + sum_j (F_j(x_j) - 1/2 z_j^2 - 1/2 log 2 pi),   {OF_COLUMNS}"

    def own_entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """Each multiset of columns once, without what a symmetry makes zero."""
        value = np.asarray(parameters[name])
        every = symmetric_entries(value.shape, range(len(self.schema)))
        return [(index, columns) for index, columns in every if value[index] != 0.0]

    def normalised(self, parameters: Parameters) -> float:
        """log Z is that of the columns' classes and that of the scores, of few by integration."""
        return self.of_margins(parameters) + self._law(parameters).log_partition

    def given_scores(self, parameters: Parameters, known: Mapping[int, float]) -> tuple[str, dict[str, Floats]]:
        """A quartic of the others."""
        return SERIES, self._law(parameters).given(known)

    def _law(self, parameters: Parameters) -> QuarticLaw:
        shapes = self.shapes()  # of one column the answer has numbers
        own = {name: np.asarray(parameters[name], dtype=np.float64).reshape(shape) for name, shape in shapes.items()}
        return QuarticLaw(own)


def _held(margins: Margins, count: float) -> Floats | str:
    """(n, d) the scores of all rows, each as often as it occurred."""
    parts, size = [], 0.0
    for z, times in margins.scored:
        if (times != np.rint(times)).any():
            return _WEIGHTED
        size += float(times.sum()) * z.shape[1]
        if size > MOST_HELD:
            return f"the rows hold more than {MOST_HELD:,} numbers: pass a sample of them"
        parts.append(z if (times == 1.0).all() else np.repeat(z, times.astype(np.intp), axis=0))
    return np.concatenate(parts) if abs(size - count * parts[0].shape[1]) < 0.5 else _WEIGHTED
