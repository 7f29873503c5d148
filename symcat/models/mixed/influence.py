"""How groups of rows move the estimates of ``mixed.conditional_gaussian``: sandwich errors and tests are made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Fit
from symcat.models.ising.family import inverse
from symcat.models.ising.spins import spin_averages
from symcat.models.mixed.conditional import condition, part

if TYPE_CHECKING:
    from symcat.models.mixed.conditional_gaussian import ConditionalGaussian

Floats = NDArray[np.float64]


def influence(model: ConditionalGaussian, fit: Fit, groups: Moments) -> dict[str, Floats]:
    """How far each of B groups of rows (blocks, or single rows) moves the estimates of a batch of one.

    ``d h`` (B, p) and ``d J`` (B, p, p) of the spins' own Ising model, ``d slopes`` (B, k, p + 1) with the
    intercept first, ``d precision`` (B, k, k), all already weighted by the group's share of the rows; with ``K``
    (k, k) and ``slopes`` (k, p) at the fit.
    """
    weight = groups.count / groups.count.sum()
    whole = groups.merged()
    given = condition(whole, model.spins, model.binary)
    marginal = model.marginal
    target = marginal.reduce(*spin_averages(part(groups, model.spins)))
    assert fit.information is not None
    sensitivity = marginal.in_basis(inverse(fit.information)[0]).T
    moved = marginal.arrange((weight[:, None] * (target - weight @ target)) @ sensitivity.T)
    # Averages of (1, spins)' residual and residual' residual over each group, in the unit of the moments.
    about = groups.about(whole.mean[0])
    unit, at, reals = about.unit, list(model.spins), list(model.reals)
    step = 0.5 if model.binary else 1.0
    slopes = given.slopes[0] / unit
    level = (whole.mean[0, at] + (1.0 if model.binary else 0.0)) * step
    spin, real = about.first[:, at] * unit * step, about.first[:, reals]
    across = about.second[:, reals][:, :, at] * unit * step
    spread = about.second[:, at][:, :, at] * (unit * step) ** 2
    off = real - spin @ slopes.T
    score = np.empty((len(weight), len(reals), len(at) + 1))
    score[:, :, 0] = off
    score[:, :, 1:] = across - np.einsum("ai,gij->gaj", slopes, spread) + off[:, :, None] * level
    crossed = np.einsum("gai,bi->gab", across, slopes)
    residual = about.second[:, reals][:, :, reals] - crossed - crossed.transpose(0, 2, 1)
    residual = residual + np.einsum("ai,gij,bj->gab", slopes, spread, slopes)
    precision = given.precision[0]
    surplus = (residual * unit**2 - given.covariance[0]) * weight[:, None, None]
    return {
        "d h": moved["h"],
        "d J": moved["J"],
        "d slopes": (score * unit * weight[:, None, None]) @ given.design[0],
        "d precision": -precision @ surplus @ precision,
        "K": precision,
        "slopes": given.slopes[0],
    }
