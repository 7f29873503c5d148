"""Classes whose couplings follow from averages by no formula, sum or table: the problem a strategy solves for them.

Such a class states its problem as an exponential family, ``F = sum_a theta_a T_a`` with averages of the T that the
couplings theta must reproduce. A strategy that finds them, however it does, hands back an ``Estimate``, of which the
class makes a fit like any other. So strategies name no class, and classes no strategy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Center, Floats, Model, Options
from symcat.models.fit import Fit, Observed, Source
from symcat.models.registry import families
from symcat.models.tables import Tables
from symcat.symmetry.groups import Symmetry
from symcat.symmetry.invariance import Invariant, most_symmetric
from symcat.symmetry.sufficient_statistics import SufficientStatistics

MOST_HELD = 1 << 27
"""Numbers held to measure averages that the one pass does not keep."""


@dataclass(frozen=True)
class Refusal:
    """Why there is no problem, or no answer to it, in words."""

    reason: str


@dataclass(frozen=True)
class ExponentialFamily:
    """Statistics T, their averages (K,) over ``count`` rows, and their covariance (K, K) in these where it is known.

    ``label`` is that of the class, ``symmetry`` the group whose invariants the T are. ``start`` (K,) are couplings near
    the answer, where a formula has some.
    """

    label: str
    statistics: SufficientStatistics
    averages: Floats
    count: float
    covariance: Floats | None = None
    symmetry: Symmetry = "none"
    start: Floats | None = None


@dataclass(frozen=True)
class Estimate:
    """Couplings (K,) of an exponential family, from whoever found them, with how far they can be trusted.

    ``standard_errors`` hold what the rows leave open and what the search added, ``search_errors`` the latter alone.
    ``row_covariance`` (K, K) is that of couplings fitted to one row, the inverse of Fisher's matrix.
    ``normalised_error`` is the root mean square of the differences between the averages of the model and of the data,
    in units of their standard deviations.
    """

    couplings: Floats
    standard_errors: Floats
    search_errors: Floats
    row_covariance: Floats
    log_partition: float
    log_partition_error: float
    normalised_error: float
    detail: str
    source: Source


@dataclass(frozen=True)
class Agreement:
    """Whether the averages that couplings imply are those of the data, as measured anew."""

    normalised_error: float
    accepted: bool
    detail: str


class Dataset:
    """What is known of a table for which no class has an answer; rows are read once, when they are first wanted."""

    def __init__(
        self,
        schema: Schema,
        observed: Observed,
        center: Center,
        refused: Mapping[str, Fit],
        read: Callable[[], Iterable[Floats]],
        *,
        everything: bool = True,
    ) -> None:
        self.schema, self.observed, self.center = schema, observed, center
        self.refused = refused  # the fits that were weighed and not taken, by label
        self.everything = everything  # whether ``read`` gives all rows, not a sample of them
        self._read = read

    @cached_property
    def rows(self) -> Floats | Refusal:
        """(n, d) all complete encoded rows, unless they are too many to be held."""
        parts, held = [], 0
        for batch in self._read():
            parts.append(batch)
            held += batch.size
            if held > MOST_HELD:
                return Refusal(f"the rows hold more than {MOST_HELD:,} numbers: pass a sample of them")
        return np.concatenate(parts)

    @property
    def center_known(self) -> bool:
        """Whether the point about which the columns may be symmetric was given."""
        return self.center is not None and not isinstance(self.center, str)

    @cached_property
    def spread(self) -> Floats:
        """(d,) standard deviations; 1 of two-valued columns."""
        moments = self.observed.moments.centred
        spread: Floats = np.sqrt(np.diagonal(moments.second[0])) * moments.unit
        return np.where(self.schema.mask("two-valued"), 1.0, spread)

    @cached_property
    def invariant(self) -> Invariant | Refusal:
        """The most symmetric group that the rows do not rule out, which is none beside two-valued columns."""
        two_valued = self.schema.mask("two-valued")
        mean = np.asarray(self.center) if self.center_known else self.observed.moments.mean[0]
        if two_valued.any():
            return Invariant.nothing(np.where(two_valued, 0.0, mean), self.spread)
        rows = self.rows
        return rows if isinstance(rows, Refusal) else most_symmetric(rows, mean, self.spread, self.center_known)


class Relaxation(Protocol):
    """The problem of one class and one table."""

    @property
    def model(self) -> Model:
        """The class."""

    @property
    def family(self) -> ExponentialFamily:
        """What the couplings must reproduce."""

    @property
    def integrable(self) -> bool:
        """Whether log Z is had by quadrature, so that no strategy need find it."""

    @property
    def words(self) -> str:
        """What a reader is told of the problem, or nothing."""

    def log_partition(self, couplings: Floats) -> float:
        """log Z by quadrature in the columns of the family, where it is integrable."""

    def draw(self, couplings: Floats, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent rows of the model, in the columns of the family."""

    def agreement(self, couplings: Floats, drawn: Floats) -> Agreement:
        """The averages that couplings imply against those of the data; ``drawn`` are rows of the model."""

    def parameters(self, couplings: Floats) -> dict[str, Floats]:
        """The couplings (K,) as the parameters of a fit of a batch of one, in the units of the data."""

    def fit(self, estimate: Estimate, drawn: Floats) -> Fit:
        """The fit of a batch of one, in the units of the data; ``drawn`` are rows of the model."""


