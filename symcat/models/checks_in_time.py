"""Checks of rows in order of time: each by as many independent rows as its own statistic varies like.

What consecutive blocks of rows, and single rows, move the normal score of a check is found by mixing a little of each
into the averages, fitting and checking again (the infinitesimal jackknife: Jaeckel 1972; Kunsch 1989, Ann. Stat.
17:1217); a check that counts rows says it of each itself. The mean of a first-order autoregression varies by
(1 + r) / (1 - r), its fourth power by much less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from symcat.data.moments import Coordinate, Floats, Moments
from symcat.data.worth import worth
from symcat.models import long_run
from symcat.models.base import Center, Model
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.special import has_chosen, is_composite, is_integrated, needs_rows

_MIXED = 1e-5  # share of a block or a row
_ROWS = 1 << 13
_NUMBERS = 1 << 21  # of the averages of so many rows
_MOST = 1 << 20  # rows that are counted again


@dataclass(frozen=True)
class InTime:
    """Rows in order: averages over consecutive blocks of them (G = B), how much of an independent row each is worth on
    average over the parameters, and all of them in batches (m, d)."""

    blocks: Moments
    share: float
    rows: Callable[[], Iterator[Floats]]


def checks_in_time(
    model: Model, fit: Fit, checks: Sequence[CheckResult], observed: Observed, center: Center, time: InTime
) -> tuple[CheckResult, ...]:
    """The ``checks`` of a fit of a batch of one to rows in order of time, made again.

    As they are where the class needs rows, or they do and do not say what each of these moves.
    """
    whole = observed.moments
    alone = is_composite(model) or is_integrated(model) or needs_rows(model)
    if alone or whole.states is not None or observed.weighted is None or time.blocks.n_groups < long_run.FEWEST:
        return tuple(checks)
    counts = _worth(model, fit, observed, center, time)
    made = []
    for check in checks:
        if check.moves is not None:
            made.append(_counted_again(model, fit, check, whole, center, time))
        else:
            made.append(_again(model, fit, check, whole, center, counts[check.name]) if check.name in counts else check)
    return tuple(made)


def _worth(model: Model, fit: Fit, observed: Observed, center: Center, time: InTime) -> dict[str, float]:
    """By the name of each check that needs averages alone: as how many independent rows its statistic varies."""
    whole, blocks = observed.moments, time.blocks
    assert observed.weighted is not None
    rows = observed.weighted[0][: max(256, min(_ROWS, _NUMBERS // whole.dimension**2))]
    mass = blocks.count / blocks.count.sum()
    base = _scores(model, fit, whole, center)
    of_blocks = _scores(model, fit, _mixtures(whole, blocks), center)
    of_rows = _scores(model, fit, _mixtures(whole, whole.of_rows(rows)), center)
    n = float(whole.count[0]) / time.share
    found = {}
    for name in base.keys() & of_blocks.keys() & of_rows.keys():
        moved = (of_blocks[name] - base[name]) / _MIXED * mass
        alone_moved = (of_rows[name] - base[name]) / _MIXED
        variance = float(np.mean(alone_moved**2)) / n
        if np.isfinite(moved).all() and 0.0 < variance < np.inf:
            found[name] = n / max(1.0, float(long_run.variance(moved)) / variance)
    return found


def _again(model: Model, fit: Fit, check: CheckResult, whole: Moments, center: Center, count: float) -> CheckResult:
    """The check of so many rows, at the level that it has."""
    return _same(model, fit, check, Observed(replace(whole, count=np.array([count]))), center)


def _counted_again(
    model: Model, fit: Fit, check: CheckResult, whole: Moments, center: Center, time: InTime
) -> CheckResult:
    """A check that counts rows, of all of them, each worth what its own statistic varies by; of many as it is."""
    n = float(whole.count[0]) / time.share
    if check.moves is None or n > _MOST:
        return check
    rows = np.concatenate(list(time.rows()))
    moved = check.moves(rows)
    moved = moved - moved.mean()
    starts = np.linspace(0, len(rows), time.blocks.n_groups, endpoint=False).astype(np.intp)
    variance = float((moved**2).sum())
    if not variance > 0.0:
        return check
    share = 1.0 / max(1.0, float(long_run.variance(np.add.reduceat(moved, starts))) / variance)
    moments = worth(whole, share / time.share)
    return _same(model, fit, check, Observed(moments, weighted=(rows, np.full(len(rows), share))), center)


def _same(model: Model, fit: Fit, check: CheckResult, observed: Observed, center: Center) -> CheckResult:
    """The check of these averages that has its name, at its level; itself where there is none."""
    again = _fitted(model, fit, observed.moments, center)
    for one in model.checks(again, observed, center):
        if one.name == check.name:
            return replace(one, level=check.level)
    return check


def _fitted(model: Model, fit: Fit, moments: Moments, center: Center) -> Fit:
    """The fits of averages, with what ``fit`` has chosen of the structure of its class."""
    return model.as_chosen(fit, moments, center) if has_chosen(model) else model.fit(moments, center)


def _scores(model: Model, chosen: Fit, moments: Moments, center: Center) -> dict[str, Floats]:
    """(G,) normal scores of the p-values of all checks that need averages alone."""
    from scipy.special import ndtri

    fit = _fitted(model, chosen, moments, center)
    if fit.reason.any():
        return {}  # a class of one table alone, or a mixture without an answer: the checks are as they are
    found = {}
    for check in model.checks(fit, Observed(moments), center):
        p = np.asarray(check.p_value, dtype=np.float64)
        if check.verdict is None and p.shape == moments.count.shape and (check.made is None or check.made.all()):
            with np.errstate(divide="ignore", invalid="ignore"):
                found[check.name] = -ndtri(0.5 * p)
    return found


def _mixtures(whole: Moments, groups: Moments) -> Moments:
    """(G,) the averages of a batch of one with a little of each of the groups."""
    groups = groups.in_unit(whole.unit).about(whole.origin[0])
    count = np.repeat(whole.count, groups.n_groups)

    def mixed(one: Floats | None, each: Floats | None) -> Floats | None:
        return None if one is None or each is None else (1.0 - _MIXED) * one + _MIXED * each

    def values(one: Floats, each: Floats) -> Floats:
        return (1.0 - _MIXED) * one + _MIXED * each

    def coordinate(name: str) -> Coordinate:
        one, each = whole.charts[name], groups.charts[name]
        return replace(
            each,
            moments=_mixtures(one.moments, each.moments),
            log_jacobian=values(one.log_jacobian, each.log_jacobian),
            outside=np.repeat(one.outside, groups.n_groups),
        )

    return replace(
        groups,
        count=count,
        first=values(whole.first, groups.first),
        second=values(whole.second, groups.second),
        column_powers=mixed(whole.column_powers, groups.column_powers),
        radial_third=mixed(whole.radial_third, groups.radial_third),
        radial_fourth=mixed(whole.radial_fourth, groups.radial_fourth),
        charts={name: coordinate(name) for name in whole.charts.keys() & groups.charts.keys()},
    )
