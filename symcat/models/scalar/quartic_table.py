"""The quartic of one column read from the catalogue, for mean 0 and variance 1.

The maximum-likelihood ``F = h y + r y^2/2 + g y^3/6 + u y^4/24`` meets the first four averages of the sample, so its
couplings are functions of skewness s and kurtosis k alone. The table holds three bounded functions of |s| and t
(``reduced``); integration by parts, ``<F'> = 0`` and ``<y F'> = 1``, gives the rest without loss:
``h = -g/2 - u s/6`` and ``r = 1 - g s/2 - u k/6``. Where solutions exist: Junk 1998; Summy & Pullin 2018, doi
10.1007/s10955-018-2034-9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.patches import Patches
from symcat.models.scalar import reduced

Floats = NDArray[np.float64]

WEAKEST = 1e-6
"""The least u answered: nearer to the Gaussian it has few digits, and no sample tells it from nothing."""

NO_SPREAD, IMPOSSIBLE, TWO_VALUES, STEEP, HEAVY, FAR, NEAR_GAUSSIAN = range(1, 8)
REASONS = (
    "",
    "the skewness or the kurtosis is not a number: the rows do not vary",
    "the kurtosis is below skewness^2 + 1, the least that any rows can have: these are not averages of the same rows",
    "the kurtosis is so close to skewness^2 + 1 that the rows take two values",
    f"the skewness is beyond {reduced.STEEPEST:g}, where the table ends",
    "at skewness 0 no normalisable quartic has a kurtosis above 3, that of a Gaussian",
    "the kurtosis is above 3 + 2.6 skewness^2: a far second bump would be needed",
    "skewness and kurtosis are so close to those of a Gaussian that u has no digits: look up gaussian.full",
)
"""Why there is no answer, by ``Reading.reason``."""

_ROUNDING = 1e-9  # of the kurtosis, relative
_TOGETHER = 1 << 15  # groups read at once, so that what they need stays near the processor


@dataclass(frozen=True)
class Reading:
    """The table read for G groups of mean 0 and variance 1; not a number where ``reason`` is not 0."""

    h: Floats
    r: Floats
    g: Floats
    u: Floats
    log_z: Floats
    entropy: Floats  # <F> + log Z: minus the mean log-likelihood per row at the fit
    slopes: Floats  # (4, 2, G) derivatives of h, r, g, u by skewness and by kurtosis
    reason: NDArray[np.int8]  # (G,) codes, 0 where there is an answer; their words are REASONS


def read(patches: Patches, skewness: Floats, kurtosis: Floats) -> Reading:
    """Couplings, log Z and entropy at (G,) skewness and kurtosis, with the reason where there is none.

    ``patches`` are those of the entry's table, certified at their nodes: errors below 1e-10, relative above 1.
    """
    skewness, kurtosis = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (skewness, kurtosis))
    with np.errstate(all="ignore"):
        s = np.abs(skewness)
        d, scale = reduced.spread(s, kurtosis), reduced.width(s)
        t = d / scale
        reason = _refusals(s, kurtosis, d, t)
        found = np.empty((14, len(s)))
        for start in range(0, len(s), _TOGETHER):
            here = slice(start, start + _TOGETHER)
            _couplings(patches, s[here], kurtosis[here], d[here], t[here], scale[here], found[:, here])
        u = found[3]
        reason[(u < WEAKEST) & (reason == 0)] = NEAR_GAUSSIAN
        entropy, slopes = found[5], found[6:].reshape(4, 2, -1)
        found[:, reason > 0] = np.nan
        if (skewness < 0.0).any():  # by reflection: h and g are odd in the skewness, r and u even
            sign = np.where(skewness < 0.0, -1.0, 1.0)
            found[0] *= sign
            found[2] *= sign
            slopes[0::2, 1] *= sign
            slopes[1::2, 0] *= sign
    return Reading(found[0], found[1], found[2], u, found[4], entropy, slopes, reason)


def _refusals(s: Floats, kurtosis: Floats, d: Floats, t: Floats) -> NDArray[np.int8]:
    """Reasons at |skewness|, the graver ones last."""
    reason = np.zeros(len(s), dtype=np.int8)
    reason[t > reduced.MOST] = FAR
    reason[(s == 0.0) & (kurtosis >= 3.0)] = HEAVY
    # To lowest order u = 3 - kurtosis + 3 s^2.
    reason[(reason > 0) & (s * s < WEAKEST) & (np.abs(kurtosis - 3.0) < WEAKEST)] = NEAR_GAUSSIAN
    reason[s > reduced.STEEPEST] = STEEP
    reason[t < reduced.LEAST] = TWO_VALUES
    reason[d < -_ROUNDING * kurtosis] = IMPOSSIBLE
    reason[~(np.isfinite(s) & np.isfinite(kurtosis))] = NO_SPREAD
    return reason


def _couplings(patches: Patches, s: Floats, k: Floats, d: Floats, t: Floats, scale: Floats, found: Floats) -> None:
    """Fills (14, G): h, r, g, u, log Z, entropy, then the derivatives of the first four by |skewness| and kurtosis."""
    points = np.stack([np.clip(s, 0.0, reduced.STEEPEST), np.clip(t, reduced.LEAST, reduced.MOST)], axis=1)
    values, gradients = patches.evaluate(points)
    place = {name: i for i, name in enumerate(patches.names)}
    smooth_u, smooth_g, smooth_entropy = (values[place[name]] for name in ("u", "g", "entropy"))
    # t at constant kurtosis falls with s, as d falls and its scale grows.
    t_by_s, t_by_k = -2.0 * s * (1.0 + reduced.BENT * t) / scale, 1.0 / scale
    by_s, by_k = (
        {name: gradients[i, 0] + gradients[i, 1] * t_by_s for name, i in place.items()},
        {name: gradients[i, 1] * t_by_k for name, i in place.items()},
    )
    h, r, g, u, log_z, entropy = found[:6]
    h_s, h_k, r_s, r_k, g_s, g_k, u_s, u_k = found[6:]
    u[:] = 12.0 * smooth_u / d
    ratio = smooth_g - 0.5 * u  # g / s
    g[:] = s * ratio
    h[:] = -0.5 * g - u * s / 6.0
    r[:] = 1.0 - 0.5 * g * s - u * k / 6.0
    entropy[:] = smooth_entropy + 0.5 * np.log(d)
    log_z[:] = entropy - 0.5 * r - g * s / 6.0 - u * k / 24.0
    u_s[:] = (12.0 * by_s["u"] + 2.0 * s * u) / d
    u_k[:] = (12.0 * by_k["u"] - u) / d
    g_s[:] = ratio + s * (by_s["g"] - 0.5 * u_s)
    g_k[:] = s * (by_k["g"] - 0.5 * u_k)
    h_s[:] = -0.5 * g_s - (u_s * s + u) / 6.0
    h_k[:] = -0.5 * g_k - u_k * s / 6.0
    r_s[:] = -0.5 * (g_s * s + g) - u_s * k / 6.0
    r_k[:] = -0.5 * g_k * s - (u_k * k + u) / 6.0
