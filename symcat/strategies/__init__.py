"""The ways to an answer, asked in order: each answers or declines with a reason."""

from __future__ import annotations

from symcat.question import Question
from symcat.strategies.base import Strategy
from symcat.strategies.correction import Correction
from symcat.strategies.device import Device
from symcat.strategies.learned import Learned
from symcat.strategies.table import Table


def asked(question: Question) -> list[Strategy]:
    """Those that a question asks, in order."""
    known: list[Strategy] = [Table(), Correction(), Learned(), Device()]
    by_name = {strategy.name: strategy for strategy in known}
    return [by_name[name] for name in question.strategies]
