"""The catalogue's classes: the one with the smallest BIC of those that fit, by its formula or its table."""

from __future__ import annotations

from symcat.strategies.base import Answered, Declined, Problem


class Table:
    """Answers with the class that the weighing has taken."""

    name = "catalogue"

    def ask(self, problem: Problem) -> Answered | Declined:
        winner = problem.weighed.winner()
        if winner is None:
            refused = [candidate.label for candidate in problem.weighed.ordered()]
            return Declined(f"none of {', '.join(refused)} fits; see evidence")
        return Answered(
            model=winner.model,
            fit=winner.fit,
            checks=winner.checks,
            robust=winner.model.robust_standard_errors(winner.fit, problem.measured.statistics.blocks, problem.center),
            reason=winner.fit.note or problem.weighed.reason(winner),
            parts=winner.parts,
        )
