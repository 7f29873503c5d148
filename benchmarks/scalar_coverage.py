"""Polynomials of one column: coverage of 95 % intervals, and the level of the checks, over simulated tables.

``python -m benchmarks.scalar_coverage [TABLES]`` draws tables from each class, and prints how many of the model-based
and of the robust intervals hold the truth, and how many of the checks reject at 5 % and at 0.1 %.
"""

from __future__ import annotations

import sys

import numpy as np

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Model, Options
from symcat.models.fit import Observed
from symcat.models.scalar.labels import NAMES, degree_of, orders
from symcat.models.scalar.law import coefficients

SHAPES: dict[str, dict[str, float]] = {
    "scalar.quartic": {"h": 0.4, "r": -1.0, "g": -0.8, "u": 4.0},
    "scalar.sextic": {"h": 0.4, "r": 2.0, "g": -1.5, "u": -9.0, "v": 4.0, "w": 60.0},
    "scalar.octic": {"h": 0.2, "r": 2.0, "g": -1.0, "u": 4.0, "v": 20.0, "w": -2000.0, "p": 50.0, "q": 40_320.0},
    "z2.sextic": {"r": 2.0, "u": -9.0, "w": 36.0},
    "z2.octic": {"r": 2.0, "u": 4.0, "w": -2000.0, "q": 40_320.0},
}
"""A skewed well, shoulders, wells: an example of each class."""

NORMAL = 1.959963984540054


def moments_of(tables: np.ndarray, power: int) -> Moments:
    """Averages of the rows of tables (G, n), about zero."""
    powers = np.stack([(tables**k).mean(axis=1) for k in range(1, power + 1)], axis=-1)
    return Moments(
        columns=("x",),
        count=np.full(len(tables), float(tables.shape[1])),
        origin=np.zeros((len(tables), 1)),
        unit=1.0,
        first=powers[:, :1],
        second=powers[:, 1:2, None],
        column_powers=powers[:, None, 2:],
    )


def truth(label: str, model: Model, couplings: dict[str, np.ndarray]) -> dict[str, float]:
    """The parameters as the fit writes them: about the mean, where F has no symmetry."""
    mean = float(model.law(couplings).mean[0])
    line = np.polynomial.Polynomial(coefficients(label, couplings))
    return {"mean": mean} | {NAMES[k]: float(line.deriv(k)(mean)) for k in orders(label)}


def main(tables: int = 4000) -> None:
    for label, shape in SHAPES.items():
        model = registry.model(label, Schema.real(["x"]), Options(), None)  # type: ignore[arg-type]
        couplings = {"mean": np.zeros(1)} | {name: np.array(value) for name, value in shape.items()}
        for n in (50, 300, 2000):
            rng = np.random.default_rng(n)
            some = min(tables, 20_000_000 // n)
            rows = model.sample(couplings, some * n, rng).reshape(some, n)
            moments = moments_of(rows, degree_of(label) + 2)
            fit = model.fit(moments)
            known = truth(label, model, couplings)
            ok = fit.answered
            inside = []
            for name, value in known.items():
                estimate, error = fit.parameters[name][ok].ravel(), fit.standard_errors[name][ok].ravel()
                inside.append(f"{name} {np.mean(np.abs(estimate - value) < NORMAL * error):.3f}")
            print(f"{label:15s} n {n:6d}  answered {ok.mean():.3f}  covered: {', '.join(inside)}")
            for check in model.checks(fit, Observed(moments)):
                if check.made is not None and check.weight != "told" and (check.made & ok).any():
                    p = check.p_value[check.made & ok]
                    print(
                        f"    {check.name}: rejects {np.mean(p < 0.05):.4f} at 5 %, {np.mean(p < 0.001):.5f} at 0.1 %"
                    )


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
