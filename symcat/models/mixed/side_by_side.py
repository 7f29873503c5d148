"""The parameters of several blocks of columns in one mapping, and those of each again.

A name that several blocks have, such as the fields of spins and of a polynomial, is one array of the numbers of all, in
the order of the blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from symcat.data.moments import Floats

Shapes = Mapping[str, tuple[int, ...]]


class SideBySide:
    """How the parameters of blocks, of these shapes by name, lie in one mapping."""

    def __init__(self, shapes: Sequence[Shapes]) -> None:
        self.shapes = shapes
        self.names = list(dict.fromkeys(name for own in shapes for name in own))
        self.shared = {name for name in self.names if sum(name in own for own in shapes) > 1}

    @classmethod
    def of(cls, values: Sequence[Mapping[str, Floats]]) -> SideBySide:
        """Of arrays (G, ...)."""
        return cls([{name: value.shape[1:] for name, value in own.items()} for own in values])

    def joined(self, values: Sequence[Mapping[str, Floats]]) -> dict[str, Floats]:
        """The arrays (G, ...) of the blocks in one mapping; a block without one of a shared name has zeros there."""
        found: dict[str, Floats] = {}
        for name in self.names:
            given = [own[name] for own in values if name in own]
            if given and name in self.shared:
                found[name] = np.concatenate(
                    [
                        own.get(name, np.zeros((len(given[0]), *shapes[name]))).reshape(
                            len(given[0]), prod(shapes[name])
                        )
                        for own, shapes in zip(values, self.shapes, strict=True)
                        if name in shapes
                    ],
                    axis=1,
                )
            elif given:
                found[name] = given[0]
        return found

    def of_block(self, block: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of one block, of those of a batch or of one fit.

        Names that no block had before there were rows are of the last, the real columns': how many categories a hidden
        one has, or which classes are of its columns, only rows tell.
        """
        found: dict[str, Any] = {}
        if block == len(self.shapes) - 1:
            found |= {name: value for name, value in values.items() if name not in self.names}
        for name, shape in self.shapes[block].items():
            if name in values and name in self.shared:
                begin = self._before(block, name)
                own = np.asarray(values[name])[..., begin : begin + prod(shape)]
                found[name] = own.reshape((*own.shape[:-1], *shape))
            elif name in values:
                found[name] = values[name]
        return found

    def index(self, block: int, name: str, own: tuple[int, ...]) -> tuple[int, ...]:
        """Where a number of a block's own array is in the mapping's."""
        if name not in self.shared:
            return own
        shape = self.shapes[block][name]
        return (self._before(block, name) + (int(np.ravel_multi_index(own, shape)) if shape else 0),)

    def _before(self, block: int, name: str) -> int:
        return sum(prod(shapes[name]) for shapes in self.shapes[:block] if name in shapes)
