"""``potts.independent``: no couplings; the levels of every column have their shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Center, Facts, Parameters
from symcat.models.filled_states import SummedFilling
from symcat.models.incomplete import Gaps
from symcat.models.potts import forest, incomplete
from symcat.models.potts.counted import Counted
from symcat.models.potts.couplings import Couplings
from symcat.models.potts.layout import Floats, Integers
from symcat.models.potts.potts import Answer, Mover, Potts


class Independent(Potts):
    """``F = - sum_j h_j(x_j)``: h is the log of the shares, less its mean over the levels of a column."""

    label = "potts.independent"
    facts = Facts("Potts, independent columns", "none of the fields; no couplings")
    terms: ClassVar[Mapping[str, str]] = {"h": "h_j(x_j)"}
    missing = frozenset({"em", "pairwise"})

    def filling(self, gaps: Gaps, center: Center = None) -> SummedFilling:
        """Rows with gaps, with all ways to fill them."""
        return incomplete.filling(self, gaps)

    def coupled(self, seen: Counted) -> NDArray[np.bool_]:
        return np.zeros((1, len(self.layout), len(self.layout)), dtype=bool)

    def solved(self, seen: Counted) -> Answer:
        alone = np.log(seen.single / seen.count[:, None])
        h = alone @ self.layout.centring.T
        return Answer({"h": h}, -(alone - h)[:, list(self.layout.offsets[:-1])].sum(axis=1))

    def blank(self, groups: int) -> dict[str, Floats]:
        return {"h": np.full((groups, self.layout.levels), np.nan)}

    def errors(self, answer: Answer, seen: Counted) -> dict[str, Floats]:
        variance = (1.0 / seen.single) @ np.square(self.layout.centring).T
        return {"h": np.sqrt(variance)}

    def pair_shares(self, parameters: Parameters) -> Floats:
        alone = np.concatenate([_shares(parameters["h"][self.layout.at(j)]) for j in range(len(self.layout))])
        return np.where(self.layout.apart, np.outer(alone, alone), np.diag(alone))

    def normalised(self, parameters: Parameters) -> float:
        """log Z, column by column."""
        h = parameters["h"]
        return float(sum(np.logaddexp.reduce(h[self.layout.at(j)]) for j in range(len(self.layout))))

    def drawn(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Integers:
        first = np.zeros(n, dtype=np.intp)
        columns = [
            forest.levels_of(_shares(parameters["h"][self.layout.at(j)])[None], first, rng)
            for j in range(len(self.layout))
        ]
        return np.stack(columns, axis=1)

    def mover(self, answer: Answer, seen: Counted) -> Mover:
        matrix = self.layout.centring / seen.single[0]
        return lambda some: {"h": some.single @ matrix.T}

    def moved_by_prior(self, answer: Answer, seen: Counted, rows: float) -> dict[str, Floats]:
        share = 1.0 / np.array(self.layout.sizes)[self.layout.column_of]
        square = rows * share / seen.single[0] ** 2
        return {"h": np.sqrt(square @ np.square(self.layout.centring).T)[None]}

    def n_free(self, answer: Answer) -> int:
        return self.layout.levels - len(self.layout)

    def coupled_in(self, parameters: Parameters) -> Couplings:
        """The columns alone."""
        return Couplings(self.layout, [(j,) for j in range(len(self.layout))])

    def shown_in(self, parameters: Parameters) -> list[tuple[int, int]]:
        return []


def _shares(h: Floats) -> Floats:
    weight = np.exp(h - h.max())
    out: Floats = weight / weight.sum()
    return out
