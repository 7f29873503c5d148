"""How groups of rows move the estimates of ``mixed.conditional_gaussian``: sandwich errors and tests are made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.models.fit import Fit
from symcat.models.ising.fisher import FisherIsing
from symcat.models.mixed.least_squares import condition


@dataclass(frozen=True)
class Influence:
    """How far each of B groups of rows moves the estimates, already weighted by its share of the rows.

    ``h`` and ``J`` are of the Ising model of the two-valued columns alone; ``slopes`` have the intercept first.
    """

    h: Floats  # (B, p)
    J: Floats  # (B, p, p)
    slopes: Floats  # (B, k, p + 1)
    precision: Floats  # (B, k, k)
    fitted_slopes: Floats  # (k, p) at the fit
    fitted_precision: Floats  # (k, k) at the fit


def influence(marginal: FisherIsing, two_valued: Sequence[int], fit: Fit, groups: Moments, whole: Moments) -> Influence:
    """Of B groups of rows, blocks or single ones, on the estimates of a batch of one to all rows, ``whole``.

    ``marginal`` is the class of the columns at ``two_valued``, in whichever basis; of the ``fit`` of all columns its
    information and its prior are read.
    """
    binary = marginal.options.basis == "binary"
    weight = groups.count / whole.count
    given = condition(whole, two_valued, binary)
    moved = marginal.influence(fit, groups.part(two_valued), whole.part(two_valued))
    # Averages of (1, s)' residual and residual' residual over each group, in the unit of the moments.
    about = groups.about(whole.mean[0])
    unit, at = about.unit, list(two_valued)
    reals = [j for j in range(groups.dimension) if j not in at]
    step = 0.5 if binary else 1.0
    slopes = given.slopes[0] / unit
    level = (whole.mean[0, at] + (1.0 if binary else 0.0)) * step
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
    return Influence(
        h=moved["h"],
        J=moved["J"],
        slopes=(score * unit * weight[:, None, None]) @ given.design[0],
        precision=-precision @ surplus @ precision,
        fitted_slopes=given.slopes[0],
        fitted_precision=precision,
    )
