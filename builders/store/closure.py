"""The code that a module runs: itself and all it imports, from the same checkout, one module after another.

Imports inside functions count as those at the top; imports for annotations alone do not. ``from package import name``
leads to the submodule of that name, or to the module that the package takes the name from; the package's
``__init__`` counts only where it defines the name itself. In truth Python runs every ``__init__`` on the way, but
those of this checkout only gather names, and counting them would make every entry depend on the whole library. Modules
of other packages do not count: their versions differ from machine to machine (``software`` in the provenance names
them). Imports computed at run time (``importlib``) cannot be seen: no module that a builder runs may use them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from builders.store.sources import bound, imports, normal_form, running
from builders.store.text import content_hash


@dataclass(frozen=True)
class Module:
    """One module: what of it runs, and where its names come from."""

    is_package: bool
    code: str
    """What of it runs, in normal form."""
    imports: frozenset[tuple[str, str | None]]
    """``(origin, name)`` of every import in what runs; no name where a module itself is imported."""
    origins: dict[str, tuple[str, str]]
    """Name -> (origin, name there), of all that is imported from modules, for annotations or not."""
    definitions: frozenset[str]
    """The names that are given a value here."""


class Sources:
    """The modules of one checkout, as they are when first asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.module = cache(self._module)
        self.hash = cache(self._hash)
        self._homes = cache(self._find_homes)

    def _hash(self, *names: str) -> str:
        """sha256 over the code of these modules and of all that they run."""
        return content_hash({name: self._known(name).code for name in self.closure(*names)})

    def closure(self, *names: str) -> frozenset[str]:
        """Dotted names of these modules and of all that they run. Raises ModuleNotFoundError if one is not there."""
        found: set[str] = set()
        todo = set(names)
        while todo:
            found |= todo
            todo = {after for name in todo for after in self._next(name)} - found
        return frozenset(found)

    def _known(self, name: str) -> Module:
        module = self.module(name)
        if module is None:
            raise ModuleNotFoundError(f"no module {name} under {self._root}")
        return module

    def _next(self, name: str) -> Iterator[str]:
        """The modules that the imports of one lead to."""
        for origin, wanted in self._known(name).imports:
            if wanted is not None:
                yield from self._homes(origin, wanted)
            elif self.module(origin):
                yield origin

    def _find_homes(self, origin: str, name: str) -> frozenset[str]:
        """The modules that ``from origin import name`` leads to; none if it leads out of the checkout."""
        module = self.module(origin)
        if module is None:
            return frozenset()
        passed_on = self._homes(*module.origins[name]) if name in module.origins else frozenset()
        if not module.is_package:
            return passed_on | {origin}
        if passed_on:
            return passed_on
        submodule = f"{origin}.{name}"
        return frozenset({origin if name in module.definitions or not self.module(submodule) else submodule})

    def _module(self, name: str) -> Module | None:
        """A module of this checkout, None for any other."""
        place = self._root.joinpath(*name.split("."))
        paths = (place / "__init__.py", place.with_suffix(".py"))
        path = next((path for path in paths if path.is_file()), None)
        if path is None:
            return None
        is_package = path.name == "__init__.py"
        return _parsed(path.read_text(encoding="utf-8"), name, is_package)


@cache
def _parsed(text: str, name: str, is_package: bool) -> Module:
    """The module of a text; files that two checkouts have in common are read once."""
    package = name if is_package else name.rpartition(".")[0]
    tree = ast.parse(text, filename=name)
    origins = {
        bound(alias): (origin, alias.name)
        for node in imports(tree)
        if (origin := _origin(node, package))
        for alias in node.names
        if (origin, alias.name) != (name, bound(alias))  # a submodule of its own
    }
    definitions = frozenset(_definitions(tree))
    code = running(tree)
    imported = ((_origin(node, package), alias.name) for node in imports(code) for alias in node.names)
    named = frozenset((origin, wanted) if origin else (wanted, None) for origin, wanted in imported)
    return Module(is_package, normal_form(code), named, origins, definitions)


def _origin(node: ast.Import | ast.ImportFrom, package: str) -> str | None:
    """The module that ``from ... import`` takes names from, seen from a module of ``package``; None for ``import``."""
    if isinstance(node, ast.Import):
        return None
    if not node.level:
        return node.module
    above = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*above, node.module] if node.module else above)


def _definitions(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import):
            yield from map(bound, node.names)
