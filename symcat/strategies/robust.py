"""The robust errors of an answer, of the kind that was asked for, and what the order of the rows says against them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from symcat.answer.free_numbers import free_numbers
from symcat.data.measure import Measured
from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.statistics import collect_groups, group_rows
from symcat.errors import InvalidData
from symcat.models import long_run, robust
from symcat.models.base import Center, Floats, Masses, Model
from symcat.models.fit import CheckResult, Fit
from symcat.models.robust import ErrorsOf, Leverage, RowVariances, Variances

ORDER = "order of the rows"
"""Name of the check that is made known where rows depend on their neighbours."""

_BLOCKS = 256
_GROUPS_AT_ONCE = 1 << 21  # numbers of their averages
_OF_ALL_ROWS = 1 << 22  # numbers that the influences of all rows may have: 8192 rows of 22 columns with all pairs
_OF_A_SAMPLE = 1 << 19  # and of a sample, which errs by some per cent anyway
_ROWS_AT_LEAST = 256
_LEVERAGES: dict[ErrorsOf, Leverage] = {"HC0": "HC0", "HC1": "HC1", "HC2": "HC2", "HC3": "HC3"}


@dataclass(frozen=True)
class Asked:
    """Which errors were asked for, and the column that names the clusters."""

    of: ErrorsOf = "rows"
    cluster: str | None = None
    named: bool = True  # False: they are the usual ones, and left out where they cannot be had
    in_order: bool = True  # whether the order of the rows may mean anything

    @property
    def leverage(self) -> Leverage:
        """The kind for a least-squares regression."""
        return _LEVERAGES.get(self.of, robust.SMALL_SAMPLE)


@dataclass(frozen=True)
class Robust:
    """Standard errors (1, ...), {} where they are not known, what they are of, and a check of the order of the rows."""

    errors: Mapping[str, Floats]
    of: ErrorsOf
    checks: tuple[CheckResult, ...] = ()
    inflation: Mapping[str, Floats] = field(default_factory=dict)  # (...) of variances, for the order of the rows


@dataclass(frozen=True)
class Scores:
    """How far rows, and consecutive blocks of them, move the parameters of a fit."""

    rows: RowVariances
    moved: Variances  # (B, ...)
    dependence: long_run.Dependence | None

    @property
    def inflation(self) -> Variances:
        """(...) of the variances, for the order of the rows; {} where it is not known."""
        enough = self.moved and min(map(len, self.moved.values())) >= long_run.FEWEST
        return long_run.inflation(self.moved, self.rows.plain) if enough and self.rows.plain else {}


@dataclass(frozen=True)
class Answer:
    """A fit of a batch of one, with all that was measured of its table."""

    model: Model
    fit: Fit
    measured: Measured
    center: Center
    seed: int
    known: dict[str, Any] = field(default_factory=dict)  # what was worked out of this table

    def scores(self, leverage: Leverage) -> Scores:
        """How far rows move the fit, worked out once."""
        fit, scores = self.known.get(leverage, (None, None))
        if fit is not self.fit:
            rows = self._from_rows(leverage)
            moved = self._of_blocks(self.measured.moments) if rows.plain else {}
            scores = Scores(rows, moved, long_run.dependence(moved, rows.plain, rows.relative))
            self.known[leverage] = self.fit, scores
        found: Scores = scores
        return found

    def robust(self, asked: Asked) -> Robust:
        """The errors asked for. Raises InvalidData where the data do not allow them."""
        whole = self.measured.moments
        if asked.of == "cluster":
            assert asked.cluster is not None
            of_clusters = robust.from_clusters(self._by_cluster(asked.cluster))
            if not of_clusters:
                raise self._unknown("cluster")
            return Robust(self._errors(of_clusters, whole), "cluster")
        scores = self.scores(asked.leverage)
        rows, moved, dependence = scores.rows, scores.moved, scores.dependence
        if asked.of == "blocks" and not asked.named and not scores.inflation:
            return Robust({}, "blocks")
        if asked.of == "blocks":
            found: Variances = {name: long_run.variance(value) for name, value in self._enough(moved).items()}
        else:
            found = rows.variance
            if asked.named and not found:
                raise self._unknown(asked.of)
        # Counted rows stand for rows in any order; what a perfect fit leaves is rounding.
        weight = self.measured.statistics.weight
        in_order = (
            asked.in_order and (weight is None or weight.counts is None) and np.isfinite(self.fit.log_likelihood[0])
        )
        said: tuple[CheckResult, ...] = ()
        if in_order and dependence is not None and dependence.found:
            said = self._dependent(asked, dependence, rows, moved)
        regression = self.model.leverage(self.fit, np.empty((0, whole.dimension)), whole) is not None
        of: ErrorsOf = asked.leverage if asked.of == "rows" and regression else asked.of
        inflation = scores.inflation if self.measured.share < 1.0 else {}
        return Robust(self._errors(found, whole), of, said, inflation)

    def _errors(self, variances: Variances, whole: Moments) -> dict[str, Floats]:
        found = robust.errors_of(variances, self.model.influence_besides(self.fit, whole))
        return {name: self._estimated(name, value) for name, value in found.items()}

    def _estimated(self, name: str, error: Floats) -> Floats:
        """Not a number where the class has not estimated what does not move."""
        of_model = self.fit.standard_errors.get(name)
        return error if of_model is None else np.where((error == 0.0) & np.isnan(of_model), np.nan, error)

    # --- rows ------------------------------------------------------------------------------------------------------

    def _from_rows(self, leverage: Leverage) -> RowVariances:
        """From the counted states where they are few, else from the random sample."""
        statistics, weighted = self.measured.statistics, self.measured.weighted
        states, whole = self.measured.states, self.measured.moments
        few = max(len(statistics.weighted_sample[0]), 1)
        if states is not None and states.dimension == whole.dimension and len(states.codes) <= few:
            rows, counts, weights = states.rows, states.counts.astype(np.float64), None
        else:
            sample, weight = self.measured.weighted_sample
            numbers = _OF_ALL_ROWS if len(sample) == statistics.n_rows else _OF_A_SAMPLE
            most = max(_ROWS_AT_LEAST, numbers // max(1, sum(value.size for value in self.fit.parameters.values())))
            if len(sample) > most:
                chosen = np.random.default_rng(self.seed).choice(len(sample), most, replace=False)
                sample, weight = sample[chosen], weight[chosen]
            rows, counts, weights = sample, np.ones(len(sample)), weight if weighted else None
        return robust.from_rows(
            self.model,
            self.fit,
            rows,
            counts,
            whole,
            self.center,
            weights=weights,
            n_rows=None if weights is None else float(statistics.n_rows),
            leverage=leverage,
        )

    # --- blocks ----------------------------------------------------------------------------------------------------

    def _of_blocks(self, whole: Moments) -> Variances:
        """(B, ...) what each of the consecutive blocks moves; {} where the rows are not at hand in their order."""
        if self.fit.moves is None:
            return self.model.influence(self.fit, self.measured.blocks, whole, self.center)
        if self.measured.source is None:
            return {}
        length = -(-self.measured.statistics.n_rows // _BLOCKS)
        blocks = _weighted_runs if self.measured.weighted else robust.runs
        return robust.summed_influence(self.model, self.fit, blocks(self.measured.masses(), length), whole, self.center)

    def _enough(self, moved: Variances) -> Variances:
        """The same; InvalidData where there are too few blocks for their dependence to be told."""
        if not moved and (self.fit.moves is None or self.measured.source is not None):
            raise self._unknown("blocks")
        if not moved:
            raise InvalidData(
                "errors='blocks' needs the rows in their order, which statistics have forgotten for this class: pass "
                "the data itself, or ask for errors='rows'."
            )
        blocks = min(len(value) for value in moved.values())
        if blocks < long_run.FEWEST:
            raise InvalidData(
                f"errors='blocks' needs {long_run.FEWEST} blocks of rows, and of this table {blocks} are kept: give "
                "more rows or fewer columns, or ask for errors='rows'."
            )
        return moved

    def _unknown(self, of: str) -> InvalidData:
        """The error for a class of which nobody knows how far rows move it."""
        return InvalidData(
            f"errors={of!r} cannot be had of {self.fit.label}, as it is not known how far single rows move its "
            "parameters: leave errors= out, or name another class with classes=."
        )

    def _dependent(
        self, asked: Asked, found: long_run.Dependence, rows: RowVariances, moved: Variances
    ) -> tuple[CheckResult, ...]:
        """That rows depend on their neighbours, with both errors of the number for which it is clearest."""
        name = found.parameter
        free = free_numbers(self.model, {key: value[0] for key, value in self.fit.parameters.items()})
        place = next((one.place for one in free if (one.parameter, one.index) == (name, found.index)), "")
        of_rows = float(np.sqrt(rows.plain[name][found.index]))
        of_blocks = float(np.sqrt(long_run.variance(moved[name])[found.index]))
        which = "blocks" if asked.of == "blocks" else "rows"
        heeded = self.measured.share < 1.0
        known = ", and count as fewer for that" if heeded else ""
        detail = (
            f"consecutive rows depend on each other{known}; the robust error of {name}{f' ({place})' if place else ''} "
            f"is {of_rows:.3g} from rows, right if their order means nothing, and {of_blocks:.3g} from blocks, right "
            f"if they are in order of time: errors={which!r} is shown"
        )
        ratio, verdict = of_blocks / of_rows, True if heeded else None
        check = CheckResult.single(
            ORDER, ratio, found.p_value, detail, level=long_run.LEVEL, weight="told", verdict=verdict
        )
        return (check,)

    # --- clusters --------------------------------------------------------------------------------------------------

    def _by_cluster(self, column: str) -> Iterator[Variances]:
        """What each cluster moves, many at a time."""
        source, statistics = self.measured.source, self.measured.statistics
        if source is None:
            raise InvalidData(
                "cluster= needs the rows themselves; these statistics have forgotten which cluster a row was in."
            )
        whole = self.measured.moments
        charts = Needs(charts=tuple((name, of.moments.highest) for name, of in whole.charts.items()))
        wanted = replace(statistics.needs, states=False) | charts
        groups = collect_groups(source, (column,), wanted, at={name: of.at[0] for name, of in whole.charts.items()})
        if groups.n_without_key:
            raise InvalidData(
                f"{groups.n_without_key} rows have no value of the cluster {column!r}: fill it, or leave the rows out."
            )
        averages = groups.moments.groups(groups.moments.count > 0.0).in_unit(whole.unit)
        if averages.n_groups < 2:
            raise InvalidData(f"Column {column!r} has one value only: errors by cluster need two clusters or more.")
        if self.fit.moves is None:
            step = max(1, _GROUPS_AT_ONCE // averages.dimension**2)
            for start in range(0, averages.n_groups, step):
                some = averages.groups(slice(start, start + step))
                yield self.model.influence(self.fit, some, whole, self.center)
            return
        for _, rows in group_rows(source, (column,)):
            complete, counts = rows[~np.isnan(rows).any(axis=1)], None
            if source.weight is not None:
                complete, counts = complete[:, :-1], complete[:, -1]
            if len(complete) if counts is None else counts.any():
                cluster = (complete, np.ones(len(complete)) if counts is None else counts)
                yield robust.summed_influence(self.model, self.fit, [cluster], whole, self.center)


def _weighted_runs(masses: Masses, length: int) -> Iterator[tuple[Floats, Floats]]:
    """Consecutive runs of so many rows, whatever they weigh, and their weights."""
    single = ((np.column_stack([rows, weight]), np.ones(len(rows))) for rows, weight in masses)
    return ((rows[:, :-1], rows[:, -1]) for rows, _ in robust.runs(single, length))
