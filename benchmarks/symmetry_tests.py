"""Level and power of ``symcat.test_symmetry`` on the laws of Chiu & Bloem-Reddy (arXiv 2307.15834, 2412.14391).

    python benchmarks/symmetry_tests.py                          1000 tables of each law, 199 randomisations
    python benchmarks/symmetry_tests.py --tables 100
    python benchmarks/symmetry_tests.py --match given            the laws with this in their names
    python benchmarks/symmetry_tests.py --levels --tables 2000   every group, with laws that it leaves unchanged

Beside the best power of a valid test in these papers, and, of normal laws, the power of the exact chi-square test that
knows the law but for its mean. A line is printed as soon as its tables are done.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import stats

import symcat

SHIFT = 0.4
HEAD = "{:56}{:>8}{:>8}{:>8}{:>11}{:>11}{:>16}"


@dataclass(frozen=True)
class Law:
    name: str
    group: str
    center: float | None
    draw: Callable[[np.random.Generator], np.ndarray]
    published: float | None = None
    known: float | None = None  # power where the law is known but for its mean
    given: tuple[str, ...] | None = None  # columns that the others are tested given


def shifted(n: int, d: int) -> Callable[[np.random.Generator], np.ndarray]:
    return lambda rng: rng.normal(size=(n, d)) + SHIFT * np.eye(d)[0]


def of_mean(n: int, d: int) -> float:
    """Power at 5 % of the chi-square test of the mean of normal rows with known variance."""
    return float(stats.ncx2.sf(stats.chi2.ppf(0.95, d), d, n * SHIFT**2))


def wishart(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    root = rng.normal(size=(d, d))
    return rng.normal(size=(n, d)) @ root.T


def correlated(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Exchangeable normal rows with negative correlation."""
    x = rng.normal(size=(n, d))
    return x - x.mean(axis=1, keepdims=True)


FOUR = np.array([-2.9, -0.4, 0.0, 2.0])
SHARES = np.linalg.lstsq(np.stack([np.ones(4), FOUR, FOUR**3]), np.array([1.0, 0.0, 0.0]), rcond=None)[0]


def unseen(rng: np.random.Generator, n: int) -> np.ndarray:
    """Four values, a little blurred, with mean and third moment zero: not alike on both sides, as the fifth tells."""
    return (rng.choice(FOUR, p=SHARES, size=n) + 0.1 * rng.standard_normal(n))[:, None]


