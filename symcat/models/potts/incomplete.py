"""Rows of columns with several levels with gaps, for the classes that couple columns and pairs of them.

Such a class depends on averages of contrasts and of their products over the coupled pairs, which EM fills in like those
of two-valued columns (``filled_states``). A tree is chosen anew at every step; its errors are of the one that it ends
with, as of complete rows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np

from symcat.data.moments import Moments
from symcat.data.schema import Schema, codes_of_levels
from symcat.errors import InvalidData
from symcat.models.base import Parameters
from symcat.models.filled_states import SummedFilling
from symcat.models.fit import PRIOR_ROWS, Fit
from symcat.models.incomplete import Gaps
from symcat.models.ising.fisher import inverse
from symcat.models.potts.blocks import sums_of
from symcat.models.potts.counted import of_contrasts
from symcat.models.potts.couplings import Couplings
from symcat.models.potts.layout import Floats, Integers, Layout


class Coupled(Protocol):
    """What is asked of a class here."""

    label: str
    schema: Schema
    layout: Layout

    @property
    def contrast_names(self) -> tuple[str, ...]:
        """(q,) of what averages are taken of."""

    def coupled_in(self, parameters: Parameters) -> Couplings:
        """The columns, and the pairs whose couplings parameters have."""

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) log probability of encoded rows."""

    def digits_of(self, rows: Floats) -> Integers:
        """(m, d) the places of encoded values among the levels of their columns."""


def filling(model: Coupled, gaps: Gaps) -> SummedFilling:
    """The rows, ready to be filled. Raises InvalidData where there is too much to fill."""
    levels = [codes_of_levels(own) for own in model.schema.levels if own is not None]
    return SummedFilling(_Filled(model), gaps, levels, model.contrast_names)


class _Filled:
    """The class as one of averages of contrasts."""

    def __init__(self, model: Coupled) -> None:
        self.model, self.layout = model, model.layout
        self.couplings = Couplings(self.layout, [(j,) for j in range(len(self.layout))])

    def features(self, rows: Floats) -> Floats:
        """(m, q) the contrasts of encoded rows (m, d), not a number where a cell is missing."""
        missing = np.isnan(rows)
        digits = np.where(missing, 0, self.model.digits_of(np.where(missing, 0.0, rows)))
        columns = [self.layout.contrasts(j)[digits[:, j]] for j in range(len(self.layout))]
        return np.concatenate(
            [np.where(missing[:, j : j + 1], np.nan, column) for j, column in enumerate(columns)], axis=1
        )

    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        """(G, K) averages of the products of contrasts of the couplings."""
        return self.couplings.averages(of_contrasts(self.layout, np.ones(len(mean)), mean, pair))

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """That of the class."""
        return self.model.log_density(parameters, log_partition, x)

    def even_log_density(self, fit: Fit) -> float:
        """Over evenly spread states every term of F averages to nothing."""
        return -float(fit.log_partition[0])

    def told(self, fit: Fit) -> Fit:
        """With the information of the couplings that the fit has."""
        parameters = {name: value[0] for name, value in fit.parameters.items()}
        self.couplings = self.model.coupled_in(parameters)
        sums = sums_of(self.layout, self.couplings.sets)
        if isinstance(sums, str):
            raise InvalidData(f"{self.model.label} has no errors of the seen cells, for {sums}.")
        theta = self.couplings.flatten(_complete(fit, self.layout))[0]
        return replace(fit, information=sums.information(theta)[None])

    def errors_of(self, fit: Fit) -> dict[str, Floats]:
        """Of every parameter; not a number where no coupling was fitted."""
        assert fit.information is not None
        rows = fit.count + fit.statistics[PRIOR_ROWS]
        return self._told_apart(fit, self.couplings.errors(inverse(fit.information) / rows[:, None, None]))

    def influence(self, fit: Fit, groups: Moments, whole: Moments) -> dict[str, Floats]:
        """Of groups with averages of contrasts."""
        rows = float(fit.statistics[PRIOR_ROWS][0])
        apart = self._averages(groups) - self._fitted(whole, rows)
        return self._moved(fit, (groups.count / (whole.count + rows))[:, None] * apart)

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """Of the prior, over whose states products of contrasts are uncorrelated, of variance one."""
        rows = float(fit.statistics[PRIOR_ROWS][0])
        if not rows:
            return {}
        spread = np.concatenate([np.eye(self.couplings.number), self._fitted(whole, rows)])
        return self._moved(fit, np.sqrt(rows) / (float(whole.count[0]) + rows) * spread)

    def _averages(self, moments: Moments) -> Floats:
        about = moments.about(np.zeros(moments.dimension)).in_unit(1.0)
        return self.reduce(about.first, about.second)

    def _fitted(self, whole: Moments, rows: float) -> Floats:
        return self._averages(whole) * (whole.count / (whole.count + rows))[:, None]

    def _moved(self, fit: Fit, apart: Floats) -> dict[str, Floats]:
        assert fit.information is not None
        return self._told_apart(fit, self.couplings.arrange(apart @ inverse(fit.information)[0]))

    def _told_apart(self, fit: Fit, values: dict[str, Floats]) -> dict[str, Floats]:
        """Those of the parameters that the class has."""
        return {name: values[name] for name in fit.parameters}


def _complete(fit: Fit, layout: Layout) -> dict[str, Floats]:
    """The parameters of a fit, with couplings where a class has none."""
    nothing = np.zeros((len(fit.count), layout.levels, layout.levels))
    return {"J": nothing} | fit.parameters
