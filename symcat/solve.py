"""The flow: ingest, statistics, classify, a strategy that answers, Solution. Reads like the design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from symcat import catalogue
from symcat.answer.build import solution_of
from symcat.answer.information import information
from symcat.answer.records import Classification, Information, refusals
from symcat.by_group import regress_groups, solve_groups
from symcat.center import GivenCenter, parse_center
from symcat.classify import Weighed, check_record, weigh
from symcat.data.collected import Collected
from symcat.data.ingest import Source, open_table, read_again_if_wrong
from symcat.data.moments import Needs
from symcat.data.statistics import Statistics
from symcat.data.validation import validate, validate_spins
from symcat.errors import InvalidData, NoEntry
from symcat.logistic import logistic
from symcat.lookup import read_table
from symcat.measure import kind_of, measure, positions
from symcat.mixed import mixed, mixed_evidence
from symcat.models.base import Fit, Observed, Options
from symcat.regress import position, regress
from symcat.strategies.device import LastResort

Prior = float | Literal["weak"] | None
Basis = Literal["spin", "binary"]


def solve(
    data: Any,
    *,
    target: str | None = None,
    by: str | None = None,
    classes: Sequence[str] | None = None,
    center: GivenCenter = None,
    columns: Sequence[str] | None = None,
    prior: Prior = "weak",
    interactions: Sequence[Sequence[str]] = (),
    basis: Basis = "spin",
    fallback: Literal["analog"] | None = "analog",
    budget_s: float = 60.0,
    seed: int = 0,
) -> Any:
    """Finds the symmetry class of a table and reads its maximum-likelihood parameters.

    Parameters
    ----------
    data : a pandas, polars, pyarrow or Dask frame, a DuckDB relation, a numpy array (n,) or (n, d), a dict of arrays,
        the path of a CSV or Parquet file, or ``Statistics`` collected before. One row is one observation. Two-valued
        columns (booleans, 0 and 1, two texts, ...) are spins -1 and +1; the answer's ``levels`` say which value is +1.
    target : a column to predict from the others: a continuous one by the Gaussian conditional model, ordinary least
        squares; a two-valued one by the logistic model that its joint distribution with the others implies.
    by : a column of groups: one fit per group, returned as a frame with a row per group.
    classes : labels to consider; all that describe this many columns if left out. A class asked for alone is answered
        even where its checks fail, and says so.
    center : the centre of the symmetry in the units of the data if it is known, ``"mean"`` for the sample mean, or None
        for the maximum-likelihood centre. Continuous columns only.
    columns : the columns to use, in order; all if left out.
    prior : of two-valued columns, where the maximum of the likelihood is infinite because some values never occur:
        ``"weak"`` adds one row spread evenly over all states, and says so; None refuses, saying which values; a number
        adds that many such rows always.
    interactions : sets of two-valued columns that are coupled, for ``ising.pairwise``: sets of three or more in
        addition to all pairs; if pairs are among them, only those pairs are coupled.
    basis : whether the parameters of two-valued columns multiply ``"spin"`` (-1, +1) or ``"binary"`` (0, 1) values.
    fallback : ``"analog"`` asks the emulated analog device where no class fits: for a polynomial free energy of up to
        six continuous columns, alone or beside two-valued ones, or for the pairwise couplings of up to 64 two-valued
        ones. None refuses instead; so do ``classes``, which the answer must be of, ``by`` and ``target``.
    budget_s : seconds that the device may take; then, and on Ctrl-C, the closest found is returned and says so.
    seed : of the random sample of rows that some checks use.

    Returns
    -------
    A ``Solution``; with ``by=`` a frame in the library the data came from.

    Raises
    ------
    InvalidData : the data cannot be used; the message names column, value and cure.
    NoEntry : no class fits the data; carries label, statistic, valid range and what to try.
    """
    if fallback not in (None, "analog"):
        raise InvalidData(f"fallback={fallback!r} is not known: pass 'analog' or None.")
    options = _options(prior, basis, seed)
    if target is not None:
        return _conditional(data, target, by, classes, center, columns, options)
    if by is not None:
        if interactions:
            raise InvalidData("interactions= cannot be used with by=: fit the groups one at a time.")
        return solve_groups(data, by, classes, center, columns, options)
    collected = _collect(data, classes, columns, interactions, options)
    device = (
        None
        if fallback is None or classes is not None
        else LastResort(collected, options, center, budget_s, catalogue.default().version)
    )
    if collected.mixed:
        parse_center(center, len(collected.joint.columns), spins=True)
        try:
            return mixed(collected, classes, options, catalogue.default().version)
        except NoEntry as refusal:
            if device is None:
                raise
            evidence = mixed_evidence(collected, classes, options, catalogue.default().version)
            return device.polynomial(evidence, refusal)
    measured, weighed, options = _weigh(collected.joint, classes, center, interactions, options)
    model, found, taken = weighed[0]
    checks = taken.checks
    evidence = tuple(e for _, _, e in weighed)
    coding = measured.coding
    if taken.verdict != "taken":
        refused = _no_entry(weighed, evidence)
        if device is None:
            raise refused
        if coding is None:
            return device.polynomial(evidence, refused)
        model, found = device.pairwise(weighed, evidence, refused, measured)
        observed = Observed(measured.moments, measured.sample, measured.states)
        checks = tuple(check_record(c) for c in model.checks(found, observed, None))
    point = parse_center(center, model.dimension, coding is not None)
    return solution_of(
        model,
        found,
        measured.columns[: model.dimension],
        reason=taken.reason,
        version=catalogue.default().version,
        robust=model.robust_standard_errors(found, measured.blocks, point),
        evidence=evidence,
        checks=checks,
        n_missing=measured.n_missing,
        seed=options.seed,
        options=options,
        levels=None if coding is None else coding.named(measured.columns[: model.dimension]),
        information=None if measured.states is None else _information(found, measured, model.dimension),
    )


def _options(prior: Any, basis: Any, seed: int) -> Options:
    """What is asked beyond the classes. Raises InvalidData for a value that means nothing."""
    known = prior is None or prior == "weak" or (not isinstance(prior, str) and np.isfinite(prior) and prior >= 0.0)
    if not known:
        raise InvalidData(f"prior={prior!r} is not known: pass 'weak', None, or a number of rows, zero or more.")
    if basis not in ("spin", "binary"):
        raise InvalidData(f"basis={basis!r} is not known: pass 'spin' (-1, +1) or 'binary' (0, 1).")
    return Options(prior=prior, basis=basis, seed=seed)


def _conditional(
    data: Any,
    target: str,
    by: str | None,
    classes: Sequence[str] | None,
    center: GivenCenter,
    columns: Sequence[str] | None,
    options: Options,
) -> Any:
    """A model of one column given the others."""
    if center is not None:
        raise InvalidData("center= has no meaning with target=: a regression estimates its intercept. Leave one out.")
    if classes is not None and list(classes) != ["gaussian.full"]:
        raise InvalidData("target= is answered by gaussian.full; leave classes= out.")
    columns = columns if columns is None or target in columns else [*columns, target]
    if by is not None:
        return regress_groups(data, by, columns, target)
    if isinstance(data, Statistics):
        coding = data.coding
        if coding is not None and coding.spins[position(data.moments, target)]:
            return logistic(data, target, options, catalogue.default().version)
    else:
        source = open_table(data, columns)
        if source.coding is not None and target in source.coding.named(source.columns):
            return read_again_if_wrong(source, lambda s: _logistic(s, target, options))
    measured = measure(data, columns, kind="real", needs=Needs.SECOND, seed=options.seed).joint
    validate(measured.moments)
    version = catalogue.default().version
    return regress(measured.moments, target, measured.blocks, version, measured.n_missing, options.seed)


def _logistic(source: Source, target: str, options: Options) -> Any:
    measured = Statistics(source.columns, needs=Needs.SECOND | Needs.STATES, seed=options.seed).update(source)
    return logistic(measured, target, options, catalogue.default().version, reread=source.batches)


def classification(
    data: Any,
    *,
    classes: Sequence[str] | None = None,
    center: GivenCenter = None,
    columns: Sequence[str] | None = None,
    prior: Prior = "weak",
    seed: int = 0,
) -> Classification:
    """Evidence on every candidate class without asking for an answer; arguments and errors as for ``solve``."""
    options = _options(prior, "spin", seed)
    collected = _collect(data, classes, columns, (), options)
    measured = collected.joint
    if collected.mixed:
        evidence = mixed_evidence(collected, classes, options, catalogue.default().version)
    else:
        evidence = tuple(e for _, _, e in _weigh(measured, classes, center, (), options)[1])
    return Classification(
        label=evidence[0].label if evidence[0].verdict == "taken" else None,
        columns=measured.columns,
        n_rows=measured.n_rows,
        n_missing=measured.n_missing,
        evidence=evidence,
        catalogue_version=catalogue.default().version,
        seed=seed,
    )


def _collect(
    data: Any,
    classes: Sequence[str] | None,
    columns: Sequence[str] | None,
    interactions: Sequence[Sequence[str]],
    options: Options,
) -> Collected:
    kind = kind_of(classes)
    return measure(data, columns, kind=kind, classes=classes, interactions=interactions, seed=options.seed)


def _weigh(
    measured: Statistics,
    classes: Sequence[str] | None,
    center: GivenCenter,
    interactions: Sequence[Sequence[str]],
    options: Options,
) -> tuple[Statistics, list[Weighed], Options]:
    if interactions:
        if classes is not None and list(classes) != ["ising.pairwise"]:
            raise InvalidData("interactions= belongs to ising.pairwise; leave classes= out.")
        classes = ["ising.pairwise"]
    coding = measured.coding
    if coding is None:
        validate(measured.moments, classes)
        return measured, weigh(measured, classes, parse_center(center, len(measured.columns))), options
    parse_center(center, len(measured.columns), spins=True)
    validate_spins(measured.moments)
    options = replace(options, interactions=positions(interactions, measured.columns, coding))
    return measured, weigh(measured, classes, None, options), options


def _information(found: Fit, measured: Statistics, dimension: int) -> Information | None:
    """Entropies, where the distinct rows were few enough to be counted."""
    assert measured.states is not None
    mean = measured.moments.mean[0, :dimension]
    return information(found, mean, measured.states)


def _no_entry(weighed: list[Weighed], evidence: Sequence[Any]) -> NoEntry:
    """The refusal that teaches: why each class was declined, and what to try."""
    suggestion = (
        "Try a transformation (logarithm, differences, residuals), subgroups with by=, or ask for one class alone with "
        "classes=[...] to see its answer with the failed checks beside it."
    )
    message = f"No class fits these data. {refusals(evidence)}."
    for model, found, _ in weighed:
        if model.tabulated and "kurtosis" in found.statistics:
            table = read_table(model.label, model.table_size)
            kurtosis = float(found.statistics["kurtosis"][0])
            return NoEntry(
                message,
                label=model.label,
                statistic="kurtosis",
                value=kurtosis,
                valid_range=(table.lo, table.hi),
                suggestion=suggestion,
            )
    return NoEntry(message, label=evidence[0].label, suggestion=suggestion)
