"""Tables of two-valued columns, and classes for them, as the tests of the Ising classes make them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat import catalogue
from symcat.data.moments import Moments
from symcat.data.states import States
from symcat.models.base import Options
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.ising import FAMILY
from symcat.models.ising.sums import Ising
from tests.classes import names, two_valued

Floats = NDArray[np.float64]


def made(label: str, dimension: int, **options: Any) -> Any:
    """A class of so many columns, with the catalogue's tables."""
    found = FAMILY.model(label, two_valued(dimension), Options(**options), catalogue.default())
    assert found is not None
    return found


def looked_up(label: str, n: float | None = None, basis: str = "spin", **averages: Any) -> Fit:
    """As ``symcat.lookup`` does it."""
    book = catalogue.default()
    given = FAMILY.averages(label, averages, n, None)
    model = FAMILY.model(label, given.schema, Options(basis=basis), book)
    assert model is not None
    return model.fit(given.moments)


def member(label: str, dimension: int, basis: str = "spin", **options: Any) -> Ising:
    """One whose states, or sums, are gone through."""
    found = made(label, dimension, basis=basis, **options)
    assert isinstance(found, Ising)
    return found


def states(dimension: int) -> Floats:
    """(2^d, d) every state."""
    bits = (np.arange(1 << dimension)[:, None] >> np.arange(dimension)) & 1
    return 2.0 * bits - 1.0


def signs(rows: NDArray[np.generic]) -> Floats:
    """True and False as +1 and -1."""
    return np.where(rows, 1.0, -1.0)


def averages_of(mean: Floats, pair: Floats, count: float = np.nan) -> Moments:
    """A batch of one with these averages."""
    d = len(mean)
    return Moments(names(d), np.array([count]), np.zeros((1, d)), 1.0, mean[None], pair[None])


def measured(*tables: Floats) -> Moments:
    """The averages of tables of -1 and +1, one group for each."""
    d = tables[0].shape[1]
    return Moments(
        names(d),
        np.array([float(len(rows)) for rows in tables]),
        np.zeros((len(tables), d)),
        1.0,
        np.stack([rows.mean(axis=0) for rows in tables]),
        np.stack([rows.T @ rows / len(rows) for rows in tables]),
    )


def together(parts: Sequence[Moments]) -> Moments:
    """Several batches as one."""
    count, origin, first, second = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("count", "origin", "first", "second")
    )
    return Moments(parts[0].columns, count, origin, parts[0].unit, first, second)


def one(values: dict[str, Floats], group: int = 0) -> dict[str, Floats]:
    """The parameters of one group."""
    return {name: value[group] for name, value in values.items()}


def fitted(label: str, rows: Floats, **options: Any) -> tuple[Fit, dict[str, CheckResult]]:
    """The fit of one table of -1 and +1, and its checks by name."""
    model = member(label, rows.shape[1], **options)
    moments = measured(rows)
    fit = model.fit(moments)
    checks = model.checks(fit, Observed(moments, rows, States.of(rows))) if fit.answered[0] else ()
    return fit, {check.name: check for check in checks}
