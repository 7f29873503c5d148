"""The test of directions of the radial quartics: how often it rejects rows that have all directions, and others.

    python -m benchmarks.directions                    a minute
    python -m benchmarks.directions --tables 10000

Under the null, rows of ``o{N}.quartic`` about their mean, and such rows through a linear map that is estimated from
them, as ``whitened(o{N}.quartic)`` does: shares rejected at 5 %, by degree of the harmonics, with a star where the 95 %
interval lies outside of 3.6 to 6.4 %. Power at 0.1 % and 1000 rows: clusters, rays, the corners of a cube, a hexagon.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from rich.console import Console
from rich.table import Table

import symcat
from symcat.models.quartic.directions import NAMES, directions

ALLOWED = (0.036, 0.064)
SHAPES = ((2, 50), (2, 1000), (3, 100), (3, 1000), (4, 200), (6, 500), (10, 300))

Draw = Callable[[int, np.random.Generator], np.ndarray]


def at_angles(clusters: int, spread: float) -> Draw:
    """Clusters on a circle."""

    def draw(m: int, rng: np.random.Generator) -> np.ndarray:
        angle = 2.0 * np.pi * rng.integers(0, clusters, m) / clusters
        return 2.0 * np.stack([np.cos(angle), np.sin(angle)], axis=1) + spread * rng.normal(size=(m, 2))

    return draw


def rays(m: int, rng: np.random.Generator) -> np.ndarray:
    """Rows along one of two lines."""
    rows = 0.3 * rng.normal(size=(m, 2))
    rows[np.arange(m), rng.integers(0, 2, m)] += rng.normal(size=m)
    return rows


def corners(m: int, rng: np.random.Generator) -> np.ndarray:
    """Three independent double wells."""
    return np.sign(rng.normal(size=(m, 3))) + 0.7 * rng.normal(size=(m, 3))


ALTERNATIVES: dict[str, Draw] = {
    "three clusters": at_angles(3, 0.9),
    "four clusters": at_angles(4, 0.7),
    "six clusters": at_angles(6, 0.5),
    "four rays": rays,
    "diagonals of a cube": corners,
}


def shares(tables: list[np.ndarray], level: float) -> dict[int, float]:
    """By degree."""
    rejected: dict[str, list[bool]] = {}
    for rows in tables:
        for check in directions(rows - rows.mean(axis=0), 20) or ():
            rejected.setdefault(check.name, []).append(bool(check.p_value[0] < level))
    return {degree: float(np.mean(rejected[name])) for degree, name in NAMES.items() if name in rejected}


def starred(share: float, tables: int) -> str:
    half = 1.96 * np.sqrt(share * (1.0 - share) / tables)
    outside = share + half < ALLOWED[0] or share - half > ALLOWED[1]
    return f"{share:.1%}{'*' if outside else ''}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=1000)
    tables = parser.parse_args().tables
    rng, console = np.random.default_rng(0), Console(width=120)
    columns = [f"degree {degree}" for degree in NAMES]
    level = Table("columns, rows", "about", *columns, title=f"rejected at 5 %, {tables} tables")
    for n, m in SHAPES:
        law = symcat.model(f"o{n}.quartic", r=-1.0, u=2.0)
        every = np.asarray(law.sample(m * tables, seed=n)).reshape(tables, m, n)
        mapped = [rows @ np.linalg.inv(np.linalg.cholesky(np.cov(rows.T))).T for rows in every]
        for words, some in (("the mean", list(every)), ("the mean, whitened", mapped)):
            found = shares(some, 0.05)
            level.add_row(f"{n}, {m}", words, *(starred(found[k], tables) if k in found else "" for k in NAMES))
    console.print(level)
    power = Table("law, 1000 rows", *columns, title=f"rejected at 0.1 %, {max(tables // 5, 1)} tables")
    for words, draw in ALTERNATIVES.items():
        found = shares([draw(1000, rng) for _ in range(max(tables // 5, 1))], 0.001)
        power.add_row(words, *(f"{share:.1%}" for share in found.values()))
    console.print(power)


if __name__ == "__main__":
    main()
