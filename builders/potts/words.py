"""The words of the Potts entries: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row
from symcat.models.potts.space import LARGEST


def _class(
    label: str, title: str, group: str, statistics: str, form: str, valid: str, method: str, references: list[str]
) -> Row:
    return {
        "label": label,
        "title": title,
        "family": "potts",
        "symmetry_group": group,
        "domain": "columns of 2 to 64 levels",
        "statistics": statistics,
        "parameters": "h" if label == "potts.independent" else "h, J",
        "free_energy": form,
        "valid_range": valid,
        "method": method,
        "assumptions": "Independent rows of columns with levels.",
        "usage": f"in Python symcat.solve(data, classes=[{label!r}])",
        "references": references,
    }


_PAIRS = r"F(x) = -\sum_j h_j(x_j) - \sum_{j<k} J_{jk}(x_j, x_k)"
_GAUGE = r", \quad \sum_a h_j(a) = \sum_a J_{jk}(a, b) = 0"
_EMPTY = "where two levels of coupled columns never occur together the maximum of the likelihood is infinite."
_CLASSES = (
    _class(
        "potts.independent",
        "Independent columns of levels",
        "none; the columns do not know of each other",
        "shares p_j(a) of the levels of every column",
        r"F(x) = -\sum_j h_j(x_j), \quad h_j(a) = \log p_j(a) - \frac{1}{L_j} \sum_b \log p_j(b)",
        "every level of every column occurs",
        "formula",
        ["wu1982", "bishop1975"],
    ),
    _class(
        "potts.curie_weiss",
        "Columns with the same levels that are all alike",
        "S_d, permutations of the columns",
        "averages of the number N_a of columns at each level, and of products N_a N_b",
        r"F(x) = -\sum_j h(x_j) - \sum_{j<k} J(x_j, x_k)" + r", \quad \sum_a h(a) = \sum_a J(a, b) = 0",
        "some columns have each level, and some two columns each pair of levels, and no plane separates the rows",
        "transform",
        ["wu1982", "ellis1990"],
    ),
    _class(
        "potts.tree",
        "Columns of levels coupled along a tree (Chow-Liu)",
        "none; the couplings join all columns without a loop",
        "shares p_jk(a, b) of every two levels",
        _PAIRS
        + r", \quad P(x) = \prod_j P_j(x_j) \prod_{(jk)} \frac{P_{jk}(x_j, x_k)}{P_j(x_j) P_k(x_k)}"
        + " over the pairs of the tree with the largest total mutual information",
        "every combination of two levels of coupled columns occurs",
        "formula",
        ["chow1968", "wu1982"],
    ),
    _class(
        "potts.pairwise",
        "Columns of levels with a coupling for every pair, or for those named",
        "none",
        "shares p_jk(a, b) of every two levels",
        _PAIRS + _GAUGE,
        "every combination of two levels occurs, and no plane separates the rows that occur",
        "transform",
        ["wu1982", "bishop1975", "haberman1974"],
    ),
)
CLASSES: dict[str, Row] = {str(row["label"]): row for row in _CLASSES}
_COVERAGE = (
    coverage_row(
        "potts.independent",
        "shares of the levels of columns",
        "a level that never occurs has an infinite field.",
        "nothing.",
    ),
    coverage_row(
        "potts.curie_weiss",
        "numbers of columns at each level",
        "where two columns never have two levels the maximum of the likelihood is infinite.",
        "more ways for the columns to have levels than can be summed over.",
    ),
    coverage_row("potts.tree", "shares of two levels of columns", _EMPTY, "nothing."),
    coverage_row(
        "potts.pairwise",
        f"shares of two levels of columns with up to {LARGEST:,} different rows, or of named pairs in a narrow graph",
        _EMPTY,
        "of more different rows the sums for all pairs are out of reach: name few pairs, potts.tree, or fewer columns.",
    ),
)
COVERAGE: dict[str, Row] = {str(row["label"]): row for row in _COVERAGE}
