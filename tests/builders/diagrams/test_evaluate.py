"""Rows put to use: of an isotropic fourth cumulant they give the series of the radial quartics, in any dimension."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

pytest.importorskip("flint")
pytest.importorskip("networkx")

from builders.diagrams.evaluate import summed
from builders.diagrams.rows import rows
from builders.quartic.series import edge_series

ORDER = 4
ROWS = [row for row in rows("polynomial.quartic", ORDER, "checked") if row["target"] in ("K", "u", "entropy", "log_z")]


@pytest.mark.parametrize("columns", [1, 2, 4])
def test_rotations(columns: int) -> None:
    # d = (N+2)/N - kurtosis is N + 2 where k4 is -N times the symmetric product of two identities, and F is r, u.
    one = np.eye(columns, dtype=np.int64)
    pairs = sum(np.einsum(text, one, one) for text in ("ij,kl->ijkl", "ik,jl->ijkl", "il,jk->ijkl"))
    cumulants = {3: np.zeros((columns,) * 3, dtype=np.int64), 4: -columns * np.asarray(pairs)}
    found = summed(ROWS, cumulants)
    for target, series in edge_series().items():
        for power in range(ORDER // 2 + 1):
            wanted = series[power].at(columns) * (columns + 2) ** power
            tensor = found.get(("K" if target == "r" else target, 2 * power), np.zeros((1,) * 4, dtype=object))
            assert Fraction(tensor.reshape(-1)[0]) == wanted, (target, power)


def test_floats_and_whole_numbers_agree() -> None:
    dice = np.random.default_rng(0)
    drawn = dice.integers(-2, 3, size=(2,) * 4)
    whole = {3: drawn[0], 4: drawn}
    exact, rounded = summed(ROWS, whole), summed(ROWS, {n: tensor.astype(float) for n, tensor in whole.items()})
    for key, value in exact.items():
        np.testing.assert_allclose(rounded[key], value.astype(float), rtol=1e-12)
