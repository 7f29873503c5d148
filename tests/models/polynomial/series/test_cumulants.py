"""Cumulants of whitened columns, from rows and as a group has them."""

from __future__ import annotations

import numpy as np
import pytest

from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.series.cumulants import cumulants_of, monomial_averages, projected
from symcat.symmetry.groups import group
from symcat.symmetry.invariance import Invariant


def _rows(n: int = 4000, d: int = 3) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.gamma(3.0, size=(n, d)) @ rng.normal(size=(d, d)) + 5.0


def test_they_are_those_of_the_whitened_rows() -> None:
    rows = _rows()
    averages, count = monomial_averages([rows[:1500], rows[1500:]], rows.mean(axis=0), rows.std(axis=0))
    found = cumulants_of(averages, count, rows.mean(axis=0), rows.std(axis=0))
    z = found.axes(rows)
    one = np.eye(3)
    np.testing.assert_allclose(np.cov(z.T, bias=True), one, atol=1e-12)
    k3 = np.einsum("ni,nj,nk->ijk", z, z, z) / count
    gaussian = sum(np.einsum(f"ij,kl->{order}", one, one) for order in ("ijkl", "ikjl", "iklj"))
    k4 = np.einsum("ni,nj,nk,nl->ijkl", z, z, z, z) / count - gaussian
    np.testing.assert_allclose(found.tensors[3], k3, atol=1e-11)
    np.testing.assert_allclose(found.tensors[4], k4, atol=1e-11)
    np.testing.assert_allclose(found.monomials, Terms.of(3, 4).values(z).mean(axis=0), atol=1e-11)


@pytest.mark.parametrize("name", ["z2", "z2_each", "permutation", "rotation"])
def test_a_group_has_the_averages_of_its_images(name: str) -> None:
    """Averages of rows that are joined by their images under the group are its averages of the rows alone."""
    rows = _rows(400, 2) - _rows(400, 2).mean(axis=0)
    turns = [np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]) for t in 2.0 * np.pi * np.arange(8) / 8.0]
    flips = [np.diag(signs) for signs in ([1, 1], [-1, -1], [1, -1], [-1, 1])]
    images = {
        "z2": flips[:2],
        "z2_each": flips,
        "permutation": [np.eye(2), np.eye(2)[::-1]],
        "rotation": [turn @ flip for turn in turns for flip in (flips[0], flips[2])],
    }[name]
    joined = np.concatenate([rows @ np.asarray(one).T for one in images])
    terms, zero, one = Terms.of(2, 4), np.zeros(2), np.ones(2)
    averages, _ = monomial_averages([rows], zero, one)
    found = projected(averages, Invariant(group(name), zero, one, 1.0), terms)
    np.testing.assert_allclose(found, monomial_averages([joined], zero, one)[0], rtol=1e-10, atol=1e-9)