class Relaxable(Protocol):
    """A class for the columns of one schema that may state its problem."""

    @property
    def model(self) -> Model:
        """The class."""

    def relaxation(self, dataset: Dataset) -> Relaxation | Refusal:
        """The problem, or why the class is not for such a table."""


def relaxables(schema: Schema, options: Options, tables: Tables) -> tuple[Relaxable, ...]:
    """The classes for these columns that can state a problem, in the order in which they are to be tried.

    They are those of the families that have a method ``relaxables`` of the same arguments.
    """
    return tuple(
        relaxable
        for family in families()
        if hasattr(family, "relaxables")
        for relaxable in family.relaxables(schema, options, tables)
    )


def agreement(
    family: ExponentialFamily, averages: Floats, covariance: Floats, how: str, drawn: float = math.inf
) -> Agreement:
    """Averages (K,) that a model implies against those of the data, of which the covariance must be known too.

    ``covariance`` (K, K) is that of the statistics in the model, ``drawn`` the independent rows that the averages are
    over, if they are not exact. Differences count in the errors that the data leave, and in those that the model itself
    would: where it does not hold the two are far apart, and averages that the data hardly determine, such as high
    powers of a heavy tail, may be missed by much of the likelihood. The larger is the normalised error.
    """
    assert family.covariance is not None
    of_data, noise = family.covariance / family.count, covariance / drawn
    of_model = covariance / family.count
    difference = averages - family.averages
    error, accepted = 0.0, True
    for variance in (of_data, of_model):
        found, small = _error(difference, variance, noise)
        error, accepted = max(error, found), accepted and small
    return Agreement(error, accepted, f"normalised error {error:.3g} by {how}")


def _error(difference: Floats, variance: Floats, noise: Floats) -> tuple[float, bool]:
    """The normalised error of K differences, and whether it is below 1 but for the noise (K, K) of the implied side.

    Compared are single statistics and their uncorrelated combinations, whichever is worse, with the errors of both
    sides. Noise makes no answer look better: with its share r of the variance (K, K), a mean squared bias of b
    variances gives ``(b + r) / (1 + r)``, of which b must be below 1 within three of its standard deviations.
    """
    k = len(difference)
    total = variance + noise
    size = np.sqrt(np.diagonal(total))
    value, vector = np.linalg.eigh(total / np.outer(size, size))
    along = vector.T @ (difference / size)
    free = value > np.finfo(float).eps * k * value[-1]
    error = float(max(np.mean((difference / size) ** 2), (along[free] ** 2 / value[free]).mean()))
    share = float(np.mean(np.diagonal(noise) / np.diagonal(variance)))
    bias = (1.0 + share) * error - share
    return float(np.sqrt(error)), bool(bias < 1.0 + 3.0 * np.sqrt(2.0 / k) * share)
