"""Discrete columns of any number of levels, with a class of their own, and Gaussian real columns given them.

``P(c, x) = P(c) N(x; mean + sum_j effect_j(c_j), K^-1)``: the homogeneous conditional Gaussian distribution (Lauritzen
& Wermuth 1989, Annals of Statistics 17:31) with means additive in the columns. The two factors share no parameters, so
that the maximum of the likelihood is that of the class of the discrete columns beside the least squares of the real
ones: exact (docs/classes/mixed.md). The class of the discrete columns is weighed among all of theirs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Self

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models import registry
from symcat.models.at_hand import NEEDS_ROWS, at_hand
from symcat.models.base import Center, Class, Entry, Facts, Masses, Model, Options, Parameters, Rest, symmetric_entries
from symcat.models.batches import refused_fit
from symcat.models.candidates import Weighed
from symcat.models.column_masses import of_columns
from symcat.models.fit import CheckResult, Fit, Moves, Observed
from symcat.models.law import Law
from symcat.models.mixed import checks
from symcat.models.mixed.contrasts import Contrasts, digits_of
from symcat.models.mixed.effects import Effects
from symcat.models.mixed.known import Remaining, remaining
from symcat.models.mixed.law import LevelsLaw, log_integral
from symcat.models.remaining import left_of
from symcat.models.special import is_tiltable, whole
from symcat.models.tables import Tables
from symcat.models.weighing import weigh

MEAN, EFFECT, PRECISION = "mean", "effect", "precision"
OWN = (MEAN, EFFECT, PRECISION)
"""The parameters of the real columns."""

DEPENDENT = "a continuous column is constant, or the continuous columns are linearly dependent"
DETERMINED = "the discrete columns determine a continuous one"
FEW_ROWS = "there are fewer rows than the columns need"


class GivenLevels(Class):
    """The class of p discrete columns c and k real columns x; Q levels in all.

    Parameters: those of the class of the discrete columns, ``mean`` (k,) of the real columns over evenly spread levels,
    ``effect`` (Q, k) of every level on them, those of a column adding up to nothing, and ``precision`` K (k, k) of the
    real columns given the levels; each kind in the order of the table.
    """

    label = "mixed.conditional_gaussian"
    facts = Facts(
        "Discrete columns with a class of their own, and Gaussian columns given them",
        "none beyond parity about the mean, given the discrete columns",
    )
    takes = frozenset({"prior"})
    one_by_one = True
    full_rank = True
    symbols = "y = x - mean - sum_j effect_j(c_j)"
    """In the formula: what y is."""

    def __init__(self, schema: Schema, options: Options, tables: Tables, parts: Sequence[Model] = ()) -> None:
        self.schema, self.options, self.tables = schema, options, tables
        self.categories, self.reals = schema.discrete, schema.at("real")
        self.contrasts = Contrasts(schema.part(self.categories))
        self.blocks = self._blocks()
        if options.parts and not parts:
            parts = [
                registry.model(label, schema.part(block), self._options_of(k), tables)
                for k, (label, block) in enumerate(zip(options.parts, self.blocks, strict=True))
            ]
        self.parts = tuple(parts)
        self.needs = self.check_needs = Needs()
        for model in self._candidates:
            self.needs |= model.needs
            self.check_needs |= model.check_needs

    def _blocks(self) -> tuple[tuple[int, ...], ...]:
        """The columns whose classes are weighed: the discrete ones."""
        return (self.categories,)

    def _options_of(self, block: int) -> Options:
        return Options(prior=self.options.prior, seed=self.options.seed)

    @cached_property
    def _candidates(self) -> list[Model]:
        """The classes of the discrete columns."""
        return registry.models(None, self.contrasts.schema, self._options_of(0), self.tables)

    # --- the classes of the parts ----------------------------------------------------------------------------------

    def weighed_parts(self, rows: Masses | None, observed: Observed) -> tuple[Weighed, ...]:
        """How the classes of the discrete columns were weighed; () where the rows are not at hand."""
        return () if at_hand(rows, observed) is None else (self._weighed(rows, observed),)

    def _weighed(self, rows: Masses | None, observed: Observed) -> Weighed:
        return observed.once(_Levels(self.contrasts.schema, self.categories, rows, observed, self._candidates))

    def composed(self, parts: Sequence[Model]) -> Self:
        """The class whose parts are of these classes."""
        options = replace(self.options, parts=tuple(part.label for part in parts))
        return type(self)(self.schema, options, self.tables, parts)

    def joined(self, moments: Moments, parts: Sequence[Fit]) -> Fit:
        """No answer from fits alone."""
        return self.fit(moments)

    def of_block(self, block: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of the class of the discrete columns."""
        return {name: value for name, value in values.items() if name not in OWN}

    # --- fitting ---------------------------------------------------------------------------------------------------

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer: averages do not tell those of the real columns at each level."""
        return self._refused(moments, NEEDS_ROWS)

    def _refused(self, moments: Moments, why: str) -> Fit:
        k = len(self.reals)
        shapes = {MEAN: (k,), EFFECT: (self.contrasts.layout.levels, k), PRECISION: (k, k)}
        return refused_fit(self.label, moments.count, why, shapes)

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The maximum of the likelihood over all rows, of a class that was composed of that of the discrete columns."""
        every = at_hand(rows, observed)
        winner = None if every is None else self._weighed(rows, observed).winner()
        if every is None or winner is None:
            return self.fit(observed.moments)
        moments = observed.moments
        reals = moments.part(self.reals)
        masses = of_columns(every, (*self.categories, *self.reals))
        effects = self._effects(moments, masses, reals.mean[0], moments.unit)
        if isinstance(effects, str):
            return self._refused(moments, effects)
        count, k, given = float(moments.count[0]), len(self.reals), effects.given
        integral = 0.5 * (k * math.log(2.0 * math.pi) + given.log_determinant)
        own = winner.fit
        moves = Moving(self, winner.model, own, effects, moments.part(self.categories), count)
        return Fit(
            label=self.label,
            count=moments.count,
            parameters=own.parameters | parameters_of(effects),
            standard_errors=own.standard_errors
            | {name: value[None] for name, value in effects.standard_errors(count).items()},
            log_partition=own.log_partition + integral,
            log_likelihood=own.log_likelihood - count * (integral + 0.5 * k),
            n_parameters=own.n_parameters + n_free(effects, k),
            statistics={"log Wilks ratio": given.log_wilks},
            reason=np.zeros(1, dtype=np.int8),
            source=own.source,
            log_structures=own.log_structures,
            parts=(own,),
            moves=Moves(moves, winner.model.influence_besides(own, moments.part(self.categories))),
        )

    def _effects(self, moments: Moments, masses: Masses, origin: Floats, unit: float) -> Effects | str:
        """Of rows of the discrete columns, then real ones; in words why there are none."""
        names = self.schema.part(self.reals).columns
        found = Effects.of(self.contrasts, self.contrasts.moments(masses, names, origin, unit))
        return found if isinstance(found, str) else why_not(found, float(moments.count[0])) or found

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Are the residuals of the sample Gaussian, alike at all levels, and their means additive in the columns?

        Those of the class of the discrete columns are made where its classes are weighed.
        """
        sample = observed.sample
        if not fit.answered[0] or sample is None or not len(sample):
            return ()
        parameters = {name: value[0] for name, value in fit.parameters.items()}
        found = checks.run(
            sample[:, list(self.categories)],
            self.scored(parameters, sample) - self.mean_given(parameters, sample),
            np.asarray(parameters[PRECISION]),
            self.contrasts,
            self.schema.part(self.reals).columns,
        )
        moving = None if fit.moves is None else fit.moves.of_rows
        if isinstance(moving, Moving) and not moving.effects.all_told:
            found.append(checks.not_told_apart(moving.effects.told, self.contrasts))
        return found

    # --- using the answer ------------------------------------------------------------------------------------------

    def scored(self, parameters: Parameters, x: Floats) -> Floats:
        """(m, k) what is Gaussian given the levels, at encoded rows (m, d): the real columns."""
        return x[:, list(self.reals)]

    def mean_given(self, parameters: Parameters, x: Floats) -> Floats:
        """(m, k) its averages given the levels of encoded rows (m, d)."""
        places = self.contrasts.layout.places(digits_of(self.contrasts.schema, x[:, list(self.categories)]))
        out: Floats = parameters[MEAN] + np.asarray(parameters[EFFECT])[places].sum(axis=1)
        return out

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the probability of the levels times the density of the real columns, at encoded rows."""
        y = self.scored(parameters, x) - self.mean_given(parameters, x)
        out = self._part(0).log_density(self.of_block(0, parameters), 0.0, x[:, list(self.categories)])
        density: Floats = out - 0.5 * np.einsum("ma,ab,mb->m", y, parameters[PRECISION], y) - log_partition
        return density

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent encoded rows: levels, then real columns given them."""
        rows = np.zeros((n, len(self.schema)))
        rows[:, list(self.categories)] = self._part(0).sample(self.of_block(0, parameters), n, rng)
        root = np.linalg.cholesky(np.linalg.inv(np.asarray(parameters[PRECISION])))
        z = self.mean_given(parameters, rows) + rng.standard_normal((n, len(self.reals))) @ root.T
        rows[:, list(self.reals)] = self.values_of(parameters, z)
        return rows

    def values_of(self, parameters: Parameters, z: Floats) -> Floats:
        """(m, k) the real columns: the inverse of ``scored``."""
        return z

    def law(self, parameters: Parameters) -> Law:
        """The entropy, and averages of the levels."""
        levels = self._part(0).law(self.of_block(0, parameters))
        return LevelsLaw(self.label, levels, np.asarray(parameters[PRECISION], dtype=np.float64))

    def given(self, parameters: Parameters, known: Mapping[int, float]) -> Rest:
        """Of levels alone a class of theirs, of real columns alone a Gaussian, of both this class again."""
        rows = np.array([[known.get(j, -1.0) for j in self.categories]])
        digits = digits_of(self.contrasts.schema, rows)[0]
        levels = {k: int(digits[k]) for k, j in enumerate(self.categories) if j in known}
        reals = {a: self.score_of(parameters, a, known[j]) for a, j in enumerate(self.reals) if j in known}
        mean, effect, precision = (np.asarray(parameters[name], dtype=np.float64) for name in OWN)
        left = remaining(self.contrasts.layout.sizes, mean, effect, precision, levels, reals)
        at = left_of(len(self.reals), reals)
        if not left.sizes:
            return self.reals_alone(parameters, at, left)
        rest = self._levels_given(parameters, {k: rows[0, k] for k in levels}, left if reals else None)
        return self.beside(parameters, rest, at, left) if at else rest

    def score_of(self, parameters: Parameters, real: int, value: float) -> float:
        """What is Gaussian given the levels, at a value of one real column: the value."""
        return value

    def _levels_given(self, parameters: Parameters, known: Mapping[int, float], left: Remaining | None) -> Rest:
        """The law of the discrete columns, some of which are known, and on which real ones act."""
        part, own = self._part(0), self.of_block(0, parameters)
        rest = part.given(own, known) if known else whole(part, own)
        if left is None:
            return rest
        schema = self.contrasts.schema.part(left_of(len(self.categories), known))
        model = registry.model(rest.label, schema, rest.options("spin"), self.tables)
        if not is_tiltable(model):
            raise SymcatError(
                f"The law of the discrete columns of {self.label} given real ones is of no class of the catalogue, as "
                f"their own class {rest.label} takes no further couplings: state values of all discrete columns."
            )
        return model.tilted(rest.parameters, left.fields, left.pairs)

    def reals_alone(self, parameters: Parameters, at: Sequence[int], left: Remaining) -> Rest:
        """The law of real columns, where the levels of all discrete ones are known."""
        return Rest("gaussian.full", {"mean": left.mean, "precision": left.precision})

    def beside(self, parameters: Parameters, levels: Rest, at: Sequence[int], left: Remaining) -> Rest:
        """The law of levels and of real columns."""
        own = {MEAN: left.mean, EFFECT: left.effect, PRECISION: left.precision}
        return Rest(self.label, levels.parameters | own, parts=(levels.label,))

    def normalised(self, parameters: Parameters) -> float:
        """log Z: that of the discrete columns and the integral of the real ones about their centre."""
        return self._part(0).normalised(self.of_block(0, parameters)) + log_integral(parameters)

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression; a Kronecker delta says that a discrete column has a level, by its code."""
        import sympy

        names = [columns[j] for j in self.categories]
        part = self._part(0).free_energy(self.of_block(0, parameters), 0.0, names)
        layout, effect = self.contrasts.layout, np.asarray(parameters[EFFECT])
        has = [
            sympy.KroneckerDelta(sympy.Symbol(name, real=True), 2 * level - 1 if size == 2 else level)
            for name, size in zip(names, layout.sizes, strict=True)
            for level in range(size)
        ]
        y = [
            sympy.Symbol(columns[j], real=True)
            - sympy.Float(float(parameters[MEAN][a]))
            - sum(sympy.Float(float(effect[q, a])) * has[q] for q in range(len(has)))
            for a, j in enumerate(self.reals)
        ]
        precision = np.asarray(parameters[PRECISION])
        return part + sympy.Add(
            *(sympy.Float(float(precision[a, b])) * y[a] * y[b] / 2 for a in range(len(y)) for b in range(len(y)))
        )

    def formula(self, parameters: Parameters) -> str:
        """F in one line: that of the discrete columns, and of the real ones given them."""
        terms, _, symbols = self._part(0).formula(self.of_block(0, parameters)).partition(",   ")
        own = f"{terms} + 1/2 y' precision y,   {self.symbols}"
        return f"{own},   {symbols}" if symbols else own

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The free numbers of a parameter: of effects those of every level but a column's first, which has what the
        others leave, so that all add up to nothing."""
        if name == EFFECT:
            schema, layout = self.contrasts.schema, self.contrasts.layout
            reals = self.schema.part(self.reals).columns
            return [
                ((layout.offsets[c] + level, a), f"{schema.columns[c]} = {_levels(schema, c)[level]}, {real}")
                for c, size in enumerate(layout.sizes)
                for level in range(1, size)
                for a, real in enumerate(reals)
            ]
        if name in OWN:
            return symmetric_entries(np.shape(parameters[name]), self.reals)
        found = self._part(0).entries(name, self.of_block(0, parameters))
        return [(index, at if isinstance(at, str) else tuple(self.categories[j] for j in at)) for index, at in found]

    def _part(self, block: int) -> Model:
        if not self.parts:
            raise ValueError("there is no law before the class of the discrete columns is known")
        return self.parts[block]


@dataclass(frozen=True)
class _Levels:
    """How the classes of the discrete columns weigh, as ``Observed.once`` works it out for the first that asks."""

    schema: Schema
    at: tuple[int, ...]
    rows: Masses | None = field(compare=False)
    observed: Observed = field(compare=False)
    models: Sequence[Model] = field(compare=False)

    def __call__(self, moments: Moments) -> Weighed:
        rows = None if self.rows is None else partial(of_columns, self.rows, self.at)
        return weigh(self.models, self.observed.part(self.at), alone=len(self.models) == 1, rows=rows)


@dataclass(frozen=True)
class Moving:
    """What rows (m, d) move of all parameters: of the class of the discrete columns, and of the real ones."""

    model: GivenLevels
    part: Model
    own: Fit
    effects: Effects
    moments: Moments  # of the discrete columns
    count: float

    def __call__(self, rows: Floats) -> dict[str, Floats]:
        own = self.part.row_influence(self.own, rows[:, list(self.model.categories)], self.moments)
        return own | self._moved(rows)

    def _moved(self, rows: Floats) -> dict[str, Floats]:
        """Of the real columns' own parameters."""
        return self.effects.named(*self.effects.moved(*self._split(rows), self.count))

    def _split(self, rows: Floats) -> tuple[Floats, Floats]:
        """(m, q) contrasts and (m, k) real columns of encoded rows."""
        return self.model.contrasts.of(rows[:, list(self.model.categories)]), rows[:, list(self.model.reals)]


def parameters_of(effects: Effects) -> dict[str, Floats]:
    """(1, ...) those of the real columns."""
    return {MEAN: effects.mean[None], EFFECT: effects.effect[None], PRECISION: effects.given.precision}


def n_free(effects: Effects, k: int) -> int:
    """How many numbers of k real columns are free."""
    return k + effects.told * k + k * (k + 1) // 2


def why_not(effects: Effects, count: float) -> str:
    """In words, why least squares have no answer; empty where they have."""
    given = effects.given
    if count <= max(effects.told, len(effects.contrasts.layout)) + len(effects.mean) + 1:
        return FEW_ROWS
    if given.reals_depend[0]:
        return DEPENDENT
    return DETERMINED if given.determined[0] or given.two_valued_depend[0] else ""


def _levels(schema: Schema, column: int) -> tuple[Any, ...]:
    levels = schema.levels[column]
    assert levels is not None
    return levels
