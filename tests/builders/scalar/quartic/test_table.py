"""The table of the quartic of one column: what is stored is certified, and every reference number is reproduced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("flint")

from flint import arb, ctx

from builders.scalar.frame import DEGREE
from builders.scalar.quartic import solutions, table
from builders.scalar.quartic.ball import PRECISION
from builders.store.entries import CATALOGUE, read_entry
from builders.tools.patches import Box, nodes, table_of
from symcat.models.scalar import reduced
from symcat.models.scalar.quartic_table import read


@pytest.fixture(scope="module")
def entry() -> dict[str, Any]:
    return read_entry(CATALOGUE, table.LABEL)


@pytest.mark.parametrize("name", ["next_certified.json", "next_tables.json"])
def test_every_reference_number_is_reproduced(
    name: str, reference: Callable[[str], Any], entry: dict[str, Any]
) -> None:
    rows = reference(name)["scalar_quartic"]
    s, k = (np.array([float(row[key]) for row in rows]) for key in ("skewness", "kurtosis"))
    found = read(table_of(entry["segments"]), s, k)
    assert (found.reason == 0).all()
    for key in ("h", "r", "g", "u", "log_z"):
        exact = np.array([float(row[key]) for row in rows])
        np.testing.assert_allclose(getattr(found, key), exact, rtol=1e-10, atol=1e-10, err_msg=key)


def test_a_patch_is_the_polynomial_through_certified_nodes(entry: dict[str, Any]) -> None:
    """One patch fitted anew has the stored coefficients, to the rounding of another processor's sums."""
    rows = [row for row in entry["segments"] if row["segment"] == 7]
    box = Box((rows[0]["lo"], *rows[0]["further_lo"]), (rows[0]["hi"], *rows[0]["further_hi"]))
    with ctx.workprec(PRECISION):
        values = table._certified(nodes(box, DEGREE))
        assert max(float(ball.rad()) for point in values for ball in point.values()) < 1e-20
        again = table.TABLE.patch(box, values)
    for row in rows:
        np.testing.assert_allclose(again.coefficients[row["quantity"]], row["coefficients"], rtol=0, atol=1e-15)
        np.testing.assert_allclose(again.errors[row["quantity"]], row["max_error"], rtol=0, atol=1e-14)


def test_the_grid_a_person_reads_lies_inside_the_table() -> None:
    points = solutions.grid()
    assert 100 < len(points) < 200
    s, k = np.array(points).T
    t = reduced.spread(s, k) / reduced.width(s)
    assert ((t >= reduced.LEAST) & (t <= reduced.MOST)).all()
    assert set(s) >= {0.0, 0.5, 1.0, 2.0, 4.0}
    assert (0.0, 3.0) not in points


def test_solutions_have_bounds_that_hold(entry: dict[str, Any]) -> None:
    rows = entry["solutions"]
    assert [(row["skewness"], row["kurtosis"]) for row in rows] != []
    for row in rows:
        for name in ("h", "r", "g", "u", "log_z", "entropy"):
            assert row[f"{name}_lower"] <= row[name] <= row[f"{name}_upper"]
            assert row[f"{name}_upper"] - row[f"{name}_lower"] <= 4e-16 * max(1.0, abs(row[name]))
    with ctx.workprec(PRECISION):
        for row in rows[::40]:
            (state,) = solutions.states([solutions.point_of(row)])
            for name, ball in solutions.values(state).items():
                assert arb(row[f"{name}_lower"]) <= ball <= arb(row[f"{name}_upper"])


@pytest.mark.slow
def test_verify_passes_and_notices_a_changed_number(entry: dict[str, Any]) -> None:
    assert all(row["passed"] for row in table.verify(table.LABEL, entry, "fast"))
    changed = {**entry, "segments": [dict(row) for row in entry["segments"]]}
    for row in changed["segments"]:
        row["coefficients"] = [row["coefficients"][0] * (1 + 1e-8), *row["coefficients"][1:]]
    failed = [row["name"] for row in table.verify(table.LABEL, changed, "fast") if not row["passed"]]
    assert "even edge" in failed
    assert "lookup of u" in failed
