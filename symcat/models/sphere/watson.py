"""``sphere.watson``: ``F = -concentration (axis.x)^2``: rows near both ends of an axis, or near the girdle across it.

``log Z`` is that of Kummer's function M(1/2, d/2, concentration) (Mardia & Jupp 2000, Directional statistics, section
9.4.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.models.base import Entry, Facts, Parameters
from symcat.models.sphere.integral import integral
from symcat.models.sphere.natural import Natural, frame_of
from symcat.models.sphere.newton import squares
from symcat.models.sphere.seen import Seen
from symcat.models.sphere.sphere import Codes, Floats, OnSphere, along
from symcat.models.sphere.words import inner_product

LABEL = "sphere.watson"
LEAST = 1e-8
"""Of the average of a square along an axis, below which it is one of rounding."""
_TIE = 1e-9  # nats a row


class Watson(OnSphere):
    """Directions about an axis, of which both ends are alike."""

    label = LABEL
    facts = Facts("Watson", "rotations about the axis, and its reversal")
    nested = frozenset({"sphere.uniform"})
    reasons = ("the rows lie along one axis, or across one, where the likelihood grows without bound",)

    @property
    def n_parameters(self) -> int:
        return self.dimension

    def estimated(self, of: Seen) -> tuple[dict[str, Floats], Codes]:
        """Of the principal axes with the largest and the smallest square the likelier."""
        d = self.dimension
        values, vectors = principal(of)
        pattern = -np.eye(d)[:1]
        found = []
        for at in (d - 1, 0):
            along_axis = values[:, at]
            across = (1.0 - along_axis) / (d - 1.0)
            usable = (along_axis > LEAST) & (across > LEAST)
            start = np.where(usable, 0.5 / across - 0.5 / along_axis, np.nan)
            averages = np.concatenate([along_axis[:, None], np.tile(across[:, None], (1, d - 1))], axis=1)
            k = squares(averages, pattern, start[:, None])[:, 0]
            decay = np.where(np.isfinite(k), k, 0.0)[:, None] * pattern
            log_likelihood = k * along_axis - integral(decay, np.zeros_like(decay)).log_c
            found.append((k, vectors[:, :, at], np.where(np.isfinite(k), log_likelihood, -np.inf)))
        (k, axis, likely), (other, girdle, girdle_likely) = found
        second = girdle_likely > likely + _TIE  # on a circle they are one law
        k, axis = np.where(second, other, k), np.where(second[:, None], girdle, axis)
        axis = axis * np.where(np.take_along_axis(axis, np.abs(axis).argmax(axis=1)[:, None], 1) < 0.0, -1.0, 1.0)
        return {"axis": axis, "concentration": k}, (~np.isfinite(k)).astype(np.int8)

    def natural(self, parameters: Parameters) -> Natural:
        k = np.asarray(parameters["concentration"], dtype=np.float64)
        decay = np.zeros((len(k), self.dimension))
        decay[:, 0] = -k
        return Natural(frame_of(np.asarray(parameters["axis"])), decay, np.zeros_like(decay))

    def errors(self, law: Natural, parameters: Parameters) -> dict[str, Floats]:
        """A turn of the axis in a plane multiplies ``2 concentration y_0 y_j``."""
        k = np.asarray(parameters["concentration"], dtype=np.float64)
        squares_, products = law.integral.squares, law.integral.products
        turning = 2.0 * np.abs(k) * np.sqrt(products[:, 0, 1])
        return {
            "axis": along(np.asarray(parameters["axis"])) / turning[:, None],
            "concentration": 1.0 / np.sqrt(products[:, 0, 0] - squares_[:, 0] ** 2),
        }

    def moves(self, law: Natural, parameters: Parameters, of: Seen, mean: Floats, second: Floats) -> dict[str, Floats]:
        """The axis as an eigenvector of the second moments, whose other ones it moves towards."""
        axis: Floats = np.asarray(parameters["axis"])[0]
        values, vectors = (part[0] for part in principal(of))
        own = int(np.abs(axis @ vectors).argmax())
        others = [j for j in range(self.dimension) if j != own]
        pulled = second @ axis
        towards = (pulled @ vectors[:, others]) / (values[own] - values[others])
        variance = law.integral.products[0, 0, 0] - law.integral.squares[0, 0] ** 2
        return {"axis": towards @ vectors[:, others].T, "concentration": (pulled @ axis) / variance}

    def matched(self, law: Natural) -> list[tuple[int, ...]]:
        d = self.dimension
        return [tuple(int(j == 0) + int(j == other) for j in range(d)) for other in range(d)]

    def averages_of(self, law: Natural) -> dict[str, Any]:
        return {"second": law.second[0]}

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns, of unit vectors."""
        import sympy

        k = float(parameters["concentration"])
        return -sympy.Float(k) * inner_product(np.asarray(parameters["axis"]), columns) ** 2

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return "-concentration (axis . x)^2 on the unit sphere"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The axis by column."""
        return [((), "")] if name == "concentration" else [((j,), (j,)) for j in range(self.dimension)]


def principal(of: Seen) -> tuple[Floats, Floats]:
    """Squares along the principal axes (G, d), ascending, and the axes (G, d, d) as columns."""
    good = np.asarray(np.isfinite(of.second).all(axis=(1, 2)))
    values, vectors = np.linalg.eigh(np.where(good[:, None, None], of.second, np.eye(of.second.shape[1])))
    return np.where(good[:, None], values, np.nan), vectors
