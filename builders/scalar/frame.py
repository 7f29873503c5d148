"""How the tables of two variables are built and verified: certified patches, checked at points that no fit has used."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flint import arb, ctx

from builders.base import Level, Row, Tables, number, numbers
from builders.scalar.checks import Certified, bounds_hold, lookup_checks, tiled
from builders.tools.checks import check, check_same, require
from builders.tools.patches import (
    Box,
    Patch,
    check_nodes,
    check_patches,
    check_points,
    divide,
    fit_patch,
    interpolated,
    nodes,
    patch_rows,
)

DEGREE = 16
TAIL = 5e-12  # of the last two Chebyshev coefficients
DEEPEST = 8  # bisections of either variable
CHECKS = 36  # points a patch on which its error is measured, none of them a node
PATCH_BOUND = 1e-11
POINTS = 400
_DRAWS = 12

Points = Sequence[tuple[arb, arb]]
Values = list[Mapping[str, arb]]
Further = Callable[[str, Sequence[Row], int, Level], list[Row]]


class Series(Protocol):
    """A series about the Gaussian."""

    def rows(self, label: str) -> list[Row]:
        """Rows of ``corrections``."""

    def powers(self, label: str, of: Sequence[Row], count: int, level: Level) -> Row:
        """A row of ``checks``: how their error falls, at ``count`` random points."""


@dataclass(frozen=True)
class PatchTable:
    """A certified table of an entry, as its builder offers it.

    ``certified`` gives the stored quantities at points of the box ``whole``; ``approximate`` the same in double
    precision, by which the box is divided where that is enough. ``least`` is the least first coordinate of the points
    at which patches are checked: where it is the box's own edge, a quantity is a limit there. Coefficients are stored
    to ``decimals`` places if it is given. ``series`` makes and checks the rows of ``corrections``, where there are any.
    """

    label: str
    whole: Box
    precision: int
    seed: int
    certified: Callable[[Points], Values]
    solved: Certified
    solution_rows: Callable[[str], list[Row]]
    class_row: Callable[[str], Row]
    coverage_row: Callable[[str], Row]
    random_points: Callable[[int, random.Random], list[tuple[float, float]]]
    two_methods: Callable[[str, Sequence[Row], Level], Row]
    further: Further = lambda label, segments, count, level: []
    approximate: Callable[[Points], Values] | None = None
    least: float = float("-inf")
    decimals: int | None = None
    series: Sequence[Series] = ()

    def labels(self) -> list[str]:
        return [self.label]

    def parameters(self, label: str) -> Row:
        return {
            "degree": DEGREE,
            "tail": TAIL,
            **({} if self.decimals is None else {"decimals": self.decimals}),
            "precision_bits": self.precision,
            "checks_per_patch": CHECKS,
            "patch_bound": PATCH_BOUND,
            "lookup_bound": self.solved.bound,
            "seed": self.seed,
        }

    def patch(self, box: Box, at_nodes: Sequence[Mapping[str, arb]]) -> Patch:
        """The polynomials on a box through the values at its nodes."""
        points = [(max(first, self.least), second) for first, second in check_points(box, CHECKS)]
        exact = self.certified([(arb(first), arb(second)) for first, second in points])
        return fit_patch(box, DEGREE, at_nodes, points, exact, self.decimals)

    def _divided(self) -> list[tuple[Box, Values]]:
        """The boxes, each with the certified values at its nodes."""
        if self.approximate is None:
            return divide(self.certified, self.whole, DEGREE, TAIL, DEEPEST)
        boxes = [box for box, _ in divide(self.approximate, self.whole, DEGREE, TAIL, DEEPEST)]
        return [(box, self.certified(nodes(box, DEGREE))) for box in boxes]

    def build(self, label: str) -> Tables:
        with ctx.workprec(self.precision):
            divided = self._divided()
            patches = [self.patch(box, values) for box, values in divided]
            segments = patch_rows(label, patches)
            solutions = self.solution_rows(label)
            points = self.random_points(POINTS, random.Random(f"{self.seed} {label}"))
            checks = [
                check_nodes(label, [values for _, values in divided]),
                check_patches(label, segments, len(patches) * CHECKS, PATCH_BOUND),
                *self.further(label, segments, 40, "full"),
                self.two_methods(label, solutions, "full"),
                *lookup_checks(self.solved, label, segments, points, "full"),
            ]
            corrections, of_series = self._of_series(_DRAWS, "full")
            checks += of_series
        require(checks)
        return {
            **({"corrections": corrections} if corrections else {}),
            "classes": [self.class_row(label)],
            "solutions": solutions,
            "segments": segments,
            "coverage": [self.coverage_row(label)],
            "checks": checks,
        }

    def verify(self, label: str, tables: Tables, level: Level) -> list[Row]:
        """Recompute stored solutions, and the patches at points no build has used."""
        full = level == "full"
        dice = random.Random(f"verify {label} {level}")
        segments = tables["segments"]
        solutions = tables["solutions"] if full else dice.sample(tables["solutions"], 3)
        with ctx.workprec(self.precision):
            points = self.random_points(600 if full else 12, dice)
            return [
                bounds_hold(self.solved, label, solutions, level),
                tiled(label, segments, self.whole, level),
                *self.further(label, segments, 40 if full else 4, level),
                *lookup_checks(self.solved, label, segments, points, level),
                *self._series_anew(tables, 24 if full else 3, level),
                *([self.two_methods(label, solutions, level), self._fitted_anew(segments, dice)] if full else []),
            ]

    def _of_series(self, count: int, level: Level) -> tuple[list[Row], list[Row]]:
        """Rows of ``corrections``, and of the checks of them."""
        by_series = [(series, series.rows(self.label)) for series in self.series]
        checks = [series.powers(self.label, rows, count, level) for series, rows in by_series]
        return [row for _, rows in by_series for row in rows], checks

    def _series_anew(self, tables: Tables, count: int, level: Level) -> list[Row]:
        """The rows of the series recomputed, and checked at other points."""
        if not self.series:
            return []
        again, checks = self._of_series(count, level)
        return [check_same(self.label, "corrections", tables.get("corrections", []), again, level), *checks]

    def _fitted_anew(self, segments: Sequence[Row], dice: random.Random) -> Row:
        """A patch drawn by lot, its nodes certified once more, has the stored coefficients."""
        chosen = dice.choice(segments)["segment"]
        stored = [row for row in segments if row["segment"] == chosen]
        lo, hi = ((number(stored[0][end]), *numbers(stored[0][f"further_{end}"])) for end in ("lo", "hi"))
        box = Box((lo[0], lo[1]), (hi[0], hi[1]))
        again = interpolated(DEGREE, self.certified(nodes(box, DEGREE)), self.decimals)
        differ = sum(numbers(row["coefficients"]) != again[str(row["quantity"])] for row in stored)
        method = "a patch drawn by lot, from nodes certified anew"
        points = (DEGREE + 1) ** 2
        return check(self.label, "nodes", method, level="full", points=points, residual=float(differ), bound=0.0)
