"""The common form of the laws of directions: ``exp(b.y - sum_i l_i y_i^2)`` in a frame of axes, x = axes y."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.models.sphere.integral import Integral, integral

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Natural:
    """Of G laws: ``axes`` (G, d, d) with the axes as columns, ``decay`` (G, d) and ``pull`` (G, d)."""

    axes: Floats
    decay: Floats
    pull: Floats

    @cached_property
    def integral(self) -> Integral:
        """In the frame."""
        return integral(self.decay, self.pull)

    def repeated(self, groups: int) -> Natural:
        """A single law, of so many groups."""
        axes, decay, pull = (np.repeat(value, groups, axis=0) for value in (self.axes, self.decay, self.pull))
        return Natural(axes, decay, pull)

    def energy(self, mean: Floats, second: Floats) -> Floats:
        """(G,) the average of F over rows with this mean (G, d) and these second moments (G, d, d).

        Averages that a law does not depend on may be unknown.
        """
        linear = np.einsum("gi,gji,gj->g", self.pull, self.axes, mean)
        squares = np.einsum("gi,gji,gki,gjk->g", self.decay, self.axes, self.axes, second, optimize=True)
        none = np.zeros(len(self.decay))
        of_mean = np.where(self.pull.any(axis=1), linear, none)
        out: Floats = np.where(self.decay.any(axis=1), squares, none) - of_mean
        return out

    @property
    def mean(self) -> Floats:
        """(G, d) of x."""
        at = self.integral
        out: Floats = np.einsum("gk,gki,gji->gj", at.weight, at.mean, self.axes, optimize=True).real
        return out

    @property
    def second(self) -> Floats:
        """(G, d, d) of x x'. Off the diagonal of the frame there is something along two axes with a pull only."""
        at = self.integral
        inner = np.einsum("gk,gki,gkj->gij", at.weight, at.mean, at.mean, optimize=True)
        d = range(inner.shape[1])
        inner[:, d, d] += (at.weight[:, :, None] * at.variance).sum(axis=1)
        out: Floats = np.einsum("gai,gij,gbj->gab", self.axes, inner.real, self.axes, optimize=True)
        return out


def frame_of(axis: Floats) -> Floats:
    """(G, d, d) orthogonal axes, the first of which is ``axis`` (G, d): Householder's reflection of the first column's
    direction."""
    away = axis.copy()
    away[:, 0] += np.where(axis[:, 0] < 0.0, -1.0, 1.0)
    sign = np.where(axis[:, 0] < 0.0, 1.0, -1.0)
    square = (away * away).sum(axis=1)
    reflection = np.eye(axis.shape[1]) - 2.0 * away[:, :, None] * away[:, None, :] / square[:, None, None]
    reflection[:, :, 0] *= sign[:, None]
    return np.asarray(reflection)
