"""Forwards: from couplings to what they say of the columns, with the methods of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symcat import catalogue
from symcat.answer.build import implied_by
from symcat.answer.solution import Solution
from symcat.errors import NoEntry
from symcat.models import registry
from symcat.models.base import Options
from symcat.question import Question
from symcat.question.values import UNSET, Basis, Unset, checked_names


def model(
    label: str,
    *,
    columns: Sequence[str] | None = None,
    basis: Basis | Unset = UNSET,
    **couplings: Any,
) -> Solution:
    """A class with couplings that are given, not fitted: ``lookup`` forwards.

    Parameters
    ----------
    label : a class, for example ``"z2.quartic"``.
    columns : names of the columns; ``x`` or ``x0, x1, ...`` if left out.
    basis : of two-valued columns: whether the couplings multiply -1 and +1 (``"spin"``, the default), or 0 and 1
        (``"binary"``), which are then the values too.
    couplings : the parameters by the names that answers of the class have; what is left out is zero. Classes of columns
        that are all alike take the number ``d`` of them.

    Returns
    -------
    A ``Solution`` without rows or errors, for ``moments()``, ``moment(k)``, ``log_density``, ``cdf``, ``ppf``,
    ``entropy()``, ``sample``, ``plot`` and the rest. ``lookup(label, **answer.moments())`` gives the couplings back.

    Raises
    ------
    NoEntry : unknown class, or one that has no columns of its own.
    InvalidData : couplings missing or of the wrong shape, without the symmetry of the class, or such that exp(-F)
        has no finite integral.
    SymcatError : the integral, or sum, of exp(-F) is known by no formula.

    Examples
    --------
    >>> import symcat
    >>> well = symcat.model("z2.quartic", r=-1.0, u=6.0)
    >>> round(well.moment(2), 6), round(well.entropy(), 6), round(well.ppf(0.75), 6)
    (1.041797, 1.351844, 0.8813)
    """
    question = Question.of(classes=[label], basis=basis)
    known, names = registry.canonical(label), checked_names(columns)
    family, options = registry.family_of(known), Options(basis=question.basis)
    if not hasattr(family, "stated"):
        raise NoEntry(f"{label} cannot be stated by its couplings.", label=label, suggestion="Call solve with rows.")
    stated = family.stated(known, couplings, names, options)
    book = catalogue.default()
    found = registry.model(known, stated.schema, options, book)
    question.applicable([found], stated.schema)
    return implied_by(
        found, stated.parameters, options=options, version=book.version, reason="its couplings were given"
    )
