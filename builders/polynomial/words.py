"""The words of the entries of the polynomial free energies: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from builders.base import Row
from builders.tools.coverage import coverage_row

_DEGREES = {"quartic": (4, "four"), "sextic": (6, "six")}
_TERMS = (
    *(r"h_i y_i", r"\tfrac{1}{2!} K_{ij} y_i y_j", r"\tfrac{1}{3!} g_{ijk} y_i y_j y_k"),
    *(r"\tfrac{1}{4!} u_{ijkl} y_i y_j y_k y_l", r"\tfrac{1}{5!} v_{ijklm} y_i \cdots y_m"),
    r"\tfrac{1}{6!} w_{ijklmn} y_i \cdots y_n",
)
_GROUPS = "O(d), S_d, Z2 on each column, Z2, none"
_NAMES = ("h", "K", "g", "u", "v", "w")


def _class(kind: str, name: str) -> Row:
    degree, word = _DEGREES[name]
    beside = kind == "mixed"
    return {
        "label": f"{kind}.{name}",
        "title": f"Polynomial free energy of degree {word}" + (", real columns and two-valued ones" if beside else ""),
        "family": "polynomial",
        "symmetry_group": "none" if beside else f"the most symmetric that the rows do not rule out: {_GROUPS}",
        "domain": "{-1, +1}^p x R^k" if beside else "R^d",
        "statistics": f"averages of all monomials up to degree {word}" + ("" if beside else " that the group leaves"),
        "parameters": ", ".join(("mean", *_NAMES[:degree])),
        "free_energy": (
            "F(x) = "
            + " + ".join(_TERMS[:degree])
            + r", \quad y = x - \bar x"
            + (r", \quad y_i = x_i \text{ where } x_i = \pm 1" if beside else "")
        ),
        "valid_range": "averages for which a normalisable solution exists: F grows in every direction",
        "method": "search",
        "assumptions": "Independent rows.",
        "usage": f"in Python symcat.solve(data, classes=['{kind}.{name}'])",
        "references": [
            *("wainwright2008", "amari1998", "donatella2024"),
            *([] if beside else ["trefethen2014"]),
            *(["dedominicis1964", "batkovich2014"] if (kind, name) == ("polynomial", "quartic") else []),
        ],
    }


CLASSES: dict[str, Row] = {
    row["label"]: row  # type: ignore[misc]
    for row in (_class(kind, name) for kind in ("polynomial", "mixed") for name in _DEGREES)
}

_SERIES = "of five to twelve real columns the series of corrections answers where it settles; else "

COVERAGE: dict[str, Row] = {
    label: coverage_row(
        label,
        "table of at most 220 couplings and more than two rows for each",
        below="of fewer rows the couplings are not looked for; nor is there an answer where none is normalisable.",
        above=(_SERIES if label == "polynomial.quartic" else "")
        + "more couplings are not looked for; choose fewer columns with columns=.",
    )
    for label in CLASSES
}
