"""Hills of known polynomials, on either side, and wells that a few rows hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcat.models.polynomial.exact.hills import BARRIER, Hill, hill_beyond, lowest_hill, scarce_well, well_beyond

WELLS = np.array([0.0, 0.0, 0.6, 0.0, -0.0092, 0.0, 3.92e-5])  # at 0 and at 10.46, a hill at 6.85


def test_where_it_falls_without_end() -> None:
    found = hill_beyond(np.array([0.0, 0.0, 0.5, 0.0, -0.01]), 3.0, 0.0)
    assert found is not None
    assert (found.top, found.barrier) == (pytest.approx(5.0), pytest.approx(6.25))
    assert found.endless
    assert found.decides
    assert "falls without end beyond 5 standard deviations from the mean, behind a barrier of 6.2" in found.in_words


def test_a_second_well_and_what_lies_behind_it() -> None:
    found = hill_beyond(WELLS, 4.0, 0.0)
    assert found is not None
    assert (found.top, found.well) == (pytest.approx(6.8, abs=0.1), pytest.approx(10.4, abs=0.1))
    assert found.depth < found.barrier < BARRIER
    assert "a second well 10 standard deviations from the mean" in found.in_words
    assert well_beyond(WELLS, found.top, 0.0) == (found.well, found.depth)
    assert hill_beyond(WELLS, 9.0, 0.0) is None  # it is the data's own then


def test_a_high_hill_does_not_decide() -> None:
    assert not Hill(9.0, BARRIER, np.inf, -np.inf).decides


@given(st.floats(-3.0, 3.0), st.floats(-3.0, 3.0), st.floats(0.1, 3.0))
def test_none_where_it_rises(h: float, r: float, u: float) -> None:
    """Beyond its last turning point a polynomial whose leading term is positive rises for ever."""
    coefficients = np.array([0.0, h, r / 2.0, 0.0, u])
    assert lowest_hill(coefficients, -10.0, 10.0) is None


@given(st.floats(0.5, 2.0), st.floats(1e-3, 1e-2), st.floats(0.1, 5.0))
def test_in_other_units_it_is_the_same_hill(r: float, u: float, unit: float) -> None:
    one = lowest_hill(np.array([0.0, 0.1, r, 0.0, -u]), -2.0, 2.0)
    scaled = np.array([0.0, 0.1, r, 0.0, -u]) * unit ** -np.arange(5.0)
    other = lowest_hill(scaled, -2.0 * unit, 2.0 * unit)
    assert one is not None
    assert other is not None
    assert other.top == pytest.approx(unit * one.top, rel=1e-6)
    assert other.barrier == pytest.approx(one.barrier, rel=1e-6)


def test_the_lower_of_both_sides() -> None:
    tilted = np.array([0.0, 0.3, 0.5, 0.0, -0.01])
    found = lowest_hill(tilted, -3.0, 3.0)
    mirrored = lowest_hill(tilted * (-1.0) ** np.arange(5), -3.0, 3.0)
    assert found == mirrored
    assert found is not None
    assert found.barrier < 6.25 - 0.3 * 5.0 + 0.5


@pytest.mark.parametrize(("count", "few"), [(2000.0, True), (20_000.0, False)])
def test_a_well_is_of_its_own_where_enough_rows_hold_it(count: float, few: bool) -> None:
    axis = np.linspace(-13.0, 13.0, 2001)
    heights = np.polynomial.polynomial.polyval(axis, WELLS)
    shares = np.exp(-heights)
    found = scarce_well(axis, heights, shares / shares.sum(), count)
    assert (found is not None) == few
    if found is not None:
        hill, rows = found
        assert hill.well == pytest.approx(10.4, abs=0.1)
        assert 0.1 < rows < 5.0


def test_a_shoulder_is_no_well() -> None:
    """The density on the hill is more than a twentieth of that behind it."""
    axis = np.linspace(0.0, 10.0, 11)
    heights = np.array([0.0, 1.0, 3.0, 6.0, 8.0, 9.0, 8.0, 7.0, 12.0, 20.0, 40.0])
    shares = np.exp(-heights) / np.exp(-heights).sum()
    assert scarce_well(axis, heights, shares, 100.0) is None
