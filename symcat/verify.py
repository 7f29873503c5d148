"""Data checks a user can replay: are the catalogue's numbers right? Nothing but symcat is needed.

Every table is read at points it was not fitted at, and the parameters read are put back into the integrals they came
from, by quadrature that knows nothing of the table. The proofs, in ball arithmetic, are ``python -m builders verify``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise, product
from typing import Any

import numpy as np

from symcat import labels
from symcat.answer.records import Record
from symcat.answer.solution import Solution
from symcat.catalogue import Catalogue, default
from symcat.data.moments import Moments
from symcat.lookup import lookup
from symcat.models.base import Options, Table
from symcat.models.ising.curie_weiss import Levels
from symcat.models.ising.lattice import onsager
from symcat.models.ising.lattice.reduced import INFINITE, RING, SQUARE, read, reduced
from symcat.models.ising.lattice.torus import torus
from symcat.models.mixed import ConditionalGaussian
from symcat.models.quartic import radial

POINTS = {False: 5, True: 100}
LARGE_DIMENSIONS = (65, 100, 1000)  # where the large-N entry is tried
GAUSSIAN_DIMENSIONS = (1, 2, 5)
QUADRATURE_BOUND = 1e-9
ROUNDING_BOUND = 1e-10


class DataCheck(Record):
    """One check of one entry: the largest residual met, and the largest allowed."""

    label: str
    check: str
    points: int
    residual: float
    bound: float
    passed: bool


def verify(full: bool = False, seed: int = 0) -> Iterator[DataCheck]:
    """Replays the checks entry by entry: a few random points each, or a hundred with ``full``.

    Raises CatalogueError if the catalogue cannot be read.
    """
    catalogue = default()
    rng = np.random.default_rng(seed)
    tables = {name: _by_label(catalogue, name) for name in ("coverage", "provenance", "checks", "segments")}
    for label in catalogue.labels():
        yield _result(label, "records", 1, float(len(_flaws(catalogue, tables, label))), 0.0)
        if label in labels.ISING:
            check = _spin_table if catalogue.sizes(label) else _spins
            yield check(catalogue, label, POINTS[full], rng)
        elif label in labels.MIXED:
            yield _mixed(label, POINTS[full], rng)
        elif label in labels.GAUSSIAN:
            yield _gaussian(label, POINTS[full], rng)
        elif label == labels.LARGE_N:
            for dimension in LARGE_DIMENSIONS:
                yield _quartic(catalogue, labels.quartic(dimension), POINTS[full], rng)
        else:
            yield _quartic(catalogue, label, POINTS[full], rng)


def _result(label: str, check: str, points: int, residual: float, bound: float) -> DataCheck:
    # A residual that is not a number must fail, hence the order of the comparison.
    return DataCheck(label=label, check=check, points=points, residual=residual, bound=bound, passed=residual <= bound)


def _by_label(catalogue: Catalogue, table: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a table of every entry, read at once: opening the file takes longer than reading it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in catalogue.rows(table):
        found.setdefault(row["label"], []).append(row)
    return found


def _flaws(catalogue: Catalogue, tables: Mapping[str, dict[str, list[dict[str, Any]]]], label: str) -> list[str]:
    """What an entry lacks: provenance, checks made when it was built, segments that join and span the coverage."""
    flaws = [name for name in ("coverage", "provenance", "checks") if label not in tables[name]]
    checks = tables["checks"].get(label, [])
    flaws += [row["name"] for row in checks if not row["passed"] or row["residual"] > row["bound"]]
    segments = tables["segments"].get(label, [])
    sizes: list[int | None] = [*catalogue.sizes(label)] or [None]
    for size in sizes:
        lo, hi = _span(catalogue, label, size)
        own = [row for row in segments if row["size"] == size]
        for quantity in {row["quantity"] for row in own}:
            rows = sorted((row for row in own if row["quantity"] == quantity), key=lambda row: row["segment"])
            if any(left["hi"] != right["lo"] for left, right in pairwise(rows)):
                flaws.append(f"{quantity}: segments do not join")
            if rows[0]["lo"] > lo or rows[-1]["hi"] < hi:
                flaws.append(f"{quantity}: segments do not span the coverage")
    return flaws


def _span(catalogue: Catalogue, label: str, size: int | None) -> tuple[float, float]:
    """The coverage in the variable of the segments."""
    covered = catalogue.coverage(label, size)
    if size is None:
        return covered.lo, covered.hi
    form = reduced(label, size)
    lo, hi = form.position(np.array([0.0 if form.symmetric else covered.lo, covered.hi]))
    return float(lo) + ROUNDING_BOUND, float(hi)


def _spin_table(catalogue: Catalogue, label: str, points: int, rng: np.random.Generator) -> DataCheck:
    """J read at random sizes and averages must give back the average and log Z, by sums that know of no table."""
    worst = 0.0
    for size in rng.choice(catalogue.sizes(label), size=points):
        covered = catalogue.coverage(label, int(size))
        table = Table(catalogue.table(label, int(size)), covered.lo, covered.hi, covered.below, covered.above)
        # A strongly antiferromagnetic odd torus is beyond double precision.
        lo = 0.0 if label == SQUARE and size % 2 else covered.lo
        q = lo + (covered.hi - lo) * rng.uniform(0.001, 0.999)
        found = read(table, label, int(size), np.array([q]))
        average, log_z = _sums(label, int(size), float(found.coupling[0]))
        worst = max(worst, abs(average - q), abs(log_z - found.log_z[0]) / max(1.0, abs(log_z)))
    return _result(label, "average and log Z by exact sums", points, worst, QUADRATURE_BOUND)


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


def _spins(catalogue: Catalogue, label: str, points: int, rng: np.random.Generator) -> DataCheck:
    """Random fields and couplings -> averages over all states -> the same fields and couplings."""
    worst, d = 0.0, 5
    states = np.array(list(product([-1.0, 1.0], repeat=d)))
    for _ in range(points):
        h, j = rng.normal(scale=0.5, size=d), np.zeros((d, d))
        if label == "ising.tree":
            for i in range(1, d):
                j[i, rng.integers(i)] = rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.0)
        elif label == "ising.pairwise":
            j = np.tril(rng.normal(scale=0.5, size=(d, d)), -1)
        weight = np.exp(states @ h + np.einsum("mi,ij,mj->m", states, j, states))
        p = weight / weight.sum()
        mean, pair = p @ states, (states * p[:, None]).T @ states
        averages = {"m": mean} if label == "ising.independent" else {"m": mean, "q": pair}
        read = _lookup(label, **averages)
        worst = max(
            worst,
            float(np.abs(read.parameters["h"] - h).max()),
            float(np.abs(np.tril(read.parameters.get("J", j), -1) - j).max()),
            abs(read.log_partition - math.log(weight.sum())),
        )
    return _result(label, "fields and couplings by going through all states", points, worst, QUADRATURE_BOUND)


def _mixed(label: str, points: int, rng: np.random.Generator) -> DataCheck:
    """Random spins and Gaussian columns given them -> averages, state by state -> the same parameters and log Z.

    Without coupling the two blocks are independent, which is the product.
    """
    worst, p, k = 0.0, 3, 2
    s = np.array(list(product([-1.0, 1.0], repeat=p)))
    for _ in range(points):
        j = np.tril(rng.normal(scale=0.4, size=(p, p)), -1)
        root = rng.normal(size=(k, k + 2))
        drawn = {
            "h": rng.normal(scale=0.4, size=p),
            "J": j + j.T,
            "mean": rng.normal(size=k),
            "precision": root @ root.T / k + 0.3 * np.eye(k),
            "coupling": rng.normal(scale=0.4, size=(p, k)) * (label == ConditionalGaussian.label),
        }
        covariance = np.linalg.inv(drawn["precision"])
        pull = s @ drawn["coupling"]
        weight = s @ drawn["h"] + 0.5 * np.einsum("mi,ij,mj->m", s, drawn["J"], s)
        weight += 0.5 * np.einsum("mi,ij,mj->m", pull, covariance, pull)
        log_z = float(np.logaddexp.reduce(weight)) + 0.5 * (
            k * math.log(2.0 * math.pi) + float(np.linalg.slogdet(covariance)[1])
        )
        share = np.exp(weight - np.logaddexp.reduce(weight))
        rows = np.concatenate([s, drawn["mean"] + pull @ covariance], axis=1)
        second = (rows * share[:, None]).T @ rows
        second[p:, p:] += covariance
        names = tuple(f"c{i}" for i in range(p + k))
        moments = Moments(names, np.array([1e12]), np.zeros((1, p + k)), 1.0, (share @ rows)[None], second[None])
        found = ConditionalGaussian(p + k, Options(spins=tuple(range(p)))).fit(moments, None)
        worst = max(worst, abs(float(found.log_partition[0]) - log_z))
        worst = max(worst, *(float(np.abs(found.parameters[name][0] - value).max()) for name, value in drawn.items()))
    return _result(label, "parameters and log Z by going through all states", points, worst, QUADRATURE_BOUND)


def _quartic(catalogue: Catalogue, label: str, points: int, rng: np.random.Generator) -> DataCheck:
    """Parameters read at random kurtoses must give back both averages and log Z under the integral."""
    dimension = labels.quartic_dimension(label)
    assert dimension is not None
    covered = catalogue.coverage(label)
    worst = 0.0
    # Half the points crowd towards the two ends, where a table is hardest.
    inner = rng.uniform(0.01, 0.99, size=points)
    edge = 10.0 ** rng.uniform(-5, -2, size=points)
    fractions = np.concatenate([inner, edge[::2], 1.0 - edge[1::2]])
    for kurtosis in covered.lo + (covered.hi - covered.lo) * fractions:
        read = _lookup(label, m2=float(dimension), m4=float(kurtosis) * dimension**2)
        r, u = read.parameters["r"], read.parameters["u"]
        r, u = float(np.ravel(r)[0]), float(np.ravel(u)[0])
        averages = radial.moments(dimension, r, u, (2, 4))
        log_z = radial.log_partition(dimension, r, u)
        worst = max(
            worst,
            abs(averages[2] / dimension - 1.0),
            abs(averages[4] / (kurtosis * dimension**2) - 1.0),
            abs(log_z - read.log_partition) / max(1.0, abs(log_z)),
        )
    return _result(label, "averages and log Z by quadrature", len(fractions), worst, QUADRATURE_BOUND)


def _gaussian(label: str, points: int, rng: np.random.Generator) -> DataCheck:
    """At the maximum of likelihood <F> = d/2, and log Z is half the log-determinant of 2 pi over the precision."""
    worst = 0.0
    for dimension in GAUSSIAN_DIMENSIONS * points:
        root = rng.normal(size=(dimension, dimension + 2))
        covariance = root @ root.T / (dimension + 2)
        read = _lookup(label, covariance=covariance)
        precision = np.reshape(read.parameters["precision"], (dimension, dimension))
        log_z = 0.5 * (dimension * np.log(2.0 * np.pi) - np.linalg.slogdet(precision)[1])
        worst = max(worst, abs(np.trace(precision @ covariance) / dimension - 1.0), abs(log_z - read.log_partition))
    return _result(label, "average of F and log Z", len(GAUSSIAN_DIMENSIONS) * points, worst, ROUNDING_BOUND)


def _lookup(label: str, **averages: Any) -> Solution:
    read = lookup(label, **averages)
    assert isinstance(read, Solution)
    return read
