"""The words and limits of the symmetric Ising entries: rows of ``classes`` and ``coverage``."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from builders.base import Row
from symcat.models.ising.lattice.reduced import CURIE_WEISS, INFINITE, RING, SQUARE, Reduced, reduced

LOOKUP_BOUND = 1e-10  # of J relative, of log Z relative above one and absolute below
EDGE = Fraction(1, 10**6)  # coverage is (q - least) / (1 - least) in [EDGE, 1 - EDGE]
SIZES: dict[str, tuple[int, ...]] = {
    CURIE_WEISS: tuple(range(2, 65)),
    RING: (INFINITE, *range(3, 65)),
    SQUARE: (INFINITE, *range(2, 33)),
}
STATISTIC = {
    CURIE_WEISS: "q, the average of s_i s_j over all pairs",
    RING: "q, the average of s_i s_j over neighbours around the ring",
    SQUARE: "q, the average of s_i s_j over the bonds of the lattice",
}
USAGE = {
    CURIE_WEISS: "(d, q), with q the average of s_i s_j over all pairs of d columns of -1 and +1; no field",
    RING: "(d, q), with q the average of s_i s_j over neighbours of d columns of -1 and +1 (d = 0: infinite); no field",
    SQUARE: "(l, q), with q the average of s_i s_j over the bonds of l x l columns of -1 and +1 (l = 0: infinite)",
}
NO_FIELD = (
    "Independent rows; the table is for no field (means zero). With a field, in Python: "
    "symcat.solve(data, classes=['{label}'])."
)


class Words(NamedTuple):
    """What is particular to a class."""

    title: str
    group: str
    free_energy: str
    domain: str
    assumptions: str
    references: list[str]


WORDS = {
    CURIE_WEISS: Words(
        "Curie-Weiss: all pairs of spins coupled alike",
        "S_d: permutations of the columns",
        r"F(s) = -h \sum_i s_i - J \sum_{i<j} s_i s_j",
        "{-1, +1}^d",
        NO_FIELD.format(label=CURIE_WEISS),
        ["kac1968", "ellis1978", "johansson2017arb"],
    ),
    RING: Words(
        "Ising ring: neighbours around a ring coupled alike",
        "Z_d: shifts of the column order",
        r"F(s) = -h \sum_i s_i - J \sum_i s_i s_{i+1}, \quad s_{d+1} = s_1",
        "{-1, +1}^d",
        NO_FIELD.format(label=RING),
        ["ising1925", "baxter1982", "johansson2017arb"],
    ),
    SQUARE: Words(
        "Ising square lattice with periodic boundaries, no field",
        "translations and reflections of the torus, and turning all spins",
        r"F(s) = -J \sum_{\langle ij \rangle} s_i s_j",
        "{-1, +1}^(L x L)",
        "Independent rows; columns in row-major order of the L x L torus. For L = 2 both bonds of a pair count.",
        ["onsager1944", "kaufman1949", "beale1996", "mccoy1973", "kramers1941", "johansson2017arb"],
    ),
}


def limits(form: Reduced) -> tuple[float, float]:
    """Covered q: the doubles just inside the part EDGE from either end, odd in q where the class is."""
    width = 1 - form.least
    hi = _inside(1 - EDGE * width, -1)
    return (-hi if form.symmetric else _inside(form.least + EDGE * width, 1)), hi


def _inside(end: Fraction, direction: int) -> float:
    found = float(end)
    return found if (Fraction(found) - end) * direction >= 0 else math.nextafter(found, direction * math.inf)


def class_row(label: str) -> Row:
    """The row of ``classes``."""
    words = WORDS[label]
    return {
        "label": label,
        "title": words.title,
        "family": "ising",
        "symmetry_group": words.group,
        "domain": words.domain,
        "statistics": STATISTIC[label] if label == SQUARE else f"mean of s_i; {STATISTIC[label]}",
        "parameters": "J" if label == SQUARE else "h, J",
        "free_energy": words.free_energy,
        "valid_range": "q from its least value (column least of coverage) to 1, both excluded",
        "method": "table",
        "assumptions": words.assumptions,
        "usage": f"select symcat.{label.replace('.', '_')}{USAGE[label]}",
        "references": words.references,
    }


def coverage_row(label: str, size: int) -> Row:
    """The row of ``coverage`` of one size."""
    form = reduced(label, size)
    lo, hi = limits(form)
    least = str(form.least)
    return {
        "label": label,
        "size": size,
        "statistic": STATISTIC[label],
        "lo": lo,
        "hi": hi,
        "below": f"no data have q below {least}; this close to it J falls without bound.",
        "above": "at q = 1 all coupled spins agree in every row and J is infinite; this close to it so few do not "
        "that J says little more.",
        "max_error": LOOKUP_BOUND,
        "rigor": "checked",
        "pairs": form.pairs,
        "least": float(form.least),
        "center": form.center,
        "width": form.width,
    }
