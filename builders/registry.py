"""The builders and the SQL macros, found by folder: a new module in a family's folder needs no line elsewhere."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Protocol, cast

import builders
from builders.base import Builder
from builders.tools.sql import Entry


class Macros(Protocol):
    """A module ``macros`` of a family's folder: the SQL that reads its tables. It imports the standard library only."""

    def statements(self, entries: Mapping[str, Entry]) -> list[str]:
        """The SQL that makes the macros of its entries that have tables."""


class ClosedForms(Protocol):
    """A module ``closed_forms`` of a family's folder: SQL that needs no table. It imports the standard library only."""

    def statements(self) -> list[str]:
        """The SQL that makes its macros."""


def _rooms() -> list[str]:
    """The folders of this package."""
    return [room.name for room in pkgutil.iter_modules(builders.__path__, "builders.") if room.ispkg]


def _modules(room: str) -> Iterator[str]:
    """A folder and all modules below it."""
    yield room
    for module in pkgutil.walk_packages(import_module(room).__path__, f"{room}."):
        yield module.name


@cache
def all_builders() -> tuple[Builder, ...]:
    """Every module of every folder that fulfils the protocol."""
    modules = (import_module(name) for room in _rooms() for name in _modules(room))
    return tuple(module for module in modules if isinstance(module, Builder))


def all_labels() -> list[str]:
    """Labels of every entry."""
    return [label for builder in all_builders() for label in builder.labels()]


def builder_of(label: str) -> Builder:
    """The builder of an entry. Raises KeyError if there is none."""
    for builder in all_builders():
        if label in builder.labels():
            return builder
    raise KeyError(label)


def all_macros() -> dict[str, Macros]:
    """Family -> its macros, where it has some. Imports no builder: a wheel is built without their tools."""
    return cast(dict[str, Macros], _named("macros"))


def all_closed_forms() -> list[ClosedForms]:
    """The macros of every family that need no table."""
    return [cast(ClosedForms, module) for module in _named("closed_forms").values()]


def _named(name: str) -> dict[str, ModuleType]:
    """Family -> the module of this name in its folder, where there is one."""
    found: dict[str, ModuleType] = {}
    for room in _rooms():
        if any(module.name == name for module in pkgutil.iter_modules(import_module(room).__path__)):
            found[room.removeprefix("builders.")] = import_module(f"{room}.{name}")
    return found
