"""Progress of what takes long: one line on stderr that is written over, and only where a person is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable

_WIDTH = 78


def line() -> Callable[[str], None] | None:
    """A function that shows a text in place of the one before; None where stderr is not a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(text: str) -> None:
        sys.stderr.write(f"\r{text[:_WIDTH]:<{_WIDTH}}\r")
        sys.stderr.flush()

    return show
