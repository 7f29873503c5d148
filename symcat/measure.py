"""The one pass over the data, for the averages that the candidate classes need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat import labels
from symcat.data.collected import Collected, collect
from symcat.data.ingest import Source, open_table, read_again_if_wrong
from symcat.data.ingest.source import unknown_column
from symcat.data.moments import Needs
from symcat.data.schema import MINUS_PLUS, Schema, Kind
from symcat.data.statistics import Statistics
from symcat.errors import InvalidData
from symcat.lookup import find_models

Floats = NDArray[np.float64]
Sets = tuple[tuple[int, ...], ...]


def kind_of(classes: Sequence[str] | None) -> Kind:
    """Whether the classes named are of spins, of real numbers, or leave it to the data, as classes of both do."""
    if classes is None:
        return None
    of_spins = {labels.canonical(name) in labels.ISING for name in classes}
    if len(of_spins) == 2 or any(name in labels.MIXED for name in classes):
        return None
    return "spin" if of_spins == {True} else "real"


def measure(
    data: Any,
    columns: Sequence[str] | None,
    *,
    kind: Kind = None,
    needs: Needs | None = None,
    classes: Sequence[str] | None = None,
    interactions: Sequence[Sequence[str]] = (),
    seed: int = 0,
) -> Collected:
    """The statistics of ``data``: as they are if it is ``Statistics``, else collected in one pass.

    ``needs`` fixes the averages to collect; left out, they are those of the candidate classes.
    """
    if isinstance(data, Statistics):
        _check(data, columns, needs, classes, interactions)
        return Collected(data)
    opened = open_table(data, columns, kind=kind)

    def work(source: Source) -> Collected:
        source = with_products(source, positions(interactions, source.columns, source.coding))
        wanted = needs_of(source.coding, classes, len(source.columns)) if needs is None else needs
        return collect(source, wanted, seed)

    return read_again_if_wrong(opened, work)


def needs_of(coding: Schema | None, classes: Sequence[str] | None, dimension: int) -> Needs:
    """Union of the averages that the candidate classes need; all of them for a table of both kinds of column."""
    if coding is not None:
        return Needs.SECOND | Needs.STATES if coding.all_spins else Needs.ALL | Needs.STATES
    needs = Needs.SECOND
    for model in find_models(classes, dimension):
        needs |= model.needs | model.check_needs
    return needs


def _check(
    measured: Statistics,
    columns: Sequence[str] | None,
    needs: Needs | None,
    classes: Sequence[str] | None,
    interactions: Sequence[Sequence[str]],
) -> None:
    """Raises InvalidData where statistics collected before cannot answer what is asked."""
    if columns is not None and tuple(columns) != measured.columns:
        names = ", ".join(measured.columns)
        raise InvalidData(f"These statistics are of the columns {names}; columns= cannot change that.")
    if any(len(chosen) > 2 for chosen in interactions):
        raise InvalidData(
            "interactions= of more than two columns need the rows: these statistics hold averages of pairs only."
        )
    if not measured.columns:
        return
    spins = measured.coding is not None
    needs = (Needs.SECOND if spins else needs_of(None, classes, len(measured.columns))) if needs is None else needs
    if needs & ~measured.needs:
        raise InvalidData(
            f"These statistics were collected with needs={measured.needs}; {needs & ~measured.needs} is missing for "
            "the classes to be weighed. Collect them again with Statistics(), or name classes that need less."
        )


def positions(interactions: Sequence[Sequence[str]], columns: Sequence[str], coding: Schema | None) -> Sets:
    """The sets of columns as ascending positions; InvalidData for an unknown, repeated or continuous column."""
    if not interactions:
        return ()
    if coding is None or not coding.all_spins:
        raise InvalidData(
            "interactions= couples two-valued columns; leave it out, or choose such columns with columns=."
        )
    sets = []
    for chosen in interactions:
        if isinstance(chosen, str) or len(chosen) < 2:
            raise InvalidData(f"interactions= holds {chosen!r}: pass tuples of two or more column names.")
        for name in chosen:
            if name not in columns:
                raise unknown_column(name, list(columns))
        found = tuple(sorted({columns.index(name) for name in chosen}))
        if len(found) < len(chosen) or found in sets:
            raise InvalidData(
                f"interactions= names {tuple(chosen)!r} with a repetition: name each column, and each set, once."
            )
        sets.append(found)
    return tuple(sets)


def with_products(source: Source, sets: Sets) -> Source:
    """The source with a further column of spins for each set of three or more: the product of its columns."""
    higher = [chosen for chosen in sets if len(chosen) > 2]
    if not higher:
        return source
    assert source.coding is not None
    names = tuple("*".join(source.columns[i] for i in chosen) for chosen in higher)

    def read() -> Iterator[Floats]:
        for rows in source.batches():
            yield np.concatenate([rows, *(rows[:, list(c)].prod(axis=1, keepdims=True) for c in higher)], axis=1)

    coding = Schema((*source.columns, *names), (*source.coding.levels, *(MINUS_PLUS for _ in names)))
    return Source(coding.columns, read, source.n_rows, coding=coding)
