"""Groups given by their elements: a finite one by generating matrices, a compact one by a function, products."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData
from symcat.symmetry.group import Group
from symcat.symmetry.images import Blocks, moved

Floats = NDArray[np.float64]

LARGEST = 10_000
"""Elements of a group given by generating matrices."""

_SAME = 1e-8


def generated(matrices: Any, dimension: int) -> Group:
    """The finite group that matrices (k, d, d) generate, closed under products. Raises InvalidData where it is not."""
    try:
        given = np.asarray(matrices)
        if given.ndim < 2:
            raise TypeError
        given = (given[None] if given.ndim == 2 else given).astype(np.float64, casting="same_kind")
    except (TypeError, ValueError):
        raise InvalidData(
            f"group={matrices!r:.100} is no group: pass a name such as 'z2', generating matrices of real numbers, a "
            "function that draws elements, or pairs of a group and its columns."
        ) from None
    if given.ndim != 3 or given.shape[1:] != (dimension, dimension) or not np.isfinite(given).all():
        raise InvalidData(
            f"Generating matrices are an array of shape (k, {dimension}, {dimension}) for these {dimension} columns, "
            f"not {given.shape}."
        )
    if not len(given):
        raise InvalidData("Generating matrices are one or more, and these are none.")
    _check_volume(given, "These matrices")
    elements = _closed(given)

    def every(y: Floats) -> Floats:
        out: Floats = np.einsum("kij,nj->kni", elements, y)
        return out

    def draw(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
        return moved(elements[rng.integers(len(elements), size=(count, blocks.count))], y, blocks)

    words = f"unchanged by the {len(elements)} matrices that were given"
    return Group("matrices", words, size=lambda d: len(elements), every=every, draw=draw)


def drawn_by(function: Callable[[int, np.random.Generator], Any], dimension: int) -> Group:
    """A compact group by ``function(n, rng)``, which draws (n, d, d) independent uniform elements."""

    def draw(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
        wanted = count * blocks.count
        drawn = np.asarray(function(wanted, rng), dtype=np.float64)
        if drawn.shape != (wanted, dimension, dimension) or not np.isfinite(drawn).all():
            raise InvalidData(
                f"The function that draws group elements gave an array of shape {drawn.shape}: function(n, rng) gives "
                f"finite matrices of shape (n, {dimension}, {dimension})."
            )
        _check_volume(drawn, "The matrices that the function draws")
        return moved(drawn.reshape(count, blocks.count, dimension, dimension), y, blocks)

    return Group("function", "unchanged by the elements that the function draws", draw=draw)


def together(parts: Sequence[tuple[Group, Sequence[int]]]) -> Group:
    """The product of groups on separate columns, by their positions; other columns stay."""

    def draw(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
        out = np.broadcast_to(y, (count, *y.shape)).copy()
        for acting, at in parts:
            places = list(at)
            every = acting.all_images(y[:, places])
            if every is not None:
                chosen = rng.integers(len(every), size=(count, blocks.count))
                out[..., places] = every[chosen[:, blocks.of], np.arange(len(y))]
            else:
                assert acting.draw is not None
                out[..., places] = acting.draw(y[:, places], count, rng, blocks)
        return out

    flat = [
        (inner, tuple(at[j] for j in of_inner))
        for acting, at in parts
        for inner, of_inner in acting.parts or ((acting, tuple(range(len(at)))),)
    ]
    return Group(
        " x ".join(acting.name for acting, _ in parts),
        "; ".join(acting.words for acting, _ in parts),
        draw=draw,
        parts=tuple(flat),
        why_not_exact="; ".join(filter(None, (acting.why_not_exact for acting, _ in parts))),
    )


def _closed(given: Floats) -> Floats:
    """(K, d, d) all products of the matrices, the identity first. Raises InvalidData where they are too many."""
    found = [np.eye(given.shape[1])]
    known = {_key(found[0])}
    for element in found:  # grows on the way
        for generator in given:
            image = generator @ element
            key = _key(image)
            if key in known:
                continue
            if len(found) >= LARGEST or not np.abs(image).max() < 1.0 / _SAME:
                raise InvalidData(
                    f"These matrices generate more than {LARGEST:,} elements: give generators of a finite group, or a "
                    "function that draws random elements."
                )
            known.add(key)
            found.append(image)
    return np.stack(found)


def _check_volume(matrices: Floats, what: str) -> None:
    """Raises InvalidData where a determinant is neither 1 nor -1, as it is in every finite or compact group."""
    size = np.abs(np.linalg.det(matrices))
    if not (np.abs(size - 1.0) < 1e-6).all():
        worst = float(size[np.argmax(np.abs(size - 1.0))])
        raise InvalidData(
            f"{what} are of no finite or compact group: one has the determinant {worst:.3g}, not 1 or -1; give "
            "invertible ones such as permutations, signs or rotations."
        )


def _key(matrix: Floats) -> bytes:
    return np.round(matrix / _SAME).astype(np.int64).tobytes()
