"""The rules of the house, each tested once over all files, and each shown to notice a file that breaks it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.source_tree import Checkout
from tests.structure import builders_of_answers
from tests.vocabulary import HOME, Vocabulary, docstrings

CHECKOUT = Checkout()

GROUND = frozenset({"clock", "errors", "loops", "notices"})
ROOMS: tuple[frozenset[str], ...] = (
    GROUND,
    frozenset({"data"}),
    frozenset({"symmetry"}),
    frozenset({"models"}),
    frozenset({"catalogue"}),
    frozenset({"analog"}),
    frozenset({"answer"}),
    frozenset({"question"}),
    frozenset({"strategies"}),
    frozenset({"solve", "classify", "lookup", "model", "testing", "verify"}),
    frozenset({"__init__"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)
"""From the ground up: a file imports from its own room and from those before it. The ground imports nothing."""

ALLOWED_NAMES: dict[tuple[str, str], str] = {
    ("symcat/catalogue/book.py", "coefficients"): "a column of the table segments: of a piecewise polynomial",
}
"""(file, text): why a file outside of ``models/`` names a class all the same."""

SQL_METHODS = {"sql", "execute", "executemany", "query", "from_query", "query_df"}
SQL_TEXT = re.compile(
    r"\s*(select\s.+\bfrom\b|create\s+(or|table|view|macro)\b|insert\s+into\b|attach\s+')", re.IGNORECASE | re.DOTALL
)
EVALUATORS = {"eval", "exec", "sympify", "parse_expr"}
FILES = {"pathlib", "io", "tempfile", "shutil", "duckdb"}
READERS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "loadtxt", "memmap"}

Rule = Callable[[Checkout], Iterator[str]]


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    return ((called(node), node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def floor(room: str) -> int | None:
    return next((k for k, rooms in enumerate(ROOMS) if room in rooms), None)


# --- the rules: each yields what breaks it ---------------------------------------------------------------------------


def every_file_has_a_room(house: Checkout) -> Iterator[str]:
    """Nothing lies beside the rooms and the verbs."""
    for path in house.library:
        if floor(house.room(path)) is None:
            yield f"{house.name(path)} is in no room of the list"


def imports_go_down(house: Checkout) -> Iterator[str]:
    """Imports go down the list of rooms: inside functions, for types only and relative ones too."""
    for path in house.library:
        room = house.room(path)
        here = floor(room)
        for found in house.imports[path]:
            reached = house.reached(found.name)
            if reached is None or here is None or reached not in house.library:
                continue
            there = floor(house.room(reached))
            if room in GROUND or there is None or there > here:
                yield f"{house.name(path)}, line {found.line}: {found.name}"


def no_circles(house: Checkout) -> Iterator[str]:
    """No files import each other, of the library or the builders, but where a comment ``# circle: why`` says why."""
    for circle in house.circles():
        yield " <-> ".join(circle)


def only_strategies_know_the_device(house: Checkout) -> Iterator[str]:
    """The emulated device is asked by strategies alone; a user may import it."""
    for path in house.library:
        for found in house.imports[path]:
            if found.name.startswith("symcat.analog") and house.room(path) not in ("analog", "strategies"):
                yield f"{house.name(path)}, line {found.line}: {found.name}"


def the_library_stands_alone(house: Checkout) -> Iterator[str]:
    """The library imports neither the builders nor what only they need."""
    for path in house.library:
        for found in house.imports[path]:
            if found.name.split(".")[0] in {"builders", "flint", "tests"}:
                yield f"{house.name(path)}, line {found.line}: {found.name}"


def only_models_name_classes(house: Checkout) -> Iterator[str]:
    """No room but ``models/`` names a label, a family or a parameter."""
    for path, line, word in Vocabulary(house).named():
        if (house.name(path), word) not in ALLOWED_NAMES:
            yield f"{house.name(path)}, line {line}: {word!r}"


def only_the_catalogue_speaks_sql(house: Checkout) -> Iterator[str]:
    """SQL stands in ``catalogue/`` alone."""
    for path, tree in house.library.items():
        if house.room(path) == "catalogue":
            continue
        for name, node in calls(tree):
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            if name in SQL_METHODS and any(isinstance(a, ast.JoinedStr | ast.BinOp | ast.Constant) for a in arguments):
                yield f"{house.name(path)}, line {node.lineno}: a call of {name} with a text"
        documentation = docstrings(tree)
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
            if is_text and SQL_TEXT.match(node.value):
                yield f"{house.name(path)}, line {node.lineno}: {node.value[:40]!r}"


