"""The evidence for a group of permutations of Gaussian columns: the likelihood averaged over invariant covariances.

With the prior of Diaconis & Ylvisaker over precisions that the group leaves unchanged, of ``shape`` > 1 and ``scale``
(d, d), the average is a product over the blocks of the group (Graczyk, Ishi, Kolodziejek & Massam 2022, Ann. Statist.
50:1747, equations 27 and 33).
"""

from __future__ import annotations

from math import log, pi

import numpy as np
from numpy.typing import NDArray

from symcat.symmetry.blocks_of_symmetry import Block, blocks
from symcat.symmetry.pair_orbits import PairOrbits

Floats = NDArray[np.float64]

SHAPE = 3.0


def log_evidence(scatter: Floats, rows: float, orbits: PairOrbits, scale: Floats, shape: float = SHAPE) -> float:
    """Up to a constant that is the same for all groups.

    ``scatter`` (d, d) is the sum over rows of products about the centre; ``rows`` are those, one fewer where the
    mean is estimated.
    """
    prior, both = orbits.averaged(np.stack([scale, scale + scatter])) / 2.0
    found = 0.0
    for block in blocks(orbits):
        power = block.free / (block.r * block.k)
        before, after = block.log_determinants(np.stack([prior, both]))
        found += float(before) * ((shape - 2.0) / 2.0 + power) - float(after) * ((rows + shape - 2.0) / 2.0 + power)
        found += _log_gamma(block, shape + rows) - _log_gamma(block, shape)
        found -= rows / 2.0 * block.r * block.k * log(block.k)
    return found


def _log_gamma(block: Block, shape: float) -> float:
    """The gamma function of the cone of the block."""
    from scipy.special import gammaln

    at = block.k * (shape - 2.0) / 2.0 + block.free / block.r
    parts = gammaln(at - np.arange(block.r) * block.field / 2.0)
    return float(parts.sum()) + (block.free - block.r) / 2.0 * log(2.0 * pi)
