"""Statistics as a record and arrays: written to a file, read from one, and told apart from others by their digest."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from symcat.data.needs import Needs
from symcat.data.schema import Kind, Schema
from symcat.data.statistics import storing
from symcat.data.statistics.format_1 import from_format_1
from symcat.data.statistics.measured import Measured

S = TypeVar("S", bound="Stored")


class Stored(Measured):
    """What ``Statistics`` can be saved as and restored from."""

    _kind: Kind
    _kinds: Mapping[str, Kind]
    _given: bool
    _sample_size: int
    _max_blocks: int

    @abstractmethod
    def __init__(self, *, needs: Needs | None, **options: Any) -> None:
        """As ``Statistics``."""

    @abstractmethod
    def _begin(self, schema: Schema) -> None:
        """Measure the columns of this schema."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything to ``path`` in numpy's npz format (no pickle), replacing the file in one step.

        Raises InvalidData where it cannot be written.
        """
        storing.save(path, *record_of(self))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        InvalidData : the file is missing, damaged or of another version, or holds ``Parts``.
        """
        with storing.loaded(path) as (state, arrays):
            if "parts" in state:
                raise ValueError("it holds parts, of which symcat.Parts.load(...).whole() makes statistics")
            return of_record(cls, *(from_format_1(state, arrays) if state["format"] == 1 else (state, arrays)))


def record_of(one: Stored) -> tuple[dict[str, Any], storing.Arrays]:
    """All that was measured by statistics: what JSON can hold, and arrays."""
    # What is kept by default may change, but not for the rows that are summed already.
    needs = one.needs if one.n_rows else one._needs
    state: dict[str, Any] = {
        "columns": None if one._sums is None else list(one.columns),
        "levels": list(one._schema.levels),
        "needs": None if needs is None else needs.record,
        "kind": one._kind,
        "kinds": one._kinds,
        "given": one._given,
        "sample_size": one._sample_size,
        "max_blocks": one._max_blocks,
        "seed": one._seed,
        "set_aside": one._set_aside,
        "categories": one._categories,
        "weight": None if one._weight is None else [one._weight.kind, one._weight.name],
    }
    arrays: storing.Arrays = {}
    if one._sums is not None:
        sums_state, arrays = one._sums.stored()
        state |= sums_state
        beside = {name: own.stored() for name, own in one._coordinates.items()}
        state |= {f"state of {name}": own for name, (own, _) in beside.items()}
        arrays |= {f"{name} {key}": values for name, (_, own) in beside.items() for key, values in own.items()}
    return state, arrays


def of_record(cls: type[S], state: Mapping[str, Any], arrays: storing.Arrays) -> S:
    """The statistics of which ``record_of`` told. Raises one of ``storing.DAMAGE`` for anything else."""
    options = {name: state[name] for name in ("kind", "sample_size", "max_blocks", "seed")}
    options["kinds"] = state.get("kinds", {})
    if state.get("weight"):
        kind, name = state["weight"]
        options[kind] = name
    found = cls(needs=None if state["needs"] is None else Needs.of_record(state["needs"]), **options)
    if state["columns"] is not None:
        if len(set(state["columns"])) < len(state["columns"]):
            raise ValueError("two columns have one name")
        levels = tuple(None if own is None else tuple(own) for own in state["levels"])
        found._begin(Schema(tuple(state["columns"]), levels))
        assert found._sums is not None
        found._sums.restore(state, arrays)
        for name, own in found._coordinates.items():
            beside = {key.removeprefix(f"{name} "): value for key, value in arrays.items()}
            own.restore(state[f"state of {name}"], beside)
    found._given = bool(state["given"])
    found._set_aside = dict(state.get("set_aside", {}))
    found._categories = {name: tuple(levels) for name, levels in state.get("categories", {}).items()}
    return found
