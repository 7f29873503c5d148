"""Closed forms from averages of spins to fields and couplings: small correlations, any number of columns.

With ``L_i = 1 - m_i^2``, the connected correlations ``C = q - m m^T`` and ``X = C^-1`` (Nguyen, Zecchina & Berg 2017,
arXiv 1702.01522, section II.A): naive mean field, TAP, Bethe (Ricci-Tersenghi 2012, arXiv 1112.4814;
Nguyen & Berg 2012), independent pairs, and the resummed small-correlation expansion of Sessak & Monasson 2009. Each is
the gradient of an approximate entropy S(m, q): ``h = -dS/dm``, ``J = -dS/dq``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SINGULAR = 1e-12
"""A correlation matrix with a smaller eigenvalue than this is singular: columns are linearly dependent, or few rows."""

EMPTY = 1e-12
"""Share of the rows that counts as none: what rounding leaves of a combination of values that never occurs."""


@dataclass(frozen=True)
class Estimate:
    """Fields h (d,) and couplings J (d, d), symmetric with zero diagonal, of ``F = -sum h s - sum_(i<j) J s s``."""

    h: Floats
    J: Floats


@dataclass(frozen=True)
class Refusal:
    """Why a closed form has no answer here."""

    reason: str


def correlations(m: Floats, q: Floats) -> Floats | Refusal:
    """(d, d) connected correlations ``q - m m^T`` with ``1 - m^2`` on the diagonal, or why they cannot be inverted."""
    variance = 1.0 - m * m
    if not (variance > 2.0 * EMPTY).all():
        return Refusal(f"column {int(np.argmin(variance))} does not vary: its field would be infinite")
    c = q - np.outer(m, m)
    np.fill_diagonal(c, variance)
    smallest = float(np.linalg.eigvalsh(c / np.sqrt(np.outer(variance, variance)))[0])
    if not smallest > SINGULAR:
        return Refusal(
            f"the correlation matrix is not positive definite (smallest eigenvalue {smallest:.1e}): "
            "columns are linearly dependent, or there are fewer rows than columns"
        )
    return c


def naive_mean_field(m: Floats, q: Floats) -> Estimate | Refusal:
    """``J = -C^-1``, ``h_i = atanh m_i - sum_j J_ij m_j`` (Kappen & Rodriguez 1998)."""
    c = correlations(m, q)
    if isinstance(c, Refusal):
        return c
    j = off_diagonal(-np.linalg.inv(c))
    return Estimate(np.arctanh(m) - j @ m, j)


def tap(m: Floats, q: Floats) -> Estimate | Refusal:
    """``C^-1_ij = -J_ij - 2 J_ij^2 m_i m_j`` solved for J; the field has Onsager's term (Tanaka 1998)."""
    c = correlations(m, q)
    if isinstance(c, Refusal):
        return c
    x = off_diagonal(np.linalg.inv(c))
    discriminant = 1.0 - 8.0 * x * np.outer(m, m)
    if not (discriminant >= 0.0).all():
        return Refusal(f"the TAP equation of columns {_first(discriminant < 0.0)} has no real coupling")
    j = -2.0 * x / (1.0 + np.sqrt(discriminant))
    return Estimate(np.arctanh(m) - j @ m + m * ((j * j) @ (1.0 - m * m)), j)


def bethe(m: Floats, q: Floats) -> Estimate | Refusal:
    """Exact on trees: ``C^-1_ij = -c / (L_i L_j - c^2)`` with c the correlation of the pair cut out of its tree.

    The closed form of Ricci-Tersenghi 2012 and Nguyen & Berg 2012, written with c so that nothing cancels.
    """
    connected = correlations(m, q)
    if isinstance(connected, Refusal):
        return connected
    x = off_diagonal(np.linalg.inv(connected))
    variance = np.outer(1.0 - m * m, 1.0 - m * m)
    c = -2.0 * x * variance / (1.0 + np.sqrt(1.0 + 4.0 * x * x * variance))
    return independent_pairs(m, c + np.outer(m, m))


