"""``ising.pairwise`` of more columns than can be enumerated: exact if its couplings are sparse, checked if not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.base import Center, Model, Options, Parameters, counted
from symcat.models.batches import blank_refused
from symcat.models.fit import AVERAGES_MATCH, CheckResult, Fit, Moves, Observed, Source
from symcat.models.ising import checks, existence, hypercube
from symcat.models.ising.couplings import pair_values, pairs_in_binary
from symcat.models.ising.every_pair import EveryPair
from symcat.models.ising.fisher import inverse
from symcat.models.ising.logistic import PairwiseLogistic
from symcat.models.ising.pairwise import SPECIAL_CASES, Pairwise
from symcat.models.ising.spins import INFINITE, spin_averages
from symcat.models.ising.wide import conditional, gibbs
from symcat.models.ising.wide.agreement import LARGEST_ERROR, Data
from symcat.models.ising.wide.corrections import correct
from symcat.models.ising.wide.search import fit_wide
from symcat.models.ising.wide.wide_fit import WideFit, refusal
from symcat.models.tables import Tables

Floats = NDArray[np.float64]

_NOT_FOUND = INFINITE + 1  # and the codes after it, one for every reason given


class WidePairwise(EveryPair):
    """All pairs of d > 22 columns, or only those of ``options.interactions``: parameters h (d,) and J (d, d).

    Every group is answered by itself (``wide.search``). In the binary basis the errors of h are not known: they need
    the covariance of all couplings of a column; robust ones are, but for closed forms with a prior or of many columns.
    A coupling that the graph does not have is 0, and its error is not a number: it was not estimated.
    """

    label, facts, takes = Pairwise.label, Pairwise.facts, Pairwise.takes
    one_by_one = True  # the groups may differ in how many couplings they have
    symmetric = False

    def __init__(self, schema: Schema, options: Options, tables: Tables) -> None:
        super().__init__(schema, options, tables)
        if options.higher:
            raise InvalidData(
                f"interactions= of three or more columns need the sum over all states, which is done to "
                f"{hypercube.LARGEST} columns; there are {self.dimension}. Choose fewer with columns=."
            )
        self.edges = [(i, j) for i, j in options.interactions] or None
        self.nested = frozenset() if self.edges else SPECIAL_CASES

    # --- fitting ---------------------------------------------------------------------------------------------------

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Fields and couplings of every group, with the standard errors that are known; exact, or refused."""
        rows, reason = self.posed(spin_averages(moments), moments.count)
        found = [
            refusal(self.dimension, "") if reason[g] else self._one(self.data_with_prior(moments, rows, g))
            for g in range(len(reason))
        ]
        # There may be as many reasons as groups.
        return self._fit_of(moments, found, rows, reason.astype(np.int32), "exact")

    def corrected(
        self,
        observed: Observed,
        refused: Fit,
        center: Center = None,
        rows: Callable[[], Iterable[Floats]] | None = None,
    ) -> Fit | None:
        """The closed forms in the correlations, each judged against the averages, for the groups without an answer.

        None where the graph was given, or where in no group the rows determine all couplings. Groups that have an
        answer are left out.
        """
        prior, moments = refused.statistics["prior_rows"], observed.moments
        asked = (refused.reason >= _NOT_FOUND) & (moments.count > self.dimension)
        if self.edges is not None or not asked.any():
            return None
        found = [
            correct(self.data_with_prior(moments, prior, g), seed=self.options.seed)
            if asked[g]
            else refusal(self.dimension, refused.why(g) or "its sums are not out of reach")
            for g in range(len(asked))
        ]
        return self._fit_of(
            moments, found, prior, np.where(refused.reason < _NOT_FOUND, refused.reason, 0), "correction"
        )

    def from_couplings(self, moments: Moments, refused: Fit, found: WideFit, source: Source) -> Fit:
        """The fit of a batch of one with couplings that were found for it elsewhere, with the prior of ``refused``."""
        return self._fit_of(moments, [found], refused.statistics["prior_rows"], np.zeros(1, dtype=np.int32), source)

    def data_with_prior(self, moments: Moments, rows: Floats, group: int) -> Data:
        """The averages of a group, with those of its ``rows`` (G,) of the prior, which are zero, mixed in."""
        mean, pair = spin_averages(moments.groups(slice(group, group + 1)))
        count = float(moments.count[group])
        share = count / (count + float(rows[group])) if rows[group] > 0.0 else 1.0
        together = pair[0] * share
        np.fill_diagonal(together, 1.0)
        return Data(mean[0] * share, together, count)

    def _one(self, data: Data) -> WideFit:
        d = self.dimension
        if self.edges is None and data.count <= d:
            return refusal(
                d,
                f"{data.count:.0f} rows cannot determine the couplings of all pairs of {d} columns: give more rows "
                "than columns, fewer columns, or name the pairs that are coupled with interactions=",
            )
        return fit_wide(data, edges=self.edges)

    def _fit_of(
        self,
        moments: Moments,
        found: Sequence[WideFit],
        rows: Floats,
        reason: NDArray[np.signedinteger[Any]],
        source: Source,
    ) -> Fit:
        mean, pair = spin_averages(moments)
        count = moments.count
        h, j = np.stack([one.h for one in found]), np.stack([one.J for one in found])
        log_z = np.array([one.log_partition for one in found])
        energy = np.einsum("gi,gi->g", h, mean) + 0.5 * np.einsum("gij,gij->g", j, pair)
        apart = (j == 0.0) & ~np.eye(self.dimension, dtype=bool)
        of_j = np.where(apart, np.nan, np.stack([one.J_error for one in found]))
        errors = {"h": np.stack([one.h_error for one in found]), "J": of_j}
        lost = [g for g, one in enumerate(found) if not one.accepted and reason[g] == 0]
        answered = [one for g, one in enumerate(found) if one.accepted and reason[g] == 0] or found
        said = list(dict.fromkeys(found[g].detail for g in lost))
        reason[lost] = [_NOT_FOUND + said.index(found[g].detail) for g in lost]
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters=self.arrange(self.in_basis(np.concatenate([h, pair_values(j)], axis=1))),
                standard_errors=self._errors_in_basis(errors) if counted(moments) else {},
                log_partition=log_z - (self._energy_of_zeros(h, j) if self.zero_one else 0.0),
                log_likelihood=count * (energy - log_z),
                n_parameters=max(one.n_parameters for one in answered),
                statistics={
                    "m": mean,
                    "q": pair,
                    "prior_rows": rows,
                    "normalised_error": np.array([one.normalised_error for one in found]),
                    "log_partition_error": np.array([one.log_partition_error for one in found]),
                },
                reason=reason,
                reasons=(*self.reasons(moments, reason), *said),
                source=source,
                log_structures=max(self._log_structures(one) for one in answered),
                information=found[0].information[None]
                if len(found) == 1 and found[0].information is not None
                else None,
                moves=self._moves(found[0], float(count[0])) if len(found) == 1 and not rows[0] else None,
                note=found[0].detail if len(found) == 1 else "",
                shown=("prior_rows",),
            )
        )

    def _log_structures(self, found: WideFit) -> float:
        """Log of the number of ways to choose as many couplings as were found; 0 if all pairs, or those named, are."""
        pairs, chosen = self.dimension * (self.dimension - 1) // 2, found.n_parameters - self.dimension
        if self.edges is not None or not found.exact:
            return 0.0
        return math.lgamma(pairs + 1) - math.lgamma(chosen + 1) - math.lgamma(pairs - chosen + 1)

    def _errors_in_basis(self, errors: dict[str, Floats]) -> dict[str, Floats]:
        if not self.zero_one:
            return errors
        return {"J": 4.0 * errors["J"]}

    def _energy_of_zeros(self, h: Floats, j: Floats) -> Floats:
        out: Floats = 0.5 * j.sum(axis=(1, 2)) - h.sum(axis=1)
        return out

    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        coupled = np.array(self.edges or list(combinations(range(self.dimension), 2)), dtype=np.intp)
        lacking = existence.unpaired(mean, pair, count)[:, coupled[:, 0], coupled[:, 1]].any(axis=1)
        return np.asarray(lacking | existence.constant(mean, count).any(axis=1), dtype=bool)

    # --- robust errors ---------------------------------------------------------------------------------------------

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups of rows, where the couplings are those of a graph, or of all pairs, with their information."""
        known = self._known(fit)
        if known is None:
            return {}
        i, j, inverse = known
        n = whole.count + fit.statistics["prior_rows"]
        fitted = self._averages(whole, i, j) * (whole.count / n)[:, None]
        moved = ((groups.count / n)[:, None] * (self._averages(groups, i, j) - fitted)) @ inverse
        return self._spread(*self._basis_of_edges(moved, i, j), i, j)

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """Of the rows of the prior about the fit, which are evenly spread; all of them as one."""
        known, rows = self._known(fit), fit.statistics["prior_rows"]
        if known is None or not rows[0]:
            return {}
        i, j, inverse = known
        n = whole.count + rows
        spread = np.concatenate([np.eye(len(inverse)), self._averages(whole, i, j) * (whole.count / n)[:, None]])
        moved = (spread @ inverse) * (np.sqrt(rows) / n)
        h, pairs = self._basis_of_edges(moved, i, j)
        all_h, all_pairs = (np.sqrt((value**2).sum(axis=0, keepdims=True)) for value in (h, pairs))
        return self._spread(all_h, all_pairs, i, j)

    def _known(self, fit: Fit) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats] | None:
        """The coupled pairs of a batch of one, and the inverse information of columns and pairs, if known."""
        if fit.information is None:
            return None
        i, j = np.nonzero(np.triu(fit.parameters["J"][0], 1))
        if len(fit.information[0]) != self.dimension + len(i):
            return None
        return i, j, inverse(fit.information)[0]

    @staticmethod
    def _averages(groups: Moments, i: NDArray[np.intp], j: NDArray[np.intp]) -> Floats:
        """(B, d + E) of the columns and of the coupled pairs."""
        mean, pair = spin_averages(groups)
        return np.concatenate([mean, pair[:, i, j]], axis=1)

    def _basis_of_edges(self, theta: Floats, i: NDArray[np.intp], j: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Fields (B, d) and couplings (B, E) of the basis asked for."""
        d = self.dimension
        h, pairs = theta[:, :d], theta[:, d:]
        if not self.zero_one:
            return h, pairs
        at = np.zeros((len(i), d))
        at[np.arange(len(i)), i] = at[np.arange(len(i)), j] = 1.0
        return 2.0 * (h - pairs @ at), 4.0 * pairs

    def _spread(self, h: Floats, pairs: Floats, i: NDArray[np.intp], j: NDArray[np.intp]) -> dict[str, Floats]:
        """The parameters, from fields and the couplings of the pairs (i, j)."""
        out = np.zeros((len(h), self.dimension, self.dimension))
        out[:, i, j] = out[:, j, i] = pairs
        return {"h": h, "J": out}

    def _moves(self, found: WideFit, count: float) -> Moves | None:
        """How far rows move a closed form, by the law of each column given the others."""
        laws = found.laws
        if laws is None:
            return None

        def of_rows(rows: Floats) -> dict[str, Floats]:
            h, j = conditional.influence(found.h, found.J, laws, rows, count)
            if self.zero_one:
                h, j = pairs_in_binary(h, j)
            return {"h": h, "J": j}

        return Moves(of_rows)

    # --- testing and using the answer ------------------------------------------------------------------------------

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the averages it implies are those of the data, over all pairs; and what never occurs."""
        moments, rows = observed.moments, fit.statistics["prior_rows"]
        error, of_log_z = fit.statistics["normalised_error"], fit.statistics["log_partition_error"]

        def detail(group: int) -> str:
            said = fit.note or f"normalised error {error[group]:.3g}"
            return said + (f"; log Z is known to +-{of_log_z[group]:.2g}" if of_log_z[group] > 0.0 else "")

        def never(group: int) -> str:
            return self.never(moments.groups(slice(group, group + 1)))

        unknown = np.full(len(error), np.nan)
        matched = CheckResult(
            AVERAGES_MATCH,
            error,
            unknown,
            detail,
            weight="told",
            verdict=~(error >= LARGEST_ERROR),
            made=fit.answered,
        )
        if not (fit.answered & (rows > 0.0)).any():
            return [matched]
        lacking = self.lacks(*spin_averages(moments), moments.count)
        return [checks.finite_maximum(rows, fit.answered, lacking, never, lambda group: None), matched]

    def conditional(self, target: int) -> Model | None:
        """The logistic regression of a column on the others, which says that it needs the sum over all states."""
        return None if self.options.interactions else PairwiseLogistic(self, target)

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows by heat-bath sampling, each from a chain of its own."""
        c = self.couplings(self.theta_of(parameters))
        return gibbs.sample(c.h, c.J, n, rng)
