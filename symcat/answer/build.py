"""From the fit of a class to what the user holds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.answer.records import Check, Evidence, Information, Step, Strategy
from symcat.answer.solution import Solution
from symcat.models.base import Fit, Model, Options

Floats = NDArray[np.float64]

STRATEGY: dict[str, Strategy] = {
    "closed_form": "lookup",
    "catalogue": "lookup",
    "correction": "correction",
    "analog": "analog",
}
"""Which strategy an answer's source belongs to."""


def one(values: Mapping[str, Floats], dimension: int) -> dict[str, Any]:
    """The parameters of a batch of one, as numbers where there is one column."""
    return {name: float(v[0].reshape(-1)[0]) if dimension == 1 else v[0] for name, v in values.items()}


def solution_of(
    model: Model,
    found: Fit,
    columns: Sequence[str],
    *,
    reason: str,
    version: str,
    robust: Mapping[str, Floats] | None = None,
    evidence: tuple[Evidence, ...] = (),
    checks: tuple[Check, ...] = (),
    n_missing: int = 0,
    seed: int | None = None,
    options: Options | None = None,
    levels: Mapping[str, tuple[Any, Any]] | None = None,
    information: Information | None = None,
) -> Solution:
    """The Solution of a batch of one that has been answered."""
    d = model.dimension
    n = float(found.count[0])
    counted = not math.isnan(n)
    spins = model.label.startswith("ising.")
    sets = options.interactions if options is not None and spins else ()
    return Solution(
        label=model.label,
        source=found.source,
        columns=tuple(columns),
        parameters=one(found.parameters, d),
        standard_errors=one(found.standard_errors, d) if counted else None,
        robust_standard_errors=one(robust, d) if robust else None,
        log_partition=float(found.log_partition[0]),
        log_likelihood=float(found.log_likelihood[0]) if counted else None,
        bic=float(found.bic[0]) if counted else None,
        n_parameters=found.n_parameters,
        n_rows=int(n) if counted else None,
        n_missing=n_missing,
        levels=None if levels is None else dict(levels),
        basis=options.basis if options is not None and spins else None,
        interactions=tuple(tuple(columns[i] for i in chosen) for chosen in sets),
        information=information,
        evidence=evidence,
        checks=checks,
        trail=(*_before(found), Step(strategy=STRATEGY[found.source], outcome="answered", reason=found.note or reason)),
        catalogue_version=version,
        seed=seed,
    )


BEFORE_THE_DEVICE = (
    Step(strategy="lookup", outcome="declined", reason="no class of the catalogue fits; see evidence"),
    Step(strategy="correction", outcome="declined", reason="no series of the catalogue covers these data"),
)
"""What was asked before the analog device."""


def _before(found: Fit) -> tuple[Step, ...]:
    """What was asked before the strategy that answered a class of the catalogue."""
    if found.source not in ("correction", "analog"):
        return ()
    summed = Step(strategy="lookup", outcome="declined", reason="too many coupled columns for a sum over all states")
    if found.source == "correction":
        return (summed,)
    return (
        summed,
        Step(strategy="correction", outcome="declined", reason="no closed form matches the averages; see evidence"),
    )
