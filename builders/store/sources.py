"""What of a source file decides numbers: its code, without comments, layout, docstrings and annotations.

Annotations of functions and of variables are read by nothing that computes, so they are taken out, and with them the
imports that serve nothing else. Those in the body of a class stay: dataclasses and named tuples are made from them.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

_FOR_TYPES = ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def running(module: ast.Module) -> ast.Module:
    """The tree of what runs; the tree given is used up."""
    bare = _Bare()
    bare.visit(module)
    only_types = bare.annotating - set(_names(module))
    _ImportsBut(only_types).visit(module)
    return module


def normal_form(module: ast.Module) -> str:
    """A text that is the same for equal trees, in every version of Python.

    ``ast.dump`` and ``ast.unparse`` change between versions. What is empty is left out, as versions add such fields.
    """
    return json.dumps(_plain(module), ensure_ascii=False)


def imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import in a tree, those inside functions included."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def bound(alias: ast.alias) -> str:
    """The name that an import binds."""
    return alias.asname or alias.name.partition(".")[0]


def _names(tree: ast.AST) -> Iterator[str]:
    return (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def _plain(node: object) -> object:
    if isinstance(node, ast.AST):
        fields = [[name, _plain(value)] for name, value in ast.iter_fields(node) if value is not None and value != []]
        return [type(node).__name__, *fields]
    return [_plain(part) for part in node] if isinstance(node, list) else repr(node)


class _Bare(ast.NodeTransformer):
    """Takes out docstrings, annotations and what is for type checkers; keeps the names that annotations used."""

    def __init__(self) -> None:
        self.annotating: set[str] = set()
        self._fields: set[ast.AnnAssign] = set()

    def _annotation(self, node: ast.expr | None) -> None:
        if node is not None:
            self.annotating.update(_names(node))

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if is_text else self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        return node.orelse if ast.unparse(node.test) in _FOR_TYPES else node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        self._annotation(node.annotation)
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._annotation(node.returns)
        node.returns = None
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self._fields.update(part for part in node.body if isinstance(part, ast.AnnAssign))
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        if node in self._fields:
            return node
        self._annotation(node.annotation)
        return None if node.value is None else ast.Assign([node.target], node.value)


class _ImportsBut(ast.NodeTransformer):
    """Takes out the imports of some names."""

    def __init__(self, names: set[str]) -> None:
        self._out = names

    def _rest(self, node: ast.Import | ast.ImportFrom) -> ast.AST | None:
        node.names = [alias for alias in node.names if bound(alias) not in self._out]
        return node if node.names else None

    visit_Import = visit_ImportFrom = _rest
