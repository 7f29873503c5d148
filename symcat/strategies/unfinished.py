"""The error of a search that has come to no end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symcat.clock import OutOfTime
from symcat.errors import NotConverged
from symcat.models.base import Floats
from symcat.strategies.base import Closest

_NOT_TIME = "More time does not help where a search has stalled: give it fewer columns, another seed="


def not_converged(nearest: Closest) -> NotConverged:
    """With the closest point that it came to, and how far that is."""
    point = nearest.parameters is not None
    far = f", its averages {nearest.normalised_error:.3g} standard deviations from the data's" if point else ""
    return NotConverged(
        f"The search for the parameters of {nearest.label} has not converged: {nearest.words}.",
        label=nearest.label,
        parameters=None if nearest.parameters is None else _numbers(nearest.parameters),
        normalised_error=nearest.normalised_error,
        detail=nearest.words,
        suggestion=(f"The closest point is in the error's parameters{far}. " if point else "")
        + ("Give it more time with budget_s=, fewer columns" if nearest.late else _NOT_TIME)
        + ", or another class.",
    )


def out_of_time(seconds: float, late: OutOfTime) -> NotConverged:
    """The error for a question whose time was over before there was anything to be searched for."""
    return NotConverged(
        f"budget_s={seconds:g} was used up while {late}.",
        detail=f"the time was used up while {late}",
        suggestion="Give it more time with budget_s=, or fewer rows or columns.",
    )


def _numbers(parameters: Mapping[str, Floats]) -> dict[str, Any]:
    return {name: value.item() if value.size == 1 else value[0] for name, value in parameters.items()}
