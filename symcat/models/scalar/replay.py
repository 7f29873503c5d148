"""Data checks of the polynomials of one column that a user can repeat: couplings -> averages -> the same couplings."""

from __future__ import annotations

from collections.abc import Iterator
from math import factorial

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.family import Replay
from symcat.models.scalar import averages
from symcat.models.scalar.even import EvenPolynomial
from symcat.models.scalar.general import GeneralPolynomial
from symcat.models.scalar.labels import NAMES, is_even, orders
from symcat.models.scalar.law import PolynomialLaw

Floats = NDArray[np.float64]

BOUND = 1e-8


def random_couplings(label: str, rng: np.random.Generator) -> dict[str, Floats]:
    """Of wells that are not far apart: in ``F = sum a_k (y / 2)^k`` the last a is 2 or more, the others near 1."""
    a = {k: rng.normal() for k in orders(label)}
    a[max(a)] = 2.0 + abs(rng.normal())
    return {NAMES[k]: np.array(value * factorial(k) / 2.0**k) for k, value in a.items()} | {"mean": rng.normal(size=1)}


def replay(entry: str, points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """Random couplings, their averages by Gauss's rule, back by the search."""
    model = (EvenPolynomial if is_even(entry) else GeneralPolynomial)(entry, Schema.real(["x"]))
    back, log_z = [], []
    for _ in range(points):
        couplings = random_couplings(entry, rng)
        law = PolynomialLaw(entry, couplings)
        stated = averages.read(entry, dict(law.averages), None, None)
        fit = model.fit(stated.moments, stated.center)
        if not fit.answered[0]:
            back.append(np.inf)
            continue
        # Written about the mean, the couplings are others: what they say of the column is compared.
        again = PolynomialLaw(entry, {name: value[0] for name, value in fit.parameters.items()})
        x = law.ppf(np.linspace(0.02, 0.98, 25))
        back.append(float(np.abs(again.cdf(x) - law.cdf(x)).max()))
        log_z.append(abs(again.line.log_partition - float(fit.log_partition[0])))
    yield Replay("random couplings, their averages by quadrature, and back", points, float(np.max(back)), BOUND)
    yield Replay("log Z by quadrature", points, float(np.max(log_z, initial=0.0)), BOUND)
