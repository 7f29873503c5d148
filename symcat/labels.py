"""Labels of the classes and their grammar.

A label is ``family.member``, lower case, and permanent: once given it is never taken back (retired ones become
aliases). The radial quartic family is labelled by its group: ``z2.quartic`` in one dimension, ``o{N}.quartic`` in N;
the Ising family by what its couplings join.
"""

from __future__ import annotations

import re

GAUSSIAN = ("gaussian.full", "gaussian.diagonal", "gaussian.exchangeable", "gaussian.cyclic", "gaussian.isotropic")
ISING = (
    *("ising.independent", "ising.curie_weiss", "ising.ring", "ising.square", "ising.tree"),
    "ising.pairwise",
)
MIXED = ("mixed.product", "mixed.conditional_gaussian")
"""Tables of two-valued and continuous columns: independent blocks, and Gaussian columns given spins."""
POLYNOMIAL = ("polynomial.quartic", "polynomial.sextic", "mixed.quartic", "mixed.sextic")
"""Free energies without a closed form, whose couplings the analog device finds; the mixed ones of spins too."""
LARGEST_TABULATED_DIMENSION = 64
LARGE_N = "on.quartic"

_QUARTIC = re.compile(r"o([1-9][0-9]*)\.quartic")


def polynomial(degree: int, *, mixed: bool) -> str:
    """Label of the polynomial free energies of degree four or six, of continuous columns or of spins beside them."""
    return f"{'mixed' if mixed else 'polynomial'}.{'quartic' if degree == 4 else 'sextic'}"


def quartic(dimension: int) -> str:
    """Label of the O(N)-symmetric quartic class in ``dimension`` columns."""
    return "z2.quartic" if dimension == 1 else f"o{dimension}.quartic"


def quartic_dimension(label: str) -> int | None:
    """N of an ``o{N}.quartic`` label (1 for ``z2.quartic``), None for any other label."""
    if label == "z2.quartic":
        return 1
    match = _QUARTIC.fullmatch(label)
    return int(match.group(1)) if match else None


def canonical(label: str) -> str | None:
    """The permanent label that ``label`` stands for, or None if it is not one of symcat's."""
    if label in GAUSSIAN or label in ISING or label in MIXED:
        return label
    dimension = quartic_dimension(label)
    return None if dimension is None else quartic(dimension)


def entry(label: str) -> str:
    """The catalogue entry that answers for a class: its own, or the large-N expansion beyond the tabulated ones."""
    dimension = quartic_dimension(label)
    return LARGE_N if dimension is not None and dimension > LARGEST_TABULATED_DIMENSION else label
