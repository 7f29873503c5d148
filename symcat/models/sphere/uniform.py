"""``sphere.uniform``: F = 0, all directions alike; ``Z = 2 pi^(d/2) / Gamma(d/2)``, the area of the sphere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.models.base import Entry, Facts, Parameters
from symcat.models.sphere.natural import Natural
from symcat.models.sphere.seen import Seen
from symcat.models.sphere.sphere import Codes, Floats, OnSphere

LABEL = "sphere.uniform"


class Uniform(OnSphere):
    """Directions of which none is more likely than others."""

    label = LABEL
    facts = Facts("Uniform directions", "all rotations about the origin")

    @property
    def n_parameters(self) -> int:
        return 0

    def estimated(self, of: Seen) -> tuple[dict[str, Floats], Codes]:
        return {}, np.zeros(len(of.count), dtype=np.int8)

    def natural(self, parameters: Parameters) -> Natural:
        d = self.dimension
        return Natural(np.eye(d)[None], np.zeros((1, d)), np.zeros((1, d)))

    def errors(self, law: Natural, parameters: Parameters) -> dict[str, Floats]:
        return {}

    def moves(self, law: Natural, parameters: Parameters, of: Seen, mean: Floats, second: Floats) -> dict[str, Floats]:
        return {}

    def matched(self, law: Natural) -> list[tuple[int, ...]]:
        return []

    def averages_of(self, law: Natural) -> dict[str, Any]:
        return {"d": self.dimension}

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """Zero."""
        import sympy

        return sympy.Float(0.0)

    def formula(self, parameters: Parameters) -> str:
        """F."""
        return "0 on the unit sphere"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """There is none."""
        return []
