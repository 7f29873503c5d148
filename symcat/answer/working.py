"""What takes long says what it is doing: one line on stderr or below the cell of a notebook, after two seconds."""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol

from symcat.clock import Work, step, within

AFTER_S = 2.0
"""Before this nothing is shown."""
_EVERY_S = 0.25


class _Line(Protocol):
    """One line that is written over."""

    def show(self, text: str) -> None: ...
    def end(self) -> None: ...


@contextmanager
def working(what: str, seconds: float = math.inf) -> Iterator[Work]:
    """The block is ``what`` and may take so many seconds; where someone is looking, it is shown how far it has come.

    Inside another such block there is one line, of what is done last.
    """
    with within(seconds) as work:
        over, display = threading.Event(), None
        if not work.steps and _is_seen():
            display = threading.Thread(target=_display, args=(work.steps, over), daemon=True)
            display.start()
        try:
            with step(what):
                yield work
        finally:
            over.set()
            if display is not None:
                display.join()


def _display(steps: list[str], over: threading.Event) -> None:
    began = time.perf_counter()
    if over.wait(AFTER_S):
        return
    line = _line()
    try:
        while True:
            line.show(_text(steps, began))
            if over.wait(_EVERY_S):
                return
    finally:
        line.end()


def _text(steps: list[str], began: float) -> str:
    return f"symcat: {', '.join(list(steps))} ({time.perf_counter() - began:.0f} s)"


def _is_seen() -> bool:
    return sys.stderr.isatty() or _shell() is not None


def _shell() -> Any:
    """The shell of a notebook's kernel, None elsewhere."""
    found = sys.modules.get("IPython")
    shell = None if found is None else found.get_ipython()
    return shell if hasattr(shell, "kernel") else None


class _TerminalLine:
    """A spinner of rich's, on stderr, that is taken away at the end."""

    def __init__(self) -> None:
        from rich.console import Console

        self._status = Console(stderr=True).status("")

    def show(self, text: str) -> None:
        from rich.markup import escape

        self._status.update(escape(text))
        self._status.start()

    def end(self) -> None:
        self._status.stop()


class _NotebookLine:
    """An output of the cell that is written over, as rich renders it, and empty at the end."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._handle: Any = None

    def show(self, text: str) -> None:
        from rich.text import Text

        if self._handle is None:
            self._handle = self._display(Text(text), display_id=True)
        else:
            self._handle.update(Text(text))

    def end(self) -> None:
        if self._handle is not None:
            self._handle.update({"text/plain": ""}, raw=True)


def _line() -> _Line:
    if _shell() is None:
        return _TerminalLine()
    return _NotebookLine(import_module("IPython.display").display)
