"""Compiled loops run aside: their sum comes back, their errors too, and neither clock nor Ctrl-C waits for them."""

from __future__ import annotations

import time

import pytest

from symcat import clock
from symcat.analog.threads import side_by_side


def test_more_tasks_than_cores_are_added_up() -> None:
    assert side_by_side([lambda k=k: float(k) for k in range(100)]) == 4950.0  # type: ignore[misc]
    assert side_by_side([]) == 0.0


def test_what_a_task_raises_is_raised() -> None:
    def fail() -> float:
        raise ValueError("told")

    with pytest.raises(ValueError, match="told"):
        side_by_side([lambda: 1.0, fail, lambda: 1.0])


def test_the_clock_does_not_wait_for_a_task() -> None:
    def sleep() -> float:
        time.sleep(2.0)
        return 0.0

    began = time.perf_counter()
    with clock.within(0.1), pytest.raises(clock.OutOfTime):
        side_by_side([sleep])
    assert time.perf_counter() - began < 1.0
