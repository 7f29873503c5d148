"""Entries without numbers: formulas and searches, checked at random points when built, at fresh ones when verified."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from builders.base import Level, Row, Tables
from builders.tools.checks import require


@dataclass(frozen=True)
class Checked:
    """What a builder of such entries offers: its module names these methods as its functions.

    ``checks`` takes a label, a seed, a level and a number of points. ``fresh`` are the points of a verification.
    """

    classes: Mapping[str, Row]
    coverage: Mapping[str, Row]
    checks: Callable[[str, int, Level, int], list[Row]]
    seed: int
    points: int
    fresh: Mapping[Level, int]

    def labels(self) -> list[str]:
        """The entries."""
        return list(self.classes)

    def parameters(self, label: str) -> Row:
        """The points of an entry, and their seed."""
        return {"points": self.points, "seed": self.seed}

    def build(self, label: str) -> Tables:
        """The words of an entry, and its checks. Raises CannotCertify where one fails."""
        checks = self.checks(label, self.seed, "fast", self.points)
        require(checks)
        return {"classes": [self.classes[label]], "coverage": [self.coverage[label]], "checks": checks}

    def verify(self, label: str, tables: Tables, level: Level) -> list[Row]:
        """The same checks at fresh random points."""
        return self.checks(label, self.seed + 1, level, self.fresh[level])
