"""The words of the entries of normal scores: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row

_CORRELATIONS = {
    "gaussian.full": ("any correlations", "any monotone map of each column"),
    "gaussian.diagonal": ("independent columns", "any monotone map of each column, reflection of each score"),
    "gaussian.exchangeable": ("exchangeable scores", "any monotone map of each column, any permutation of the scores"),
    "gaussian.cyclic": ("cyclic scores", "any monotone map of each column, cyclic shifts of the scores"),
}


def _label(inner: str) -> str:
    return f"scores({inner})"


CLASSES: dict[str, Row] = {
    _label(inner): {
        "label": _label(inner),
        "title": f"Columns with a class each, {words}",
        "family": "scores",
        "symmetry_group": symmetry,
        "domain": "R^d",
        "statistics": "those of the class of each column; averages of products of two normal scores",
        "parameters": "correlation (d, d), and those of each column's class under COLUMN.PARAMETER",
        "free_energy": r"F(x) = \tfrac12 z^T (R^{-1} - 1) z + \sum_j F_j(x_j), \quad z_j = \Phi^{-1}(CDF_j(x_j))",
        "valid_range": "no column follows from the others",
        "method": "search",
        "assumptions": "Independent rows; columns depend on each other as a Gaussian's, up to a monotone map of each.",
        "usage": f"in Python symcat.solve(data, classes=[{_label(inner)!r}])",
        "references": ["joe1997", "klaassen1997"],
    }
    for inner, (words, symmetry) in _CORRELATIONS.items()
}
_OTHERS: dict[str, Row] = {
    "student": {
        "title": "Columns with a class each, tails that go together",
        "statistics": "the rows: no averages are sufficient",
        "parameters": "correlation (d, d), degrees_of_freedom, and those of each column's class under COLUMN.PARAMETER",
        "free_energy": r"F(x) = -\log t_{R,\nu}(t) + \sum_j [F_j(x_j) + \log t_\nu(t_j)], \quad "
        r"t_j = T_\nu^{-1}(CDF_j(x_j))",
        "valid_range": "no column follows from the others; degrees of freedom from 0.5 to 200",
        "assumptions": "Independent rows; columns depend on each other as Student's, up to a monotone map of each.",
        "references": ["joe1997", "demarta2005"],
    },
    "hidden.gaussian": {
        "title": "Columns with a class each, Gaussian scores for each value of a hidden category",
        "statistics": "the rows: no averages are sufficient",
        "parameters": "weights (K,), means (K, d), covariances (K, d, d) of the scores, and those of each column's "
        "class under COLUMN.PARAMETER",
        "free_energy": r"F(x) = -\log \sum_k w_k N(z; m_k, C_k) + \sum_j [F_j(x_j) - \tfrac12 z_j^2], \quad "
        r"z_j = \Phi^{-1}(CDF_j(x_j))",
        "valid_range": "rows enough for every component: (d+1)(d+2) of each",
        "assumptions": "Independent rows; up to a monotone map of each column they are Gaussian given a category.",
        "references": ["joe1997", "mclachlan2000"],
    },
    "polynomial.quartic": {
        "title": "Columns with a class each, a quartic F of their scores",
        "statistics": "those of the class of each column; averages of products of one to four normal scores",
        "parameters": "h (d,), K (d, d), g (d, d, d), u (d, d, d, d) of the scores, and those of each column's class "
        "under COLUMN.PARAMETER",
        "free_energy": r"F(x) = h z + \tfrac12 K z z + \tfrac1{3!} g z z z + \tfrac1{4!} u z z z z "
        r"+ \sum_j [F_j(x_j) - \tfrac12 z_j^2], \quad z_j = \Phi^{-1}(CDF_j(x_j))",
        "valid_range": "F confines the scores, by integration of up to four columns; of five to twelve the series of "
        "polynomial.quartic settles",
        "assumptions": "Independent rows; up to a monotone map of each column their F has no degree beyond four.",
        "references": ["joe1997"],
    },
}

CLASSES |= {
    _label(inner): {
        "label": _label(inner),
        "family": "scores",
        "symmetry_group": "any monotone map of each column",
        "domain": "R^d",
        "method": "search",
        "usage": f"in Python symcat.solve(data, classes=[{_label(inner)!r}])",
        **words,
    }
    for inner, words in _OTHERS.items()
}

_MOST = {_label("polynomial.quartic"): 12}
"""Columns, of classes that take fewer."""

COVERAGE: dict[str, Row] = {
    label: coverage_row(
        label,
        f"table of 2 to {_MOST.get(label, 200)} real columns",
        below="one column has classes of its own.",
        above="wider tables are not searched: choose columns, or describe their averages by gaussian.full.",
    )
    for label in CLASSES
}
