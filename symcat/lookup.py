"""Reads the catalogue from averages alone, with no data in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from typing import Any, Literal

from symcat import catalogue
from symcat.answer.build import solution_of
from symcat.answer.records import Step
from symcat.answer.solution import Solution
from symcat.errors import InvalidData, NoEntry, SymcatError
from symcat.models import registry
from symcat.models.base import Averages, Model, Options
from symcat.models.fit import Fault, Fit
from symcat.models.weighing import fit_batch
from symcat.question import Question, checked_count, listed


def lookup(
    label: str,
    *,
    n: float | None = None,
    target: int | str | None = None,
    columns: Sequence[str] | None = None,
    basis: Literal["spin", "binary"] = "spin",
    **averages: Any,
) -> Solution:
    """The table read from averages alone.

    Parameters
    ----------
    label : a class, for example ``"z2.quartic"``.
    n : number of rows the averages were taken over; with it standard errors and log-likelihood are known.
    target : the column to predict from the others, for a class that implies such a model: regression from a moment
        matrix.
    columns : names of the columns; ``x`` or ``x0, x1, ...`` if left out.
    basis : of two-valued columns: whether the parameters multiply -1 and +1, or 0 and 1.
    averages : what the class depends on. Quartic classes: ``m2`` and ``m4``, the averages of rho^2 and rho^4 about the
        centre, and optionally ``mean``. Gaussian classes: ``covariance`` (d, d) about the mean, divided by n, and
        optionally ``mean`` (d,). Ising classes: averages of columns of -1 and +1: ``m`` (d,), and for trees and all
        pairs ``q`` (d, d), of the products of two; for the symmetric ones ``d`` columns, the mean ``m`` (the square
        lattice has none, and left out it is zero) and ``q``, averaged over the coupled pairs.

    Returns
    -------
    A ``Solution``.

    Raises
    ------
    NoEntry : unknown class, or the averages lie outside the covered range.
    InvalidData : averages missing, of the wrong shape, impossible, or of many groups (see ``lookup_batch``).

    Examples
    --------
    >>> import symcat
    >>> answer = symcat.lookup("z2.quartic", m2=1.0, m4=2.5)
    >>> round(answer.parameters["r"], 6), round(answer.parameters["u"], 6)
    (0.567749, 1.037402)
    """
    given, model = _read(label, averages, n, columns, basis, target)
    if given.batch:
        raise InvalidData(f"These are averages of {given.moments.n_groups} groups: call symcat.lookup_batch for them.")
    found = fit_batch(model, given.moments, given.center)
    if not found.answered[0]:
        raise _refusal(model, found)
    return solution_of(
        model,
        found,
        options=Options(basis=basis),
        trail=(Step(strategy=found.source, outcome="answered", reason=found.note or "read from averages"),),
        version=catalogue.default().version,
    )


def lookup_batch(
    label: str,
    *,
    n: float | None = None,
    columns: Sequence[str] | None = None,
    basis: Literal["spin", "binary"] = "spin",
    **averages: Any,
) -> Fit:
    """The table read for many groups at once.

    Parameters
    ----------
    label, columns, basis : as for ``lookup``.
    n : number of rows of each group, one for all.
    averages : as for ``lookup``, each with a leading axis of groups.

    Returns
    -------
    The ``Fit`` of all groups: arrays with a leading axis, not a number where a group has no answer, whose reason
    ``why(group)`` gives.

    Raises
    ------
    NoEntry : unknown class.
    InvalidData : averages missing or of the wrong shape.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> found = symcat.lookup_batch("z2.quartic", m2=np.ones(3), m4=np.array([1.5, 2.5, 3.5]))
    >>> found.answered.tolist(), found.parameters["u"].round(3).tolist()
    ([True, True, False], [20.256, 1.037, nan])
    """
    given, model = _read(label, averages, n, columns, basis)
    return fit_batch(model, given.moments, given.center)


def _read(
    label: str,
    averages: dict[str, Any],
    n: float | None,
    columns: Sequence[str] | None,
    basis: Any,
    target: int | str | None = None,
) -> tuple[Averages, Model]:
    question = Question.of(classes=[label], basis=basis, target=target)
    known = registry.canonical(label)
    count, names = checked_count(n), _names(columns)
    _check_not_empty(averages)
    given = registry.family_of(known).averages(known, averages, count, names)
    model = registry.model(known, given.schema, Options(basis=basis), catalogue.default())
    at = question.position(given.schema)
    found = model if at is None else model.conditional(at)
    if found is None:
        raise InvalidData(f"{label} implies no model of one column given the others: leave target= out.")
    question.applicable([found], given.schema)
    return given, found


def _names(columns: Sequence[str] | None) -> tuple[str, ...] | None:
    """The names of the columns. Raises InvalidData unless they are different texts."""
    if columns is None:
        return None
    names = listed(columns)
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise InvalidData(f"columns={columns!r} does not name the columns: pass a different text for each.")
    return names


def _check_not_empty(averages: Mapping[str, Any]) -> None:
    """Raises InvalidData for averages of no group at all."""
    for name, value in averages.items():
        if isinstance(value, Sized) and getattr(value, "shape", None) != () and not len(value):
            raise InvalidData(f"The average {name} is empty: state it for one group at least.")


def _refusal(model: Model, found: Fit) -> SymcatError:
    """The error for averages that the class cannot answer: InvalidData where these are at fault."""
    reason, covered = found.why(0), found.coverage
    if isinstance(reason, Fault):
        return InvalidData(reason)
    why = reason.removesuffix(".")
    if covered is None:
        return NoEntry(
            f"{model.label}: {why}.", label=model.label, suggestion="Look at the columns named, or drop one."
        )
    value = float(found.statistics[covered.statistic][0])
    return NoEntry(
        f"{model.label} has no solution here ({covered.statistic} {value:.9g}): {why}.",
        label=model.label,
        statistic=covered.statistic,
        value=value,
        valid_range=(covered.lo, covered.hi),
        suggestion="Leave classes= open so that others are weighed, or transform the columns (logarithms, residuals).",
    )
