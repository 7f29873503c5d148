"""Parameters of contrasts as fields and couplings by level, with the errors that this carries along."""

from __future__ import annotations

from itertools import accumulate, pairwise

import numpy as np

from symcat.models.potts.counted import Counted
from symcat.models.potts.layout import Floats, Layout
from symcat.models.potts.terms import statistics_of


class Couplings:
    """Sets of columns, single ones first, each with a number for every product of contrasts of its columns.

    ``J`` holds those of the pairs, ``interactions`` those of larger sets, one after the other, the last column's levels
    fastest.
    """

    def __init__(self, layout: Layout, sets: list[tuple[int, ...]]) -> None:
        self.layout, self.sets = layout, sets
        sizes = [int(np.prod([layout.sizes[j] - 1 for j in chosen])) for chosen in sets]
        ends = list(accumulate(sizes, initial=0))
        self.places = [slice(a, b) for a, b in pairwise(ends)]
        self.number = ends[-1]
        self.statistics = statistics_of(layout, sets)
        self.higher = [chosen for chosen in sets if len(chosen) > 2]

    def arrange(self, theta: Floats) -> dict[str, Floats]:
        """Named parameters of the vectors (G, K)."""
        return self._placed(
            [theta[:, place] @ self.layout.products_of(s).T for place, s in zip(self.places, self.sets, strict=True)]
        )

    def errors(self, covariance: Floats) -> dict[str, Floats]:
        """Standard errors of the named parameters, from the covariance (G, K, K) of the vectors."""
        found = []
        for place, chosen in zip(self.places, self.sets, strict=True):
            matrix = self.layout.products_of(chosen)
            found.append(np.sqrt(((matrix @ covariance[:, place, place]) * matrix).sum(axis=2)))
        return self._placed(found)

    def _placed(self, cells: list[Floats]) -> dict[str, Floats]:
        groups, layout = len(cells[0]), self.layout
        h, j = np.zeros((groups, layout.levels)), np.zeros((groups, layout.levels, layout.levels))
        higher = []
        for chosen, values in zip(self.sets, cells, strict=True):
            if len(chosen) == 1:
                h[:, layout.at(chosen[0])] = values
            elif len(chosen) == 2:
                a, b = (layout.at(k) for k in chosen)
                block = values.reshape(groups, layout.sizes[chosen[0]], layout.sizes[chosen[1]])
                j[:, a, b], j[:, b, a] = block, block.transpose(0, 2, 1)
            else:
                higher.append(values)
        return {"h": h, "J": j} | ({"interactions": np.concatenate(higher, axis=1)} if higher else {})

    def flatten(self, parameters: dict[str, Floats]) -> Floats:
        """(G, K) the inverse of ``arrange``, of parameters in the zero-sum gauge."""
        groups, layout, at = len(parameters["h"]), self.layout, 0
        found = []
        for chosen in self.sets:
            cells = int(np.prod([layout.sizes[j] for j in chosen]))
            if len(chosen) == 1:
                values = parameters["h"][:, layout.at(chosen[0])]
            elif len(chosen) == 2:
                values = parameters["J"][:, layout.at(chosen[0]), layout.at(chosen[1])].reshape(groups, cells)
            else:
                values = parameters["interactions"][:, at : at + cells]
                at += cells
            found.append(values @ self.layout.products_of(chosen) / cells)
        return np.concatenate(found, axis=1)

    def averages(self, seen: Counted) -> Floats:
        """(G, K) averages of the products of contrasts over counted rows."""
        layout, found, higher = self.layout, [], iter(seen.sets)
        for chosen in self.sets:
            if len(chosen) == 1:
                table = seen.single[:, layout.at(chosen[0])]
            elif len(chosen) == 2:
                table = seen.pairs[:, layout.at(chosen[0]), layout.at(chosen[1])].reshape(len(seen.count), -1)
            else:
                table = next(higher)
            found.append(table @ self.layout.products_of(chosen))
        out: Floats = np.concatenate(found, axis=1) / seen.count[:, None]
        return out
