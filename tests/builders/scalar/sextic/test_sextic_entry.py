"""The table of the even sextic: what is stored is certified, and every reference number is reproduced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("flint")

from flint import arb, ctx

from builders.scalar import sextic_sql
from builders.scalar.frame import DEGREE
from builders.scalar.sextic import checks, solutions, table
from builders.scalar.sextic.ball import PRECISION
from builders.store.entries import CATALOGUE, read_entry
from builders.tools.patches import Box, nodes, table_of
from symcat.models.scalar import sextic_reduced as reduced
from symcat.models.scalar.sextic_table import read


@pytest.fixture(scope="module")
def entry() -> dict[str, Any]:
    return read_entry(CATALOGUE, table.LABEL)


@pytest.mark.parametrize("name", ["next_certified.json", "next_tables.json"])
def test_every_reference_number_inside_is_reproduced(
    name: str, reference: Callable[[str], Any], entry: dict[str, Any]
) -> None:
    rows = reference(name)["z2_sextic"]
    k, m = (np.array([float(row[key]) for row in rows]) for key in ("k4", "k6"))
    found = read(table_of(entry["segments"]), k, m)
    inside = found.inside
    assert inside.sum() >= 0.7 * len(rows)
    for key in ("r", "u", "w", "log_z"):
        exact = np.array([float(row[key]) for row in rows])[inside]
        np.testing.assert_allclose(getattr(found, key)[inside], exact, rtol=1e-10, atol=1e-10, err_msg=key)


@pytest.mark.slow
def test_a_patch_is_the_polynomial_through_certified_nodes(entry: dict[str, Any]) -> None:
    """One patch fitted anew has the stored coefficients, to the last bit."""
    rows = [row for row in entry["segments"] if row["segment"] == 7]
    box = Box((rows[0]["lo"], *rows[0]["further_lo"]), (rows[0]["hi"], *rows[0]["further_hi"]))
    with ctx.workprec(PRECISION):
        values = table._certified(nodes(box, DEGREE))
        assert max(float(ball.rad()) for point in values for ball in point.values()) < 1e-20
        again = table.TABLE.patch(box, values)
    assert {row["quantity"]: row["coefficients"] for row in rows} == again.coefficients
    assert {row["quantity"]: row["max_error"] for row in rows} == again.errors


def test_the_grid_a_person_reads_lies_inside_the_table() -> None:
    points = solutions.grid()
    assert 80 < len(points) < 150
    k, m = np.array(points).T
    t = reduced.spread(k, m) / reduced.width(k)
    assert ((t >= reduced.LEAST) & (t <= reduced.MOST)).all()


def test_solutions_have_bounds_that_hold(entry: dict[str, Any]) -> None:
    for row in entry["solutions"]:
        for name in ("r", "u", "w", "log_z", "entropy"):
            assert row[f"{name}_lower"] <= row[name] <= row[f"{name}_upper"]
            assert row[f"{name}_upper"] - row[f"{name}_lower"] <= 4e-16 * max(1.0, abs(row[name]))
    with ctx.workprec(PRECISION):
        for row in entry["solutions"][::30]:
            (state,) = solutions.states([solutions.point_of(row)])
            for name, ball in solutions.values(state).items():
                assert arb(row[f"{name}_lower"]) <= ball <= arb(row[f"{name}_upper"])


def test_the_width_stays_within_what_exists() -> None:
    """Below <y^4> = 3 of what the even quartic has, above of the line where a far minimum appears."""
    from builders.quartic.ball import solve

    k = np.linspace(reduced.FLATTEST, reduced.PEAKED, 89)
    below = k[k < 2.9999]
    with ctx.workprec(200):
        quartic = np.array([6 * (3 - x) / float(solve(1, arb(x)).u.mid()) for x in below])
    share = reduced.width(below) / quartic
    assert (share > 0.93).all()
    assert (share < 0.985).all()
    above = k[k > 3.0] - 3.0
    share = reduced.width(above + 3.0) / (6.0 + 9.0 * above + 8.0 * above**2)
    assert (share > 0.93).all()
    assert (share < 0.985).all()


def test_the_macro_reads_in_the_same_coordinates() -> None:
    assert (sextic_sql.FLATTEST, sextic_sql.PEAKED) == (reduced.FLATTEST, reduced.PEAKED)
    assert sextic_sql.WIDTH == reduced.SCALED


def test_both_methods_meet() -> None:
    with ctx.workprec(PRECISION):
        row = checks.two_methods(
            table.LABEL, [{"kurtosis": 2.6, "sixth": 9.0}, {"kurtosis": 4.5, "sixth": 30.0}], "fast"
        )
    assert row["passed"]


@pytest.mark.slow
def test_verify_passes_and_notices_a_changed_number(entry: dict[str, Any]) -> None:
    assert all(row["passed"] for row in table.verify(table.LABEL, entry, "fast"))
    changed = {**entry, "segments": [dict(row) for row in entry["segments"]]}
    for row in changed["segments"]:
        row["coefficients"] = [row["coefficients"][0] * (1 + 1e-8), *row["coefficients"][1:]]
    failed = [row["name"] for row in table.verify(table.LABEL, changed, "fast") if not row["passed"]]
    assert "lookup of w" in failed
