"""The search for mixtures on a line, among cells of the rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from symcat.models.hidden.em import climbed, fitted_shares
from symcat.models.hidden.mixture import Cells, Mixture
from symcat.models.hidden.newton import NEARLY, maximum, slope_at
from symcat.models.hidden.resolution import fewest_rows

_SHORT = 12  # steps of EM that rank the starts
_SPLIT = 1.5  # of the narrowest spread, above which a component may be two


@dataclass(frozen=True)
class LineSearch:
    """Of ``count`` rows, in coarse and in fine cells, with components no narrower than ``narrowest``."""

    coarse: Cells
    fine: Cells
    narrowest: float
    count: float
    dimension: int = 1

    @property
    def most(self) -> int:
        """Components that the rows and their distinct values allow."""
        return int(min(self.count / fewest_rows(1), len(self.fine.values) / 2))

    def single(self) -> tuple[Mixture, float]:
        """One Gaussian."""
        cells = self.fine
        mean = cells.counts @ cells.values / cells.total
        square = cells.counts @ ((cells.values - mean) ** 2 + (0.0 if cells.within is None else cells.within))
        spread = max(math.sqrt(square / cells.total), self.narrowest)
        found = Mixture(np.ones(1), np.array([mean]), np.array([spread]))
        return found, slope_at(found, [cells.piece]).value

    def starts(self, latest: Mixture, size: int) -> list[Mixture]:
        """Each component in two, side by side, and one within the other, but for those that are as narrow as can be;
        and shares of equal size."""
        out = []
        for k in np.flatnonzero(latest.spreads > _SPLIT * self.narrowest):
            for apart, spreads in ((0.8, (0.6, 0.6)), (0.0, (0.4, 1.4))):
                w, m, s = latest.weights[k], latest.means[k], latest.spreads[k]
                weights = np.append(np.delete(latest.weights, k), [0.5 * w, 0.5 * w])
                means = np.append(np.delete(latest.means, k), [m - apart * s, m + apart * s])
                own = np.append(np.delete(latest.spreads, k), [s * f for f in spreads])
                out.append(Mixture(weights, means, np.maximum(own, self.narrowest)))
        return [*out, fitted_shares(self.coarse, size)]

    def climbed(self, starts: list[Mixture]) -> list[tuple[float, Mixture]]:
        """After a few steps of EM."""
        return climbed(starts, self.coarse, self.narrowest, _SHORT)

    def maximum(self, start: Mixture, *, fine: bool) -> tuple[Mixture, float] | None:
        """Nearly."""
        found = maximum(start, [(self.fine if fine else self.coarse).piece], self.narrowest, NEARLY)
        return None if found is None else (found[0], found[1].value)

    def admissible(self, mixture: Mixture) -> bool:
        """Whether every component holds rows enough."""
        return bool((mixture.weights * self.count >= fewest_rows(1)).all())
