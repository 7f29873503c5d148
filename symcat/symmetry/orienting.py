"""What takes the representative of an orbit to a point: an element of the group, and what the group leaves unchanged.

A point x is ``g r`` with g an element and r = r(x) the representative. Where several elements take r to x, as all
rotations about x do, one of them is drawn at random (the inversion kernel of Kallenberg 2011, Bernoulli 17:1066; Chiu,
Sharp & Bloem-Reddy 2024, arXiv 2412.14391, section 4).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData
from symcat.symmetry.group import Group

Floats = NDArray[np.float64]
Orient = Callable[[Floats, np.random.Generator], Floats]

_TIES = 1e-9  # of the length of a point


def orienting(acting: Group, dimension: int) -> tuple[Orient, Callable[[Floats], Floats]]:
    """The function that draws (n, d, d) elements for points (n, d), and that of what is unchanged (n, k).

    Raises InvalidData for a group of which no representatives are known.
    """
    images = None if acting.ratios or acting.name == "shift" else acting.all_images(np.eye(dimension))
    if images is not None:
        # Images of the unit vectors are the columns of each element.
        elements = images.transpose(0, 2, 1)
        return _of_few(elements), lambda x: _representatives(elements, x)[0]
    if acting.name in _NAMED:
        return _NAMED[acting.name]
    raise InvalidData(
        f"Given other columns {acting.name!r} is not offered: choose 'z2', 'z2_each', 'permutation', 'cyclic', "
        "'rotation', 'hyperoctahedral', or matrices that generate at most 32 elements."
    )


def _representatives(elements: Floats, x: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The image of each point that lies farthest along a fixed direction, and which elements (K, n) take it to x."""
    d = x.shape[1]
    along = np.sqrt(np.arange(2.0, d + 2.0)) + np.linspace(0.0, 0.1, d)  # in no mirror of a group that is used
    images = np.einsum("kji,nj->kni", np.linalg.inv(elements).transpose(0, 2, 1), x)
    height = images @ along
    best = height.argmax(axis=0)
    found = images[best, np.arange(len(x))]
    size = _TIES * np.maximum(np.sqrt((x * x).sum(axis=1)), np.finfo(float).tiny)
    same = np.abs(images - found).max(axis=2) <= size
    return found, np.asarray(same)


def _of_few(elements: Floats) -> Orient:
    def orient(x: Floats, rng: np.random.Generator) -> Floats:
        _, same = _representatives(elements, x)
        found: Floats = elements[np.where(same, rng.random(same.shape), -1.0).argmax(axis=0)]
        return found

    return orient


def _turned(x: Floats, rng: np.random.Generator) -> Floats:
    """Uniform among orthogonal matrices whose first column points to x; of x = 0 among all."""
    n, d = x.shape
    columns = rng.standard_normal((n, d, d))
    known = (x != 0.0).any(axis=1)
    columns[known, :, 0] = x[known]
    factor, triangular = np.linalg.qr(columns)
    signs = np.where(np.diagonal(triangular, axis1=1, axis2=2) < 0.0, -1.0, 1.0)
    out: Floats = factor * signs[:, None, :]
    return out


def _length(x: Floats) -> Floats:
    out: Floats = np.sqrt((x * x).sum(axis=1, keepdims=True))
    return out


def _ordered(x: Floats, rng: np.random.Generator) -> Floats:
    """The orders that sort the coordinates, equal ones at random."""
    order = np.lexsort((rng.random(x.shape), x), axis=1)
    return np.eye(x.shape[1])[order].transpose(0, 2, 1)


def _signed(x: Floats, rng: np.random.Generator) -> Floats:
    """The signs of the coordinates, of zeros at random."""
    signs = np.where(x == 0.0, rng.choice([-1.0, 1.0], size=x.shape), np.sign(x))
    return signs[:, :, None] * np.eye(x.shape[1])


def _signed_orders(x: Floats, rng: np.random.Generator) -> Floats:
    return _signed(x, rng) @ _ordered(np.abs(x), rng)


_NAMED: dict[str, tuple[Orient, Callable[[Floats], Floats]]] = {
    "rotation": (_turned, _length),
    "permutation": (_ordered, lambda x: np.sort(x, axis=1)),
    "z2_each": (_signed, np.abs),
    "hyperoctahedral": (_signed_orders, lambda x: np.sort(np.abs(x), axis=1)),
}
