"""The flow: ingest, statistics, classify, a strategy that answers, Solution. Reads like the design."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat import catalogue, frames
from symcat.classify import Weighed, weigh
from symcat.errors import InvalidData, NoEntry
from symcat.group_table import group_columns, regression_columns
from symcat.ingest import Source, open_source
from symcat.lookup import find_models, fit_class, one, read_table
from symcat.models.base import Center
from symcat.moments import Needs
from symcat.regress import position, regress
from symcat.solution import Classification, Solution, Step, refusals
from symcat.statistics import Statistics, collect_groups
from symcat.validation import check_unit, validate

Floats = NDArray[np.float64]
GivenCenter = float | Sequence[float] | Floats | str | None


def solve(
    data: Any,
    *,
    target: str | None = None,
    by: str | None = None,
    classes: Sequence[str] | None = None,
    center: GivenCenter = None,
    columns: Sequence[str] | None = None,
    fallback: str | None = None,
    seed: int = 0,
) -> Any:
    """Finds the symmetry class of a table and reads its maximum-likelihood parameters.

    Parameters
    ----------
    data : a pandas, polars, pyarrow or Dask frame, a DuckDB relation, a numpy array (n,) or (n, d), a dict of arrays,
        the path of a CSV or Parquet file, or ``Statistics`` collected before. One row is one observation.
    target : a column to predict from the others: the Gaussian conditional model, ordinary least squares.
    by : a column of groups: one fit per group, returned as a frame with a row per group.
    classes : labels to consider; all that describe this many columns if left out. A class asked for alone is answered
        even where its checks fail, and says so.
    center : the centre of the symmetry in the units of the data if it is known, ``"mean"`` for the sample mean, or None
        for the maximum-likelihood centre.
    columns : the columns to use, in order; all if left out.
    fallback : a strategy to ask where the catalogue has no answer; none exists yet.
    seed : of the random sample of rows that some checks use.

    Returns
    -------
    A ``Solution``; with ``by=`` a frame in the library the data came from.

    Raises
    ------
    InvalidData : the data cannot be used; the message names column, value and cure.
    NoEntry : no class fits the data; carries label, statistic, valid range and what to try.
    """
    if fallback is not None:
        raise InvalidData(f"fallback={fallback!r} is not known: only fallback=None exists in this version.")
    if target is not None and center is not None:
        raise InvalidData("center= has no meaning with target=: a regression estimates its intercept. Leave one out.")
    if by is not None:
        return solve_groups(data, by, classes, center, _with_target(columns, target), target)
    if target is not None:
        _only_gaussian(classes)
        measured = _measure(data, _with_target(columns, target), Needs.SECOND, seed)
        validate(measured.moments)
        version = catalogue.default().version
        return regress(measured.moments, target, measured.blocks, version, measured.n_missing, seed)
    measured, weighed = _weigh(data, classes, center, columns, seed)
    model, found, taken = weighed[0]
    evidence = tuple(e for _, _, e in weighed)
    version = catalogue.default().version
    if taken.verdict != "taken":
        raise _no_entry(weighed, evidence)
    d = model.dimension
    robust = model.robust_standard_errors(found, measured.blocks, parse_center(center, d))
    return Solution(
        label=model.label,
        source="catalogue" if model.tabulated else "closed_form",
        columns=measured.columns,
        parameters=one(found.parameters, d),
        standard_errors=one(found.standard_errors, d),
        robust_standard_errors=one(robust, d),
        log_partition=float(found.log_partition[0]),
        log_likelihood=float(found.log_likelihood[0]),
        bic=float(found.bic[0]),
        n_parameters=found.n_parameters,
        n_rows=measured.n_rows,
        n_missing=measured.n_missing,
        evidence=evidence,
        checks=taken.checks,
        trail=(Step(strategy="lookup", outcome="answered", reason=taken.reason),),
        catalogue_version=version,
        seed=seed,
    )


def classification(
    data: Any,
    *,
    classes: Sequence[str] | None = None,
    center: GivenCenter = None,
    columns: Sequence[str] | None = None,
    seed: int = 0,
) -> Classification:
    """Evidence on every candidate class without asking for an answer; arguments and errors as for ``solve``."""
    measured, weighed = _weigh(data, classes, center, columns, seed)
    evidence = tuple(e for _, _, e in weighed)
    return Classification(
        label=evidence[0].label if evidence[0].verdict == "taken" else None,
        columns=measured.columns,
        n_rows=measured.n_rows,
        n_missing=measured.n_missing,
        evidence=evidence,
        catalogue_version=catalogue.default().version,
        seed=seed,
    )


def _weigh(
    data: Any, classes: Sequence[str] | None, center: GivenCenter, columns: Sequence[str] | None, seed: int
) -> tuple[Statistics, list[Weighed]]:
    measured = _measure(data, columns, classes, seed)
    validate(measured.moments, classes)
    return measured, weigh(measured, classes, parse_center(center, len(measured.columns)))


def _only_gaussian(classes: Sequence[str] | None) -> None:
    if classes is not None and list(classes) != ["gaussian.full"]:
        raise InvalidData("target= is answered by gaussian.full; leave classes= out.")


def solve_groups(
    data: Any,
    by: str,
    classes: Sequence[str] | None,
    center: GivenCenter,
    columns: Sequence[str] | None,
    target: str | None,
) -> Any:
    """One fit per group of the column ``by``: a frame with a row per group, in the order of the keys.

    Of several classes each group takes the one with its smallest BIC; groups are often small, so no fit check is made.
    """
    if isinstance(data, Statistics):
        raise InvalidData("by= needs the rows themselves; these statistics have forgotten which group a row was in.")
    source = open_source(data, columns, exclude=(by,))
    like = None if source.frame is None else source.frame.implementation
    if target is not None:
        _only_gaussian(classes)
        keys, moments, n_missing = collect_groups(source, by, needs=Needs.SECOND)
        check_unit(moments)
        return frames.build(regression_columns(by, keys, moments, n_missing, position(moments, target)), like)
    d = len(source.columns)
    candidates = find_models(classes, d)
    needs = Needs.SECOND
    for model in candidates:
        needs |= model.needs
    keys, moments, n_missing = collect_groups(source, by, needs=needs)
    check_unit(moments)
    fits = [fit_class(model, moments, parse_center(center, d)) for model in candidates]
    table = group_columns(by, keys, source.columns, n_missing, fits)
    return frames.build(table, like)


def _measure(data: Any, columns: Sequence[str] | None, wanted: Sequence[str] | Needs | None, seed: int) -> Statistics:
    """One pass over the data for the averages that the candidate classes need; Statistics are used as they are."""
    if isinstance(data, Statistics):
        if columns is not None and tuple(columns) != data.columns:
            measured = ", ".join(data.columns)
            raise InvalidData(f"These statistics are of the columns {measured}; columns= cannot change that.")
        needs = wanted if isinstance(wanted, Needs) else needs_of(wanted, len(data.columns))
        if data.columns and needs & ~data.needs:
            raise InvalidData(
                f"These statistics were collected with needs={data.needs}; {needs & ~data.needs} is missing for the "
                "classes to be weighed. Collect them again with Statistics(), or name classes that need less."
            )
        return data
    source = data if isinstance(data, Source) else open_source(data, columns)
    needs = wanted if isinstance(wanted, Needs) else needs_of(wanted, len(source.columns))
    return Statistics(source.columns, needs=needs, seed=seed).update(source)


def needs_of(classes: Sequence[str] | None, dimension: int) -> Needs:
    """Union of the averages that the candidate classes need."""
    needs = Needs.SECOND
    for model in find_models(classes, dimension):
        needs |= model.needs | model.check_needs
    return needs


def _with_target(columns: Sequence[str] | None, target: str | None) -> Sequence[str] | None:
    return columns if columns is None or target is None or target in columns else [*columns, target]


def parse_center(center: GivenCenter, dimension: int) -> Center:
    """The centre as models take it: None, "mean", or the point (d,)."""
    if center is None or (isinstance(center, str) and center == "mean"):
        return center  # type: ignore[return-value]
    try:
        point = np.broadcast_to(np.asarray(center, dtype=np.float64), (dimension,))
    except (ValueError, TypeError) as error:
        raise InvalidData(f"center={center!r} is neither None, 'mean', nor {dimension} number(s).") from error
    if not np.isfinite(point).all():
        raise InvalidData(f"center={center!r} is not finite.")
    return point


def _no_entry(weighed: list[Weighed], evidence: Sequence[Any]) -> NoEntry:
    """The refusal that teaches: why each class was declined, and what to try."""
    suggestion = (
        "Try a transformation (logarithm, differences, residuals), subgroups with by=, or ask for one class alone with "
        "classes=[...] to see its answer with the failed checks beside it."
    )
    message = f"No class fits these data. {refusals(evidence)}."
    for model, found, _ in weighed:
        if model.tabulated:
            table = read_table(model.label)
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
