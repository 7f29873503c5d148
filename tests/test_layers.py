"""The house has floors: a module of symcat imports only from the floors below it, even inside a function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "symcat"

# From the ground up. One entry is one floor; a package is one floor with all its modules.
FLOORS = (
    "errors",
    "labels",
    "loops",
    "piecewise",
    "moments",
    "states",
    "coding",
    "models",
    "learned",
    "catalogue",
    "frames",
    "presentation",
    "plotting",
    "records",
    "solution",
    "ingest",
    "statistics",
    "analog",
    "validation",
    "regress",
    "averages",
    "answer",
    "lookup",
    "center",
    "collected",
    "measure",
    "information",
    "classify",
    "mixed",
    "logistic",
    "group_table",
    "by_group",
    "progress",
    "fallback",
    "solve",
    "verify",
    "__init__",
    "terminal",
    "cli",
)
MODULES = sorted(PACKAGE.rglob("*.py"))
CODE = MODULES + sorted((ROOT / "builders").rglob("*.py"))

SQL_METHODS = {"sql", "execute", "executemany", "query", "from_query", "query_df"}
SQL_TEXT = re.compile(
    r"\s*(select\s.+\bfrom\b|create\s+(or|table|view|macro)\b|insert\s+into\b|attach\s+')", re.IGNORECASE | re.DOTALL
)
EVALUATORS = {"eval", "exec", "sympify", "parse_expr"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def floor(path: Path) -> str:
    """The floor a module file stands on: ``models`` for every module of ``symcat/models/``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def is_for_types(node: ast.AST) -> bool:
    """An ``if TYPE_CHECKING:`` block."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Absolute dotted names of what a module imports when it runs, anywhere in it, with the line."""
    package = ("symcat", *path.relative_to(PACKAGE).parent.parts)
    module = tree(path)
    for_types = {id(inner) for node in ast.walk(module) if is_for_types(node) for inner in ast.walk(node)}
    for node in ast.walk(module):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            origin = ".".join(part for part in (base, node.module) if part)
            for alias in node.names:
                yield f"{origin}.{alias.name}", node.lineno


def imported_floor(dotted: str) -> str | None:
    """The floor an import reaches, None for one from outside symcat. A bare ``symcat`` reaches the public names."""
    package, _, rest = dotted.partition(".")
    if package != "symcat":
        return None
    head = rest.partition(".")[0]
    is_module = (PACKAGE / f"{head}.py").is_file() or (PACKAGE / head / "__init__.py").is_file()
    return head if head and is_module else "__init__"


def docstrings(module: ast.Module) -> set[int]:
    """Identities of the string nodes that are documentation."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
    return found


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_every_floor_is_a_module_and_every_module_has_one() -> None:
    assert {floor(path) for path in MODULES} == set(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_down(path: Path) -> None:
    here = FLOORS.index(floor(path))
    upward = []
    for dotted, line in imported(path):
        reached = imported_floor(dotted)
        if reached is None:
            continue
        same_package = reached == floor(path) and (PACKAGE / reached).is_dir()
        if FLOORS.index(reached) >= here and not same_package:
            upward.append(f"line {line}: {dotted}")
    assert not upward, f"{name_of(path)} imports from its own floor or above: {upward}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_library_never_imports_the_builders(path: Path) -> None:
    outside = [f"line {line}: {name}" for name, line in imported(path) if name.split(".")[0] in {"builders", "flint"}]
    assert not outside


@pytest.mark.parametrize("path", [p for p in MODULES if p.name != "catalogue.py"], ids=name_of)
def test_only_the_catalogue_speaks_sql(path: Path) -> None:
    module = tree(path)
    documentation = docstrings(module)
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and called(node) in SQL_METHODS:
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            if any(isinstance(a, ast.JoinedStr | ast.BinOp | ast.Constant) for a in arguments):
                found.append(f"line {node.lineno}: a call of {called(node)} with a text")
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
        if is_text and SQL_TEXT.match(node.value):
            found.append(f"line {node.lineno}: {node.value[:40]!r}")
    assert not found, f"{name_of(path)} contains SQL: {found}"


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_nothing_is_evaluated_as_code(path: Path) -> None:
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and called(node) in EVALUATORS:
            found.append(f"line {node.lineno}: {called(node)}")
        if isinstance(node, ast.ImportFrom) and EVALUATORS & {alias.name for alias in node.names}:
            found.append(f"line {node.lineno}: imports {[alias.name for alias in node.names]}")
    assert not found, f"formulas are data, never code: {found}"


def test_the_rules_would_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that breaks every rule is caught by each of the tests above."""
    package = tmp_path / "symcat"
    package.mkdir()
    (package / "solve.py").write_text("")
    offender = package / "errors.py"
    offender.write_text(
        "def f(connection, text):\n"
        "    from symcat.solve import anything\n"
        "    from . import solve\n"
        "    import builders.entry\n"
        "    connection.execute('select 1')\n"
        "    return eval(text)\n"
    )
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    monkeypatch.setitem(globals(), "PACKAGE", package)
    for rule in (
        test_imports_go_down,
        test_the_library_never_imports_the_builders,
        test_only_the_catalogue_speaks_sql,
        test_nothing_is_evaluated_as_code,
    ):
        with pytest.raises(AssertionError):
            rule(offender)
    names = [name for name, _ in imported(offender)]
    assert [imported_floor(name) for name in names] == ["solve", "solve", None]
