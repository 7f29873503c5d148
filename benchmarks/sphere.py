"""Directions: craters on Venus, and speed and accuracy beside scipy and quadrature.

    python benchmarks/sphere.py

The craters (967 unit vectors, USGS) are read from ../shared/data where that is there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import stats

import symcat
from symcat.models.sphere.integral import integral

CRATERS = Path(__file__).parents[2] / "shared" / "data" / "venus_craters.csv"


def cpu(function: Callable[[], object], times: int) -> float:
    """Milliseconds of processor time a call."""
    function()
    start = time.process_time()
    for _ in range(times):
        function()
    return 1e3 * (time.process_time() - start) / times


def craters() -> None:
    if not CRATERS.exists():
        print(f"no {CRATERS.name} beside the repository")
        return
    found = symcat.solve(CRATERS, columns=["x", "y", "z"])
    print(found.label, found.verdict)
    for check in found.checks[:4]:
        print(f"{check.name}: p = {check.p_value:.2f}")


def peers() -> None:
    rows = stats.vonmises_fisher([0.6, 0.0, 0.8], 5.0).rvs(100_000, random_state=0)
    own = symcat.solve(rows, classes=["sphere.von_mises_fisher"])
    _, concentration = stats.vonmises_fisher.fit(rows)
    print(
        f"von Mises-Fisher, 100,000 rows: concentration {own.parameters['concentration']:.8f}, "
        f"scipy {concentration:.8f}; solve, errors and checks too, {cpu(lambda: symcat.solve(rows), 3):.0f} ms, "
        f"scipy's fit {cpu(lambda: stats.vonmises_fisher.fit(rows), 3):.0f} ms of CPU"
    )


def bingham() -> None:
    """log Z against quadrature over the sphere, and the time of both."""
    rng = np.random.default_rng(0)
    decay = 20.0 * rng.random((200, 3))
    height, weight = np.polynomial.legendre.leggauss(80)
    angle = 2.0 * np.pi * np.arange(160) / 160
    across = np.sqrt(1.0 - height**2)[:, None]
    squares = np.stack(
        [(across * np.cos(angle)) ** 2, (across * np.sin(angle)) ** 2, 0.0 * angle + height[:, None] ** 2]
    )
    area = np.repeat(weight, 160) * 2.0 * np.pi / 160

    def quadrature() -> np.ndarray:
        return np.log(np.exp(-decay @ squares.reshape(3, -1)) @ area)

    def own() -> np.ndarray:
        return integral(decay, np.zeros_like(decay)).log_c

    apart = np.abs(own() - quadrature()).max()
    print(
        f"Bingham, 200 laws: log Z apart by {apart:.0e}; {cpu(own, 20):.1f} ms, "
        f"quadrature {cpu(quadrature, 3):.0f} ms of CPU"
    )


def main() -> None:
    craters()
    peers()
    bingham()


if __name__ == "__main__":
    main()
