"""The source text of the project as trees and a graph: its files, what each imports, and the circles among them.

Nothing is imported: a checkout of another revision, or a broken copy, is read in the same way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

ROOT = Path(__file__).parents[1]
EXCUSE = "# circle:"
"""A comment on an importing line that keeps this import out of the search for circles, followed by the reason."""


@dataclass(frozen=True)
class Import:
    """One name that a file imports, by its absolute dotted name, wherever in the file the statement stands."""

    name: str
    line: int
    excused: bool


@dataclass(frozen=True)
class Checkout:
    """A checkout of the project."""

    root: Path = ROOT

    @cached_property
    def trees(self) -> dict[Path, ast.Module]:
        """Every file of ``symcat/`` and ``builders/``, parsed."""
        paths = sorted([*(self.root / "symcat").rglob("*.py"), *(self.root / "builders").rglob("*.py")])
        return {path: ast.parse(path.read_text(encoding="utf-8"), filename=str(path)) for path in paths}

    @cached_property
    def library(self) -> dict[Path, ast.Module]:
        """The files of ``symcat/`` alone."""
        return {path: tree for path, tree in self.trees.items() if self.module(path)[0] == "symcat"}

    def name(self, path: Path) -> str:
        """A file as it is written in a message."""
        return path.relative_to(self.root).as_posix()

    def module(self, path: Path) -> tuple[str, ...]:
        """The parts of a file's dotted name; a package's is that of its folder."""
        parts = path.relative_to(self.root).with_suffix("").parts
        return parts[:-1] if parts[-1] == "__init__" else parts

    def room(self, path: Path) -> str:
        """The folder or loose file of ``symcat/`` that a file is in; ``__init__`` for the package's own."""
        return path.relative_to(self.root / "symcat").with_suffix("").parts[0]

    @cached_property
    def imports(self) -> dict[Path, list[Import]]:
        """Every import of each file: those inside functions, for types only, and relative ones too."""
        return {path: list(self._imports(path)) for path in self.trees}

    def _imports(self, path: Path) -> Iterator[Import]:
        lines = path.read_text(encoding="utf-8").splitlines()
        package = path.relative_to(self.root).parent.parts
        for node in ast.walk(self.trees[path]):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
            excused = bool(text.partition(EXCUSE)[2].strip())
            origin = ""
            if isinstance(node, ast.ImportFrom):
                base = package[: len(package) - node.level + 1] if node.level else ()
                origin = ".".join((*base, *([node.module] if node.module else [])))
            for alias in node.names:
                yield Import(f"{origin}.{alias.name}" if origin else alias.name, node.lineno, excused)

    @cached_property
    def files(self) -> Mapping[str, Path]:
        """The file of every module by its dotted name."""
        return {".".join(self.module(path)): path for path in self.trees}

    def reached(self, name: str) -> Path | None:
        """The file that an import of this name reads: a module, or the one that defines the name; None if not ours."""
        while name:
            if name in self.files:
                return self.files[name]
            name = name.rpartition(".")[0]
        return None

    @cached_property
    def graph(self) -> dict[Path, set[Path]]:
        """The files that each file imports, but for excused imports and for itself."""
        return {
            path: {
                reached
                for found in self.imports[path]
                if not found.excused and (reached := self.reached(found.name)) is not None and reached != path
            }
            for path in self.trees
        }

    def circles(self) -> list[list[str]]:
        """The files that import each other: the strongly connected components of more than one file."""
        components = strongly_connected(self.graph)
        return sorted(sorted(self.name(path) for path in found) for found in components if len(found) > 1)


def strongly_connected(graph: Mapping[Path, set[Path]]) -> list[set[Path]]:
    """The strongly connected components of a graph."""
    place = {path: k for k, path in enumerate(graph)}
    matrix = np.zeros((len(graph), len(graph)), dtype=np.bool_)
    for path, targets in graph.items():
        matrix[place[path], [place[target] for target in targets]] = True
    count, component = connected_components(csr_array(matrix), connection="strong")
    return [{path for path, k in place.items() if component[k] == c} for c in range(count)]
