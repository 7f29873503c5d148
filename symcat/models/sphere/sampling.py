"""Random directions by rejection.

About one direction after Wood (1994, Commun. Stat. Simul. Comput. 23:157), with a beta variable; of squares along axes
from the angular central Gaussian law that lies tightest above (Kent, Ganeiban & Mardia 2018, J. Comput. Graph. Stat.
27:291).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from symcat.models.sphere.integral import saddle
from symcat.models.sphere.natural import Natural

Floats = NDArray[np.float64]

_FEWEST = 64


def sample(law: Natural, n: int, rng: np.random.Generator) -> Floats:
    """(n, d) independent rows of one law, with a pull along the first axis, or squares along several, not both."""
    axes, decay, pull = law.axes[0], law.decay[0], law.pull[0]
    if pull.any():
        drawn = _about_first(float(pull[0]), len(pull), n, rng)
    elif (decay != decay[0]).any():
        drawn = _along_axes(decay - decay.min(), n, rng)
    else:
        drawn = _uniform(rng.standard_normal((n, len(decay))))
    out: Floats = drawn @ axes.T
    return out


def _uniform(normal: Floats) -> Floats:
    out: Floats = normal / np.sqrt((normal * normal).sum(axis=1, keepdims=True))
    return out


def _about_first(k: float, d: int, n: int, rng: np.random.Generator) -> Floats:
    half = 0.5 * (d - 1.0)
    b = half / (k + np.hypot(k, half))
    x0 = (1.0 - b) / (1.0 + b)
    c = k * x0 + 2.0 * half * np.log1p(-x0 * x0)

    def draw(m: int) -> tuple[Floats, Floats]:
        z = rng.beta(half, half, size=m)
        less = 2.0 * b * z / (1.0 - (1.0 - b) * z)  # one less the cosine, with all its digits
        log = k * (1.0 - less) + 2.0 * half * np.log1p(-x0 * (1.0 - less)) - c
        return less[:, None], log

    less = _accepted(draw, n, rng)[:, 0]
    across = _uniform(rng.standard_normal((n, d - 1))) * np.sqrt(less * (2.0 - less))[:, None]
    return np.concatenate([1.0 - less[:, None], across], axis=1)


def _along_axes(decay: Floats, n: int, rng: np.random.Generator) -> Floats:
    d = len(decay)
    b = 2.0 * float(saddle(decay[None], np.zeros((1, d)))[0, 0])
    width = 1.0 + 2.0 * decay / b
    highest = 0.5 * (b - d) + 0.5 * d * np.log(d / b)

    def draw(m: int) -> tuple[Floats, Floats]:
        y = _uniform(rng.standard_normal((m, d)) / np.sqrt(width))
        square = y * y
        return y, -square @ decay + 0.5 * d * np.log(square @ width) - highest

    return _accepted(draw, n, rng)


def _accepted(draw: Callable[[int], tuple[Floats, Floats]], n: int, rng: np.random.Generator) -> Floats:
    """The first n that are accepted, each with the probability of which ``draw`` gives the logarithm."""
    found: list[Floats] = []
    have = 0
    while have < n:
        drawn, log = draw(max(_FEWEST, int(1.6 * (n - have))))
        kept = drawn[np.log(rng.random(len(log))) < log]
        found.append(kept)
        have += len(kept)
    return np.concatenate(found)[:n] if found else draw(_FEWEST)[0][:0]
