"""Charts are increasing coordinates with an inverse, and their Jacobian is the derivative of that."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcat.data.charts import CHARTS, chart
from symcat.data.charts.base import Chart, words
from symcat.errors import InvalidData

AT = {"log": st.just(()), "asinh": st.tuples(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))}
Y = st.lists(st.floats(-20.0, 20.0), min_size=1, max_size=20, unique=True).map(sorted).map(np.array)

each = pytest.mark.parametrize("name", CHARTS)


def placed(name: str, data: st.DataObject) -> tuple[Chart, np.ndarray]:
    return chart(name), np.array(data.draw(AT[name]))


@each
@given(y=Y, data=st.data())
def test_there_and_back(name: str, y: np.ndarray, data: st.DataObject) -> None:
    one, at = placed(name, data)
    x = one.inverse(y, at)
    again = one.inverse(one.coordinate(x, at), at)
    np.testing.assert_allclose(again, x, rtol=1e-13, atol=1e-12 * np.abs(at).sum())
    assert (np.diff(x) >= 0.0).all()


@each
@given(y=Y, data=st.data())
def test_jacobian(name: str, y: np.ndarray, data: st.DataObject) -> None:
    """By differences of the inverse, centred at zero so that they cancel nothing."""
    one, at = placed(name, data)
    if len(at):
        at[0] = 0.0
    step = 1e-5
    slope = (one.inverse(y + step, at) - one.inverse(y - step, at)) / (2.0 * step)
    np.testing.assert_allclose(one.log_jacobian(y, at), np.log(slope), atol=1e-8)


@each
@given(y=Y, data=st.data())
def test_places_of_each_value(name: str, y: np.ndarray, data: st.DataObject) -> None:
    """Places of the group of each value do the same as those of all."""
    one, at = placed(name, data)
    own = np.repeat(at[None], len(y), axis=0)
    x = one.inverse(y, at)
    for of in (one.inverse, one.log_jacobian):
        np.testing.assert_array_equal(of(y, own), of(y, at))
    np.testing.assert_array_equal(one.coordinate(x, own), one.coordinate(x, at))
    assert (one.placed(own) == one.placed(at)).all()


@each
@given(data=st.data(), x=st.floats(0.5, 2.0))
def test_expressions(name: str, data: st.DataObject, x: float) -> None:
    """SymPy says the same as numpy."""
    import sympy

    one, at = placed(name, data)
    symbol = sympy.Symbol("x", real=True)
    y, log_jacobian = one.expressions(symbol, at)
    exact = one.coordinate(np.array([x]), at)
    assert float(y.subs(symbol, x)) == pytest.approx(exact[0], rel=1e-9, abs=1e-9)
    assert float(log_jacobian.subs(symbol, x)) == pytest.approx(one.log_jacobian(exact, at)[0], rel=1e-9, abs=1e-9)


def test_log_has_no_coordinate_of_zero_and_below() -> None:
    y = CHARTS["log"].coordinate(np.array([-1.0, -0.0, 0.0, 1.0, np.inf, np.nan]), np.empty(0))
    np.testing.assert_array_equal(y, [np.nan, np.nan, np.nan, 0.0, np.inf, np.nan])


ONE = np.zeros(7, dtype=np.intp)


def test_asinh_is_placed_by_median_and_scaled_median_deviation() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 100.0])
    ((center, unit),) = CHARTS["asinh"].place(x, np.ones(7), ONE, 1)
    assert (center, unit) == pytest.approx((4.0, 1.482602218505602 * 2.0))


def test_asinh_of_normal_rows_has_their_deviation_as_unit() -> None:
    x = np.random.default_rng(0).normal(3.0, 2.0, size=100_000)
    zero = np.zeros(len(x), dtype=np.intp)
    assert CHARTS["asinh"].place(x, np.ones(len(x)), zero, 1)[0] == pytest.approx([3.0, 2.0], abs=0.03)
    half = np.where(np.arange(len(x)) % 5 < 3, 3.0, x)  # three of five rows are the median
    mean = np.abs(half - 3.0).mean() * np.sqrt(np.pi / 2.0)
    assert CHARTS["asinh"].place(half, np.ones(len(x)), zero, 1)[0] == pytest.approx([3.0, mean], abs=0.03)


def test_equal_rows_place_nothing() -> None:
    one = CHARTS["asinh"]
    at = one.place(np.full(7, 2.0), np.ones(7), ONE, 1)
    assert not one.placed(at).any()
    assert np.isnan(one.coordinate(np.array([2.0, 3.0]), at[0])).all()


@given(shift=st.floats(-1e3, 1e3), scale=st.floats(1e-3, 1e3), seed=st.integers(0, 99))
def test_asinh_does_not_know_units(shift: float, scale: float, seed: int) -> None:
    one, x = CHARTS["asinh"], np.random.default_rng(seed).standard_t(2, size=50)
    zero, ones = np.zeros(50, dtype=np.intp), np.ones(50)
    y = one.coordinate(x, one.place(x, ones, zero, 1)[0])
    for sign in (1.0, -1.0):
        moved = shift + sign * scale * x
        again = one.coordinate(moved, one.place(moved, ones, zero, 1)[0])
        np.testing.assert_allclose(again, sign * y, atol=1e-9)


def test_names() -> None:
    assert words(CHARTS["log"], "height") == "log height"
    with pytest.raises(InvalidData, match=r"no chart 'sqrt': pass one of 'log', 'asinh'"):
        chart("sqrt")
