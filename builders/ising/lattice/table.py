"""Builder of ``ising.curie_weiss``, ``ising.ring`` and ``ising.square``: J, log Z and entropy against one average."""

from __future__ import annotations

import random
from importlib.metadata import version

from flint import ctx

from builders.base import Level, Row, Tables
from builders.ising.lattice import segments
from builders.ising.lattice.ball import PRECISION
from builders.ising.lattice.checks import bounds_hold, contiguous, counted, ensemble_of, lookup_checks, two_methods
from builders.ising.lattice.solutions import solution_rows
from builders.ising.lattice.words import LOOKUP_BOUND, SIZES, class_row, coverage_row
from builders.tools.checks import require
from builders.tools.segments import check_segments, segment_rows
from symcat.models.ising.lattice.reduced import reduced

VERSION = "1"
SOFTWARE = f"python-flint {version('python-flint')}"
SEED = 20261122


def labels() -> list[str]:
    return list(SIZES)


def parameters(label: str) -> Row:
    return {
        "sizes": list(SIZES[label]),
        "degree": segments.DEGREE,
        "precision_bits": PRECISION,
        "segment_bound": segments.BOUND,
        "lookup_bound": LOOKUP_BOUND,
        "seed": SEED,
    }


def build(label: str) -> Tables:
    dice = random.Random(f"{SEED} {label}")
    with ctx.workprec(PRECISION):
        ensembles = {size: ensemble_of(label, size) for size in SIZES[label]}
        polynomials: list[Row] = []
        solutions: list[Row] = []
        count = 0  # segments are numbered through all sizes
        for size, ensemble in ensembles.items():
            form = reduced(label, size)
            pieces = segments.fit(segments.stored(ensemble, form), form)
            polynomials += segment_rows(label, pieces, count, size=size)
            count += len(pieces)
            solutions += solution_rows(label, size, ensemble, form)
        checks = [
            check_segments(label, polynomials, count * segments.CHECKS, segments.BOUND),
            two_methods(label, ensembles, "full"),
            counted(label, SIZES[label], "full"),
            *lookup_checks(label, ensembles, polynomials, 20, dice, "full"),
        ]
    require(checks)
    return {
        "classes": [class_row(label)],
        "solutions": solutions,
        "segments": polynomials,
        "coverage": [coverage_row(label, size) for size in SIZES[label]],
        "checks": checks,
    }


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """Recompute stored solutions, and the polynomials at points no build has used: of a few sizes, or of all."""
    dice = random.Random(f"verify {label} {level}")
    full = level == "full"
    sizes = list(SIZES[label]) if full else sorted({*SIZES[label][:3], *dice.sample(SIZES[label], 3)})
    with ctx.workprec(PRECISION):
        ensembles = {size: ensemble_of(label, size) for size in sizes}
        solutions = [row for row in tables["solutions"] if row["size"] in ensembles]
        if not full:
            solutions = dice.sample(solutions, 10)
        return [
            bounds_hold(label, ensembles, solutions, level),
            contiguous(label, SIZES[label], tables["segments"], level),
            two_methods(label, ensembles, level),
            counted(label, sizes, level),
            *lookup_checks(label, ensembles, tables["segments"], 60 if full else 4, dice, level),
        ]
