"""Tensor polynomials of two variables: boxes as fine as asked for, errors that hold, rows that read back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

pytest.importorskip("flint")

from flint import arb, ctx

from builders.tools.checks import CannotCertify
from builders.tools.patches import (
    Box,
    Patch,
    check_points,
    divide,
    fit_patch,
    interpolate,
    nodes,
    patch_rows,
    table_of,
)
from symcat.models.patches import tiles

WHOLE = Box((0.0, 0.005), (2.0, 1.0))
DEGREE = 8


def function(points: Sequence[tuple[arb, arb]]) -> list[dict[str, arb]]:
    """A bump that is narrow in the second variable, and a plane."""
    return [{"bump": 1 / (1 + x * x + 25 * y * y), "plane": 1 + 2 * x - y} for x, y in points]


@pytest.fixture(scope="module")
def patches() -> list[Patch]:
    with ctx.workprec(128):
        found = []
        for box, values in divide(function, WHOLE, DEGREE, 1e-8, 8):
            points = check_points(box, 30)
            exact = function([(arb(x), arb(y)) for x, y in points])
            found.append(fit_patch(box, DEGREE, values, points, exact))
    return found


def test_the_boxes_tile_the_whole_and_are_finer_where_needed(patches: list[Patch]) -> None:
    lo, hi = (np.array([getattr(patch.box, end) for patch in patches]) for end in ("lo", "hi"))
    assert tiles(lo, hi)
    assert lo.min(axis=0).tolist() == [0.0, 0.005]
    assert hi.max(axis=0).tolist() == [2.0, 1.0]
    heights = (hi - lo)[:, 1]
    assert heights[lo[:, 1] < 0.1].max() < heights[hi[:, 1] == 1.0].max()


def test_the_stored_errors_bound_those_of_the_lookup(patches: list[Patch], rng: np.random.Generator) -> None:
    table = table_of(patch_rows("x.y", patches))
    points = rng.uniform(WHOLE.lo, WHOLE.hi, (5000, 2))
    values, _ = table.evaluate(points)
    exact = 1 / (1 + points[:, 0] ** 2 + 25 * points[:, 1] ** 2)
    bump = np.array([patch.errors["bump"] for patch in patches])
    assert np.abs(values[table.names.index("bump")] - exact).max() < 2.0 * bump.max() < 1e-6
    assert (np.abs(values[table.names.index("bump")] - exact) < 2.0 * bump[table.find(points)] + 1e-12).mean() > 0.99
    plane = 1 + 2 * points[:, 0] - points[:, 1]
    assert np.abs(values[table.names.index("plane")] - plane).max() < 1e-14
    assert max(patch.errors["plane"] for patch in patches) < 1e-12


def test_no_check_point_is_a_node() -> None:
    with ctx.workprec(64):
        near = np.array([[float(x.mid()), float(y.mid())] for x, y in nodes(WHOLE, DEGREE)])
    points = np.array(check_points(WHOLE, 40))
    assert len(np.unique(points, axis=0)) == 40
    assert np.abs(points[:, None] - near[None]).max(axis=2).min() > 1e-6
    assert ((np.array(WHOLE.lo) <= points) & (points <= np.array(WHOLE.hi))).all()


def test_interpolation_is_exact_for_polynomials() -> None:
    with ctx.workprec(128):
        found = interpolate([3 * x * x - x * y + 2 for x, y in nodes(Box((-1.0, -1.0), (1.0, 1.0)), 3)], 3)
    expected = np.zeros((4, 4))
    expected[0, 0], expected[2, 0], expected[1, 1] = 2.0, 3.0, -1.0
    np.testing.assert_allclose(np.array(found).reshape(4, 4), expected, rtol=0, atol=1e-30)


def test_what_no_polynomial_meets_is_refused() -> None:
    def kink(points: Sequence[tuple[arb, arb]]) -> list[dict[str, arb]]:
        return [{"kink": abs(x - arb("0.7"))} for x, _ in points]

    with ctx.workprec(64), pytest.raises(CannotCertify, match="bisections"):
        divide(kink, WHOLE, DEGREE, 1e-9, 4)


def test_quantities_on_different_patches_are_refused(patches: list[Patch]) -> None:
    rows = patch_rows("x.y", patches)
    with pytest.raises(ValueError, match="not on the same patches"):
        table_of(rows[:-1])
