"""Builder of the entries for tables of two-valued and continuous columns, checked over all states."""

from __future__ import annotations

import math
from importlib.metadata import version
from itertools import product

import numpy as np

from builders.base import Level, Row, Tables
from builders.mixed.words import CLASSES, COVERAGE
from builders.tools.checks import check_rounding, require
from builders.tools.no_tables import NoTables
from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.fit import Fit
from symcat.models.mixed.conditional_gaussian import ConditionalGaussian

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}"
SEED = 20261122
POINTS = 40
BOUND = 1e-8


def labels() -> list[str]:
    return list(CLASSES)


def parameters(label: str) -> Row:
    return {"points": POINTS, "seed": SEED}


def _drawn(dice: np.random.Generator, coupled: bool) -> dict[str, Floats]:
    """Random parameters of 2 to 5 spins and 1 to 3 real columns; without coupling the blocks are independent."""
    p, k = int(dice.integers(2, 6)), int(dice.integers(1, 4))
    j = np.tril(dice.normal(scale=0.5, size=(p, p)), -1)
    root = dice.normal(size=(k, k + 2))
    return {
        "h": dice.normal(scale=0.4, size=p),
        "J": j + j.T,
        "mean": dice.normal(size=k),
        "precision": root @ root.T / k + 0.3 * np.eye(k),
        "coupling": dice.normal(scale=0.4, size=(p, k)) * coupled,
    }


def _summed(values: dict[str, Floats]) -> tuple[float, Moments]:
    """log Z and the averages, state by state, with the Gaussian integral of each done by completing its square."""
    p, k = values["coupling"].shape
    covariance = np.linalg.inv(values["precision"])
    s = np.array(list(product([-1.0, 1.0], repeat=p)))
    pull = s @ values["coupling"]
    weight = s @ values["h"] + 0.5 * np.einsum("mi,ij,mj->m", s, values["J"], s)
    weight += 0.5 * np.einsum("mi,ij,mj->m", pull, covariance, pull)
    weight += 0.5 * (k * math.log(2.0 * math.pi) + float(np.linalg.slogdet(covariance)[1]))
    log_z = float(np.logaddexp.reduce(weight))
    share = np.exp(weight - log_z)
    x = values["mean"] + pull @ covariance
    rows = np.concatenate([s, x], axis=1)
    second = (rows * share[:, None]).T @ rows
    second[p:, p:] += covariance
    names = tuple(f"c{i}" for i in range(p + k))
    return log_z, Moments(names, np.array([1e12]), np.zeros((1, p + k)), 1.0, (share @ rows)[None], second[None])


def _fitted(spins: int, moments: Moments) -> Fit:
    """The class's answer where the first ``spins`` columns are two-valued."""
    levels = tuple((-1, 1) if j < spins else None for j in range(moments.dimension))
    return ConditionalGaussian(Schema(moments.columns, levels), Options(), NoTables()).fit(moments)


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    """Random parameters -> averages over all states -> the class's answer: the same parameters and log Z."""
    dice = np.random.default_rng(seed)
    worst: dict[str, list[float]] = {}
    for _ in range(points):
        values = _drawn(dice, coupled=label == ConditionalGaussian.label)
        log_z, moments = _summed(values)
        found = _fitted(len(values["h"]), moments)
        for name, value in values.items():
            worst.setdefault(name, []).append(float(np.abs(found.parameters[name][0] - value).max()))
        worst.setdefault("log_z", []).append(abs(float(found.log_partition[0]) - log_z))
    method = "random parameters of 2 to 5 spins and 1 to 3 real columns, read back from averages over all states"
    return [
        check_rounding(label, name, method, level=level, residuals=residuals, bound=BOUND)
        for name, residuals in worst.items()
    ]


def build(label: str) -> Tables:
    checks = _checks(label, SEED, "fast", POINTS)
    require(checks)
    return {"classes": [CLASSES[label]], "coverage": [COVERAGE[label]], "checks": checks}


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    return _checks(label, SEED + 1, level, 200 if level == "full" else 20)
