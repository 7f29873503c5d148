"""What is left of discrete columns, and of the sets of them that are coupled, where some have known values."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def left_of(dimension: int, known: Collection[int]) -> list[int]:
    """Positions of the columns that are not known."""
    return [j for j in range(dimension) if j not in known]


def places(dimension: int, known: Collection[int]) -> dict[int, int]:
    """Where each column that is left stands among those that are."""
    return {j: k for k, j in enumerate(left_of(dimension, known))}


def coupled_still(
    interactions: Sequence[tuple[int, ...]], dimension: int, known: Collection[int]
) -> tuple[tuple[int, ...], ...]:
    """As ``Options.interactions``: of each set what is left, where that is not coupled anyway.

    Pairs are, unless some were named; where none is left of these, no pair has a coupling that is not zero.
    """
    place = places(dimension, known)
    found = dict.fromkeys(tuple(sorted(place[j] for j in chosen if j in place)) for chosen in interactions)
    least = 2 if any(len(chosen) == 2 for chosen in interactions) else 3
    return tuple(chosen for chosen in found if len(chosen) >= least)
