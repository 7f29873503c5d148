"""``mixed.product``: blocks of columns that are independent of each other, each with a model of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Density, Facts

Floats = NDArray[np.float64]

LABEL = "mixed.product"
FACTS = Facts("Independent blocks of columns", "those of the blocks")


@dataclass(frozen=True)
class Block:
    """One block: its model, the columns of the table it describes, its parameters and its log Z."""

    model: Density
    columns: tuple[int, ...]
    parameters: Mapping[str, Any]
    log_partition: float


@dataclass(frozen=True)
class Product:
    """Densities multiply and free energies add; rows are put together from rows of the blocks."""

    blocks: tuple[Block, ...]

    def log_density(self, x: Floats) -> Floats:
        """(m,) natural log of the density at the rows of ``x`` (m, d), spins as -1 and +1."""
        out = np.zeros(len(x))
        for block in self.blocks:
            out += block.model.log_density(block.parameters, block.log_partition, x[:, list(block.columns)])
        return out

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent rows."""
        rows = np.empty((n, sum(len(block.columns) for block in self.blocks)))
        for block in self.blocks:
            rows[:, list(block.columns)] = block.model.sample(block.parameters, n, rng)
        return rows

    def free_energy(self, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in all the columns."""
        import sympy

        return sympy.Add(*(b.model.free_energy(b.parameters, [columns[j] for j in b.columns]) for b in self.blocks))
