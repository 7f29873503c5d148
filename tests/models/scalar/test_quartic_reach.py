"""Beyond the line no search finds a quartic with a row in its second hump, and groups there are told so."""

import numpy as np
import pytest

from symcat.models.scalar import kernels, newton, reduced
from symcat.models.scalar.family import FAMILY
from symcat.models.scalar.quartic_reach import out_of_reach
from tests.models.observing import model_of, moments_of


def averages_of(skewness: np.ndarray, kurtosis: np.ndarray) -> np.ndarray:
    one = np.ones_like(skewness)
    return np.stack([one, 0.0 * one, one, skewness, kurtosis], axis=1)


@pytest.mark.long
def test_no_search_finds_one_beyond() -> None:
    rng = np.random.default_rng(3)
    skewness = np.concatenate([rng.uniform(0.0, 0.5, 300), rng.uniform(0.0, 3.0, 300)])
    kurtosis = reduced.kurtosis_at(skewness, 1.0 + rng.exponential(0.8, 600) * rng.random(600) ** 2)
    rows = np.exp(rng.uniform(np.log(9.0), np.log(1e5), 600))
    beyond = out_of_reach(skewness, kurtosis, rows)
    assert 0.1 < beyond.mean() < 0.6
    found = newton.search(averages_of(skewness, kurtosis)[beyond], rows[beyond], even=False)
    assert not found.answered.any()


def test_by_reflection() -> None:
    assert out_of_reach(np.array([0.3, -0.3]), np.array([4.0, 4.0]), np.array([50.0, 50.0])).tolist() == [True, True]


def test_the_line_is_near() -> None:
    """A little before it there is one, so that hardly a group is refused for nothing."""
    skewness = np.array([0.42, 0.6, 0.8, 1.0, 1.3])
    before = reduced.kurtosis_at(skewness, np.array([1.05, 1.3, 1.95, 2.3, 2.45]))
    rows = np.full(5, 20.0)
    assert not out_of_reach(skewness, before, rows).any()
    assert newton.search(averages_of(skewness, before), rows, even=False).answered.all()


@pytest.mark.long
def test_groups_of_normal_rows_are_all_answered_or_told() -> None:
    """Far more than a few thousand lie outside the table."""
    model = model_of(FAMILY, "scalar.quartic", 1)
    rows = np.random.default_rng(0).normal(size=(3000, 20, 1))
    fit = model.fit(moments_of(list(rows), 4))
    assert 0.9 < fit.answered.mean() < 0.96
    said = {fit.why(int(g)) for g in np.flatnonzero(~fit.answered)}
    assert any("so far above 3 + 2.6 skewness^2" in text for text in said)
    assert kernels.BARRIER == 10.0  # of which the line is made
