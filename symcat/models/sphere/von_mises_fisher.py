"""``sphere.von_mises_fisher``: ``F = -concentration mean_direction.x``, of largest entropy given the mean.

``log Z`` is that of Bessel's function I of order d/2 - 1 (Mardia & Jupp 2000, Directional statistics, section 9.3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.models.base import Entry, Facts, Parameters
from symcat.models.sphere.natural import Natural, frame_of
from symcat.models.sphere.newton import concentrations, resultant
from symcat.models.sphere.seen import Seen
from symcat.models.sphere.sphere import Codes, Floats, OnSphere, along
from symcat.models.sphere.words import inner_product

LABEL = "sphere.von_mises_fisher"
LARGEST = 1e8
"""Concentration up to which the averages tell it."""
_LEAST = 1e-12  # of the mean, below which its direction is one of rounding


class VonMisesFisher(OnSphere):
    """Directions about one mean direction, spread alike on all its sides."""

    label = LABEL
    facts = Facts("von Mises-Fisher", "rotations about the mean direction")
    nested = frozenset({"sphere.uniform"})
    reasons = (
        "the rows average to zero, so that there is no mean direction",
        "the directions spread over less than a ten-thousandth of a radian, where the law is hardly but a Gaussian",
    )

    @property
    def n_parameters(self) -> int:
        return self.dimension

    def estimated(self, of: Seen) -> tuple[dict[str, Floats], Codes]:
        length = of.length
        none = ~(length > _LEAST)
        narrow = ~none & ~(of.away > (self.dimension - 1.0) / LARGEST)
        usable = ~none & ~narrow
        k, _ = concentrations(np.where(usable, length, np.nan), of.away, self.dimension)
        direction = of.mean / length[:, None]
        return {"mean_direction": direction, "concentration": k}, np.select([none, narrow], [1, 2], 0)

    def natural(self, parameters: Parameters) -> Natural:
        k = np.asarray(parameters["concentration"], dtype=np.float64)
        pull = np.zeros((len(k), self.dimension))
        pull[:, 0] = k
        return Natural(frame_of(np.asarray(parameters["mean_direction"])), np.zeros_like(pull), pull)

    def errors(self, law: Natural, parameters: Parameters) -> dict[str, Floats]:
        k = np.asarray(parameters["concentration"], dtype=np.float64)
        length, variance = resultant(k, self.dimension)
        direction = np.asarray(parameters["mean_direction"])
        return {
            "mean_direction": along(direction) / np.sqrt(k * length)[:, None],
            "concentration": 1.0 / np.sqrt(variance),
        }

    def moves(self, law: Natural, parameters: Parameters, of: Seen, mean: Floats, second: Floats) -> dict[str, Floats]:
        direction = np.asarray(parameters["mean_direction"])[0]
        _, variance = resultant(np.asarray(parameters["concentration"], dtype=np.float64), self.dimension)
        outwards = mean @ direction
        return {
            "mean_direction": (mean - outwards[:, None] * direction) / of.length[0],
            "concentration": outwards / variance[0],
        }

    def matched(self, law: Natural) -> list[tuple[int, ...]]:
        return [tuple(row) for row in np.eye(self.dimension, dtype=int).tolist()]

    def averages_of(self, law: Natural) -> dict[str, Any]:
        return {"mean": law.mean[0]}

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns, of unit vectors."""
        import sympy

        k = float(parameters["concentration"])
        return -sympy.Float(k) * inner_product(np.asarray(parameters["mean_direction"]), columns)

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return "-concentration (mean_direction . x) on the unit sphere"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The direction by column."""
        return [((), "")] if name == "concentration" else [((j,), (j,)) for j in range(self.dimension)]
