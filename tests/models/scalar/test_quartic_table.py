"""The quartic of one column read from the catalogue: reference numbers, identities, slopes, reflection, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from symcat import catalogue
from symcat.models.quartic import radial
from symcat.models.scalar import quartic_table as scalar
from symcat.models.scalar import reduced
from symcat.models.scalar.quartic_replay import replay
from symcat.models.scalar.quartic_table import REASONS, Reading, read
from symcat.models.tables import Table

# (skewness, kurtosis, (h, r, g, u, log Z, entropy)), certified, to the nearest doubles.
CERTIFIED = (
    (
        0.1,
        2.0,
        (
            0.15795089629590034,
            -0.5895254214079285,
            -0.477240537419692,
            4.840162344836739,
            1.2542146888586232,
            1.3548448312673924,
        ),
    ),
    (
        0.25,
        3.125,
        (
            0.12594957258110204,
            1.002395961476841,
            -0.2566487666590913,
            0.05699545796264715,
            0.9158844911965253,
            1.4138100569130367,
        ),
    ),
    (
        1.0,
        2.05,
        (
            21.353297353273813,
            -20.07612836305933,
            -123.52454845194409,
            242.4538612361894,
            9.626490440223378,
            -0.28939783603912456,
        ),
    ),
    (
        2.0,
        9.0,
        (
            0.8403321673330418,
            1.8317821723107641,
            -2.359770064550339,
            1.0186585948263833,
            0.6820622092795652,
            1.1933602469780613,
        ),
    ),
    (
        3.0,
        10.2,
        (
            15.76405075322246,
            36.47664389711002,
            -90.60564331923169,
            59.07754181278677,
            1.5689903985030984,
            -0.38755404212335637,
        ),
    ),
    (
        4.0,
        30.0,
        (
            0.5589516498098083,
            2.2392828661607207,
            -1.6873454328073376,
            0.4270815998907909,
            0.5451619994155794,
            1.0737584771545368,
        ),
    ),
)


@pytest.fixture(scope="module")
def table() -> Table:
    return catalogue.default().table("scalar.quartic")


def at(table: Table, skewness: object, kurtosis: object) -> Reading:
    return read(table.patches, np.atleast_1d(np.asarray(skewness, float)), np.atleast_1d(np.asarray(kurtosis, float)))


@pytest.mark.parametrize(("skewness", "kurtosis", "exact"), CERTIFIED)
def test_certified_values(table: Table, skewness: float, kurtosis: float, exact: tuple[float, ...]) -> None:
    found = at(table, skewness, kurtosis)
    for name, value in zip(("h", "r", "g", "u", "log_z", "entropy"), exact, strict=True):
        assert getattr(found, name)[0] == pytest.approx(value, rel=1e-11, abs=1e-11), name


def test_at_skewness_zero_it_is_the_even_quartic(table: Table) -> None:
    kurtosis = np.linspace(1.011, 2.99, 500)
    found = at(table, np.zeros(500), kurtosis)
    even = radial.read(catalogue.default().table("z2.quartic"), 1, kurtosis)
    assert np.abs(found.h).max() == np.abs(found.g).max() == 0.0
    for one, other in (
        (found.r, even.r),
        (found.u, even.u),
        (found.entropy, even.entropy),
        (found.log_z, even.log_z(1)),
    ):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


covered = st.tuples(st.floats(0.003, 4.0), st.floats(0.0051, 0.9999))


@given(covered)
def test_the_couplings_give_back_the_averages(table: Table, point: tuple[float, float]) -> None:
    s, t = point
    k = reduced.kurtosis_at(s, t)
    found = at(table, s, k)
    assert found.reason[0] == 0
    check = next(iter(list(replay(1, _At(point), table))[1:]))
    assert check.residual < check.bound
    assert found.entropy[0] == pytest.approx(
        found.log_z[0] + found.r[0] / 2 + found.g[0] * s / 6 + found.u[0] * k / 24, rel=1e-12, abs=1e-12
    )


class _At(np.random.Generator):
    """Random numbers that are no such: one point of the table, given by skewness and t."""

    def __init__(self, point: tuple[float, float]) -> None:
        super().__init__(np.random.PCG64(0))
        self.point = ((point[0] - 0.002) / 3.998, (point[1] - 0.005) / 0.995)

    def random(self, shape: tuple[int, int]) -> NDArray[np.float64]:  # type: ignore[override]
        return np.repeat(np.array(self.point)[:, None], shape[1], axis=1)


@given(covered)
def test_slopes_are_those_of_the_values(table: Table, point: tuple[float, float]) -> None:
    s, t = min(max(point[0], 0.05), 3.9), min(max(point[1], 0.02), 0.98)
    k = reduced.kurtosis_at(s, t)
    step = 1e-5 * np.array([1.0, k - 1.0 - s * s])
    found = at(table, s, k)
    for axis, (ds, dk) in enumerate(((step[0], 0.0), (0.0, step[1]))):
        above, below = at(table, s + ds, k + dk), at(table, s - ds, k - dk)
        for i, name in enumerate(("h", "r", "g", "u")):
            slope = (getattr(above, name) - getattr(below, name))[0] / (2 * step[axis])
            scale = 1.0 + np.abs(getattr(found, name)[0]) / (k - 1 - s * s) ** 2
            assert found.slopes[i, axis, 0] == pytest.approx(slope, rel=1e-5, abs=1e-6 * scale), (name, axis)
    # u / 24 and g / 6 are the derivatives of the entropy by kurtosis and skewness, so theirs are one number.
    assert found.slopes[3, 0, 0] == pytest.approx(4.0 * found.slopes[2, 1, 0], rel=1e-7, abs=1e-7)


def test_reflection(table: Table) -> None:
    right, left = at(table, 1.3, 5.0), at(table, -1.3, 5.0)
    for name, sign in (("h", -1), ("r", 1), ("g", -1), ("u", 1), ("log_z", 1), ("entropy", 1)):
        assert getattr(left, name)[0] == sign * getattr(right, name)[0]
    signs = np.array([[1, -1], [-1, 1], [1, -1], [-1, 1]])
    np.testing.assert_array_equal(left.slopes[:, :, 0], signs * right.slopes[:, :, 0])


@pytest.mark.parametrize(
    ("skewness", "kurtosis", "reason"),
    [
        (np.nan, 3.0, scalar.NO_SPREAD),
        (0.0, np.inf, scalar.NO_SPREAD),
        (2.0, 4.9, scalar.IMPOSSIBLE),
        (0.0, 1.0, scalar.TWO_VALUES),
        (-1.5, 3.2500001, scalar.TWO_VALUES),
        (0.0, 3.0, scalar.NEAR_GAUSSIAN),
        (0.0, 3.00001, scalar.HEAVY),
        (0.0, 8.0, scalar.HEAVY),
        (0.1, 3.1, scalar.FAR),
        (-0.5, 4.0, scalar.FAR),
        (4.1, 30.0, scalar.STEEP),
        (1e-5, 3.0, scalar.NEAR_GAUSSIAN),
    ],
)
def test_outside_there_is_a_reason_and_no_number(table: Table, skewness: float, kurtosis: float, reason: int) -> None:
    found = at(table, [skewness, 1.0], [kurtosis, 4.0])
    assert found.reason.tolist() == [reason, 0]
    assert REASONS[reason]
    for values in (found.h, found.r, found.g, found.u, found.log_z, found.entropy, found.slopes[0, 0]):
        assert np.isnan(values[0])
        assert np.isfinite(values[1])


def test_replay(table: Table) -> None:
    found = list(replay(20, np.random.default_rng(3), table))
    assert all(check.residual <= check.bound for check in found)
