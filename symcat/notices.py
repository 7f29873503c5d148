"""Warnings that point at the line of the user's own code, however deep in the library they are given."""

from __future__ import annotations

import sys
import warnings

_OWN = __name__.partition(".")[0]


def warn(text: str) -> None:
    """A UserWarning at the first caller outside of the library."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in (_OWN, "contextlib"):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, stacklevel=level + 1)
