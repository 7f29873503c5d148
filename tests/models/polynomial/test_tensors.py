"""Tensors and monomials say the same, to the energy and to SymPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.polynomial.polynomial import Polynomial
from symcat.models.polynomial.tensors import energy, tensors_of


@given(st.integers(0, 10_000), st.integers(1, 3), st.sampled_from([4, 6]))
@settings(max_examples=30, deadline=None)
def test_tensors_are_the_monomials(seed: int, dimension: int, degree: int) -> None:
    rng = np.random.default_rng(seed)
    every = np.array([e for e in np.ndindex(*(degree + 1,) * dimension) if 0 < sum(e) <= degree])
    theta = rng.standard_normal(len(every))
    tensors = tensors_of(every, theta)
    y = rng.standard_normal((7, dimension))
    expected = sum(t * np.prod(y**e, axis=1) for t, e in zip(theta, every, strict=True))
    np.testing.assert_allclose(energy(tensors, y), expected, rtol=1e-10, atol=1e-10)
    import sympy

    names = [f"c{j}" for j in range(dimension)]
    label = "polynomial.quartic" if degree == 4 else "polynomial.sextic"
    model = Polynomial(label, Schema.real(names), Options())
    point = {sympy.Symbol(name, real=True): value for name, value in zip(names, y[0], strict=True)}
    value = model.free_energy({"mean": np.zeros(dimension), **tensors}, 0.0, names).subs(point)
    assert float(value) == pytest.approx(expected[0], rel=1e-9, abs=1e-9)