def models_read_no_files(house: Checkout) -> Iterator[str]:
    """The classes are pure mathematics: their tables are lent to them."""
    for path, tree in house.library.items():
        if house.room(path) != HOME:
            continue
        for found in house.imports[path]:
            if found.name.split(".")[0] in FILES:
                yield f"{house.name(path)}, line {found.line}: {found.name}"
        for name, node in calls(tree):
            if name in READERS:
                yield f"{house.name(path)}, line {node.lineno}: {name}"


def nothing_is_evaluated(house: Checkout) -> Iterator[str]:
    """Formulas are data, never code."""
    for path, tree in house.trees.items():
        for name, node in calls(tree):
            if name in EVALUATORS:
                yield f"{house.name(path)}, line {node.lineno}: {name}"
        for found in house.imports[path]:
            if found.name.rpartition(".")[2] in EVALUATORS:
                yield f"{house.name(path)}, line {found.line}: {found.name}"


def answers_are_built_in_one_place(house: Checkout) -> Iterator[str]:
    """A single file makes a ``Solution``, so that no answer lacks what the others say."""
    yield from (name for name in builders_of_answers(house) if name != "symcat/answer/build.py")


RULES: tuple[Rule, ...] = (
    every_file_has_a_room,
    imports_go_down,
    no_circles,
    only_strategies_know_the_device,
    the_library_stands_alone,
    only_models_name_classes,
    only_the_catalogue_speaks_sql,
    models_read_no_files,
    nothing_is_evaluated,
    answers_are_built_in_one_place,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule(rule: Rule) -> None:
    broken = list(rule(CHECKOUT))
    assert not broken, "\n".join((str(rule.__doc__), *broken))


def test_every_room_exists_and_every_exception_is_used() -> None:
    assert {CHECKOUT.room(path) for path in CHECKOUT.library} == set().union(*ROOMS)
    named = {(CHECKOUT.name(path), word) for path, _, word in Vocabulary(CHECKOUT).named()}
    assert set(ALLOWED_NAMES) <= named


# --- each rule notices -----------------------------------------------------------------------------------------------

OFFENDERS: tuple[tuple[Rule, str, str], ...] = (
    (every_file_has_a_room, "symcat/stray.py", ""),
    (imports_go_down, "symcat/data/late.py", "def f():\n    from symcat.solve import solve\n"),
    (imports_go_down, "symcat/data/typed.py", "if TYPE_CHECKING:\n    from symcat.models.base import Model\n"),
    (imports_go_down, "symcat/models/near.py", "from ..answer import solution\n"),
    (imports_go_down, "symcat/loops.py", "from symcat.errors import SymcatError\n"),
    (imports_go_down, "symcat/strategies/far.py", "import symcat\n"),
    (no_circles, "symcat/models/base.py", "def f():\n    from symcat.models.gaussian import full\n"),
    (no_circles, "symcat/models/base.py", "if TYPE_CHECKING:\n    from .gaussian.full import Full\n"),
    (no_circles, "symcat/models/base.py", "from symcat.models.gaussian.full import Full  # circle:\n"),
    (only_strategies_know_the_device, "symcat/solve.py", "from symcat.analog.device import Device\n"),
    (the_library_stands_alone, "symcat/data/any.py", "def f():\n    import builders.entry\n"),
    (only_models_name_classes, "symcat/answer/a.py", "def f(s):\n    return s.label == 'gaussian.full'\n"),
    (only_models_name_classes, "symcat/answer/a.py", "def f(s):\n    return s.label.startswith('gaussian.')\n"),
    (only_models_name_classes, "symcat/answer/a.py", "def f(n):\n    return f'o{n}.full'\n"),
    (only_models_name_classes, "symcat/answer/a.py", "def f(s):\n    return s.family == 'gaussian'\n"),
    (only_models_name_classes, "symcat/answer/a.py", "def f(s):\n    return s.parameters['precision']\n"),
    (only_models_name_classes, "symcat/answer/a.py", "def f(s):\n    return 'precision' in s.parameters\n"),
    (only_the_catalogue_speaks_sql, "symcat/data/b.py", "def f(c):\n    return c.execute('pragma version')\n"),
    (only_the_catalogue_speaks_sql, "symcat/data/b.py", "Q = 'select label from classes'\n"),
    (models_read_no_files, "symcat/models/gaussian/c.py", "from pathlib import Path\n"),
    (models_read_no_files, "symcat/models/gaussian/c.py", "def f(p):\n    return open(p)\n"),
    (nothing_is_evaluated, "builders/d.py", "def f(t):\n    return eval(t)\n"),
    (nothing_is_evaluated, "symcat/answer/d.py", "from sympy import sympify as read\n"),
    (answers_are_built_in_one_place, "symcat/answer/solution.py", "def f(s):\n    return Solution(label=s.label)\n"),
)


@pytest.fixture
def house(tmp_path: Path) -> Checkout:
    """A small house that keeps every rule."""
    files = {
        "symcat/__init__.py": "from symcat.solve import solve\n",
        "symcat/errors.py": "",
        "symcat/data/__init__.py": "",
        "symcat/models/__init__.py": "",
        "symcat/models/base.py": "from symcat.errors import SymcatError\n",
        "symcat/models/gaussian/__init__.py": '"""Of gaussian.full."""\nNAME = "gaussian.full"\n',
        "symcat/models/gaussian/full.py": "from symcat.models.base import Model\n",
        "symcat/catalogue/__init__.py": "Q = 'select label from classes'\n",
        "symcat/solve.py": 'def solve(s):\n    """As ``gaussian.full``."""\n    return f"not {s}: gaussian.full is"\n',
        "builders/entry.py": "import symcat\n",
        "catalogue/gaussian.full/classes.ndjson": (
            '{"family": "gaussian", "label": "gaussian.full", "parameters": "mean, precision"}\n'
        ),
    }
    for name, text in files.items():
        write(tmp_path, name, text)
    return Checkout(tmp_path)


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_a_house_that_keeps_the_rules(house: Checkout) -> None:
    assert not [broken for rule in RULES for broken in rule(house)]


@pytest.mark.parametrize(("rule", "name", "text"), OFFENDERS)
def test_the_rule_notices(house: Checkout, rule: Rule, name: str, text: str) -> None:
    write(house.root, name, text)
    assert any(name in broken for broken in rule(Checkout(house.root)))


def test_every_rule_has_an_offender() -> None:
    assert {rule for rule, _, _ in OFFENDERS} == set(RULES)


def test_a_circle_with_a_reason_is_let_be(house: Checkout) -> None:
    excused = "def f():\n    from symcat.models.gaussian.full import Full  # circle: each is the other's dual\n"
    write(house.root, "symcat/models/base.py", excused)
    assert not list(no_circles(Checkout(house.root)))


def test_label_tests_are_counted(house: Checkout) -> None:
    """What is a test on a label or a kind, and what is not."""
    text = (
        "def f(s, coding, schema, rows):\n"
        "    if s.label == 'x' and not coding.all_spins:\n"  # two
        "        return [c for c in rows if schema.kinds[c] == 'real']\n"  # one
        "    return coding is None or s.label.startswith('y') or schema.only('real')\n"  # three
        "    return len(rows) == 3 or rows.dtype.kind == 'f' or schema.columns == rows\n"  # none
    )
    write(house.root, "symcat/answer/t.py", text)
    found = [line for path, line, _ in Vocabulary(Checkout(house.root)).label_tests() if path.name == "t.py"]
    assert sorted(found) == [2, 2, 3, 4, 4, 4]


def test_what_treats_all_classes_alike_is_counted_by_itself(house: Checkout) -> None:
    """A label against another, against None or among some; never against a text that is written there."""
    text = (
        "def f(a, b, labels, label, record, schema):\n"
        "    if a.label == b.label or a.label in b.nested or a.label != record['label']:\n"  # three
        "        return label is None or b.label.startswith(label) or schema is not b.schema\n"  # three
        "    if a.label == 'x' or a.label in ('x', b.label) or label.startswith('x') or a.label == f'x{b}':\n"  # none
        "        return a.kind == b.kind or a.basis is None or schema.only(label)\n"  # none
        "    return labels[0] if labels else None\n"  # one
    )
    write(house.root, "symcat/answer/t.py", text)
    words = Vocabulary(Checkout(house.root))
    alike = [line for path, line, _ in words.identity_tests() if path.name == "t.py"]
    special = [line for path, line, _ in words.label_tests() if path.name == "t.py"]
    assert (sorted(alike), sorted(special)) == ([2, 2, 2, 3, 3, 3, 6], [4, 4, 4, 4, 5, 5, 5])
