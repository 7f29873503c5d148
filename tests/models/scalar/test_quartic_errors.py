"""Errors of the couplings from the table's slopes, against the moments of the density to the eighth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from symcat import catalogue
from symcat.models.scalar import reduced
from symcat.models.scalar.quartic_errors import moved, variances
from symcat.models.scalar.quartic_table import read
from symcat.models.tables import Table


@pytest.fixture(scope="module")
def table() -> Table:
    return catalogue.default().table("scalar.quartic")


def moments(couplings: tuple[float, ...], log_z: float) -> np.ndarray:
    h, r, g, u = couplings

    def weighed(y: float, power: int) -> float:
        return float(y**power * np.exp(-(y * (h + y * (r / 2 + y * (g / 6 + y * u / 24)))) - log_z))

    return np.array([quad(weighed, -15, 25, args=(n,), epsabs=1e-13, limit=400)[0] for n in range(9)])


@pytest.mark.parametrize(("s", "t"), [(0.0, 0.4), (0.3, 0.7), (-1.0, 0.5), (1.0, 0.1), (2.0, 0.9), (-3.0, 0.3)])
def test_errors_are_those_of_the_sampling_covariance(table: Table, s: float, t: float) -> None:
    k = reduced.kurtosis_at(s, t)
    at = np.array([s]), np.array([k])
    reading = read(table.patches, *at)
    m = moments(tuple(float(v[0]) for v in (reading.h, reading.r, reading.g, reading.u)), float(reading.log_z[0]))
    covariance = np.array([[m[i + j] - m[i] * m[j] for j in range(1, 5)] for i in range(1, 5)])
    by_averages = moved(reading, *at)[0]
    expected = np.diag(by_averages @ covariance @ by_averages.T)
    np.testing.assert_allclose(variances(reading, *at)[:, 0], expected, rtol=1e-6)


def test_at_the_gaussian_they_are_those_of_its_cumulants(table: Table) -> None:
    at = np.array([1e-2]), np.array([3.0])
    found = variances(read(table.patches, *at), *at)[:, 0]
    np.testing.assert_allclose(found, [1.5, 8.0, 6.0, 24.0], rtol=0.01)


def test_couplings_move_with_the_rows(table: Table) -> None:
    """A few rows more, fitted anew: the first order is right."""
    y = np.random.default_rng(5).gamma(3.0, size=4000)
    y = (y - y.mean()) / y.std()
    other = np.append(y, [2.0, 2.5])

    def fitted(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, object]:
        z = (x - x.mean()) / x.std()
        at = np.array([(z**3).mean()]), np.array([(z**4).mean()])
        reading = read(table.patches, *at)
        couplings = np.array([v[0] for v in (reading.h, reading.r, reading.g, reading.u)])
        return couplings / x.std() ** np.arange(1, 5), *at, reading

    before, s, k, reading = fitted(y)
    after = fitted(other)[0]
    rows = np.array([[v, v**2 - 1, v**3 - s[0], v**4 - k[0]] for v in (2.0, 2.5)])
    step = (moved(reading, s, k)[0] @ rows.sum(axis=0)) / len(other)  # type: ignore[arg-type]
    np.testing.assert_allclose(after - before, step, rtol=0.02, atol=1e-6)
