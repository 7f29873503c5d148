"""Exact rational functions of N and series over them."""

from __future__ import annotations

from fractions import Fraction

import pytest

pytest.importorskip("flint")

from builders.tools.ratio import N, divide, logarithm, multiply, number


def test_arithmetic_of_rational_functions() -> None:
    one = number(1)
    ratio = (N * N - one) / (N + one)
    assert ratio == N - one
    assert ratio.at(5) == 4
    assert not ratio - ratio
    series = [one, N, number(3)]
    assert divide(multiply(series, series, 3), series, 3) == series
    assert logarithm([one, N], 3)[2].at(3) == Fraction(-9, 2)
    assert (number(Fraction(1, 2)) * N).integers() == ([0, 1], [2])
