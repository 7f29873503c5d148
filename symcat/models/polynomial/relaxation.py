"""The problem of a polynomial free energy: averages of the invariants of the most symmetric group, and back.

Of real columns the terms are the invariants of the most symmetric group that the rows do not rule out, in columns
centred and scaled as that group has them; beside two-valued columns, all terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import comb

import numpy as np
from numpy.typing import NDArray

from symcat.models.fit import LOG_Z_ERROR, Fit, Moves
from symcat.models.polynomial import checks, waves
from symcat.models.polynomial.drawing import draw
from symcat.models.polynomial.polynomial import Polynomial
from symcat.models.polynomial.quadrature import POINTS, Grid
from symcat.models.polynomial.tensors import tensors_of
from symcat.models.relaxation import Agreement, Dataset, Estimate, ExponentialFamily, Refusal, agreement
from symcat.symmetry.invariance import Invariant
from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]

_MOST_ROWS = 1 << 15  # that are held against rows drawn from an answer
MOST_COUPLINGS = 220
"""That are looked for: six real columns to degree four, four to degree six."""


@dataclass(frozen=True)
class RelaxablePolynomial:
    """One degree, for any table of real columns, also beside two-valued ones."""

    model: Polynomial

    def relaxation(self, dataset: Dataset) -> PolynomialRelaxation | Refusal:
        """The averages of the invariants over all rows, or why they are too many for these columns or these rows."""
        schema = self.model.schema
        d, two_valued = len(schema), schema.at("two-valued")
        couplings = _to_degree_four(d - len(two_valued), len(two_valued))
        if couplings > MOST_COUPLINGS:  # before any row is read
            beside = f", {len(two_valued)} of them two-valued," if two_valued else ""
            return Refusal(
                f"{d} columns{beside} have {couplings:,} couplings to degree four, more than the {MOST_COUPLINGS} that "
                "are looked for: choose fewer columns"
            )
        invariant, rows = dataset.invariant, dataset.rows
        if isinstance(invariant, Refusal):
            return invariant
        if isinstance(rows, Refusal):
            return rows
        statistics = SufficientStatistics.invariants(d, self.model.degree, invariant.group.name, two_valued)
        if statistics.count > MOST_COUPLINGS:
            return Refusal(f"{statistics.count} couplings are more than {MOST_COUPLINGS}")
        if len(rows) <= 2 * statistics.count:
            return Refusal(f"{len(rows)} rows cannot determine {statistics.count} couplings")
        y = (rows - invariant.center) / invariant.scale
        averages, covariance, n = statistics.observe(y)
        family = ExponentialFamily(self.model.label, statistics, averages, n, covariance, symmetry=invariant.group.name)
        return PolynomialRelaxation(self.model, family, invariant, y, dataset)


def _to_degree_four(real: int, two_valued: int) -> int:
    """Monomials in which no two-valued column comes twice."""
    return sum(comb(two_valued, k) * comb(real + 4 - k, 4 - k) for k in range(5)) - 1


@dataclass(frozen=True)
class PolynomialRelaxation:
    """The problem in the columns ``y = (x - center) / scale`` (n, d) of the invariant, and the fit in those of x."""

    model: Polynomial
    family: ExponentialFamily
    invariant: Invariant
    y: Floats
    dataset: Dataset

    @property
    def integrable(self) -> bool:
        """Two columns, both real."""
        return self.y.shape[1] in POINTS and not self.model.two_valued

    @property
    def words(self) -> str:
        """The symmetry, where one was looked for."""
        return "" if self.model.two_valued else self.invariant.in_words

    def log_partition(self, couplings: Floats) -> float:
        return self._grid(couplings).log_partition

    def draw(self, couplings: Floats, n: int, rng: np.random.Generator) -> Floats:
        return draw(self._scaled(couplings), self.y.shape[1], self.model.two_valued, n, rng)

    def agreement(self, couplings: Floats, drawn: Floats) -> Agreement:
        """By quadrature where that is possible, else over the rows drawn."""
        if self.integrable:
            grid = self._grid(couplings)
            values = self.family.statistics.values(grid.points)
            implied = grid.probabilities @ values
            covariance = (values * grid.probabilities[:, None]).T @ values - np.outer(implied, implied)
            return agreement(self.family, implied, covariance, "quadrature")
        implied, covariance, n = self.family.statistics.observe(drawn)
        return agreement(self.family, implied, covariance, f"{n:,} rows drawn from the answer", n)

    def parameters(self, couplings: Floats) -> dict[str, Floats]:
        tensors = {name: value[None] for name, value in self._tensors(couplings).items()}
        return {"mean": self.invariant.center[None], **tensors}

    def fit(self, estimate: Estimate, drawn: Floats) -> Fit:
        n, label = self.family.count, self.model.label
        log_z = estimate.log_partition + float(np.log(self.invariant.scale).sum())
        log_likelihood = -n * (float(estimate.couplings @ self.family.averages) + log_z)
        real = self.model.schema.mask("real")
        statistics = {
            checks.ERROR: np.array([estimate.normalised_error]),
            LOG_Z_ERROR: np.array([estimate.log_partition_error]),
            checks.NEXT: checks.scores(self.y, drawn, self.model.degree + 2, real)[None],
        }
        if not self.integrable:
            some = self.y[:: -(-len(self.y) // _MOST_ROWS)]
            of_rows, of_drawn = (self.family.statistics.values(y).astype(np.float64) for y in (some, drawn))
            even = self._center_is_estimated
            found = waves.against_drawn(some, drawn, of_rows, of_drawn, self.model.two_valued, even=even)
            statistics[waves.SHAPE] = found[None]
            statistics[waves.ROWS] = np.array([1.0 / (1.0 / len(some) + 2.0 / len(drawn))])
        words = f"; {self.words}" if self.words else ""
        sampled = "" if self.dataset.everything else "; from the random sample of rows that the statistics keep"
        return Fit(
            label=label,
            count=np.array([n]),
            parameters=self.parameters(estimate.couplings),
            standard_errors=self._errors(estimate.standard_errors),
            log_partition=np.array([log_z]),
            log_likelihood=np.array([log_likelihood]),
            n_parameters=self.family.statistics.count + len(real) * self._center_is_estimated,
            statistics=statistics,
            reason=np.zeros(1, dtype=np.int8),
            source=estimate.source,
            note=f"{estimate.detail}{words}{sampled}",
            moves=self._moves(estimate),
        )

    @property
    def _center_is_estimated(self) -> bool:
        """Without a symmetry about it, the point about which the polynomial is written is chosen, not estimated."""
        return self.invariant.group.centered and not self.dataset.center_known

    @cached_property
    def _unit(self) -> Floats:
        """(M,) the unit of each monomial."""
        unit: Floats = np.prod(self.invariant.scale**self.family.statistics.exponents, axis=1)
        return unit

    def _tensors(self, couplings: Floats) -> dict[str, Floats]:
        """The couplings in the units of the data."""
        statistics = self.family.statistics
        return tensors_of(statistics.exponents, statistics.monomial_couplings(couplings) / self._unit)

    def _scaled(self, couplings: Floats) -> dict[str, Floats]:
        """The couplings in the columns of the family."""
        statistics = self.family.statistics
        return tensors_of(statistics.exponents, statistics.monomial_couplings(couplings))

    def _grid(self, couplings: Floats) -> Grid:
        return Grid.of(self._scaled(couplings), self.y.shape[1])

    def _errors(self, errors: Floats) -> dict[str, Floats]:
        """Errors of the couplings (K,) as those of the parameters."""
        of_center = self.dataset.spread / np.sqrt(self.family.count)
        center = of_center if self._center_is_estimated else np.zeros(len(of_center))
        tensors = {name: np.abs(value)[None] for name, value in self._tensors(errors).items()}
        return {"mean": center[None], **tensors}

    def _moves(self, estimate: Estimate) -> Moves:
        """How far rows move the parameters, and what the search for them has added to their errors."""
        inverse, statistics, n = estimate.row_covariance, self.family.statistics, self.family.count
        units = [self._tensors(one) for one in np.eye(statistics.count)]
        to_tensors = {name: np.stack([tensors[name] for tensors in units]) for name in units[0]}
        moving = float(self._center_is_estimated)

        def of_rows(rows: Floats) -> dict[str, Floats]:
            y = (rows - self.invariant.center) / self.invariant.scale
            moved = (self.family.averages - statistics.values(y)) @ inverse / n
            found = {name: np.tensordot(moved, to, axes=(1, 0)) for name, to in to_tensors.items()}
            return {"mean": (rows - self.invariant.center) * (moving / n), **found}

        searched = {
            name: np.sqrt(np.tensordot(estimate.search_errors**2, to**2, axes=(0, 0)))[None]
            for name, to in to_tensors.items()
        }
        return Moves(of_rows, searched)
