"""Builder of the entries for tables of discrete and continuous columns, checked over all states."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from builders.base import Level, Row
from builders.mixed.words import CLASSES, COVERAGE
from builders.tools.checked import Checked
from builders.tools.checks import check_rounding
from builders.tools.no_tables import NoTables
from symcat.models.base import Options
from symcat.models.mixed.conditional_gaussian import ConditionalGaussian
from symcat.models.mixed.read_back import errors, levels_errors, random_parameters, schema

VERSION = "2"
SOFTWARE = f"numpy {version('numpy')}"
SEED = 20261122
POINTS = 40
BOUND = 1e-8
_PRODUCT = "mixed.product"
_OF_SPINS = "random parameters of 2 to 5 spins and 1 to 3 real columns, read back from averages over all states"
_OF_LEVELS = "random effects of 1 to 3 columns of 2 to 4 levels on 1 to 3 real columns, read back from exact averages"


def _checks(label: str, seed: int, level: Level, points: int) -> list[Row]:
    """Random parameters -> averages over all states -> the class's answer: the same parameters and log Z."""
    dice = np.random.default_rng(seed)
    found: list[Row] = []
    if label in (_PRODUCT, ConditionalGaussian.label):
        spins = [_of_spins(label, dice) for _ in range(points)]
        found += [_rounding(label, name, _OF_SPINS, level, [one[name] for one in spins]) for name in spins[0]]
    if label != _PRODUCT:
        levels = [levels_errors(dice) for _ in range(points)]
        found += [_rounding(label, f"{n} of levels", _OF_LEVELS, level, [one[n] for one in levels]) for n in levels[0]]
    return found


def _of_spins(label: str, dice: np.random.Generator) -> dict[str, float]:
    p, k = int(dice.integers(2, 6)), int(dice.integers(1, 4))
    truth = random_parameters(p, k, label == ConditionalGaussian.label, dice)
    return errors(ConditionalGaussian(schema(p, k), Options(), NoTables()), truth)


def _rounding(label: str, name: str, method: str, level: Level, residuals: list[float]) -> Row:
    return check_rounding(label, name, method, level=level, residuals=residuals, bound=BOUND)


_CHECKED = Checked(CLASSES, COVERAGE, _checks, SEED, POINTS, {"fast": 20, "full": 200})
labels, parameters, build, verify = _CHECKED.labels, _CHECKED.parameters, _CHECKED.build, _CHECKED.verify
