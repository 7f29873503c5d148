"""The stored terms of the correction formulas, against what the library computes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from builders.ising import corrections
from symcat.models.ising.wide import mean_field


def exact_averages(h: np.ndarray, j: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    s = np.array(list(product([-1.0, 1.0], repeat=len(h))))
    p = np.exp(s @ h + 0.5 * np.einsum("mi,ij,mj->m", s, j, s))
    p /= p.sum()
    return p @ s, (s * p[:, None]).T @ s


@pytest.mark.parametrize("name", sorted(corrections.FORMS))
def test_the_terms_of_a_formula_add_up_to_what_the_library_computes(name: str) -> None:
    rng = np.random.default_rng(4)
    h = rng.normal(scale=0.5, size=6)
    j = np.triu(rng.normal(scale=0.05, size=(6, 6)), 1)
    m, q = exact_averages(h, j + j.T)
    found_h, found_j = corrections.couplings(name, m, q)
    library = getattr(mean_field, name)(m, q)
    np.testing.assert_allclose(found_j, library.J, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found_h, library.h, rtol=1e-10, atol=1e-12)
