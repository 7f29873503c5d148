"""The maximum-likelihood centre of the radial quartic, for a batch of groups, from averages alone.

The profile likelihood over the centre c is minus the entropy at the moments about c. Its stationary points solve
``sum F'(x - c) = 0``, that is ``r <y> + (u/6) <y |y|^2> = 0`` with ``y = x - c``; the moments about any c are
polynomials in c of those about the origin, so the search makes no second pass over the data.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.loops import loop
from symcat.models.quartic import kernels
from symcat.models.tables import Table

Floats = NDArray[np.float64]


def find(table: Table, moments: Moments) -> Floats:
    """(G, N) maximum-likelihood centres, in the units of the data; the mean where the rows do not vary."""
    about = moments.centred
    shift = np.zeros_like(about.first)
    arrays = (about.first, about.second, about.m3, about.m4)
    search = loop(about.n_groups * about.dimension**2, kernels.search, kernels.evaluate, kernels.read_point)
    tables = (table.quantities["u"].arrays, table.quantities["entropy"].arrays)
    with np.errstate(all="ignore"):
        search(*(np.ascontiguousarray(a) for a in arrays), *tables, shift)
    centers: Floats = about.origin + about.unit * shift
    return centers
