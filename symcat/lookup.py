"""Reads the catalogue from averages alone, with no data in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from typing import Any, Literal

from numpy.typing import NDArray

from symcat import catalogue
from symcat.answer.build import solution_of
from symcat.answer.records import Step
from symcat.answer.solution import Solution
from symcat.data.validation import check_unit
from symcat.errors import InvalidData, NoEntry, SymcatError
from symcat.models import registry
from symcat.models.base import Floats, Model, Options
from symcat.models.batches import with_faults
from symcat.models.family import Averages
from symcat.models.fit import Fault, Fit
from symcat.models.fitting import fit_batch
from symcat.question import Question
from symcat.question.values import UNSET, Basis, Prior, Unset, checked_count, checked_counts, checked_names


def lookup(
    label: str,
    *,
    n: float | None = None,
    target: int | str | None = None,
    columns: Sequence[str] | None = None,
    basis: Basis | Unset = UNSET,
    averages: Literal["spin", "binary"] | None = None,
    prior: Prior = None,
    interactions: Sequence[Sequence[str]] = (),
    **given: Any,
) -> Solution:
    """The table read from averages alone.

    Parameters
    ----------
    label : a class, for example ``"z2.quartic"``; ``symcat.model`` goes the other way.
    n : number of rows the averages were taken over; with it standard errors and log-likelihood are known.
    target : the column to predict from the others, for a class that implies such a model: regression from a moment
        matrix.
    columns : names of the columns; ``x`` or ``x0, x1, ...`` if left out.
    basis : of two-valued columns: whether the parameters multiply -1 and +1 (``"spin"``, the default), or 0 and 1
        (``"binary"``).
    averages : of two-valued columns: whether the averages stated are of -1 and +1, or of 0 and 1; as ``basis`` says if
        left out, and of -1 and +1 with ``target``.
    prior : of two-valued columns, where the maximum of the likelihood is infinite: None refuses, as averages do not say
        more of what never occurs; ``"weak"`` or a number mixes rows in as ``solve`` does, which needs ``n``.
    interactions : of two-valued columns, the pairs of column names that are coupled, where not all are.
    given : the averages that the class depends on, by the names and in the shapes that its page lists and
        ``Solution.moments()`` has; the error for one that is missing or unknown lists them too.

    Returns
    -------
    A ``Solution``.

    Raises
    ------
    NoEntry : unknown class, or the averages lie outside the covered range, or no table of two-valued columns has them.
    InvalidData : averages missing, of the wrong shape, at odds with each other, impossible, or of many groups (see
        ``lookup_batch``).

    Examples
    --------
    >>> import symcat
    >>> answer = symcat.lookup("z2.quartic", m2=1.0, m4=2.5)
    >>> round(answer.parameters["r"], 6), round(answer.parameters["u"], 6)
    (0.567749, 1.037402)
    >>> together = [[0.1, 0.05], [0.05, 0.2]]
    >>> pair = symcat.lookup("ising.pairwise", basis="binary", m=[0.1, 0.2], q=together)
    >>> pair.parameters["h"].round(4).tolist(), pair.parameters["J"][0].round(4).tolist()
    ([-2.7081, -1.6094], [0.0, 1.6094])
    """
    stated, model, options = _read(
        label, given, checked_count(n), columns, basis, averages, prior, interactions, target
    )
    if stated.batch:
        raise InvalidData(f"These are averages of {stated.moments.n_groups} groups: call symcat.lookup_batch for them.")
    if 0 in stated.faults:
        raise _error(model, stated.faults[0])
    check_unit(stated.moments)
    found = with_faults(fit_batch(model, stated.moments, stated.center), {})
    if not found.answered[0]:
        raise _refusal(model, found)
    return solution_of(
        model,
        found,
        options=options,
        trail=(Step(strategy=found.source, outcome="answered", reason=_how(found)),),
        version=catalogue.default().version,
    )


def lookup_batch(
    label: str,
    *,
    n: float | Sequence[float] | NDArray[Any] | None = None,
    columns: Sequence[str] | None = None,
    basis: Basis | Unset = UNSET,
    averages: Literal["spin", "binary"] | None = None,
    prior: Prior = None,
    interactions: Sequence[Sequence[str]] = (),
    **given: Any,
) -> Fit:
    """The table read for many groups at once.

    Parameters
    ----------
    label, columns, basis, averages, prior, interactions : as for ``lookup``.
    n : number of rows of each group, (G,) or one for all.
    given : averages as for ``lookup``, each with a leading axis of groups.

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
    >>> found = symcat.lookup_batch("z2.quartic", m2=np.ones(4), m4=np.array([1.5, 2.5, 3.5, 0.5]))
    >>> found.answered.tolist(), found.parameters["u"].round(3).tolist()
    ([True, True, False, False], [20.256, 1.037, nan, nan])
    >>> found.why(3)
    'm4=0.5 is smaller than m2**2=1, which no rows have: look at both again.'
    """
    stated, model, _ = _read(label, given, checked_counts(n), columns, basis, averages, prior, interactions)
    return with_faults(fit_batch(model, stated.moments, stated.center), stated.faults)


def _read(
    label: str,
    given: dict[str, Any],
    count: float | Floats | None,
    columns: Sequence[str] | None,
    basis: Any,
    averages: Any,
    prior: Any,
    interactions: Any,
    target: int | str | None = None,
) -> tuple[Averages, Model, Options]:
    # No prior is what classes that know none have, too.
    asked = {} if prior is None else {"prior": prior}
    question = Question.of(classes=[label], basis=basis, target=target, interactions=interactions, **asked)
    if averages not in (None, "spin", "binary"):
        raise InvalidData(f"averages={averages!r} is not known: pass 'spin' (-1, +1) or 'binary' (0, 1).")
    known = registry.canonical(label)
    names = checked_names(columns)
    if prior is not None and count is None:
        raise InvalidData("prior= is rows mixed into the averages, of which the number is not known: state n= too.")
    _check_not_empty(given)
    convention = averages or ("spin" if target is not None else question.basis)  # basis= is of no use to a regression
    stated = registry.family_of(known).averages(
        known, given if convention == "spin" else given | {"averages": convention}, count, names
    )
    posed = question.options(stated.schema)
    if posed.higher:
        raise InvalidData(
            "interactions= of three columns or more need averages of their products, which lookup does not take: name "
            "pairs, or call solve with rows."
        )
    options = Options(prior=prior, basis=question.basis, interactions=posed.interactions)
    model = registry.model(known, stated.schema, options, catalogue.default())
    at = question.position(stated.schema)
    found = model if at is None else model.conditional(at)
    if found is None:
        raise InvalidData(f"{label} implies no model of one column given the others: leave target= out.")
    question.applicable([found], stated.schema)
    if prior is not None and "prior" not in found.takes:
        raise InvalidData(f"prior= has no meaning for {found.label}: it is for values that never occur. Leave it out.")
    return stated, found, options


def _check_not_empty(averages: Mapping[str, Any]) -> None:
    """Raises InvalidData for averages of no group at all."""
    for name, value in averages.items():
        if isinstance(value, Sized) and getattr(value, "shape", None) != () and not len(value):
            raise InvalidData(f"The average {name} is empty: state it for one group at least.")


def _how(found: Fit) -> str:
    """How the averages were read, and with what beside them."""
    beside = [
        f"{name.replace('_', ' ')} {found.statistics[name][0]:g}" for name in found.shown if found.statistics[name][0]
    ]
    return "; ".join([found.note or "read from averages", *beside])


def _refusal(model: Model, found: Fit) -> SymcatError:
    """The error for averages that the class cannot answer: InvalidData where these are at fault."""
    reason, covered = found.why(0), found.coverage
    if isinstance(reason, Fault) or covered is None:
        return _error(model, reason)
    value = float(found.statistics[covered.statistic][0])
    return NoEntry(
        f"{model.label} has no solution here ({covered.statistic} {value:.9g}): {reason.removesuffix('.')}.",
        label=model.label,
        statistic=covered.statistic,
        value=value,
        valid_range=(covered.lo, covered.hi),
        suggestion=_ELSEWHERE,
    )


def _error(model: Model, reason: str) -> SymcatError:
    """The error for a reason: a fault of the averages is a sentence of its own."""
    if isinstance(reason, Fault):
        return InvalidData(reason)
    return NoEntry(f"{model.label}: {reason.removesuffix('.')}.", label=model.label, suggestion=_ELSEWHERE)


_ELSEWHERE = "Leave out columns or look up another class; symcat.solve(rows) weighs all of them."
