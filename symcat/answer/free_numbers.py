"""The free numbers of a class: each once, with where it stands in its parameter and what it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from symcat.answer.records import Floats
from symcat.models.base import Model, Parameters


@dataclass(frozen=True)
class FreeNumber:
    """One number of a parameter.

    ``at`` holds the names of the columns it belongs to, or what it is in words; it is empty where the parameter's name
    says all.
    """

    parameter: str
    index: tuple[int, ...]
    at: tuple[str, ...]

    @property
    def place(self) -> str:
        """``at`` in words."""
        return ", ".join(self.at)

    def of(self, values: float | Floats) -> float:
        """This number in ``values``, which have the shape of the parameter, or are a number where there is but one."""
        return float(values[self.index] if isinstance(values, np.ndarray) and values.ndim else values)

    def of_groups(self, values: Floats) -> Floats:
        """(G,) this number in ``values`` (G, ...) of every group."""
        if values.ndim != len(self.index) + 1:
            return values.reshape(len(values))
        place: tuple[slice | int, ...] = (slice(None), *self.index)
        out: Floats = values[place]
        return out


def free_numbers(model: Model, parameters: Parameters) -> Iterator[FreeNumber]:
    """Every free number of a class, parameter by parameter."""
    columns = model.schema.columns
    for name in parameters:
        for index, at in model.entries(name, parameters):
            if isinstance(at, str):
                yield FreeNumber(name, index, (at,) if at else ())
            else:
                places = dict.fromkeys(at) if len(columns) == 1 else at  # of one column it is said once
                yield FreeNumber(name, index, tuple(columns[j] for j in places))
