"""Checks of rows in order of time: each by as many independent rows as its own statistic varies like.

What consecutive blocks of rows, and single rows, move the normal score of a check is found by mixing a little of each
into the averages, fitting and checking again (the infinitesimal jackknife: Jaeckel 1972; Kunsch 1989, Ann. Stat.
17:1217). The mean of a first-order autoregression varies by (1 + r) / (1 - r), its fourth power by much less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from symcat.data.moments import Coordinate, Floats, Moments
from symcat.models import long_run
from symcat.models.base import Center, Model
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.special import is_composite, is_integrated, needs_rows

_MIXED = 1e-5  # share of a block or a row
_ROWS = 1 << 13
_NUMBERS = 1 << 21  # of the averages of so many rows


def checks_in_time(
    model: Model,
    checks: Sequence[CheckResult],
    observed: Observed,
    center: Center,
    blocks: Moments,
    share: float,
) -> tuple[CheckResult, ...]:
    """The ``checks`` of a fit of a batch of one whose rows are worth ``share`` of independent ones, made again.

    As they are where they need rows, or the class does. ``blocks`` (G = B) are averages over consecutive blocks.
    """
    whole, sample = observed.moments, observed.weighted
    alone = is_composite(model) or is_integrated(model) or needs_rows(model)
    if alone or whole.states is not None or sample is None or blocks.n_groups < long_run.FEWEST:
        return tuple(checks)
    rows = sample[0][: max(256, min(_ROWS, _NUMBERS // whole.dimension**2))]
    mass = blocks.count / blocks.count.sum()
    base = _scores(model, whole, center)
    of_blocks = _scores(model, _mixtures(whole, blocks), center)
    of_rows = _scores(model, _mixtures(whole, whole.of_rows(rows)), center)
    n = float(whole.count[0]) / share
    worth = {}
    for name in base.keys() & of_blocks.keys() & of_rows.keys():
        moved = (of_blocks[name] - base[name]) / _MIXED * mass
        alone_moved = (of_rows[name] - base[name]) / _MIXED
        variance = float(np.mean(alone_moved**2)) / n
        if np.isfinite(moved).all() and 0.0 < variance < np.inf:
            worth[name] = n / max(1.0, float(long_run.variance(moved)) / variance)
    return tuple(
        _again(model, check, whole, center, worth[check.name]) if check.name in worth else check for check in checks
    )


def _again(model: Model, check: CheckResult, whole: Moments, center: Center, count: float) -> CheckResult:
    """The check of so many rows, at the level that it has."""
    moments = replace(whole, count=np.array([count]))
    for one in model.checks(model.fit(moments, center), Observed(moments), center):
        if one.name == check.name:
            return replace(one, level=check.level)
    return check


def _scores(model: Model, moments: Moments, center: Center) -> dict[str, Floats]:
    """(G,) normal scores of the p-values of all checks that need averages alone."""
    from scipy.special import ndtri

    fit: Fit = model.fit(moments, center)
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
