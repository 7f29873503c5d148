"""The catalogue's classes: the one with the smallest BIC of those that fit, by its formula or its table."""

from __future__ import annotations

from symcat.strategies.base import Answered, Declined, Problem


class Table:
    """Answers with the class that the weighing has taken."""

    name = "catalogue"

    def ask(self, problem: Problem) -> Answered | Declined:
        weighed = problem.weighed
        winner = weighed.winner()
        if winner is None:
            return Declined(weighed.reasons())
        reason = winner.fit.note or weighed.reason(winner)
        return problem.answered(winner.model, winner.fit, winner.checks, reason)
