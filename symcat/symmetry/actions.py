"""Groups as they act on rows: images of each row under random elements, or under all of them where they are few.

What a test of invariance needs of a group, whichever it is: uniform random elements (Haar's measure), independent for
every row. A finite group may be given by generating matrices, a compact one by a function that draws its elements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData
from symcat.symmetry.groups import group

Floats = NDArray[np.float64]
Images = Callable[[Floats], Floats]
Draw = Callable[[Floats, int, np.random.Generator, "Blocks"], Floats]

FEW = 32
"""Elements of a group that are all used; of larger ones random elements are."""
LARGEST = 10_000
"""Elements of a group given by generating matrices."""

_SAME = 1e-8


@dataclass(frozen=True)
class Blocks:
    """Which rows (n,) share an element: ``of`` counts up from 0, and there are ``count`` of them."""

    of: NDArray[np.int64]
    count: int

    @classmethod
    def by(cls, rows: int, size: int) -> Blocks:
        """Blocks of ``size`` consecutive rows."""
        return cls(np.arange(rows) // size, -(-rows // size))

    @property
    def alone(self) -> bool:
        """Whether every row has an element of its own."""
        return self.count == len(self.of)


@dataclass(frozen=True)
class Action:
    """How a group acts on rows y (n, d) about a centre.

    ``every`` gives (K, n, d) the images of the rows under all elements, the identity first, where these are few; else
    ``draw`` gives (K, n, d) images under random ones, independent for each block of rows. ``alike`` are the columns
    that change places, so that they have one centre, which does not matter. ``ratios`` says whether what is acted on
    are the logarithms. ``why_not_exact`` is empty where the images are exchangeable with the rows under the hypothesis.
    """

    name: str
    words: str
    every: Images | None = None
    draw: Draw | None = None
    alike: tuple[tuple[int, ...], ...] = ()
    ratios: bool = False
    why_not_exact: str = ""

    def about(self, x: Floats, center: Floats) -> Floats:
        """(d,) what rows x are taken about: the centre, of columns that are alike the mean of all their values."""
        out = np.array(center, dtype=np.float64)
        for columns in self.alike:
            out[list(columns)] = x[:, list(columns)].mean()
        return out

    def centered(self, dimension: int) -> bool:
        """Whether any of the columns has a centre that matters."""
        return sum(map(len, self.alike)) < dimension

    def images(self, y: Floats, count: int, rng: np.random.Generator, block: int = 1) -> Floats:
        """(K, n, d): the rows themselves, then their images under all other elements or ``count`` random ones.

        ``block`` consecutive rows share an element.
        """
        if self.every is not None:
            return self.every(y)
        assert self.draw is not None
        return np.concatenate([y[None], self.draw(y, count, rng, Blocks.by(len(y), block))])


def named(name: str, dimension: int) -> Action:
    """The action of a group on ``dimension`` columns. Raises InvalidData for an unknown name, or too few columns."""
    make = _NAMED.get(name)
    if make is None:
        raise InvalidData(f"There is no group {name!r}: choose one of {', '.join(_NAMED)}, or pass matrices.")
    if name in _SEVERAL and dimension < 2:
        raise InvalidData(f"{name!r} acts on two columns or more, and there is one: for one column ask for 'z2'.")
    return make(dimension)


def generated(matrices: Any, dimension: int) -> Action:
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
    found = [np.eye(dimension)]
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
    elements = np.stack(found)
    words = f"unchanged by the {len(elements)} matrices that were given"
    if len(elements) <= FEW:
        return Action("matrices", words, every=lambda y: np.einsum("kij,nj->kni", elements, y))

    def draw(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
        return _moved(elements[rng.integers(len(elements), size=(count, blocks.count))], y, blocks)

    return Action("matrices", words, draw=draw)


def drawn_by(function: Callable[[int, np.random.Generator], Any], dimension: int) -> Action:
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
        return _moved(drawn.reshape(count, blocks.count, dimension, dimension), y, blocks)

    return Action("function", "unchanged by the elements that the function draws", draw=draw)


def together(parts: Sequence[tuple[Action, Sequence[int]]]) -> Action:
    """The product of actions on separate columns, by their positions; other columns stay."""

    def draw(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
        out = np.broadcast_to(y, (count, *y.shape)).copy()
        for acting, at in parts:
            places = list(at)
            if acting.every is not None:
                every = acting.every(y[:, places])
                chosen = rng.integers(len(every), size=(count, blocks.count))
                out[..., places] = every[chosen[:, blocks.of], np.arange(len(y))]
            else:
                assert acting.draw is not None
                out[..., places] = acting.draw(y[:, places], count, rng, blocks)
        return out

    return Action(
        " x ".join(acting.name for acting, _ in parts),
        "; ".join(acting.words for acting, _ in parts),
        draw=draw,
        alike=tuple(tuple(at[j] for j in columns) for acting, at in parts for columns in acting.alike),
        why_not_exact="; ".join(filter(None, (acting.why_not_exact for acting, _ in parts))),
    )


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


# --- by name ---------------------------------------------------------------------------------------------------------


def _moved(elements: Floats, y: Floats, blocks: Blocks) -> Floats:
    """(K, n, d) rows under the element (K, blocks, d, d) of the block of each."""
    out: Floats = np.einsum("knij,nj->kni", elements[:, blocks.of], y)
    return out


def _signs(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
    positive = rng.integers(2, size=(count, blocks.count, y.shape[1]), dtype=np.int8)
    return np.where(positive[:, blocks.of], y, -y)


def _orders(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
    order = rng.permuted(np.broadcast_to(np.arange(y.shape[1]), (count, blocks.count, y.shape[1])), axis=2)
    return np.take_along_axis(np.broadcast_to(y, (count, *y.shape)), order[:, blocks.of], axis=2)


def _directions(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
    """Uniform on the sphere through each row; of a block by one uniform orthogonal matrix (Stewart 1980)."""
    if not blocks.alone:
        factor, triangular = np.linalg.qr(rng.normal(size=(count, blocks.count, y.shape[1], y.shape[1])))
        signs = np.sign(np.diagonal(triangular, axis1=2, axis2=3))
        return _moved(factor * signs[:, :, None, :], y, blocks)
    normal = rng.normal(size=(count, *y.shape))
    length = np.linalg.norm(normal, axis=2, keepdims=True)
    out: Floats = normal * (np.linalg.norm(y, axis=1)[:, None] / length)
    return out


def _signed_orders(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
    drawn = _orders(y, count, rng, blocks)
    positive = rng.integers(2, size=(count, blocks.count, y.shape[1]), dtype=np.int8)
    return np.where(positive[:, blocks.of], drawn, -drawn)


def _opposite(y: Floats) -> Floats:
    return np.stack([y, -y])


def _sign(d: int) -> Action:
    return Action("z2", group("z2").words, every=_opposite)


def _sign_each(d: int) -> Action:
    words = group("reflections").words
    if 2**d > FEW:
        return Action("z2_each", words, draw=_signs)
    signs = np.array(list(product((1.0, -1.0), repeat=d)))
    return Action("z2_each", words, every=lambda y: signs[:, None, :] * y)


def _all(d: int) -> tuple[tuple[int, ...], ...]:
    return (tuple(range(d)),)


def _permutation(d: int) -> Action:
    words = group("exchangeable").words
    if factorial(d) > FEW:
        return Action("permutation", words, draw=_orders, alike=_all(d))
    every = [list(order) for order in permutations(range(d))]
    return Action("permutation", words, every=lambda y: np.stack([y[:, order] for order in every]), alike=_all(d))


def _cyclic(d: int) -> Action:
    words = group("cyclic").words
    if d <= FEW:
        return Action(
            "cyclic", words, every=lambda y: np.stack([np.roll(y, k, axis=1) for k in range(d)]), alike=_all(d)
        )

    def draw(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
        by = rng.integers(d, size=(count, blocks.count, 1))[:, blocks.of]
        return np.take_along_axis(np.broadcast_to(y, (count, *y.shape)), (np.arange(d) + by) % d, axis=2)

    return Action("cyclic", words, draw=draw, alike=_all(d))


def _rotation(d: int) -> Action:
    return Action("rotation", group("orthogonal").words, draw=_directions)


def _hyperoctahedral(d: int) -> Action:
    return Action("hyperoctahedral", "columns alike, each with either sign", draw=_signed_orders)


def _scale(d: int) -> Action:
    return Action("scale", "ratios to the centre as likely as their inverses", every=_opposite, ratios=True)


def _shift(d: int) -> Action:
    return Action(
        "shift",
        "the same law in every window along the columns",
        every=lambda y: np.stack([y[:, :-1], y[:, 1:]]),
        alike=_all(d),
        why_not_exact="two windows that overlap are exchanged, which stationarity allows on average only",
    )


_NAMED: dict[str, Callable[[int], Action]] = {
    "z2": _sign,
    "z2_each": _sign_each,
    "permutation": _permutation,
    "cyclic": _cyclic,
    "rotation": _rotation,
    "hyperoctahedral": _hyperoctahedral,
    "scale": _scale,
    "shift": _shift,
}
_SEVERAL = {"permutation", "cyclic", "rotation", "hyperoctahedral", "shift"}
