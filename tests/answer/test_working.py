"""One line says what is being done, in terminals and in notebooks; none where nobody is looking."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import Any

import pytest

from symcat.answer import working

LONG = """
import time
from symcat.answer.working import working
from symcat.clock import detail, step
with working("solving"):
    with step("asking the analog device"):
        time.sleep({seconds})
"""


def seen(seconds: float) -> str:
    """What a terminal shows on stderr of a block that takes so long."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", LONG.format(seconds=seconds)], stderr=theirs) as process:
        os.close(theirs)
        text = b""
        while True:
            try:
                found = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not found:
                break
            text += found
    os.close(ours)
    assert process.returncode == 0
    return text.decode()


@pytest.mark.slow
def test_after_two_seconds_a_terminal_says_what_is_being_done() -> None:
    assert "symcat: solving, asking the analog device (2 s)" in seen(2.9)
    assert seen(0.5) == ""


def test_where_nobody_is_looking_nothing_is_written(capfd: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setattr(working, "AFTER_S", 0.0)
    with working.working("solving"):
        pass
    assert capfd.readouterr() == ("", "")


def test_a_notebook_has_one_output_that_is_written_over() -> None:
    """What ``IPython.display.display`` is called with: an object that rich renders, then the same output anew."""

    class Handle:
        def update(self, shown: Any, **options: Any) -> None:
            outputs.append((shown, options))

    def display(shown: Any, **options: Any) -> Handle:
        outputs.append((shown, options))
        return Handle()

    outputs: list[tuple[Any, dict[str, Any]]] = []
    line = working._NotebookLine(display)
    line.end()
    assert outputs == []
    line.show("[one] of two")
    line.show("two of two")
    line.end()
    (first, begun), (second, _), (last, raw) = outputs
    assert (first.plain, begun) == ("[one] of two", {"display_id": True})
    assert second.plain == "two of two"
    assert "text/html" in first._repr_mimebundle_((), ())
    assert (last, raw) == ({"text/plain": ""}, {"raw": True})
