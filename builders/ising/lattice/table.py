"""Builder of ``ising.curie_weiss``, ``ising.ring`` and ``ising.square``: J, log Z and entropy against one average."""

from __future__ import annotations

import random
from importlib.metadata import version

from flint import ctx

from builders import ising_checks, ising_segments
from builders.quartic.ball import require
from builders.store.text import Level, Row, Tables, check, number
from builders.ising.lattice.ball import PRECISION
from builders.ising.lattice.solutions import solution_rows
from builders.ising.lattice.words import LOOKUP_BOUND, SIZES, class_row, coverage_row
from symcat.models.ising.lattice.reduced import reduced

NAME = "ising"
VERSION = "1"
SOURCES: tuple[str, ...] = (
    "ising.py",
    "ising_ball.py",
    "ising_checks.py",
    "ising_infinite.py",
    "ising_levels.py",
    "ising_methods.py",
    "ising_segments.py",
    "ising_solutions.py",
    "ising_text.py",
    "ball.py",
    "chebyshev.py",
    "entry.py",
    "solutions.py",
)
SOFTWARE = f"python-flint {version('python-flint')}"
SEED = 20261122


def labels() -> list[str]:
    return list(SIZES)


def parameters(label: str) -> Row:
    """What decides the numbers, the reduced variable of every size included."""
    return {
        "sizes": list(SIZES[label]),
        "degree": ising_segments.DEGREE,
        "precision_bits": PRECISION,
        "segment_bound": ising_segments.BOUND,
        "lookup_bound": LOOKUP_BOUND,
        "seed": SEED,
        "reduced": [[form.center, form.width] for form in (reduced(label, size) for size in SIZES[label])],
    }


def build(label: str) -> Tables:
    dice = random.Random(f"{SEED} {label}")
    with ctx.workprec(PRECISION):
        ensembles = {size: ising_checks.ensemble_of(label, size) for size in SIZES[label]}
        pieces, solutions = {}, []
        for size, ensemble in ensembles.items():
            form = reduced(label, size)
            pieces[size] = ising_segments.fit(ising_segments.stored(ensemble, form), form)
            solutions += solution_rows(label, size, ensemble, form)
        segments = ising_segments.rows(label, pieces)
        checks = [
            check(
                label,
                "polynomials",
                "double-precision evaluation against certified values at points that are not nodes",
                level="full",
                points=len(segments) // 2 * ising_segments.CHECKS,
                residual=max(number(row["max_error"]) for row in segments),
                bound=ising_segments.BOUND,
            ),
            ising_checks.two_methods(label, ensembles, "full"),
            ising_checks.counted(label, SIZES[label], "full"),
            *ising_checks.lookup_checks(label, ensembles, segments, 20, dice, "full"),
        ]
    require(checks)
    return {
        "classes": [class_row(label)],
        "solutions": solutions,
        "segments": segments,
        "coverage": [coverage_row(label, size) for size in SIZES[label]],
        "checks": checks,
    }


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """Recompute stored solutions, and the polynomials at points no build has used: of a few sizes, or of all."""
    dice = random.Random(f"verify {label} {level}")
    full = level == "full"
    sizes = list(SIZES[label]) if full else sorted({*SIZES[label][:3], *dice.sample(SIZES[label], 3)})
    with ctx.workprec(PRECISION):
        ensembles = {size: ising_checks.ensemble_of(label, size) for size in sizes}
        solutions = [row for row in tables["solutions"] if row["size"] in ensembles]
        if not full:
            solutions = dice.sample(solutions, 10)
        return [
            ising_checks.bounds_hold(label, ensembles, solutions, level),
            ising_checks.contiguous(label, SIZES[label], tables["segments"], level),
            ising_checks.two_methods(label, ensembles, level),
            ising_checks.counted(label, sizes, level),
            *ising_checks.lookup_checks(label, ensembles, tables["segments"], 60 if full else 4, dice, level),
        ]
