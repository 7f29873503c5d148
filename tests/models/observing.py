"""What the pass over the data leaves of rows, worked out from the rows themselves, and fits of it without the flow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.catalogue import default
from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models import robust
from symcat.models.base import Center, Model, Options
from symcat.models.family import Family
from symcat.models.fit import CheckResult, Fit, Observed

BLOCKS = 100
EXAMPLES = 50


def names(dimension: int) -> tuple[str, ...]:
    return ("x",) if dimension == 1 else tuple(f"x{i}" for i in range(dimension))


def moments_of(tables: Sequence[np.ndarray], power: int = 6) -> Moments:
    """The averages of one table (m, d) per group, about the first row of the first."""
    d, origin = tables[0].shape[1], tables[0][0]
    unit = 2.0 ** np.round(np.log2(np.abs(tables[0] - origin).mean()))
    count = np.array([float(len(rows)) for rows in tables])
    starts = np.concatenate([[0], np.cumsum(count[:-1])]).astype(np.intp)
    y = (np.concatenate(tables) - origin) / unit
    q = (y**2).sum(axis=1)

    def average(values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values, starts, axis=0) / count.reshape(-1, *[1] * (values.ndim - 1))

    return Moments(
        columns=names(d),
        count=count,
        origin=np.tile(origin, (len(tables), 1)),
        unit=float(unit),
        first=average(y),
        second=average(y[:, :, None] * y[:, None, :]),
        column_powers=average(np.stack([y**k for k in range(3, power + 1)], axis=-1)),
        radial_third=None if d == 1 else average(y * q[:, None]),
        radial_fourth=None if d == 1 else average(q**2),
    )


def observed(rows: np.ndarray, power: int = 6) -> Observed:
    """Of a single table, all rows being the sample."""
    return Observed(moments_of([rows], power), sample=rows)


def blocks(rows: np.ndarray, power: int = 6) -> Moments:
    """Consecutive blocks of rows, from which robust errors are computed."""
    return moments_of(np.array_split(rows, min(BLOCKS, len(rows))), power)


def grouped_errors(model: Model, fit: Fit, groups: Moments, center: Center = None) -> dict[str, np.ndarray]:
    """(1, ...) robust errors of a fit to all the groups, from the groups as they are."""
    moved = model.influence(fit, groups, groups.merged(), center)
    return {name: np.sqrt((value**2).sum(axis=0))[None] for name, value in moved.items()}


def row_errors(
    model: Model, fit: Fit, rows: np.ndarray, whole: Moments, center: Center = None, **options: Any
) -> dict[str, np.ndarray]:
    """(1, ...) robust errors of a fit from encoded rows, each of which occurred once unless ``counts`` are given."""
    counts = options.pop("counts", np.ones(len(rows)))
    found = robust.from_rows(model, fit, rows, counts, whole, center, **options)
    return robust.errors_of(found.variance, model.influence_besides(fit, whole))


def model_of(family: Family, label: str, dimension: int) -> Model:
    """A class of so many real columns, with the packaged catalogue."""
    found = family.model(label, Schema.real(names(dimension)), Options(), default())
    assert found is not None
    return found


def look_up(family: Family, label: str, n: float | None = None, **given: Any) -> Fit:
    """The fit to averages given by name."""
    averages = family.averages(label, given, n, None)
    model = family.model(label, averages.schema, Options(), default())
    assert model is not None
    return model.fit(averages.moments, "mean" if "mean" in given else averages.moments.origin[0])


def assert_batch_is_single(model: Model, tables: Sequence[np.ndarray], center: Center = None, power: int = 6) -> None:
    """Groups that are fitted and checked together get what each gets alone; the sample is for those alone."""
    together = moments_of(tables, power)
    fit = model.fit(together, center)
    checks = {check.name: check for check in model.checks(fit, Observed(together), center)}
    assert checks
    for g in range(0, len(tables), max(1, len(tables) // EXAMPLES)):
        observed = Observed(together.groups(slice(g, g + 1)), sample=tables[g])
        alone = model.fit(observed.moments, center)
        assert alone.why(0) == fit.why(g)
        for kind in ("parameters", "standard_errors"):
            for name, values in getattr(alone, kind).items():
                rounding = 1e-9 * np.nan_to_num(np.max(alone.standard_errors.get(name, 0.0)))
                found = getattr(fit, kind)[name][g]
                np.testing.assert_allclose(found, values[0], rtol=1e-9, atol=rounding, err_msg=name)
        np.testing.assert_allclose(fit.bic[g], alone.bic[0], rtol=1e-12, atol=1e-11 * alone.count[0])
        if not alone.answered[0]:
            continue
        for own in model.checks(alone, observed, center):
            if own.name in checks:
                _assert_same_check(checks[own.name], g, own)


def _assert_same_check(batch: CheckResult, group: int, own: CheckResult) -> None:
    assert batch.made is not None
    assert own.made is not None
    assert batch.made[group] == own.made[0]
    np.testing.assert_allclose(batch.statistic[group], own.statistic[0], rtol=1e-8, atol=1e-9, err_msg=own.name)
    np.testing.assert_allclose(batch.p_value[group], own.p_value[0], rtol=1e-6, err_msg=own.name)
    assert batch.passed[group] == own.passed[0]
    assert batch.detail(group) == own.detail(0)
