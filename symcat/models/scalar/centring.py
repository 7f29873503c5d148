"""Loops of the joint search for the centre and the couplings of an even polynomial, on a grid that stays as it is.

Newton's method for minus the log-likelihood a row, ``log Z(theta) + sum_k theta_k <(y - t)^2k>``, in the centre t and
what multiplies the polynomials in y^2 that are orthonormal where it begins. What the couplings leave of the curvature
in t is kept positive, so that every step goes downhill; none raises the sum.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from symcat.models.scalar.kernels import INNER as OF_KERNELS
from symcat.models.scalar.kernels import at_points, orthonormal, power_sum, weights

_STEPS, _HALVINGS = 40, 30
_FURTHEST = 1.0  # deviations by which a step moves the centre
_FLATTEST = 1e-3  # of the curvature with the couplings held, that is left when they follow
_QUADRATIC, _DONE = 1e-10, 1e-26  # of the square of a step
_FEWEST_POINTS, _ROUNDING = 2.5, 1e-14
_ENOUGH = 1e-4  # of what a step promises, that it must keep


def about(powers: Any, t: float, even: Any, odd: Any) -> None:
    """Averages of (y - t)^2k, and of (y - t)^(2k - 1) at k, from those of the powers of y (2 K + 1,)."""
    moved = powers.copy()
    for low in range(powers.shape[0] - 1):  # Horner's scheme of the shift, one power after the other
        for k in range(powers.shape[0] - 1, low, -1):
            moved[k] -= t * moved[k - 1]
    even[:] = moved[::2]
    odd[0] = 0.0
    odd[1:] = moved[1::2]


def centre_of(powers: Any, theta: Any, lo: float, hi: float, points: int) -> float:
    """How far the centre moves, and ``theta`` with it, from averages of powers of y (2 K + 1,)."""
    size = theta.shape[0]
    k = np.arange(size)
    _, s = at_points(lo, hi, points, True)
    energy = power_sum(theta, s)
    weight, total, lowest = weights(energy, 0.5)
    values, coefficients = np.empty((size, points)), np.empty((size, size))
    orthonormal(s, weight / total, values, coefficients)
    even, odd = np.empty(size), np.empty(size)
    t: float = 0.0
    last = math.inf
    about(powers, t, even, odd)
    value = math.log(total) - lowest + (theta * even).sum()
    for _ in range(_STEPS):
        if not _FEWEST_POINTS < total < math.inf:
            break
        products = (values * (weight / total)) @ values.T
        wanted = coefficients @ even
        short = products[0] - wanted
        short[0] = 0.0
        for i in range(size):  # by rounding, so that there always is a step
            products[i, i] += _ROUNDING * products[i, i]
        tilt = coefficients @ (-2.0 * k * odd)
        tilt[0] = 0.0
        sides = np.empty((size, 2))
        sides[:, 0], sides[:, 1] = short, tilt
        solved = np.linalg.solve(products, sides)
        slope = (theta * (-2.0 * k) * odd).sum()
        curvature = 0.0
        for i in range(1, size):
            curvature += theta[i] * 2.0 * i * (2.0 * i - 1.0) * even[i - 1]
        left = curvature - (tilt * solved[:, 1]).sum()
        left = max(left, _FLATTEST * abs(curvature))
        force = slope + (tilt * solved[:, 0]).sum()
        move = min(max(-force / left, -_FURTHEST), _FURTHEST)
        step = solved[:, 0] - move * solved[:, 1]
        step[0] = 0.0
        falls = (short * step).sum() - slope * move
        if not abs(falls) < math.inf:
            return math.nan
        change = step @ coefficients
        along = power_sum(change, s)
        length, found = 1.0, False
        for _ in range(_HALVINGS):
            trial = energy + length * along
            weight, total, lowest = weights(trial, 0.5)
            about(powers, t + length * move, even, odd)
            new = math.log(total) - lowest + ((theta + length * change) * even).sum()
            if value - new >= _ENOUGH * length * falls or falls < _QUADRATIC:
                found = True
                break
            length *= 0.5
        if not found:
            break
        energy, value = trial, new
        t += length * move
        theta += length * change
        if falls < _DONE or (falls < _QUADRATIC and falls > 0.25 * last):
            break
        last = falls
    return t


def centres(powers: Any, grid: Any, made: Any, theta: Any, moved: Any) -> None:
    """Of every group (G,) that is ``made``: how far its centre moves, and its theta (G, K + 1) there.

    From averages (G, 2 K + 1) of powers of y and the grids (G, 3) of the sums.
    """
    for g in range(powers.shape[0]):
        if made[g]:
            moved[g] = centre_of(powers[g], theta[g], grid[g, 0], grid[g, 1], int(grid[g, 2]))


INNER = (*OF_KERNELS, about, centre_of)
"""What is called by the loop over groups."""
