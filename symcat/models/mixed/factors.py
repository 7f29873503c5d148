"""The two factors of ``mixed.conditional_gaussian``, P(s) and P(x | s), and the parameters of its free energy F.

Integrating x out of ``exp(-F)`` leaves an Ising model of s with the couplings ``J + B K^-1 B'``; x given s has the mean
``mean + K^-1 B' s``. All functions take one group or, with a leading axis, many.
"""

from __future__ import annotations

import numpy as np

from symcat.data.moments import Floats
from symcat.models.base import Parameters
from symcat.models.mixed.least_squares import Conditional


def together(h: Floats, j: Floats, given: Conditional, binary: bool) -> dict[str, Floats]:
    """The parameters of F: the Gaussian integral's part of the couplings is subtracted."""
    pull = given.pull
    diagonal = np.einsum("gii->gi", pull)
    return {
        "h": h - (0.5 * diagonal if binary else 0.0),  # a binary variable is its own square
        "J": j - off_diagonal(pull),
        "mean": given.mean,
        "precision": given.precision,
        "coupling": np.einsum("gai,gab->gib", given.slopes, given.precision),
    }


def of_two_valued(parameters: Parameters, binary: bool) -> dict[str, Floats]:
    """Fields and couplings of the Ising model that is left when the real columns are integrated out."""
    coupling, precision = np.asarray(parameters["coupling"]), np.asarray(parameters["precision"])
    pull = coupling @ np.linalg.solve(precision, np.swapaxes(coupling, -1, -2))
    lift = 0.5 * np.einsum("...ii->...i", pull) if binary else 0.0
    return {"h": parameters["h"] + lift, "J": parameters["J"] + off_diagonal(pull)}


def mean_given(parameters: Parameters, variables: Floats) -> Floats:
    """(m, k) averages of the real columns given the two-valued ones (m, p), of one group."""
    slopes = np.linalg.solve(np.asarray(parameters["precision"]), np.asarray(parameters["coupling"]).T)
    return np.asarray(parameters["mean"] + variables @ slopes.T)


def off_diagonal(matrices: Floats) -> Floats:
    """(..., p, p) with zeros on the diagonal."""
    return matrices * (1.0 - np.eye(matrices.shape[-1]))
