"""How long the exact fits of polynomials take, in milliseconds of CPU, beside those of the version before.

Run from the root of the repository: ``python -m benchmarks.exact_polynomials``. BLAS on one thread, the least of three.
``before`` was measured by the same lines before searches ended roughly on grids that are replaced.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from symcat.models.polynomial.exact.polynomial import fitted
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.relaxation import Refusal


def skewed(d: int) -> np.ndarray:
    rows = np.random.default_rng(6).gamma(3.0, size=(2000, d))
    rows[:, 1:2] += 0.5 * rows[:, :1]
    return rows


CASES: dict[str, tuple[Callable[[], np.ndarray], int, int | None]] = {
    "gamma, 1 column, degree 4": (lambda: np.random.default_rng(1).gamma(2.0, size=(2000, 1)), 4, 10),
    "t5, 1 column, degree 6": (lambda: np.random.default_rng(1).standard_t(5, (2000, 1)), 6, 30),
    "skewed, 2 columns, degree 4": (lambda: skewed(2), 4, 59),
    "skewed, 2 columns, degree 6": (lambda: skewed(2), 6, 104),
    "uniform, 2 columns, degree 4": (lambda: np.random.default_rng(5).uniform(size=(2000, 2)), 4, 46),
    "skewed, 3 columns, degree 4": (lambda: skewed(3), 4, 84),
    "skewed, 3 columns, degree 6": (lambda: skewed(3), 6, 664),
    "uniform, 3 columns, degree 4": (lambda: np.random.default_rng(5).uniform(size=(2000, 3)), 4, 146),
    "uniform, 3 columns, degree 6": (lambda: np.random.default_rng(5).uniform(size=(2000, 3)), 6, 1142),
    "uniform, 4 columns, degree 4": (lambda: np.random.default_rng(5).uniform(size=(3000, 4)), 4, 680),
    "uniform, 4 columns, degree 6": (lambda: np.random.default_rng(5).uniform(size=(3000, 4)), 6, None),
}


def main() -> None:
    print("| table | before, ms | now, ms | log-likelihood | grid |\n|---|---|---|---|---|")
    for name, (make, degree, before) in CASES.items():
        rows, least = make(), np.inf
        for _ in range(3):
            began = time.process_time()
            found = fitted("polynomial", rows, None, Terms.of(rows.shape[1], degree))
            least = min(least, time.process_time() - began)
        said = found.reason if isinstance(found, Refusal) else f"{found.log_likelihood[0]:.6f} | {found.note}"
        print(f"| {name} | {before or 'not integrated'} | {1e3 * least:.0f} | {said} |", flush=True)


if __name__ == "__main__":
    main()
