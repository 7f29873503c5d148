"""Builder of ``ising.independent``, ``ising.tree`` and ``ising.pairwise``: no tables; checked over all states."""

from __future__ import annotations

import math
from importlib.metadata import version
from itertools import product

import numpy as np

from builders.base import Level, Row, Tables
from builders.ising.corrections import FORMS, correction_rows, couplings
from builders.ising.words import CLASSES, COVERAGE
from builders.tools.checks import check, check_rounding, check_same, require
from symcat.data.moments import Floats
from symcat.models.ising import exact, hypercube

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}"
SEED = 20261122
POINTS = 40
BOUND = 1e-9
RATE_BOUND = 0.2  # how far the rate at which an error falls may be from a whole power


def labels() -> list[str]:
    return list(CLASSES)


def parameters(label: str) -> Row:
    return {"points": POINTS, "seed": SEED}


def _states(h: Floats, j: Floats) -> tuple[float, Floats, Floats]:
    """log Z, means and pair averages by going through all states."""
    s = np.array(list(product([-1.0, 1.0], repeat=len(h))))
    minus_energy = s @ h + 0.5 * np.einsum("mi,ij,mj->m", s, j, s)
    top = minus_energy.max()
    p = np.exp(minus_energy - top)
    log_z = float(top + np.log(p.sum()))
    p /= p.sum()
    return log_z, p @ s, (s * p[:, None]).T @ s


def _couplings(dice: np.random.Generator, label: str) -> tuple[Floats, Floats]:
    """Random fields and couplings of 2 to 8 columns, as the class allows."""
    d = int(dice.integers(2, 9))
    h, j = dice.normal(scale=0.7, size=d), np.zeros((d, d))
    if label == "ising.tree":
        for i in range(1, d):
            j[i, dice.integers(i)] = dice.normal()
    elif label == "ising.pairwise":
        j = np.tril(dice.normal(scale=0.7, size=(d, d)), -1)
    return h, j + j.T


def _solved(label: str, m: Floats, q: Floats, edges: Floats) -> tuple[float, Floats, Floats]:
    """log Z, h and J as the class answers, from the averages; ``edges`` (d, d) says where a tree has couplings."""
    d = len(m)
    alone = np.arctanh(m)
    if label == "ising.independent":
        return float(np.log(2.0 * np.cosh(alone)).sum()), alone, np.zeros((d, d))
    if label == "ising.pairwise":
        masks = hypercube.pair_masks(d)
        pairs = np.triu_indices(d, 1)
        found = exact.fit_exact(d, masks, np.concatenate([m, q[pairs]])[None])
        j = np.zeros((d, d))
        j[pairs] = found.theta[0, d:]
        return float(found.log_z[0]), found.theta[0, :d], j + j.T
    h, j = np.array(alone), np.zeros((d, d))
    top = np.log((1 + m) / 2)  # log probability of +1
    log_top = float(top.sum())  # of all columns +1
    for i, k in zip(*np.nonzero(np.triu(edges)), strict=True):
        table = np.array([[1 + a * m[i] + b * m[k] + a * b * q[i, k] for b in (1, -1)] for a in (1, -1)]) / 4
        log = np.log(table)
        j[i, k] = j[k, i] = (log[0, 0] + log[1, 1] - log[0, 1] - log[1, 0]) / 4
        h[i] += (log[0, 0] + log[0, 1] - log[1, 0] - log[1, 1]) / 4 - alone[i]
        h[k] += (log[0, 0] + log[1, 0] - log[0, 1] - log[1, 1]) / 4 - alone[k]
        log_top += float(log[0, 0] - top[i] - top[k])
    return float(h.sum() + np.triu(j).sum()) - log_top, h, j


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    """Random couplings -> averages over all states -> the class's answer: the same couplings and log Z."""
    dice = np.random.default_rng(seed)
    worst_h: list[float] = []
    worst_j: list[float] = []
    worst_z: list[float] = []
    for _ in range(points):
        h, j = _couplings(dice, label)
        log_z, m, q = _states(h, j)
        found = _solved(label, m, q, j != 0.0)
        worst_z.append(abs(found[0] - log_z))
        worst_h.append(float(np.abs(found[1] - h).max()))
        worst_j.append(float(np.abs(found[2] - j).max()))
    method = "random couplings of 2 to 8 columns, read back from averages over all states"
    return [
        check_rounding(label, name, method, level=level, residuals=residuals, bound=BOUND)
        for name, residuals in (("h", worst_h), ("J", worst_j), ("log_z", worst_z))
    ]


def _rates(label: str, seed: int, level: Level, points: int) -> list[Row]:
    """Halving weak couplings divides the error of a form of order k by 2^(k + 1): of J, and of h."""
    dice = np.random.default_rng(seed)
    worst: dict[str, list[float]] = {name: [] for name in FORMS}
    for _ in range(points):
        d = 5
        h, j = dice.normal(scale=0.6, size=d), np.tril(dice.normal(size=(d, d)), -1)
        j = j + j.T
        for name in FORMS:
            errors = []
            for strength in (0.008, 0.004):
                _, m, q = _states(h, strength * j)
                found_h, found_j = couplings(name, m, q)
                errors.append((np.abs(found_h - h).max(), np.abs(found_j - strength * j).max()))
            rate = min(math.log2(a / b) for a, b in zip(*errors, strict=True))
            worst[name].append(max(0.0, FORMS[name][0] + 1 - rate))
    return [
        check(
            label,
            f"order of {name}",
            f"errors of h and J against enumeration fall as the power {FORMS[name][0] + 1} of the couplings",
            level=level,
            points=len(found),
            residual=math.ceil(100.0 * float(np.median(found))) / 100.0,
            bound=RATE_BOUND,
        )
        for name, found in worst.items()
    ]


def build(label: str) -> Tables:
    checks = _checks(label, SEED, "fast", POINTS)
    tables: Tables = {"classes": [CLASSES[label]], "coverage": [COVERAGE[label]]}
    if label == "ising.pairwise":
        checks += _rates(label, SEED, "fast", POINTS // 2)
        tables["corrections"] = correction_rows(label)
    require(checks)
    return {**tables, "checks": checks}


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """The same checks at fresh random points."""
    points = 200 if level == "full" else 20
    rows = _checks(label, SEED + 1, level, points)
    if label == "ising.pairwise":
        rows += _rates(label, SEED + 1, level, points // 2)
        rows.append(check_same(label, "corrections", tables["corrections"], correction_rows(label), level))
    return rows
