"""Of many rows, integrals that take a second are made before mixtures that take half a minute."""

from __future__ import annotations

import numpy as np

import symcat

CELLS, WIDTH = 500, 0.012


def test_a_sextic_of_many_rows_does_not_wait_for_mixtures() -> None:
    rng = np.random.default_rng(0)
    axis = WIDTH * (np.arange(CELLS) - 0.5 * (CELLS - 1))
    x, y = np.meshgrid(axis, axis, indexing="ij")
    share = np.exp(1.2 * (x**2 + y**2) - (x**6 + y**6) / 30.0 - 0.3 * x * y**3).ravel()
    cells = rng.choice(CELLS**2, 20_000, p=share / share.sum())
    rows = np.stack([x.ravel()[cells], y.ravel()[cells]], axis=1) + WIDTH * (rng.random((20_000, 2)) - 0.5)
    answer = symcat.solve(rows)
    assert (answer.label, answer.verdict) == ("polynomial.sextic", "fits")
    hidden = next(one for one in answer.evidence if one.label == "hidden.gaussian")
    assert "not searched for" in hidden.reason
