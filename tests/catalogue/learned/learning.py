"""Entries whose averages, couplings and cumulants are exact, for the tests of what is learned."""

from __future__ import annotations

import itertools
import math

import numpy as np

from symcat.catalogue.learned import Entry, Terms
from symcat.data.moments import Floats

GRID = np.linspace(-7.0, 7.0, 3001)
QUARTIC, _ = Terms.ordered("z2.quartic", [[2], [4]])
TRIPLE, _ = Terms.ordered(
    "ising.higher",
    [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1], [1, 1, 1, 0]],
    spins=(0, 1, 2, 3),
)


class Exact:
    """The model ``exp(-theta . phi) / Z`` on finitely many points, each the middle of a cell."""

    def __init__(self, terms: Terms, theta: Floats) -> None:
        self.terms, self.theta = terms, np.asarray(theta, dtype=np.float64)
        spins = terms.spins != ()
        points = np.array(list(itertools.product([-1.0, 1.0], repeat=terms.dimension))) if spins else GRID[:, None]
        self.phi = np.prod(points[:, None, :] ** np.array(terms.exponents), axis=2)
        exponent = -self.phi @ self.theta
        weight = np.exp(exponent - exponent.max())
        cell = 1.0 if spins else GRID[1] - GRID[0]
        self.log_partition = math.log(weight.sum() * cell) + float(exponent.max())
        self.weight = weight / weight.sum()
        self.statistics = self.weight @ self.phi
        deviations = self.phi - self.statistics
        self.fisher = (deviations * self.weight[:, None]).T @ deviations
        self.third = np.einsum("n,na,nb,nc->abc", self.weight, deviations, deviations, deviations, optimize=True)

    def entry(self, count: float = 1e4, noise: float = 0.0) -> Entry:
        """The entry of this model, in canonical units."""
        scales = self.terms.scales(self.statistics)
        units = self.terms.units(scales)
        return Entry(
            self.terms,
            count=count,
            statistics=self.statistics / units,
            couplings=self.theta * units,
            noise=np.full(len(units), noise),
            fisher=self.fisher / np.outer(units, units),
            third=self.third / np.einsum("a,b,c->abc", units, units, units),
            n_samples=math.inf,
            log_partition=self.log_partition - float(np.log(scales).sum()),
            log_partition_error=0.0,
        )


def spin(field: float, noise: float = 0.0, padding: int = 0) -> Entry:
    """One spin in a field; ``padding`` characters make its file long."""
    mean = math.tanh(field)
    return Entry(
        Terms("ising.one", ((1,),), (0,)),
        count=100.0,
        statistics=np.array([mean]),
        couplings=np.array([-field]),
        noise=np.array([noise]),
        fisher=np.array([[1.0 - mean**2]]),
        third=np.array([[[-2.0 * mean * (1.0 - mean**2)]]]),
        n_samples=math.inf,
        log_partition=math.log(2.0 * math.cosh(field)),
        log_partition_error=0.0,
        provenance={"padding": "x" * padding},
    )
