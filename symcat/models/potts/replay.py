"""Data checks of the Potts entries that a user can repeat: couplings from shares of rows against sums over all rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.family import Replay
from symcat.models.potts.counted import counted
from symcat.models.potts.curie_weiss import CurieWeiss
from symcat.models.potts.layout import Floats, Integers, Layout
from symcat.models.potts.potts import Potts
from symcat.models.potts.tree import Tree

BOUND = 1e-9


def replay(member: type[Potts], points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """Random fields and couplings -> the share of every row -> the same fields and couplings, and log Z."""
    worst = 0.0
    for _ in range(points):
        worst = max(worst, *(float(residual) for residual in residuals(member, rng).values()))
    yield Replay("fields and couplings by going through all rows", points, worst, BOUND)


def residuals(member: type[Potts], rng: np.random.Generator) -> dict[str, float]:
    """How far a class's answer is from couplings (of random columns) whose law is summed row by row."""
    sizes = random_sizes(member, rng)
    layout = Layout(sizes)
    schema = Schema(tuple(f"x{i}" for i in range(len(sizes))), tuple(tuple(range(size)) for size in sizes))
    model = member(schema, Options(prior=None))
    h, j = random_couplings(member, layout, rng)
    digits = np.indices(sizes).reshape(len(sizes), -1).T.astype(np.int64)
    minus_energy = _minus_energy(layout, digits, h, j)
    top = minus_energy.max()
    weight = np.exp(minus_energy - top)
    log_z = float(top + np.log(weight.sum()))
    share = weight / weight.sum()
    # As many rows that no cell counts as empty.
    rows = share / share.min()
    seen = counted(layout, [(digits, rows, np.zeros(len(rows), dtype=np.intp))], 1)
    fit = model.fitted(seen)
    fields, pairs = model.expanded(fit.parameters)
    return {
        "h": float(np.abs(fields[0] - h).max()),
        "J": float(np.abs(pairs[0] - j).max()),
        "log_z": abs(float(fit.log_partition[0]) - log_z),
        "log_likelihood": abs(float(fit.log_likelihood[0] / rows.sum()) - float(share @ (minus_energy - log_z))),
    }


def random_sizes(member: type[Potts], rng: np.random.Generator) -> tuple[int, ...]:
    """Two to four columns of two to four levels."""
    d = int(rng.integers(2, 5))
    if member is CurieWeiss:
        return (int(rng.integers(2, 5)),) * d
    return tuple(int(size) for size in rng.integers(2, 5, size=d))


def random_couplings(member: type[Potts], layout: Layout, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Fields (Q,) and couplings (Q, Q) in the zero-sum gauge, as the class allows."""
    d, size = len(layout), layout.sizes[0]
    h, j = rng.normal(scale=0.5, size=layout.levels), np.zeros((layout.levels, layout.levels))
    if member is CurieWeiss:
        h = np.tile(h[:size], d)
        shared = rng.normal(scale=0.3, size=(size, size))
    for i, k in combinations(range(d), 2):
        if member is CurieWeiss:
            block = shared + shared.T
        elif member is Tree and k != i + 1:
            continue
        else:
            strength = 1.0 if member is Tree else 0.4
            block = strength * rng.normal(size=(layout.sizes[i], layout.sizes[k]))
        if "J" in member.terms:
            j[layout.at(i), layout.at(k)], j[layout.at(k), layout.at(i)] = block, block.T
    fields, inner, _ = layout.zero_sum(h, j)
    return fields, inner


def _minus_energy(layout: Layout, digits: Integers, h: Floats, j: Floats) -> Floats:
    """(m,) by products with zeros and ones, one for every level."""
    has = np.zeros((len(digits), layout.levels))
    np.put_along_axis(has, layout.places(digits), 1.0, axis=1)
    out: Floats = has @ h + 0.5 * np.einsum("mq,qr,mr->m", has, j, has)
    return out
