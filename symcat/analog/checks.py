"""Faults of a matrix that are seen by looking at its entries; the others show in the physics."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData

Floats = NDArray[np.float64]

ASYMMETRY = 1e-12
"""Largest difference of A[i, j] and A[j, i], over the largest entry, that is taken for rounding."""


def symmetric_matrix(given: Any) -> Floats:
    """(d, d) as floats; not square, not finite and not symmetric are errors that name the entry."""
    try:
        matrix = np.array(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidData(f"The matrix is not an array of numbers: {error}.") from error
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise InvalidData(f"The matrix has the shape {matrix.shape}; the device takes square ones.")
    if not np.isfinite(matrix).all():
        i, j = np.argwhere(~np.isfinite(matrix))[0]
        raise InvalidData(f"A[{i}, {j}] is {matrix[i, j]}; every coefficient must be finite.")
    difference = np.abs(matrix - matrix.T)
    if difference.max() > ASYMMETRY * np.abs(matrix).max():
        i, j = divmod(int(difference.argmax()), len(matrix))
        raise InvalidData(
            f"The matrix is asymmetric: A[{i}, {j}] = {matrix[i, j]:.6g} and A[{j}, {i}] = {matrix[j, i]:.6g}. The "
            "circuit's couplings act both ways; solve the normal equations A'A x = A'b instead."
        )
    return 0.5 * (matrix + matrix.T)


def vector(given: Any, dimension: int) -> Floats:
    """(d,) as finite floats."""
    try:
        b = np.array(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidData(f"b is not an array of numbers: {error}.") from error
    if b.shape != (dimension,):
        raise InvalidData(f"b has the shape {b.shape}; a matrix of {dimension} rows needs ({dimension},).")
    if not np.isfinite(b).all():
        i = int(np.flatnonzero(~np.isfinite(b))[0])
        raise InvalidData(f"b[{i}] is {b[i]}; every coefficient must be finite.")
    return b


def no_visible_fault(matrix: Floats) -> None:
    """Refuse what one or two cells alone show not to be positive definite: their own minors."""
    diagonal = np.diag(matrix)
    i = int(diagonal.argmin())
    if diagonal[i] < 0.0 or (diagonal[i] == 0.0 and matrix[i].any()):
        raise InvalidData(f"The matrix is indefinite: A[{i}, {i}] = {diagonal[i]:.6g} lets cell {i} run away. {CURE}")
    if diagonal[i] == 0.0:
        raise InvalidData(f"The matrix is singular: row {i} is zero, so nothing holds cell {i}. {CURE}")
    # Scaled to a unit diagonal, a product of two large numbers does not overflow.
    scaled = np.abs(matrix) / np.sqrt(diagonal)[:, None] / np.sqrt(diagonal)
    np.fill_diagonal(scaled, 0.0)
    if scaled.max() >= 1.0 + 1e-12:
        i, j = divmod(int(scaled.argmax()), len(matrix))
        raise InvalidData(
            f"The matrix is indefinite: cells {i} and {j} are coupled by {matrix[i, j]:.6g}, more than the "
            f"{diagonal[i]:.6g} and {diagonal[j]:.6g} that hold them. {CURE}"
        )


CURE = "The device samples exp(-x'Ax/2), which needs a positive definite A; add a ridge if yours is only nearly so."


_ROUNDING = {4: 1e-4, 8: 1e-12}
"""By number of bytes: what squaring in that precision may take from a norm."""


def largest_curvature(matrix: NDArray[np.floating], squarings: int = 3) -> float:
    """A bound on the largest eigenvalue's modulus, never below it: the smaller of Gershgorin's and Schatten's norm.

    The circuit's couplings are scaled by it, so that its fastest mode relaxes in one tau. After m ``squarings``
    Schatten's norm of d eigenvalues, of the order p = 2**(m + 1), is at most d**(1/p) too large: by half for d = 500
    and m = 3.
    """
    row_sum = float(np.abs(matrix).sum(axis=1).max())
    if row_sum == 0.0:
        return 0.0
    power = matrix / np.asarray(row_sum, dtype=matrix.dtype)
    log_scale = 0.0  # log of what the power has been divided by, over its exponent
    exponent = 1.0
    for _ in range(squarings):
        power = power @ power.T  # symmetric: half the products
        exponent *= 2.0
        frobenius = float(np.sqrt(np.einsum("ij,ij->", power, power, dtype=np.float64)))
        power /= np.asarray(frobenius, dtype=matrix.dtype)
        log_scale += np.log(frobenius) / exponent
    return min(row_sum, row_sum * float(np.exp(log_scale)) * (1.0 + _ROUNDING[power.dtype.itemsize]))


def largest_eigenvalue(matrix: Floats) -> float:
    """A bound on the largest eigenvalue itself, which may be negative, never below it."""
    others = np.abs(matrix).sum(axis=1) - np.abs(np.diag(matrix))
    lowest = float((np.diag(matrix) - others).min())
    raised = matrix - lowest * np.eye(len(matrix))
    return largest_curvature(raised, squarings=7) + lowest