def rays(rng: np.random.Generator, n: int) -> np.ndarray:
    """Normal lengths along four rays, blurred by 0.2 radians: all moments below the fourth are those of a disc."""
    angle = 0.5 * np.pi * rng.integers(4, size=n) + 0.2 * rng.standard_normal(n)
    return np.abs(rng.standard_normal(n))[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def noisy(rng: np.random.Generator, n: int, d: int, correlation: float, unit: bool = False) -> np.ndarray:
    """y = x + noise, x normal with correlations of 0.75 (or their directions): equivariant where the noise has none."""
    roots = [np.linalg.cholesky(r + (1.0 - r) * np.eye(d)) for r in (0.75, correlation)]
    x, noise = (rng.normal(size=(n, d)) @ root.T for root in roots)
    if unit:
        x /= np.linalg.norm(x, axis=1)[:, None]
    return np.concatenate([x, x + noise], axis=1)


def conditional(group: str, n: int, correlation: float, *, center: float | None = 0.0, unit: bool = False) -> Law:
    of = "directions x, exact" if unit else "x"
    name = f"{'' if correlation else 'null: '}y given {of}, {group}, n = {n}"
    return Law(name, group, center, partial(noisy, n=n, d=3, correlation=correlation, unit=unit), given=X3)


def invariant(rng: np.random.Generator, group: str, kind: str, n: int, d: int = 3) -> np.ndarray:
    """Rows of a law that a group leaves unchanged, made of numbers of one kind."""
    base: np.ndarray = {
        "normal": lambda size: rng.standard_normal(size),
        "skewed": lambda size: rng.exponential(size=size),
        "t with 3": lambda size: rng.standard_t(3, size=size),
        "discrete": lambda size: rng.choice([0.0, 1.0, 2.0], p=[0.5, 0.3, 0.2], size=size),
    }[kind]((n, d + 1))
    y = base[:, :d]
    if group == "shift":
        return y + 0.5 * base[:, 1:]  # a moving sum
    if group in ("z2", "scale"):
        y = y * rng.choice([-1.0, 1.0], size=(n, 1))
        return np.exp(0.3 * y) if group == "scale" else y
    if group in ("z2_each", "hyperoctahedral"):
        return y * rng.choice([-1.0, 1.0], size=(n, d))
    if group == "rotation":
        direction = rng.standard_normal((n, d))
        return direction / np.linalg.norm(direction, axis=1)[:, None] * np.linalg.norm(y, axis=1)[:, None]
    return y  # columns alike


def level(group: str, kind: str, n: int, center: float | None, estimated: bool) -> Law:
    name = f"null: {group}, {kind}, n = {n}{', centre estimated' if estimated else ''}"
    return Law(name, group, center, partial(invariant, group=group, kind=kind, n=n))


KINDS = ("normal", "skewed", "t with 3", "discrete")
CENTRED = {"z2": 0.0, "z2_each": 0.0, "rotation": 0.0, "hyperoctahedral": 0.0, "scale": 1.0}
LEVELS = tuple(
    law
    for n in (50, 500)
    for kind in KINDS
    for law in (
        *(level(group, kind, n, None, estimated=True) for group in CENTRED),
        *(level(group, kind, n, center, estimated=False) for group, center in CENTRED.items()),
        *(level(group, kind, n, None, estimated=False) for group in ("permutation", "cyclic", "shift")),
    )
)
X3 = ("x0", "x1", "x2")
LAWS = (
    Law("null: normal, rotation, n = 50, d = 4", "rotation", 0.0, lambda rng: rng.normal(size=(50, 4))),
    Law("null: t with 2 degrees, z2, n = 50", "z2", 0.0, lambda rng: rng.standard_t(2, size=(50, 2))),
    Law("null: two-valued, permutation, n = 50", "permutation", None, lambda rng: rng.integers(2, size=(50, 3)) * 1.0),
    Law("null: exchangeable, n = 200, d = 10", "permutation", None, lambda rng: correlated(rng, 200, 10)),
    Law("null, centre estimated: normal, z2, n = 50", "z2", None, lambda rng: rng.normal(size=(50, 1))),
    Law("null, centre estimated: normal, z2, n = 500", "z2", None, lambda rng: rng.normal(size=(500, 1))),
    Law("null, centre estimated: t with 5, z2, n = 500", "z2", None, lambda rng: rng.standard_t(5, size=(500, 2))),
    Law("null, centre estimated: normal, z2, n = 30", "z2", None, lambda rng: rng.normal(size=(30, 1))),
    Law("null, centre estimated: t with 3, z2, n = 30", "z2", None, lambda rng: rng.standard_t(3, size=(30, 1))),
    Law("null, centre estimated: t with 3, z2, n = 100", "z2", None, lambda rng: rng.standard_t(3, size=(100, 1))),
    Law("SO(4), n = 50", "rotation", 0.0, shifted(50, 4), 0.496, of_mean(50, 4)),
    Law("SO(4), n = 100", "rotation", 0.0, shifted(100, 4), 0.809, of_mean(100, 4)),
    Law("SO(4), n = 200", "rotation", 0.0, shifted(200, 4), 0.984, of_mean(200, 4)),
    Law("SO(20), n = 200", "rotation", 0.0, shifted(200, 20), 0.874, of_mean(200, 20)),
    Law("null: normal, rotation, n = 100, d = 3", "rotation", 0.0, lambda rng: rng.normal(size=(100, 3))),
    Law("SO(3), n = 100", "rotation", 0.0, shifted(100, 3), None, of_mean(100, 3)),
    Law("no mean or third moment, z2, n = 50", "z2", 0.0, lambda rng: unseen(rng, 50)),
    Law("no mean or third moment, z2, n = 200", "z2", 0.0, lambda rng: unseen(rng, 200)),
    Law("four rays, rotation, n = 50", "rotation", 0.0, lambda rng: rays(rng, 50)),
    Law("four rays, rotation, n = 200", "rotation", 0.0, lambda rng: rays(rng, 200)),
    *(conditional("rotation", n, r) for n in (50, 100, 200, 500) for r in (0.0, 0.5)),
    *(conditional("rotation", 100, r, unit=True) for r in (0.0, 0.5)),
    conditional("permutation", 100, 0.0, center=None),
    conditional("z2", 100, 0.0),
    Law("S_10, random covariance, n = 200", "permutation", None, lambda rng: wishart(rng, 200, 10), 1.0),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--randomizations", type=int, default=199)
    parser.add_argument("--match", default="")
    parser.add_argument("--levels", action="store_true")
    given = parser.parse_args()
    print(f"{given.tables} tables of each law, {given.randomizations} randomisations")
    print(HEAD.format("law", "at 5 %", "+-", "at 1 %", "published", "law known", "CPU, ms a test"))
    for law in LEVELS if given.levels else LAWS:
        if given.match not in law.name:
            continue
        p, start = np.empty(given.tables), time.process_time()
        for k in range(given.tables):
            rows = law.draw(np.random.default_rng([k, 1]))
            found = symcat.test_symmetry(
                rows, law.group, center=law.center, given=law.given, randomizations=given.randomizations, seed=k
            )
            p[k] = found.p_value
        spent = 1e3 * (time.process_time() - start) / given.tables
        share = float((p <= 0.05).mean())
        row = (
            law.name,
            f"{share:.3f}",
            f"{np.sqrt(share * (1 - share) / given.tables):.3f}",
            f"{(p <= 0.01).mean():.3f}",
            "" if law.published is None else f"{law.published:.3f}",
            "" if law.known is None else f"{law.known:.3f}",
            f"{spent:.1f}",
        )
        print(HEAD.format(*row), flush=True)


if __name__ == "__main__":
    main()
