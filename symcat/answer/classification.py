"""What ``classify`` answers: every candidate class weighed against the data."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from symcat.answer.printed import Printed
from symcat.answer.records import Evidence
from symcat.models.misfit import Verdict


class Classification(Printed):
    """Every candidate class weighed against the data; ``label`` is the one taken, None when none has an answer.

    ``verdict`` says whether it describes the data, as that of a ``Solution`` does. ``n_effective`` is how many
    independent rows they are worth where they are in order of time and depend on their neighbours.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> found = symcat.classify(np.random.default_rng(0).normal(size=1000))
    >>> found.label, found.verdict, found["z2.quartic"].verdict
    ('gaussian.full', 'fits', 'declined')
    """

    label: str | None
    verdict: Verdict | None = None
    columns: tuple[str, ...]
    n_rows: int
    n_effective: float | None = None
    n_missing: int
    set_aside: dict[str, str] = Field(default_factory=dict)
    evidence: tuple[Evidence, ...]
    catalogue_version: str
    seed: int

    def __iter__(self) -> Iterator[Evidence]:  # type: ignore[override]
        return iter(self.evidence)

    def __getitem__(self, label: str) -> Evidence:
        """The evidence on one class."""
        for found in self.evidence:
            if found.label == label:
                return found
        raise KeyError(label)
