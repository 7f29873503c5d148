"""Averages of the columns of a table: all that a maximum-entropy model needs to know of the data.

A batch of groups shares one record with a leading axis; a single fit is a batch of one, and the consecutive blocks
from which robust errors are computed are a batch too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from math import comb
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from symcat.data.charts import chart
from symcat.data.charts.base import Chart
from symcat.data.states import GroupStates

Floats = NDArray[np.float64]

T = TypeVar("T")


@cache
def _binomials(number: int) -> Floats:
    """Pascal's triangle of so many rows."""
    return np.array([[float(comb(k, j)) for j in range(number)] for k in range(number)])


@dataclass(frozen=True)
class Moments:
    """Averages of ``y = (x - origin) / unit`` over the rows of each of G groups, for d columns.

    ``unit`` is a power of two near the spread of the data, so that neither 1e150 nor 1e-150 over- or underflows and
    changing units loses no digit; ``origin`` lies near the data, so that centring cancels nothing. ``charts`` are those
    of other coordinates of a column, by the names of these: no origin and no unit of x concerns them.

    The codes of categorical columns are no numbers to be averaged: ``first``, ``second`` and the powers are NaN where
    one of these is concerned, so that whoever reads them by mistake has no answer. ``states`` counts the joint states
    of all discrete columns of such a table instead.
    """

    columns: tuple[str, ...]
    count: Floats  # (G,)
    origin: Floats  # (G, d), in the units of the data
    unit: float
    first: Floats  # (G, d)        <y>
    second: Floats  # (G, d, d)     <y y^T>
    column_powers: Floats | None = None  # (G, d, K)     <y_j^k> for k = 3 .. K + 2
    radial_third: Floats | None = None  # (G, r)        <y |y|^2>, for r > 1
    radial_fourth: Floats | None = None  # (G,)          <|y|^4>, for r > 1
    radial_columns: tuple[int, ...] | None = None  # the r columns that |y| is of; None: all of them
    charts: Mapping[str, Coordinate] = field(default_factory=dict)
    states: GroupStates | None = None  # of a table with categorical columns, where its states are not too many

    @cached_property
    def _known(self) -> dict[Any, Any]:
        return {}

    def once(self, make: Callable[[Moments], T]) -> T:
        """``make(self)``, worked out for the first that asks for it."""
        if make not in self._known:
            self._known[make] = make(self)
        known: T = self._known[make]
        return known

    @property
    def dimension(self) -> int:
        return len(self.columns)

    @property
    def n_groups(self) -> int:
        return len(self.count)

    @property
    def highest(self) -> int:
        """The highest power of single columns."""
        return 2 if self.column_powers is None else 2 + self.column_powers.shape[2]

    @property
    def mean(self) -> Floats:
        """(G, d) means in the units of the data."""
        return self.origin + self.unit * self.first

    @property
    def m2(self) -> Floats:
        """(G,) ``<|y|^2>``."""
        trace: Floats = np.einsum("gii->g", self.second)
        return trace

    @property
    def m3(self) -> Floats:
        """(G, d) ``<y |y|^2>``."""
        if self.radial_third is not None:
            return self.radial_third
        if self.dimension == 1 and self.column_powers is not None:
            return self.column_powers[:, :, 0]
        raise ValueError("these moments were collected without the radial averages")

    @property
    def m4(self) -> Floats:
        """(G,) ``<|y|^4>``."""
        if self.radial_fourth is not None:
            return self.radial_fourth
        if self.dimension == 1 and self.column_powers is not None:
            return self.column_powers[:, 0, 1]
        raise ValueError("these moments were collected without the radial averages")

    @property
    def _radial(self) -> list[int] | slice:
        return slice(None) if self.radial_columns is None else list(self.radial_columns)

    def part(self, positions: Sequence[int]) -> Moments:
        """The averages of some of the columns, in the order given; the radial ones only if of exactly these."""
        at = list(positions)
        if self.radial_columns is None and at == list(range(self.dimension)):
            return self
        whole = range(self.dimension) if self.radial_columns is None else self.radial_columns
        radial = at == list(whole)
        return Moments(
            columns=tuple(self.columns[j] for j in at),
            count=self.count,
            origin=self.origin[:, at],
            unit=self.unit,
            first=self.first[:, at],
            second=self.second[:, at][:, :, at],
            column_powers=None if self.column_powers is None else self.column_powers[:, at],
            radial_third=self.radial_third if radial else None,
            radial_fourth=self.radial_fourth if radial else None,
            charts={
                name: replace(of, column=at.index(of.column)) for name, of in self.charts.items() if of.column in at
            },
            states=None if self.states is None else self.states.part(at),
        )

    def about(self, point: Floats) -> Moments:
        """The same averages about another origin ``point``, (G, d) or (d,), in the units of the data. Exact algebra."""
        point = np.broadcast_to(np.asarray(point, dtype=np.float64), self.origin.shape)
        shift = (point - self.origin) / self.unit
        if not shift.any():
            return self
        outer = self.first[:, :, None] * shift[:, None, :]
        third, fourth = self._shifted_radial(shift)
        return Moments(
            columns=self.columns,
            count=self.count,
            origin=np.array(point),
            unit=self.unit,
            first=self.first - shift,
            second=self.second - outer - outer.transpose(0, 2, 1) + shift[:, :, None] * shift[:, None, :],
            column_powers=None if self.column_powers is None else self._shifted_powers(shift),
            radial_third=third,
            radial_fourth=fourth,
            radial_columns=self.radial_columns,
            charts=self.charts,
            states=self.states,
        )

    @cached_property
    def of_pairs(self) -> Moments:
        """The first and second averages alone."""
        if self.column_powers is None and self.radial_third is None and self.radial_fourth is None and not self.charts:
            return self
        return replace(self, column_powers=None, radial_third=None, radial_fourth=None, charts={})

    def powers_to(self, highest: int) -> Moments:
        """Those of powers of single columns up to one of three or more, without charts."""
        powers = self.column_powers
        return replace(self, column_powers=None if powers is None else powers[:, :, : highest - 2], charts={})

    @cached_property
    def centred(self) -> Moments:
        """The same averages about the mean of each group."""
        return self.about(self.mean)

    def _shifted_radial(self, shift: Floats) -> tuple[Floats | None, Floats | None]:
        """Those of ``y |y|^2`` and ``|y|^4``."""
        if self.radial_third is None or self.radial_fourth is None:
            return self.radial_third, self.radial_fourth
        at = self._radial
        shift, first, second = shift[:, at], self.first[:, at], self.second[:, at][:, :, at]
        length2 = np.einsum("gi,gi->g", shift, shift)
        along = np.einsum("gi,gi->g", shift, first)
        carried = np.einsum("gij,gj->gi", second, shift)
        trace = np.einsum("gii->g", second)
        third = (
            self.radial_third
            - 2.0 * carried
            + length2[:, None] * first
            - shift * (trace - 2.0 * along + length2)[:, None]
        )
        fourth = (
            self.radial_fourth
            - 4.0 * np.einsum("gi,gi->g", shift, self.radial_third)
            + 4.0 * np.einsum("gi,gi->g", shift, carried)
            + length2 * (2.0 * trace - 4.0 * along + length2)
        )
        return third, fourth

    def _shifted_powers(self, shift: Floats) -> Floats:
        """Binomial theorem for the averages of powers of single columns."""
        assert self.column_powers is not None
        powers = [np.ones_like(shift), self.first, np.einsum("gii->gi", self.second)]
        averages = np.stack([*powers, *np.moveaxis(self.column_powers, 2, 0)])
        factors = np.ones_like(averages)
        for k in range(1, len(factors)):
            factors[k] = factors[k - 1] * -shift
        top = len(averages)
        binomials = _binomials(top)
        moved = averages[3:].copy()
        for j in range(top - 2, -1, -1):  # in this order, whatever the number of groups
            least = max(j + 1, 3)
            moved[least - 3 :] += binomials[least:top, j, None, None] * factors[least - j : top - j] * averages[j]
        return np.ascontiguousarray(np.moveaxis(moved, 0, 2))

    def in_unit(self, unit: float) -> Moments:
        """The same averages with another ``unit``; exact when both are powers of two."""
        if unit == self.unit:
            return self
        ratio = self.unit / unit
        powers = self.column_powers
        return replace(
            self,
            unit=unit,
            first=self.first * ratio,
            second=self.second * ratio**2,
            column_powers=None if powers is None else powers * ratio ** np.arange(3, 3 + powers.shape[2]),
            radial_third=None if self.radial_third is None else self.radial_third * ratio**3,
            radial_fourth=None if self.radial_fourth is None else self.radial_fourth * ratio**4,
        )

    def merged(self) -> Moments:
        """The averages over all groups together, as a batch of one about the first group's origin."""
        origin = self.origin[:1]
        same = self if (self.origin == origin).all() else self.about(origin[0])
        total = same.count.sum()
        weight = same.count / total if total > 0 else same.count
        mean = replace(same, charts={}).each(lambda values: np.tensordot(weight, values, axes=(0, 0))[None])
        charts = {name: of.merged() for name, of in self.charts.items() if of.alike}
        states = None if self.states is None else self.states.merged()
        return replace(mean, count=np.array([total]), origin=origin.copy(), charts=charts, states=states)

    def of_rows(self, rows: Floats) -> Moments:
        """Each of the rows (m, d) as a group of its own: the same averages, about the origin and with the charts of the
        first group."""
        origin = self.origin[:1]
        y = (rows - origin) / self.unit
        powers = None if self.column_powers is None else self.column_powers.shape[2]
        along = y[:, self._radial]
        square = np.einsum("mi,mi->m", along, along)
        return replace(
            self,
            count=np.ones(len(rows)),
            origin=np.repeat(origin, len(rows), axis=0),
            first=y,
            second=y[:, :, None] * y[:, None, :],
            column_powers=None if powers is None else _powers(y, powers),
            radial_third=None if self.radial_third is None else along * square[:, None],
            radial_fourth=None if self.radial_fourth is None else square**2,
            charts={name: of.of_rows(chart(name), rows[:, of.column]) for name, of in self.charts.items()},
            states=None if self.states is None else self.states.of_table(rows),
        ).without_codes(() if self.states is None else self.states.categorical)

    def groups(self, chosen: slice | NDArray[np.bool_] | NDArray[np.intp]) -> Moments:
        """The chosen groups: a slice, a mask or indices over the leading axis."""
        return replace(
            replace(self, charts={}).each(lambda values: values[chosen]),
            count=self.count[chosen],
            origin=self.origin[chosen],
            charts={name: of.groups(chosen) for name, of in self.charts.items()},
            states=None if self.states is None else self.states.groups(chosen),
        )

    def without_codes(self, categorical: Sequence[int]) -> Moments:
        """The same with no averages of the codes of these columns."""
        if not categorical:
            return self
        at = list(categorical)
        first, second = self.first.copy(), self.second.copy()
        first[:, at] = second[:, at] = second[:, :, at] = np.nan
        powers = None if self.column_powers is None else self.column_powers.copy()
        if powers is not None:
            powers[:, at] = np.nan
        return replace(self, first=first, second=second, column_powers=powers)

    def each(self, change: Callable[[Floats], Floats]) -> Moments:
        """The same with ``change`` made to every array of averages, the groups along its first axis."""
        powers, third, fourth = (
            None if values is None else change(values)
            for values in (self.column_powers, self.radial_third, self.radial_fourth)
        )
        return replace(
            self,
            first=change(self.first),
            second=change(self.second),
            column_powers=powers,
            radial_third=third,
            radial_fourth=fourth,
            charts={name: of.each(change) for name, of in self.charts.items()},
        )


