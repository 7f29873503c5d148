"""Whether the solver's steps still bring the averages nearer to the data's, and what it means where they do not."""

from __future__ import annotations

from dataclasses import dataclass, field

EDGE = 16
"""Steps without progress, a fifth of them cut short because the free energy would not confine, after which nothing
normalisable is left to hope for."""
STALLED = 32
"""Steps without progress after which there is none to come."""

_NEARER = 0.7  # of the least distance so far: progress, where noise alone reaches a little below it now and then
_FAR = 9.0  # distance in units of the emulation's noise


class NothingConfines(Exception):
    """The averages pull the couplings beyond what confines."""


class Stalled(Exception):
    """The averages come no nearer."""


@dataclass
class Nearing:
    """The distances of the averages from the data's, and which steps were cut short, in the order of the steps.

    Near the edge of what confines the averages go to and fro, so that the best of many steps is what counts.
    """

    distances: list[float] = field(default_factory=list)
    cut_short: list[bool] = field(default_factory=list)

    def step(self, distance: float, noise: float, cut_short: bool) -> None:
        """One more step. Raises NothingConfines or Stalled where it is to be the last."""
        self.distances.append(distance)
        self.cut_short.append(cut_short)
        at_the_edge = sum(self.cut_short[-EDGE:]) > EDGE // 5
        if at_the_edge and distance > _FAR * noise and not self._nearer(EDGE, after=2 * EDGE):
            raise NothingConfines
        if not self._nearer(STALLED, after=2 * STALLED):
            raise Stalled

    def _nearer(self, recent: int, after: int) -> bool:
        """Whether the last ``recent`` steps have come nearer than those before; early on they may yet."""
        if len(self.distances) <= after:
            return True
        return min(self.distances[-recent:]) < _NEARER * min(self.distances[:-recent])
