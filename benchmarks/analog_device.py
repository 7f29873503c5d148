"""The emulated device: errors against the theory, beside thermox, and what converters, mismatch and temperature cost.

    python benchmarks/analog_device.py [python with thermox]

thermox runs in a process of its own, under the interpreter given, because it brings JAX; without one it is left out.
Matrices are ``X X' / 2d`` of 2d Gaussian rows (condition number about 30). Errors are root mean squares over devices
of different seeds, relative to the norm of the exact answer.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from analog_theory import expm_error, inverse_error, log_determinant_error, solve_error
from numpy.typing import NDArray

from symcat.analog import Device, Reading, checks
from symcat.analog.primitives.log_determinant import _rules

Floats = NDArray[np.float64]
SIZES = (10, 100, 500)
RUNS = {10: 200, 100: 16, 500: 3}
RUNS_OF_A_NUMBER = {10: 150, 100: 120, 500: 100}  # one number a run says less of its error than a matrix does
PRIMITIVES = ("solve", "inverse", "log_determinant", "expm")

THERMOX = """
import sys, time, statistics
import numpy as np, jax, jax.numpy as jnp
from thermox import linalg
rng = np.random.default_rng(0)
for d in (10, 100, 500):
    x = rng.standard_normal((d, 2 * d)); a = x @ x.T / (2 * d); b = rng.standard_normal(d)
    w, v = np.linalg.eigh(a)
    for name, call, truth in (
        ("solve", lambda key: linalg.solve(jnp.array(a), jnp.array(b), key=key), np.linalg.solve(a, b)),
        ("inverse", lambda key: linalg.inv(jnp.array(a), key=key), np.linalg.inv(a)),
        ("expm", lambda key: linalg.expnegm(jnp.array(a), key=key), (v * np.exp(-w)) @ v.T),
    ):
        times, errors = [], []
        for k in range(4):
            start = time.perf_counter()
            value = np.asarray(call(jax.random.PRNGKey(k)).block_until_ready())
            times.append(time.perf_counter() - start)
            errors.append(((value - truth) ** 2).sum() / (truth**2).sum())
        print(name, d, times[0], statistics.median(times[1:]), np.sqrt(np.mean(errors)), flush=True)
