"""The symmetry classes. A new one: a model file here, a line in ``FAMILIES``, a builder, a folder, a page."""

from __future__ import annotations

from collections.abc import Callable

from symcat import labels
from symcat.models.base import Density, Model, Options
from symcat.models.gaussian.gaussian import Gaussian
from symcat.models.ising import ising
from symcat.models.mixed import mixed
from symcat.models.polynomial.polynomial import Polynomial
from symcat.models.quartic.radial_quartic import RadialQuartic


def _gaussian(label: str, dimension: int, options: Options) -> Model | None:
    return Gaussian(label, dimension) if label in labels.GAUSSIAN else None


def _quartic(label: str, dimension: int, options: Options) -> Model | None:
    return RadialQuartic(dimension) if labels.quartic_dimension(label) == dimension else None


FAMILIES: tuple[Callable[[str, int, Options], Model | None], ...] = (_gaussian, _quartic, ising, mixed)


def model(label: str, dimension: int, options: Options | None = None) -> Model | None:
    """The class ``label`` for ``dimension`` columns; None when it has no such member."""
    for family in FAMILIES:
        found = family(label, dimension, options or Options())
        if found is not None:
            return found
    return None


def density(label: str, dimension: int, options: Options | None = None) -> Density | None:
    """What can be done with an answer of the class ``label``, also of one that only the analog device fits."""
    if label in labels.POLYNOMIAL:
        return Polynomial(label, dimension, () if options is None else options.spins)
    return model(label, dimension, options)


def candidates(dimension: int, spins: bool = False) -> tuple[str, ...]:
    """Labels of the distinct classes of ``dimension`` columns, continuous or of spins.

    Classes that coincide in few columns are listed once: with one column all five Gaussians are the same, and with two
    or three every cyclic covariance is exchangeable.
    """
    if spins:
        return _of_spins(dimension)
    gaussian: tuple[str, ...] = labels.GAUSSIAN
    if dimension == 1:
        gaussian = gaussian[:1]
    elif dimension <= 3:
        gaussian = tuple(label for label in gaussian if label != "gaussian.cyclic")
    return (*gaussian, labels.quartic(dimension))


def _of_spins(dimension: int) -> tuple[str, ...]:
    """With two columns a tree is all pairs, and with three a ring couples all of them."""
    same = {2: "ising.tree", 3: "ising.ring"}.get(dimension)
    return tuple(label for label in labels.ISING if label != same and ising(label, dimension, Options()) is not None)
