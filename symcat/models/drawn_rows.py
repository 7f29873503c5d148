"""How far rows of the data are from rows drawn from a fit of several columns, in nats a row.

What is lost by looking at one function of the rows alone is never more than what the joint law loses (Kullback &
Leibler 1951, theorem 4.1). So the functions are many and simple: single directions of the real columns, of all rows
and within each level of the discrete ones, and the levels of two discrete columns; the largest loss is the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.base import Floats, Model
from symcat.models.fit import Fit
from symcat.models.misfit import BINS, Misfit, apart, divergence

_MOST_DIRECTIONS = 64
_MOST_DISCRETE = 16
_MOST_STATES = 64
_ROWS_A_BIN = 8  # of a level
_DRAWN, _FEWEST_DRAWN, _TIMES = 1 << 15, 1 << 12, 8
"""Rows of the model that those of the data are held against: at most, at least, and else times those of the data."""

Codes = NDArray[np.intp]


def drawn_from(model: Model, fit: Fit, seed: int, rows: int) -> Floats:
    """Rows of a fit of a batch of one, to hold so many of the data against."""
    parameters = {name: value[0] for name, value in fit.parameters.items()}
    return model.sample(parameters, min(max(_TIMES * rows, _FEWEST_DRAWN), _DRAWN), np.random.default_rng(seed))


def of_rows(schema: Schema, rows: Floats, drawn: Floats) -> Misfit:
    """The largest loss that encoded rows (m, d) of the data show against rows (D, d) of the model."""
    found = list(_of_levels(schema, rows, drawn))
    reals = list(schema.at("real"))
    if reals:
        names = [schema.columns[j] for j in reals]
        every = list(_directions(rows[:, reals], drawn[:, reals], names))
        found += [_two_samples(values, of_model, said) for values, of_model, said in every]
        for said_of, of_data, of_model in _groups(schema, rows, drawn):
            found += [_within(one[0], one[1], of_data, of_model, f"{one[2]} given {said_of}") for one in every]
    return max(found, key=lambda one: one.nats)


def _directions(rows: Floats, drawn: Floats, names: Sequence[str]) -> Iterator[tuple[Floats, Floats, str]]:
    """The columns, the principal axes of the data, and the distance from the centre in their covariance."""
    for j, name in enumerate(names[:_MOST_DIRECTIONS]):
        yield rows[:, j], drawn[:, j], f"the values of {name!r}"
    if len(names) == 1 or len(rows) <= len(names):
        return
    values, vectors = np.linalg.eigh(np.cov(rows.T))
    axes = (vectors / np.sqrt(np.maximum(values, np.finfo(float).tiny)))[:, values > values[-1] * 1e-12]
    along, of_model = ((part - rows.mean(axis=0)) @ axes for part in (rows, drawn))
    for k in range(1, min(axes.shape[1], _MOST_DIRECTIONS) + 1):
        yield along[:, -k], of_model[:, -k], f"the values along principal axis {k}"
    radius, of_radius = ((part * part).sum(axis=1) for part in (along, of_model))
    yield radius, of_radius, "distances of the rows from their centre"


def _groups(schema: Schema, rows: Floats, drawn: Floats) -> Iterator[tuple[str, Codes, Codes]]:
    """The levels of each discrete column, and of all together where their combinations are few, as numbers of both."""
    at = schema.discrete[:_MOST_DISCRETE]
    for j in at:
        yield repr(schema.columns[j]), *_codes(rows[:, [j]], drawn[:, [j]])
    if len(at) > 1:
        of_data, of_model = _codes(rows[:, list(at)], drawn[:, list(at)])
        if max(of_data.max(), of_model.max()) < _MOST_STATES:
            yield ", ".join(repr(schema.columns[j]) for j in at), of_data, of_model


def _of_levels(schema: Schema, rows: Floats, drawn: Floats) -> Iterator[Misfit]:
    """How often the levels of each two discrete columns go together; of one such column, how often each occurs."""
    at = schema.discrete[:_MOST_DISCRETE]
    for pair in combinations(at, 2) if len(at) > 1 else [at] if at else []:
        of_data, of_model = _codes(rows[:, list(pair)], drawn[:, list(pair)])
        cells = int(max(of_data.max(), of_model.max())) + 1
        said = " and ".join(repr(schema.columns[j]) for j in pair)
        # Half a row more in each cell: one that no drawn row has is not impossible.
        often = np.bincount(of_model, minlength=cells).astype(np.float64) + 0.5
        share: Floats = often / often.sum()
        yield divergence(np.bincount(of_data, minlength=cells), f"the levels of {said}", float(len(drawn)), share)


def _codes(rows: Floats, drawn: Floats) -> tuple[Codes, Codes]:
    """Numbers of the distinct rows of both."""
    both = np.concatenate([rows, drawn])
    code = np.unique(both, axis=0, return_inverse=True)[1].reshape(-1)
    return code[: len(rows)], code[len(rows) :]


def _two_samples(rows: Floats, drawn: Floats, of: str) -> Misfit:
    """The values of the data counted in bins that hold as many of the model's each."""
    return divergence(_counts(rows, drawn, BINS), of, drawn=float(len(drawn)))


def _within(rows: Floats, drawn: Floats, of_data: Codes, of_model: Codes, of: str) -> Misfit:
    """Likewise within each level, whose losses add up by how many rows have it; those of few rows lose nothing here."""
    raw, degrees = 0.0, 0
    for level in range(int(of_data.max()) + 1):
        mine, theirs = rows[of_data == level], drawn[of_model == level]
        bins = min(BINS, min(len(mine), len(theirs)) // _ROWS_A_BIN)
        if bins < 2:
            continue
        shares = _counts(mine, theirs, bins) / len(mine)
        seen = shares[shares > 0.0]
        raw += 2.0 * float(seen @ np.log(seen * bins)) / (1.0 / len(mine) + 1.0 / len(theirs))
        degrees += bins - 1
    return apart(raw, degrees, 1.0 / (1.0 / len(rows) + 1.0 / len(drawn)), of)


def _counts(rows: Floats, drawn: Floats, bins: int) -> Codes:
    ends = np.quantile(drawn, np.arange(1, bins) / bins)
    return np.bincount(np.searchsorted(ends, rows, side="right"), minlength=bins)