"""


def problems() -> dict[int, tuple[Floats, Floats]]:
    rng = np.random.default_rng(0)
    found = {}
    for d in SIZES:
        x = rng.standard_normal((d, 2 * d))
        found[d] = (x @ x.T / (2 * d), rng.standard_normal(d))
    return found


def ask(primitive: str, matrix: Floats, b: Floats, samples: int, seed: int, **settings: Any) -> Reading:
    device = Device(seed=seed, **settings)
    if primitive == "solve":
        return device.solve(matrix, b, samples=samples)
    reading: Reading = getattr(device, primitive)(-matrix if primitive == "expm" else matrix, samples=samples)
    return reading


def exact(primitive: str, matrix: Floats, b: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    if primitive == "solve":
        return np.linalg.solve(matrix, b)
    if primitive == "inverse":
        return np.linalg.inv(matrix)
    if primitive == "expm":
        return (vectors * np.exp(-values)) @ vectors.T  # type: ignore[no-any-return]
    return np.array(np.log(values).sum())


def predicted(primitive: str, matrix: Floats, samples: int, replicas: int = 64, tau: float = 1.0) -> float:
    """Absolute error that the theory of the continuous circuit gives."""
    values, n = np.linalg.eigvalsh(matrix), -(-samples // replicas)
    spacing = tau / checks.largest_curvature(matrix)
    if primitive == "solve":
        return solve_error(values, n, spacing, replicas)
    if primitive == "inverse":
        return inverse_error(values, n, spacing, replicas)
    if primitive == "expm":
        shift = checks.largest_eigenvalue(-matrix) + 0.5
        return float(np.exp(shift)) * expm_error(shift + values, n, 4, replicas)
    points, kronrod, _ = _rules()
    stages, weights = 1.0 - (1.0 - points) ** 2, kronrod * 2.0 * (1.0 - points)
    scale = np.sqrt(np.diag(matrix))
    scaled, one = matrix / scale[:, None] / scale, np.eye(len(matrix))
    spacings = np.array([1.0 / checks.largest_curvature(one + t * (scaled - one)) for t in stages])
    n = max(4, -(-samples // (15 * replicas)))
    return log_determinant_error(np.linalg.eigvalsh(scaled), stages, weights, n, spacings, replicas)


def relative(values: list[Floats], truth: Floats) -> float:
    return float(np.sqrt(np.mean([((v - truth) ** 2).sum() for v in values]) / (truth**2).sum()))


def accuracy() -> None:
    print("\nErrors (relative), the theory's, their ratio; median wall time, modelled device time and energy")
    heads = ("error", "theory", "ratio", "wall s", "device s", "J")
    print(f"{'':16} {'d':>4} {'samples':>8} " + " ".join(f"{head:>9}" for head in heads))
    for primitive in PRIMITIVES:
        for d, (matrix, b) in problems().items():
            truth = exact(primitive, matrix, b)
            longest = 3 if d < 100 or (d == 100 and primitive != "log_determinant") else 2
            for samples in (6_400, 25_600, 102_400)[:longest]:
                samples *= 4 if primitive == "log_determinant" else 1
                runs = (RUNS_OF_A_NUMBER if primitive == "log_determinant" else RUNS)[d]
                read = [ask(primitive, matrix, b, samples, seed=k) for k in range(runs)]
                error = relative([r.value for r in read], truth)
                theory = predicted(primitive, matrix, samples) / float(np.sqrt((truth**2).sum()))
                wall = statistics.median(r.wall_time_s for r in read)
                print(
                    f"{primitive:16} {d:4} {samples:8} {error:9.4f} {theory:9.4f} {error / theory:9.2f} {wall:9.3f} "
                    f"{read[0].device_time_s:9.2e} {read[0].device_energy_j:9.2e}",
                    flush=True,
                )


def beside_thermox(python: str) -> None:
    print("\nBeside thermox at its defaults (10^4 samples, dt = 1), as many readings as give the same error")
    done = subprocess.run([python, "-c", THERMOX], capture_output=True, text=True, check=True)
    print(f"{'':8} {'d':>4} | {'thermox error':>13} {'first s':>8} {'warm s':>8} | {'samples':>8} {'error':>8} "
          f"{'first s':>8} {'warm s':>8} | {'defaults':>8} | {'numpy s':>8}")  # fmt: skip
    for line in done.stdout.splitlines():
        primitive, size, *numbers = line.split()
        first, warm, error = map(float, numbers)
        matrix, b = problems()[int(size)]
        truth = exact(primitive, matrix, b)
        norm = float(np.sqrt((truth**2).sum()))
        options = {"replicas": 512 if size == "10" else 64, "step": 1.5, "read_interval": 1.5, "single_precision": True}
        samples = enough(primitive, matrix, 0.97 * error * norm, options["replicas"], 1.5)
        start = (
            "import sys; sys.path.insert(0, 'benchmarks'); import time; t = time.perf_counter();"
            "import numpy as np; from analog_device import ask, problems; t = time.perf_counter();"
            f"ask({primitive!r}, *problems()[{size}], {samples}, seed=0, **{options}); print(time.perf_counter() - t)"
        )
        cold = float(subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, check=True).stdout)
        times, values = [], []
        for k in range(30 if size == "10" else 4):
            began = time.perf_counter()
            values.append(ask(primitive, matrix, b, samples, seed=k, **options).value)
            times.append(time.perf_counter() - began)
        plain = at_defaults(primitive, matrix, b, 0.97 * error * norm)
        digital = seconds(lambda p=primitive, m=matrix, v=b: exact_call(p, m, v))
        found = relative(values, truth)
        print(
            f"{primitive:8} {size:>4} | {error:13.4f} {first:8.3f} {warm:8.3f} | {samples:8} {found:8.4f} "
            f"{cold:8.3f} {statistics.median(times):8.3f} | {plain:8.3f} | {digital:8.5f}",
            flush=True,
        )


def enough(primitive: str, matrix: Floats, error: float, replicas: int = 64, tau: float = 1.0) -> int:
    """Samples by which the theory's error comes down to the one given."""
    samples = 1_000
    while predicted(primitive, matrix, samples, replicas, tau) > error:
        samples = int(samples * 1.05)
    return samples


