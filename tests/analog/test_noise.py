"""The noise of replicas in step: its generator, its laws, and that neither cores nor neighbours change it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.special import bernoulli, factorial2

from symcat.analog import lanes, noise, threads
from symcat.analog.threads import side_by_side
from symcat.loops import compiled

LANES = 128
ROUNDS = 20_000


def drawn(kernel: str, seed: int, rounds: int = ROUNDS) -> NDArray[np.float64]:
    """(rounds, rows, lanes) numbers of one of the kernels."""
    state = noise.generators(np.random.default_rng(seed), LANES)
    bits, work = np.empty(LANES, np.uint32), np.empty(LANES, np.float32)
    out = np.empty((rounds, 2 if kernel == "normals" else 1, LANES), np.float32)
    fill = compiled(getattr(noise, kernel), noise.KERNELS)
    for rows in out:
        fill(state, bits, work, *rows)
    return out.astype(np.float64)


def test_the_generator_is_the_published_one() -> None:
    """xoshiro128++ 1.0 as its authors wrote it, in Python's integers."""

    def rotl(x: int, k: int) -> int:
        return ((x << k) | (x >> (32 - k))) & 0xFFFFFFFF

    state = noise.generators(np.random.default_rng(1), 3)
    reference = [[int(s) for s in column] for column in state.T]
    out = np.empty(3, np.uint32)
    for _ in range(200):
        compiled(noise.bits, ())(state, out)
        for lane, s in enumerate(reference):
            expected = (rotl((s[0] + s[3]) & 0xFFFFFFFF, 7) + s[0]) & 0xFFFFFFFF
            t = (s[1] << 9) & 0xFFFFFFFF
            s[2] ^= s[0]
            s[3] ^= s[1]
            s[1] ^= s[2]
            s[0] ^= s[3]
            s[2] ^= t
            s[3] = rotl(s[3], 11)
            assert int(out[lane]) == expected


def test_logarithms_to_single_precision() -> None:
    values = np.concatenate([np.geomspace(1e-10, 1e10, 5001), np.linspace(0.5, 2.0, 5001)]).astype(np.float32)
    out, overwritten = np.empty_like(values), values.copy()
    compiled(noise.logarithm, ())(overwritten, out)
    np.testing.assert_allclose(out, np.log(values.astype(np.float64)), rtol=3e-7, atol=1e-7)


def moment(kernel: str, power: int) -> float:
    if power % 2:
        return 0.0
    if kernel == "normals":
        return float(factorial2(power - 1))
    return float((2.0**power - 2.0) * np.pi**power * abs(bernoulli(power)[power]))


@pytest.mark.slow
@pytest.mark.parametrize(("kernel", "law"), [("normals", stats.norm), ("logistics", stats.logistic)])
def test_the_laws(kernel: str, law: stats.rv_continuous) -> None:
    """Moments to the sixth, by their own sampling errors, and Kolmogorov and Smirnov's distance."""
    x = drawn(kernel, 2).ravel()
    for power in (1, 2, 3, 4, 6):
        value = moment(kernel, power)
        spread = np.sqrt(moment(kernel, 2 * power) - value**2)
        assert abs((x**power).mean() - value) < 4.5 * spread / np.sqrt(len(x)), power
    assert stats.kstest(x, law.cdf).pvalue > 1e-3
    for far in (3.0, 4.0, 4.5):
        for tail in ((x > far).mean(), (x < -far).mean()):
            assert abs(tail - law.sf(far)) < 4.5 * np.sqrt(law.sf(far) / len(x))


def test_minus_the_logarithms_of_uniform_numbers_are_exponential() -> None:
    x = -drawn("log_uniforms", 3).ravel()
    assert x.min() >= 0.0
    assert stats.kstest(x, stats.expon.cdf).pvalue > 1e-3


@pytest.mark.parametrize("kernel", ["normals", "logistics"])
def test_neighbours_in_time_and_space_are_independent(kernel: str) -> None:
    x = drawn(kernel, 4)
    x = (x - x.mean()) / x.std()
    for a, b in ((x[1:], x[:-1]), (x[..., 1:], x[..., :-1]), (x[:, :1], x[:, -1:] if x.shape[1] > 1 else x[::-1])):
        for power in (1, 2):
            product = (a**power - (a**power).mean()) * (b**power - (b**power).mean())
            assert abs(product.mean()) < 4.5 * product.std() / np.sqrt(product.size)


def test_replicas_are_shared_out_evenly_and_each_once() -> None:
    for replicas in (1, 64, 128, 129, 1000):
        found = lanes.chunks(np.random.default_rng(0), replicas)
        rows = np.concatenate([np.arange(replicas)[chunk.rows] for chunk in found])
        np.testing.assert_array_equal(rows, np.arange(replicas))
        sizes = [chunk.rows.stop - chunk.rows.start for chunk in found]
        assert max(sizes) <= noise.LANES
        assert max(sizes) - min(sizes) <= 1


@pytest.mark.slow
def test_the_number_of_cores_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from symcat.analog import Device, Polynomial, Spins

    well = Polynomial(np.array([[2, 0], [0, 2], [4, 0], [0, 4], [1, 1]]), np.array([-1.0, -1.0, 0.3, 0.3, 0.4]))
    spins = Spins.ising(np.zeros(5), 0.3 * (np.ones((5, 5)) - np.eye(5)))
    read = []
    for cores in (1, 3):
        monkeypatch.setattr(threads, "_cores", lambda cores=cores: cores)
        device = Device(seed=7, replicas=300)
        read.append([device.sample(energy, n=5).states for energy in (well, spins)])
    for one, other in zip(*read, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_runs_side_by_side_is_added_up_and_its_errors_come_through() -> None:
    assert side_by_side([lambda: 1.0, lambda: 2.0, lambda: 3.5]) == 6.5

    def broken() -> float:
        raise ValueError("a chunk is broken")

    with pytest.raises(ValueError, match="a chunk is broken"):
        side_by_side([lambda: 1.0, broken])
