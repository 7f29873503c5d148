"""The ways to an answer, asked in order: each answers or declines with a reason."""

from __future__ import annotations

from symcat.question import Question
from symcat.strategies.base import Strategy
from symcat.strategies.correction import Correction
from symcat.strategies.device import Device
from symcat.strategies.learned import Learned
from symcat.strategies.table import Table
from symcat.strategies.unsettled import Unsettled


def asked(question: Question) -> list[Strategy]:
    """Those that a question asks, in order; what was not named is not asked about what integration has settled."""
    learned, device = Learned(), Device()
    beyond = [learned, device] if question.strategies_named else [Unsettled(learned), Unsettled(device)]
    known: list[Strategy] = [Table(), Correction(), *beyond]
    by_name = {strategy.name: strategy for strategy in known}
    return [by_name[name] for name in question.strategies]
