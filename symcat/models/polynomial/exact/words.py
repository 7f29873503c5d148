"""Why there is no maximum, or none that can be had by integration: the cause with its figures, and what to try."""

from __future__ import annotations

from symcat.models.polynomial.exact.hills import Hill
from symcat.models.relaxation import Refusal

_TAILS = "try a scale that draws the tails in, such as logarithms or np.arcsinh"
_HIGHER = {"quartic": "try degree six, or a scale that draws the tails in, such as logarithms or np.arcsinh"}
_FLAT = "try fewer columns, or others in which they lie along no curve, such as polar ones"


def hill(word: str, found: Hill) -> Refusal:
    """F turns down outside the data, behind a low hill."""
    if found.endless:
        return Refusal(f"no normalisable {word}: {found.in_words}; {_cure(word)}")
    return Refusal(
        f"no {word} of the data alone: {found.in_words}, so that the maximum depends on how far out one looks; "
        f"{_cure(word)}"
    )


def scarce(word: str, found: Hill, rows: float, count: float) -> Refusal:
    """A well of its own for a few far rows."""
    return Refusal(
        f"no {word} of the data as a whole: F has a second well {found.well:.2g} standard deviations from the mean, "
        f"behind a barrier of {found.barrier:.2g} nats, for {rows:.1f} of {count:,.0f} rows, which so decide all "
        f"couplings; {_cure(word)}"
    )


def at_the_edge(word: str, mass: float, distance: float) -> Refusal:
    """What lies outside the grid matters."""
    return Refusal(
        f"no normalisable {word}: {mass:.2g} of the mass lies at the edge of the grid, {distance:.2g} standard "
        f"deviations from the mean; {_cure(word)}"
    )


def never_ends(word: str, distance: float) -> Refusal:
    """Each wider grid asks for a wider one."""
    return Refusal(
        f"no normalisable {word}: its density has not ended {distance:.3g} standard deviations from the mean; "
        f"{_cure(word)}"
    )


def moved_by(word: str, nats: float) -> Refusal:
    """Two grids do not agree."""
    return Refusal(
        f"no normalisable {word}: a wider grid moves the log-likelihood of all rows by {nats:.2g} nats; {_cure(word)}"
    )


def missed(word: str, residual: float) -> Refusal:
    """Newton's steps have come to no end."""
    return Refusal(
        f"no {word} was found whose averages are those of the data: the nearest misses one by {residual:.2g} standard "
        f"deviations; {_cure(word)}"
    )


def too_fine(word: str, most: int, *, several: bool) -> Refusal:
    """The budget of points is spent."""
    cause = "rows near a curve, or far ones," if several else "far rows"
    return Refusal(
        f"under-resolved: {cause} ask for a finer grid than the {most:,} points that are summed over; "
        f"{_FLAT if several else _cure(word)}"
    )


def _cure(word: str) -> str:
    return _HIGHER.get(word, _TAILS)
