"""The words of the Ising entries without a table: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row
from symcat.models.ising import hypercube


def _class(
    label: str, title: str, group: str, statistics: str, form: str, valid: str, method: str, references: list[str]
) -> Row:
    return {
        "label": label,
        "title": title,
        "family": "ising",
        "symmetry_group": group,
        "domain": "{-1, +1}^d",
        "statistics": statistics,
        "parameters": "h" if label == "ising.independent" else "h, J",
        "free_energy": form,
        "valid_range": valid,
        "method": method,
        "assumptions": "Independent rows of two-valued columns.",
        "usage": f"in Python symcat.solve(data, classes=[{label!r}])",
        "references": references,
    }


_PAIRS = r"F(s) = -\sum_i h_i s_i - \sum_{i<j} J_{ij} s_i s_j"
_EMPTY = "where two values of coupled columns never occur together the maximum of the likelihood is infinite."
_CLASSES = (
    _class(
        "ising.independent",
        "Independent two-valued columns",
        "none; the columns do not know of each other",
        "means m_i",
        r"F(s) = -\sum_i h_i s_i, \quad h_i = \operatorname{artanh} m_i, \quad \log Z = \sum_i \log 2 \cosh h_i",
        "-1 < m_i < 1: no column is constant",
        "formula",
        ["nguyen2017"],
    ),
    _class(
        "ising.tree",
        "Spins coupled along a tree (Chow-Liu)",
        "none; the couplings join all columns without a loop",
        "means m_i, averages q_ij of s_i s_j",
        _PAIRS
        + r", \quad P(s) = \prod_i P_i(s_i) \prod_{(ij)} \frac{P_{ij}(s_i, s_j)}{P_i(s_i) P_j(s_j)}"
        + " over the pairs of the tree with the largest total mutual information",
        "every combination of two values of coupled columns occurs",
        "formula",
        ["chow1968", "nguyen2017"],
    ),
    _class(
        "ising.pairwise",
        "Spins with a coupling for every pair",
        "none",
        "means m_i, averages q_ij of s_i s_j",
        _PAIRS,
        "every two columns show all combinations of their values, and no plane separates the states that occur",
        "transform",
        ["nguyen2017", "sessak2009", "riccitersenghi2012", "kappen1998", "thouless1977"],
    ),
)
CLASSES: dict[str, Row] = {str(row["label"]): row for row in _CLASSES}
_COVERAGE = (
    coverage_row("ising.independent", "means between -1 and 1", "a constant column has an infinite field.", "nothing."),
    coverage_row("ising.tree", "means and pair averages of two-valued columns", _EMPTY, "nothing."),
    coverage_row(
        "ising.pairwise",
        f"means and pair averages of up to {hypercube.LARGEST} two-valued columns",
        _EMPTY,
        f"beyond {hypercube.LARGEST} columns: exact where the columns fall into blocks or the graph of couplings is "
        "sparse, else the closed forms of the table corrections, accepted only if the averages they imply match the "
        "data.",
    ),
)
COVERAGE: dict[str, Row] = {str(row["label"]): row for row in _COVERAGE}
