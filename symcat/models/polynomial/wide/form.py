"""A quartic F whose terms have one or two columns, as matrices: values, slopes and averages by matrix products.

``F = h.y + y K y / 2 + sum_i g_iii y_i^3 / 6 + sum_(i,j) g_iij y_i^2 y_j / 2 + sum_i u_iiii y_i^4 / 24
+ sum_(i,j) u_iiij y_i^3 y_j / 6 + sum_(i<j) u_iijj y_i^2 y_j^2 / 4``, i and j apart: the terms of the tensors g and u.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NAMES = ("h", "K", "g_iij", "u_iiij", "u_iijj")
"""Of the couplings of one and two columns, as parameters."""


@dataclass(frozen=True)
class Pairs:
    """A number for each term of one and two columns: couplings, their errors, or averages.

    ``first`` (d,); ``second`` (d, d) symmetric; ``third`` of i, i, j with i, i, i on its diagonal; ``fourth`` of i, i,
    i, j likewise; ``crossed`` of i, i, j, j, symmetric, with a diagonal of zeros.
    """

    first: Floats
    second: Floats
    third: Floats
    fourth: Floats
    crossed: Floats

    @classmethod
    def zero(cls, d: int) -> Pairs:
        return cls(np.zeros(d), *(np.zeros((d, d)) for _ in range(4)))

    @classmethod
    def of_parameters(cls, parameters: Mapping[str, Floats]) -> Pairs:
        """From those of one answer."""
        return cls(*(np.asarray(parameters[name], dtype=np.float64) for name in NAMES))

    @property
    def parts(self) -> tuple[Floats, ...]:
        return tuple(getattr(self, field.name) for field in fields(self))

    @property
    def parameters(self) -> dict[str, Floats]:
        """By name."""
        return dict(zip(NAMES, self.parts, strict=True))

    @property
    def count(self) -> int:
        """Of the terms."""
        d = len(self.first)
        return 4 * d + 3 * d * (d - 1)

    def __add__(self, other: Pairs) -> Pairs:
        return Pairs(*(a + b for a, b in zip(self.parts, other.parts, strict=True)))

    def __sub__(self, other: Pairs) -> Pairs:
        return Pairs(*(a - b for a, b in zip(self.parts, other.parts, strict=True)))

    def __mul__(self, by: float) -> Pairs:
        return Pairs(*(by * a for a in self.parts))

    def rescaled(self, scale: Floats) -> Pairs:
        """The couplings in ``scale * y`` (d,) from those in y."""
        one, two = 1.0 / scale, 1.0 / scale**2
        return Pairs(
            self.first * one,
            self.second * np.outer(one, one),
            self.third * np.outer(two, one),
            self.fourth * np.outer(two * one, one),
            self.crossed * np.outer(two, two),
        )

    def values(self, y: Floats) -> Floats:
        """(n,) of F at rows (n, d), as couplings."""
        along = self.first + 0.5 * (y @ self.second) + self._third(y) / 6.0 + self.turned(y) / 24.0
        out: Floats = (along * y).sum(axis=1)
        return out

    def slopes(self, y: Floats) -> Floats:
        """(n, d) of F at rows (n, d)."""
        out: Floats = self.first + y @ self.second + 0.5 * self._third(y) + self.turned(y) / 6.0
        return out

    def along(self, y: Floats) -> Floats:
        """(5, n) F as polynomials of the distance on the rays through rows (n, d)."""
        degrees = (self.first[None], 0.5 * (y @ self.second), self._third(y) / 6.0, self.turned(y) / 24.0)
        return np.array([np.zeros(len(y)), *((one * y).sum(axis=1) for one in degrees)])

    def turned(self, y: Floats) -> Floats:
        """(n, d) ``u y y y``."""
        square, (top, across) = y * y, _split(self.fourth)
        out: Floats = 3.0 * y * (square @ self.crossed)
        out += (square * y) @ across + square * (3.0 * (y @ across.T) + y * top)
        return out

    def _third(self, y: Floats) -> Floats:
        """(n, d) ``g y y``."""
        square, (own, apart) = y * y, _split(self.third)
        return np.asarray(square @ apart + 2.0 * y * (y @ apart.T) + square * own, dtype=np.float64)

    def traced(self, matrix: Floats) -> tuple[Floats, Floats]:
        """``g : matrix`` (d,) and ``u : matrix`` (d, d), of a symmetric one."""
        own, apart = _split(self.third)
        top, across = _split(self.fourth)
        square = np.diagonal(matrix)
        third = own * square + 2.0 * (apart * matrix).sum(axis=1) + square @ apart
        fourth = across * square[:, None] + across.T * square + 2.0 * self.crossed * matrix
        np.fill_diagonal(fourth, top * square + 2.0 * (across * matrix).sum(axis=1) + self.crossed @ square)
        return third, fourth


def _split(matrix: Floats) -> tuple[Floats, Floats]:
    """Its diagonal, and what else it has."""
    own = np.diagonal(matrix).copy()
    return own, matrix - np.diag(own)


def averages(y: Floats, weights: Floats | None = None) -> Pairs:
    """Of the monomials of one and two columns over rows (n, d), times weights (n,)."""
    square, n = y * y, len(y)
    first = y if weights is None else y * weights[:, None]
    second = square if weights is None else square * weights[:, None]
    crossed = second.T @ square / n
    np.fill_diagonal(crossed, 0.0)
    return Pairs(first.mean(axis=0), first.T @ y / n, second.T @ y / n, (second * y).T @ y / n, crossed)
