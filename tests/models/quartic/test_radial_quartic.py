"""The radial quartic read from the catalogue: round trips, symmetries, gradients and the sampler."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcat
from symcat.data.moments import Moments
from symcat.lookup import find_model, fit_class, read_table
from symcat.models.quartic import radial

DIMENSIONS = st.sampled_from([1, 2, 3, 4, 7, 16, 64, 65, 200])
LABELS = {1: "z2.quartic"}


def label(dimension: int) -> str:
    return LABELS.get(dimension, f"o{dimension}.quartic")


def conditioning(dimension: int, kurtosis: float) -> float:
    """Relative change of u and r for a relative change of the averages: it grows at both ends of the range."""
    limit = (dimension + 2) / dimension
    return 1.0 / (limit - kurtosis) + 1.0 / (kurtosis - 1.0)


@settings(max_examples=200)
@given(DIMENSIONS, st.floats(-6.0, 6.0), st.floats(-4.0, 2.0))
def test_exact_averages_give_back_the_parameters(dimension: int, well: float, log_u: float) -> None:
    # r in units of sqrt(u N), where the shape changes: from deep wells to nearly Gaussian.
    u = math.exp(log_u)
    r = well * math.sqrt(u * dimension)
    m = radial.moments(dimension, r, u, (2, 4))
    kurtosis = m[4] / m[2] ** 2
    table = read_table(label(dimension))
    if not table.lo < kurtosis < table.hi:
        return
    answer = symcat.lookup(label(dimension), m2=m[2], m4=m[4])
    lost = 20.0 * np.finfo(float).eps * conditioning(dimension, kurtosis)
    assert answer.parameters["u"] == pytest.approx(u, rel=1e-9 + lost)
    assert answer.parameters["r"] == pytest.approx(r, rel=1e-9 + lost, abs=(1e-9 + lost) * u * m[2])
    assert answer.log_partition == pytest.approx(radial.log_partition(dimension, r, u), rel=1e-9, abs=1e-9)


@settings(max_examples=50)
@given(st.sampled_from([1, 2, 5, 64, 100]), st.floats(0.02, 0.98), st.floats(-40.0, 40.0))
def test_scaling_the_data_scales_the_couplings(dimension: int, x: float, log_scale: float) -> None:
    scale = math.exp(log_scale)
    kurtosis = 1.0 + 2.0 * x / dimension
    one = symcat.lookup(label(dimension), m2=float(dimension), m4=kurtosis * dimension**2)
    other = symcat.lookup(label(dimension), m2=dimension * scale**2, m4=kurtosis * dimension**2 * scale**4)
    lost = 1e-13 * conditioning(dimension, kurtosis)
    assert other.parameters["r"] * scale**2 == pytest.approx(one.parameters["r"], rel=1e-12 + lost, abs=1e-12 + lost)
    assert other.parameters["u"] * scale**4 == pytest.approx(one.parameters["u"], rel=1e-12 + lost)
    shift = dimension * math.log(scale)
    assert other.log_partition - shift == pytest.approx(
        one.log_partition, abs=1e-10 * (1 + abs(one.log_partition) + lost)
    )


@pytest.mark.parametrize("dimension", [1, 2, 3, 10, 64, 65, 1000])
def test_the_gradient_of_the_entropy_is_the_couplings(dimension: int) -> None:
    """dS/dm2 = r/2 and dS/dm4 = u/24: the two stored functions must agree with each other."""
    table = read_table(label(dimension))
    kurtosis = 1.0 + 2.0 / dimension * np.linspace(0.03, 0.97, 200)
    h = 1e-5 / dimension
    slope = (
        radial.read(table, dimension, kurtosis + h).entropy - radial.read(table, dimension, kurtosis - h).entropy
    ) / (2 * h)
    expected = radial.read(table, dimension, kurtosis).u * dimension**2 / 24.0
    np.testing.assert_allclose(slope, expected, rtol=2e-6, atol=1e-6 * dimension)


@pytest.mark.parametrize("dimension", [1, 2, 3, 64, 100])
def test_the_inverse_fisher_matrix_is_the_covariance_of_the_statistics(dimension: int) -> None:
    for x in (0.05, 0.3, 0.6, 0.9):
        m2, m4 = float(dimension), (1.0 + 2.0 * x / dimension) * dimension**2
        reading = radial.read(read_table(label(dimension)), dimension, np.array([m4 / m2**2]))
        h22, h24, h44 = (float(h[0]) for h in radial.entropy_hessian(reading, dimension, np.array([m2])))
        m = radial.moments(dimension, float(reading.r[0]), float(reading.u[0]), (2, 4, 6, 8))
        covariance = np.array([[m[4] - m[2] ** 2, m[6] - m[2] * m[4]], [m[6] - m[2] * m[4], m[8] - m[4] ** 2]])
        product = -np.array([[h22, h24], [h24, h44]]) @ covariance
        np.testing.assert_allclose(product, np.eye(2), atol=1e-6)


@settings(max_examples=25)
@given(
    st.integers(0, 10_000), st.sampled_from([1, 2, 3]), st.floats(-3.0, 1.0), st.floats(-1e3, 1e3), st.integers(-30, 30)
)
def test_shifting_scaling_and_reflecting_data(seed: int, dimension: int, r: float, shift: float, power: int) -> None:
    model = find_model(label(dimension), dimension)
    rows = model.sample({"mean": np.zeros(dimension), "r": r, "u": 2.0}, 400, np.random.default_rng(seed))
    scale = 2.0**power
    fits = [symcat.solve(x, classes=[label(dimension)]) for x in (rows, -rows, rows * scale + shift * scale)]
    one, reflected, moved = fits
    tolerance = 1e-8
    np.testing.assert_allclose(reflected.parameters["mean"], -np.asarray(one.parameters["mean"]), atol=tolerance)
    expected = scale * (one.parameters["mean"] + shift)
    np.testing.assert_allclose(moved.parameters["mean"], expected, atol=tolerance * scale * (1 + abs(shift)))
    for other, factor in ((reflected, 1.0), (moved, scale)):
        assert other.parameters["r"] * factor**2 == pytest.approx(one.parameters["r"], rel=1e-6, abs=1e-7)
        assert other.parameters["u"] * factor**4 == pytest.approx(one.parameters["u"], rel=1e-6)
        assert other.standard_errors["u"] * factor**4 == pytest.approx(one.standard_errors["u"], rel=1e-6)


def test_a_batch_is_many_single_fits() -> None:
    """Pieces, threads and compiled loops change no answer."""
    rng = np.random.default_rng(5)
    rows = find_model("z2.quartic", 1).sample({"mean": np.zeros(1), "r": -1.0, "u": 2.0}, 30_000 * 12, rng)
    y = rows.reshape(30_000, 12)
    powers = np.stack([(y**k).mean(axis=1) for k in (3, 4)], axis=-1)[:, None, :]
    moments = Moments(
        ("x",),
        np.full(30_000, 12.0),
        np.zeros((30_000, 1)),
        1.0,
        y.mean(1)[:, None],
        (y**2).mean(1)[:, None, None],
        powers,
    )
    model = find_model("z2.quartic", 1)
    batch = fit_class(model, moments, None)
    for g in range(0, 30_000, 1111):
        single = fit_class(model, moments.groups(slice(g, g + 1)), None)
        assert single.reason[0] == batch.reason[g]
        np.testing.assert_allclose(single.parameters["mean"][0], batch.parameters["mean"][g], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(single.parameters["u"][0], batch.parameters["u"][g], rtol=1e-7)


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_the_sampler_follows_the_density(dimension: int) -> None:
    r, u, n = -2.0, 1.5, 200_000
    rows = find_model(label(dimension), dimension).sample(
        {"mean": np.ones(dimension), "r": r, "u": u}, n, np.random.default_rng(3)
    )
    q = ((rows - 1.0) ** 2).sum(axis=1)
    m = radial.moments(dimension, r, u, (2, 4, 8))
    assert abs(q.mean() - m[2]) < 4.5 * math.sqrt((m[4] - m[2] ** 2) / n)
    assert abs((q**2).mean() - m[4]) < 4.5 * math.sqrt((m[8] - m[4] ** 2) / n)
    assert np.abs(rows.mean(axis=0) - 1.0).max() < 4.5 * math.sqrt(m[2] / dimension / n)


def test_the_centre_of_an_unequal_double_well_is_between_the_wells() -> None:
    """The mean is a poor centre when the wells are unequally filled; the likelihood finds the midpoint."""
    rng = np.random.default_rng(8)
    x = np.where(rng.random(4000) < 0.85, 3.0, -3.0) + 0.3 * rng.standard_normal(4000)
    answer = symcat.solve(x, classes=["z2.quartic"])
    assert abs(answer.parameters["mean"]) < 0.1
    assert not all(check.passed for check in answer.checks)  # and the odd moments say it is not symmetric
