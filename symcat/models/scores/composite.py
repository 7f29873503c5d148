"""Several real columns, each mapped by its own law to a normal score: what all classes of the scores have alike.

``P(x) = prod_j f_j(x_j) q(z) / prod_j phi(z_j)`` with ``z_j = Phi^-1(CDF_j(x_j))`` and q the law of the scores. The
margins f_j are fitted first, each for itself, then q (inference functions for margins: Joe 1997, ch. 10), so that the
likelihood is that of the two steps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Self

import numpy as np

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models import registry
from symcat.models.at_hand import NEEDS_ROWS
from symcat.models.base import Center, Class, Entry, Facts, Floats, Masses, Model, Options, Parameters, Rest
from symcat.models.batches import refused_fit
from symcat.models.candidates import Weighed
from symcat.models.fit import CheckResult, Fit, Moves, Observed, Source
from symcat.models.hidden.gaussian import LABEL as HIDDEN
from symcat.models.hidden.law import MixtureLaw
from symcat.models.law import Law
from symcat.models.scores import names
from symcat.models.scores.margins import Alone, Margins
from symcat.models.scores.normal import at_distinct, scores, values_of
from symcat.models.tables import Tables

OF_COLUMNS = "z_j the normal score of x_j under the class of its column, exp(-F_j)/Z_j"
"""In a formula: what is said of the columns' classes, whose parameters have the columns' names before theirs."""

FEW = "there are fewer rows than the numbers of the scores' law need"


def around(inner: str) -> str:
    """The label of normal scores with a class."""
    return f"scores({inner})"


def _of_one_column(function: Callable[[Floats], Floats], values: Floats) -> Floats:
    return function(values[:, None])


@dataclass(frozen=True)
class Joined:
    """The law of the scores as it was fitted: its own numbers, of one table.

    ``gained`` are nats by which all rows are likelier than under independent columns; ``log_partition`` is added to
    those of the columns. ``moving`` takes encoded rows (m, d) to how far each moves all parameters of the whole.
    """

    parameters: dict[str, Floats]
    standard_errors: dict[str, Floats]
    gained: float
    n_parameters: int
    moving: Callable[[Floats], dict[str, Floats]]
    log_partition: float = 0.0
    statistics: dict[str, Floats] = field(default_factory=dict)
    note: str = ""
    source: Source = "exact"
    besides: dict[str, Floats] = field(default_factory=dict)  # (A, ...) as of ``Moves``


class Scores(Class, ABC):
    """Each column with its own class, and a law of their scores; ``composed`` once the columns' classes are known, or
    of those whose labels ``options.parts`` has."""

    OWN: tuple[str, ...]
    """The parameters of the law of the scores."""
    facts: Facts
    MOST_COLUMNS = 200
    """The second derivatives by their correlations are a matrix of 20 000 rows, and no more is held."""

    scoreless = False
    """Whether the columns are independent, so that each may have any class, one of whole numbers too."""

    needs = check_needs = Needs()
    one_by_one = True
    by_group = False
    weighed_last = True

    def __init__(
        self, label: str, schema: Schema, options: Options, tables: Tables, parts: Sequence[Model] = ()
    ) -> None:
        self.label, self.schema, self.options, self.tables = label, schema, options, tables
        self.blocks = tuple((j,) for j in range(len(schema)))
        if options.parts and not parts:
            own = Options(seed=options.seed)
            parts = [
                registry.model(part, schema.part(block), own, tables)
                for part, block in zip(options.parts, self.blocks, strict=True)
            ]
        self.parts = tuple(parts)
        of_values = bool(parts) and all(part.measure == "values" for part in self.parts)
        self.measure = "values" if of_values else "volume"

    # --- what a law of the scores is -------------------------------------------------------------------------------

    @abstractmethod
    def joined_scores(self, margins: Margins, count: float) -> Joined | str:
        """The law of the scores of rows that count so much; in words why there is none."""

    @abstractmethod
    def log_ratio(self, parameters: Parameters, z: Floats) -> Floats:
        """(m,) log of ``q(z) / prod phi(z_j)`` at scores (m, d), but for what ``log_partition`` has."""

    @abstractmethod
    def drawn_scores(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) scores."""

    @abstractmethod
    def own_entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The free numbers of one of ``OWN``."""

    @abstractmethod
    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Of the dependence of the scores; those of each column's class are made where its classes are weighed."""

    @abstractmethod
    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters; that of each column's class is with its part."""

    # --- the columns' own classes ----------------------------------------------------------------------------------

    def weighed_parts(self, rows: Masses | None, observed: Observed) -> tuple[Weighed, ...]:
        """How the classes of each column were weighed from all rows; () where these are not at hand."""
        found = self.margins(rows, observed)
        return () if found is None else tuple(one.weighed for one in found.of_columns)

    def margins(self, rows: Masses | None, observed: Observed) -> Margins | None:
        """The columns alone, worked out for the first class that asks; with densities, unless no scores are needed."""
        found = observed.once(Alone(self.schema, rows, observed, self.options, self.tables))
        return found.best if found is not None and self.scoreless else found

    def composed(self, parts: Sequence[Model]) -> Self:
        """The class whose columns are of these classes."""
        options = replace(self.options, parts=tuple(part.label for part in parts))
        return type(self)(self.label, self.schema, options, self.tables, parts)

    def of_block(self, block: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of one column's class."""
        return names.within(self.schema.columns[block], values)

    # --- fitting ---------------------------------------------------------------------------------------------------

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer: averages do not tell the scores."""
        return self._refused(moments, NEEDS_ROWS)

    def _refused(self, moments: Moments, why: str) -> Fit:
        return refused_fit(self.label, moments.count, why, self.shapes())

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of the parameters of the scores' law that are the same whatever the rows."""
        return {}

    def joined(self, moments: Moments, parts: Sequence[Fit]) -> Fit:
        """No answer from fits alone."""
        return self.fit(moments)

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The law of the scores of all rows, of a class that was composed of those of the columns."""
        margins = self.margins(rows, observed)
        if margins is None or not margins.complete:
            return self.fit(observed.moments)
        found = self.joined_scores(margins, float(observed.moments.count[0]))
        return self.with_scores(margins, observed.moments, found)

    def with_scores(self, margins: Margins, moments: Moments, found: Joined | str) -> Fit:
        """The fit of the columns' classes and of this law of their scores, or why there is none."""
        if isinstance(found, str):
            return self._refused(moments, found)
        fits, columns = [one.fit for one in margins.of_columns], self.schema.columns
        errors = names.joined({c: own.standard_errors for c, own in zip(columns, fits, strict=True)})
        return Fit(
            label=self.label,
            count=moments.count,
            parameters={name: value[None] for name, value in found.parameters.items()}
            | names.joined({c: own.parameters for c, own in zip(columns, fits, strict=True)}),
            standard_errors={name: value[None] for name, value in found.standard_errors.items()} | errors,
            log_partition=sum((own.log_partition for own in fits), np.zeros(1)) + found.log_partition,
            log_likelihood=sum((own.log_likelihood for own in fits), np.zeros(1)) + found.gained,
            n_parameters=sum(own.n_parameters for own in fits) + found.n_parameters,
            statistics=found.statistics,
            reason=np.zeros(1, dtype=np.int8),
            note=found.note,
            source=found.source,
            parts=tuple(fits),
            moves=Moves(found.moving, found.besides),
        )

    # --- using the answer ------------------------------------------------------------------------------------------

    def mapped(self, parameters: Parameters, x: Floats) -> Floats:
        """(m, d) the scores of rows (m, d)."""
        return np.stack([scores(law, x[:, j]) for j, law in enumerate(self.laws(parameters))], axis=1)

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at rows (m, d)."""
        out = self.log_ratio(parameters, self.mapped(parameters, x))
        for j, part in enumerate(self.parts):
            own = partial(part.log_density, self.of_block(j, parameters), 0.0)
            out = out + at_distinct(partial(_of_one_column, own), x[:, j])
        return out - log_partition

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows: scores, each mapped back by its column's quantiles."""
        z = self.drawn_scores(parameters, n, rng)
        return np.stack([values_of(law, z[:, j]) for j, law in enumerate(self.laws(parameters))], axis=1)

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """Raises SymcatError: it holds the distribution functions of the columns."""
        raise SymcatError(
            f"F of {self.label} holds the distribution function of each column, which is no expression: see .formula, "
            "and .parts for the columns' own F."
        )

    def given(self, parameters: Parameters, known: Mapping[int, float]) -> Rest:
        """The columns' own classes, and the law that the other scores have."""
        laws = self.laws(parameters)
        z = {j: float(scores(laws[j], np.array([value]))[0]) for j, value in known.items()}
        rest = [j for j in range(len(self.schema)) if j not in known]
        of_columns = names.joined({self.schema.columns[j]: self.of_block(j, parameters) for j in rest})
        inner, own = self.given_scores(parameters, z)
        return Rest(around(inner), own | of_columns, tuple(self.parts[j].label for j in rest))

    def given_scores(self, parameters: Parameters, known: Mapping[int, float]) -> tuple[str, dict[str, Floats]]:
        """The class of the other scores, a mixture of Gaussians, and its parameters, where some are known."""
        return HIDDEN, self.mixture_of_scores(parameters).given(known).parameters

    def mixture_of_scores(self, parameters: Parameters) -> MixtureLaw:
        """The law of the scores, where it is one of Gaussians. Raises SymcatError of others."""
        raise SymcatError(
            f"The law of some columns of {self.label} given others is of no class of the catalogue (that of its scores "
            "has another centre and other tails): ask scores(gaussian.full) or scores(hidden.gaussian) by classes=, or "
            "choose rows of .sample(n) that are near."
        )

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The free numbers of the scores' law, and those of the columns' classes."""
        if name in self.OWN:
            return self.own_entries(name, parameters)
        for j, part in enumerate(self.parts):
            own = self.of_block(j, {name: parameters[name]})
            for key in own:
                found = part.entries(key, self.of_block(j, parameters))
                return [(index, at if isinstance(at, str) else ()) for index, at in found]
        raise KeyError(name)

    def of_margins(self, parameters: Parameters) -> float:
        """The sum of log Z of the columns' classes."""
        return sum(part.normalised(self.of_block(j, parameters)) for j, part in enumerate(self.parts))

    def laws(self, parameters: Parameters) -> list[Law]:
        """Those of the columns' classes."""
        if not self.parts:
            raise ValueError("scores have no law before the classes of the columns are known")
        return [part.law(self.of_block(j, parameters)) for j, part in enumerate(self.parts)]
