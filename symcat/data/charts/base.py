"""What a chart is: another coordinate ``y`` of one real column ``x``, increasing in it, and the way back."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Chart(Protocol):
    """A coordinate ``y(x)``; ``at`` (..., k) are the numbers it is placed by, of one table or of the group of each x.

    What is said of a chart for readers is in the words ``purpose``, ``rule``, ``formula`` and so on, with x for the
    column.
    """

    name: str
    short: str  # what its coordinate is called before the name of a column
    leaves_zeros: bool  # whether it leaves out zeros, which have a probability of their own
    places: tuple[str, ...]  # names of the k numbers that are fixed from the rows before y is averaged
    own_jacobian: bool  # whether log |dx/dy| is not y itself: its average is taken beside those of y
    purpose: str  # what kind of column it is for, and why
    rule: str  # how the places are fixed; empty where there are none
    lacking: str  # what values without a coordinate are
    formula: str  # y in one line of text
    jacobian: str  # log |dx/dy| likewise

    def place(self, x: Floats, weight: Floats, group_of: NDArray[np.intp], groups: int) -> Floats:
        """(G, k) the places by the finite values ``x`` (m,) of each of G groups, which weigh ``weight`` (m,).

        Zero where they cannot be fixed, as all values of a group are one.
        """

    def coordinate(self, x: Floats, at: Floats) -> Floats:
        """(m,) y at ``x``; NaN where there is none."""

    def inverse(self, y: Floats, at: Floats) -> Floats:
        """(m,) x at ``y``."""

    def log_jacobian(self, y: Floats, at: Floats) -> Floats:
        """(m,) the natural log of dx/dy at ``y``."""

    def expressions(self, x: Any, at: Floats) -> tuple[Any, Any]:
        """y and log dx/dy as SymPy expressions in ``x``."""

    def placed(self, at: Floats) -> NDArray[np.bool_]:
        """(...) whether these places give a coordinate."""


def words(chart: Chart, column: str) -> str:
    """The coordinate of a column in short, as it is called beside averages and tests."""
    return f"{chart.short} {column}"
