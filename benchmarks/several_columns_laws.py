"""Laws of several columns drawn at random from the classes weighed of such, and some of none, for ``confusion``.

Gaussian precisions are ``1 + A A' / d`` with normal A, averaged over the group of the class; two-valued columns have
fields and couplings with deviations 0.5 and 0.3, as categorical ones have. What is of no class has a dependence that no
pair and no shape of a class sees: the sign of a product, a hole beside the centre, a bend.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

import symcat
from symcat.symmetry.groups import group
from symcat.symmetry.pair_orbits import PairOrbits

Floats = NDArray[np.float64]
Rng = np.random.Generator


@dataclass(frozen=True)
class Law:
    """Rows of a law, as ``solve`` takes them, and their log-likelihood under it (None where it is of no class)."""

    label: str
    draw: Callable[[int, Rng], tuple[Any, float | None]]


def _precision(rng: Rng, d: int) -> Floats:
    root = rng.normal(size=(d, d))
    found: Floats = np.eye(d) + root @ root.T / d
    return found


def _stated(label: str, **couplings: Any) -> Law:
    """A law with the couplings of a class."""
    model = symcat.model(label, **couplings)

    def draw(n: int, rng: Rng) -> tuple[Any, float]:
        rows = model.sample(n, seed=int(rng.integers(2**31)))
        return rows, float(np.sum(model.log_density(rows)))

    return Law(label, draw)


def _spins(label: str, rng: Rng, d: int = 6) -> Law:
    if label in ("ising.curie_weiss", "ising.ring"):
        return _stated(label, h=float(rng.normal(0.0, 0.3)), J=float(rng.uniform(0.1, 0.3)), d=d)
    h = rng.normal(0.0, 0.5, d)
    if label == "ising.independent":
        return _stated(label, h=h)
    j = np.zeros((d, d))
    pairs = (
        [(int(rng.integers(i)), i) for i in range(1, d)]
        if label == "ising.tree"
        else list(zip(*np.triu_indices(d, 1), strict=True))
    )
    for a, b in pairs:
        j[a, b] = j[b, a] = rng.choice([-1.0, 1.0]) * rng.uniform(0.15, 0.6)
    return _stated(label, h=h, J=j)


def _gaussian(label: str, rng: Rng) -> Law:
    d = 5
    k = _precision(rng, d)
    mean = rng.normal(size=d)
    names = {
        "gaussian.diagonal": "z2_each",
        "gaussian.exchangeable": "permutation",
        "gaussian.cyclic": "cyclic",
        "gaussian.isotropic": "rotation",
    }
    if label in names:
        found = group(names[label]).projectors(d)
        assert found is not None
        k = found.combined(found.strengths(k[None]))[0]
        if group(names[label]).common_center:
            mean = np.full(d, mean[0])
    elif label == "gaussian.permutation":
        orbits = PairOrbits.of([(1, 0, 3, 2, 4)], d)
        k, mean = orbits.averaged(k[None])[0], orbits.averaged_columns(mean[None])[0]
    else:
        scale = np.exp(rng.normal(size=d))
        k = k * np.outer(scale, scale)
    return _stated(label, mean=mean, precision=k)


def _clouds(rng: Rng) -> Law:
    """Two or three Gaussians, far enough from each other to be seen."""
    k = int(rng.integers(2, 4))
    share = rng.dirichlet(np.full(k, 5.0))
    at, width = rng.normal(0.0, 3.0, size=(k, 2)), np.exp(rng.normal(0.0, 0.3, size=(k, 2)))

    def draw(n: int, rng: Rng) -> tuple[Any, float]:
        of = rng.choice(k, size=n, p=share)
        x = at[of] + width[of] * rng.normal(size=(n, 2))
        z = (x[:, None] - at) / width
        logs = np.log(share) - 0.5 * (z**2).sum(axis=2) - np.log(width).sum(axis=1) - np.log(2.0 * np.pi)
        return x, float(np.logaddexp.reduce(logs, axis=1).sum())

    return Law("hidden.gaussian", draw)


def _xor(rng: Rng) -> Law:
    def draw(n: int, rng: Rng) -> tuple[Any, None]:
        x = np.abs(rng.normal(size=(n, 3))) * rng.choice([-1.0, 1.0], size=(n, 3))
        x[:, 2] = np.abs(x[:, 2]) * np.sign(x[:, 0] * x[:, 1])
        return x, None

    return Law("none: a sign of a product", draw)


def _bent(rng: Rng) -> Law:
    bend = float(rng.uniform(1.0, 2.0))

    def draw(n: int, rng: Rng) -> tuple[Any, None]:
        x = rng.normal(size=(n, 2))
        x[:, 1] = 0.3 * x[:, 1] + bend * np.sin(3.0 * x[:, 0])
        return x, None

    return Law("none: a wave", draw)


def _triples(rng: Rng) -> Law:
    strength, d = float(rng.uniform(0.3, 0.6)), 5
    s = np.array(list(product((-1.0, 1.0), repeat=d)))
    weight = np.exp(strength * (s[:, 0] * s[:, 1] * s[:, 2] + s[:, 2] * s[:, 3] * s[:, 4]))

    def draw(n: int, rng: Rng) -> tuple[Any, None]:
        rows = s[rng.choice(len(s), size=n, p=weight / weight.sum())]
        return pl.DataFrame({f"s{i}": rows[:, i].astype(int) for i in range(d)}), None

    return Law("none: triples", draw)


def _radial(label: str, rng: Rng) -> Law:
    d = int(label[1])
    return _stated(label, mean=rng.normal(size=d), r=float(rng.uniform(-3.0, 0.0)), u=float(rng.uniform(2.0, 8.0)))


def _of(make: Callable[[str, Rng], Law], *labels: str) -> dict[str, Callable[[Rng], Law]]:
    return {label: (lambda rng, label=label: make(label, rng)) for label in labels}  # type: ignore[misc]


LAWS: dict[str, Callable[[Rng], Law]] = {
    **_of(
        _gaussian,
        *(f"gaussian.{k}" for k in ("full", "diagonal", "exchangeable", "cyclic", "isotropic", "permutation")),
    ),
    **_of(_radial, "o2.quartic", "o3.quartic"),
    "hidden.gaussian": _clouds,
    **_of(_spins, *(f"ising.{k}" for k in ("independent", "curie_weiss", "ring", "tree", "pairwise"))),
    "none: a sign of a product": _xor,
    "none: a wave": _bent,
    "none: triples": _triples,
}
"""By the label of the class, or what is of none: a law drawn at random."""
