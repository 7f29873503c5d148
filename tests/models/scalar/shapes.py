"""An example of each class, and rows of it."""

from __future__ import annotations

import numpy as np

from symcat.models.base import Model
from symcat.models.scalar import FAMILY
from symcat.models.scalar.labels import LABELS, NAMES, degree_of, orders
from symcat.models.scalar.law import coefficients
from tests.models.observing import model_of

SHAPES: dict[str, dict[str, float]] = {
    "scalar.quartic": {"h": 0.4, "r": -1.0, "g": -0.8, "u": 4.0},
    "scalar.sextic": {"h": 0.4, "r": 2.0, "g": -1.5, "u": -9.0, "v": 4.0, "w": 60.0},
    "scalar.octic": {"h": 0.2, "r": 2.0, "g": -1.0, "u": 4.0, "v": 20.0, "w": -2000.0, "p": 50.0, "q": 40_320.0},
    "z2.sextic": {"r": 2.0, "u": -9.0, "w": 36.0},
    "z2.octic": {"r": 2.0, "u": 4.0, "w": -2000.0, "q": 40_320.0},
}


def polynomial(label: str) -> Model:
    return model_of(FAMILY, label, 1)


def couplings(label: str) -> dict[str, np.ndarray]:
    return {"mean": np.zeros(1)} | {name: np.array(value) for name, value in SHAPES[label].items()}


def rows_of(label: str, n: int, seed: int = 0) -> np.ndarray:
    return polynomial(label).sample(couplings(label), n, np.random.default_rng(seed))


def about_the_mean(label: str) -> dict[str, float]:
    """The parameters as a fit writes them."""
    mean = float(polynomial(label).law(couplings(label)).mean[0])
    line = np.polynomial.Polynomial(coefficients(label, couplings(label)))
    return {"mean": mean} | {NAMES[k]: float(line.deriv(k)(mean)) for k in orders(label)}


POWER = {label: degree_of(label) + 2 for label in LABELS}
"""That the checks read."""
