"""Data checks of the entries that a user can repeat: the density against its integral, and correlations read back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Floats, Options, Parameters
from symcat.models.family import Replay
from symcat.models.scores.composite import Scores, around
from symcat.models.scores.densities import nodes, random_mixture, random_quartic, random_student
from symcat.models.scores.hidden import HiddenScores
from symcat.models.scores.matrices import random_matrix, residuals_of_matrices
from symcat.models.scores.quartic import QuarticScores
from symcat.models.scores.scores import CORRELATION, NormalScores
from symcat.models.scores.student import DEGREES, StudentScores
from symcat.models.tables import Tables

BOUND = 1e-7

CLASSES: dict[str, type[Scores]] = {around(inner): NormalScores for inner in NormalScores.INNER} | {
    around(StudentScores.INNER): StudentScores,
    around(HiddenScores.INNER): HiddenScores,
    around(QuarticScores.INNER): QuarticScores,
}
"""By label, in the order in which they are weighed."""

_COLUMNS = ("a", "b")
_PARTS = ("gamma.scalar", "student.scalar")


def replay(entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
    """Random margins and laws of two scores: the integral of the density; and R of given second moments."""
    integrals = residuals_of_integrals(entry, max(points // 8, 1), rng, tables)
    yield Replay(
        "integral of the density by Gauss's rule in the shares of the columns", len(integrals), max(integrals), BOUND
    )
    if CLASSES[entry] is NormalScores:
        slopes = residuals_of_matrices(entry, points, rng)
        yield Replay("correlations of exact second moments", len(slopes), max(slopes), BOUND)


def residuals_of_integrals(entry: str, densities: int, rng: np.random.Generator, tables: Tables) -> list[float]:
    """How far integrals of so many densities are from one."""
    integrals = []
    for _ in range(densities):
        model = CLASSES[entry](entry, Schema.real(_COLUMNS), Options(parts=_PARTS), tables)
        integrals.append(abs(_integral(model, _parameters(model, rng)) - 1.0))
    return integrals


def _parameters(model: Scores, rng: np.random.Generator) -> dict[str, Floats]:
    shape, rate, scale = np.exp(rng.normal(scale=0.5, size=3)) + 0.5
    return _of_scores(model, rng) | {
        "a.shape": np.array(shape),
        "a.rate": np.array(rate),
        "b.mean": rng.normal(size=1),
        "b.scale": np.array(scale),
        "b.degrees_of_freedom": np.array(3.0 + 5.0 * rng.random()),
    }


def _of_scores(model: Scores, rng: np.random.Generator) -> dict[str, Floats]:
    if isinstance(model, NormalScores):
        return {CORRELATION: random_matrix(model.pattern, rng)}
    if isinstance(model, StudentScores):
        matrix, degrees = random_student(rng)
        return {CORRELATION: matrix, DEGREES: np.array(degrees)}
    if isinstance(model, QuarticScores):
        return random_quartic(rng)
    return random_mixture(rng)


def _integral(model: Scores, parameters: Parameters) -> float:
    """Over both columns, in panels of equal width in the normal scores."""
    from scipy.special import ndtr

    z, weight = nodes()
    x = [law.ppf(ndtr(z)) for law in model.laws(parameters)]
    own = [part.log_density(model.of_block(j, parameters), 0.0, x[j][:, None]) for j, part in enumerate(model.parts)]
    of_parts = [part.normalised(model.of_block(j, parameters)) for j, part in enumerate(model.parts)]
    log_z = sum(of_parts)
    if isinstance(model, NormalScores):
        log_z += 0.5 * float(np.linalg.slogdet(np.asarray(parameters[CORRELATION]))[1])
    elif isinstance(model, QuarticScores):
        log_z = model.normalised(parameters)
    rows = np.stack([np.repeat(x[0], len(z)), np.tile(x[1], len(z))], axis=1)
    log_density = model.log_density(parameters, log_z, rows).reshape(len(z), len(z))
    # dx = phi(z) dz / f(x), f being the normalised density of the column.
    log_jacobian = [
        -0.5 * z * z - 0.5 * np.log(2.0 * np.pi) - of + log_z_of_part
        for of, log_z_of_part in zip(own, of_parts, strict=True)
    ]
    mass = np.exp(log_density + log_jacobian[0][:, None] + log_jacobian[1][None, :])
    return float(weight @ mass @ weight)
