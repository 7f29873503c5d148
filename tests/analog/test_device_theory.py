"""How large the errors are, and how they fall, against the theory of the Ornstein-Uhlenbeck process."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks import analog_theory as theory
from symcat.analog import Device, checks
from symcat.analog.langevin import Circuit
from symcat.analog.primitives.log_determinant import _rules
from symcat.analog.transient import Timed
from tests.analog.test_device import ask, exact, wishart

Floats = NDArray[np.float64]
REPLICAS = 64


def measured(primitive: str, matrix: Floats, samples: int, runs: int, **settings: Any) -> float:
    """Root mean square of the error's norm over devices of different seeds."""
    truth = exact(primitive, matrix)
    found = [ask(Device(seed=k, **settings), primitive, matrix, samples=samples).value for k in range(runs)]
    return float(np.sqrt(np.mean([((value - truth) ** 2).sum() for value in found])))


def predicted(primitive: str, matrix: Floats, samples: int) -> float:
    values = np.linalg.eigvalsh(matrix)
    n = -(-samples // REPLICAS)
    spacing = 1.0 / checks.largest_curvature(matrix)  # a reading each tau
    if primitive == "solve":
        return theory.solve_error(values, n, spacing, REPLICAS)
    if primitive == "inverse":
        return theory.inverse_error(values, n, spacing, REPLICAS)
    if primitive == "expm":  # of exp(-matrix), asked for below
        shift = checks.largest_eigenvalue(-matrix) + 0.5
        return float(np.exp(shift)) * theory.expm_error(shift + values, n, 4, REPLICAS)
    points, kronrod, _ = _rules()
    stages, weights = 1.0 - (1.0 - points) ** 2, kronrod * 2.0 * (1.0 - points)
    scaled = matrix / np.sqrt(np.outer(np.diag(matrix), np.diag(matrix)))
    one = np.eye(len(matrix))
    spacings = np.array([1.0 / checks.largest_curvature(one + t * (scaled - one)) for t in stages])
    n = max(4, -(-samples // (15 * REPLICAS)))
    return theory.log_determinant_error(np.linalg.eigvalsh(scaled), stages, weights, n, spacings, REPLICAS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("primitive", "d", "samples", "runs"),
    [
        *(("solve", 10, 4_000, 200), ("solve", 60, 4_000, 30)),
        *(("inverse", 10, 4_000, 200), ("inverse", 60, 4_000, 20)),
        ("log_determinant", 10, 15_000, 40),
        pytest.param("log_determinant", 10, 15_000, 150, marks=pytest.mark.statistics),
        *(("expm", 10, 2_000, 100), ("expm", 60, 2_000, 6)),
    ],
)
def test_the_error_is_the_theory_s(primitive: str, d: int, samples: int, runs: int) -> None:
    matrix = wishart(d)
    asked = -matrix if primitive == "expm" else matrix
    # Squares of the fastest modes decorrelate later in steps of one tau: errors up to 8 % larger, of half a tau 2 %.
    step = 0.5 if primitive in ("inverse", "log_determinant") else 1.0
    found = measured(primitive, asked, samples, runs, step=step)
    assert found == pytest.approx(predicted(primitive, matrix, samples), rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("primitive", ["solve", "inverse", "expm"])
def test_sixteen_times_the_samples_a_quarter_of_the_error(primitive: str) -> None:
    matrix = wishart(6) if primitive != "expm" else -wishart(6)
    few = 64 * 60
    ratio = measured(primitive, matrix, few, 40) / measured(primitive, matrix, 16 * few, 40)
    assert ratio == pytest.approx(4.0, rel=0.25)


def test_the_long_limit_is_the_reference_s_law() -> None:
    values = np.linalg.eigvalsh(wishart(5))
    n, spacing = 100_000, 0.05
    long = theory.solve_error_long(values, n * spacing * REPLICAS)
    assert theory.solve_error(values, n, spacing, REPLICAS) == pytest.approx(long, rel=0.01)


@pytest.mark.parametrize("step", [0.1, 0.5, 1.0, 1.9])
def test_the_integrator_has_no_bias_in_equilibrium(step: float) -> None:
    """Stationary covariance of the step itself, from its own matrices: exact at every step, where Euler's is not."""
    matrix = wishart(4)
    circuit = Circuit(matrix, np.zeros(4), Device(step=step).settings, np.random.default_rng(0), 0)
    carry, kick = circuit._carry, circuit._kick
    # The state together with the noise it shares with the next: z' = F z + G n.
    one, zero = np.eye(4), np.zeros((4, 4))
    f, g = np.block([[carry, kick * one], [zero, zero]]), np.vstack([kick * one, one])
    covariance = np.eye(8)
    for _ in range(60):  # doubling sums the series F^k G G' F'^k
        covariance, f = (covariance + f @ covariance @ f.T, f @ f) if _ else (g @ g.T + f @ g @ g.T @ f.T, f @ f)
    np.testing.assert_allclose(covariance[:4, :4], np.linalg.inv(matrix), rtol=1e-9)
    euler = np.linalg.inv(matrix @ (one - 0.5 * step / circuit.curvature * matrix))
    assert np.abs(euler - np.linalg.inv(matrix)).max() > 0.01 * step


@pytest.mark.parametrize("seed", range(5))
def test_the_clock_of_correlations(seed: int) -> None:
    """The timed circuit's drift over one unit of time, and its equilibrium as read, within the stated bound."""
    matrix = wishart(5, seed) * 3.0
    circuit = Timed(matrix, Device().settings, np.random.default_rng(0), 0, 10_000)
    drift = np.linalg.matrix_power(circuit._carry, circuit.steps)
    square = circuit._carry @ circuit._carry
    stationary = circuit._kick**2 * (np.eye(5) + square) @ np.linalg.inv(np.eye(5) - square)
    values, vectors = np.linalg.eigh(matrix)
    stationary = circuit._read @ stationary @ circuit._read
    error = np.linalg.eigvalsh(matrix @ drift @ stationary - (vectors * np.exp(-values)) @ vectors.T)
    assert np.abs(error).max() < 0.6 / circuit.steps**4


@pytest.mark.parametrize("d", [2, 20, 120])
def test_the_bounds_on_eigenvalues(d: int) -> None:
    for matrix in (wishart(d), -wishart(d), wishart(d) - np.eye(d)):
        values = np.linalg.eigvalsh(matrix)
        bound = checks.largest_curvature(matrix)
        assert np.abs(values).max() <= bound * (1.0 + 1e-12)
        assert bound <= d ** (1.0 / 16.0) * np.abs(values).max() * (1.0 + 1e-12)
        assert values.max() <= checks.largest_eigenvalue(matrix) + 1e-9


def test_settling_waits_for_the_slowest_mode() -> None:
    """No mode's memory of the start is left: the wait grows with the condition number, from data alone."""
    waits = []
    for smallest in (0.3, 0.03, 0.003):
        matrix = np.diag([1.0, 0.6, smallest])
        waits.append(Device(seed=1).inverse(matrix, samples=300).settle_tau)
        assert np.exp(-smallest * waits[-1]) < 0.01
    assert waits[0] < waits[1] < waits[2]


def test_the_step_changes_the_law_of_averaging_little() -> None:
    """Variance of averaged squares with the integrator's own autocovariance, over that with the circuit's."""
    z = np.linspace(0.001, 1.0, 1000)

    def ratio(step: float) -> float:
        carried = 1.0 - step * z  # of the slowest to the fastest mode; readings a tau apart
        steps = round(1.0 / step)
        first = carried ** (steps - 1) * (1.0 - 0.5 * step * z)
        own = 1.0 + 2.0 * first**2 / (1.0 - carried ** (2 * steps))
        return float(np.sqrt((own * np.tanh(z)).max()))

    assert 1.07 < ratio(1.0) < 1.081
    assert ratio(0.5) < 1.03
