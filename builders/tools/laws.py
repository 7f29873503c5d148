"""How the entries of one-column laws are built and verified: replayed, and checked by balls, at random points."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from flint import ctx

from builders.base import Level, Row, Tables
from builders.tools import curve
from builders.tools.checks import check_rounding, require
from symcat.models.family import Replay

BOUND = 1e-8
POINTS = 50  # a check of what is built


@dataclass(frozen=True)
class Laws:
    """The laws of a family, as its builder offers them.

    ``checks`` makes those of a label at so many random points; balls have ``bits`` there. ``table`` is of the label
    that has one.
    """

    classes: Mapping[str, Row]
    coverage: Mapping[str, Row]
    seed: int
    bits: int
    checks: Callable[[str, np.random.Generator, Level, int], list[Row]]
    table: curve.Curve | None = None
    thorough: int = 400  # points of a full verification

    def labels(self) -> list[str]:
        return list(self.classes)

    def parameters(self, label: str) -> Row:
        return {"points": POINTS, "seed": self.seed, **(curve.parameters() if self._table_of(label) else {})}

    def build(self, label: str) -> Tables:
        checks = self._checks(label, self.seed, "fast", POINTS)
        tables: Tables = {"classes": [self.classes[label]], "coverage": [self.coverage[label]], "checks": checks}
        table = self._table_of(label)
        if table is not None:
            tables["segments"] = curve.build(table)
            dice = random.Random(f"{self.seed} {label}")
            checks += curve.built_checks(table, tables["segments"], 4 * POINTS, dice)
        require(checks)
        return tables

    def verify(self, label: str, tables: Tables, level: Level) -> list[Row]:
        """The same checks at fresh random points."""
        checks = self._checks(label, self.seed + 1, level, self.thorough if level == "full" else 20)
        table = self._table_of(label)
        return checks if table is None else checks + curve.verified(table, tables["segments"], level)

    def _table_of(self, label: str) -> curve.Curve | None:
        return self.table if self.table is not None and self.table.label == label else None

    def _checks(self, label: str, seed: int, level: Level, points: int) -> list[Row]:
        with ctx.workprec(self.bits):
            return self.checks(label, np.random.default_rng(seed), level, points)


def replayed(label: str, found: Iterable[Replay], method: str, level: Level, points: int) -> list[Row]:
    """A row for each of the replayed checks, which know their worst residual alone."""
    return [
        check_rounding(label, one.check, method, level=level, residuals=[one.residual] * points, bound=BOUND)
        for one in found
    ]
