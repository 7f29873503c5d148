"""The words of the entries of the polynomials of one column: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

from math import factorial

from builders.base import Row
from builders.tools.coverage import coverage_row
from symcat.models.scalar.labels import NAMES, WITHOUT_TABLE, degree_of, is_even, orders

_WORDS = {4: "four", 6: "six", 8: "eight"}


def _term(order: int) -> str:
    name = NAMES[order]
    return f"{name} y" if order == 1 else rf"\tfrac{{{name}}}{{{factorial(order)}}} y^{order}"


def class_of(label: str) -> Row:
    """The row of ``classes``, of one that is found by a search."""
    degree, even = degree_of(label), is_even(label)
    word, averages = _WORDS[degree], ", ".join(f"<y^{k}>" for k in orders(label) if k > 1)
    arguments = ", ".join(f"m{k}=..." for k in orders(label) if k > 1)
    return {
        "label": label,
        "title": f"Polynomial of degree {word} in one variable" + (", even about its centre" if even else ""),
        "family": "scalar",
        "symmetry_group": "Z2" if even else "none",
        "domain": "R",
        "statistics": f"mean, {averages} with y = x - {'c' if even else '<x>'}",
        "parameters": ", ".join(("mean", *(NAMES[k] for k in orders(label)))),
        "free_energy": "F(x) = " + " + ".join(_term(k) for k in orders(label)) + r", \quad y = x - \mathrm{mean}",
        "valid_range": "averages of which a density of this degree exists, without a hump that no row lies in",
        "method": "search",
        "assumptions": "Independent rows. "
        + (
            "With a known centre an exponential family; an unknown one is estimated by maximum likelihood."
            if even
            else "An exponential family: the maximum of the likelihood has the averages of the data."
        ),
        "usage": f"in Python symcat.solve(data, classes=['{label}']) or symcat.lookup('{label}', {arguments})",
        "references": ["wainwright2008", "trefethen2014"],
    }


def _coverage(label: str) -> Row:
    degree = degree_of(label)
    return coverage_row(
        label,
        f"averages of powers to the {degree}th",
        below=f"rows at {degree // 2} values, where a polynomial of degree {degree // 2} is zero on all of them, have "
        "no finite maximum.",
        above="where F would turn down again beyond the rows, no density of this degree has the averages; where one "
        "has them with a hump behind a barrier of 10 nats in which less than half a row is expected, and which moves "
        "the averages by half of their standard errors, it is not given.",
    )


CLASSES: dict[str, Row] = {label: class_of(label) for label in WITHOUT_TABLE}
COVERAGE: dict[str, Row] = {label: _coverage(label) for label in WITHOUT_TABLE}
