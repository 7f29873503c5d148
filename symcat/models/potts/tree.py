"""``potts.tree``: couplings on the tree that explains most; closed form, for any number of columns and levels.

Chow & Liu 1968: the maximum-likelihood tree joins all columns with the largest sum of mutual informations of pairs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.base import Center, Facts, Options, Parameters
from symcat.models.filled_states import SummedFilling
from symcat.models.incomplete import Gaps
from symcat.models.ising.wide.graph import blocks, edges_of
from symcat.models.potts import forest, incomplete
from symcat.models.potts.counted import Counted
from symcat.models.potts.couplings import Couplings
from symcat.models.potts.independent import Independent
from symcat.models.potts.layout import Floats, Integers
from symcat.models.potts.potts import Answer, Mover, Potts


class Tree(Potts):
    """Couplings J (Q, Q) on a tree of d - 1 pairs, and fields h (Q,); off it J is 0 and its error not a number."""

    label = "potts.tree"
    facts = Facts("Potts on a tree (Chow-Liu)", "none; the columns hang together as a tree")
    terms: ClassVar[Mapping[str, str]] = {"h": "h_j(x_j)", "J": "J_jk(x_j, x_k)"}
    nested = frozenset({Independent.label})
    missing = frozenset({"em", "pairwise"})

    def __init__(self, schema: Schema, options: Options) -> None:
        super().__init__(schema, options)
        self.one_by_one = len(set(self.layout.sizes)) > 1  # trees of different columns have different numbers

    def filling(self, gaps: Gaps, center: Center = None) -> SummedFilling:
        """Rows with gaps, with all ways to fill them."""
        return incomplete.filling(self, gaps)

    @property
    def log_structures(self) -> float:
        return (len(self.layout) - 2) * math.log(len(self.layout))  # Cayley: d^(d - 2) trees

    def coupled(self, seen: Counted) -> NDArray[np.bool_]:
        count = np.where(seen.count > 0.0, seen.count, 1.0)
        return forest.chow_liu(self.layout, seen.pairs / count[:, None, None])

    def solved(self, seen: Counted) -> Answer:
        found = forest.solve(self.layout, seen.pairs / seen.count[:, None, None], self.coupled(seen))
        return Answer({"h": found.h, "J": found.j}, found.log_z)

    def blank(self, groups: int) -> dict[str, Floats]:
        size = self.layout.levels
        return {"h": np.full((groups, size), np.nan), "J": np.full((groups, size, size), np.nan)}

    def errors(self, answer: Answer, seen: Counted) -> dict[str, Floats]:
        shares = seen.pairs / seen.count[:, None, None]
        h, j = forest.errors(self.layout, shares, self.coupled(seen), seen.count)
        return {"h": h, "J": j}

    def _joined(self, parameters: Parameters) -> NDArray[np.bool_]:
        starts = self.layout.offsets[:-1]
        there = (np.asarray(parameters["J"]) != 0.0).astype(np.intp)
        return np.asarray(np.add.reduceat(np.add.reduceat(there, starts, axis=0), starts, axis=1) > 0)

    def pair_shares(self, parameters: Parameters) -> Floats:
        return forest.pair_shares(self.layout, forest.beliefs(self.layout, parameters["h"], parameters["J"]))

    def normalised(self, parameters: Parameters) -> float:
        """log Z by sums from the leaves inwards, after a look at whether the couplings are those of a tree."""
        joined = self._joined(parameters)
        for block in blocks(joined):
            if len(edges_of(joined[np.ix_(block, block)])) >= len(block):
                names = ", ".join(repr(self.schema.columns[j]) for j in block)
                raise InvalidData(
                    f"J couples {names} in a circle, which no tree does: call symcat.model('potts.pairwise', ...)."
                )
        return forest.beliefs(self.layout, parameters["h"], parameters["J"]).log_z

    def drawn(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Integers:
        return forest.drawn(self.layout, forest.beliefs(self.layout, parameters["h"], parameters["J"]), n, rng)

    def mover(self, answer: Answer, seen: Counted) -> Mover:
        shares, edges, rows = seen.pairs / seen.count[:, None, None], self.coupled(seen), float(seen.count[0])

        def moved(some: Counted) -> dict[str, Floats]:
            h, j = forest.influence(self.layout, shares, edges, some.pairs, rows)
            return {"h": h, "J": j}

        return moved

    def moved_by_prior(self, answer: Answer, seen: Counted, rows: float) -> dict[str, Floats]:
        shares, edges = seen.pairs / seen.count[:, None, None], self.coupled(seen)
        h, j = forest.prior_errors(self.layout, shares, edges, seen.count, np.array([rows]))
        return {"h": h, "J": j}

    def n_free(self, answer: Answer) -> int:
        sizes = self.layout.sizes
        shown = self.shown_in({name: value[0] for name, value in answer.parameters.items()})
        return self.layout.levels - len(sizes) + sum((sizes[i] - 1) * (sizes[k] - 1) for i, k in shown)

    def coupled_in(self, parameters: Parameters) -> Couplings:
        """The columns, and the pairs of the tree."""
        alone: list[tuple[int, ...]] = [(j,) for j in range(len(self.layout))]
        return Couplings(self.layout, [*alone, *self.shown_in(parameters)])

    def shown_in(self, parameters: Parameters) -> list[tuple[int, int]]:
        joined = self._joined({"J": np.nan_to_num(np.reshape(parameters["J"], (-1, *self._square))[0])})
        return [(int(i), int(k)) for i, k in np.argwhere(np.triu(joined, 1))]

    @property
    def _square(self) -> tuple[int, int]:
        return self.layout.levels, self.layout.levels
