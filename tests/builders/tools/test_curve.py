"""One-dimensional tables: what they say is certified, and a wrong one is noticed."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("flint")

from builders.base import numbers
from builders.bounded.table import CURVE as VON_MISES
from builders.positive.table import CURVE as GAMMA
from builders.student.table import CURVE as STUDENT
from builders.tools import curve
from builders.tools.cells import equal_cells
from builders.tools.segments import polynomials
from symcat.catalogue import default

CURVES = [GAMMA, STUDENT, VON_MISES]


def stored(label: str) -> list[dict[str, Any]]:
    return list(default().rows("segments", label))


@pytest.mark.parametrize("made", CURVES, ids=lambda made: made.label)
def test_what_is_stored_is_certified(made: curve.Curve) -> None:
    rows = curve.verified(made, stored(made.label), "fast")
    assert [row["name"] for row in rows if not row["passed"]] == []


def test_a_small_error_is_noticed() -> None:
    rows = stored(GAMMA.label)
    rows[3] = {**rows[3], "coefficients": [numbers(rows[3]["coefficients"])[0] + 1e-9, *rows[3]["coefficients"][1:]]}
    failed = [row for row in curve.lookup_checks(GAMMA, rows, 200, random.Random(0), "full") if not row["passed"]]
    assert failed


def test_a_gap_is_noticed() -> None:
    rows = [row for row in stored(GAMMA.label) if row["segment"] != 2]
    assert not curve.contiguous(GAMMA, rows, "fast")["passed"]


def test_a_table_is_built_from_its_function() -> None:
    whole = replace(GAMMA, hi=1.0, certified=lambda x: {"shape": x.exp(), "log_z": x.sin()})
    rows = curve.build(whole)
    assert curve.contiguous(whole, rows, "fast")["passed"]
    piece = polynomials(rows, ["shape", "log_z"])
    assert piece["shape"](np.array([0.3]))[0] == pytest.approx(np.exp(0.3), abs=1e-12)
    assert piece["log_z"](np.array([0.3]))[0] == pytest.approx(np.sin(0.3), abs=1e-12)


@pytest.mark.parametrize("made", CURVES, ids=lambda made: made.label)
def test_equal_cells_are_the_same_polynomials(made: curve.Curve) -> None:
    rows = stored(made.label)
    cells = equal_cells(rows)
    x = np.random.default_rng(0).uniform(0.0, made.hi, 300)
    for name, piece in polynomials(rows, cells).items():
        count = len(cells[name])
        place = x * count / made.hi
        cell = np.minimum(place.astype(int), count - 1)
        t = 2.0 * (place - cell) - 1.0
        found = [np.polynomial.polynomial.polyval(v, cells[name][c]) for v, c in zip(t, cell, strict=True)]
        np.testing.assert_allclose(found, piece(x), rtol=1e-14, atol=1e-15)
