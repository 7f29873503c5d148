"""``potts.pairwise``: a field for every column, a coupling for every pair, and for larger sets on request.

The log-linear model with all two-factor interactions, or those named. Exact: to four million states by sums over all
of them, beyond where the columns fall apart into blocks, or the graph of the couplings is narrow (``blocks``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models.base import Center, Entry, Facts, Options, Parameters, Rest
from symcat.models.filled_states import SummedFilling
from symcat.models.incomplete import Gaps
from symcat.models.ising.fisher import inverse
from symcat.models.potts import existence, incomplete
from symcat.models.potts.blocks import Sums, sums_of
from symcat.models.potts.counted import Counted
from symcat.models.potts.couplings import Couplings
from symcat.models.potts.curie_weiss import CurieWeiss
from symcat.models.potts.independent import Independent
from symcat.models.potts.layout import Floats, Integers, Layout
from symcat.models.potts.potts import Answer, Mover, Potts, with_axis
from symcat.models.potts.tree import Tree
from symcat.models.remaining import places


class Pairwise(Potts):
    """The class without symmetry: parameters h (Q,), J (Q, Q), symmetric, and ``interactions`` of larger sets.

    ``options.interactions`` are sets of columns; those of three or more are coupled besides the pairs. If pairs are
    among them, no other pairs are coupled.
    """

    label = "potts.pairwise"
    facts = Facts("Potts, every pair coupled", "none")
    terms: ClassVar[Mapping[str, str]] = {
        "h": "h_j(x_j)",
        "J": "J_jk(x_j, x_k)",
        "interactions": "interactions_a(x_j, j in a)",
    }
    takes = frozenset({"prior", "interactions"})

    def __init__(self, schema: Schema, options: Options) -> None:
        super().__init__(schema, options)
        named = [chosen for chosen in options.interactions if len(chosen) == 2]
        self.pairs = named or list(combinations(range(len(self.layout)), 2))
        self.sets = options.higher
        self.symmetric = bool(named)
        self.missing = frozenset() if self.sets else frozenset({"em", "pairwise"})
        self.nested = frozenset({Independent.label} if named else {Independent.label, Tree.label, CurieWeiss.label})
        self.couplings = Couplings(self.layout, [(j,) for j in range(len(self.layout))] + self.pairs + list(self.sets))

    @cached_property
    def sums(self) -> Sums | str:
        """Over the states of the sets that are coupled; in words why they are out of reach."""
        return sums_of(self.layout, self.couplings.sets)

    @property
    def refusal(self) -> str:
        return self.sums if isinstance(self.sums, str) else ""

    def filling(self, gaps: Gaps, center: Center = None) -> SummedFilling:
        """Rows with gaps, with all ways to fill them."""
        return incomplete.filling(self, gaps)

    def coupled(self, seen: Counted) -> NDArray[np.bool_]:
        d = len(self.layout)
        found = np.zeros((1, d, d), dtype=bool)
        for i, k in self.pairs:
            found[0, i, k] = found[0, k, i] = True
        return found

    def solved(self, seen: Counted) -> Answer:
        target = self.couplings.averages(seen)
        alone = np.log(np.maximum(seen.single / seen.count[:, None], np.finfo(float).tiny))
        start = np.zeros_like(target)
        for j in range(len(self.layout)):
            size = self.layout.sizes[j]
            start[:, self.couplings.places[j]] = alone[:, self.layout.at(j)] @ self.layout.contrasts(j) / size
        assert not isinstance(self.sums, str)
        found = self.sums.maximum(target, start)
        return Answer(self.couplings.arrange(found.theta), found.log_z, found.covariance)

    def blank(self, groups: int) -> dict[str, Floats]:
        return self.couplings.arrange(np.full((groups, self.couplings.number), np.nan))

    def errors(self, answer: Answer, seen: Counted) -> dict[str, Floats]:
        if answer.information is None:
            return self.blank(len(seen.count))
        found = self.couplings.errors(_inverse(answer.information) / seen.count[:, None, None])
        uncoupled = ~existence.coupled_levels(seen, self.coupled(seen)) & self.layout.apart
        return found | {"J": np.where(uncoupled, np.nan, found["J"])}

    def _summed(self, parameters: Parameters) -> tuple[Couplings, Sums, Floats]:
        """Sums, and their theta (K,), of the sets that are coupled, or of those with couplings that are not zero."""
        couplings, sums = self.couplings, self.sums
        if isinstance(sums, str):
            j, layout = np.asarray(parameters["J"]), self.layout
            there = [pair for pair in self.pairs if j[layout.at(pair[0]), layout.at(pair[1])].any()]
            couplings = Couplings(layout, couplings.sets[: len(layout)] + there + list(self.sets))
            sums = sums_of(layout, couplings.sets)
        if isinstance(sums, str):
            raise SymcatError(f"No sum over all states is in reach: {sums}.")
        return couplings, sums, couplings.flatten(with_axis(parameters))[0]

    def pair_shares(self, parameters: Parameters) -> Floats:
        _, sums, theta = self._summed(parameters)
        return sums.pair_shares(theta)

    def higher_mean(self, parameters: Parameters) -> float:
        if not self.sets:
            return 0.0
        couplings, sums, theta = self._summed(parameters)
        first = couplings.places[-len(self.sets)].start
        return float(theta[first:] @ sums.average(theta)[first:])

    def normalised(self, parameters: Parameters) -> float:
        """log Z by the sum over all states, block by block or along the graph of the couplings where they are many."""
        _, sums, theta = self._summed(parameters)
        return sums.log_partition(theta)

    def drawn(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Integers:
        _, sums, theta = self._summed(parameters)
        return sums.drawn(theta, n, rng)

    def mover(self, answer: Answer, seen: Counted) -> Mover:
        assert answer.information is not None
        carried = _inverse(answer.information)[0] / float(seen.count[0])
        fitted = self.couplings.averages(seen)

        def moved(some: Counted) -> dict[str, Floats]:
            apart = some.count[:, None] * (self.couplings.averages(some) - fitted)
            return self.couplings.arrange(apart @ carried)

        return moved

    def moved_by_prior(self, answer: Answer, seen: Counted, rows: float) -> dict[str, Floats]:
        assert answer.information is not None
        carried = _inverse(answer.information)[0]
        fitted = self.couplings.averages(seen)[0] @ carried
        # Over evenly spread states products of contrasts are uncorrelated, of variance one.
        square = carried @ carried + np.outer(fitted, fitted)
        return self.couplings.errors(rows / float(seen.count[0]) ** 2 * square[None])

    def n_free(self, answer: Answer) -> int:
        return self.couplings.number

    def coupled_in(self, parameters: Parameters) -> Couplings:
        """All that the class couples."""
        return self.couplings

    def shown_in(self, parameters: Parameters) -> list[tuple[int, int]]:
        return [(min(pair), max(pair)) for pair in self.pairs]

    # --- sets of three columns or more -----------------------------------------------------------------------------

    def _tables(self, values: Floats) -> list[tuple[tuple[int, ...], Floats]]:
        """Each set with its table (G, L, ...) of the parameter ``interactions`` (G, ...)."""
        found, at = [], 0
        for chosen in self.sets:
            shape = [self.layout.sizes[j] for j in chosen]
            cells = int(np.prod(shape))
            found.append((chosen, values[:, at : at + cells].reshape(-1, *shape)))
            at += cells
        return found

    def left_of_sets(
        self, parameters: Parameters, digits: Mapping[int, int], left: Layout, sets: tuple[tuple[int, ...], ...]
    ) -> dict[str, Floats]:
        """The table of each set at the levels that are known, among those of what is left of it."""
        place = places(len(self.layout), digits)
        found = super().left_of_sets(parameters, digits, left, sets)
        larger = {chosen: np.zeros([left.sizes[k] for k in chosen]) for chosen in sets if len(chosen) > 2}
        for chosen, tables in self._tables(np.asarray(parameters["interactions"])[None]) if self.sets else ():
            table = tables[0][tuple(digits.get(k, slice(None)) for k in chosen)]
            rest = [place[k] for k in chosen if k in place]
            order = np.argsort(rest)
            table, rest = table.transpose(order), [rest[k] for k in order]
            if len(rest) == 1:
                found["h"][left.at(rest[0])] += table
            elif len(rest) == 2:
                a, b = (left.at(k) for k in rest)
                found["J"][a, b] += table
                found["J"][b, a] += table.T
            elif rest:
                larger[tuple(rest)] += table
        every = [table.ravel() for table in larger.values()]
        return found | {"interactions": np.concatenate(every)} if every else found

    def rest_of(self, h: Floats, j: Floats, higher: Floats, sets: tuple[tuple[int, ...], ...]) -> Rest:
        """With the sets that are left."""
        return Rest(self.label, {"h": h, "J": j} | ({"interactions": higher} if len(higher) else {}), interactions=sets)

    def higher(self, parameters: Parameters, digits: Integers) -> Floats:
        out = np.zeros(len(digits))
        for chosen, table in self._tables(np.asarray(parameters["interactions"])[None]) if self.sets else ():
            out += table[0][tuple(digits[:, j] for j in chosen)]
        return out

    def higher_average(self, parameters: Mapping[str, Floats], seen: Counted) -> Floats:
        out = np.zeros(len(seen.count))
        for (_, table), rows in zip(
            self._tables(parameters["interactions"]) if self.sets else (), seen.sets, strict=True
        ):
            out += (table.reshape(len(out), -1) * rows).sum(axis=1) / seen.count
        return out

    def higher_terms(self, parameters: Parameters) -> list[tuple[float, list[tuple[int, int]]]]:
        tables = self._tables(np.asarray(parameters["interactions"])[None]) if self.sets else []
        return [
            (float(table[0][cell]), list(zip(chosen, cell, strict=True)))
            for chosen, table in tables
            for cell in np.ndindex(*table.shape[1:])
        ]

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        if name != "interactions":
            return super().entries(name, parameters)
        found: list[Entry] = []
        at = 0
        for chosen in self.sets:
            for cell in np.ndindex(*[self.layout.sizes[j] for j in chosen]):
                if all(cell):
                    words = ", ".join(existence.said(self.schema, j, a) for j, a in zip(chosen, cell, strict=True))
                    found.append(((at,), words))
                at += 1
        return found


def _inverse(information: Floats) -> Floats:
    """(G, K, K); not a number where the fit has none."""
    known = np.isfinite(information).all(axis=(1, 2))
    out = np.full_like(information, np.nan)
    if known.any():
        out[known] = inverse(information[known])
    return out
