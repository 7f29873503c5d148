"""The ways to an answer, asked in order: each answers or declines with a reason."""

from __future__ import annotations

from symcat.question import Question
from symcat.strategies.base import Strategy
from symcat.strategies.correction import Correction
from symcat.strategies.table import Table


def strategies(question: Question) -> list[Strategy]:
    """Those that a question allows, in the order in which they are asked."""
    found: list[Strategy] = [Table(), Correction()]
    if question.asks_the_device:
        from symcat.strategies.device import Device
        from symcat.strategies.learned import Learned
        from symcat.strategies.unsettled import Unsettled

        found += [Unsettled(Learned()), Unsettled(Device())]
    return found
