"""Weighs the candidate classes against the statistics: the smallest BIC that passes its checks is taken."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.lookup import find_models, fit_class, one
from symcat.models.base import Center, CheckResult, Fit, Model, Observed
from symcat.solution import Check, Evidence
from symcat.statistics import Statistics

Weighed = tuple[Model, Fit, Evidence]


def weigh(statistics: Statistics, classes: Sequence[str] | None, center: Center) -> list[Weighed]:
    """Every candidate with its exact maximum likelihood, its checks and a verdict; the taken one, if any, first.

    A class asked for alone is answered even if a check fails (the check says so); among several, or when all are
    weighed, a class must pass its checks to be taken.
    """
    moments = statistics.moments
    observed = Observed(moments, statistics.sample)
    tried: list[tuple[Model, Fit, tuple[CheckResult, ...]]] = []
    for model in find_models(classes, moments.dimension):
        found = fit_class(model, moments, center)
        results = tuple(model.checks(found, observed, center)) if found.answered[0] else ()
        tried.append((model, found, results))
    alone = len(tried) == 1
    passing = [t for t in tried if t[1].answered[0] and (alone or all(c.passed for c in t[2]))]
    best = min(passing, key=lambda t: float(t[1].bic[0])) if passing else None
    weighed = []
    for model, found, results in tried:
        taken = best is not None and model is best[0]
        reason = _reason(found, results, taken, alone, None if best is None else (best[0].label, float(best[1].bic[0])))
        weighed.append((model, found, _evidence(found, results, taken, reason)))
    return sorted(weighed, key=lambda w: (w[2].verdict != "taken", w[2].bic if w[2].bic is not None else math.inf))


def _reason(
    found: Fit, results: Sequence[CheckResult], taken: bool, alone: bool, best: tuple[str, float] | None
) -> str:
    if not found.answered[0]:
        return found.why(0)
    failed = [f"{c.name} ({c.detail}; p = {c.p_value:.1g})" for c in results if not c.passed]
    if failed and alone:
        return "the only class asked for, though it does not fit: " + ", ".join(failed)
    if failed:
        return "does not fit: " + ", ".join(failed)
    if taken:
        return "the only class asked for" if alone else "smallest BIC of the classes that fit"
    assert best is not None
    return f"fits, but its BIC is {float(found.bic[0]) - best[1]:.1f} above that of {best[0]}"


def _evidence(found: Fit, results: Sequence[CheckResult], taken: bool, reason: str) -> Evidence:
    answered = bool(found.answered[0])
    return Evidence(
        label=found.label,
        log_likelihood=float(found.log_likelihood[0]) if answered else None,
        n_parameters=found.n_parameters,
        bic=float(found.bic[0]) if answered else None,
        statistics={name: value[0] for name, value in found.statistics.items()},
        parameters=_parameters(found) if answered else {},
        checks=tuple(check_record(c) for c in results),
        verdict="taken" if taken else "declined",
        reason=reason,
    )


def _parameters(found: Fit) -> dict[str, Any]:
    dimension = np.atleast_2d(found.parameters["mean"]).shape[-1]
    return one(found.parameters, dimension)


def check_record(check: CheckResult) -> Check:
    """A check as the record that users hold."""
    return Check(
        name=check.name, statistic=check.statistic, p_value=check.p_value, passed=check.passed, detail=check.detail
    )
