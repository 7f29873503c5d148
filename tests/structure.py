"""The house in numbers: ``python -m tests.structure [ROOT]`` prints them for a checkout of any revision.

- rooms: folders of ``symcat/``; loose files: those beside them.
- circles: sets of files of ``symcat/`` and ``builders/`` that import each other, inside functions and for types too.
- label tests: places whose course depends on a class's label, its family or the kind of a column, as
  ``vocabulary.Vocabulary.label_tests`` finds them. They belong in the rooms of the classes; in the rooms where the
  kinds of columns are decided, and in the device, which has words of its own, they are counted apart.
- identity tests: those among them in which a label or a schema is held against another of its sort, or against None
  (``candidate.label in other.model.nested``, ``label is None``). They treat all classes alike and are no special case,
  so that they are counted by themselves; a comparison with a text that is written there never is one.
- names: labels, families and parameters written as text outside of ``models/``, in the same rooms.
- builders of answers: files that write ``Solution(...)``.
- orchestration: lines of the files that lead from a question to an answer.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.source_tree import ROOT, Checkout
from tests.vocabulary import Vocabulary

APART = {"data": "data", "coding": "data", "ingest": "data", "statistics": "data", "analog": "analog"}
"""Rooms, by their names in any revision, whose label tests are counted apart."""

ORCHESTRATION = (
    # the rooms
    *("question.py", "classify.py", "lookup.py", "solve.py"),
    *("strategies/*.py", "strategies/device/*.py", "data/measure.py"),
    *("answer/build.py", "answer/groups.py", "models/weighing.py", "models/concatenation.py", "models/targets.py"),
    # before there were rooms
    *("answer.py", "by_group.py", "center.py", "collected.py", "group_table.py", "logistic.py", "measure.py"),
    *("mixed.py", "regress.py", "fallback/last_resort.py"),
)
"""Patterns of the files, under ``symcat/``, that do no mathematics and read no data."""


def rooms(checkout: Checkout) -> list[str]:
    return sorted(
        {checkout.room(path) for path in checkout.library if len(checkout.module(path)) > 1} - loose(checkout)
    )


def loose(checkout: Checkout) -> set[str]:
    return {path.stem for path in checkout.library if path.parent == checkout.root / "symcat"}


def by_room(checkout: Checkout, tests: Iterable[tuple[Path, int, str]]) -> Counter[str]:
    """The number of tests in each of the rooms counted apart, and of all others under ``""``."""
    return Counter(APART.get(checkout.room(path), "") for path, _, _ in tests)


def builders_of_answers(checkout: Checkout) -> list[str]:
    return sorted(checkout.name(path) for path, tree in checkout.library.items() if any(map(_builds, ast.walk(tree))))


def orchestration(checkout: Checkout) -> int:
    package = checkout.root / "symcat"
    paths = {path for pattern in ORCHESTRATION for path in package.glob(pattern)}
    return sum(path.read_text(encoding="utf-8").count("\n") for path in paths)


def _builds(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name == "Solution"


def _line(name: str, number: int, items: Iterable[str] = ()) -> None:
    listed = ", ".join(items)
    print(f"{name:<20} {number:>6}" + (f"  {listed}" if listed else ""))


def main(root: Path) -> None:
    checkout = Checkout(root)
    words = Vocabulary(checkout)
    names = [path for path, _, _ in words.named() if checkout.room(path) not in APART]
    circles, writers = checkout.circles(), builders_of_answers(checkout)
    _line("rooms", len(rooms(checkout)), rooms(checkout))
    _line("loose files", len(loose(checkout)), sorted(loose(checkout)))
    _line("circles", len(circles), (" <-> ".join(circle) for circle in circles))
    for name, found in (("label tests", words.label_tests()), ("identity tests", words.identity_tests())):
        tests = by_room(checkout, found)
        _line(name, tests[""], (f"and {tests[room]} in {room}" for room in sorted(tests) if room))
    _line("names of classes", len(names))
    _line("builders of answers", len(writers), writers)
    _line("orchestration", orchestration(checkout), ["lines"])


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT)
