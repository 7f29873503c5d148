"""Tables of categorical, two-valued and real columns with known effects."""

from __future__ import annotations

from typing import Any

import numpy as np

from symcat import catalogue
from symcat.data.measure import Measured, measure
from symcat.data.moments import Floats
from symcat.data.needs import Needs
from symcat.models.base import Options
from symcat.models.fit import Fit, Observed
from symcat.models.mixed.given_levels import GivenLevels
from symcat.models.weighing import weigh

TOWN = np.array(["Bonn", "Cork", "Oslo", "Pisa"])
EFFECTS = {"town": np.array([-1.0, 0.0, 0.4, 0.6]), "member": np.array([-0.5, 0.5])}


def table(n: int, rng: np.random.Generator, strength: float = 1.0) -> dict[str, Any]:
    """Weight and height given town and membership, which depend on each other."""
    town = rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])
    member = (rng.random(n) < 0.3 + 0.1 * town).astype(int)
    effect = EFFECTS["town"][town] + EFFECTS["member"][member]
    noise = rng.standard_normal((n, 2)) @ np.array([[1.0, 0.6], [0.0, 0.8]])
    return {
        "weight": 70.0 + 4.0 * (strength * effect + noise[:, 0]),
        "town": TOWN[town],
        "height": 1.8 + 0.1 * (noise[:, 1] - 0.5 * strength * effect),
        "member": np.array(["no", "yes"])[member],
    }


def seen(data: Any, **options: Any) -> tuple[Measured, Observed]:
    """What a pass leaves of a table."""
    measured = measure(data, None, lambda schema: Needs(power=6, radius=4, states=True), **options)
    statistics = measured.statistics
    weighted = statistics.weighted_sample if statistics.weighted else None
    return measured, Observed(measured.moments, statistics.sample, statistics.states, weighted)


def encoded(measured: Measured) -> Floats:
    """All rows (m, d)."""
    return np.concatenate(list(measured.rows()))


def fitted(member: type[GivenLevels], data: Any, **options: Any) -> tuple[Any, Fit, Floats]:
    """A class of levels and real columns as it is composed for a table, its fit and the rows."""
    measured, observed = seen(data, **options)
    model = member(measured.schema, Options(), catalogue.default())
    winner = weigh([model], observed, alone=True, rows=measured.masses).winner()
    assert winner is not None
    return winner.model, winner.fit, encoded(measured)
