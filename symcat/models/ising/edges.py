"""Closed forms of couplings along the edges of trees: fields, couplings, errors, and what a change of averages moves.

The distribution on a tree is the product of its pair tables over single ones (Chow & Liu 1968), so that every edge adds
the logarithms of its own table. Nothing here has a place for pairs that are not joined.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising.chow_liu import VALUES, entropy_of, pair_tables, single_table

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


@dataclass(frozen=True)
class Edges:
    """Means (G, d), and averages of products ``along`` (G, E) the edges ``ends`` (G, E, 2), of G trees."""

    ends: Integers
    mean: Floats
    along: Floats

    @property
    def tables(self) -> Floats:
        """(G, E, 2, 2) the shares of values, +1 before -1."""
        return pair_tables(self.mean, self.along, self.ends)

    def at(self, end: int, values: Floats) -> Floats:
        """(G, E) of values (G, d) of columns, those of the first or second column of each edge."""
        return np.take_along_axis(values, self.ends[:, :, end], axis=1)

    def add(self, out: Floats, end: int, values: Floats) -> None:
        """Add (G, E) values to those (G, d) of the first or second columns of the edges."""
        np.add.at(out, (np.arange(len(out))[:, None], self.ends[:, :, end]), values)

    def couplings(self) -> tuple[Floats, Floats]:
        """Fields (G, d) and couplings (G, E) of -1 and +1."""
        log_single, log_table = np.arctanh(self.mean), np.log(self.tables)
        h = log_single.copy()
        self.add(h, 0, 0.25 * np.einsum("a,geab->ge", VALUES, log_table) - self.at(0, log_single))
        self.add(h, 1, 0.25 * np.einsum("b,geab->ge", VALUES, log_table) - self.at(1, log_single))
        return h, 0.25 * np.einsum("a,b,geab->ge", VALUES, VALUES, log_table)

    def entropy(self) -> Floats:
        """(G,) in nats: that of every edge, less what its columns have alone."""
        alone = entropy_of(single_table(self.mean))
        joint = entropy_of(self.tables.reshape(*self.along.shape, 4))
        return np.asarray(alone.sum(axis=1) + (joint - self.at(0, alone) - self.at(1, alone)).sum(axis=1))

    def spreads(self, binary: bool) -> tuple[Floats, Floats]:
        """(G, d) and (G, E) variances of fields and couplings, times the number of rows.

        From the influence of a row on every parameter; given a column, its neighbours are independent.
        """
        share, tables = single_table(self.mean), self.tables
        field = (1.0 if binary else 0.25) * (1.0 / share).sum(axis=2)
        for end, cells in ((0, tables), (1, tables.swapaxes(2, 3))):
            # Spread over the neighbour's values of the influence f, given the column's own value.
            f = np.stack([np.zeros_like(cells[..., 1]), 1.0 / cells[..., 1]], axis=3) if binary else 0.25 / cells
            given = cells / cells.sum(axis=3, keepdims=True)
            average = (given * f).sum(axis=3)
            spread = (given * f**2).sum(axis=3) - average**2
            own = np.stack([self.at(end, share[:, :, 0]), self.at(end, share[:, :, 1])], axis=2)
            self.add(field, end, (own * spread).sum(axis=2))
        return field, (1.0 if binary else 1.0 / 16.0) * (1.0 / tables).sum(axis=(2, 3))

    def moved(self, of_mean: Floats, of_along: Floats, binary: bool) -> tuple[Floats, Floats]:
        """How changes (B, d) of means and (B, E) along the edges of one tree move its fields and couplings, as many."""
        first, second = self.ends[0].T
        table, a, b = self.tables[0], VALUES[:, None], VALUES[None, :]
        h = of_mean / (1.0 - self.mean**2)
        alone, j = h.copy(), np.zeros_like(of_along)
        for x in (0, 1):
            for y in (0, 1):
                s, t = a[x, 0], b[0, y]
                change = s * of_mean[:, first] + t * of_mean[:, second] + s * t * of_along
                of_log = 0.0625 * change / table[:, x, y]
                j += s * t * of_log
                np.add.at(h.T, first, s * of_log.T)
                np.add.at(h.T, second, t * of_log.T)
        np.add.at(h.T, first, -alone[:, first].T)
        np.add.at(h.T, second, -alone[:, second].T)
        return self.in_binary(h, j) if binary else (h, j)

    def in_binary(self, h: Floats, j: Floats) -> tuple[Floats, Floats]:
        """Fields (B, d) and couplings (B, E) of the binary basis; of B changes of one tree, or of as many trees."""
        total = np.zeros_like(h)
        ends = np.broadcast_to(self.ends, (len(h), *self.ends.shape[1:]))
        for end in (0, 1):
            np.add.at(total, (np.arange(len(h))[:, None], ends[:, :, end]), j)
        return 2.0 * h - 2.0 * total, 4.0 * j

    def spread_out(self, values: Floats, rest: float = 0.0) -> Floats:
        """(B, d, d) symmetric, of values (B, E) of the edges; ``rest`` off them, and zeros on the diagonal."""
        d = self.mean.shape[1]
        out = np.zeros((len(values), d, d)) if rest == 0.0 else np.full((len(values), d, d), rest)
        ends = np.broadcast_to(self.ends, (len(values), *self.ends.shape[1:]))
        b, i, k = np.arange(len(values))[:, None], ends[:, :, 0], ends[:, :, 1]
        out[b, i, k] = out[b, k, i] = values
        out[:, np.arange(d), np.arange(d)] = 0.0
        return out
