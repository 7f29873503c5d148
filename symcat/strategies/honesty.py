"""What an approximate answer must not be: less likely than a special case, or not what its density of the rows says."""

from __future__ import annotations

import math

import numpy as np

from symcat.models import registry
from symcat.models.base import Model
from symcat.models.fit import Fit
from symcat.models.fitting import fit_batch
from symcat.models.nesting import nested_check
from symcat.models.special import is_integrated, needs_rows
from symcat.strategies.base import Problem

_ROUNDING = 1e-6
"""Of a log-likelihood, and nats a row."""


def dishonest(problem: Problem, model: Model, fit: Fit) -> str:
    """Why an answer found for the table must not be given, in words; empty where nothing speaks against it."""
    check = nested_check(model, fit, special_cases(problem, model))
    if check is not None:
        return check.detail(0)
    return _other_than_its_density(problem, model, fit)


def special_cases(problem: Problem, model: Model) -> list[Fit]:
    """The fits of the classes nested in one: as they were weighed, or else from the averages that were measured."""
    found = {c.label: c.fit for c in problem.weighed.candidates if c.label in model.nested}
    for label in sorted(model.nested - set(found)):
        other = registry.family_of(label).model(label, problem.schema, problem.options, problem.tables)
        if other is None or other.blocks or needs_rows(other) or is_integrated(other):
            continue
        if problem.measured.statistics.needs.covers(other.needs):
            found[label] = fit_batch(other, problem.observed.moments, problem.center)
    return list(found.values())


def _other_than_its_density(problem: Problem, model: Model, fit: Fit) -> str:
    """The log-likelihood that an answer reports against the log density that it gives to the rows themselves."""
    if not problem.everything or not np.isfinite(fit.log_likelihood[0]):
        return ""
    parameters = {name: value[0] for name, value in fit.parameters.items()}
    total, rows = 0.0, 0
    for batch in problem.rows():
        total += math.fsum(model.log_density(parameters, float(fit.log_partition[0]), batch))
        rows += len(batch)
    reported = float(fit.log_likelihood[0])
    if rows != fit.count[0] or abs(total - reported) <= _ROUNDING * (rows + abs(reported)):
        return ""
    return f"it reports a log-likelihood of {reported:,.1f}, while its density of the rows gives {total:,.1f}"
