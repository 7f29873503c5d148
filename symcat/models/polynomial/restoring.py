"""What multiplies the statistics of a basis, as tensors in the data's units: couplings, errors, how rows move them.

``terms`` are the monomials in the basis' axes, ``K`` statistics are sums of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.exact.bases import Basis
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.tensors import tensors_of
from symcat.models.relaxation import MOST_HELD, Refusal

Floats = NDArray[np.float64]

SINGULAR = 1e-12
"""Share of the largest variance below which a direction is a combination of the others."""
_LARGEST_POWER = 280  # of ten


def held(rows: Iterable[Floats]) -> Floats | Refusal:
    """(n, d) all rows together, unless they are too many."""
    parts, size = [], 0
    for batch in rows:
        parts.append(batch)
        size += batch.size
        if size > MOST_HELD:
            return Refusal(f"the rows hold more than {MOST_HELD:,} numbers: pass a sample of them")
    return np.concatenate(parts)


def unusable(rows: Floats, degree: int) -> Refusal | None:
    """Why no couplings to a degree can be had of rows (n, d): of their unit, or that columns depend on each other."""
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    if not np.abs(degree * np.log10(deviation)).max() < _LARGEST_POWER:
        return Refusal(
            f"the values spread over about {deviation.max():.0e}, and couplings scale as power {degree} of that, "
            "which double precision cannot hold: choose another unit"
        )
    correlation = np.cov(((rows - mean) / deviation).T, bias=True).reshape(len(mean), -1)
    if not np.linalg.eigvalsh(correlation)[0] > SINGULAR:
        return Refusal("a column is a combination of the others")
    return None


def tensors(terms: Terms, couplings: Floats) -> dict[str, Floats]:
    """From what multiplies each monomial (B, M), the constant first."""
    return tensors_of(terms.exponents[1:], couplings[:, 1:])


def errors(basis: Basis, terms: Terms, covariance: Floats, rows: Floats) -> dict[str, Floats]:
    """Errors of the parameters from the covariance (K, K) of what multiplies the statistics."""
    variance = ((basis.back @ covariance) * basis.back).sum(axis=1)
    found = tensors(terms, np.sqrt(np.maximum(variance, 0.0))[None])
    # The point about which a polynomial without symmetry is written is chosen: it has no error.
    of_center = {"mean": rows.std(axis=0)[None] / np.sqrt(len(rows))} if basis.center_is_estimated else {}
    return of_center | found


def moving(
    averages: Floats, count: float, basis: Basis, terms: Terms, fisher_inverse: Floats
) -> Callable[[Floats], dict[str, Floats]]:
    """How far rows (m, d) move the parameters, to first order; ``averages`` (M,) of the monomials over ``count``."""
    of_values = (basis.back @ fisher_inverse @ basis.statistics).T / count

    def of_rows(rows: Floats) -> dict[str, Floats]:
        found = tensors(terms, (averages - terms.values(basis.axes(rows))) @ of_values)
        of_center = {"mean": (rows - basis.center) / count} if basis.center_is_estimated else {}
        return of_center | found

    return of_rows
