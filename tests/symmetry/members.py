"""Random members of the groups, as matrices that act on d columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def _rotation(d: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Uniform over rotations and reflections, by the signs that make the factors unique (Mezzadri 2007)."""
    q, r = np.linalg.qr(rng.normal(size=(d, d)))
    return np.asarray(q * np.sign(np.diagonal(r)), dtype=np.float64)


ELEMENT: dict[str, Callable[[int, np.random.Generator], NDArray[np.float64]]] = {
    "none": lambda d, rng: np.eye(d),
    "z2": lambda d, rng: rng.choice([-1.0, 1.0]) * np.eye(d),
    "z2_each": lambda d, rng: np.diag(rng.choice([-1.0, 1.0], d)),
    "permutation": lambda d, rng: np.eye(d)[rng.permutation(d)],
    "cyclic": lambda d, rng: np.roll(np.eye(d), int(rng.integers(d)), axis=0),
    "rotation": _rotation,
    "hyperoctahedral": lambda d, rng: np.eye(d)[rng.permutation(d)] * rng.choice([-1.0, 1.0], d),
}
"""Name of a group -> a random member of it, (d, d)."""
