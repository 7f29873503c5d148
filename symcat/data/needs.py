"""Which averages of a table are wanted: what a class declares, and the pass collects the union of."""

from __future__ import annotations

from dataclasses import dataclass

from symcat.data.schema import Schema


@dataclass(frozen=True)
class Needs:
    """Averages beyond count, means and products of two columns.

    ``power`` is the highest power of single columns, 2 for none beyond the second. ``radius`` is the highest power of
    the distance from the origin over the real columns, 2 or 4: 4 asks for ``<y |y|^2>`` and ``<|y|^4>``, which of one
    real column are among its own powers. ``states`` asks for the distinct rows of the two-valued columns, counted.
    """

    power: int = 2
    radius: int = 2
    states: bool = False

    def __or__(self, other: Needs) -> Needs:
        return Needs(max(self.power, other.power), max(self.radius, other.radius), self.states or other.states)

    def covers(self, other: Needs) -> bool:
        """Whether all averages of ``other`` are among these."""
        return self | other == self


def usual_needs(schema: Schema) -> Needs:
    """What is kept of such columns where nothing is said: all that the checks of a class may ask for."""
    n_real = len(schema.at("real"))
    own = Needs(power=6 if n_real == 1 else 4, radius=4) if n_real else Needs()
    return own | Needs(states=n_real < len(schema))
