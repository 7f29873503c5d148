"""``sphere.bingham``: ``F = -x' A x`` with A symmetric, of largest entropy given the second moments.

A is told up to a multiple of the identity, which adds the same to F everywhere; here its trace is zero. ``log Z`` is
that of a hypergeometric function of a matrix (Bingham 1974, Ann. Statist. 2:1201).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.models.base import Entry, Facts, Parameters, symmetric_entries
from symcat.models.sphere.natural import Natural
from symcat.models.sphere.newton import squares
from symcat.models.sphere.seen import Seen
from symcat.models.sphere.sphere import Codes, Floats, OnSphere
from symcat.models.sphere.watson import LEAST, principal

LABEL = "sphere.bingham"


class Bingham(OnSphere):
    """Directions that are as likely as their opposites, spread in any way that second moments tell."""

    label = LABEL
    facts = Facts("Bingham", "reversal of every direction")
    nested = frozenset({"sphere.uniform", "sphere.watson"})
    reasons = ("the rows lie in a plane or along a line, where the likelihood grows without bound",)

    @property
    def n_parameters(self) -> int:
        return self.dimension * (self.dimension + 1) // 2 - 1

    def estimated(self, of: Seen) -> tuple[dict[str, Floats], Codes]:
        d = self.dimension
        values, vectors = principal(of)
        usable = values[:, 0] > LEAST
        start = np.where(usable[:, None], 0.5 / values - 0.5 / values[:, -1:], np.nan)[:, :-1]
        decay = squares(np.where(usable[:, None], values, 1.0 / d), np.eye(d)[:-1], start) @ np.eye(d)[:-1]
        strength = decay.mean(axis=1, keepdims=True) - decay
        a = np.einsum("gik,gk,gjk->gij", vectors, strength, vectors, optimize=True)
        return {"A": 0.5 * (a + a.transpose(0, 2, 1))}, (~np.isfinite(strength).all(axis=1)).astype(np.int8)

    def natural(self, parameters: Parameters) -> Natural:
        values, vectors = np.linalg.eigh(np.asarray(parameters["A"], dtype=np.float64))
        return Natural(vectors, -values, np.zeros_like(values))

    def errors(self, law: Natural, parameters: Parameters) -> dict[str, Floats]:
        """In the frame each product of two coordinates is told alone, and the squares together."""
        axes, of_squares, products = law.axes, self._of_squares(law), law.integral.products
        i, j = np.triu_indices(self.dimension, 1)
        own = axes[:, :, None, :] * axes[:, None, :, :]
        variance = np.einsum("gabi,gij,gabj->gab", own, of_squares, own, optimize=True)
        mixed = axes[:, :, None, i] * axes[:, None, :, j] + axes[:, :, None, j] * axes[:, None, :, i]
        variance = variance + np.einsum("gabp,gp->gab", mixed**2, 0.25 / products[:, i, j])
        return {"A": np.sqrt(np.maximum(variance, 0.0))}

    def moves(self, law: Natural, parameters: Parameters, of: Seen, mean: Floats, second: Floats) -> dict[str, Floats]:
        axes, d = law.axes[0], self.dimension
        inner = np.einsum("ai,gab,bj->gij", axes, second, axes, optimize=True)
        diagonal = np.einsum("gii->gi", inner) @ self._of_squares(law)[0]
        moved = inner / (2.0 * law.integral.products[0])
        moved[:, range(d), range(d)] = diagonal
        return {"A": np.einsum("ai,gij,bj->gab", axes, moved, axes, optimize=True)}

    def _of_squares(self, law: Natural) -> Floats:
        """(G, d, d) covariance of the strengths along the axes, whose sum is zero, from a single row."""
        at, d = law.integral, self.dimension
        information = at.products - at.squares[:, :, None] * at.squares[:, None, :]
        scale = np.sqrt(np.einsum("gii->gi", information))
        # What is constant on the sphere, the sum of all squares, is told by nothing: it is added to be taken away.
        unit = information / scale[:, :, None] / scale[:, None, :]
        none = scale.copy()
        none /= np.sqrt((none * none).sum(axis=1, keepdims=True))
        inverse = np.linalg.inv(unit + none[:, :, None] * none[:, None, :]) - none[:, :, None] * none[:, None, :]
        raw = inverse / scale[:, :, None] / scale[:, None, :]
        centred = np.eye(d) - 1.0 / d
        found: Floats = centred @ raw @ centred
        return found

    def matched(self, law: Natural) -> list[tuple[int, ...]]:
        d = self.dimension
        return [tuple(int(j == one) + int(j == other) for j in range(d)) for one in range(d) for other in range(one, d)]

    def averages_of(self, law: Natural) -> dict[str, Any]:
        return {"second": law.second[0]}

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns, of unit vectors."""
        import sympy

        a = np.asarray(parameters["A"])
        x = [sympy.Symbol(name, real=True) for name in columns]
        d = range(self.dimension)
        return -sum(sympy.Float(float(a[i, j])) * x[i] * x[j] for i in d for j in d)

    def formula(self, parameters: Parameters) -> str:
        """F in the names of the parameters."""
        return "-x' A x on the unit sphere"

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The upper triangle."""
        return symmetric_entries((self.dimension,) * 2, range(self.dimension))
