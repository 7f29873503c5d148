"""The problem of ``ising.pairwise`` beyond exact sums, where neither a sparse graph nor a closed form matches.

Only averages are used, those that the refused fit was made from, its prior among them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.fit import Fit
from symcat.models.ising.couplings import pair_matrix, pair_values
from symcat.models.ising.spins import spin_averages
from symcat.models.ising.wide import agreement, gibbs
from symcat.models.ising.wide.agreement import Data
from symcat.models.ising.wide.mean_field import CLOSED_FORMS, Estimate
from symcat.models.ising.wide.pairwise import WidePairwise
from symcat.models.ising.wide.wide_fit import WideFit
from symcat.models.relaxation import Agreement, Dataset, ExponentialFamily, Refusal
from symcat.models.relaxation import Estimate as Found
from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]

MOST_COLUMNS = 64
"""The 2080 couplings of so many take a matrix of 35 MB, and a search for them some minutes."""


def closed_form(mean: Floats, pair: Floats) -> Floats | None:
    """(K,) Sessak and Monasson's couplings, or those of the next form that answers, as of ``F = sum theta T``.

    ``mean`` (d,) and ``pair`` (d, d) are averages; the statistics T are the columns, then their pairs.
    """
    for form in CLOSED_FORMS.values():
        found = form(mean, pair)
        if isinstance(found, Estimate):
            return -np.concatenate([found.h, pair_values(found.J[None])[0]])
    return None


@dataclass(frozen=True)
class RelaxablePairwise:
    """All pairs of up to 64 columns."""

    model: WidePairwise

    def relaxation(self, dataset: Dataset) -> PairwiseRelaxation | Refusal:
        """The averages, or why the couplings are not looked for."""
        model, moments = self.model, dataset.observed.moments
        d, count, refused = model.dimension, float(moments.count[0]), dataset.refused.get(model.label)
        if refused is None:
            return Refusal("it was not weighed")
        if model.edges is not None:
            return Refusal("the graph given with interactions= is summed over exactly, or not at all")
        if d > MOST_COLUMNS:
            return Refusal(
                f"{d} two-valued columns are more than the {MOST_COLUMNS} whose couplings are looked for: choose fewer "
                "columns"
            )
        if not count > d:
            return Refusal(f"{count:.0f} rows cannot determine the couplings of all pairs of {d} columns")
        rows = refused.statistics["prior_rows"]
        if rows[0] == 0.0 and model.at_boundary(*spin_averages(moments), moments.count)[0]:
            return Refusal(refused.why(0))
        data = model.data_with_prior(moments, rows, 0)
        family = ExponentialFamily(
            model.label,
            SufficientStatistics.pairwise(d),
            np.concatenate([data.mean, pair_values(data.pair[None])[0]]),
            count,
            start=closed_form(data.mean, data.pair),
        )
        return PairwiseRelaxation(model, family, data, moments, refused)


@dataclass(frozen=True)
class PairwiseRelaxation:
    """The problem of one table; ``data`` are its averages with the prior, ``refused`` the fit that had no answer."""

    model: WidePairwise
    family: ExponentialFamily
    data: Data
    moments: Moments
    refused: Fit
    integrable: bool = False
    words: str = ""

    def log_partition(self, couplings: Floats) -> float:
        """Not by quadrature."""
        raise NotImplementedError

    def draw(self, couplings: Floats, n: int, rng: np.random.Generator) -> Floats:
        return gibbs.sample(*self._fields_and_couplings(-couplings), n, rng)

    def agreement(self, couplings: Floats, drawn: Floats) -> Agreement:
        """By sampling as long as it takes to judge, as of the closed forms."""
        h, j = self._fields_and_couplings(-couplings)
        found = agreement.judge(h, j, self.data, seed=self.model.options.seed)
        return Agreement(found.normalised_error, found.accepted, found.in_words)

    def parameters(self, couplings: Floats) -> dict[str, Floats]:
        return self.model.arrange(self.model.in_basis(-couplings[None]))

    def fit(self, estimate: Found, drawn: Floats) -> Fit:
        h, j = self._fields_and_couplings(-estimate.couplings)
        h_error, j_error = self._fields_and_couplings(estimate.standard_errors)
        found = WideFit(
            h=h,
            J=j,
            h_error=h_error,
            J_error=j_error,
            log_partition=estimate.log_partition,
            log_partition_error=estimate.log_partition_error,
            method="analog",
            exact=False,
            n_parameters=len(estimate.couplings),
            normalised_error=estimate.normalised_error,
            accepted=True,
            detail=estimate.detail,
            information=np.asarray(np.linalg.inv(estimate.row_covariance), dtype=np.float64),
        )
        return self.model.from_couplings(self.moments, self.refused, found, estimate.source)

    def _fields_and_couplings(self, values: Floats) -> tuple[Floats, Floats]:
        """(d,) and (d, d), of the columns and of their pairs."""
        d = self.model.dimension
        return values[:d], pair_matrix(values[None, d:], d)[0]
