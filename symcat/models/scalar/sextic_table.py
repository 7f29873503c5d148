"""The even sextic of one column read from the catalogue, for ``<y^2> = 1``.

The maximum-likelihood ``F = r y^2/2 + u y^4/24 + w y^6/720`` meets the averages k of y^4 and m of y^6, so its couplings
are functions of these two alone. The table holds three bounded functions of k and t (``sextic_reduced``); integration
by parts, ``<y F'> = 1``, gives the rest without loss: ``r = 1 - u k/6 - w m/120``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.patches import Patches
from symcat.models.scalar import sextic_reduced as reduced

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """The table read for G groups with ``<y^2> = 1``; not a number where they are not ``inside``."""

    r: Floats
    u: Floats
    w: Floats
    log_z: Floats
    entropy: Floats  # <F> + log Z: minus the mean log-likelihood per row at the fit
    inside: NDArray[np.bool_]


def read(patches: Patches, fourth: Floats, sixth: Floats) -> Reading:
    """Couplings, log Z and entropy at (G,) averages of y^4 and y^6.

    ``patches`` are those of the entry's table, certified at their nodes: errors below 1e-10, relative above 1.
    """
    fourth, sixth = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (fourth, sixth))
    with np.errstate(all="ignore"):
        d = reduced.spread(fourth, sixth)
        t = d / reduced.width(fourth)
        inside = (fourth >= reduced.FLATTEST) & (fourth <= reduced.PEAKED) & (t >= reduced.LEAST) & (t <= reduced.MOST)
        values, _ = patches.evaluate(np.stack([fourth[inside], t[inside]], axis=1))
        smooth = dict(zip(patches.names, values, strict=True))
        found = np.full((5, len(fourth)), np.nan)
        k, m, d = fourth[inside], sixth[inside], d[inside]
        w = 360.0 * smooth["w"] / d
        u = smooth["u"] - k * w / 15.0
        r = 1.0 - u * k / 6.0 - w * m / 120.0
        entropy = smooth["entropy"] + 0.5 * np.log(d)
        found[:, inside] = r, u, w, entropy - 0.5 * r - u * k / 24.0 - w * m / 720.0, entropy
    return Reading(r=found[0], u=found[1], w=found[2], log_z=found[3], entropy=found[4], inside=inside)
