"""Encoded rows as a class sees them: averages of consecutive groups, and what a pass leaves for the checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.data.states import States
from symcat.models.fit import Fit, Observed


def mixed_schema(two_valued: Sequence[int], dimension: int) -> Schema:
    """Columns c0, c1, ... of which those at ``two_valued`` are -1 and +1."""
    names = tuple(f"c{j}" for j in range(dimension))
    return Schema(names, tuple((-1, 1) if j in two_valued else None for j in range(dimension)))


def moments(rows: Floats, schema: Schema, groups: int = 1) -> Moments:
    """All averages that a class may read, of so many groups of consecutive rows."""
    n, d = rows.shape
    centre = np.where(schema.mask("real"), rows.mean(axis=0), 0.0)
    y = (rows - centre).reshape(groups, n // groups, d)
    real = list(schema.at("real"))
    length = (y[:, :, real] ** 2).sum(axis=2)
    return Moments(
        columns=schema.columns,
        count=np.full(groups, n / groups),
        origin=np.tile(centre, (groups, 1)),
        unit=1.0,
        first=y.mean(axis=1),
        second=np.einsum("gmi,gmj->gij", y, y) * groups / n,
        column_powers=np.stack([(y**power).mean(axis=1) for power in range(3, 7)], axis=-1),
        radial_third=(y[:, :, real] * length[:, :, None]).mean(axis=1),
        radial_fourth=(length**2).mean(axis=1),
        radial_columns=tuple(real),
    )


def observed(rows: Floats, schema: Schema) -> Observed:
    """Of a single table: a sample of 8192 rows, and the distinct rows of the two-valued columns."""
    states = States.of(rows[:, list(schema.at("two-valued"))]) if schema.at("two-valued") else None
    return Observed(moments(rows, schema), rows[:8192], states)


def of_one(fit: Fit) -> dict[str, Any]:
    """The parameters of a batch of one."""
    return {name: value[0] for name, value in fit.parameters.items()}
