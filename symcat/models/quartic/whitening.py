"""The maximum of the likelihood of an elliptical quartic: centre, linear map and shape, from all rows.

In coordinates ``y = L^-1 (x - c)`` the law is that of the radial quartic, so that of a map L its shape and scale are
read from the table at ``<q>`` and ``<q^2>``, ``q = |y|^2``. What is left, the centre and the part of L without trace,
is found by Fisher's scoring: with ``w = r + u q / 6`` the slopes are ``<w y>`` and ``<w y y'> / 2`` less its trace, and
by symmetry (Schur's lemma) the information is a number for each, ``<w^2 q> / N`` and ``<w^2 q^2> / (2 N (N + 2))``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.quartic import radial
from symcat.models.tables import Table

Floats = NDArray[np.float64]

Batches = Iterable[tuple[Floats, Floats]]

_ROUNDS, _HALVINGS = 200, 30
_DONE = 1e-14  # nats a row that a further step promises
_LARGEST = 0.5  # of a step of the log of the map, or of the centre in its units


@dataclass(frozen=True)
class Place:
    """A centre (N,) and a map (N, N) from coordinates y to those of the rows, with what the rows say there."""

    center: Floats
    map: Floats
    sums: Sums
    reading: radial.Reading

    @property
    def scale(self) -> float:
        """Variance of each y."""
        return self.sums.q[1] / len(self.center)

    @property
    def kurtosis(self) -> float:
        """``<q^2> / <q>^2``."""
        return self.sums.q[2] / self.sums.q[1] ** 2

    @property
    def covariance(self) -> Floats:
        """(N, N) of the rows under the law."""
        return np.asarray(self.scale * self.map @ self.map.T)

    @property
    def value(self) -> float:
        """The log-likelihood of a row."""
        n = len(self.center)
        return -float(self.reading.entropy[0] + 0.5 * n * np.log(self.scale) + np.linalg.slogdet(self.map)[1])


@dataclass(frozen=True)
class Sums:
    """Averages over the rows in coordinates y: of ``q^k``, ``q^k y`` and ``q^k y y'``."""

    q: tuple[float, ...]  # k = 0 to 4
    first: tuple[Floats, Floats]
    second: tuple[Floats, Floats]

    @classmethod
    def of(cls, rows: Batches, center: Floats, linear: Floats) -> Sums:
        n = len(center)
        inverse = np.linalg.inv(linear)
        powers, first, second = np.zeros(5), np.zeros((2, n)), np.zeros((2, n, n))
        for x, times in rows:
            y = (x - center) @ inverse.T
            q = (y * y).sum(axis=1)
            powers += [float(times @ q**k) for k in range(5)]
            for k, weight in enumerate((times, times * q)):
                first[k] += weight @ y
                second[k] += (y * weight[:, None]).T @ y
        count = powers[0]
        return cls(
            tuple((powers / count).tolist()),
            (first[0] / count, first[1] / count),
            (second[0] / count, second[1] / count),
        )


def found(rows: Batches, mean: Floats, covariance: Floats, table: Table) -> Place | str:
    """The maximum of the likelihood of rows with what each counts, from their mean and covariance; in words why there
    is none."""
    n = len(mean)
    here = _placed(rows, mean, np.asarray(np.linalg.cholesky(covariance), dtype=np.float64), table)
    why = _outside(here, table)
    if why:
        return why
    for _ in range(_ROUNDS):
        clock.check()
        shift, change, promised = _step(here)
        if promised < _DONE:
            return here
        size = max(float(np.abs(shift).max()), float(np.abs(change).max()))
        share = min(1.0, _LARGEST / size)
        for _ in range(_HALVINGS):
            values, vectors = np.linalg.eigh(share * change)
            grown: Floats = (vectors * np.exp(0.5 * values)) @ vectors.T
            other = _placed(rows, here.center + here.map @ (share * shift), here.map @ grown, table)
            if not _outside(other, table) and other.value >= here.value - 1e-13 * n:
                break
            share *= 0.5
        else:
            return here if promised < 1e-9 else "the search for the maximum of the likelihood came to no end"
        here = other
    return "the search for the maximum of the likelihood came to no end"


def _placed(rows: Batches, center: Floats, linear: Floats, table: Table) -> Place:
    sums = Sums.of(rows, center, linear)
    kurtosis = np.array([sums.q[2] / sums.q[1] ** 2])
    return Place(center, linear, sums, radial.read(table, len(center), kurtosis))


def _outside(place: Place, table: Table) -> str:
    """Why the table has no such kurtosis; empty where it has."""
    limit = radial.gaussian_kurtosis(len(place.center))
    if place.kurtosis >= limit:
        return (
            f"the kurtosis of the whitened rows is {place.kurtosis:.5g}, at or above {limit:.6g}, the Gaussian's, "
            "where no normalisable quartic has these moments"
        )
    if not table.lo <= place.kurtosis <= table.hi:
        side = table.below if place.kurtosis < table.lo else table.above
        return f"the kurtosis of the whitened rows, {place.kurtosis:.9g}, is beyond the table: {side}"
    return ""


def information(place: Place) -> tuple[float, float]:
    """Of a row, for a shift along one y, and for a change of the map's log by a matrix of norm one without trace."""
    n, (_, q1, q2, q3, q4) = len(place.center), place.sums.q
    r, u = float(place.reading.r[0]) / place.scale, float(place.reading.u[0]) / place.scale**2 / 6.0
    shifted = (r * r * q1 + 2.0 * r * u * q2 + u * u * q3) / n
    deformed = (r * r * q2 + 2.0 * r * u * q3 + u * u * q4) / (2.0 * n * (n + 2.0))
    return shifted, deformed


def _step(place: Place) -> tuple[Floats, Floats, float]:
    """Of the centre in units of y, of the map's log, and the nats a row that both promise."""
    r, u = float(place.reading.r[0]) / place.scale, float(place.reading.u[0]) / place.scale**2 / 6.0
    slope = r * place.sums.first[0] + u * place.sums.first[1]
    pulled = r * place.sums.second[0] + u * place.sums.second[1]
    pulled = 0.5 * (pulled - np.eye(len(pulled)) * np.trace(pulled) / len(pulled))
    shifted, deformed = information(place)
    shift, change = slope / shifted, pulled / deformed
    return shift, change, 0.5 * float(slope @ shift + (pulled * change).sum())
