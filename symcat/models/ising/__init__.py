"""The Ising family: models of two-valued columns."""

from __future__ import annotations

from symcat.models.base import Model, Options
from symcat.models.ising import hypercube
from symcat.models.ising.curie_weiss import CurieWeiss
from symcat.models.ising.independent import Independent
from symcat.models.ising.lattice.ring import Ring
from symcat.models.ising.lattice.square import SquareLattice, side_of
from symcat.models.ising.pairwise import Pairwise
from symcat.models.ising.tree import Tree
from symcat.models.ising.wide.pairwise import WidePairwise

_LEAST_COLUMNS = {"ising.curie_weiss": 2, "ising.ring": 3, "ising.tree": 2, "ising.pairwise": 2}
_MEMBERS = {found.label: found for found in (Independent, CurieWeiss, Ring, Tree, Pairwise)}


def ising(label: str, dimension: int, options: Options) -> Model | None:
    """The class ``label`` of ``dimension`` spins, or None."""
    if label == SquareLattice.label:
        return SquareLattice(dimension, options) if side_of(dimension) else None
    if label not in _MEMBERS or dimension < _LEAST_COLUMNS.get(label, 1):
        return None
    if label == WidePairwise.label and dimension > hypercube.LARGEST:
        return WidePairwise(dimension, options)
    return _MEMBERS[label](dimension, options)
