"""Standard errors of fields and couplings where the full information is out of reach: from each column given the rest.

Given the others, a column is a logistic regression on them, with information ``<(1 - tanh^2 H_i) x x^T>``,
``x = (1, s)``, ``H_i = h_i + sum_j J_ij s_j`` (Ravikumar, Wainwright & Lafferty 2010). It
neglects what the laws of the other columns add, so that the errors are too large, never too small: for 12 columns with
couplings N(0, b^2 / 12), by at most 2 % at b = 0.5, 6 % at 0.7 and 19 % at 1 (60 instances each; medians below 2 %).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from symcat import clock

Floats = NDArray[np.float64]

MOST_COLUMNS = 128
"""Whose inverse informations are kept: 17 MB."""

_PIECE = 32


def standard_errors(h: Floats, j: Floats, states: Floats, count: float) -> tuple[Floats, Floats]:
    """Of h (d,) and J (d, d), for ``count`` rows, from independent ``states`` (R, d) of the model; R well beyond d.

    A coupling's variance is the mean of those from its two columns.
    """
    d = len(h)
    field, coupling = np.empty(d), np.zeros((d, d))
    for i, inverse in enumerate(_inverses(h, j, states)):
        variance = np.diagonal(inverse) / count
        field[i] = variance[0]
        coupling[i, _others(i, d)] = variance[1:]
    return np.sqrt(field), np.sqrt(0.5 * (coupling + coupling.T))


def inverse_informations(h: Floats, j: Floats, states: Floats) -> Floats:
    """(d, d, d) of the law of each column given the others, its field first, for one row; arguments as above."""
    return np.stack(list(_inverses(h, j, states)))


def influence(h: Floats, j: Floats, laws: Floats, rows: Floats, count: float) -> tuple[Floats, Floats]:
    """How far each of the rows (m, d), of ``count``, moves h (m, d) and J (m, d, d), by ``inverse_informations``.

    A coupling moves by the mean of what its two columns say.
    """
    d = len(h)
    residual = rows - np.tanh(rows @ j + h)
    field, coupling = np.empty(rows.shape), np.zeros((*rows.shape, d))
    for i in range(d):
        others = _others(i, d)
        moved = (np.concatenate([np.ones((len(rows), 1)), rows[:, others]], axis=1) @ laws[i]) * residual[:, i, None]
        field[:, i] = moved[:, 0]
        coupling[:, i, others] = moved[:, 1:]
    return field / count, (coupling + coupling.transpose(0, 2, 1)) * (0.5 / count)


def _others(column: int, dimension: int) -> NDArray[np.intp]:
    return np.delete(np.arange(dimension), column)


def _inverses(h: Floats, j: Floats, states: Floats) -> Iterator[Floats]:
    """(d, d) of one column after the other."""
    # In pieces whose products no BLAS gives to several threads, as in ``gibbs``.
    pieces, d = max(len(states) // _PIECE, 1), states.shape[1]
    states = states[: pieces * _PIECE].reshape(pieces, -1, d)
    x = np.concatenate([np.ones((*states.shape[:2], 1)), states], axis=2).astype(np.float32)
    slope = (1.0 / np.cosh(states @ j + h) ** 2).astype(np.float32)
    rows = states.shape[0] * states.shape[1]
    # The inverse of a Wishart matrix is on average larger than that of its mean (Anderson 2003, lemma 7.7.1).
    shrink = (rows - d - 1.0) / rows
    for i in range(d):
        clock.check()
        others = np.delete(np.arange(d + 1), i + 1)
        products = x.transpose(0, 2, 1) @ (x * slope[:, :, i : i + 1])
        information = products.sum(axis=0, dtype=np.float64)[np.ix_(others, others)] / rows
        yield shrink * np.linalg.inv(information)
