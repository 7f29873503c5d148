"""Classes of rows that lie on a surface, and those of the volume around it, are never weighed against each other.

A density per unit of a surface and one per unit of the volume are different measures; and the likelihood of a class of
the volume has no bound as it closes in on the surface.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, TypeGuard

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Model
from symcat.models.batches import refusing
from symcat.models.candidates import Candidate

OFF = "the rows lie on a surface, where it has no density: take a class of such rows"


class OnSurface(Model, Protocol):
    """A class of rows on a surface."""

    def lies(self, moments: Moments) -> NDArray[np.bool_]:
        """(G,) whether the rows of each group lie on it, to the digits that they have."""


def is_on_surface(model: Model) -> TypeGuard[OnSurface]:
    """Whether its rows lie on a surface."""
    return model.measure == "surface"


def weighable(models: Sequence[Model], moments: Moments, *, named: bool) -> tuple[list[Model], list[Model]]:
    """The classes that are weighed, and those that have no density where the rows lie.

    Where the rows of every group lie on the surface of a class these are all others, of which only those are told that
    were ``named``; else its own class is left out, unless it was named, and then says why it has no answer.
    """
    inside = [model for model in models if is_on_surface(model)]
    if not inside:
        return list(models), []
    used = _used(moments)
    if used.any() and inside[0].lies(moments)[used].all():
        return list(inside), [model for model in models if named and not is_on_surface(model)]
    return list(models) if named else [model for model in models if not is_on_surface(model)], []


def apart(candidates: Sequence[Candidate], moments: Moments) -> list[Candidate]:
    """The candidates, those of the volume refused in groups whose rows lie on the surface of another."""
    inside = [one.model for one in candidates if is_on_surface(one.model)]
    if not inside or len(inside) == len(candidates):
        return list(candidates)
    off = dict.fromkeys(np.flatnonzero(_used(moments) & inside[0].lies(moments)).tolist(), OFF)
    return [one if is_on_surface(one.model) else replace(one, fit=refusing(one.fit, off)) for one in candidates]


def _used(moments: Moments) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(moments.mean).all(axis=1))
