"""``ising.independent``: no couplings; every column is a coin of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Entry, Facts, Parameters
from symcat.models.ising import existence
from symcat.models.ising.couplings import Couplings
from symcat.models.ising.fisher import FisherIsing
from symcat.models.ising.law import Sums
from symcat.models.ising.newton import Maximum
from symcat.models.ising.spins import PairAverages, field_entries

Floats = NDArray[np.float64]


class Independent(FisherIsing):
    """``F = - sum_i h_i s_i``, so ``h_i = atanh <s_i>``."""

    label = "ising.independent"
    facts = Facts("Ising, independent columns", "none of the fields; no couplings")
    terms: ClassVar[Mapping[str, str]] = {"h": "h_i s_i"}
    independent = True

    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        return mean

    def maximise(self, target: Floats) -> Maximum:
        theta = np.arctanh(target)
        log_z = np.logaddexp(theta, -theta).sum(axis=1)
        return Maximum(theta, log_z, _diagonal(1.0 - target**2))

    def at_boundary(self, mean: Floats, pair: Floats, count: Floats) -> NDArray[np.bool_]:
        return np.asarray(existence.constant(mean, count).any(axis=1), dtype=bool)

    def arrange(self, theta: Floats) -> dict[str, Floats]:
        return {"h": theta}

    def flatten(self, parameters: Mapping[str, Floats]) -> Floats:
        h = parameters["h"]
        return h.reshape(len(h), -1)

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        return field_entries(self.dimension)

    def couplings(self, theta: Floats) -> Couplings:
        return Couplings(theta, np.zeros((self.dimension, self.dimension)), np.empty(0))

    def implied(self, theta: Floats) -> PairAverages:
        mean = np.tanh(theta)
        return PairAverages(mean, mean[:, :, None] * mean[:, None, :] + _diagonal(1.0 - mean**2))

    def sums(self, theta: Floats) -> Sums:
        mean = np.tanh(theta)
        return Sums(float(np.logaddexp(theta, -theta).sum()), float(theta @ mean), mean)

    @property
    def binary(self) -> Floats:
        return 2.0 * np.eye(self.dimension)

    @property
    def all_down(self) -> Floats:
        return -np.ones(self.dimension)

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        up = 0.5 * (1.0 + np.tanh(self.theta_of(parameters)))
        return np.where(rng.random((n, self.dimension)) < up, 1.0, -1.0)


def _diagonal(values: Floats) -> Floats:
    out = np.zeros((*values.shape, values.shape[1]))
    place = np.arange(values.shape[1])
    out[:, place, place] = values
    return out
