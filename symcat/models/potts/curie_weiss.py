"""``potts.curie_weiss``: columns with the same levels that are all alike; a sum over how many have each level.

``F = - sum_j h(x_j) - sum_(j<k) J(x_j, x_k)`` depends on the numbers N_a of columns at each level alone, and so do the
averages it is fitted to, of N_a and N_a N_b (Kac 1968; Ellis & Wang 1990 on the mean-field Potts model). Every
permutation of the columns leaves it unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import combinations_with_replacement
from math import comb
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models.base import Entry, Facts, Options, Parameters, Rest
from symcat.models.ising.alike import Alike
from symcat.models.ising.fisher import inverse
from symcat.models.ising.newton import maximise
from symcat.models.potts import checks
from symcat.models.potts.counted import Counted
from symcat.models.potts.layout import Floats, Integers
from symcat.models.potts.potts import Answer, Mover, Potts, with_axis

_MOST_PARAMETERS = 1000
_LARGEST = 1 << 25
"""Numbers of the table of all numbers of columns by level, and of the sums that they make."""


class Compositions(Alike):
    """All ways in which d columns can have L levels, with how many rows have each."""

    def __init__(self, columns: int, levels: int, contrasts: Floats) -> None:
        self.numbers = _compositions(columns, levels)
        log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, columns + 1)))])
        log_rows = log_factorial[columns] - log_factorial[self.numbers].sum(axis=1)
        super().__init__(sums_of(self.numbers, contrasts), log_rows)


class CurieWeiss(Potts):
    """The exchangeable class: parameters h (L,) and J (L, L), symmetric, which all columns and pairs share."""

    label = "potts.curie_weiss"
    facts = Facts("Potts, one field and one coupling for all", "any permutation of the columns")
    terms: ClassVar[Mapping[str, str]] = {"h": "h(x_j)", "J": "J(x_j, x_k)"}

    def __init__(self, schema: Schema, options: Options) -> None:
        super().__init__(schema, options)
        self.size = self.layout.sizes[0]
        self.contrasts = self.layout.contrasts(0)
        self._pairs = list(combinations_with_replacement(range(self.size - 1), 2))
        self.number = self.size - 1 + len(self._pairs)

    @cached_property
    def refusal(self) -> str:
        d, levels = len(self.layout), self.size
        ways = comb(d + levels - 1, levels - 1)
        if self.number > _MOST_PARAMETERS:
            return (
                f"{levels} levels have {self.number:,} fields and couplings, more than the {_MOST_PARAMETERS:,} looked "
                "for: ask for classes=['potts.tree'], or choose columns of fewer levels with columns="
            )
        if ways * self.number > _LARGEST:
            return (
                f"{d} columns can have {levels} levels in {ways:.2g} ways, more than the {_LARGEST // self.number:,} "
                "that can be summed over: ask for classes=['potts.tree'], or choose fewer columns with columns="
            )
        return ""

    @cached_property
    def space(self) -> Compositions:
        """All numbers of columns at each level."""
        return Compositions(len(self.layout), self.size, self.contrasts)

    def coupled(self, seen: Counted) -> NDArray[np.bool_]:
        d = len(self.layout)
        return ~np.eye(d, dtype=bool)[None]

    def _pooled(self, seen: Counted) -> tuple[Floats, Floats]:
        """Rows times columns (G, L) by level, rows times ordered pairs (G, L, L) by their levels."""
        d, size = len(self.layout), self.size
        blocks = seen.pairs.reshape(-1, d, size, d, size)
        every = blocks.sum(axis=(1, 3))
        alone = seen.single.reshape(-1, d, size).sum(axis=1)
        place = np.arange(size)
        every[:, place, place] -= alone
        return alone, every

    def _target(self, seen: Counted) -> Floats:
        """(G, K) averages of the sums."""
        alone, every = self._pooled(seen)
        c = self.contrasts
        twice = np.einsum("ae,gab,bf->gef", c, every, c)
        pairs = [twice[:, e, f] * (0.5 if e == f else 1.0) for e, f in self._pairs]
        out: Floats = np.concatenate([alone @ c, np.stack(pairs, axis=1)], axis=1) / seen.count[:, None]
        return out

    def shut(self, seen: Counted) -> NDArray[np.bool_]:
        """A level, or a pair of levels, that no columns have; pairs of columns are all alike."""
        alone, every = self._pooled(seen)
        return np.asarray((alone < 0.5).any(axis=1) | (every < 0.5).any(axis=(1, 2)))

    def never(self, seen: Counted) -> str:
        alone, every = (values[0] for values in self._pooled(seen))
        levels = self.schema.levels[0]
        assert levels is not None
        parts = [f"no column is ever {levels[a]}" for a in np.flatnonzero(alone < 0.5)]
        parts += [
            f"no two columns are ever {levels[a]} and {levels[b]}"
            for a, b in np.argwhere(np.triu(every < 0.5))
            if alone[a] >= 0.5 and alone[b] >= 0.5
        ]
        return "; ".join(parts)

    def solved(self, seen: Counted) -> Answer:
        target = self._target(seen)
        alone = np.log(np.maximum(self._pooled(seen)[0], np.finfo(float).tiny))
        start = np.zeros_like(target)
        start[:, : self.size - 1] = alone @ self.contrasts / self.size
        found = maximise(self.space, target, start)
        return Answer(self._arrange(found.theta), found.log_z, found.covariance)

    def _arrange(self, theta: Floats) -> dict[str, Floats]:
        k, c = self.size - 1, self.contrasts
        inner = np.zeros((len(theta), k, k))
        for place, (e, f) in enumerate(self._pairs):
            inner[:, e, f] = inner[:, f, e] = theta[:, k + place]
        return {"h": theta[:, :k] @ c.T, "J": c @ inner @ c.T}

    def _theta(self, parameters: Mapping[str, Floats]) -> Floats:
        if self.refusal:
            raise SymcatError(f"No sum over the levels of all columns is in reach: {self.refusal}.")
        c = self.contrasts / self.size
        inner = c.T @ parameters["J"] @ c
        return np.concatenate([parameters["h"] @ c, np.stack([inner[:, e, f] for e, f in self._pairs], axis=1)], axis=1)

    def _errors(self, covariance: Floats) -> dict[str, Floats]:
        k, c = self.size - 1, self.contrasts
        matrix = np.stack(
            [(np.outer(c[:, e], c[:, f]) + (e != f) * np.outer(c[:, f], c[:, e])).ravel() for e, f in self._pairs],
            axis=1,
        )
        h = np.sqrt(((c @ covariance[:, :k, :k]) * c).sum(axis=2))
        j = np.sqrt(((matrix @ covariance[:, k:, k:]) * matrix).sum(axis=2))
        return {"h": h, "J": j.reshape(-1, self.size, self.size)}

    def blank(self, groups: int) -> dict[str, Floats]:
        return {"h": np.full((groups, self.size), np.nan), "J": np.full((groups, self.size, self.size), np.nan)}

    def errors(self, answer: Answer, seen: Counted) -> dict[str, Floats]:
        if answer.information is None:
            return self.blank(len(seen.count))
        known = np.isfinite(answer.log_z)
        carried = np.full_like(answer.information, np.nan)
        if known.any():
            carried[known] = inverse(answer.information[known])
        return self._errors(carried / seen.count[:, None, None])

    def expanded(self, parameters: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        d = len(self.layout)
        return np.tile(parameters["h"], (1, d)), np.where(self.layout.apart, np.tile(parameters["J"], (1, d, d)), 0.0)

    def rest_of(self, h: Floats, j: Floats, higher: Floats, sets: tuple[tuple[int, ...], ...]) -> Rest:
        """All columns that are left are alike still."""
        return Rest(self.label, {"h": h[: self.size], "J": j[: self.size, self.size : 2 * self.size]})

    def pair_shares(self, parameters: Parameters) -> Floats:
        d = len(self.layout)
        weight = self.space.evaluate(self._theta(with_axis(parameters)))[0][0]
        numbers = self.space.numbers.astype(np.float64)
        alone = weight @ numbers / d
        every = (numbers * weight[:, None]).T @ numbers - np.diag(alone * d)
        table = np.tile(every / max(d * (d - 1), 1), (d, d))
        return np.where(self.layout.apart, table, np.diag(np.tile(alone, d)))

    def normalised(self, parameters: Parameters) -> float:
        """log Z by the sum over how many columns have each level."""
        return float(self.space.evaluate(self._theta(with_axis(parameters)))[1][0])

    def drawn(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Integers:
        weight = self.space.evaluate(self._theta(with_axis(parameters)))[0][0]
        numbers = self.space.numbers[rng.choice(len(weight), size=n, p=weight / weight.sum())]
        rank = rng.random((n, len(self.layout))).argsort(axis=1).argsort(axis=1)
        ends = np.cumsum(numbers, axis=1)
        return np.asarray((rank[:, :, None] >= ends[:, None, :-1]).sum(axis=2), dtype=np.intp)

    def mover(self, answer: Answer, seen: Counted) -> Mover:
        assert answer.information is not None
        carried, fitted = inverse(answer.information)[0] / float(seen.count[0]), self._target(seen)

        def moved(some: Counted) -> dict[str, Floats]:
            return self._arrange(some.count[:, None] * (self._target(some) - fitted) @ carried)

        return moved

    def moved_by_prior(self, answer: Answer, seen: Counted, rows: float) -> dict[str, Floats]:
        assert answer.information is not None
        d = len(self.layout)
        of_pairs = [0.5 * d * (d - 1) if e == f else d * (d - 1.0) for e, f in self._pairs]
        even = np.concatenate([np.full(self.size - 1, float(d)), of_pairs])
        carried = inverse(answer.information)[0]
        fitted = self._target(seen)[0] @ carried
        square = carried @ (even[:, None] * carried) + np.outer(fitted, fitted)
        return self._errors(rows / float(seen.count[0]) ** 2 * square[None])

    def kept(self, seen: Counted) -> checks.Fitted:
        """The sums over all columns, and over all pairs."""
        d, k = len(self.layout), self.size - 1
        place = np.zeros((k, k), dtype=np.intp)
        for number, (e, f) in enumerate(self._pairs):
            place[e, f] = place[f, e] = k + number
        rows = np.concatenate([np.tile(np.arange(k), d), np.tile(place.ravel(), d * (d - 1) // 2)])
        return checks.Fitted(super().kept(seen).sets, np.eye(self.number)[rows])

    def n_free(self, answer: Answer) -> int:
        return self.number

    def shown_in(self, parameters: Parameters) -> list[tuple[int, int]]:
        return []

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        levels = self.schema.levels[0]
        assert levels is not None
        if name == "h":
            return [((a,), f"all columns, {levels[a]}") for a in range(1, self.size)]
        return [
            ((a, b), f"all pairs, {levels[a]} and {levels[b]}")
            for a in range(1, self.size)
            for b in range(a, self.size)
        ]


def sums_of(numbers: Integers, contrasts: Floats) -> Floats:
    """(M, K) the sums over columns of a contrast, and over pairs of columns of two, from numbers (M, L) by level.

    Of one contrast twice over unordered pairs; of two over ordered ones.
    """
    single = numbers @ contrasts
    pairs = []
    for e, f in combinations_with_replacement(range(contrasts.shape[1]), 2):
        both = single[:, e] * single[:, f] - numbers @ (contrasts[:, e] * contrasts[:, f])
        pairs.append(both * (0.5 if e == f else 1.0))
    return np.concatenate([single, np.stack(pairs, axis=1)], axis=1)


def _compositions(columns: int, levels: int) -> Integers:
    """(M, L) all numbers of columns at each level that add up to d."""
    found = np.array([[columns]], dtype=np.intp)  # the last entry is what is left
    for _ in range(levels - 1):
        left = found[:, -1]
        again = np.repeat(np.arange(len(found)), left + 1)
        taken = np.arange(len(again)) - np.repeat(np.cumsum(left + 1) - (left + 1), left + 1)
        found = np.column_stack([found[again, :-1], taken, left[again] - taken])
    return found
