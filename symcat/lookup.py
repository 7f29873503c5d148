"""Reads the catalogue: from averages to parameters, for a batch, with no data in sight."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Literal

from symcat import catalogue, labels, models
from symcat.answer.build import solution_of
from symcat.answer.solution import Solution
from symcat.data.moments import Moments
from symcat.errors import InvalidData, NoEntry
from symcat.models.averages import moments_of
from symcat.models.base import Center, Fit, Model, Options, Table, concatenate_fits
from symcat.regress import regress

PIECE = 1 << 16
"""Numbers of a batch that one thread takes at a time."""


@cache
def read_table(label: str, size: int | None = None) -> Table:
    """The numeric table of a tabulated class, of one size where it has several, read once per process."""
    book = catalogue.default()
    covered = book.coverage(label, size)
    return Table(book.table(label, size), covered.lo, covered.hi, covered.below, covered.above)


def find_model(label: str, dimension: int, options: Options | None = None, spins: bool | None = None) -> Model:
    """The class ``label`` for ``dimension`` columns, of spins or not (None: either); NoEntry if there is none."""
    known = labels.canonical(label)
    if known is None:
        raise unknown_class(label)
    of_spins = known in labels.ISING
    if spins is not None and of_spins != spins:
        have = "two-valued" if spins else "continuous"
        raise NoEntry(
            f"Class {label!r} does not describe {have} columns.",
            label=label,
            suggestion=f"Choose other columns, or one of: {', '.join(models.candidates(dimension, spins))}.",
        )
    found = models.model(known, dimension, options)
    if found is not None:
        return found
    offered = ", ".join(models.candidates(dimension, of_spins))
    raise NoEntry(
        f"Class {label!r} does not describe {dimension} column(s).",
        label=label,
        suggestion=f"Choose other columns, or one of: {offered}.",
    )


def find_models(
    classes: Sequence[str] | None, dimension: int, spins: bool = False, options: Options | None = None
) -> list[Model]:
    """The candidate classes for ``dimension`` columns: those named, or all. Raises as ``find_model``, or if none is."""
    names = models.candidates(dimension, spins) if classes is None else tuple(classes)
    if not names:
        raise InvalidData("classes= is empty: name at least one class, or leave it out for all of them.")
    return [find_model(name, dimension, options, spins) for name in names]


def unknown_class(label: str) -> NoEntry:
    """The error for a label that no class has."""
    offered = ", ".join((*labels.GAUSSIAN, "z2.quartic", "o{N}.quartic", *labels.ISING))
    return NoEntry(f"There is no class {label!r}.", label=label, suggestion=f"There are: {offered}.")


def fit_class(model: Model, moments: Moments, center: Center) -> Fit:
    """Maximum-likelihood fits of one class to a batch of moments.

    Large batches are cut into pieces that run side by side; groups do not know of each other.
    """
    entry = read_table(model.label, model.table_size) if model.tabulated else None
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
    entry = read_table(model.label, model.table_size)
    name, value = next((name, float(v[group])) for name, v in found.statistics.items() if v.ndim == 1)
    return NoEntry(
        f"{model.label} has no solution here ({name} {value:.9g}): {why}.",
        label=model.label,
        statistic=name,
        value=value,
        valid_range=(entry.lo, entry.hi),
        suggestion="Leave classes= open so that others are weighed, or transform the columns (logarithms, residuals).",
    )


def lookup(
    label: str,
    *,
    n: float | None = None,
    target: int | str | None = None,
    columns: Sequence[str] | None = None,
    basis: Literal["spin", "binary"] = "spin",
    **averages: Any,
) -> Solution | Fit:
    """The table read from averages alone.

    Parameters
    ----------
    label : a class, for example ``"z2.quartic"``.
    n : number of rows the averages were taken over; with it standard errors and log-likelihood are known.
    target : for a Gaussian class, the column to predict from the others: regression from a moment matrix.
    columns : names of the columns; ``x`` or ``x0, x1, ...`` if left out.
    basis : of an Ising class: whether the parameters multiply spins (-1, +1) or binary values (0, 1).
    averages : what the class depends on. Quartic classes: ``m2`` and ``m4``, the averages of rho^2 and rho^4 about the
        centre, and optionally ``mean``. Gaussian classes: ``covariance`` (d, d) about the mean, divided by n, and
        optionally ``mean`` (d,). Ising classes: averages of spins -1 and +1: ``m`` (d,), and for trees and all pairs
        ``q`` (d, d), of the products of two; for the symmetric ones ``d`` columns, the mean spin ``m`` (the square
        lattice has none) and ``q``, averaged over the coupled pairs. Arrays with a leading axis are a batch.

    Returns
    -------
    A ``Solution``; for a batch, the ``Fit`` of all groups (arrays, with the reason where there is no answer).

    Raises
    ------
    NoEntry : unknown class, or the averages lie outside the covered range.
    InvalidData : averages missing, of the wrong shape, or impossible.
    """
    if labels.canonical(label) is None:
        raise unknown_class(label)
    moments, batch = moments_of(label, averages, n, columns)
    options = Options(basis=basis)
    model = find_model(label, moments.dimension, options)
    if target is not None:
        if batch or model.label != "gaussian.full":
            raise InvalidData("target= needs label 'gaussian.full' and the averages of one table, not of a batch.")
        return regress(moments, target, None, catalogue.default().version)
    found = fit_class(model, moments, "mean" if "mean" in averages else moments.origin[0])
    if batch:
        return found
    if found.reason[0]:
        raise refusal(model, found)
    version = catalogue.default().version
    return solution_of(model, found, moments.columns, reason="read from averages", version=version, options=options)
