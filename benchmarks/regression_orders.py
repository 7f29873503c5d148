"""A real column given the others: symcat beside least squares, cubic features with a ridge, and boosted trees.

    python -m benchmarks.regression_orders

Data whose mean is linear, or weakly cubic in five columns, and noise of one. The error is the root mean square of the
predicted mean less the true one at 10 000 other rows. CPU time is that of the fit, the least of three, all in one run.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

import symcat

COLUMNS = [f"x{j}" for j in range(5)]
SLOPES = np.array([1.0, -0.5, 0.25, 0.0, 0.5])
SCORED = 10_000


def mean(x: np.ndarray, strength: float) -> np.ndarray:
    """(n,) of the target."""
    bent = x[:, 0] ** 3 / 6.0 + x[:, 0] * x[:, 1] + 0.5 * x[:, 2] ** 2 * x[:, 4]
    return np.asarray(x @ SLOPES + strength * bent)


def answered(x: np.ndarray, y: np.ndarray) -> symcat.Solution:
    data = {**dict(zip(COLUMNS, x.T, strict=True)), "y": y}
    return symcat.solve(data, target="y", classes=["gaussian.full", "polynomial.quartic"], fallback=None)


def peers() -> dict[str, Callable[[np.ndarray, np.ndarray], object]]:
    """By name, what fits rows."""
    return {
        "symcat": answered,
        "LinearRegression": lambda x, y: LinearRegression().fit(x, y),
        "cubic features, RidgeCV": lambda x, y: make_pipeline(
            PolynomialFeatures(3), StandardScaler(), RidgeCV(np.logspace(-4, 4, 17))
        ).fit(x, y),
        "GradientBoosting": lambda x, y: GradientBoostingRegressor(random_state=0).fit(x, y),
        "HistGradientBoosting": lambda x, y: HistGradientBoostingRegressor(random_state=0).fit(x, y),
    }


def main() -> None:
    answered(np.random.default_rng(9).normal(size=(50, 5)), np.random.default_rng(8).normal(size=50))
    print("| rows | strength | peer | error | CPU ms | answer |\n|---|---|---|---|---|---|")
    for n in (500, 5000, 50_000):
        for strength in (0.0, 0.05, 0.2):
            rng = np.random.default_rng(n)
            x, other = rng.normal(size=(n, 5)), rng.normal(size=(SCORED, 5))
            y = mean(x, strength) + rng.normal(size=n)
            for name, fit in peers().items():
                took = []
                for _ in range(3):
                    began = time.process_time()
                    found = fit(x, y)
                    took.append(1e3 * (time.process_time() - began))
                at = dict(zip(COLUMNS, other.T, strict=True)) if isinstance(found, symcat.Solution) else other
                error = np.sqrt(np.mean((found.predict(at) - mean(other, strength)) ** 2))
                said = ""
                if isinstance(found, symcat.Solution):
                    plain = LinearRegression().fit(x, y).predict(other)
                    said = found.label
                    if strength == 0.0:
                        said += f", {np.abs(found.predict(at) - plain).max():.0e} from least squares"
                print(f"| {n} | {strength:g} | {name} | {error:.4f} | {min(took):.1f} | {said} |", flush=True)


if __name__ == "__main__":
    main()
