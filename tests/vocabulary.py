"""Where the library names a class: its label, its family, a parameter; and where it asks for the kind of a column.

The words are those of the catalogue's own entries and of the folders of ``symcat/models/``, so that a new class is
looked for as soon as it exists.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from tests.source_tree import Checkout

HOME = "models"
"""The room whose files may name classes."""

AMBIGUOUS = {"mean", "weights"}
"""Parameters, and also an average of any data and a way to choose the centre; and an option of the rows."""

KIND_NAMES = frozenset(
    "label labels family families kind kinds coding schema levels spins all_spins of_spins mixed basis link".split()
)
"""Names of variables and attributes that say which class an answer is of, or of which kind a column is."""

KIND_METHODS = frozenset({"only", "at", "mask"})
"""Methods of a schema that ask for the columns of a kind."""

IDENTITY_NAMES = frozenset({"label", "labels", "schema"})
"""Names of what tells classes, or tables, from one another."""


class Vocabulary:
    """The labels, families and parameters of a checkout."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout

    @cached_property
    def classes(self) -> list[dict[str, str]]:
        """The catalogue's row of each class."""
        files = sorted((self.checkout.root / "catalogue").glob("*/classes.ndjson"))
        return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]

    @cached_property
    def families(self) -> set[str]:
        """Names of families: those of the entries, and of the folders in the room of classes."""
        folders = {path.parent.name for path in (self.checkout.root / "symcat" / HOME).glob("*/__init__.py")}
        return {row["family"] for row in self.classes} | folders

    @cached_property
    def label(self) -> re.Pattern[str]:
        """A whole text that is a label, or the first or the second part of one with its dot."""
        parts = [row["label"].partition(".")[::2] for row in self.classes]
        firsts = "|".join(sorted({re.escape(first) for first, _ in parts} | self.families | {r"o\d+"}))
        seconds = "|".join(sorted({re.escape(second) for _, second in parts if second}))
        return re.compile(rf"(?:{firsts})\.\w*|\.(?:{seconds})")

    @cached_property
    def parameters(self) -> set[str]:
        """Names of parameters."""
        words = {word.strip() for row in self.classes for word in row["parameters"].split(",")}
        return {word for word in words if word.isidentifier()} - AMBIGUOUS

    def named(self) -> Iterator[tuple[Path, int, str]]:
        """Every text outside of the room of classes that is a label, a family, or a parameter used as a key.

        Documentation and sentences may name them: they are no text that is compared with anything.
        """
        for path, tree in self.checkout.library.items():
            if self.checkout.room(path) == HOME:
                continue
            documentation = docstrings(tree)
            keys = set(map(id, _keys(tree)))
            for node in ast.walk(tree):
                if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in documentation:
                    continue
                word = node.value
                is_name = bool(self.label.fullmatch(word)) or word in self.families
                if is_name or (id(node) in keys and word in self.parameters):
                    yield path, node.lineno, word

    def label_tests(self) -> Iterator[tuple[Path, int, str]]:
        """Every place outside of the room of classes where what happens next depends on a label or a kind of column.

        One for each comparison (``==``, ``in``, ``is None``, ...), call of ``startswith`` or ``endswith``, case of a
        ``match``, or condition by itself, that has on either side a name of ``KIND_NAMES`` (``answer.label``,
        ``coding``, ``schema.kinds[j]``, ``coding.spins.any()``), a method of ``KIND_METHODS`` or a label as text; but
        for ``identity_tests``.
        """
        yield from ((path, line, text) for path, line, text, alike in self._tests() if not alike)

    def identity_tests(self) -> Iterator[tuple[Path, int, str]]:
        """Those in which a label, some labels or a schema is held against another or None, or its absence is asked
        for: they treat all classes and all columns alike. No comparison with a text written there is one.
        """
        yield from ((path, line, text) for path, line, text, alike in self._tests() if alike)

    def _tests(self) -> Iterator[tuple[Path, int, str, bool]]:
        for path, tree in self.checkout.library.items():
            if self.checkout.room(path) == HOME:
                continue
            conditions = set(map(id, _conditions(tree)))
            for node in ast.walk(tree):
                if self._is_test(node, id(node) in conditions):
                    yield path, node.lineno, ast.unparse(node), self._treats_all_alike(node)
                elif isinstance(node, ast.Match) and self._tells(node.subject):
                    yield from ((path, case.pattern.lineno, ast.unparse(case.pattern), False) for case in node.cases)

    def _is_test(self, node: ast.AST, is_condition: bool) -> bool:
        if isinstance(node, ast.Compare):
            return any(map(self._tells, (node.left, *node.comparators)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.endswith("swith"):
            return any(map(self._tells, (node.func.value, *node.args)))
        return is_condition and isinstance(node, ast.expr) and self._tells(node)

    def _treats_all_alike(self, node: ast.AST) -> bool:
        match node:
            case ast.Compare(left=left, comparators=others):
                operands = [left, *others]
            case ast.Call(func=ast.Attribute(value=value, attr="startswith" | "endswith"), args=arguments):
                operands = [value, *arguments]
            case _:
                operands = [node]
        telling = [operand for operand in operands if self._tells(operand)]
        return all(_last_name(operand) in IDENTITY_NAMES for operand in telling) and not any(map(_texts, operands))

    def _tells(self, node: ast.expr) -> bool:
        """Whether an operand is a class's label or the kind of a column."""
        match node:
            case ast.Constant(value=str(word)):
                return bool(self.label.fullmatch(word)) or word in self.families
            case ast.Name(id=name):
                return name in KIND_NAMES
            case ast.Attribute(value=ast.Attribute(attr="dtype"), attr="kind"):
                return False  # numpy's
            case ast.Attribute(attr=name):
                return name in KIND_NAMES
            case ast.Subscript(value=value):
                return self._tells(value)
            case ast.Call(func=ast.Attribute(value=value, attr=method)):
                return method in KIND_METHODS or (method in ("any", "all", "lower") and self._tells(value))
        return False


def docstrings(tree: ast.Module) -> set[int]:
    """Identities of the string nodes that are documentation."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _texts(node: ast.AST) -> bool:
    """Whether a text stands in an expression, but as the key of what is looked up."""
    if isinstance(node, ast.Subscript):
        return _texts(node.value)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    return any(map(_texts, ast.iter_child_nodes(node)))


def _keys(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes that are keys: subscripts, keys of dictionaries, what ``get`` takes first, both sides of a comparison."""
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(slice=key):
                yield key
            case ast.Dict(keys=keys):
                yield from (key for key in keys if key is not None)
            case ast.Call(func=ast.Attribute(attr="get" | "pop"), args=[key, *_]):
                yield key
            case ast.Compare(left=left, comparators=others):
                yield left
                for other in others:
                    yield from ast.walk(other)


def _conditions(tree: ast.Module) -> Iterator[ast.AST]:
    """The parts of every condition, without ``and``, ``or`` and ``not``."""
    for node in ast.walk(tree):
        match node:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.Assert(test=test):
                yield from _parts(test)
            case ast.comprehension(ifs=tests):
                for test in tests:
                    yield from _parts(test)
            case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                yield from _parts(node)


def _parts(test: ast.expr) -> Iterator[ast.expr]:
    match test:
        case ast.BoolOp(values=values):
            for value in values:
                yield from _parts(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _parts(operand)
        case _:
            yield test
