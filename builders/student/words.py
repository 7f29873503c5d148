"""The words of the entry of Student's law: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.student.table import CURVE
from builders.tools.curve import coverage

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
    "method": "table",
    "assumptions": "Independent rows, spread alike on both sides of a centre.",
    "usage": "select symcat.student_scalar(width, mean_log), with mean_log the average of ln(1 + ((x - m) / width)^2)",
    "references": ["lange1989", "fernandez1999"],
}

COVERAGE: Row = coverage(
    CURVE,
    "log(1 + L), L = <log(1 + y^2)>, y = (x - m) / (s sqrt(nu)), of a known centre and width",
    below="L is positive for all rows that vary; of rows, a kurtosis of 3 or less has the Gaussian as its maximum.",
    above="no numbers in double precision reach so far; of rows, a large share at one value leaves no maximum.",
)
