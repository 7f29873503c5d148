"""Where the density of a quartic of one column lies: the interval that a sum over a grid must hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_HALVINGS = 30


def window(h: Floats, r: Floats, g: Floats, u: Floats, nats: float) -> tuple[Floats, Floats]:
    """(G,) ends beyond which F lies at least ``nats`` above its least value: a little wide, never too narrow.

    Beyond its outermost minima F only rises, so that bisection finds them.
    """
    with np.errstate(all="ignore"):
        middle = -g / u
        # F'' = 0 and F' = 0 in z = y + g/u: the cubic z^3 + p z + q over 6/u.
        p = 6.0 * r / u - 3.0 * middle**2
        q = -2.0 * middle**3 + 6.0 * (r * middle + h) / u
        left, right = _outermost(p, q)

        def rise(z: Floats) -> Floats:
            """F over u/24, but for a constant."""
            value: Floats = z * (4.0 * q + z * (2.0 * p + z * z))
            return value

        least = np.minimum(rise(left), rise(right)) + 24.0 * nats / u
        # At this distance the fourth power outweighs all others.
        far = 2.0 * np.maximum(np.sqrt(2.0 * np.abs(p)), np.maximum(np.cbrt(4.0 * np.abs(q)), np.abs(least) ** 0.25))
        side, start = np.array([[-1.0], [1.0]]), np.stack([left, right])
        inner, outer = start, np.where(side * start < far, side * far, start + side * far)
        for _ in range(_HALVINGS):
            between = 0.5 * (inner + outer)
            above = rise(between) > least
            inner, outer = np.where(above, inner, between), np.where(above, between, outer)
        ends: Floats = outer + middle
    return ends[0], ends[1]


def _outermost(p: Floats, q: Floats) -> tuple[Floats, Floats]:
    """The least and the largest real root of z^3 + p z + q, which are one where there is one."""
    discriminant = 0.25 * q * q + p**3 / 27.0
    # One root: without cancellation, as u - p / (3 u).
    base = np.cbrt(-0.5 * q - np.where(q < 0.0, -1.0, 1.0) * np.sqrt(np.maximum(discriminant, 0.0)))
    one = np.where(base == 0.0, 0.0, base - p / (3.0 * np.where(base == 0.0, 1.0, base)))
    size = 2.0 * np.sqrt(np.maximum(-p, 0.0) / 3.0)
    angle = (
        np.arccos(np.clip(np.where(p < 0.0, 1.5 * q / p * np.sqrt(np.maximum(-3.0 / p, 0.0)), 0.0), -1.0, 1.0)) / 3.0
    )
    three = discriminant < 0.0
    largest = np.where(three, size * np.cos(angle), one)
    smallest = np.where(three, size * np.cos(angle - 4.0 * np.pi / 3.0), one)
    return smallest, largest
