"""Labels of charts around classes: ``log(z2.quartic)``."""

from __future__ import annotations

import difflib
import re

import numpy as np

from symcat.data.charts import COORDINATES, chart
from symcat.data.charts.base import Chart
from symcat.errors import NoEntry
from symcat.models import registry

_FORM = re.compile(r"\s*(?P<chart>[^()]*?)\s*\((?P<inner>.*)\)\s*", re.DOTALL)


@registry.remembered
def parsed(label: str) -> tuple[Chart, str] | None:
    """The chart and the permanent label of the class in it; None where the label is of no chart.

    Raises NoEntry for a chart or a class that there is not, for a chart of a chart, and for a class of other columns.
    """
    if "(" not in label and ")" not in label:
        return None
    found = _FORM.fullmatch(label)
    if found is None:
        raise NoEntry(f"{label!r} is no label.", label=label, suggestion="Write a chart around one, as log(LABEL).")
    name, inner = found["chart"], found["inner"].strip()
    if name not in COORDINATES and name in _forms_of_others():
        return None
    if name not in COORDINATES:
        near = difflib.get_close_matches(name, COORDINATES, n=1, cutoff=0.5)
        hint = (
            f"Did you mean {near[0]}({inner})?"
            if near
            else f"There are: {', '.join(f'{c}(LABEL)' for c in COORDINATES)}."
        )
        raise NoEntry(f"There is no chart {name!r}.", label=label, suggestion=hint)
    if ("(" in inner or ")" in inner) and not (chart(name).leaves_zeros and _lacks_zero(inner)):
        raise NoEntry(
            f"{label!r} is a chart of a chart, which is not read.",
            label=label,
            suggestion=f"Name one chart around one class, such as {name}(LABEL).",
        )
    known = registry.canonical(inner)
    if registry.kinds_of(known) != {"real"}:
        kinds = " and ".join(sorted(registry.kinds_of(known)))
        raise NoEntry(
            f"A chart is of a class of one real column, and {known} describes {kinds} ones.",
            label=label,
            suggestion=f"Name a class of real columns: {name}(LABEL).",
        )
    return chart(name), known


def _forms_of_others() -> set[str]:
    """What other families write around labels."""
    return {label.partition("(")[0] for label in registry.all_labels() if "(" in label}


def _lacks_zero(label: str) -> bool:
    """Whether a label is of a chart in which zero has no coordinate, and which no numbers place."""
    found = parsed(label)
    return found is not None and not found[0].places and bool(np.isnan(found[0].coordinate(np.zeros(1), np.empty(0))))


def around(name: str, inner: str) -> str:
    """The label of a class in a chart."""
    return f"{name}({inner})"
