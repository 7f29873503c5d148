"""``ising.pairwise`` of more columns than can be enumerated: exact if its couplings are sparse, checked if not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.errors import InvalidData
from symcat.models.base import (
    Center,
    CheckResult,
    Facts,
    Fit,
    Observed,
    Options,
    Parameters,
    Source,
    Table,
    blank_refused,
    counted,
)
from symcat.models.ising import existence, hypercube
from symcat.models.ising.couplings import pair_values
from symcat.models.ising.every_pair import EveryPair
from symcat.models.ising.spins import IMPOSSIBLE, INFINITE, NO_ROWS, NOT_FOUND, spin_averages
from symcat.models.ising.wide import gibbs
from symcat.models.ising.wide.search import WideFit, fit_wide, refusal

Floats = NDArray[np.float64]


class WidePairwise(EveryPair):
    """All pairs of d > 22 columns, or only those of ``options.interactions``: parameters h (d,) and J (d, d).

    Every group is answered by itself (``wide.fit_wide``). In the binary basis the errors of h are not known: they need
    the covariance of all couplings of a column.
    """

    label = "ising.pairwise"
    facts = Facts("Ising, every pair coupled", "none")
    symmetric = False

    def __init__(self, dimension: int, options: Options) -> None:
        super().__init__(dimension, options)
        if options.higher:
            raise InvalidData(
                f"interactions= of three or more columns need the sum over all states, which is done to "
                f"{hypercube.LARGEST} columns; there are {dimension}. Choose fewer with columns=."
            )
        self.edges = [(i, j) for i, j in options.interactions] or None

    def fit(self, moments: Moments, center: Center, table: Table | None = None) -> Fit:
        """Fields and couplings of every group, with the standard errors that are known."""
        mean, pair = spin_averages(moments)
        count = moments.count
        reason = np.zeros(len(count), dtype=np.int8)
        shut = self.at_boundary(mean, pair, count)
        reason[existence.impossible(mean, pair)] = IMPOSSIBLE
        reason[count == 0.0] = NO_ROWS
        rows = self._prior_rows(shut, count)
        reason[(reason == 0) & np.isnan(rows)] = INFINITE
        rows = np.nan_to_num(rows)
        found = [self._one(mean[g], pair[g], count[g], rows[g], bool(reason[g])) for g in range(len(count))]
        reason[[g for g, one in enumerate(found) if not one.accepted and reason[g] == 0]] = NOT_FOUND
        exact = all(one.exact for one in found)
        return self._fit_of(moments, found, rows, reason, "closed_form" if exact else "correction")

    def answered_by(self, moments: Moments, refused: Fit, found: WideFit, source: Source) -> Fit:
        """The fit of a batch of one, whose averages and prior are those of a fit that was refused."""
        return self._fit_of(moments, [found], refused.statistics["prior_rows"], np.zeros(1, dtype=np.int8), source)

    def _fit_of(
        self, moments: Moments, found: list[WideFit], rows: Floats, reason: NDArray[np.int8], source: Source
    ) -> Fit:
        mean, pair = spin_averages(moments)
        count = moments.count
        h, j = np.stack([one.h for one in found]), np.stack([one.J for one in found])
        log_z = np.array([one.log_partition for one in found])
        energy = np.einsum("gi,gi->g", h, mean) + 0.5 * np.einsum("gij,gij->g", j, pair)
        errors = {"h": np.stack([one.h_error for one in found]), "J": np.stack([one.J_error for one in found])}
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters=self.arrange(self.in_basis(np.concatenate([h, pair_values(j)], axis=1))),
                standard_errors=self._errors_in_basis(errors) if counted(moments) else {},
                log_partition=log_z - (self._energy_of_zeros(h, j) if self.options.basis == "binary" else 0.0),
                log_likelihood=count * (energy - log_z),
                n_parameters=max(one.n_parameters for one in found),
                statistics={
                    "m": mean,
                    "q": pair,
                    "prior_rows": rows,
                    "normalised_error": np.array([one.normalised_error for one in found]),
                    "log_partition_error": np.array([one.log_partition_error for one in found]),
                },
                reason=reason,
                reasons=(*self._reasons(moments, mean, pair, mean, bool((reason == INFINITE).any())), found[0].detail),
                source=source,
                log_structures=max(self._log_structures(one) for one in found),
                note=found[0].detail,
            )
        )

    def _one(self, mean: Floats, pair: Floats, count: float, rows: float, refused: bool) -> WideFit:
        d = self.dimension
        if refused:
            return refusal(d, "")
        if self.edges is None and count <= d:
            return refusal(
                d,
                f"{count:.0f} rows cannot determine the couplings of all pairs of {d} columns: give more rows than "
                "columns, fewer columns, or name the pairs that are coupled with interactions=",
            )
        share = count / (count + rows) if rows > 0.0 else 1.0
        together = pair * share
        np.fill_diagonal(together, 1.0)
        return fit_wide(mean * share, together, count, edges=self.edges, seed=self.options.seed)

    def _log_structures(self, found: WideFit) -> float:
        """Log of the number of ways to choose as many couplings as were found; 0 if all pairs, or those named, are."""
        pairs, chosen = self.dimension * (self.dimension - 1) // 2, found.n_parameters - self.dimension
        if self.edges is not None or not found.exact:
            return 0.0
        return math.lgamma(pairs + 1) - math.lgamma(chosen + 1) - math.lgamma(pairs - chosen + 1)

    def _errors_in_basis(self, errors: dict[str, Floats]) -> dict[str, Floats]:
        if self.options.basis == "spin":
            return errors
        return {"h": np.full_like(errors["h"], np.nan), "J": 4.0 * errors["J"]}

    def _energy_of_zeros(self, h: Floats, j: Floats) -> Floats:
        out: Floats = 0.5 * j.sum(axis=(1, 2)) - h.sum(axis=1)
        return out

    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        coupled = np.array(self.edges or list(combinations(range(self.dimension), 2)), dtype=np.intp)
        lacking = existence.unpaired(mean, pair, count)[:, coupled[:, 0], coupled[:, 1]].any(axis=1)
        return np.asarray(lacking | existence.constant(mean, count).any(axis=1), dtype=bool)

    def robust_standard_errors(self, fit: Fit, blocks: Moments, center: Center) -> dict[str, Floats]:
        """None are known: they need the Fisher matrix of all couplings together."""
        return {}

    def checks(self, fit: Fit, observed: Observed, center: Center) -> Sequence[CheckResult]:
        """Whether the averages it implies are those of the data, over all pairs; and what never occurs."""
        error = float(fit.statistics["normalised_error"][0])
        detail = fit.note
        of_log_z = float(fit.statistics["log_partition_error"][0])
        if of_log_z > 0.0:
            detail += f"; log Z is known to +-{of_log_z:.2g}"
        matched = CheckResult("averages match", error, np.nan, detail, weight="told", verdict=not error >= 1.0)
        rows = float(fit.statistics["prior_rows"][0])
        if rows == 0.0:
            return [matched]
        mean, pair = spin_averages(observed.moments)
        never = existence.in_words(existence.empty(mean, pair, observed.moments.count), observed.moments.columns)
        prior = f"a prior worth {rows:g} row{'s' * (rows != 1.0)} spread evenly over all states was added"
        said = f"{never}: the maximum is infinite, so {prior}" if never else prior
        return [CheckResult("finite maximum", rows, np.nan, said, weight="told", verdict=not never), matched]

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows by heat-bath sampling, each from a chain of its own."""
        c = self.couplings(self.theta_of(parameters))
        return gibbs.sample(c.h, c.J, n, rng)