@dataclass(frozen=True)
class Coordinate:
    """Averages of a chart's coordinate y(x) of one column, over the complete rows of G groups that have one.

    Rows ``outside`` of the chart have none, and these averages leave them out.
    """

    moments: Moments  # of y
    at: Floats  # (G, k) the places of the chart
    log_jacobian: Floats  # (G,) average of log dx/dy
    outside: Floats  # (G,) rows, of weighted ones their number too
    column: int = 0  # of x among the columns

    @property
    def alike(self) -> bool:
        """Whether y means the same in all groups."""
        return bool((self.at == self.at[:1]).all())

    def groups(self, chosen: slice | NDArray[np.bool_] | NDArray[np.intp]) -> Coordinate:
        """Of the chosen groups."""
        return replace(
            self,
            moments=self.moments.groups(chosen),
            at=self.at[chosen],
            log_jacobian=self.log_jacobian[chosen],
            outside=self.outside[chosen],
        )

    def each(self, change: Callable[[Floats], Floats]) -> Coordinate:
        """With ``change`` made to every array of averages."""
        return replace(self, moments=self.moments.each(change), log_jacobian=change(self.log_jacobian))

    def of_rows(self, chart: Chart, x: Floats) -> Coordinate:
        """Of each of the values ``x`` (m,) as a group of its own, placed as the first group is."""
        at = np.repeat(self.at[:1], len(x), axis=0)
        y = chart.coordinate(x, at)
        outside = np.isnan(y)
        inside = np.where(outside, 0.0, y)
        moments = self.moments.of_rows(inside[:, None])
        return replace(
            self,
            moments=replace(moments, count=np.where(outside, 0.0, 1.0)),
            at=at,
            log_jacobian=chart.log_jacobian(inside, at),
            outside=outside.astype(np.float64),
        )

    def merged(self) -> Coordinate:
        """Over all groups together, whose places are alike."""
        count = self.moments.count
        total = count.sum()
        share = count / total if total > 0 else count
        return replace(
            self,
            moments=self.moments.merged(),
            at=self.at[:1],
            log_jacobian=np.array([share @ self.log_jacobian]),
            outside=np.array([self.outside.sum()]),
        )


def _powers(y: Floats, number: int) -> Floats:
    """(m, d, K) the powers 3 .. K + 2, each from the one before."""
    out = np.empty((*y.shape, number))
    power = y * y
    for k in range(number):
        power = power * y
        out[:, :, k] = power
    return out
