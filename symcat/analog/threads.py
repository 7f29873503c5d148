"""Compiled loops in threads of their own, so that neither the clock nor Ctrl-C waits for them, or for the compiler.

What is left behind when the time is over ends by itself; nobody reads what it writes.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable

from symcat import clock

_LOOKED_AT_S = 0.05


def side_by_side(tasks: Iterable[Callable[[], float]]) -> float:
    """The sum of what the tasks return; they run at once, on as many cores as this process may use.

    Raises what a task raises, and OutOfTime where the time allowed passes before all have ended.
    """
    left = deque(enumerate(tasks))
    found: list[float | Exception] = [0.0] * len(left)

    def run() -> None:
        while left:
            try:
                place, task = left.popleft()
            except IndexError:  # another thread was faster
                return
            try:
                found[place] = task()
            except Exception as error:  # noqa: BLE001  (raised again below)
                found[place] = error
                left.clear()

    threads = [threading.Thread(target=run, daemon=True) for _ in range(min(len(left), _cores()))]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(_LOOKED_AT_S)
                clock.check()
    finally:
        left.clear()
    total = 0.0
    for value in found:
        if isinstance(value, Exception):
            raise value
        total += value
    return total


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1
