"""Builder of the entry of Glauber dynamics: the maximum, the stationary law and the entropy of random ones."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from builders.base import Level, Row
from builders.stationary.words import KINETIC, KINETIC_COVERAGE, KINETIC_LABEL
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding
from symcat.models.stationary.replay import replay_chains

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}, scipy {version('scipy')}"
SEED = 20261208
POINTS = 30
BOUND = 1e-6


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    dice = np.random.default_rng(seed)
    known = "dynamics with random parameters, summed over all transitions"
    return [
        check_rounding(label, one.check, known, level=level, residuals=[one.residual] * points, bound=BOUND)
        for one in replay_chains(points, dice)
    ]


_CHECKED = Checked(
    {KINETIC_LABEL: KINETIC}, {KINETIC_LABEL: KINETIC_COVERAGE}, _checks, SEED, POINTS, {"fast": 10, "full": 200}
)
labels, parameters, build, verify = _CHECKED.labels, _CHECKED.parameters, _CHECKED.build, _CHECKED.verify
