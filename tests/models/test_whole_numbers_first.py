"""A law of whole numbers that describes its column comes before any density of it."""

from __future__ import annotations

import numpy as np
import pytest

import symcat


@pytest.mark.parametrize(
    ("draw", "label"),
    [
        (lambda rng: rng.poisson(0.5, 1000), "counts.poisson"),
        (lambda rng: rng.poisson(2.0, 1000), "counts.poisson"),
        (lambda rng: rng.negative_binomial(2, 0.4, 1000), "counts.negative_binomial"),
        (lambda rng: rng.geometric(0.3, 1000) - 1, "counts.negative_binomial"),
    ],
)
def test_small_counts_are_counts(draw, label) -> None:
    found = symcat.solve(draw(np.random.default_rng(1)))
    assert (found.label, found.verdict) == (label, "fits")


def test_a_heap_of_one_value_is_a_misfit() -> None:
    rng = np.random.default_rng(1)
    x = np.where(rng.random(1000) < 0.02, rng.normal(size=1000), 5.0)
    with pytest.warns(UserWarning, match="does not describe the data well"):
        assert symcat.solve(x).verdict == "misfit"
