"""A law of whole numbers spread evenly: of each value the probability is that of all within half of it.

So a column of counts has shares below that are uniform, once its rows are spread likewise: randomised quantile
residuals (Dunn & Smyth 1996, J. Comput. Graph. Stat. 5:236).
"""

from __future__ import annotations

import numpy as np

from symcat.models.base import Floats
from symcat.models.law import Law


class Spread(Law):
    """Of a law of whole numbers."""

    def __init__(self, law: Law) -> None:
        super().__init__(law.label)
        self.law = law

    def cdf(self, x: Floats) -> Floats:
        whole = np.rint(x)
        below = self.law.cdf(whole - 1.0)
        found: Floats = below + (x - whole + 0.5) * (self.law.cdf(whole) - below)
        return found


def spread_rows(rows: Floats, columns: list[int], rng: np.random.Generator) -> Floats:
    """(m, d) rows, those of some columns by up to a half."""
    out = rows.copy()
    out[:, columns] += rng.random((len(rows), len(columns))) - 0.5
    return out