def at_defaults(primitive: str, matrix: Floats, b: Floats, error: float) -> float:
    """Median seconds of warm calls for the same error with nothing set: 64 replicas, steps of one tau, doubles."""
    samples = enough(primitive, matrix, error)
    times = []
    for k in range(4):
        began = time.perf_counter()
        ask(primitive, matrix, b, samples, seed=k)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def exact_call(primitive: str, matrix: Floats, b: Floats) -> Any:
    from scipy.linalg import expm

    return {"solve": lambda: np.linalg.solve(matrix, b), "inverse": lambda: np.linalg.inv(matrix)}.get(
        primitive, lambda: expm(-matrix)
    )()


def seconds(run: Callable[[], object], repeats: int = 5) -> float:
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def imperfections() -> None:
    d = 10
    matrix, b = problems()[d]
    print("\nsolve and inverse, d = 10, 10^5 samples: relative error; the range of a readout is +-30")
    print(f"{'setting':24} {'solve T = 1':>12} {'solve T = 1e-4':>15} {'solve T = 1e-8':>15} {'inverse':>9}")
    rows: list[tuple[str, dict[str, Any]]] = [("ideal", {})]
    rows += [(f"coefficients {bits} bits", {"dac_bits": bits}) for bits in (4, 6, 8, 10, 12, 16)]
    rows += [(f"readout {bits} bits", {"adc_bits": bits, "saturation": 30.0}) for bits in (4, 6, 8, 10, 12, 16)]
    rows += [(f"mismatch {m:g}", {"mismatch": m}) for m in (1e-4, 1e-3, 1e-2)]
    for name, settings in rows:
        cells = []
        for primitive, temperature in (("solve", 1.0), ("solve", 1e-4), ("solve", 1e-8), ("inverse", 1.0)):
            values, refused = [], 0
            for k in range(8):
                try:
                    values.append(ask(primitive, matrix, b, 100_000, seed=k, temperature=temperature, **settings).value)
                except ValueError:
                    refused += 1
            cells.append(f"{relative(values, exact(primitive, matrix, b)):.2e}" if not refused else "refused")
        print(f"{name:24} {cells[0]:>12} {cells[1]:>15} {cells[2]:>15} {cells[3]:>9}", flush=True)
    print("\nsolve, d = 10: modelled device time to a relative error, settling included, by temperature (bits ideal)")
    for temperature in (1.0, 1e-2, 1e-4):
        for samples in (6_400, 102_400):
            read = [ask("solve", matrix, b, samples, seed=k, temperature=temperature) for k in range(20)]
            error = relative([r.value for r in read], exact("solve", matrix, b))
            print(f"T = {temperature:g}: {error:.2e} in {read[0].device_time_s:.2e} s")


if __name__ == "__main__":
    print(f"BLAS threads: {os.environ.get('OPENBLAS_NUM_THREADS', 'all')} of {os.cpu_count()} cores; condition numbers "
          f"{ {d: round(float(np.linalg.cond(m)), 1) for d, (m, _) in problems().items()} }")  # fmt: skip
    if len(sys.argv) > 1:
        beside_thermox(sys.argv[1])
    imperfections()
    accuracy()
