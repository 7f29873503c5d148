"""What ``classify`` answers: every candidate class weighed against the data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from symcat.answer.printed import Printed
from symcat.answer.records import Evidence, Record
from symcat.models.misfit import Verdict


class Branch(Record):
    """A class, or a group that may leave the law unchanged, as a hypothesis in the lattice of these.

    ``special_cases`` are those that imply it. It is looked at where all of these are rejected, else ``verdict`` is
    ``"implied"``, and there is no p-value. ``by`` is what contradicts it most clearly, ``adjusted_p`` its p-value by
    Holm's rule over all classes and groups. ``"rejected"`` is below 0.05 and matters, by ``nats`` a row; ``"close"`` is
    rejected too, by no more than the tolerance of 0.01 nats a row; ``"holds"`` is not rejected.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> found = symcat.classify(np.random.default_rng(0).normal(size=(500, 2)) @ [[1.0, 0.0], [0.0, 3.0]])
    >>> {branch.name: branch.verdict for branch in found.tree if branch.kind == "group"}
    {'rotation': 'rejected', 'permutation': 'rejected', 'z2_each': 'holds', 'cyclic': 'rejected', 'z2': 'implied'}
    """

    name: str
    kind: Literal["class", "group"]
    special_cases: tuple[str, ...]
    verdict: Literal["holds", "close", "rejected", "implied"]
    by: str = ""
    p_value: float | None = None
    adjusted_p: float | None = None
    nats: float | None = None


class Classification(Printed):
    """Every candidate class weighed against the data; ``label`` is the one taken, None when none has an answer.

    ``verdict`` says whether it describes the data, as that of a ``Solution`` does. ``n_effective`` is how many
    independent rows they are worth where they are in order of time and depend on their neighbours. ``tree`` is the
    lattice of classes and groups, from the most symmetric down, and what the rows reject of it.

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
    tree: tuple[Branch, ...] = ()
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
