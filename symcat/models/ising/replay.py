"""Data checks of the Ising entries: what is read at random points against sums that know of no table."""

from __future__ import annotations

import math
from itertools import product

import numpy as np

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.family import Replay
from symcat.models.ising.curie_weiss import Levels
from symcat.models.ising.independent import Independent
from symcat.models.ising.lattice import onsager
from symcat.models.ising.lattice.reduced import INFINITE, RING, SQUARE, reduced
from symcat.models.ising.lattice.table import CouplingTable
from symcat.models.ising.lattice.torus import torus
from symcat.models.ising.pairwise import Pairwise
from symcat.models.ising.tree import Tree
from symcat.models.tables import Tables

BOUND = 1e-9
_ROUNDING = 1e-10  # of the reduced variable

_COLUMNS = 5


def of_table(label: str, points: int, rng: np.random.Generator, tables: Tables) -> Replay:
    """J read at random sizes and averages must give back the average and log Z."""
    worst = 0.0
    for size in rng.choice(np.array(tables.sizes(label)), size=points):
        table = CouplingTable(tables, label, int(size))
        lo, hi = table.stored.lo, table.stored.hi
        if label == SQUARE and size % 2:  # a strongly antiferromagnetic odd torus is beyond double precision
            lo = 0.0
        q = lo + (hi - lo) * rng.uniform(0.001, 0.999)
        found = table.read(np.array([q]))
        average, log_z = _sums(label, int(size), float(found.coupling[0]))
        worst = max(worst, abs(average - q), abs(log_z - float(found.log_z[0])) / max(1.0, abs(log_z)))
    return Replay("average and log Z by exact sums", points, worst, BOUND)


def spans_coverage(label: str, tables: Tables) -> Replay:
    """The polynomials of every size begin and end where its coverage does."""
    worst = 0.0
    sizes = tables.sizes(label)
    for size in sizes:
        table, form = tables.table(label, size), reduced(label, size)
        lo, hi = form.position(np.array([0.0 if form.symmetric else table.lo, table.hi]))
        for stored in table.quantities.values():
            worst = max(worst, float(stored.breaks[0] - lo), float(hi - stored.breaks[-1]))
    return Replay("tables span their coverage", len(sizes), worst, _ROUNDING)


def _sums(label: str, size: int, coupling: float) -> tuple[float, float]:
    """q and log Z at a coupling."""
    if label == SQUARE:
        if size == INFINITE:
            return float(onsager.bond_average(coupling)), onsager.log_partition(coupling)
        exact = torus(size, coupling)
        return exact.bond_sum / (2 * size * size), exact.log_z
    tanh, half = math.tanh(coupling), math.log(2.0 * math.cosh(coupling))
    if label == RING:
        if size == INFINITE:
            return tanh, half
        return (tanh + tanh ** (size - 1)) / (1.0 + tanh**size), size * half + math.log1p(tanh**size)
    levels = Levels(size)
    weight, log_z = levels.evaluate(np.array([[0.0, coupling]]))
    return float(weight[0] @ levels.values[:, 1]) / (size * (size - 1) / 2), float(log_z[0])


def of_columns(label: str, points: int, rng: np.random.Generator, tables: Tables) -> Replay:
    """Random fields and couplings -> averages over all states -> the same fields and couplings."""
    worst, d = 0.0, _COLUMNS
    member = {found.label: found for found in (Independent, Tree, Pairwise)}[label]
    schema = Schema.two_valued(tuple(f"x{i}" for i in range(d)))
    model = member(schema, Options(), tables)
    states = np.array(list(product([-1.0, 1.0], repeat=d)))
    for _ in range(points):
        h, j = rng.normal(scale=0.5, size=d), np.zeros((d, d))
        if member is Tree:
            for i in range(1, d):
                j[i, rng.integers(i)] = rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.0)
        elif member is Pairwise:
            j = np.tril(rng.normal(scale=0.5, size=(d, d)), -1)
        weight = np.exp(states @ h + np.einsum("mi,ij,mj->m", states, j, states))
        p = weight / weight.sum()
        mean, pair = (p @ states)[None], ((states * p[:, None]).T @ states)[None]
        found = model.fit(Moments(schema.columns, np.array([np.nan]), np.zeros((1, d)), 1.0, mean, pair))
        coupling = found.parameters.get("J", j[None])[0]
        worst = max(
            worst,
            float(np.abs(found.parameters["h"][0] - h).max()),
            float(np.abs(np.tril(coupling, -1) - j).max()),
            abs(float(found.log_partition[0]) - math.log(weight.sum())),
        )
    return Replay("fields and couplings by going through all states", points, worst, BOUND)
