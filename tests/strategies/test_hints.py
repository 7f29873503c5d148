"""Numbers that mark missing values are told from numbers that are far out."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import symcat

X = np.random.default_rng(0).normal(size=300)


@pytest.mark.parametrize("mark", [-999.0, -9999.0, 99.0, 999.9])
def test_a_mark_of_nines_is_told(mark: float) -> None:
    with pytest.warns(UserWarning, match=r"'x' holds .* if it marks missing values, replace it by NaN"):
        symcat.solve({"x": np.r_[X, [mark] * 3]}, classes="gaussian.full")


@pytest.mark.parametrize("values", [[999.0], [500.0] * 3, [9.0] * 3])
def test_other_values_are_what_they_are(values: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        symcat.solve({"x": np.r_[X, values]}, classes="gaussian.full")
        symcat.solve({"x": np.r_[np.arange(300.0) * 4.0 + 0.5, [999.0] * 3]}, classes="gaussian.full")
