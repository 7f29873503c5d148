"""The primitives against exact linear algebra, and what the device promises beside their values."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from symcat.analog import Device, Reading, Settings
from symcat.analog.timing import cost
from symcat.errors import InvalidData

Floats = NDArray[np.float64]
PRIMITIVES = ("solve", "inverse", "log_determinant", "expm")


def wishart(d: int, seed: int = 0) -> Floats:
    x = np.random.default_rng(seed).standard_normal((d, 3 * d))
    matrix: Floats = x @ x.T / (3 * d)
    return matrix


def ask(device: Device, primitive: str, matrix: Floats, **options: Any) -> Reading:
    arguments = (matrix, np.linspace(-1.0, 1.0, len(matrix))) if primitive == "solve" else (matrix,)
    reading: Reading = getattr(device, primitive)(*arguments, **options)
    return reading


def exact(primitive: str, matrix: Floats) -> Any:
    values, vectors = np.linalg.eigh(matrix)
    return {
        "solve": lambda: np.linalg.solve(matrix, np.linspace(-1.0, 1.0, len(matrix))),
        "inverse": lambda: np.linalg.inv(matrix),
        "log_determinant": lambda: np.log(values).sum(),
        "expm": lambda: (vectors * np.exp(values)) @ vectors.T,
    }[primitive]()


@pytest.mark.parametrize("primitive", PRIMITIVES)
@pytest.mark.parametrize("d", [2, 4, 10])
def test_values_are_right_and_their_errors_honest(primitive: str, d: int) -> None:
    """Over many devices the deviations, in units of the stated error, have the size they claim."""
    matrix = wishart(d)
    truth = exact(primitive, matrix)
    readings = [ask(Device(seed=k), primitive, matrix, samples=4_000) for k in range(20)]
    scores = np.array([(r.value - truth) / np.maximum(r.standard_error, 1e-12) for r in readings])
    assert scores.shape == (20, *np.shape(truth))
    assert 0.7 < np.sqrt((scores**2).mean()) < 1.4
    assert np.abs(scores.mean(axis=0)).max() < 4.5 / np.sqrt(20.0)  # no bias
    assert all(r.equilibrated for r in readings)


@pytest.mark.parametrize("primitive", PRIMITIVES)
def test_the_same_seed_gives_the_same_answer_and_each_call_new_noise(primitive: str) -> None:
    device, again, other = Device(seed=5), Device(seed=5), Device(seed=6)
    first, second = (ask(device, primitive, wishart(4), samples=500).value for _ in range(2))
    np.testing.assert_array_equal(first, ask(again, primitive, wishart(4), samples=500).value)
    assert (first != second).all()
    assert (first != ask(other, primitive, wishart(4), samples=500).value).all()


@pytest.mark.parametrize("temperature", [1e-6, 0.1, 30.0])
def test_the_answer_does_not_depend_on_temperature_but_the_noise_of_a_mean_does(temperature: float) -> None:
    matrix = wishart(5)
    one = ask(Device(), "solve", matrix, samples=4_000)
    other = ask(Device(temperature=temperature), "solve", matrix, samples=4_000)
    assert np.abs((other.value - exact("solve", matrix)) / other.standard_error).max() < 4.5
    ratio = np.linalg.norm(other.standard_error) / np.linalg.norm(one.standard_error)
    assert ratio == pytest.approx(np.sqrt(temperature), rel=0.25)
    inverse = ask(Device(temperature=temperature), "inverse", matrix, samples=4_000)
    assert np.abs((inverse.value - exact("inverse", matrix)) / inverse.standard_error).max() < 4.5


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e9])
def test_scaling_a_matrix_changes_its_units_only(scale: float) -> None:
    """Couplings are scaled to the circuit: its settling in tau, and its relative error, are the same."""
    matrix = wishart(4)
    one, scaled = (ask(Device(), "inverse", m, samples=500) for m in (matrix, scale * matrix))
    np.testing.assert_allclose(scaled.value * scale, one.value, rtol=1e-9)
    assert scaled.settle_tau == one.settle_tau
    assert scaled.device_time_s == pytest.approx(one.device_time_s)


def test_the_exponential_takes_any_symmetric_matrix() -> None:
    matrix = np.diag([-3.0, 0.0, 1.0]) + 0.5
    reading = Device().expm(matrix, samples=20_000)
    assert np.abs((reading.value - exact("expm", matrix)) / reading.standard_error).max() < 4.5
    given = Device().expm(matrix, samples=20_000, shift=3.0)
    assert np.abs((given.value - exact("expm", matrix)) / given.standard_error).max() < 4.5
    with pytest.raises(InvalidData, match="indefinite"):
        Device().expm(matrix, shift=1.0)
    with pytest.raises(InvalidData, match="no number"):
        Device().expm(1e4 * matrix)


def test_the_rule_of_thermodynamic_integration() -> None:
    from symcat.analog.primitives.log_determinant import _rules

    points, kronrod, gauss = _rules()
    for power in range(24):  # Kronrod's rule of 15 points is exact to degree 22 and, being symmetric, 23
        assert kronrod @ points**power == pytest.approx(1.0 / (power + 1), rel=1e-13)
    for power in range(14):
        assert gauss @ points**power == pytest.approx(1.0 / (power + 1), rel=1e-13)


def test_modelled_time_and_energy() -> None:
    """16 bits a number over 50 Gb/s and RC = 1 us, by hand, for 10 cells and 4 replicas."""
    settings = Settings(replicas=4)
    spent = cost(settings, coefficients=65, cells=10, tau=100.0, readouts=25)
    assert spent.time_s == pytest.approx(65 * 16 / 50e9 + 100e-6 + 25 * 4 * 10 * 16 / 50e9)
    running, bits = 1e-4 * 40 * 100e-6, 65 * 16 * 4 + 25 * 40 * 16
    assert spent.energy_j == pytest.approx(running + 1e-12 * bits)
    fewer = cost(Settings(replicas=4, dac_bits=8, adc_bits=8), coefficients=65, cells=10, tau=100.0, readouts=25)
    assert fewer.time_s - 100e-6 == pytest.approx((spent.time_s - 100e-6) / 2.0)


def test_a_reading_says_under_which_assumptions() -> None:
    reading = ask(Device(dac_bits=12, adc_bits=10, temperature=0.5, mismatch=0.01), "solve", wishart(3))
    for said in (
        "RC = 1e-06 s",
        "5e+10 bit/s",
        "12 bits in",
        "10 bits out",
        "temperature 0.5",
        "signals up to",
        "0.01",
    ):
        assert said in reading.assumptions
    assert reading.wall_time_s > 0.0
    assert reading.device_time_s > reading.settle_tau * 1e-6
    assert reading.n_samples >= 10_000


@pytest.mark.parametrize("primitive", PRIMITIVES)
def test_single_precision_is_as_good_as_the_noise_allows(primitive: str) -> None:
    matrix = wishart(8)
    reading = ask(Device(single_precision=True), primitive, matrix, samples=10_000)
    score = (reading.value - exact(primitive, matrix)) / reading.standard_error
    assert np.abs(score).max() < 4.5
    assert reading.value.dtype == np.float64


def dac_floor(matrix: Floats, bits: int) -> Floats:
    """A^-1 b as a converter of so many bits leaves A and b, recomputed here."""
    b = np.linspace(-1.0, 1.0, len(matrix))
    codes = 2**bits - 2
    full = np.abs(matrix).max()
    a = np.round(matrix / (2.0 * full) * codes) * (2.0 * full) / codes
    return np.linalg.solve(a, np.round(b / 2.0 * codes) * 2.0 / codes)  # type: ignore[no-any-return]


@pytest.mark.parametrize("bits", [5, 8, 16])
def test_the_error_ends_at_the_floor_of_the_converters(bits: int) -> None:
    """At a low temperature nothing but the programmed codes is left of the error."""
    matrix = wishart(6)
    reading = ask(Device(dac_bits=bits, temperature=1e-14), "solve", matrix)
    np.testing.assert_allclose(reading.value, dac_floor(matrix, bits), atol=1e-7)


def test_noise_above_a_step_of_the_readout_averages_over_it() -> None:
    """Dither: mean and, after Sheppard, variance see a coarse converter as noise of a twelfth of its step squared."""
    matrix = 2.0 * np.eye(2)
    coarse = Device(adc_bits=4, saturation=5.0, seed=1)
    step = 10.0 / 14.0
    mean = coarse.solve(matrix, np.array([0.3, -0.5]), samples=200_000)
    assert np.abs((mean.value - [0.15, -0.25]) / mean.standard_error).max() < 4.5
    inverse = coarse.inverse(matrix, samples=200_000)
    added = np.diag(inverse.value) - 0.5
    assert np.abs(added - step**2 / 12.0).max() < 4.5 * np.diag(inverse.standard_error).max()


def test_components_belong_to_the_device() -> None:
    """Mismatch is the same at every call and in every replica, so no averaging removes it."""
    matrix = wishart(6)
    truth = exact("solve", matrix)
    device = Device(mismatch=0.05, temperature=1e-10, seed=3)
    first, second = (ask(device, "solve", matrix).value for _ in range(2))
    np.testing.assert_allclose(first, second, atol=1e-5)
    small, large = (
        np.mean([np.linalg.norm(ask(Device(mismatch=m, temperature=1e-10, seed=k), "solve", matrix).value - truth)
                 for k in range(10)])
        for m in (0.001, 0.01)
    )  # fmt: skip
    assert large / small == pytest.approx(10.0, rel=0.25)  # to first order, linear


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"temprature": 1.0}, "no setting 'temprature'"),
        ({"temperature": 0.0}, "temperature is 0.0"),
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"step": 2.0}, "at most 1.9"),
        ({"replicas": 3}, "at least 4"),
        ({"replicas": 4.5}, "whole number"),
        ({"adc_bits": 1}, "2 to 32"),
        ({"dac_bits": True}, "2 to 32"),
        ({"mismatch": -0.1}, "not negative"),
        ({"saturation": 0.0}, "positive number, or None"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_settings_that_make_no_circuit(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidData, match=said):
        Device(**settings)


def test_it_is_imported_on_demand() -> None:
    code = "import sys, symcat; sys.exit('symcat.analog' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("samples", [0, -5])
def test_nothing_to_read(samples: int) -> None:
    calls: list[Callable[[], Reading]] = [lambda: Device().inverse(np.eye(2), samples=samples)]
    for call in calls:
        with pytest.raises(InvalidData, match="samples cannot be read"):
            call()
