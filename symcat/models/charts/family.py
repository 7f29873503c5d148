"""All charts around all classes of one real column, as a family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.charts import CHARTS, COORDINATES
from symcat.data.charts.base import Chart, words
from symcat.data.schema import Kind, Schema
from symcat.errors import NoEntry
from symcat.models import registry
from symcat.models.base import Floats, Model, Options
from symcat.models.charts import averages
from symcat.models.charts.hurdle import hurdle
from symcat.models.charts.labels import around, parsed
from symcat.models.charts.rows import charted
from symcat.models.family import Averages, Replay, Stated
from symcat.models.tables import Tables

CANDIDATES = (
    "log(gaussian.full)",
    "log(z2.quartic)",
    "log(scalar.quartic)",
    "log(scalar.sextic)",
    "asinh(scalar.quartic)",
    "asinh(scalar.sextic)",
    "hurdle(exponential.scalar)",
    "hurdle(gamma.scalar)",
    "hurdle(beta.scalar)",
    "hurdle(log(gaussian.full))",
    "hurdle(log(scalar.quartic))",
    "hurdle(log(scalar.sextic))",
    "hurdle(scalar.quartic)",
    "hurdle(scalar.sextic)",
    "hurdle(scalar.octic)",
)
"""What is weighed of one real column where no class is named."""


class Charts:
    """``chart(label)`` for every class of one real column; the entry of the catalogue is that of the class."""

    name = "charts"
    entries: tuple[str, ...] = ()

    labels = tuple(around(name, inner) for name in CHARTS for inner in ("gaussian.full", "z2.quartic"))
    """As examples: there is one for every chart and every class of one real column."""

    def canonical(self, label: str) -> str | None:
        """NoEntry says what is wrong with a label of a chart that cannot be read."""
        found = parsed(label)
        return None if found is None else around(found[0].name, found[1])

    def kinds(self, label: str) -> frozenset[Kind]:
        return frozenset({"real"})

    def entry(self, label: str) -> str:
        return registry.entry_of(_parts(label)[1])

    def words(self, label: str) -> dict[str, str]:
        """What the label says beyond its entry."""
        chart, inner = _parts(label)
        said = {
            "label": label,
            "chart": f"y = {chart.formula}, for {chart.purpose}",
            "class of y": inner,
            "density": f"exp(-F) / Z of x, with F that of {inner} at y, and + {chart.jacobian}",
        }
        return said | ({"fixed": chart.rule} if chart.rule else {})

    def forms(self) -> list[tuple[str, str, str]]:
        """The forms of its labels, each with a title and the columns it is for."""
        return [
            (around(chart.name, "LABEL"), f"a class of one real column, of {chart.formula}", chart.purpose)
            for chart in COORDINATES.values()
        ]

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        return CANDIDATES if len(schema) == 1 and schema.only("real") else ()

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        if len(schema) != 1 or not schema.only("real"):
            return None
        chart, inner = _parts(label)
        coordinate = Schema.real([words(chart, schema.columns[0])])
        found = registry.family_of(inner).model(inner, coordinate, options, tables)
        if found is not None and found.measure == "values":
            raise NoEntry(
                f"A chart is of a density, and {inner} has none: it gives whole numbers their probabilities.",
                label=label,
                suggestion=f"Name {inner} itself, or a class of a density.",
            )
        if found is None:
            return None
        return hurdle(schema, found) if chart.leaves_zeros else charted(schema, chart, found)

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        chart, inner = _parts(label)
        return averages.read(registry.family_of(inner), chart, inner, given, n, columns)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        chart, inner = _parts(label)
        return averages.stated(registry.family_of(inner), chart, inner, given, columns, options)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        """No entry of its own."""
        return iter(())


def _parts(label: str) -> tuple[Chart, str]:
    found = parsed(label)
    assert found is not None
    return found
