"""From the fit of a class to what the user holds: the only place that makes a Solution."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from symcat.answer.free_numbers import free_numbers
from symcat.answer.information import information
from symcat.answer.records import AveragedCouplings, Check, Evidence, Floats, Histogram, Information, Numbers, Step
from symcat.answer.significance import regression_summary
from symcat.answer.solution import Solution
from symcat.errors import InvalidData, NotConverged
from symcat.models.averaging import averaged, left_out
from symcat.models.base import Model, Options
from symcat.models.candidates import Candidate, Weighed
from symcat.models.fit import CheckResult, Fit, Observed, Source
from symcat.models.misfit import Judgement
from symcat.models.robust import ErrorsOf
from symcat.models.special import is_composite


def solution_of(
    model: Model,
    fit: Fit,
    *,
    options: Options,
    version: str,
    group: int = 0,
    robust: Mapping[str, Floats] | None = None,
    errors: ErrorsOf | None = None,
    checks: Sequence[CheckResult] = (),
    judgement: Judgement | None = None,
    parts: Sequence[Weighed] = (),
    made_of: Sequence[Solution] = (),
    evidence: Sequence[Evidence] = (),
    trail: Sequence[Step] = (),
    average: bool = False,
    weighed: Weighed | None = None,
    observed: Observed | None = None,
    n_rows: int | None = None,
    n_effective: float | None = None,
    order: Literal["declared", "found"] | None = None,
    n_missing: int = 0,
    set_aside: Mapping[str, str] | None = None,
    categories: Mapping[str, tuple[Any, ...]] | None = None,
    seed: int | None = None,
    library: str | None = None,
) -> Solution:
    """The Solution of one group of a batch, which must have been answered.

    Parameters
    ----------
    model, fit : the class and its fits.
    options : what the class was told of the question.
    version : of the catalogue.
    robust, errors : standard errors of this group alone, (1, ...) each, and what they are of.
    checks : of the class, made of the whole batch.
    judgement : how well the answer describes the rows.
    parts : of a composite class, how the classes of its blocks were weighed.
    made_of : likewise the answers of its blocks, where none was weighed.
    evidence, trail : on every candidate, and of every strategy asked.
    average, weighed : whether couplings are averaged, and all candidates, of which some may have more than the answer.
    observed : what is left of the data, of a batch of one; from its counted states the entropies are.
    n_rows : rows, where they are not what the fit counts, as weighted ones are not.
    n_effective : independent rows that they are worth, where that is not what the fit counts.
    order : how it is known that the rows are in order of time; None where they are taken as independent.
    n_missing, set_aside : rows and columns left out.
    categories : levels of the text columns that the predictors indicate, the reference first.
    seed : of what was random, if anything was.
    library : in which rows are handed back as frames, None for arrays.
    """
    _refuse_unknown(model, fit, robust or {}, group)
    schema = model.schema
    sets = options.interactions if "interactions" in model.takes else ()
    count = float(fit.count[group])
    misfit = None if judgement is None else judgement.misfit
    return Solution(
        label=model.label,
        source=fit.source,
        columns=schema.columns,
        parameters=_numbers(model, fit, fit.parameters, group),
        standard_errors=_numbers(model, fit, fit.standard_errors, group) or None,
        robust_standard_errors=_numbers(model, fit, robust or {}, 0) or None,
        errors=errors if robust else None,
        log_partition=float(fit.log_partition[group]),
        log_likelihood=_known(fit.log_likelihood[group]),
        bic=_known(fit.bic[group]),
        n_parameters=fit.n_parameters,
        verdict=None if judgement is None else judgement.verdict,
        misfit=None if misfit is None else misfit.nats,
        misfit_interval=None if misfit is None else misfit.interval,
        n_rows=n_rows if n_rows is not None else None if math.isnan(count) else int(count),
        n_effective=n_effective if n_rows is None or count == n_rows else count,
        order=order,
        n_missing=n_missing,
        set_aside=dict(set_aside or {}),
        categories=dict(categories or {}),
        regression=None if fit.regression is None else regression_summary(fit, fit.regression, schema, group),
        levels=schema.levels_of or None,
        basis=None if fit.regression is not None else options.basis_of(schema),
        interactions=tuple(tuple(schema.columns[j] for j in chosen) for chosen in sets),
        information=None if observed is None else _information(model, fit, observed),
        histogram=None if observed is None else _histogram(model, observed),
        conditional_on=_conditional_on(model, weighed),
        averaged=_averaged(model, weighed) if average else None,
        parts=tuple(
            _part(model, block, part, options, robust or {}, errors, observed, n_rows, version, seed)
            for block, part in enumerate(parts)
        )
        or tuple(made_of),
        evidence=tuple(evidence),
        checks=check_records(checks, group),
        trail=tuple(trail),
        catalogue_version=version,
        seed=seed,
        library=library,
    )


def _conditional_on(model: Model, weighed: Weighed | None) -> str | None:
    """In words, that the errors take couplings for zero that a richer class has; None where it has no more."""
    taken = None if weighed is None else weighed.winner()
    if weighed is None or taken is None or taken.model is not model:
        return None
    found = left_out(taken, weighed)
    if found is None:
        return None
    some, more = found.richer.label, f"{found.count} {'coupling' if found.zero else 'number'}{'s' * (found.count != 1)}"
    left = f"takes {more} of {some} for zero" if found.zero else f"was searched for, and has {more} fewer than {some}"
    return f"{model.label}, which {left} (average='bic' does not)"


def _averaged(model: Model, weighed: Weighed | None) -> AveragedCouplings:
    taken = None if weighed is None else weighed.winner()
    if weighed is None or taken is None or taken.model is not model:
        raise InvalidData(
            f"average= is over the classes that were weighed, and {model.label} was answered in another way: leave it "
            "out."
        )
    found = averaged(taken, weighed)
    return AveragedCouplings(
        label=found.candidate.label,
        parameters={**found.parameters},
        standard_errors={**found.errors},
        weights={**found.weights},
    )


def implied_by(
    model: Model,
    parameters: Mapping[str, Floats],
    *,
    options: Options,
    version: str,
    reason: str,
    source: Source = "exact",
    library: str | None = None,
) -> Solution:
    """What parameters say that were not fitted: an answer without rows or errors, which ``reason`` says the origin of.

    Raises InvalidData where log Z leaves double precision or there is no finite integral, SymcatError where no formula
    tells it.
    """
    fit = _unfitted(model, {name: np.asarray(value) for name, value in parameters.items()}, source)
    if not np.isfinite(fit.log_partition[0]):
        raise InvalidData(
            f"log Z of {model.label} leaves double precision with couplings of these sizes: state smaller ones, or "
            "those of columns in units in which they spread over about one."
        )
    trail = (Step(strategy=source, outcome="answered", reason=reason),)
    return _of_unfitted(model, fit, options, trail, version, library)


def _of_unfitted(
    model: Model, fit: Fit, options: Options, trail: Sequence[Step], version: str, library: str | None = None
) -> Solution:
    """The answer, and within it those of its blocks."""
    made_of = [
        _of_unfitted(part, own, options.of_part(block), trail, version)
        for block, (part, own) in enumerate(zip(model.parts if is_composite(model) else (), fit.parts, strict=True))
    ]
    return solution_of(model, fit, options=options, made_of=made_of, trail=trail, version=version, library=library)


def _unfitted(model: Model, parameters: dict[str, Floats], source: Source) -> Fit:
    """Parameters of one group as a fit to no rows."""
    with np.errstate(all="ignore"):  # what overflows is refused
        log_partition = model.normalised(parameters)
    unknown = np.full(1, np.nan)
    parts = []
    if is_composite(model):
        for k, part in enumerate(model.parts):
            own = {name: np.asarray(value) for name, value in model.of_block(k, parameters).items()}
            parts.append(_unfitted(part, own, source))
    return Fit(
        label=model.label,
        count=unknown,
        parameters={name: value[None] for name, value in parameters.items()},
        standard_errors={},
        log_partition=np.array([log_partition]),
        log_likelihood=unknown,
        n_parameters=sum(1 for _ in free_numbers(model, parameters)),
        statistics={},
        reason=np.zeros(1, dtype=np.int8),
        source=source,
        parts=tuple(parts),
    )


def evidence_of(weighed: Weighed, group: int = 0) -> tuple[Evidence, ...]:
    """The evidence on every candidate in one group: the one taken first, then by BIC."""
    winner = weighed.winner(group)
    return tuple(
        _evidence(candidate, weighed.reason(candidate, group), candidate is winner, group)
        for candidate in weighed.ordered(group)
    )


def check_record(check: CheckResult, group: int = 0) -> Check:
    """A check of one group as the record that users hold."""
    return Check(
        name=check.name,
        statistic=_known(check.statistic[group]),
        p_value=_known(check.p_value[group]),
        passed=bool(check.passed[group]),
        detail=check.detail(group),
        decides=check.weight != "told",
    )


def check_records(checks: Sequence[CheckResult], group: int = 0) -> tuple[Check, ...]:
    """Those of the checks that were made in a group."""
    return tuple(check_record(check, group) for check in checks if check.made is None or check.made[group])


def _evidence(candidate: Candidate, reason: str, taken: bool, group: int) -> Evidence:
    fit = candidate.fit
    answered = bool(fit.answered[group])
    return Evidence(
        label=candidate.label,
        log_likelihood=_known(fit.log_likelihood[group]) if answered else None,
        n_parameters=fit.n_parameters,
        bic=_known(candidate.bic[group]) if answered else None,
        statistics={name: values[group] for name, values in fit.statistics.items()},
        parameters=_numbers(candidate.model, fit, fit.parameters, group) if answered else {},
        log_partition=_known(fit.log_partition[group]) if answered else None,
        leave_one_out=_known(candidate.left_out[group]) if answered and candidate.left_out is not None else None,
        checks=check_records(candidate.checks, group),
        verdict="taken" if taken else "declined",
        reason=reason,
    )


def _part(
    model: Model,
    block: int,
    part: Weighed,
    options: Options,
    robust: Mapping[str, Floats],
    errors: ErrorsOf | None,
    observed: Observed | None,
    n_rows: int | None,
    version: str,
    seed: int | None,
) -> Solution:
    """The answer of a block of the columns of a composite class, from the class that it takes."""
    winner = part.winner()
    assert winner is not None
    assert is_composite(model)
    fit = winner.fit
    columns = [model.schema.columns.index(name) for name in winner.model.schema.columns]
    return solution_of(
        winner.model,
        fit,
        options=replace(options, interactions=(), parts=()),
        version=version,
        robust=model.of_block(block, robust),
        errors=errors,
        checks=winner.checks,
        parts=winner.parts,
        evidence=evidence_of(part),
        n_rows=n_rows,
        trail=(Step(strategy=fit.source, outcome="answered", reason=fit.note or part.reason(winner)),),
        observed=None if observed is None else observed.part(columns),
        seed=seed,
    )


def _numbers(model: Model, fit: Fit, values: Mapping[str, Floats], group: int) -> dict[str, Numbers]:
    """The values of one group: plain numbers where they are of a single column."""
    whole = len(model.schema)
    width = {
        name: len(block)
        for name in values
        for k, block in enumerate(model.blocks if fit.parts else ())
        if is_composite(model) and model.of_block(k, {name: values[name]})
    }
    return {
        name: float(v[group].reshape(-1)[0]) if width.get(name, whole) == 1 and v[group].size == 1 else v[group]
        for name, v in values.items()
    }


def _refuse_unknown(model: Model, fit: Fit, robust: Mapping[str, Floats], group: int) -> None:
    """Raises NotConverged where a number of the answer is none: what is not known is left out, never handed on."""
    found = {
        **{f"parameter {name}": np.isnan(value[group]) for name, value in fit.parameters.items()},
        # A coupling that was not estimated is zero, and has no error.
        **{
            f"standard error of {name}": np.isnan(value[group]) & (fit.parameters[name][group] != 0.0)
            for name, value in fit.standard_errors.items()
        },
        **{
            f"robust standard error of {name}": np.isnan(value[0]) & (fit.parameters[name][group] != 0.0)
            for name, value in robust.items()
        },
        "log Z": np.isnan(fit.log_partition[group]),
    }
    # Averages may not tell the likelihood, and that of a perfect fit has no maximum.
    if not math.isnan(fit.count[group]) and fit.regression is None and fit.likelihood_told:
        found |= {"log-likelihood": np.isnan(fit.log_likelihood[group]), "BIC": np.isnan(fit.bic[group])}
    for name, unknown in found.items():
        if np.any(unknown):
            raise NotConverged(
                f"The fit of {model.label} has no {name}: it is no answer. Name other classes with classes=.",
                label=model.label,
                detail=f"its {name} is not a number",
            )


def _information(model: Model, fit: Fit, observed: Observed) -> Information | None:
    """Entropies, where all columns are two-valued and their distinct rows were few enough to be counted."""
    states, d = observed.states, len(model.schema)
    if states is None or states.dimension < d or fit.regression is not None:
        return None
    return information(fit, observed.moments.mean[0, :d], states)


def _histogram(model: Model, observed: Observed) -> Histogram | None:
    """Of one real column whose rows were at hand."""
    sample = observed.points(model.schema)
    return None if sample is None or len(model.schema) > 1 else Histogram.of(sample[:, 0])


def _known(value: float) -> float | None:
    """A number, None where there is none."""
    return None if math.isnan(value) else float(value)
