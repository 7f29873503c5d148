"""Data checks of the classes of directions that a user can repeat: parameters, their averages, the parameters again.

The averages are those of quadrature over the angles of two or three columns, which knows nothing of the integral.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.family import Replay
from symcat.models.sphere.seen import Stated
from symcat.models.sphere.sphere import OnSphere

Floats = NDArray[np.float64]

BOUND = 1e-9
_HEIGHTS, _TURNS = 160, 320


def replay(member: type[OnSphere], points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """Random parameters -> averages by quadrature over the sphere -> the same parameters, and log Z."""
    worst = 0.0
    for _ in range(points):
        worst = max(worst, *residuals(member, rng).values())
    yield Replay("parameters and log Z by quadrature over the sphere", points, worst, BOUND)


def residuals(member: type[OnSphere], rng: np.random.Generator) -> dict[str, float]:
    """How far a class's answer is from random parameters, of which the averages are found by quadrature."""
    d = 3 if member.label.endswith("bingham") else int(rng.integers(2, 4))
    model = member(Schema.real(tuple(f"x{j}" for j in range(d))))
    axes = np.linalg.qr(rng.standard_normal((d, d)))[0]
    strength = float(np.exp(rng.uniform(-1.5, 3.5)))
    parameters: dict[str, Floats] = {}
    if member.label.endswith("von_mises_fisher"):
        parameters = {"mean_direction": axes[0], "concentration": np.array(strength)}
    elif member.label.endswith("watson"):
        # On a circle the rows near an axis are those away from the one across it.
        sign = 1.0 if d == 2 else float(rng.choice([-1.0, 1.0]))
        axis = axes[0] * np.sign(axes[0][np.abs(axes[0]).argmax()])
        parameters = {"axis": axis, "concentration": np.array(sign * strength)}
    elif member.label.endswith("bingham"):
        along = strength * rng.uniform(-1.0, 1.0, size=d)
        parameters = {"A": axes @ np.diag(along - along.mean()) @ axes.T}
    x, area = _sphere(d)
    minus_f = model.log_density(parameters, 0.0, x)
    top = minus_f.max()
    weight = np.exp(minus_f - top) * area
    log_z = float(top + np.log(weight.sum()))
    share = weight / weight.sum()
    moments = Stated(
        columns=model.schema.columns,
        count=np.array([100.0]),
        origin=np.zeros((1, d)),
        unit=1.0,
        first=(share @ x)[None],
        second=(x.T @ (share[:, None] * x))[None],
    )
    fit = model.fit(moments)
    found = {
        name: float(np.abs(fit.parameters[name][0] - value).max() / max(1.0, np.abs(value).max()))
        for name, value in parameters.items()
    }
    return {
        **found,
        "log_z": abs(float(fit.log_partition[0]) - log_z),
        "log_likelihood": abs(float(fit.log_likelihood[0] / 100.0 - share @ (minus_f - log_z))),
    }


def _sphere(d: int) -> tuple[Floats, Floats]:
    """Nodes (m, d) and weights (m,): equal angles, of three columns by heights of Gauss's rule."""
    angle = 2.0 * np.pi * np.arange(_TURNS) / _TURNS
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    if d == 2:
        return circle, np.full(_TURNS, 2.0 * np.pi / _TURNS)
    height, weight = np.polynomial.legendre.leggauss(_HEIGHTS)
    across = np.sqrt(1.0 - height * height)
    x = np.concatenate([(across[:, None, None] * circle).reshape(-1, 2), np.repeat(height, _TURNS)[:, None]], axis=1)
    return x, np.repeat(weight, _TURNS) * (2.0 * np.pi / _TURNS)
