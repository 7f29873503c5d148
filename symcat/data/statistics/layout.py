"""Which power sums are kept of a block of rows, in one flat vector, and how they turn into averages and back.

With flat vectors, joining, doubling, storing and merging blocks are single array operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from symcat.data.levels import Levels
from symcat.data.moments import Floats, Moments
from symcat.data.needs import Needs
from symcat.data.schema import Kind, Schema, kind_of
from symcat.errors import InvalidData

_LEAST_WEIGHT = 1e-140  # of all rows together, as squares are summed


@dataclass(frozen=True)
class Layout:
    """Which sums are kept for ``columns`` and where they lie in the flat vector of a block."""

    columns: tuple[str, ...]
    levels: tuple[Levels | None, ...]
    needs: Needs
    weighted: bool = False  # by importance: rows and squares of weights are summed beside the weights
    growing: bool = False  # whether two-valued columns may prove to be categorical

    @classmethod
    def of(cls, schema: Schema, needs: Needs, *, weighted: bool = False, growing: bool = False) -> Layout:
        """The sums of a table of this schema."""
        return cls(schema.columns, schema.levels, needs, weighted, growing)

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """(d,) the kind of each column."""
        return tuple(map(kind_of, self.levels))

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of levels of the discrete columns."""
        return tuple(len(levels) for levels in self.levels if levels is not None)

    @cached_property
    def dimension(self) -> int:
        """Number of columns."""
        return len(self.columns)

    @cached_property
    def two_valued(self) -> NDArray[np.bool_]:
        """(d,) which columns are two-valued."""
        return np.array([kind == "two-valued" for kind in self.kinds], dtype=np.bool_)

    @cached_property
    def discrete(self) -> NDArray[np.bool_]:
        """(d,) which columns are two-valued or categorical: they are summed about zero."""
        return np.array([kind != "real" for kind in self.kinds], dtype=np.bool_)

    @cached_property
    def categorical(self) -> tuple[int, ...]:
        """The columns of which the codes are counted with the states and never summed: their sums are zero."""
        return tuple(j for j, kind in enumerate(self.kinds) if kind == "categorical")

    @cached_property
    def counted(self) -> bool:
        """Whether the joint states of the discrete columns are counted: where they are all that is kept of some, and
        where they are asked for and rows have no weights."""
        may_be = self.growing and bool(self.discrete.any())
        return (
            bool(self.categorical) or may_be or (bool(self.discrete.any()) and self.needs.states and not self.weighted)
        )

    @cached_property
    def n_powers(self) -> int:
        """Number of sums of powers 3, 4, ... of single columns. The radial sums of one real column are among them."""
        radius = self.needs.radius if (~self.discrete).sum() == 1 else 2
        return max(self.needs.power, radius) - 2

    @cached_property
    def radial(self) -> tuple[int, ...]:
        """The columns whose radial sums are kept: the real ones, or none."""
        real = tuple(map(int, np.flatnonzero(~self.discrete)))
        return real if self.needs.radius > 2 and len(real) > 1 else ()

    @cached_property
    def slices(self) -> tuple[slice, slice, slice, slice, slice]:
        """Places of: first, second, column powers, radial third, radial fourth. The count comes before them."""
        d, r = self.dimension, len(self.radial)
        sizes = (d, d * d, d * self.n_powers, r, 1 if r else 0)
        ends = np.cumsum((1, *sizes)).tolist()
        first, second, powers, third, fourth = (slice(a, b) for a, b in pairwise(ends))
        return first, second, powers, third, fourth

    @cached_property
    def width(self) -> int:
        """Length of a block's vector of sums."""
        return int(self.slices[-1].stop) + 2 * self.weighted

    @cached_property
    def rows_place(self) -> int:
        """Place of the number of rows: that of the count, but where this is a sum of weights. Their squares follow."""
        return int(self.slices[-1].stop) if self.weighted else 0

    def effective(self, sums: Floats) -> Floats:
        """(B,) how many rows of equal weight the rows of each block are worth (Kish 1965).

        Raises InvalidData for weights whose squares are no doubles.
        """
        if not self.weighted:
            return sums[:, 0].copy()
        small = (sums[:, 0] > 0.0) & (sums[:, 0] < _LEAST_WEIGHT)
        if small.any():
            raise InvalidData(
                f"The weights add up to {sums[small, 0].min():.3g}, so that their squares leave double precision: "
                "multiply them all by one number, as only their ratios matter."
            )
        square = sums[:, self.rows_place + 1]
        return np.asarray(sums[:, 0] ** 2 / np.where(square > 0.0, square, 1.0))

    def carried(self, sums: Floats, moments: Moments) -> Floats:
        """``sums`` restated as those of ``moments``; what no origin and no unit concerns stays."""
        return np.concatenate([self.sums(moments), sums[:, self.slices[-1].stop :]], axis=1)

    @cached_property
    def chunk_rows(self) -> int:
        """Rows summed at a time, a power of two; for wide data enough of them to keep matrix products efficient."""
        d = self.dimension
        values = 1 << 15 if d == 1 else 1 << 17
        return 1 << (max(values // d, 4 * d).bit_length() - 1)

    def averages(self, sums: Floats, origin: Floats, unit: float) -> Moments:
        """The Moments of B blocks from their sums (B, width), taken about ``origin`` (d,) or (B, d) in ``unit``.

        Blocks without rows have averages of zero.
        """
        blocks, d = len(sums), self.dimension
        count = sums[:, 0]
        mean = sums / np.where(count > 0.0, count, 1.0)[:, None]
        first, second, powers, third, fourth = (mean[:, place] for place in self.slices)
        return Moments(
            columns=self.columns,
            count=count.copy(),
            origin=np.broadcast_to(origin, (blocks, d)).copy(),
            unit=unit,
            first=first,
            second=second.reshape(blocks, d, d),
            column_powers=powers.reshape(blocks, d, self.n_powers) if self.n_powers else None,
            radial_third=third if self.radial else None,
            radial_fourth=fourth[:, 0] if self.radial else None,
            radial_columns=self.radial if 0 < len(self.radial) < d else None,
        )

    def sums(self, moments: Moments) -> Floats:
        """The inverse of ``averages``: (B, ...), without what is summed of the weights."""
        blocks = moments.n_groups
        parts = [np.ones((blocks, 1)), moments.first, moments.second.reshape(blocks, -1)]
        parts += [
            extra.reshape(blocks, -1)
            for extra in (moments.column_powers, moments.radial_third, moments.radial_fourth)
            if extra is not None
        ]
        return np.concatenate(parts, axis=1) * moments.count[:, None]
