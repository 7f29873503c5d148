"""Reads the catalogue: from averages to parameters, for a batch, with no data in sight."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat import catalogue, labels, models
from symcat.errors import InvalidData, NoEntry
from symcat.models.base import Center, Fit, Model, Table, concatenate_fits
from symcat.moments import Moments
from symcat.regress import regress
from symcat.solution import Solution, Step

Floats = NDArray[np.float64]

PIECE = 1 << 16
"""Numbers of a batch that one thread takes at a time."""


@cache
def read_table(label: str) -> Table:
    """The numeric table of a tabulated class, read once per process."""
    book = catalogue.default()
    covered = book.coverage(label)
    return Table(book.table(label), covered.lo, covered.hi, covered.below, covered.above)


def find_model(label: str, dimension: int) -> Model:
    """The class ``label`` for ``dimension`` columns; NoEntry when there is none such."""
    known = labels.canonical(label)
    found = None if known is None else models.model(known, dimension)
    if found is not None:
        return found
    if known is None:
        raise unknown_class(label)
    offered = ", ".join(models.candidates(dimension))
    raise NoEntry(
        f"Class {label!r} does not describe {dimension} column(s).",
        label=label,
        suggestion=f"Choose other columns, or one of: {offered}.",
    )


def find_models(classes: Sequence[str] | None, dimension: int) -> list[Model]:
    """The candidate classes for ``dimension`` columns: those named, or all. Raises as ``find_model``, or if none is."""
    names = models.candidates(dimension) if classes is None else tuple(classes)
    if not names:
        raise InvalidData("classes= is empty: name at least one class, or leave it out for all of them.")
    return [find_model(name, dimension) for name in names]


def unknown_class(label: str) -> NoEntry:
    """The error for a label that no class has."""
    offered = ", ".join((*labels.GAUSSIAN, "z2.quartic", "o{N}.quartic"))
    return NoEntry(f"There is no class {label!r}.", label=label, suggestion=f"There are: {offered}.")


def fit_class(model: Model, moments: Moments, center: Center) -> Fit:
    """Maximum-likelihood fits of one class to a batch of moments.

    Large batches are cut into pieces that run side by side; groups do not know of each other.
    """
    entry = read_table(model.label) if model.tabulated else None
    piece = max(1, PIECE // moments.dimension**2)
    if moments.n_groups <= piece:
        return model.fit(moments, center, entry)
    starts = range(0, moments.n_groups, piece)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        fits = pool.map(lambda start: model.fit(moments.groups(slice(start, start + piece)), center, entry), starts)
        return concatenate_fits(list(fits))


def refusal(model: Model, found: Fit, group: int = 0) -> NoEntry:
    """The error for a group that the class cannot answer."""
    why = found.why(group)
    if not model.tabulated:
        return NoEntry(
            f"{model.label}: {why}.", label=model.label, suggestion="Look at the columns named, or drop one."
        )
    entry, kurtosis = read_table(model.label), float(found.statistics["kurtosis"][group])
    return NoEntry(
        f"{model.label} has no solution here (kurtosis {kurtosis:.9g}): {why}.",
        label=model.label,
        statistic="kurtosis",
        value=kurtosis,
        valid_range=(entry.lo, entry.hi),
        suggestion="Leave classes= open so that others are weighed, or transform the columns (logarithms, residuals).",
    )


def one(values: dict[str, Floats], dimension: int) -> dict[str, Any]:
    """The parameters of a batch of one, as numbers where there is one column."""
    return {name: float(v[0].reshape(-1)[0]) if dimension == 1 else v[0] for name, v in values.items()}


def lookup(
    label: str,
    *,
    n: float | None = None,
    target: int | str | None = None,
    columns: Sequence[str] | None = None,
    **averages: Any,
) -> Solution | Fit:
    """The table read from averages alone.

    Parameters
    ----------
    label : a class, for example ``"z2.quartic"``.
    n : number of rows the averages were taken over; with it standard errors and log-likelihood are known.
    target : for a Gaussian class, the column to predict from the others: regression from a moment matrix.
    columns : names of the columns; ``x`` or ``x0, x1, ...`` if left out.
    averages : what the class depends on. Quartic classes: ``m2`` and ``m4``, the averages of rho^2 and rho^4 about the
        centre, and optionally ``mean``. Gaussian classes: ``covariance`` (d, d) about the mean, divided by n, and
        optionally ``mean`` (d,). Arrays with a leading axis are a batch.

    Returns
    -------
    A ``Solution``; for a batch, the ``Fit`` of all groups (arrays, with the reason where there is no answer).

    Raises
    ------
    NoEntry : unknown class, or the averages lie outside the covered range.
    InvalidData : averages missing, of the wrong shape, or impossible.
    """
    moments, batch = _moments(label, averages, n, columns)
    model = find_model(label, moments.dimension)
    if target is not None:
        if batch or model.label != "gaussian.full":
            raise InvalidData("target= needs label 'gaussian.full' and the averages of one table, not of a batch.")
        return regress(moments, target, None, catalogue.default().version)
    found = fit_class(model, moments, "mean" if "mean" in averages else moments.origin[0])
    if batch:
        return found
    if found.reason[0]:
        raise refusal(model, found)
    known_n = not math.isnan(float(found.count[0]))
    return Solution(
        label=model.label,
        source="catalogue" if model.tabulated else "closed_form",
        columns=moments.columns,
        parameters=one(found.parameters, model.dimension),
        standard_errors=one(found.standard_errors, model.dimension) if known_n else None,
        log_partition=float(found.log_partition[0]),
        log_likelihood=float(found.log_likelihood[0]) if known_n else None,
        bic=float(found.bic[0]) if known_n else None,
        n_parameters=found.n_parameters,
        n_rows=int(found.count[0]) if known_n else None,
        trail=(Step(strategy="lookup", outcome="answered", reason="read from averages"),),
        catalogue_version=catalogue.default().version,
    )


def _moments(
    label: str, averages: dict[str, Any], n: float | None, columns: Sequence[str] | None
) -> tuple[Moments, bool]:
    if labels.canonical(label) is None:
        raise unknown_class(label)
    dimension = labels.quartic_dimension(label)
    radial = dimension is not None
    wanted = ("m2", "m4") if radial else ("covariance",)
    missing = [name for name in wanted if averages.get(name) is None]
    unknown = sorted(set(averages) - {*wanted, "mean"})
    if missing or unknown:
        said = f"missing: {', '.join(missing)}. " if missing else f"not understood: {', '.join(unknown)}. "
        raise InvalidData(f"lookup({label!r}) takes {', '.join(wanted)} and optionally mean, n; {said}")
    try:
        arrays = {name: np.asarray(averages[name], dtype=np.float64) for name in wanted}
    except (TypeError, ValueError) as error:
        raise InvalidData(f"The averages must be numbers or arrays of numbers: {error}.") from error
    if radial:
        m2, m4 = np.broadcast_arrays(arrays["m2"], arrays["m4"])
        batch, d = m2.ndim > 0, int(dimension or 1)
        m2, m4 = np.atleast_1d(m2), np.atleast_1d(m4)
        unit = _unit(np.sqrt(np.abs(m2)))
        zero = np.zeros((len(m2), d))
        second = np.eye(d) * (m2 / unit**2 / d)[:, None, None]
        fourth = m4 / unit**4
        third: dict[str, Any] = (
            {"column_powers": np.stack([np.zeros_like(m4), fourth], axis=-1)[:, None, :]}
            if d == 1
            else {"radial_third": zero, "radial_fourth": fourth}
        )
    else:
        covariance = np.atleast_2d(arrays["covariance"])
        batch, d = covariance.ndim == 3, covariance.shape[-1]
        covariance = covariance if batch else covariance[None]
        if covariance.shape[1] != d or not np.allclose(
            covariance, covariance.transpose(0, 2, 1), rtol=1e-9, equal_nan=True
        ):
            raise InvalidData(
                f"covariance has shape {arrays['covariance'].shape}; a symmetric (d, d) matrix is needed."
            )
        unit = _unit(np.sqrt(np.abs(np.einsum("gii->gi", covariance))))
        zero = np.zeros((len(covariance), d))
        second, third = covariance / unit**2, {}
    names = tuple(columns) if columns is not None else ("x",) if d == 1 else tuple(f"x{i}" for i in range(d))
    if len(names) != d:
        raise InvalidData(f"{len(names)} column names were given for {d} columns.")
    try:
        origin = np.broadcast_to(np.asarray(averages.get("mean", 0.0), dtype=np.float64), zero.shape)
    except ValueError as error:
        raise InvalidData(f"mean has shape {np.shape(averages['mean'])}; {d} numbers are needed.") from error
    count = np.full(len(zero), np.nan if n is None else float(n))
    return Moments(names, count, np.array(origin), unit, np.zeros_like(zero), second, **third), batch


def _unit(spread: Floats) -> float:
    """The power of two nearest the typical spread."""
    some = spread.reshape(-1)[:: max(1, spread.size // 1000)]
    positive = some[np.isfinite(some) & (some > 0.0)]
    return 2.0 ** round(float(np.median(np.log2(positive)))) if positive.size else 1.0
