"""Proven bounds: never below an error that is measured, close to it, and none for what is wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("flint")

from flint import arb, arb_poly

from builders.quartic.ball import solve
from builders.quartic.checks import lookup_errors, random_points
from builders.quartic.proof import proof_checks, prove
from builders.quartic.reduced import QUANTITIES, reduced
from builders.quartic.tube import TOLERANCE, pieces
from builders.quartic.words import limits
from builders.store.entries import CATALOGUE, read_entry
from builders.tools.bounds import relative_error
from builders.tools.checks import CannotCertify, require
from builders.tools.segments import polynomials
from symcat.models.quartic.labels import label_of


def _segments(dimension: int) -> list[dict[str, Any]]:
    return read_entry(CATALOGUE, label_of(dimension))["segments"]


@pytest.mark.parametrize("dimension", [1, 2, 17, 64])
def test_no_error_at_independent_points_exceeds_the_stored_bound(dimension: int) -> None:
    rows = _segments(dimension)
    tables = polynomials(rows, QUANTITIES)
    lo, hi = limits(dimension)
    dice = random.Random(dimension)
    for row in rows:
        assert row["rigor"] == "proven"
        for k in (dice.uniform(max(row["lo"], lo), min(row["hi"], hi)) for _ in range(4)):
            exact = reduced(dimension, solve(dimension, arb(k)))[row["quantity"]]
            assert relative_error(float(tables[row["quantity"]](np.array([k]))[0]), exact) <= row["max_error"]


def test_the_bounds_agree_with_an_independent_proof(reference: Callable[[str], Any]) -> None:
    """By Taylor series and Rouche's theorem, in exact arithmetic: both bound the same error, within a factor."""
    known = reference("next_certified.json")["z2_quartic_proven_segments"]
    rows = {(row["quantity"], row["lo"]): row["max_error"] for row in _segments(1)}
    for quantity in QUANTITIES:
        for row in known[quantity]:
            ours = rows[quantity, row["lo"]]
            assert ours <= 1.3 * row["proven"] + 1e-15
            assert ours >= row["seen_at_points"] - 1e-16


def test_a_wrong_segment_is_refused() -> None:
    rows = [row for row in _segments(3) if row["segment"] == 4]
    measured = [{**row, "max_error": 1e-16} for row in rows]
    right = prove(3, rows)
    require(proof_checks("o3.quartic", measured, right, 24, "full"))
    assert right.segments == rows
    for row in rows:
        coefficients = list(row["coefficients"])
        coefficients[3] += 1e-11
        wrong = [{**other, "coefficients": coefficients} if other is row else other for other in rows]
        proof = prove(3, wrong)
        found = {r["quantity"]: r["max_error"] for r in proof.segments}
        assert found[row["quantity"]] > 2e-12
        with pytest.raises(CannotCertify, match="polynomials"):
            require(proof_checks("o3.quartic", measured, proof, 24, "full"))


def test_bounds_of_a_lookup_hold() -> None:
    rows = _segments(41)
    proven = prove(41, rows).lookup
    points = [*random_points(41, 20, random.Random(7)), *limits(41)]
    for name, error in lookup_errors(41, rows, points)._asdict().items():
        assert error <= proven[name] < 1e-10


def test_a_tube_holds_the_true_functions() -> None:
    for piece in pieces(5, 1.1, 1.2):
        for t in (-1.0, -0.4, 0.3, 0.9):
            x = piece.middle + piece.half * arb(t)
            exact = reduced(5, solve(5, (1 + 2 * x / 5).mid()))
            for name, p in piece.polynomials.items():
                assert abs(p(arb(t)) - exact[name]) <= piece.errors[name] < TOLERANCE


def test_a_function_that_misses_the_equation_is_noticed() -> None:
    from builders.quartic.tube import _defect, _Outside

    (piece,) = pieces(2, 1.4, 1.5)
    y = piece.polynomials["u"]
    assert _defect(2, piece.middle, piece.half, y) < 1e-18
    assert _defect(2, piece.middle, piece.half, y + arb_poly([0, 1e-9])) > 1e-9
    with pytest.raises(_Outside):
        _defect(2, piece.middle, piece.half, y * arb_poly([arb("0.1")]))
