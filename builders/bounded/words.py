"""The words of the entries of the laws on an interval: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.bounded.table import CURVE
from builders.tools.coverage import coverage_row
from builders.tools.curve import coverage

_ROWS: tuple[Row, ...] = (
    {
        "label": "beta.scalar",
        "title": "Beta law of one column",
        "family": "bounded",
        "symmetry_group": "none",
        "domain": "lo < x < hi, 0 < x < 1 where no interval is stated",
        "statistics": "means of log t and log(1 - t), t = (x - lo) / (hi - lo)",
        "parameters": "alpha, beta",
        "free_energy": r"F(x) = -(\alpha - 1) \log t - (\beta - 1) \log(1 - t), \quad t = (x - lo) / (hi - lo), \quad "
        r"\log Z = \log B(\alpha, \beta) + \log(hi - lo), \quad "
        r"\psi(\alpha) - \psi(\alpha + \beta) = \langle \log t \rangle, \quad "
        r"\psi(\beta) - \psi(\alpha + \beta) = \langle \log(1 - t) \rangle",
        "valid_range": "numbers inside the interval that vary, none at its ends",
        "method": "formula",
        "assumptions": "Independent rows, inside an interval that is known beforehand.",
        "usage": "in Python symcat.lookup('beta.scalar', mean_log=..., mean_log_complement=...)",
        "references": ["johnson1995", "dlmf"],
    },
    {
        "label": "vonmises.scalar",
        "title": "Von Mises' law of one column of angles",
        "family": "bounded",
        "symmetry_group": "none",
        "domain": "a circle: lo <= x <= hi is one turn, -pi <= x <= pi where none is stated",
        "statistics": "means of cosine and sine of 2 pi x / (hi - lo)",
        "parameters": "mean, concentration",
        "free_energy": r"F(x) = -\kappa \cos(2 \pi (x - \mu) / (hi - lo)), \quad \log Z = \log I_0(\kappa) + "
        r"\log(hi - lo), \quad I_1(\kappa) / I_0(\kappa) = R",
        "valid_range": "angles that vary and have a mean direction",
        "method": "table",
        "assumptions": "Independent rows, angles in a turn that is known beforehand.",
        "usage": "select symcat.vonmises_scalar(mean_cos, mean_sin), with averages of cos(x) and sin(x), x in radians",
        "references": ["mardia2000", "dlmf"],
    },
)
CLASSES: dict[str, Row] = {str(row["label"]): row for row in _ROWS}

COVERAGE: dict[str, Row] = {
    "beta.scalar": coverage_row(
        "beta.scalar",
        "column of numbers inside an interval, that vary",
        below="at the ends the density is zero or infinite, so that no maximum can be told.",
        above="no limit.",
    ),
    "vonmises.scalar": coverage(
        CURVE,
        "mean resultant length R",
        below="where cosines and sines average to zero, R = 0, there is no mean direction.",
        above="R = 1 is of angles that do not vary.",
    ),
}
