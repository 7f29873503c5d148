"""The words of the entries of directions: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row


def _class(
    label: str, title: str, group: str, statistics: str, parameters: str, form: str, valid: str, references: list[str]
) -> Row:
    return {
        "label": label,
        "title": title,
        "family": "sphere",
        "symmetry_group": group,
        "domain": "the unit sphere in R^d, d > 1",
        "statistics": statistics,
        "parameters": parameters,
        "free_energy": form,
        "valid_range": valid,
        "method": "formula",
        "assumptions": "Independent rows that are unit vectors; densities are per unit of the sphere's surface.",
        "usage": f"in Python symcat.solve(data, classes=[{label!r}])",
        "references": references,
    }


_CLASSES = (
    _class(
        "sphere.uniform",
        "Directions of which none is likelier than others",
        "O(d): rotations about the origin",
        "none",
        "",
        r"F(x) = 0, \quad Z = 2 \pi^{d/2} / \Gamma(d/2)",
        "rows of length one",
        ["mardia2000"],
    ),
    _class(
        "sphere.von_mises_fisher",
        "Directions about one mean direction",
        "O(d-1): rotations about the mean direction",
        "mean",
        "mean_direction, concentration",
        r"F(x) = -\kappa\, \mu \cdot x, \quad Z = (2 \pi)^{d/2} I_{d/2-1}(\kappa) / \kappa^{d/2-1}",
        "rows of length one that vary and do not average to zero",
        ["mardia2000", "wood1994", "kume2005"],
    ),
    _class(
        "sphere.watson",
        "Directions about an axis or the girdle across it",
        "O(d-1) x Z2: rotations about the axis, and its reversal",
        "average of x x'",
        "axis, concentration",
        r"F(x) = -\kappa\, (\mu \cdot x)^2, \quad Z = 2 \pi^{d/2} M(1/2, d/2, \kappa) / \Gamma(d/2)",
        "rows of length one that do not lie along the axis, or across it",
        ["mardia2000", "kent2018", "kume2005"],
    ),
    _class(
        "sphere.bingham",
        "Directions with a quadratic free energy",
        "Z2: reversal of every direction",
        "average of x x'",
        "A",
        r"F(x) = -x' A x, \quad \mathrm{tr} A = 0, \quad "
        r"Z = \frac{2 \pi^{d/2}}{2 \pi i} \int ds\, e^s \det(s - A)^{-1/2}",
        "rows of length one that do not lie in a plane",
        ["bingham1974", "kume2005", "chen2021", "kent2018"],
    ),
)
CLASSES: dict[str, Row] = {str(row["label"]): row for row in _CLASSES}
COVERAGE: dict[str, Row] = {
    str(row["label"]): row
    for row in (
        coverage_row("sphere.uniform", "none", "nothing.", "nothing."),
        coverage_row(
            "sphere.von_mises_fisher",
            "length of the mean of unit vectors, from 0 to 1",
            "at zero there is no mean direction.",
            "at a concentration above 1e8 the averages of rows do not tell it.",
        ),
        coverage_row(
            "sphere.watson",
            "average of a square along the axis, from 0 to 1",
            "below 1e-8 the likelihood grows without bound as the rows close in on the girdle.",
            "less than 1e-8 below one it does so as they close in on the axis.",
        ),
        coverage_row(
            "sphere.bingham",
            "eigenvalues of the average of x x', which add up to one",
            "below 1e-8 the likelihood grows without bound as the rows close in on a plane.",
            "nothing.",
        ),
    )
}
