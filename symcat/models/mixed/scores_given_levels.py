"""Discrete columns, and given them the normal scores of real columns, each of which has a class of its own.

``P(c, x) = P(c) N(z; mean + sum_j effect_j(c_j), K^-1) prod_j f_j(x_j) / phi(z_j)`` with ``z_j = Phi^-1(CDF_j(x_j))``:
``mixed.conditional_gaussian`` of the levels and the scores. The margins f_j are fitted first, each for itself, then the
rest (inference functions for margins: Joe 1997, ch. 10), so that the likelihood is that of the two steps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symcat.data.moments import Floats
from symcat.errors import SymcatError
from symcat.models.at_hand import at_hand
from symcat.models.base import Center, Entry, Facts, Masses, Options, Parameters, Rest
from symcat.models.candidates import Weighed
from symcat.models.column_masses import of_columns
from symcat.models.fit import Fit, Moves, Observed
from symcat.models.hidden.gaussian import LABEL as HIDDEN
from symcat.models.law import Law
from symcat.models.mixed.given_levels import GivenLevels, Moving, n_free, parameters_of
from symcat.models.mixed.known import Remaining
from symcat.models.scores import names
from symcat.models.scores.composite import around
from symcat.models.scores.margins import Alone, Margins
from symcat.models.scores.normal import scores, values_of

_FEWER = 1024
"""Rows of the sample from which derivatives by the margins, and errors, are averaged."""


class ScoresGivenLevels(GivenLevels):
    """The class of p discrete columns c and the normal scores z of k real columns x.

    Parameters: those of the class of the discrete columns; ``mean``, ``effect`` and ``precision`` as in
    ``GivenLevels``, of the scores; and those of each real column's class under ``COLUMN.PARAMETER``. Location and scale
    of the scores are fitted though the margins have them too, as these were fitted as if there were no levels: two
    numbers of each column are counted once.
    """

    label = f"scores({GivenLevels.label})"
    facts = Facts(
        "Discrete columns with a class of their own, and columns with a class each, joined by their scores given them",
        "monotone maps of each real column; none beyond parity of the scores given the discrete columns",
    )
    by_group = False
    full_rank = False
    weighed_last = True
    symbols = "y = z - mean - sum_j effect_j(c_j),   z the normal scores of the real columns, each under its class"

    def _blocks(self) -> tuple[tuple[int, ...], ...]:
        """The discrete columns, and each real one."""
        return (self.categories, *((j,) for j in self.reals))

    def _options_of(self, block: int) -> Options:
        return super()._options_of(block) if block == 0 else Options(seed=self.options.seed)

    @cached_property
    def names_of_reals(self) -> tuple[str, ...]:
        """The names of the real columns."""
        return self.schema.part(self.reals).columns

    # --- the classes of the parts ----------------------------------------------------------------------------------

    def weighed_parts(self, rows: Masses | None, observed: Observed) -> tuple[Weighed, ...]:
        """How the classes of the discrete columns and of each real one were weighed; () where there are no rows."""
        margins = self._margins(rows, observed)
        if margins is None:
            return ()
        return (*super().weighed_parts(rows, observed), *(one.weighed for one in margins.of_columns))

    def _margins(self, rows: Masses | None, observed: Observed) -> Margins | None:
        seen = observed.part(self.reals)
        masses = None if rows is None else of_columns(rows, self.reals)
        return seen.once(Alone(self.schema.part(self.reals), masses, seen, self.options, self.tables))

    def of_block(self, block: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of the class of the discrete columns, or of one real column."""
        if block:
            return names.within(self.names_of_reals[block - 1], values)
        return {name: value for name, value in super().of_block(0, values).items() if "." not in name}

    # --- fitting ---------------------------------------------------------------------------------------------------

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The effects on the scores of all rows, of a class that was composed of those of the columns."""
        margins, moments = self._margins(rows, observed), observed.moments
        winner = None if margins is None else self._weighed(rows, observed).winner()
        if margins is None or winner is None or not margins.complete:
            return self.fit(moments)
        every = at_hand(rows, observed)
        assert every is not None
        k, count = len(self.reals), float(moments.count[0])
        found = self._effects(moments, _Scored(margins, self, every), np.zeros(k), 1.0)
        if isinstance(found, str):
            return self._refused(moments, found)
        own, given = winner.fit, found.given
        fits = [one.fit for one in margins.of_columns]
        moving = _Moving(self, winner.model, own, found, moments.part(self.categories), count, margins, observed.sample)
        gained = 0.5 * count * (found.squares - k - float(given.log_determinant[0]))
        return Fit(
            label=self.label,
            count=moments.count,
            parameters=own.parameters
            | parameters_of(found)
            | names.joined({c: one.parameters for c, one in zip(self.names_of_reals, fits, strict=True)}),
            standard_errors=own.standard_errors
            | {name: value[None] for name, value in moving.errors.items()}
            | names.joined({c: one.standard_errors for c, one in zip(self.names_of_reals, fits, strict=True)}),
            log_partition=sum((one.log_partition for one in fits), own.log_partition + 0.5 * given.log_determinant),
            log_likelihood=sum((one.log_likelihood for one in fits), own.log_likelihood + gained),
            n_parameters=own.n_parameters + n_free(found, k) + sum(max(one.n_parameters - 2, 0) for one in fits),
            statistics={"log Wilks ratio": given.log_wilks},
            reason=np.zeros(1, dtype=np.int8),
            log_structures=own.log_structures,
            parts=(own, *fits),
            moves=Moves(moving, winner.model.influence_besides(own, moments.part(self.categories))),
        )

    # --- using the answer ------------------------------------------------------------------------------------------

    def scored(self, parameters: Parameters, x: Floats) -> Floats:
        """(m, k) the normal scores of the real columns of encoded rows (m, d)."""
        laws = self._laws(parameters)
        return np.stack([scores(law, x[:, j]) for law, j in zip(laws, self.reals, strict=True)], axis=1)

    def values_of(self, parameters: Parameters, z: Floats) -> Floats:
        """(m, k) the real columns with these scores."""
        return np.stack([values_of(law, z[:, a]) for a, law in enumerate(self._laws(parameters))], axis=1)

    def score_of(self, parameters: Parameters, real: int, value: float) -> float:
        """The normal score of a value of one real column."""
        return float(scores(self._laws(parameters)[real], np.array([value]))[0])

    def reals_alone(self, parameters: Parameters, at: Sequence[int], left: Remaining) -> Rest:
        """A single Gaussian of the scores, whose means are not zero."""
        covariance = np.asarray(np.linalg.inv(left.precision), dtype=np.float64)
        own = {"weights": np.ones(1), "means": left.mean[None], "covariances": covariance[None]}
        return Rest(around(HIDDEN), own | self._margins_of(parameters, at), tuple(self._part(a + 1).label for a in at))

    def beside(self, parameters: Parameters, levels: Rest, at: Sequence[int], left: Remaining) -> Rest:
        """With the classes of the real columns."""
        found = super().beside(parameters, levels, at, left)
        labels = (levels.label, *(self._part(a + 1).label for a in at))
        return Rest(found.label, found.parameters | self._margins_of(parameters, at), labels)

    def _margins_of(self, parameters: Parameters, at: Sequence[int]) -> dict[str, Floats]:
        own = {self.names_of_reals[a]: self.of_block(a + 1, parameters) for a in at}
        return {name: np.asarray(value) for name, value in names.joined(own).items()}

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the probability of the levels times the density of the real columns, at encoded rows."""
        z = self.scored(parameters, x)
        out: Floats = super().log_density(parameters, log_partition, x) + 0.5 * (z * z).sum(axis=1)
        for a, j in enumerate(self.reals):
            out = out + self._part(a + 1).log_density(self.of_block(a + 1, parameters), 0.0, x[:, [j]])
        return out

    def law(self, parameters: Parameters) -> Law:
        """Nothing of all columns is known by a formula."""
        return Law(self.label)

    def normalised(self, parameters: Parameters) -> float:
        """log Z: with those of the classes of the real columns."""
        own = [self._part(a + 1).normalised(self.of_block(a + 1, parameters)) for a in range(len(self.reals))]
        return super().normalised(parameters) - 0.5 * len(own) * math.log(2.0 * math.pi) + sum(own)

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """Raises SymcatError: it holds the distribution functions of the columns."""
        raise SymcatError(
            f"F of {self.label} holds the distribution function of each real column, which is no expression: see "
            ".formula, and .parts for the columns' own F."
        )

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The free numbers of a parameter."""
        for a, column in enumerate(self.names_of_reals):
            for key in names.within(column, {name: None}):
                found = self._part(a + 1).entries(key, self.of_block(a + 1, parameters))
                return [(index, at if isinstance(at, str) else ()) for index, at in found]
        return super().entries(name, parameters)

    def _laws(self, parameters: Parameters) -> list[Law]:
        return [self._part(a + 1).law(self.of_block(a + 1, parameters)) for a in range(len(self.reals))]


@dataclass(frozen=True)
class _Scored:
    """Rows of levels, then scores, made anew whenever they are iterated over."""

    margins: Margins
    model: ScoresGivenLevels
    masses: Masses

    def __iter__(self) -> Iterator[tuple[Floats, Floats]]:
        for rows, times in self.masses:
            yield np.concatenate([rows[:, list(self.model.categories)], self._scores(rows)], axis=1), times

    def _scores(self, rows: Floats) -> Floats:
        return self.margins.mapped(rows[:, list(self.model.reals)])


@dataclass(frozen=True)
class _Moving(Moving):
    """What rows (m, d) move of all parameters, the columns' own classes being fitted to the same rows.

    What a row moves a margin moves all scores, and so slopes and covariance (Joe 1997, section 10.1.1).
    """

    model: ScoresGivenLevels
    margins: Margins
    sample: Floats | None

    @cached_property
    def _few(self) -> Floats:
        """(m, d) rows of the sample."""
        sample = np.empty((0, len(self.model.schema))) if self.sample is None else self.sample
        return sample[:: max(1, -(-len(sample) // _FEWER))]

    @cached_property
    def _of_margins(self) -> tuple[list[Floats], list[Floats]]:
        """(1 + q, p) and (k, p) of each real column: derivatives of its slopes, and of its row of the covariance, by
        the free numbers of its class."""
        rows, m = self._few, len(self._few)
        contrasts, reals = self._split(rows)
        design = np.column_stack([np.ones(m), contrasts])
        noise = self.effects.noise(contrasts, self.margins.mapped(reals))
        moved = [one.slopes(reals[:, a]) for a, one in enumerate(self.margins.of_columns)]
        return (
            [self.effects.design @ (design.T @ slopes) / m for slopes in moved],
            [noise.T @ slopes / m for slopes in moved],
        )

    def _moved(self, rows: Floats) -> dict[str, Floats]:
        """Of the real columns' own parameters."""
        contrasts, reals = self._split(rows)
        slopes, covariance = self.effects.moved(contrasts, self.margins.mapped(reals), self.count)
        by_slopes, by_covariance = self._of_margins
        for a, one in enumerate(self.margins.of_columns):
            of_margin = one.moved(reals[:, a])
            slopes[:, :, a] += of_margin @ by_slopes[a].T
            shift = of_margin @ by_covariance[a].T
            covariance[:, a, :] += shift
            covariance[:, :, a] += shift
        return self.effects.named(slopes, covariance)

    @cached_property
    def errors(self) -> dict[str, Floats]:
        """Standard errors of the real columns' own parameters: those of rows like the sample's."""
        moved = self._moved(self._few)
        return {name: np.sqrt(self.count * (value**2).mean(axis=0)) for name, value in moved.items()}

    def __call__(self, rows: Floats) -> dict[str, Floats]:
        out = super().__call__(rows)
        reals = self._split(rows)[1]
        for a, (name, one) in enumerate(zip(self.model.names_of_reals, self.margins.of_columns, strict=True)):
            own = one.model.row_influence(one.fit, reals[:, a : a + 1], one.moments)
            out |= {names.outer(name, key): value for key, value in own.items()}
        return out
