"""Long-run variances of autocorrelated series, and the test whether rows depend on their neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

from symcat.models import long_run


def autoregression(rng: np.random.Generator, n: int, coefficient: float, series: int = 1) -> np.ndarray:
    """(n, series) stationary first-order autoregressions of variance one."""
    noise = rng.standard_normal((n, series)) * np.sqrt(1.0 - coefficient**2)
    noise[0] /= np.sqrt(1.0 - coefficient**2)
    return lfilter([1.0], [1.0, -coefficient], noise, axis=0)


@pytest.mark.parametrize("coefficient", [-0.5, 0.0, 0.5, 0.9])
@pytest.mark.parametrize("length", [1, 32])
def test_it_is_the_variance_of_the_sum(rng: np.random.Generator, coefficient: float, length: int) -> None:
    n = 32 * 160
    x = autoregression(rng, n, coefficient, series=200)
    x -= x.mean(axis=0)
    blocks = x.reshape(n // length, length, 200).sum(axis=1)
    expected = n * (1.0 + coefficient) / (1.0 - coefficient)
    assert np.mean(long_run.variance(blocks)) == pytest.approx(expected, rel=0.08)


def test_shapes_and_units(rng: np.random.Generator) -> None:
    x = autoregression(rng, 300, 0.6, series=6).reshape(300, 2, 3)
    whole = long_run.variance(x)
    assert whole.shape == (2, 3)
    np.testing.assert_allclose(long_run.variance(1e3 * x[:, 1, 2]), 1e6 * whole[1, 2], rtol=1e-10)
    np.testing.assert_array_equal(long_run.variance(np.zeros((50, 2))), [0.0, 0.0])


def measured(x: np.ndarray, length: int) -> tuple[dict[str, np.ndarray], ...]:
    """What blocks move, and the variance from rows with its relative squared error."""
    x = x - x.mean(axis=0)
    squares = (x**2).sum(axis=0)
    blocks = np.add.reduceat(x, np.arange(0, len(x), length), axis=0)
    return {"a": blocks}, {"a": squares}, {"a": (x**4).sum(axis=0) / squares**2 - 1.0 / len(x)}


@pytest.mark.parametrize("length", [1, 16])
def test_dependence_is_found(rng: np.random.Generator, length: int) -> None:
    for coefficient in (-0.5, 0.5, 0.9):
        x = autoregression(rng, 4000, coefficient, series=3)
        x[:, :2] = rng.standard_normal((4000, 2))
        found = long_run.dependence(*measured(x, length))
        assert found is not None
        assert found.found
        assert (found.parameter, found.index) == ("a", (2,))
    ordered = long_run.dependence(*measured(np.sort(rng.standard_normal((4000, 1)), axis=0), length))
    assert ordered is not None
    assert ordered.found


@pytest.mark.parametrize("tails", ["normal", "t3", "squares of t3"])
def test_independent_rows_are_left_alone(rng: np.random.Generator, tails: str) -> None:
    """Over 400 tables of 10 numbers each, at the level of one in a thousand."""
    alarms = 0
    for _ in range(400):
        x = rng.standard_normal((2000, 10)) if tails == "normal" else rng.standard_t(3.0, (2000, 10))
        found = long_run.dependence(*measured(x**2 if tails == "squares of t3" else x, 16))
        assert found is not None
        alarms += found.found
    assert alarms <= 4


@pytest.mark.statistics
def test_many_numbers_of_few_blocks_raise_no_false_alarm(rng: np.random.Generator) -> None:
    for _ in range(6):
        found = long_run.dependence(*measured(rng.standard_normal((20 * 40, 5000)), 20))
        assert found is not None
        assert not found.found


def test_few_blocks_say_nothing(rng: np.random.Generator) -> None:
    assert long_run.dependence(*measured(rng.standard_normal((60, 2)), 4)) is None


def test_dependence_of_a_series_fades(rng: np.random.Generator) -> None:
    n = 2000
    for x, fades in (
        (autoregression(rng, n, 0.9)[:, 0], True),
        (autoregression(rng, n, -0.5)[:, 0], True),
        (np.repeat(rng.standard_normal(500), 4) + rng.standard_normal(n), True),  # clusters
        (np.sort(rng.standard_normal(n)), False),
        (np.repeat([-1.0, 0.0, 1.0, -0.5], 500) + rng.standard_normal(n), False),
        (np.linspace(-1.0, 1.0, n) + rng.standard_normal(n), False),
    ):
        for length in (1, 8):
            moved, rows, _ = measured(x[:, None], length)
            assert long_run.fades(moved["a"][:, 0], float(rows["a"][0]), n) == fades


def test_single_rows_of_one_size_are_no_blocks_that_vary_too_little() -> None:
    """Two values, each in half of the rows: the scores of the field are all of one size."""
    rng = np.random.default_rng(0)
    for _ in range(20):
        one = rng.permutation(np.repeat([-1.0, 1.0], 30))
        found = long_run.dependence({"h": one[:, None]}, {"h": np.array([59.0])}, {"h": np.array([0.0])})
        assert found is not None
        assert not found.found


def test_a_variance_that_one_block_makes_up_tells_nothing() -> None:
    rng = np.random.default_rng(0)
    moved = rng.normal(size=(256, 1))
    moved[17] = 60.0  # one far row of a heavy tail, which a sample of the rows has missed
    found = long_run.dependence({"m": moved}, {"m": np.array([256.0])}, {"m": np.array([1e-3])})
    assert found is not None
    assert not found.found
    spread = {"m": 3.0 * rng.normal(size=(256, 1))}
    every = long_run.dependence(spread, {"m": np.array([256.0])}, {"m": np.array([1e-3])})
    assert every is not None
    assert every.found
