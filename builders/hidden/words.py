"""The words of the entry of Gaussians of a hidden category: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row

LABEL = "hidden.gaussian"

CLASS: Row = {
    "label": LABEL,
    "title": "Gaussians of a hidden category",
    "family": "hidden",
    "symmetry_group": "trivial",
    "domain": "R^d",
    "statistics": "all rows: shares, means and covariances given a category that is not seen",
    "parameters": "weights, means, covariances",
    "free_energy": r"F(x) = -\log \sum_{k=1}^{K} w_k\, \mathcal{N}(x; m_k, \Sigma_k), \quad \log Z = 0",
    "valid_range": "K from 1 to 10; each component holds rows enough, and is no narrower than the data's resolution",
    "method": "search",
    "assumptions": "Independent rows, each of one of K values of a category; Gaussian given it.",
    "usage": f"in Python symcat.solve(data, classes=[{LABEL!r}])",
    "references": ["dempster1977", "hathaway1985", "louis1982", "mclachlan2000"],
}

COVERAGE: Row = coverage_row(
    LABEL,
    "table of real columns, 2 (d + 1)(d + 2) rows or more",
    below="two components of (d + 1)(d + 2) rows each cannot be told.",
    above="beyond 12 columns two components cannot be fitted; of many rows K is chosen among some.",
)
