"""Public names are documented, with examples that run, and ``docs/reference.md`` says what they say."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from tests.docstrings import PAGE, documentation, is_protocol, members, page, public, sections, signature
from tests.source_tree import ROOT, Checkout

PROTOCOLS = {
    own for _, thing in public() if isinstance(thing, type) and is_protocol(thing) for own, _ in members(thing)
}
"""Members of the public protocols."""

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def lacks(name: str, thing: Any) -> Iterator[str]:
    """What the docstring of a public name should have and has not."""
    text = documentation(thing)
    if not text:
        yield "a docstring"
    if ">>> " not in text:
        yield "an example"
    if inspect.isfunction(thing):
        called = signature(thing)
        assert called is not None
        wanted = {"Returns", "Raises"} | ({"Parameters"} if called.parameters else set())
        yield from sorted(f"a section {title}" for title in wanted - sections(thing))
    if isinstance(thing, type):
        # What fulfils a protocol is documented there.
        elsewhere = set() if is_protocol(thing) else PROTOCOLS
        undocumented = (own for own, member in members(thing) if not documentation(member))
        yield from (f"a docstring of {own}" for own in undocumented if own not in elsewhere)


def test_every_public_name_is_documented() -> None:
    lacking = [f"{name} lacks {what}" for name, thing in public() for what in lacks(name, thing)]
    assert not lacking, "\n".join(lacking)


def test_what_is_lacking_is_noticed() -> None:
    def bare(x: int) -> None: ...

    class Bare:
        """Documented.

        >>> 1
        1
        """

        def method(self) -> None: ...

    Bare.__module__ = "symcat.bare"
    assert list(lacks("bare", bare)) == [
        *("a docstring", "an example"),
        *("a section Parameters", "a section Raises", "a section Returns"),
    ]
    assert list(lacks("Bare", Bare)) == ["a docstring of method"]


def test_the_reference_is_up_to_date() -> None:
    """Run ``make docs`` to write it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()


HOUSE = Checkout()
WITH_EXAMPLES = [
    ".".join(HOUSE.module(path)) for path in HOUSE.library if "    >>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each docstring by itself: it imports what it uses."""
    monkeypatch.chdir(ROOT)
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    output: list[str] = []
    for example in doctest.DocTestFinder(exclude_empty=True).find(import_module(module), module, globs={}):
        runner.run(example, out=output.append)
    assert runner.tries
    assert not runner.failures, "".join(output)
