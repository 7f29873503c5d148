"""The family of the polynomial free energies, of real columns alone and beside two-valued ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData, NoEntry
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, Replay, Stated
from symcat.models.polynomial import replay
from symcat.models.polynomial.exact.polynomial import MOST_BESIDE, MOST_COLUMNS, ExactPolynomial
from symcat.models.polynomial.polynomial import DEGREES, Polynomial
from symcat.models.polynomial.relaxation import RelaxablePolynomial
from symcat.models.polynomial.series.polynomial import MOST_COLUMNS as MOST_IN_SERIES
from symcat.models.polynomial.series.polynomial import SERIES, SeriesPolynomial
from symcat.models.polynomial.wide.polynomial import MOST_COLUMNS as MOST_IN_PAIRS
from symcat.models.polynomial.wide.polynomial import WidePolynomial
from symcat.models.relaxation import Relaxable
from symcat.models.tables import Tables

_KINDS: dict[str, frozenset[Kind]] = {
    "polynomial.quartic": frozenset({"real"}),
    "polynomial.sextic": frozenset({"real"}),
    "mixed.quartic": frozenset({"real", "two-valued"}),
    "mixed.sextic": frozenset({"real", "two-valued"}),
}


class PolynomialFamily:
    """Degrees four and six: asked where no class of averages answers, by integration where that can be done."""

    name = "polynomial"
    labels = tuple(_KINDS)
    entries = labels

    def canonical(self, label: str) -> str | None:
        return label if label in _KINDS else None

    def kinds(self, label: str) -> frozenset[Kind]:
        return _KINDS[label]

    def entry(self, label: str) -> str:
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        return tuple(label for label in _KINDS if _integrable(label, schema) or _in_series(label, schema))

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        if set(schema.kinds) != _KINDS[label]:
            return None
        if len(schema) == 1:
            raise NoEntry(f"{label} is of two columns or more: of one, name {_alone(label)}.", label=label)
        if options.couplings == "pairs" and _in_pairs(label, schema):
            return WidePolynomial(label, schema, options)
        if _in_series(label, schema):
            return SeriesPolynomial(label, schema, options, tables)
        return (ExactPolynomial if _integrable(label, schema) else Polynomial)(label, schema, options)

    def relaxables(self, schema: Schema, options: Options, tables: Tables) -> tuple[Relaxable, ...]:
        """Degree four, then six: of the first that is refused, or leaves the next moments wrong, the next is tried."""
        return tuple(
            RelaxablePolynomial(Polynomial(label, schema, options))
            for label, kinds in _KINDS.items()
            if kinds == set(schema.kinds) and len(schema) > 1
        )

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        raise InvalidData(
            f"{label} has no table to look up: its couplings follow from the averages of its monomials by a search. "
            "Call solve with the rows, or symcat.analog.match_averages with the averages."
        )

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        beside = "two-valued" in self.kinds(label)
        alone = "" if beside else f", or state the couplings of one column to {_alone(label)}"
        raise InvalidData(f"log Z of {label} is not known by a formula of its couplings: call solve with rows{alone}.")

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        yield from replay.run(entry, points, rng)


def _alone(label: str) -> str:
    """The class of one real column with the same free energy."""
    return f"scalar.{label.partition('.')[2]}"


def _integrable(label: str, schema: Schema) -> bool:
    """Whether such a polynomial can be integrated over its real columns, and summed over the others."""
    if set(schema.kinds) != _KINDS[label]:
        return False
    real, beside = len(schema.at("real")), len(schema.at("two-valued"))
    if not beside:
        return 1 < real <= MOST_COLUMNS
    return beside <= MOST_BESIDE[DEGREES[label.partition(".")[2]]].get(real, 0)


def _in_series(label: str, schema: Schema) -> bool:
    """Whether the couplings follow from the catalogue's series, where they do at all."""
    return label == SERIES and schema.only("real") and MOST_COLUMNS < len(schema) <= MOST_IN_SERIES


def _in_pairs(label: str, schema: Schema) -> bool:
    """Whether there are more columns than the series takes, whose terms of one and two columns are fitted."""
    return label == SERIES and schema.only("real") and MOST_IN_SERIES < len(schema) <= MOST_IN_PAIRS


FAMILY = PolynomialFamily()
