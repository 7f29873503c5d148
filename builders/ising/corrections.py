"""The closed forms for couplings of many columns, term by term: rows of ``corrections`` of ``ising.pairwise``.

With ``L_i = 1 - m_i^2``, ``C = q - m m^T`` and ``X = C^-1`` (Nguyen, Zecchina & Berg 2017, arXiv 1702.01522, section
II.A; Bethe: Ricci-Tersenghi 2012; Sessak & Monasson 2009). The field is the derivative of the same approximate entropy
as J. Each text stands beside the function that computes it, so that the check computes what is written.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from builders.base import Row
from symcat.data.moments import Floats


class Averages(NamedTuple):
    """What a term is made of: means, pair averages, L, C, its inverse, and the couplings J of the same form."""

    m: Floats
    q: Floats
    L: Floats
    C: Floats
    X: Floats
    J: Floats


class Term(NamedTuple):
    """``weight * diagram``: a formula as text, its Einstein summation where it is a plain product, and its value."""

    weight: Fraction
    diagram: str
    subscripts: str | None
    value: Callable[[Averages], Floats]


def _pair_terms(a: Averages, q: Floats) -> tuple[Floats, Floats]:
    """Logarithms of a pair alone with the average q: four times its coupling and four times the field of its first."""
    up, right = a.m[:, None], a.m[None, :]
    both, neither, first, second = 1 + up + right + q, 1 - up - right + q, 1 + up - right - q, 1 - up + right - q
    for weight in (both, neither, first, second):
        np.fill_diagonal(weight, 1.0)
    return np.log(both * neither / (first * second)), np.log(both * first / (second * neither))


def _cavity(a: Averages) -> Floats:
    variance = np.outer(a.L, a.L)
    c: Floats = -2 * a.X * variance / (1 + np.sqrt(1 + 4 * a.X**2 * variance))
    return c


def _others(matrix: Floats) -> Floats:
    """Row sums without the diagonal."""
    total: Floats = matrix.sum(axis=1) - np.diagonal(matrix)
    return total


def _tap(a: Averages) -> Floats:
    with np.errstate(invalid="ignore"):  # the diagonal is not used
        out: Floats = a.X / (1 + np.sqrt(1 - 8 * a.X * np.outer(a.m, a.m)))
    return out


def _share(a: Averages) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        out: Floats = a.C / (np.outer(a.L, a.L) - a.C**2)
    return out


def _alone(a: Averages) -> Floats:
    return np.arctanh(a.m)


def _counted_twice(a: Averages) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        matrix = a.m[:, None] * (1 / a.L[:, None] - a.L[None, :] / (np.outer(a.L, a.L) - a.C**2))
    np.fill_diagonal(matrix, 0.0)
    total: Floats = matrix.sum(axis=1)
    return total


_LOG_J = "ln((1 + m_i + m_j + {q}) (1 - m_i - m_j + {q}) / ((1 + m_i - m_j - {q}) (1 - m_i + m_j - {q})))"
_LOG_H = "ln((1 + m_i + m_j + {q}) (1 + m_i - m_j - {q}) / ((1 - m_i + m_j - {q}) (1 - m_i - m_j + {q})))"
_CAVITY = " with p_ij = m_i m_j - 2 X_ij L_i L_j / (1 + sqrt(1 + 4 X_ij^2 L_i L_j))"
_ONE, _QUARTER = Fraction(1), Fraction(1, 4)
_SINGLE = Term(_ONE, "atanh(m_i)", None, _alone)
_MEAN = Term(-_ONE, "J_ij m_j", "ij,j->i", lambda a: a.J @ a.m)
_INVERSE = Term(-_ONE, "X_ij", "ij->ij", lambda a: a.X)

FORMS: dict[str, tuple[int, dict[str, tuple[Term, ...]]]] = {
    "naive_mean_field": (1, {"J": (_INVERSE,), "h": (_SINGLE, _MEAN)}),
    "tap": (
        2,
        {
            "J": (Term(Fraction(-2), "X_ij / (1 + sqrt(1 - 8 X_ij m_i m_j))", None, _tap),),
            "h": (
                _SINGLE,
                _MEAN,
                Term(_ONE, "m_i J_ij J_ij L_j", "i,ij,ij,j->i", lambda a: a.m * (a.J**2 @ a.L)),
            ),
        },
    ),
    "bethe": (
        2,
        {
            "J": (
                Term(
                    _QUARTER,
                    _LOG_J.format(q="p_ij") + _CAVITY,
                    None,
                    lambda a: _pair_terms(a, np.outer(a.m, a.m) + _cavity(a))[0],
                ),
            ),
            "h": (
                _SINGLE,
                Term(
                    _QUARTER,
                    "sum over j != i of " + _LOG_H.format(q="p_ij") + _CAVITY,
                    None,
                    lambda a: _others(_pair_terms(a, np.outer(a.m, a.m) + _cavity(a))[1]),
                ),
                Term(-_ONE, "(d - 1) atanh(m_i)", None, lambda a: (len(a.m) - 1) * _alone(a)),
            ),
        },
    ),
    "sessak_monasson": (
        3,
        {
            "J": (
                _INVERSE,
                Term(_QUARTER, _LOG_J.format(q="q_ij"), None, lambda a: _pair_terms(a, a.q)[0]),
                Term(-_ONE, "C_ij / (L_i L_j - C_ij^2)", None, _share),
            ),
            "h": (
                _SINGLE,
                _MEAN,
                Term(_ONE, "m_i (X_ii - 1 / L_i)", None, lambda a: a.m * (np.diagonal(a.X) - 1 / a.L)),
                Term(
                    _QUARTER,
                    "sum over j != i of " + _LOG_H.format(q="q_ij"),
                    None,
                    lambda a: _others(_pair_terms(a, a.q)[1]),
                ),
                Term(-_ONE, "(d - 1) atanh(m_i)", None, lambda a: (len(a.m) - 1) * _alone(a)),
                Term(
                    _QUARTER,
                    "sum over j != i of m_j " + _LOG_J.format(q="q_ij"),
                    None,
                    lambda a: _others(_pair_terms(a, a.q)[0] * a.m[None, :]),
                ),
                Term(_ONE, "sum over j != i of m_i (1 / L_i - L_j / (L_i L_j - C_ij^2))", None, _counted_twice),
            ),
        },
    ),
}
"""Name -> the power of the couplings through which it is exact, and the terms of J_ij (i != j) and of h_i."""


def correction_rows(label: str) -> list[Row]:
    """Rows of ``corrections``: every term of every form."""
    return [
        {
            "label": label,
            "target": f"{target}.{name}",
            "order": order,
            "loops": None,
            "diagram": term.diagram,
            "picture": None,
            "subscripts": term.subscripts,
            "weight": str(term.weight),
            "numerator": [str(term.weight.numerator)],
            "denominator": [str(term.weight.denominator)],
            "verified": "errors of its form against enumeration fall as the power of the couplings above its order",
        }
        for name, (order, targets) in FORMS.items()
        for target, terms in targets.items()
        for term in terms
    ]


def couplings(name: str, m: Floats, q: Floats) -> tuple[Floats, Floats]:
    """h (d,) and J (d, d), with zero diagonal, of the averages m (d,) and q (d, d), as the terms say."""
    variance = 1 - m * m
    c = q - np.outer(m, m)
    np.fill_diagonal(c, variance)
    inverse = np.asarray(np.linalg.inv(c), dtype=np.float64)
    a = Averages(m, q, variance, c, inverse, np.zeros_like(c))
    terms = FORMS[name][1]
    j = sum((float(term.weight) * term.value(a) for term in terms["J"]), np.zeros_like(c))
    np.fill_diagonal(j, 0.0)
    h = sum((float(term.weight) * term.value(a._replace(J=j)) for term in terms["h"]), np.zeros_like(m))
    return h, j
