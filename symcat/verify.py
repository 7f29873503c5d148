"""Data checks a user can replay: are the catalogue's numbers right? Nothing but symcat is needed.

Every table is read at points it was not fitted at, and the parameters read are put back into the integrals they came
from, by quadrature that knows nothing of the table. The proofs, in ball arithmetic, are ``python -m builders verify``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from symcat import labels
from symcat.catalogue import Catalogue, default
from symcat.lookup import lookup
from symcat.models import radial
from symcat.solution import Record, Solution

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
    for label in catalogue.labels():
        yield _result(label, "records", 1, float(len(_flaws(catalogue, label))), 0.0)
        if label in labels.GAUSSIAN:
            yield _gaussian(label, POINTS[full], rng)
        elif label == labels.LARGE_N:
            for dimension in LARGE_DIMENSIONS:
                yield _quartic(catalogue, labels.quartic(dimension), POINTS[full], rng)
        else:
            yield _quartic(catalogue, label, POINTS[full], rng)


def _result(label: str, check: str, points: int, residual: float, bound: float) -> DataCheck:
    # A residual that is not a number must fail, hence the order of the comparison.
    return DataCheck(label=label, check=check, points=points, residual=residual, bound=bound, passed=residual <= bound)


def _flaws(catalogue: Catalogue, label: str) -> list[str]:
    """What an entry lacks: provenance, checks made when it was built, segments that join and span the coverage."""
    flaws = [name for name in ("coverage", "provenance", "checks") if not catalogue.rows(name, label)]
    flaws += [
        row["name"] for row in catalogue.rows("checks", label) if not row["passed"] or row["residual"] > row["bound"]
    ]
    covered = catalogue.coverage(label)
    segments = catalogue.rows("segments", label)
    for quantity in {row["quantity"] for row in segments}:
        rows = sorted((row for row in segments if row["quantity"] == quantity), key=lambda row: row["segment"])
        if any(left["hi"] != right["lo"] for left, right in pairwise(rows)):
            flaws.append(f"{quantity}: segments do not join")
        if rows[0]["lo"] > covered.lo or rows[-1]["hi"] < covered.hi:
            flaws.append(f"{quantity}: segments do not span the coverage")
    return flaws


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
