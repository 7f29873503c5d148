"""The quartic of one column without symmetry: read from the catalogue, and found by Newton where the table ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.fit import Source
from symcat.models.patches import Patches
from symcat.models.scalar import newton, quartic_table, reduced
from symcat.models.scalar.checks import FEWEST
from symcat.models.scalar.general import GeneralPolynomial
from symcat.models.scalar.kernels import ANSWERED, ENDED, FEWEST_IN_A_HUMP, NEAR_GAUSSIAN, OUT_OF_REACH
from symcat.models.scalar.newton import Found
from symcat.models.scalar.polynomial import deviation_of, too_few
from symcat.models.scalar.quartic_errors import variances
from symcat.models.scalar.quartic_hump import second_hump
from symcat.models.scalar.quartic_reach import out_of_reach
from symcat.models.scalar.quartic_table import FAR, Reading, read
from symcat.models.scalar.quartic_window import window
from symcat.models.tables import Tables

Floats = NDArray[np.float64]

_POINTS = 401.0
"""Of the sums over a grid that the checks take: their error falls geometrically."""
_POINTS_OF_A_START = 129.0
_WITHIN = 1.0 - 1e-9


@dataclass(frozen=True)
class Read(Found):
    """What the table says, as a search would say it, and the errors (G, 5) that follow from its slopes."""

    errors: Floats


class TabulatedQuartic(GeneralPolynomial):
    """``scalar.quartic``."""

    by_group = True

    def __init__(self, label: str, schema: Schema, tables: Tables) -> None:
        super().__init__(label, schema)
        self._tables = tables

    @cached_property
    def patches(self) -> Patches:
        """The table, read when it is first wanted."""
        found = self._tables.table(self.label).patches
        assert found is not None
        return found

    def _found(self, about: Moments) -> tuple[Found, Source]:
        """From the table where it reaches, but where too few rows are in a second hump: what that is, Newton says."""
        averages, count = self._averages(about, deviation_of(about)), about.count
        reading = read(self.patches, averages[:, 3], averages[:, 4])
        found = _record(reading, averages, count)
        rows = np.where(np.isfinite(count), count, newton.ROWS_NOT_STATED)
        mass = found.seen[:, 2]
        weak = reading.reason == quartic_table.NEAR_GAUSSIAN
        for values in (found.theta, found.log_z, found.error, found.errors):
            values[weak] = np.nan
        found.code[weak] = NEAR_GAUSSIAN
        apart = ~weak & ((reading.reason != 0) | (rows * mass < FEWEST_IN_A_HUMP))
        far = apart & out_of_reach(averages[:, 3], averages[:, 4], rows)
        if far.any():
            for values in (found.theta, found.log_z, found.error, found.errors):
                values[far] = np.nan
            found.code[far] = OUT_OF_REACH
        sought = apart & ~far & ~too_few(count, self.degree)
        if sought.any():
            others = newton.search(
                averages[sought],
                count[sought],
                even=False,
                start=self._nearest(averages[sought], reading.reason[sought]),
            )
            for name in ("theta", "log_z", "error", "grid", "seen", "code"):
                getattr(found, name)[sought] = getattr(others, name)
            found.errors[sought] = super()._errors(others)
        return found, "exact" if apart.all() else "catalogue"

    def least_bic(self, moments: Moments) -> Floats:
        """Above the table: at one skewness the entropy of the maximum does not fall with the kurtosis, as its slope is
        u / 24, and where the table ends it is known."""
        about = moments.centred
        deviation = deviation_of(about)
        averages, out = self._averages(about, deviation), np.full(len(about.count), -np.inf)
        skewness = averages[:, 3]
        with np.errstate(invalid="ignore"):
            far = np.flatnonzero(averages[:, 4] > reduced.kurtosis_at(np.abs(skewness), reduced.MOST))
        edge = read(self.patches, skewness[far], reduced.kurtosis_at(skewness[far], _WITHIN * reduced.MOST))
        entropy = edge.entropy + np.log(deviation[far] * about.unit)
        known = edge.reason == 0
        out[far[known]] = (2.0 * about.count[far] * entropy + self.degree * np.log(about.count[far]))[known]
        return out

    def _nearest(self, averages: Floats, reason: NDArray[np.int8]) -> Found:
        """Where the table ends at the same skewness, for groups of a higher kurtosis."""
        skewness, far = averages[:, 3], np.flatnonzero(reason == FAR)
        edge = read(self.patches, skewness[far], reduced.kurtosis_at(skewness[far], _WITHIN * reduced.MOST))
        found = newton.empty(averages)
        found.code[:] = OUT_OF_REACH
        found.code[far[edge.reason == 0]] = ANSWERED
        found.theta[far] = _theta(edge)
        found.grid[far] = _grid(edge, _POINTS_OF_A_START)
        return found

    def _errors(self, found: Found) -> Floats:
        """From the slopes of the table."""
        assert isinstance(found, Read)
        return found.errors


def _record(reading: Reading, averages: Floats, count: Floats) -> Read:
    groups, mass = len(count), second_hump(reading.h, reading.r, reading.g, reading.u, reading.log_z)
    seen, grid = np.full((groups, 3), np.nan), np.full((groups, 3), np.nan)
    seen[:, 2] = np.where(mass > 0.0, mass, np.nan)
    # Only checks and influences sum over a grid: the former of rows enough, the latter of a batch of one.
    summed = ~(count < FEWEST) | (groups == 1)
    if summed.any():
        grid[summed] = _grid(reading, _POINTS)[summed]
    of_couplings = variances(reading, averages[:, 3], averages[:, 4])
    return Read(
        theta=_theta(reading),
        log_z=reading.log_z,
        error=np.zeros(groups),
        grid=grid,
        seen=seen,
        code=np.full(groups, ANSWERED),
        errors=np.sqrt(np.vstack([np.ones((1, groups)), of_couplings])).T.copy(),
    )


def _theta(reading: Reading) -> Floats:
    h, r, g, u = reading.h, reading.r, reading.g, reading.u
    return np.stack([np.zeros_like(h), h, r / 2.0, g / 6.0, u / 24.0], axis=1)


def _grid(reading: Reading, points: float) -> Floats:
    lo, hi = window(reading.h, reading.r, reading.g, reading.u, ENDED)
    return np.stack([lo, hi, np.full_like(lo, points)], axis=1)
