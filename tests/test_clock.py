"""The work in hand: deadlines that nest, words for what is being done, and nothing where no one asks."""

from __future__ import annotations

import math
import time

import pytest

from symcat import clock


def test_without_work_in_hand_nothing_is_cut_or_told() -> None:
    clock.check()
    clock.detail("unheard")
    with clock.step("unheard"):
        clock.check()


def test_what_is_over_says_what_was_being_done() -> None:
    with clock.within(0.01), clock.step("counting sheep"), clock.step("the first"):
        clock.check()
        clock.detail("the second")
        time.sleep(0.02)
        with pytest.raises(clock.OutOfTime, match=r"^the second$"):
            clock.check()


def test_a_part_has_no_more_time_than_the_whole() -> None:
    with clock.within(10.0) as whole:
        with clock.within(math.inf) as part:
            assert part.ends == whole.ends
            assert part.allowed == pytest.approx(10.0)
        with clock.within(0.001) as part:
            assert part.ends < whole.ends
            time.sleep(0.002)
            with pytest.raises(clock.OutOfTime):
                clock.check()
        clock.check()


def test_steps_end_whatever_ends_them() -> None:
    with clock.within() as work:
        with pytest.raises(KeyError), clock.step("outer"), clock.step("inner"):
            raise KeyError
        assert work.steps == []
