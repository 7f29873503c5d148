"""The words of the entry of Student's law: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row

LABEL = "student.scalar"

CLASS: Row = {
    "label": LABEL,
    "title": "Student's t of one column",
    "family": "student",
    "symmetry_group": "Z2: reflection about the centre",
    "domain": "R",
    "statistics": "all rows: the average of log(1 + (x - m)^2 / (nu s^2)) for every centre m, scale s and nu",
    "parameters": "mean, scale, degrees_of_freedom",
    "free_energy": r"F(x) = \frac{\nu + 1}{2} \log\left(1 + \frac{(x - m)^2}{\nu s^2}\right), \quad \log Z = \log s + "
    r"\frac{1}{2} \log \pi \nu + \log \Gamma(\nu / 2) - \log \Gamma((\nu + 1) / 2)",
    "valid_range": "kurtosis above 3",
    "method": "search",
    "assumptions": "Independent rows, spread alike on both sides of a centre.",
    "usage": f"in Python symcat.solve(data, classes=[{LABEL!r}])",
    "references": ["lange1989", "fernandez1999"],
}

COVERAGE: Row = coverage_row(
    LABEL,
    "table of one real column, of kurtosis above 3",
    below="at a kurtosis of 3 or less the maximum of the likelihood is the Gaussian.",
    above="no limit; a large share of rows at one value leaves no maximum.",
)
