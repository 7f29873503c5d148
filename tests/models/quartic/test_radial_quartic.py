"""The radial quartic read from the catalogue: round trips, symmetries, gradients and the sampler."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.catalogue import default
from symcat.models.fitting import fit_batch
from symcat.models.quartic import FAMILY, radial
from symcat.models.quartic.labels import label_of
from symcat.models.quartic.radial_quartic import RadialQuartic
from tests.models.observing import assert_batch_is_single, look_up, model_of, moments_of, observed

DIMENSIONS = st.sampled_from([1, 2, 3, 4, 7, 16, 64, 65, 200])


def quartic(dimension: int) -> RadialQuartic:
    model = model_of(FAMILY, label_of(dimension), dimension)
    assert isinstance(model, RadialQuartic)
    return model


def read(dimension: int, m2: float, m4: float) -> dict[str, float]:
    """The parameters and log Z from the averages."""
    fit = look_up(FAMILY, label_of(dimension), m2=m2, m4=m4)
    assert fit.answered[0], fit.why(0)
    return {"r": fit.parameters["r"][0], "u": fit.parameters["u"][0], "log_z": fit.log_partition[0]}


def conditioning(dimension: int, kurtosis: float) -> float:
    """Relative change of u and r for a relative change of the averages: it grows at both ends of the range."""
    limit = (dimension + 2) / dimension
    return 1.0 / (limit - kurtosis) + 1.0 / (kurtosis - 1.0)


@settings(max_examples=80)
@given(DIMENSIONS, st.floats(-6.0, 6.0), st.floats(-4.0, 2.0))
def test_exact_averages_give_back_the_parameters(dimension: int, well: float, log_u: float) -> None:
    # r in units of sqrt(u N), where the shape changes: from deep wells to nearly Gaussian.
    u = math.exp(log_u)
    r = well * math.sqrt(u * dimension)
    m = radial.moments(dimension, r, u, (2, 4))
    kurtosis = m[4] / m[2] ** 2
    table = quartic(dimension).table
    if not table.lo < kurtosis < table.hi:
        return
    answer = read(dimension, m[2], m[4])
    lost = 20.0 * np.finfo(float).eps * conditioning(dimension, kurtosis)
    assert answer["u"] == pytest.approx(u, rel=1e-9 + lost)
    assert answer["r"] == pytest.approx(r, rel=1e-9 + lost, abs=(1e-9 + lost) * u * m[2])
    assert answer["log_z"] == pytest.approx(radial.log_partition(dimension, r, u), rel=1e-9, abs=1e-9)


@settings(max_examples=50)
@given(st.sampled_from([1, 2, 5, 64, 100]), st.floats(0.02, 0.98), st.floats(-40.0, 40.0))
def test_scaling_the_data_scales_the_couplings(dimension: int, x: float, log_scale: float) -> None:
    scale = math.exp(log_scale)
    kurtosis = 1.0 + 2.0 * x / dimension
    one = read(dimension, float(dimension), kurtosis * dimension**2)
    other = read(dimension, dimension * scale**2, kurtosis * dimension**2 * scale**4)
    lost = 1e-13 * conditioning(dimension, kurtosis)
    assert other["r"] * scale**2 == pytest.approx(one["r"], rel=1e-12 + lost, abs=1e-12 + lost)
    assert other["u"] * scale**4 == pytest.approx(one["u"], rel=1e-12 + lost)
    shift = dimension * math.log(scale)
    assert other["log_z"] - shift == pytest.approx(one["log_z"], abs=1e-10 * (1 + abs(one["log_z"]) + lost))


@pytest.mark.parametrize("dimension", [1, 2, 3, 10, 64, 65, 1000])
def test_the_gradient_of_the_entropy_is_the_couplings(dimension: int) -> None:
    """dS/dm2 = r/2 and dS/dm4 = u/24: the two stored functions must agree with each other."""
    table = quartic(dimension).table
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
        reading = radial.read(quartic(dimension).table, dimension, np.array([m4 / m2**2]))
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
    model = quartic(dimension)
    rows = model.sample({"mean": np.zeros(dimension), "r": r, "u": 2.0}, 400, np.random.default_rng(seed))
    scale = 2.0**power
    one, reflected, moved = (model.fit(moments_of([x])) for x in (rows, -rows, rows * scale + shift * scale))
    tolerance = 1e-8
    np.testing.assert_allclose(reflected.parameters["mean"], -one.parameters["mean"], atol=tolerance)
    expected = scale * (one.parameters["mean"] + shift)
    np.testing.assert_allclose(moved.parameters["mean"], expected, atol=tolerance * scale * (1 + abs(shift)))
    for other, factor in ((reflected, 1.0), (moved, scale)):
        assert other.parameters["r"] * factor**2 == pytest.approx(one.parameters["r"], rel=1e-6, abs=1e-7)
        assert other.parameters["u"] * factor**4 == pytest.approx(one.parameters["u"], rel=1e-6)
        assert other.standard_errors["u"] * factor**4 == pytest.approx(one.standard_errors["u"], rel=1e-6)


@pytest.mark.parametrize(("dimension", "groups"), [(1, 3000), (2, 1000), (5, 200)])
@pytest.mark.parametrize("center", [None, "mean", np.float64(0.2)])
def test_groups_get_what_each_gets_alone(dimension: int, groups: int, center: object) -> None:
    """The fit and its checks; more groups than are run without the compiler, some of them of too few rows."""
    rng = np.random.default_rng(5)
    model = quartic(dimension)
    rows = model.sample({"mean": np.zeros(dimension), "r": -1.0, "u": 2.0}, 50 * groups, rng)
    rows[-10 * groups :] = rng.standard_normal((10 * groups, dimension)) ** 3  # no quartic has their kurtosis
    ends = np.sort(rng.choice(np.arange(1, 50 * groups), size=groups - 1, replace=False))
    tables = np.split(rows, ends)
    if isinstance(center, float):
        center = np.full(dimension, center)
    assert_batch_is_single(model, tables, center)  # type: ignore[arg-type]


def test_pieces_and_threads_change_no_answer() -> None:
    rng = np.random.default_rng(5)
    model = quartic(1)
    rows = model.sample({"mean": np.zeros(1), "r": -1.0, "u": 2.0}, 100_000 * 12, rng)
    moments = moments_of(np.split(rows, 100_000))
    whole, cut = model.fit(moments), fit_batch(model, moments)
    np.testing.assert_array_equal(whole.reason, cut.reason)
    for name, values in whole.parameters.items():
        np.testing.assert_array_equal(values, cut.parameters[name])
    assert cut.coverage == whole.coverage


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_the_sampler_follows_the_density(dimension: int) -> None:
    r, u, n = -2.0, 1.5, 200_000
    rows = quartic(dimension).sample({"mean": np.ones(dimension), "r": r, "u": u}, n, np.random.default_rng(3))
    q = ((rows - 1.0) ** 2).sum(axis=1)
    m = radial.moments(dimension, r, u, (2, 4, 8))
    assert abs(q.mean() - m[2]) < 4.5 * math.sqrt((m[4] - m[2] ** 2) / n)
    assert abs((q**2).mean() - m[4]) < 4.5 * math.sqrt((m[8] - m[4] ** 2) / n)
    assert np.abs(rows.mean(axis=0) - 1.0).max() < 4.5 * math.sqrt(m[2] / dimension / n)


def test_the_centre_of_an_unequal_double_well_is_between_the_wells() -> None:
    """The mean is a poor centre when the wells are unequally filled; the likelihood finds the midpoint."""
    rng = np.random.default_rng(8)
    x = np.where(rng.random(4000) < 0.85, 3.0, -3.0) + 0.3 * rng.standard_normal(4000)
    model, seen = quartic(1), observed(x[:, None])
    fit = model.fit(seen.moments)
    assert abs(fit.parameters["mean"][0, 0]) < 0.1
    assert not all(check.passed[0] for check in model.checks(fit, seen))  # and the odd moments say it is not symmetric


@pytest.mark.parametrize("dimension", [1, 3])
def test_every_parameter_is_printed(dimension: int) -> None:
    model = quartic(dimension)
    parameters = {"mean": np.zeros(dimension), "r": np.float64(-1.0), "u": np.float64(2.0)}
    assert all(name in model.formula(parameters) for name in parameters)
    assert model.entries("mean", parameters) == [((j,), (j,)) for j in range(dimension)]
    assert model.entries("r", parameters) == model.entries("u", parameters) == [((), "")]


def test_the_table_is_read_when_it_is_first_wanted() -> None:
    class Unread:
        """A catalogue that must not be read."""

        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"{name} was read")

    schema = quartic(1).schema
    parameters = {"mean": np.zeros(1), "r": np.float64(-1.0), "u": np.float64(2.0)}
    model = RadialQuartic(schema, Unread())  # type: ignore[arg-type]
    model.log_density(parameters, 0.0, model.sample(parameters, 10, np.random.default_rng(0)))
    with pytest.raises(AssertionError, match="table was read"):
        model.fit(moments_of([np.arange(5.0)[:, None]]))
    assert RadialQuartic(schema, default()).table is default().table("z2.quartic")