def independent_pairs(m: Floats, q: Floats) -> Estimate | Refusal:
    """Each coupling as if its two columns were alone; the field adds what every partner contributes."""
    pairs = pair_couplings(m, q)
    if isinstance(pairs, Refusal):
        return pairs
    field, j = pairs
    alone = np.arctanh(m)
    return Estimate(alone + (field - alone[:, None]).sum(axis=1), j)


def sessak_monasson(m: Floats, q: Floats) -> Estimate | Refusal:
    """Loops and pairs resummed: ``J = J_mean_field + J_pair - C_ij / (L_i L_j - C_ij^2)`` (Sessak & Monasson 2009).

    The field is the derivative of the same entropy, ``sum_i S_i + log det(C_ij / sqrt(L_i L_j)) / 2
    + sum_pairs [S_ij - S_i - S_j - log(1 - C_ij^2 / (L_i L_j)) / 2]``, at fixed q.
    """
    c = correlations(m, q)
    if isinstance(c, Refusal):
        return c
    pairs = pair_couplings(m, q)
    if isinstance(pairs, Refusal):
        return pairs
    field, pair_j = pairs
    x = np.linalg.inv(c)
    variance = 1.0 - m * m
    off = off_diagonal(c)
    determinant = np.outer(variance, variance) - off * off
    j = off_diagonal(-x) + pair_j - off / determinant
    alone = np.arctanh(m)
    own = field - alone[:, None] + pair_j * m
    counted_twice = m[:, None] * (1.0 / variance[:, None] - variance / determinant)
    np.fill_diagonal(counted_twice, 0.0)
    loops = m * (np.diagonal(x) - 1.0 / variance)
    return Estimate(alone + loops + (own + counted_twice).sum(axis=1) - j @ m, j)


def pair_couplings(m: Floats, q: Floats) -> tuple[Floats, Floats] | Refusal:
    """Field (d, d) of column i and coupling (d, d) of each pair of columns (i, j) alone; atanh m_i on the diagonal."""
    if not (1.0 - np.abs(m) > 2.0 * EMPTY).all():
        return Refusal(f"column {int(np.argmax(np.abs(m)))} does not vary: its field would be infinite")
    up, right = m[:, None], m[None, :]
    both, neither = 1.0 + up + right + q, 1.0 - up - right + q
    first, second = 1.0 + up - right - q, 1.0 - up + right - q
    for weight in (both, neither, first, second):
        np.fill_diagonal(weight, 1.0)
        if not (weight > 4.0 * EMPTY).all():
            return Refusal(
                f"columns {_first(weight <= 4.0 * EMPTY)} have a combination of values that never occurs: "
                "their coupling would be infinite"
            )
    j = 0.25 * np.log(both * neither / (first * second))
    field = 0.25 * np.log(both * first / (second * neither))
    np.fill_diagonal(field, np.arctanh(m))
    return field, off_diagonal(j)


def off_diagonal(matrix: NDArray[np.floating]) -> Floats:
    """The matrix made exactly symmetric, with zero diagonal."""
    out: Floats = 0.5 * (matrix + matrix.T)
    np.fill_diagonal(out, 0.0)
    return out


def _first(where: NDArray[np.bool_]) -> str:
    i, j = np.argwhere(where)[0]
    return f"{int(i)} and {int(j)}"


ClosedFormName = Literal["Sessak-Monasson", "Bethe", "TAP", "naive mean field"]
ClosedForm = Callable[[Floats, Floats], Estimate | Refusal]

CLOSED_FORMS: dict[ClosedFormName, ClosedForm] = {
    "Sessak-Monasson": sessak_monasson,
    "Bethe": bethe,
    "TAP": tap,
    "naive mean field": naive_mean_field,
}
"""Those that may answer, by the error that is usual at weak coupling, the least first."""
