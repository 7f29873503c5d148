"""Which averages of a table are wanted: what a class declares, and the pass collects the union of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from symcat.data.schema import Schema


@dataclass(frozen=True)
class Needs:
    """Averages beyond count, means and products of two columns.

    ``power`` is the highest power of single columns, 2 for none beyond the second. ``radius`` is the highest power of
    the distance from the origin over the real columns, 2 or 4: 4 asks for ``<y |y|^2>`` and ``<|y|^4>``, which of one
    real column are among its own powers. ``states`` asks for the distinct rows of the two-valued columns, counted.
    ``charts`` names other coordinates of the one real column (``symcat.data.charts``) and the highest power of each.

    Examples
    --------
    >>> from symcat.data.needs import Needs
    >>> Needs(power=4) | Needs(charts=(("log", 4),)) | Needs(charts=(("log", 2), ("asinh", 6)))
    Needs(power=4, radius=2, states=False, charts=(('asinh', 6), ('log', 4)))
    """

    power: int = 2
    radius: int = 2
    states: bool = False
    charts: tuple[tuple[str, int], ...] = ()

    def __or__(self, other: Needs) -> Needs:
        charts = dict(self.charts)
        for name, power in other.charts:
            charts[name] = max(power, charts.get(name, 2))
        return Needs(
            max(self.power, other.power),
            max(self.radius, other.radius),
            self.states or other.states,
            tuple(sorted(charts.items())),
        )

    def covers(self, other: Needs) -> bool:
        """Whether all averages of ``other`` are among these."""
        return self | other == self | Needs()

    def without_charts(self) -> Needs:
        """The averages of the columns themselves."""
        return replace(self, charts=())

    @property
    def record(self) -> dict[str, Any]:
        """These as JSON can hold them; ``of_record`` reads them again."""
        found: dict[str, Any] = {"power": self.power, "radius": self.radius, "states": self.states}
        return found | ({"coordinates": dict(self.charts)} if self.charts else {})

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Needs:
        """What ``record`` wrote. KeyError, TypeError or ValueError for anything else."""
        own = dict(record)
        charts = {str(name): int(power) for name, power in own.pop("coordinates", {}).items()}
        return cls(**own, charts=tuple(sorted(charts.items())))


def usual_needs(schema: Schema) -> Needs:
    """What is kept of such columns where nothing is said: all that the checks of a class may ask for."""
    n_real = len(schema.at("real"))
    own = Needs(power=10 if n_real == 1 else 4, radius=4) if n_real else Needs()
    return own | Needs(states=n_real < len(schema))
