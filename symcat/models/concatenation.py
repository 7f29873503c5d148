"""Weighed tables of one group each, put together into one of many groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from symcat.models.base import Floats
from symcat.models.batches import concatenate_fits, refused_fit
from symcat.models.candidates import Candidate, Weighed
from symcat.models.fit import CheckResult, Fit, Regression

NOT_WEIGHED = "it was not weighed"
"""Why a group has no answer of a class, or of one made of these parts, that others of the groups weighed."""

Key = tuple[str, tuple[str, ...], int, float]
"""A candidate's label, those of the classes it is made of, and what its parameters cost."""


def concatenate(found: Sequence[Weighed]) -> Weighed:
    """One record of as many groups as there are records of one; a class that a group did not weigh is refused there."""
    members: dict[Key, dict[int, Candidate]] = {}
    for group, weighed in enumerate(found):
        for candidate in weighed.candidates:
            members.setdefault(_key(candidate), {})[group] = candidate
    groups = len(found)
    taken = np.full(groups, len(members), dtype=np.intp)
    for index, mine in enumerate(members.values()):
        for group, candidate in mine.items():
            if candidate is found[group].winner():
                taken[group] = index
    return Weighed(
        tuple(_joined(mine, groups) for mine in members.values()), taken, all(weighed.alone for weighed in found)
    )


def _key(candidate: Candidate) -> Key:
    fit = candidate.fit
    return candidate.label, tuple(part.label for part in fit.parts), fit.n_parameters, fit.log_structures


def _joined(mine: dict[int, Candidate], groups: int) -> Candidate:
    first = next(iter(mine.values()))
    fits = [mine[g].fit if g in mine else _blank(first.fit) for g in range(groups)]
    names = dict.fromkeys(check.name for candidate in mine.values() for check in candidate.checks)
    checks = tuple(_check(name, mine, groups) for name in names)
    return Candidate(first.model, concatenate_fits(fits), checks)


def _blank(like: Fit) -> Fit:
    """A group that did not weigh this class."""

    def nothing(values: dict[str, Floats]) -> dict[str, Floats]:
        return {name: np.full_like(np.asarray(value, dtype=np.float64), np.nan) for name, value in values.items()}

    refused = refused_fit(like.label, np.array([np.nan]), NOT_WEIGHED)
    return replace(
        like,
        count=refused.count,
        parameters=nothing(like.parameters),
        standard_errors=nothing(like.standard_errors),
        log_partition=refused.log_partition,
        log_likelihood=refused.log_likelihood,
        statistics=nothing(like.statistics),
        reason=refused.reason,
        reasons=refused.reasons,
        regression=None if like.regression is None else _blank_regression(like.regression),
    )


def _blank_regression(like: Regression) -> Regression:
    blank = {name: None if values is None else np.array([np.nan]) for name, values in like.numbers.items()}
    return replace(like, covariance=None, **blank)  # type: ignore[arg-type]


def _check(name: str, mine: dict[int, Candidate], groups: int) -> CheckResult:
    """A check over all groups, not made where a group has none of this name."""
    own = {g: check for g, candidate in mine.items() for check in candidate.checks if check.name == name}
    statistic, p_value = np.full(groups, np.nan), np.full(groups, np.nan)
    verdict, made = np.ones(groups, dtype=bool), np.zeros(groups, dtype=bool)
    for g, check in own.items():
        statistic[g], p_value[g] = check.statistic[0], check.p_value[0]
        verdict[g] = check.passed[0]
        made[g] = check.made is None or bool(check.made[0])
    first = next(iter(own.values()))
    return replace(
        first,
        statistic=statistic,
        p_value=p_value,
        verdict=verdict,
        made=made,
        detail=lambda g: own[g].detail(0) if g in own else "",
    )
