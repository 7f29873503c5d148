"""The catalogue reproduces the exact reference numbers of the radial quartic (skipped where they are not at hand)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symcat
from symcat import catalogue
from symcat.models.quartic import radial
from tests.classes import model

REFERENCE = Path(__file__).parents[2] / "shared" / "reference" / "reference.json"


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    if not REFERENCE.exists():
        pytest.skip("the reference numbers are not beside the repository")
    return json.loads(REFERENCE.read_text())


def test_exact_moments_of_the_quartic(reference: dict[str, Any]) -> None:
    """exp(-a x^2 - b x^4): r = 2 a, u = 24 b, from its two averages alone."""
    for row in reference["phi4_exact"]["table"]:
        m2, m4, m6, z = (float(row[name]) for name in ("x2", "x4", "x6", "Z"))
        answer = symcat.lookup("z2.quartic", m2=m2, m4=m4)
        r, u = answer.parameters["r"], answer.parameters["u"]
        rounding = 1e-9 + 1e-14 / (3.0 - m4 / m2**2)
        assert r == pytest.approx(2.0 * row["a"], rel=rounding)
        assert u == pytest.approx(24.0 * row["b"], rel=rounding)
        assert answer.log_partition == pytest.approx(math.log(z), rel=1e-9, abs=1e-10)
        assert (3.0 * m2 - r * m4) * 6.0 / u == pytest.approx(m6, rel=1e-7)  # Schwinger-Dyson


def test_kurtosis_against_the_shape(reference: dict[str, Any]) -> None:
    """The standardised shape a / sqrt(b) read back from the kurtosis alone."""
    for row in reference["phi4_exact"]["kurtosis_vs_t_eq_a_over_sqrt_b"]:
        kurtosis, t = float(row["kurtosis"]), float(row["t"])
        answer = symcat.lookup("z2.quartic", m2=1.0, m4=kurtosis)
        found = 0.5 * answer.parameters["r"] / math.sqrt(answer.parameters["u"] / 24.0)
        assert found == pytest.approx(t, rel=1e-9 + 1e-15 / (3.0 - kurtosis), abs=1e-9)
        scale = math.sqrt(answer.parameters["u"] / 24.0)
        assert float(row["x2_sqrtb"]) == pytest.approx(scale, rel=1e-9 + 1e-15 / (3.0 - kurtosis))


def test_limits_of_the_kurtosis(reference: dict[str, Any]) -> None:
    limits = reference["kurtosis_limits"]
    assert radial.gaussian_kurtosis(1) == float(limits["gaussian"])
    assert catalogue.default().table("z2.quartic").lo > float(limits["deep_double_well"])
    pure = float(limits["pure_quartic"])
    assert symcat.lookup("z2.quartic", m2=1.0, m4=pure).parameters["r"] == pytest.approx(0.0, abs=1e-10)
    point = [row for row in catalogue.default().rows("solutions", "z2.quartic") if row["point"] == "pure_quartic"]
    assert point[0]["kurtosis"] == pytest.approx(pure, rel=1e-15)
    assert point[0]["r"] == 0.0
    critical = reference["binder"]["curie_weiss_kurtosis_at_Kc"]
    assert point[0]["kurtosis"] == pytest.approx(critical, rel=1e-13)


def fraction(text: str) -> float:
    top, _, bottom = text.partition("/")
    return float(top) / float(bottom or 1)


def test_limits_in_every_dimension(reference: dict[str, Any]) -> None:
    """Gaussian and pure-quartic radial kurtosis, tabulated to N = 64 and expanded beyond."""
    for row in reference["ON_zero_dim"]["limits"]:
        dimension = int(row["N"])
        assert radial.gaussian_kurtosis(dimension) == pytest.approx(fraction(row["gaussian"]), rel=1e-15)
        pure = float(row["pure_quartic_r4_over_r2sq"])
        reading = radial.read(model(f"o{dimension}.quartic", dimension).table, dimension, np.array([pure]))
        assert reading.r[0] == pytest.approx(0.0, abs=2e-10 * dimension)
        component = 3.0 * dimension / (dimension + 2.0)
        assert component * pure == pytest.approx(float(row["component_kurtosis_quartic"]), rel=1e-14)


def test_large_n_saddle(reference: dict[str, Any]) -> None:
    check = reference["ON_zero_dim"]["large_N_check"]
    n, a, b = check["N"], check["a"], check["b"]
    m = radial.moments(n, 2.0 * a, 24.0 * b / n, (2, 4))
    assert m[2] / n == pytest.approx(float(check["exact_r2_over_N"]), rel=1e-11)
    answer = symcat.lookup(f"o{n}.quartic", m2=m[2], m4=m[4])
    assert answer.parameters["r"] == pytest.approx(2.0 * a, rel=1e-9)
    assert answer.parameters["u"] == pytest.approx(24.0 * b / n, rel=1e-9)
