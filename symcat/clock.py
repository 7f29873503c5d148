"""The work in hand: what is being done, for how long it may go on, and the one place where it is cut short.

Whoever starts something long says ``with within(seconds)`` and, of its parts, ``with step("sampling log Z")``; long
loops call ``check()``. Time only cuts: nothing else may depend on the clock, so that a busy machine changes no outcome.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


class OutOfTime(Exception):
    """The time allowed has passed. The text says what was being done."""


@dataclass
class Work:
    """What is being done, outermost first, and until when of ``time.perf_counter``."""

    began: float
    ends: float = math.inf
    steps: list[str] = field(default_factory=list)
    allowed: float = math.inf
    """Seconds in all."""

    @property
    def in_words(self) -> str:
        """What is being done, of all that it is a part of the innermost."""
        return self.steps[-1] if self.steps else "working"


_work: ContextVar[Work | None] = ContextVar("work", default=None)


@contextmanager
def within(seconds: float = math.inf) -> Iterator[Work]:
    """The block may take so many seconds, and no longer than what it is a part of."""
    outer, now = _work.get(), time.perf_counter()
    if outer is None:
        work = Work(now, now + seconds, allowed=seconds)
    elif now + seconds < outer.ends:
        work = Work(now, now + seconds, outer.steps, seconds)
    else:
        work = outer
    token = _work.set(work)
    try:
        yield work
    finally:
        _work.reset(token)


@contextmanager
def beside_an_answer(share: float = 0.5) -> Iterator[Work]:
    """The block may take a share of the time that is left: it looks for what is better than an answer at hand."""
    work = _work.get()
    left = math.inf if work is None else max(0.0, work.ends - time.perf_counter())
    with within(share * left) as part:
        yield part


@contextmanager
def step(words: str) -> Iterator[None]:
    """A part of the work, in words that finish the sentence "it is ..."."""
    work = _work.get()
    if work is None:
        yield
        return
    depth = len(work.steps)
    work.steps.append(words)
    try:
        yield
    finally:
        del work.steps[depth:]


def detail(words: str) -> None:
    """How far the last step has come, in place of what was said of it before."""
    work = _work.get()
    if work is not None and work.steps:
        work.steps[-1] = words


def check() -> None:
    """Raises OutOfTime where the time allowed has passed."""
    work = _work.get()
    if work is not None and time.perf_counter() > work.ends:
        raise OutOfTime(work.in_words)
