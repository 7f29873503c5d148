"""The averages and the couplings by which a class in a chart is looked up: its own, of the coordinate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from symcat.data.charts.base import Chart, words
from symcat.data.charts.hurdle import ZEROS
from symcat.data.moments import Coordinate, Floats, Moments
from symcat.errors import InvalidData, NoEntry
from symcat.models.averages import LOOKUP
from symcat.models.base import Options
from symcat.models.charts.labels import around
from symcat.models.charts.law import LOG_JACOBIAN
from symcat.models.family import Averages, Family, Stated


def read(
    family: Family,
    chart: Chart,
    label: str,
    given: Mapping[str, Any],
    n: float | Floats | None,
    columns: Sequence[str] | None,
) -> Averages:
    """Those of the class ``label`` of ``family``, of the coordinate, with its ``mean``; and what places the chart.

    With ``n`` also the average of log dx/dy, where it does not follow from these. Raises InvalidData for what is
    missing, and as the family does.
    """
    if chart.leaves_zeros:
        whole = around(chart.name, label)
        raise NoEntry(
            f"{whole} is not looked up: zeros are a share, and the rest has the class {label}.",
            label=whole,
            suggestion=f"Look up {label} by the averages of what is not zero.",
        )
    names = (*chart.places, *([LOG_JACOBIAN] if chart.own_jacobian else []))
    own = {name: value for name, value in given.items() if name in names}
    whole = around(chart.name, label)
    needed = [name for name in names if own.get(name) is None and (name in chart.places or n is not None)]
    if needed:
        raise InvalidData(
            f"lookup({whole!r}) takes {', '.join(names)} beside the averages of the coordinate; missing: "
            f"{', '.join(needed)}."
        )
    stated = family.averages(label, {k: v for k, v in given.items() if k not in names}, n, columns)
    inner = stated.moments
    if isinstance(stated.center, np.ndarray):
        raise InvalidData(
            f"lookup({whole!r}) needs mean= too, the average of {chart.formula}: without it the likelihood of x is not "
            "known."
        )
    numbers = {name: _of_groups(name, value, inner.n_groups) for name, value in own.items()}
    at = np.stack([numbers[name] for name in chart.places], axis=1) if chart.places else np.empty((inner.n_groups, 0))
    unknown = np.full(inner.n_groups, np.nan)
    mean = inner.mean[:, 0]
    coordinate = Coordinate(
        moments=replace(inner, columns=tuple(words(chart, name) for name in inner.columns)),
        at=at,
        log_jacobian=numbers.get(LOG_JACOBIAN, unknown) if chart.own_jacobian else mean,
        outside=np.zeros(inner.n_groups),
    )
    # Of x itself nothing was stated.
    shape = (inner.n_groups, inner.dimension)
    moments = Moments(
        columns=inner.columns,
        count=inner.count,
        origin=np.zeros(shape),
        unit=1.0,
        first=np.full(shape, np.nan),
        second=np.full((*shape, inner.dimension), np.nan),
        charts={chart.name: coordinate},
    )
    return replace(stated, moments=moments)


def stated(
    family: Any, chart: Chart, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options
) -> Stated:
    """The couplings of the class, and what places the chart."""
    whole = around(chart.name, label)
    if not hasattr(family, "stated"):
        raise NoEntry(f"{whole} cannot be stated by its couplings.", label=whole, suggestion="Call solve with rows.")
    beside = (*chart.places, *((ZEROS,) if chart.leaves_zeros else ()))
    missing = [name for name in beside if given.get(name) is None]
    if missing:
        raise InvalidData(
            f"model({whole!r}) takes {', '.join(beside)} beside the couplings; missing: {', '.join(missing)}."
        )
    own = {name: _of_groups(name, given[name], 1)[0] for name in beside}
    found: Stated = family.stated(label, {k: v for k, v in given.items() if k not in beside}, columns, options)
    return replace(found, parameters=found.parameters | {name: np.asarray(value) for name, value in own.items()})


def _of_groups(name: str, value: Any, groups: int) -> Floats:
    """(G,) finite numbers. Raises InvalidData for anything else."""
    try:
        found = np.broadcast_to(np.asarray(value, dtype=np.float64).reshape(-1), (groups,))
    except (TypeError, ValueError) as error:
        raise InvalidData(f"The {LOOKUP.what} {name} is not {groups} number(s): {error}.") from error
    if not np.isfinite(found).all():
        raise InvalidData(f"The {LOOKUP.what} {name} is missing or infinite: state finite numbers.")
    return found
