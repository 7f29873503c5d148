"""The builders, by the order in which their entries are built. A new family is a new module and a line here."""

from __future__ import annotations

from builders import gaussian, ising, ising_closed, large_n, mixed, radial
from builders.store.text import Builder

BUILDERS: list[Builder] = [gaussian, large_n, radial, ising, ising_closed, mixed]


def builder_of(label: str) -> Builder:
    """The builder of an entry. Raises KeyError if there is none."""
    for builder in BUILDERS:
        if label in builder.labels():
            return builder
    raise KeyError(label)


def all_labels() -> list[str]:
    """Labels of every entry."""
    return [label for builder in BUILDERS for label in builder.labels()]
