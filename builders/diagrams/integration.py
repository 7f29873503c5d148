"""Weak couplings of a few columns -> cumulants, couplings, log Z, entropy of the whitened columns, by integration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_FAR = 10.0  # beyond which a Gaussian, and less, holds nothing that rounding would show
_NODES = 160


@dataclass(frozen=True)
class Weak:
    """What belongs together, of columns of mean 0 and covariance 1."""

    cumulants: dict[int, Floats]
    """k3 and k4, by their number of indices."""
    values: dict[str, Floats]
    """Target of the series -> its value."""


def weak(cubic: Floats, quartic: Floats) -> Weak:
    """Of ``F = yy / 2 + g yyy / 3! + u yyyy / 4!``, symmetric tensors (d, d, d) and (d, d, d, d); d is one or two."""
    dimension = len(cubic)
    points, measure = _rule(dimension)
    given = {2: np.eye(dimension), 3: cubic, 4: quartic}
    mass = measure * np.exp(-_energy(given, points))
    norm = float(mass.sum())
    mean = mass @ points / norm
    centred = points - mean
    scale = np.asarray(np.linalg.cholesky((mass[:, None] * centred).T @ centred / norm), dtype=np.float64)
    moments = _moments(np.asarray(np.linalg.solve(scale, centred.T).T, dtype=np.float64), mass / norm)
    cumulants = {3: moments[3], 4: moments[4] - _pairs(np.eye(dimension))}
    couplings = {n: _rescaled(_derivative(given, n, mean), scale) for n in (1, 2, 3, 4)}
    log_z = (
        math.log(norm)
        + float(_energy(given, mean[None])[0])
        - float(np.linalg.slogdet(scale)[1])
        - dimension / 2 * math.log(2 * math.pi)
    )
    energy = sum(float((couplings[n] * moments[n]).sum()) / math.factorial(n) for n in (2, 3, 4))
    return Weak(
        cumulants,
        {
            **dict(zip("hKgu", couplings.values(), strict=True)),
            "log_z": np.array(log_z),
            "entropy": np.array(log_z + energy - dimension / 2),
        },
    )


@cache
def _rule(dimension: int) -> tuple[Floats, Floats]:
    """Points (n, d) and weights (n,) of Gauss and Legendre's rule."""
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    points = np.stack(np.meshgrid(*[_FAR * node] * dimension, indexing="ij"), axis=-1).reshape(-1, dimension)
    weights = np.stack(np.meshgrid(*[_FAR * weight] * dimension, indexing="ij"), axis=-1).reshape(-1, dimension)
    return points, weights.prod(axis=1)


def _energy(tensors: dict[int, Floats], points: Floats) -> Floats:
    out = np.zeros(len(points))
    for degree, tensor in tensors.items():
        out += _filled(tensor, points, degree) / math.factorial(degree)
    return out


def _filled(tensor: Floats, points: Floats, times: int) -> Floats:
    """(n, ...) a tensor with a point put in the place of its last indices."""
    out = np.broadcast_to(tensor, (len(points), *tensor.shape))
    for _ in range(times):
        out = np.einsum("n...i,ni->n...", out, points)
    return out


def _derivative(tensors: dict[int, Floats], order: int, at: Floats) -> Floats:
    """Of F at a point: a tensor of this order."""
    parts = [
        _filled(tensor, at[None], degree - order)[0] / math.factorial(degree - order)
        for degree, tensor in tensors.items()
        if degree >= order
    ]
    return np.asarray(sum(parts))


def _rescaled(tensor: Floats, scale: Floats) -> Floats:
    """In the coordinates y of x = scale y."""
    for axis in range(tensor.ndim):
        tensor = np.moveaxis(np.tensordot(tensor, scale, axes=(axis, 0)), -1, axis)
    return tensor


def _moments(points: Floats, shares: Floats) -> dict[int, Floats]:
    """Averages of products of two, three and four."""
    pairs = np.einsum("ni,nj->nij", points, points)
    weighted = pairs * shares[:, None, None]
    return {
        2: weighted.sum(axis=0),
        3: np.einsum("nij,nk->ijk", weighted, points),
        4: np.einsum("nij,nkl->ijkl", weighted, pairs),
    }


def _pairs(covariance: Floats) -> Floats:
    """The fourth moments of a Gaussian."""
    pairings = ("ij,kl->ijkl", "ik,jl->ijkl", "il,jk->ijkl")
    return np.asarray(sum(np.einsum(pairing, covariance, covariance) for pairing in pairings))
