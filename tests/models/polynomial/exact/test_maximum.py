"""Couplings of known averages, the maxima of known tables, and the words where there is none."""

from __future__ import annotations

import json
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symcat.models.polynomial.exact.hills import BARRIER
from symcat.models.polynomial.exact.maximum import MET, Maximum
from symcat.models.relaxation import Refusal
from tests.models.polynomial.exact.populations import of_moments, of_rows, wells

SHARED = Path(__file__).parents[5] / "shared"
REFERENCE = SHARED / "reference" / "next_tables.json"


def points(kind: str) -> list[dict[str, Any]]:
    return json.loads(REFERENCE.read_text())[kind] if REFERENCE.exists() else []


def agrees(found: Maximum | Refusal, point: dict[str, Any], names: str) -> None:
    assert isinstance(found, Maximum), found
    assert found.dual.residual < MET
    for k, name in enumerate(names, start=1):
        value = found.dual.theta[k] * factorial(k)
        assert value == pytest.approx(float(point[name]), rel=1e-9, abs=1e-10), name
    assert found.dual.summed.log_partition == pytest.approx(float(point["log_z"]), abs=1e-10)


# By skewness and kurtosis: an even double well, a skewed one, one far from the Gaussian; 32 digits in the whole list.
KNOWN = [
    {"skewness": 0, "kurtosis": 1.3, "h": 0, "r": -8.0514501548571419, "g": 0, "u": 41.775923791648348,
     "log_z": 2.6602058009685101},
]  # fmt: skip


@pytest.mark.parametrize("point", KNOWN + points("scalar_quartic"), ids=lambda p: f"{p['skewness']}-{p['kurtosis']}")
def test_quartics_of_known_averages(point: dict[str, Any]) -> None:
    s, k = float(point["skewness"]), float(point["kurtosis"])
    agrees(of_moments([1.0, 0.0, 1.0, s, k], -8.0, 8.0 + 4.0 * s), point, "hrgu")


@pytest.mark.parametrize("point", points("scalar_sextic"), ids=lambda p: p["shape"])
def test_sextics_of_known_averages(point: dict[str, Any]) -> None:
    higher = [float(point[name]) for name in ("skewness", "kurtosis", "m5", "m6")]
    agrees(of_moments([1.0, 0.0, 1.0, *higher], -8.0, 8.0), point, "hrguvw")


def test_a_gaussian_is_a_gaussian() -> None:
    found = of_moments([1.0, 0.0, 1.0, 0.05, 3.0], -8.0, 8.0)
    assert isinstance(found, Maximum)
    assert found.dual.theta[2] == pytest.approx(0.5, abs=2e-3)


@pytest.mark.slow
def test_three_columns_of_two_wells_beside_gaussian_directions() -> None:
    """Noise has made the leading form negative; the barrier is high, and the fit does not depend on the box."""
    found, per_row = of_rows(wells())
    assert isinstance(found, Maximum), found
    assert per_row == pytest.approx(-1.832031759, abs=2e-9)
    assert BARRIER < found.barrier < 100.0


@pytest.mark.slow
def test_four_columns_of_a_product_are_its_factors() -> None:
    rows = np.random.default_rng(3).beta(2.0, 5.0, (20_000, 4))
    found, per_row = of_rows(rows)
    assert isinstance(found, Maximum), found
    alone = sum(of_rows(rows[:, [j]])[1] for j in range(4))
    # Sixty-nine couplings in place of sixteen gain half a nat each.
    assert 0.0 < (per_row - alone) * len(rows) < 53.0


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (np.random.default_rng(1).laplace(size=(2000, 1)), "no normalisable quartic: F falls without end beyond"),
        (np.random.default_rng(5).standard_t(5, (2000, 2)), "no normalisable quartic: F falls without end beyond"),
    ],
    ids=["Laplace", "two columns of t5"],
)
def test_where_there_is_none_the_words_are_true(rows: np.ndarray, words: str) -> None:
    found, _ = of_rows(rows)
    assert isinstance(found, Refusal)
    assert words in found.reason


def test_all_terms_of_old_faithful() -> None:
    path = SHARED / "data" / "old_faithful.csv"
    if not path.exists():
        pytest.skip("old_faithful.csv is not beside the repository")
    found, per_row = of_rows(np.loadtxt(path, delimiter=",", skiprows=1)[:, :2])
    assert isinstance(found, Maximum), found
    assert per_row == pytest.approx(-9.694704550, abs=2e-8)


def near_a_circle(width: float) -> np.ndarray:
    angle = np.random.default_rng(2).random(3000) * 2.0 * np.pi
    noise = np.random.default_rng(4).normal(size=(3000, 2))
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) + width * noise


def test_near_a_curve_the_integral_is_told_from_a_sum_on_one_point() -> None:
    """A ring that the grid resolves is answered, with the entropy of its width; of a finer one it is said."""
    found, per_row = of_rows(near_a_circle(0.05))
    assert isinstance(found, Maximum), found
    of_ring = -np.log(2.0 * np.pi) - 0.5 * np.log(2.0 * np.pi * np.e * 0.05**2)
    assert per_row == pytest.approx(of_ring, abs=0.03)


@pytest.mark.slow
def test_a_curve_too_narrow_for_the_grid_is_refused() -> None:
    found, _ = of_rows(near_a_circle(0.001))
    assert isinstance(found, Refusal)
    assert "under-resolved" in found.reason
    narrow = np.random.default_rng(5).normal(size=3000)
    rows = np.stack([narrow, narrow**2 + 0.001 * np.random.default_rng(6).normal(size=3000)], axis=1)
    assert isinstance(of_rows(rows)[0], Refusal)


def test_a_well_of_a_few_far_rows_is_named_with_its_figures() -> None:
    """One row of t5 at 11 standard deviations has a well of its own; the maximum exists, and is that row's."""
    rng = np.random.default_rng(1)
    rng.standard_t(10, 2000)
    found, _ = of_rows(rng.standard_t(5, (2000, 1)), 6)
    assert isinstance(found, Refusal)
    said = (
        "F has a second well 11 standard deviations from the mean, behind a barrier of 14 nats, for 1.4 of 2,000 rows"
    )
    assert said in found.reason
    assert found.reason.endswith("try a scale that draws the tails in, such as logarithms or np.arcsinh")
    assert found.reason.count(".") == found.reason.count("1.4") + found.reason.count("np.")  # one sentence


def test_a_low_hill_is_where_the_words_say() -> None:
    """Of symmetric heavy tails no quartic has the averages: F falls without end behind a barrier below thirty nats."""
    found, _ = of_rows(np.random.default_rng(1).standard_t(5, (2000, 1)))
    assert isinstance(found, Refusal)
    assert "no normalisable quartic: F falls without end beyond 7.7 standard deviations from the mean" in found.reason
    assert "try degree six" in found.reason


@pytest.mark.slow
def test_sextics_of_four_columns_are_integrated() -> None:
    """Of independent columns all terms gain half a nat each over the factors; two hundred and nine and twenty-four."""
    rows = np.random.default_rng(5).uniform(size=(3000, 4))
    found, per_row = of_rows(rows, 6)
    assert isinstance(found, Maximum), found
    assert found.dual.residual < MET
    alone = sum(of_rows(rows[:, [j]], 6)[1] for j in range(4))
    assert 0.0 < (per_row - alone) * len(rows) < 2 * (209 - 24) / 2
