"""Evidence against a symmetry as rows come in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.symmetry.betting import Wager
from symcat.symmetry.group import Group
from symcat.symmetry.randomization import orbits

Floats = NDArray[np.float64]


class Monitor:
    """Takes in batches of rows and tells the e-value so far; made by ``SymmetryTest.monitor``.

    Under the symmetry the e-value exceeds 1/alpha at any time with probability alpha at most (Ville 1939), whenever one
    stops.
    """

    def __init__(
        self, wager: Wager, acting: Group, rows_of: Callable[[Any], Floats], standard: Floats, n_rows: int, seed: int
    ) -> None:
        self._wager, self._acting, self._rows_of, self._standard = wager, acting, rows_of, standard
        self._rng = np.random.default_rng([seed, 1])
        self.n_rows = n_rows

    @property
    def e_value(self) -> float:
        """Of all rows so far."""
        return float(np.exp(min(self._wager.log_e_value, 700.0)))

    def update(self, batch: Any) -> float:
        """Takes in rows of the same columns, as they were given to the test, and returns the e-value so far."""
        y = self._rows_of(batch)
        if len(y):
            self._wager.bet(orbits(y, self._acting, self._wager.departures, self._rng, standard=self._standard))
            self.n_rows += len(y)
        return self.e_value
