"""Builder of the Potts entries: no tables; couplings read back from laws that are summed row by row."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from builders.base import Level, Row
from builders.potts.words import CLASSES, COVERAGE
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding
from symcat.models.potts.curie_weiss import CurieWeiss
from symcat.models.potts.independent import Independent
from symcat.models.potts.pairwise import Pairwise
from symcat.models.potts.potts import Potts
from symcat.models.potts.replay import residuals
from symcat.models.potts.tree import Tree

VERSION = "1"
SOFTWARE = f"numpy {version('numpy')}"
SEED = 20261127
POINTS = 40
BOUND = 1e-9

_MEMBERS: dict[str, type[Potts]] = {one.label: one for one in (Independent, CurieWeiss, Tree, Pairwise)}


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    """Random couplings -> the share of every row -> the class's answer: the same couplings, log Z and likelihood."""
    dice = np.random.default_rng(seed)
    found = [residuals(_MEMBERS[label], dice) for _ in range(points)]
    method = "random couplings of 2 to 4 columns of 2 to 4 levels, read back from the shares of all rows"
    return [
        check_rounding(label, name, method, level=level, residuals=[one[name] for one in found], bound=BOUND)
        for name in found[0]
        if not (name == "J" and label == "potts.independent")
    ]


_CHECKED = Checked(CLASSES, COVERAGE, _checks, SEED, POINTS, {"fast": 20, "full": 200})
labels, parameters, build, verify = _CHECKED.labels, _CHECKED.parameters, _CHECKED.build, _CHECKED.verify
