"""What every family offers: which classes it has, how they are made, looked up and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from symcat.data.moments import Moments
from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData
from symcat.models.base import Center, Floats, Model, Options
from symcat.models.tables import Tables


@dataclass(frozen=True)
class Replay:
    """One data check that a user can repeat: what was recomputed, at how many points, and the largest residual."""

    check: str
    points: int
    residual: float
    bound: float


@dataclass(frozen=True)
class Averages:
    """Averages that a user stated by name, as the moments that a class reads."""

    moments: Moments
    schema: Schema
    batch: bool  # whether they were arrays with a leading axis of groups
    center: Center = None  # what they were taken about: the mean where it was stated, else a known point
    faults: Mapping[int, str] = field(default_factory=dict)  # group -> why no rows have its averages


@dataclass(frozen=True)
class Stated:
    """Couplings that a user stated by name, of one group; those left out filled in."""

    schema: Schema
    parameters: dict[str, Floats]


def fitted_to_rows(label: str, cure: str) -> InvalidData:
    """Why there are no averages to look a class up by, and what to do instead."""
    return InvalidData(f"{label} is fitted to rows, so there are no averages to look it up by: {cure}.")


class Family(Protocol):
    """The classes of one folder of ``models``. A family is found by its folder, or registered.

    One whose couplings can be stated also has ``stated(label, given, columns, options) -> Stated``, which reads them.
    One whose labels are written around those of others also has ``words(label) -> dict[str, str]``, what a label says
    beyond its entry, and ``forms() -> list[tuple[str, str, str]]``: labels with ``LABEL`` in them, titles and domains.
    One with classes of a categorical target alone names these in ``of_levels``; one with classes of rows in order of
    time in ``of_series``: these are no candidates, and weighed beside them where that order is declared.
    """

    name: str
    labels: tuple[str, ...]  # of all members in the order to be listed; ``o{N}.quartic`` stands for one of each N
    entries: tuple[str, ...]  # its folders of the catalogue

    def canonical(self, label: str) -> str | None:
        """The permanent label that ``label`` stands for, None if it is not of this family."""

    def kinds(self, label: str) -> frozenset[Kind]:
        """The kinds of column that a member describes: columns are read so where only it is asked for."""

    def entry(self, label: str) -> str:
        """The folder of the catalogue that answers for a member."""

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        """The distinct members that describe these columns and are weighed where none is named."""

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        """A member for these columns; None where it does not describe them."""

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        """The averages that ``lookup`` was given by name, ``averages="binary"`` among them where these are of 0 and 1.

        InvalidData for missing or unknown ones, and for impossible ones of a single table; of a batch these are among
        the ``faults``.
        """

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        """Data checks of an entry: parameters read at random points against sums that know no table, and whether the
        table spans its coverage."""


class OneColumnFamily:
    """What families of classes of one real column have alike: each says its labels, and makes its classes."""

    labels: tuple[str, ...]

    @property
    def entries(self) -> tuple[str, ...]:
        """One of the catalogue for each."""
        return self.labels

    def canonical(self, label: str) -> str | None:
        """Each label stands for itself."""
        return label if label in self.labels else None

    def kinds(self, label: str) -> frozenset[Kind]:
        """Real columns."""
        return frozenset({"real"})

    def entry(self, label: str) -> str:
        """The label."""
        return label

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        """All of them, of one real column."""
        return self.labels if schema.only("real") and len(schema) == 1 else ()

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        """A member for one real column."""
        return self.made(label, schema, tables) if self.candidates(schema) else None

    def made(self, label: str, schema: Schema, tables: Tables) -> Model:
        """The class of a label for one real column."""
        raise NotImplementedError
