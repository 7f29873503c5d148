"""Weighs the candidate classes against the statistics: the smallest BIC that passes its checks is taken."""

from __future__ import annotations

import math
from collections.abc import Sequence

from symcat.answer.build import one
from symcat.answer.records import Check, Evidence
from symcat.data.statistics import Statistics
from symcat.lookup import find_models, fit_class
from symcat.models.base import Center, CheckResult, Fit, Model, Observed, Options

Weighed = tuple[Model, Fit, Evidence]


def weigh(
    statistics: Statistics, classes: Sequence[str] | None, center: Center, options: Options | None = None
) -> list[Weighed]:
    """Every candidate with its exact maximum likelihood, its checks and a verdict; the taken one, if any, first.

    A class asked for alone is answered even if a check fails (the check says so), unless the answer rests on that
    check; among several, or when all are weighed, a class must pass those that decide.
    """
    coding = statistics.coding
    spins = coding is not None and coding.all_spins
    moments = statistics.moments
    observed = Observed(moments, statistics.sample, statistics.states if spins else None)
    tried: list[tuple[Model, Fit, tuple[CheckResult, ...]]] = []
    dimension = len(statistics.columns) - (0 if options is None else len(options.higher))
    for model in find_models(classes, dimension, spins, options):
        found = fit_class(model, moments, center)
        results = tuple(model.checks(found, observed, center)) if found.answered[0] else ()
        tried.append((model, found, results))
    alone = len(tried) == 1
    passing = [t for t in tried if t[1].answered[0] and all(c.passed or not _rules_out(c, alone) for c in t[2])]
    best = min(passing, key=lambda t: float(t[1].bic[0])) if passing else None
    weighed = []
    for model, found, results in tried:
        taken = best is not None and model is best[0]
        reason = _reason(found, results, taken, alone, None if best is None else (best[0].label, float(best[1].bic[0])))
        weighed.append((model, found, _evidence(model, found, results, taken, reason)))
    return sorted(weighed, key=lambda w: (w[2].verdict != "taken", w[2].bic if w[2].bic is not None else math.inf))


def _rules_out(check: CheckResult, alone: bool) -> bool:
    """Whether failing this check keeps a class from being taken."""
    return check.weight == "required" or (check.weight == "deciding" and not alone)


def _reason(
    found: Fit, results: Sequence[CheckResult], taken: bool, alone: bool, best: tuple[str, float] | None
) -> str:
    if not found.answered[0]:
        return found.why(0)
    failed = ", ".join(_in_words(c) for c in results if not c.passed and c.name != "finite maximum")
    if taken and alone:
        return f"the only class asked for, though it does not fit: {failed}" if failed else "the only class asked for"
    if taken:
        return "smallest BIC of the classes that fit" + (f", though not in all: {failed}" if failed else "")
    if any(not c.passed and _rules_out(c, alone) for c in results):
        return f"does not fit: {failed}"
    assert best is not None
    return f"fits, but its BIC is {float(found.bic[0]) - best[1]:.1f} above that of {best[0]}"


def _in_words(check: CheckResult) -> str:
    p = "" if math.isnan(check.p_value) else f"; p = {check.p_value:.1g}"
    return f"{check.name} ({check.detail}{p})"


def _evidence(model: Model, found: Fit, results: Sequence[CheckResult], taken: bool, reason: str) -> Evidence:
    answered = bool(found.answered[0])
    return Evidence(
        label=found.label,
        log_likelihood=float(found.log_likelihood[0]) if answered else None,
        n_parameters=found.n_parameters,
        bic=float(found.bic[0]) if answered else None,
        statistics={name: value[0] for name, value in found.statistics.items()},
        parameters=one(found.parameters, model.dimension) if answered else {},
        checks=tuple(check_record(c) for c in results),
        verdict="taken" if taken else "declined",
        reason=reason,
    )


def check_record(check: CheckResult) -> Check:
    """A check as the record that users hold."""
    p_value = None if math.isnan(check.p_value) else check.p_value
    return Check(name=check.name, statistic=check.statistic, p_value=p_value, passed=check.passed, detail=check.detail)
