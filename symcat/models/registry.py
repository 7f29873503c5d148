"""The families of classes: found by their folders in this room, or registered by a program of its own."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar

from symcat.data.schema import Kind, Schema
from symcat.errors import NoEntry
from symcat.models.base import Model, Options
from symcat.models.family import Family
from symcat.models.special import is_composite, is_composite_of_rows
from symcat.models.tables import Tables

_REGISTERED: list[Family] = []
_REMEMBERED: list[Any] = []

Said = TypeVar("Said")


def remembered(said: Callable[[str], Said]) -> Callable[[str], Said]:
    """What is said of a label, read once for as long as the families stay the same."""
    kept = cache(said)
    _REMEMBERED.append(kept)
    return kept


def _forget() -> None:
    for kept in _REMEMBERED:
        kept.cache_clear()


@cache
def _found() -> tuple[Family, ...]:
    """The folders beside this file that have a ``FAMILY``, in alphabetical order."""
    import symcat.models as room

    packages = [found.name for found in iter_modules(room.__path__) if found.ispkg]
    modules = [import_module(f"{room.__name__}.{name}") for name in sorted(packages)]
    return tuple(module.FAMILY for module in modules if hasattr(module, "FAMILY"))


def families() -> tuple[Family, ...]:
    """All families, those registered last."""
    return (*_found(), *_REGISTERED)


def register(family: Family) -> None:
    """Add a family of classes to those that ``solve`` weighs, in this process. Its labels must be new.

    Raises ValueError where a label of it, or its name, is taken.
    """
    for known in families():
        if known.name == family.name or any(known.canonical(label) is not None for label in family.labels):
            raise ValueError(f"The family {family.name!r} or a label of it is taken by {known.name!r}: choose another.")
    _REGISTERED.append(family)
    _forget()


def unregister(name: str) -> None:
    """Take a registered family away again."""
    _REGISTERED[:] = [family for family in _REGISTERED if family.name != name]
    _forget()


@remembered
def family_of(label: str) -> Family:
    """The family of a label. Raises NoEntry, naming near labels, where there is none."""
    for family in families():
        if family.canonical(label) is not None:
            return family
    if label in entries():
        members = ", ".join(known for known in family_of_entry(label).labels if "{" in known)
        raise NoEntry(
            f"{label!r} is an entry of the catalogue, which answers for many members of {members}, not a class.",
            label=label,
            suggestion="Name the member, with a number in place of the braces.",
        )
    known = all_labels()
    begun = [one for one in known if label and one.startswith(label)]
    near = difflib.get_close_matches(label, known, n=3) or begun[:8]
    hint = f"Did you mean {', '.join(near)}?" if near else f"There are: {', '.join(known)}."
    raise NoEntry(f"There is no class {label!r}.", label=label, suggestion=hint)


def entries() -> tuple[str, ...]:
    """Every folder of the catalogue, families in order."""
    return tuple(entry for family in families() for entry in family.entries)


def family_of_entry(entry: str) -> Family:
    """The family whose classes a folder of the catalogue answers for. Raises KeyError where there is none."""
    for family in families():
        if entry in family.entries:
            return family
    raise KeyError(entry)


def all_labels() -> tuple[str, ...]:
    """Labels of every class, families in order; ``o{N}.quartic`` stands for one of each N."""
    return tuple(label for family in families() for label in family.labels)


@remembered
def canonical(label: str) -> str:
    """The permanent label that ``label`` stands for. Raises NoEntry where there is none."""
    found = family_of(label).canonical(label)
    assert found is not None
    return found


def entry_of(label: str) -> str:
    """The folder of the catalogue that answers for a class. Raises NoEntry for an unknown label."""
    return family_of(label).entry(canonical(label))


def words_of(label: str) -> dict[str, str]:
    """What a label says beyond its entry, by what that is called; nothing where the entry says all. Raises NoEntry."""
    family = family_of(label)
    found: dict[str, str] = family.words(canonical(label)) if hasattr(family, "words") else {}
    return found


def forms() -> list[dict[str, str]]:
    """Labels that are written around others: label, title and domain of each form."""
    found = [form for family in families() if hasattr(family, "forms") for form in family.forms()]
    return [dict(zip(("label", "title", "domain"), form, strict=True)) for form in found]


@remembered
def kinds_of(label: str) -> frozenset[Kind]:
    """The kinds of column that a class describes. Raises NoEntry for an unknown label."""
    return family_of(label).kinds(canonical(label))


def is_of_levels(label: str) -> bool:
    """Whether a class says how likely the levels of a categorical target are, and describes nothing else."""
    family = family_of(label)
    return hasattr(family, "of_levels") and canonical(label) in family.of_levels


def of_series(schema: Schema, options: Options, tables: Tables) -> list[Model]:
    """The classes of rows in order of time that describe these columns."""
    labels = [label for family in families() if hasattr(family, "of_series") for label in family.of_series]
    found = [family_of(label).model(label, schema, options, tables) for label in labels]
    return [one for one in found if one is not None]


def candidates(schema: Schema) -> tuple[str, ...]:
    """Labels of the distinct classes that describe these columns."""
    return tuple(label for family in families() for label in family.candidates(schema))


def model(label: str, schema: Schema, options: Options, tables: Tables) -> Model:
    """The class ``label`` for these columns. Raises NoEntry for an unknown label, or columns it does not describe."""
    known = canonical(label)
    found = family_of(label).model(known, schema, options, tables)
    if found is not None:
        return found
    kinds = set(schema.kinds)
    if kinds <= kinds_of(known):
        what = f"{len(schema)} column{'s' * (len(schema) != 1)} like these"
    else:
        what = " and ".join(sorted(kinds)) + " columns"
    others = candidates(schema)
    raise NoEntry(
        f"Class {label!r} does not describe {what}.",
        label=label,
        suggestion=f"Choose other columns{', or one of: ' if others else ''}{', '.join(others)}.",
    )


def models(classes: Sequence[str] | None, schema: Schema, options: Options, tables: Tables) -> list[Model]:
    """The classes named, or all that describe these columns. Raises as ``model``.

    A class named that describes some kinds of the columns only is meant for their block: the classes that are made of
    any blocks are then among those returned, and ``of_block`` says what they may be made of.
    """
    if classes is None:
        return [model(label, schema, options, tables) for label in candidates(schema)]
    whole = [label for label in classes if not _sorts(kinds_of(label)) < _sorts(schema.kinds)]
    found = [model(label, schema, options, tables) for label in whole]
    if len(whole) < len(classes):
        every = [model(label, schema, options, tables) for label in candidates(schema) if label not in whole]
        found += [made for made in every if is_composite(made) and not is_composite_of_rows(made)]
    return found


def of_block(classes: Sequence[str] | None, schema: Schema, options: Options, tables: Tables) -> list[Model]:
    """The classes for a block of columns of one kind: those of this kind that are named, or all."""
    kinds = set(schema.kinds)
    named = [label for label in classes or () if kinds <= kinds_of(label) and _sorts(kinds_of(label)) == _sorts(kinds)]
    return models(named or None, schema, options, tables)


def _sorts(kinds: Iterable[Kind]) -> set[bool]:
    """Whether among kinds of columns there are real ones (True), and discrete ones (False): the two kinds of block."""
    return {kind == "real" for kind in kinds}
