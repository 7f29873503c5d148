"""Text columns of a stream of batches: the levels that they have had so far, which later batches may add to.

A column of text has an indicator for each level but the first, its reference. A level that comes later has been absent
from all rows before, so that its indicator is known of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.ingest.indicators import (
    Categories,
    all_levels,
    distinct,
    is_text,
    name_of,
    names_with,
    texts_for,
)
from symcat.data.ingest.opened import Opened
from symcat.data.ingest.source import unknown_column
from symcat.data.ingest.tables import checked_levels
from symcat.data.levels import MOST_LEVELS, ZERO_ONE, Levels, shown
from symcat.data.schema import Schema, codes_of_levels
from symcat.data.states import MOST_COLUMNS, States, codes_of_digits, joint, summed
from symcat.data.statistics.layout import Layout
from symcat.data.statistics.scaling import working_unit
from symcat.data.statistics.summing import Summation
from symcat.errors import InvalidData


def stated_levels(categories: Any) -> dict[str, tuple[str, ...]]:
    """Levels of text columns as a user has stated them. Raises InvalidData for what does not state them."""
    if categories is None:
        return {}
    if not isinstance(categories, Mapping):
        raise InvalidData(f"categories={categories!r} is not known: pass a dict of columns and their levels.")
    found = {}
    for name, levels in categories.items():
        listed = (levels,) if isinstance(levels, str) else tuple(levels)
        texts = all(isinstance(level, str) for level in listed)
        if not texts or len(set(listed)) < len(listed) or not 2 <= len(listed) <= MOST_LEVELS:
            raise InvalidData(
                f"categories= of {name!r} are {listed!r}: pass 2 to {MOST_LEVELS} different texts, the reference first."
            )
        found[str(name)] = listed
    return found


def of_first_rows(found: Opened, stated: Categories) -> dict[str, tuple[Any, ...]]:
    """The levels stated and those that a first batch adds. Raises InvalidData for a stated column without text."""
    for name in stated:
        if name not in found.names:
            raise unknown_column(name, found.names)
        if not is_text(found.table, name):
            raise InvalidData(f"Column {name!r} holds no text, of which categories= are: leave it out of these.")
    return joined(stated, {name: distinct(found.table, name) for name in stated})


def levels_of(schema: Schema, categories: Categories, stated: Collection[str]) -> dict[str, tuple[Any, ...]]:
    """The levels of every text column so far: of those with indicators, and of those of two levels without.

    Columns whose kinds are ``stated`` have no indicators.
    """
    pairs = {name: pair for name, pair in schema.levels_of.items() if isinstance(pair[0], str) and name not in stated}
    return {**{name: pair for name, pair in pairs.items() if len(pair) == 2}, **categories}


def with_those_of(
    found: Opened, schema: Schema, categories: Categories, stated: Collection[str]
) -> dict[str, tuple[Any, ...]]:
    """The levels of text columns with indicators, after a batch that may add some, which come last.

    A column of two levels that has a third is one of these from now on. InvalidData for more than can be categories.
    """
    known = levels_of(schema, categories, stated)
    added = {name: distinct(found.table, name) if name in found.names else () for name in known}
    return {name: levels for name, levels in joined(known, added).items() if name in categories or len(levels) > 2}


def joined(known: Categories, added: Categories) -> dict[str, tuple[Any, ...]]:
    """The levels known and those added, which come last. Raises InvalidData for more than can be categories."""
    grown = {name: tuple(dict.fromkeys((*levels, *added.get(name, ())))) for name, levels in known.items()}
    for name, levels in grown.items():
        if len(levels) > MOST_LEVELS:
            raise InvalidData(
                f"Column {name!r} has more than {MOST_LEVELS} levels: leave it out with columns=[...], or join levels."
            )
    return grown


def check_references(one: Categories, other: Categories) -> None:
    """Raises InvalidData where two statistics count the levels of a column from different ones."""
    for name in one.keys() & other.keys():
        if one[name][0] != other[name][0]:
            raise InvalidData(
                f"The reference level of column {name!r} is {one[name][0]!r} in one of the statistics and "
                f"{other[name][0]!r} in the other: state it by Statistics(categories={{{name!r}: [...]}}) in both."
            )


def renamed(schema: Schema, categories: Categories) -> Schema:
    """The schema with text columns of two levels that have ``categories`` as indicators, which hold the same."""
    pairs = {name: pair for name, pair in schema.levels_of.items() if isinstance(pair[0], str) and name in categories}
    names = tuple(name_of(name, pairs[name][1]) if name in pairs else name for name in schema.columns)
    levels = (ZERO_ONE if name in pairs else pair for name, pair in zip(schema.columns, schema.levels, strict=True))
    return Schema(names, tuple(levels))


def grown_schema(schema: Schema, categories: Categories) -> Schema:
    """The schema with the indicators of further levels, each after those of its column."""
    columns = names_with(texts_for(schema.columns, categories), categories)
    levels = dict(zip(schema.columns, schema.levels, strict=True))
    return Schema(columns, tuple(levels.get(name, ZERO_ONE) for name in columns))


def widened(sums: Summation, names: Sequence[str], layout: Layout) -> Summation:
    """The same rows with the further two-valued columns of ``layout``, which were -1 in all of them.

    Those that there are have these ``names`` in it.
    """
    old = sums.layout
    at = np.array([layout.columns.index(name) for name in names])
    wide = Summation(layout, sums.reservoir.size, sums.blocks.capacity, 0)
    wide.n_missing, wide.weighed, wide.recentre_at = sums.n_missing, sums.weighed, sums.recentre_at
    rows = np.full((len(sums.reservoir.rows), layout.dimension + layout.weighted), -1.0)
    rows[:, [*at, *range(layout.dimension, rows.shape[1])]] = sums.reservoir.rows
    wide.reservoir.restore(rows, sums.reservoir.state)
    if sums.origin is None:
        return wide
    wide.origin, wide.unit = np.zeros(layout.dimension), sums.unit
    wide.origin[at] = sums.origin
    wide.blocks.sums = _widened(sums.blocks.sums, old, layout, at, working_unit(sums.unit))
    wide.blocks.length = sums.blocks.length
    if wide.tally is not None:
        wide.tally.include(None if sums.tally is None else _moved(sums.tally.states, layout, at, old))
    return wide


def _widened(sums: Any, old: Layout, layout: Layout, at: Any, unit: float) -> Any:
    """(B, width) sums of blocks, a new column being -1 in every row."""
    one = -1.0 / unit
    blocks, d = len(sums), layout.dimension
    out = np.empty((blocks, layout.width))
    out[:, 0] = sums[:, 0]
    first = np.repeat(one * sums[:, :1], d, axis=1)
    first[:, at] = sums[:, old.slices[0]]
    second = one * np.repeat(first[:, None, :], d, axis=1)
    second[:, at] = (one * first)[:, at][:, :, None]
    second[:, at[:, None], at] = sums[:, old.slices[1]].reshape(blocks, len(at), len(at))
    powers = sums[:, :1, None] * np.broadcast_to(one ** np.arange(3, 3 + layout.n_powers), (blocks, d, layout.n_powers))
    powers[:, at] = sums[:, old.slices[2]].reshape(blocks, len(at), old.n_powers)
    for place, values in zip(layout.slices[:3], (first, second, powers), strict=True):
        out[:, place] = values.reshape(blocks, -1)
    out[:, layout.slices[2].stop :] = sums[:, old.slices[2].stop :]
    return out


def _moved(states: States | None, layout: Layout, at: Any, old: Layout) -> States | None:
    """The states with their columns where these are now; the digits of new columns are 0."""
    if states is None:
        return None
    place = np.cumsum(layout.discrete) - 1
    digits = np.zeros((len(states.codes), len(layout.sizes)), dtype=np.int64)
    digits[:, place[at[old.discrete]]] = states.digits
    codes, counts = summed(codes_of_digits(digits, layout.sizes), states.counts)
    return States(layout.sizes, codes, counts)


# --- categorical columns ---------------------------------------------------------------------------------------------


def with_levels_of(found: Opened, schema: Schema, growing: Collection[str]) -> Schema:
    """The schema whose ``growing`` columns have the levels of a batch too, matched by name, or by place without names.

    Raises InvalidData for more than a column can have.
    """
    added: list[Levels | None] = []
    for j, (name, own) in enumerate(zip(schema.columns, schema.levels, strict=True)):
        place = name if found.is_named else found.names[j] if j < len(found.names) else ""
        known = own is None or name not in growing or place not in found.names
        added.append(own if own is None or known else together(name, own, all_levels(found.table, place)))
    return Schema(schema.columns, tuple(added))


def united(one: Schema, other: Schema, growing: Collection[str]) -> Schema:
    """The schema of the ``growing`` columns with the levels of both; the others as in the first."""
    levels = (
        together(name, mine, theirs) if mine is not None and theirs is not None and name in growing else mine
        for name, mine, theirs in zip(one.columns, one.levels, other.levels, strict=True)
    )
    return Schema(one.columns, tuple(levels))


def together(name: str, known: Levels, added: Levels) -> Levels:
    """The levels of both, in the order that one of them has for all, else ascending, or those added at the end.

    Raises InvalidData for more than a column can have, and for texts beside numbers.
    """
    both = {*known, *added}
    if len({isinstance(level, str) for level in both}) > 1:
        raise InvalidData(
            f"Column {name!r} has the values {shown(known)} in one part of the data and {shown(added)} in another: use "
            "text, or numbers, in all parts."
        )
    if both == {*known}:
        return known
    if both == {*added}:
        return added
    ascending = list(known) == sorted(known)
    grown = tuple(sorted(both)) if ascending else (*known, *sorted(both - {*known}))
    return checked_levels(name, grown)


def recoded(sums: Summation, old: Schema, new: Schema, layout: Layout) -> Summation:
    """The same rows where columns have further levels."""
    same = Summation(layout, sums.reservoir.size, sums.blocks.capacity, 0, sums.beside)
    same.n_missing, same.weighed, same.recentre_at = sums.n_missing, sums.weighed, sums.recentre_at
    rows = sums.reservoir.rows.copy()
    places = []
    for j in old.discrete:
        before, after = old.levels[j], new.levels[j]
        assert before is not None
        assert after is not None
        place = np.array([after.index(level) for level in before])
        places.append(place)
        rows[:, j] = codes_of_levels(after)[place[np.searchsorted(codes_of_levels(before), rows[:, j])]]
    same.reservoir.restore(rows, sums.reservoir.state)
    if sums.origin is None:
        return same
    same.origin, same.unit = sums.origin, sums.unit
    same.blocks.sums, same.blocks.length = _without_codes(sums.blocks.sums, layout), sums.blocks.length
    states = None if sums.tally is None else sums.tally.states
    if same.tally is not None:
        too_many = states is None or joint(layout.sizes) > 1 << MOST_COLUMNS
        same.tally.include(None if states is None or too_many else states.recoded(places, layout.sizes))
    return same


def _without_codes(sums: Any, layout: Layout) -> Any:
    """(B, width) the sums of blocks with nothing of categorical columns."""
    out, d, at = sums.copy(), layout.dimension, list(layout.categorical)
    first, second, powers = layout.slices[:3]
    out[:, first][:, at] = 0.0
    square = out[:, second].reshape(len(out), d, d)
    square[:, at] = square[:, :, at] = 0.0
    out[:, second] = square.reshape(len(out), -1)
    power = out[:, powers].reshape(len(out), d, layout.n_powers)
    power[:, at] = 0.0
    out[:, powers] = power.reshape(len(out), -1)
    return out
