"""Couplings that a smaller class leaves out: how many, and what they are on average over whether they are there.

The errors of a class take its zeros for true. The average over all sets of couplings, each with the weight of its BIC,
does not: to second order about the maximum of the class that has them all, a coupling with the estimate z standard
errors is there with odds ``exp((z^2 - log n) / 2)`` (Kass & Raftery 1995, J. Am. Stat. Assoc. 90:773). The average is
drawn towards zero, by as much as it is from the estimate of the class that has them all (Hjort & Claeskens 2003, J. Am.
Stat. Assoc. 98:879), so that its error is the root of that squared and of the variance there: intervals of twice the
error hold the truth at least as often as those of that class, of couplings of any size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcat.errors import InvalidData
from symcat.models.base import Floats, Model, Parameters
from symcat.models.candidates import Candidate, Weighed


@dataclass(frozen=True)
class LeftOut:
    """A richer class of the same parameters, and how many of its numbers the answer does not have.

    ``zero`` says whether these are couplings that it takes for zero; else it has tied them to others by a search.
    """

    richer: Candidate
    count: int
    zero: bool


@dataclass(frozen=True)
class Averaged:
    """By parameter, in the shape that it has in the class ``model``: average, error, and how likely it is there."""

    candidate: Candidate
    parameters: dict[str, Floats]
    errors: dict[str, Floats]
    weights: dict[str, Floats]


def left_out(taken: Candidate, weighed: Weighed) -> LeftOut | None:
    """What the class that is taken leaves out of the richest that it is a special case of, of a batch of one."""
    names = set(taken.fit.parameters)
    richer = [
        other
        for other in weighed.candidates
        if taken.label in other.model.nested and other.fit.answered[0] and set(other.fit.parameters) == names
    ]
    if not richer:
        return None
    own = _couplings(taken.model, _of_first(taken))
    other = max(richer, key=lambda one: one.fit.n_parameters)
    more = _couplings(other.model, _of_first(other))
    if own is not None and more is not None and len(own) < len(more):
        return LeftOut(other, len(more) - len(own), zero=True)
    if taken.fit.log_structures > 0.0 and other.fit.n_parameters > taken.fit.n_parameters:
        return LeftOut(other, other.fit.n_parameters - taken.fit.n_parameters, zero=False)
    return None


def averaged(taken: Candidate, weighed: Weighed) -> Averaged:
    """Over which couplings are there, of the richest class at hand.

    Raises InvalidData where there are no couplings, or no errors of them.
    """
    found = left_out(taken, weighed)
    rich = taken if found is None else found.richer
    parameters = _of_first(rich)
    pairs = _couplings(rich.model, parameters)
    errors = rich.fit.standard_errors
    if not pairs:
        raise InvalidData(f"average= is of couplings between columns, and {rich.label} has none: leave it out.")
    if not all(name in errors and np.isfinite(errors[name][(0, *index)]) for name, index in pairs):
        raise InvalidData(f"average= needs errors of the couplings, and {rich.label} knows none here: leave it out.")
    n = float(rich.fit.count[0])
    values = {name: np.array(value, dtype=np.float64) for name, value in parameters.items()}
    spread = {name: np.array(error[0], dtype=np.float64) for name, error in errors.items()}
    weights = {name: np.ones_like(value) for name, value in values.items()}
    for name, index in pairs:
        value, error = float(values[name][index]), float(spread[name][index])
        odds = np.exp(np.clip(0.5 * ((value / error) ** 2 - np.log(n)), -700.0, 700.0)) if error > 0.0 else np.inf
        there = 1.0 / (1.0 + 1.0 / odds)
        mean = there * value
        wide = np.hypot(error, value - mean)
        for at in {index, index[::-1]} if values[name].ndim == 2 else {index}:  # both halves of a symmetric matrix
            values[name][at], spread[name][at], weights[name][at] = mean, wide, there
    return Averaged(rich, values, spread, weights)


def _of_first(candidate: Candidate) -> dict[str, Floats]:
    return {name: value[0] for name, value in candidate.fit.parameters.items()}


def _couplings(model: Model, parameters: Parameters) -> list[tuple[str, tuple[int, ...]]] | None:
    """The numbers that are between columns and not zero; None where one is shared by many pairs."""
    found = []
    for name in parameters:
        for index, at in model.entries(name, parameters):
            if isinstance(at, str):
                if at:
                    return None
            elif len(set(at)) > 1 and float(np.asarray(parameters[name])[index]) != 0.0:
                found.append((name, index))
    return found
