"""Averages of derivatives, from averages of powers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def slopes_of_even(polynomials: Floats, powers: Floats) -> Floats:
    """(G, K) averages of dp/dy of polynomials 1, ..., K in y^2 (G, K + 1, K + 1); ``powers`` (G, .) are of y."""
    k = np.arange(1, polynomials.shape[2])
    out: Floats = np.einsum("gjk,gk->gj", polynomials[:, 1:, 1:] * (2.0 * k), powers[:, 2 * k - 1])
    return out


def slopes_of_odd(polynomials: Floats, squares: Floats) -> Floats:
    """(G, K) averages of dp/dy of y times polynomials in y^2 (G, K, K); ``squares`` (G, .) are of powers of y^2.

    By integration by parts these are the averages of the products with dF/dy.
    """
    k = np.arange(polynomials.shape[2])
    out: Floats = np.einsum("gjk,gk->gj", polynomials * (2.0 * k + 1.0), squares[:, k])
    return out


def force(theta: Floats, powers: Floats) -> Floats:
    """(G,) average of dF/dy, F even of theta (G, K + 1) in y^2, from averages of powers (G, 2 K + 1) of y."""
    k = np.arange(1, theta.shape[1])
    out: Floats = (2.0 * k * theta[:, 1:] * powers[:, 2 * k - 1]).sum(axis=1)
    return out


def curvature(theta: Floats, powers: Floats) -> Floats:
    """(G,) likewise of the second derivative."""
    k = np.arange(1, theta.shape[1])
    out: Floats = (2.0 * k * (2.0 * k - 1.0) * theta[:, 1:] * powers[:, 2 * k - 2]).sum(axis=1)
    return out
