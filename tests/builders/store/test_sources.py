"""What of a source file decides numbers."""

from __future__ import annotations

import ast
import hashlib
import textwrap

import pytest

from builders.store.sources import imports, normal_form, running

BEFORE = '''
"""Of a module."""

import numpy as np

from somewhere import Floats, State
from elsewhere import f

SIZE: int = 3
"""Of a constant."""


class Pair(NamedTuple):
    """Of a class."""

    first: State


def g(x: Floats, *, y: Floats | None = None) -> Floats:
    """Of a function."""
    z: Floats = np.exp(f(x))
    return z  # the exponential
'''


def form(text: str) -> str:
    return normal_form(running(ast.parse(textwrap.dedent(text))))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Of a module", "Said otherwise"),
        ("Of a constant", "Said otherwise"),
        ("Of a class", "Said otherwise"),
        ("Of a function", "Said otherwise"),
        ("the exponential", "said otherwise"),
        ("np.exp(f(x))", "np.exp(\n        f(x),\n    )"),
        ("z: Floats = ", "z = "),
        ("SIZE: int = 3", "SIZE = 3"),
        ("Floats | None", "float | None"),
        ("-> Floats", "-> np.ndarray"),
        ("import Floats, State", "import State"),
        ("SIZE", "if TYPE_CHECKING:\n    from another import G\nSIZE"),
        ("SIZE", "if typing.TYPE_CHECKING:\n    from another import G\nSIZE"),
    ],
)
def test_words_layout_and_annotations_do_not_count(old: str, new: str) -> None:
    assert old in BEFORE
    assert form(BEFORE.replace(old, new)) == form(BEFORE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("np.exp(f(x))", "np.exp(2.0 * f(x))"),
        ("np.exp(f(x))", "np.exp(-f(x))"),
        ("SIZE: int = 3", "SIZE: int = 4"),
        ("SIZE: int = 3", "SIZE: int = 3.0"),
        ("first: State", "second: State"),
        ("y: Floats | None = None", "y: Floats | None = 0"),
        ("import f", "import h as f"),
        ("*, y", "y"),
        ("SIZE", "if not TYPE_CHECKING:\n    from another import G\nSIZE"),
    ],
)
def test_code_counts(old: str, new: str) -> None:
    assert old in BEFORE
    assert form(BEFORE.replace(old, new)) != form(BEFORE)


def test_imports_for_annotations_alone_are_taken_out() -> None:
    names = {alias.name for node in imports(running(ast.parse(BEFORE))) for alias in node.names}
    assert names == {"numpy", "State", "f"}  # State is a field, which a named tuple is made from


def test_imports_that_nothing_uses_stay() -> None:
    tree = running(ast.parse("import a.b\nfrom c import d\n"))
    assert {alias.name for node in imports(tree) for alias in node.names} == {"a.b", "d"}


EVERYTHING = r"""
from __future__ import annotations

def f(x, /, *y, z=1, **w):
    global g
    a, *b = [c for c in x if c not in {1, 2.5e-3, 3j, b"\x00", None, ...}]
    with open(a, 1) as d, d:
        yield from (lambda: -a ** 2)()
    return f"{a!r:>{w}} {{}} {b=} 'x'" f'{c["d"]}' "\n\N{BULLET}"

@g
async def h(x):
    try:
        assert (y := x) is not None, "no"
    except (A, B) as e:
        raise C from e
    else:
        async for i, j in x[1:2, ::3]:
            del x.y
    match x:
        case {"k": [1, *_], **r} | P(q=None) if r:
            pass
"""


def test_the_form_is_that_of_every_version_of_python() -> None:
    # If this fails, either Python now parses otherwise, or the form was changed: in both cases every entry is stale.
    assert hashlib.sha256(form(EVERYTHING).encode()).hexdigest()[:16] == "291985df96df6c89"
