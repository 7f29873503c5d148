"""What is left to be looked for: a class that was fitted exactly has its answer, or its reason for none.

So has one that a series has answered.
"""

from __future__ import annotations

from dataclasses import replace

from symcat.models.relaxation import relaxables
from symcat.models.special import is_integrated
from symcat.strategies.base import Answered, Declined, Problem, Strategy
from symcat.strategies.correction import CORRECTED


class Unsettled:
    """A strategy that is asked only about classes which neither integration nor a series has settled."""

    def __init__(self, strategy: Strategy) -> None:
        self.strategy, self.name = strategy, strategy.name

    def ask(self, problem: Problem) -> Answered | Declined:
        found = relaxables(problem.schema, problem.options, problem.tables)
        labels = [one.model.label for one in found if problem.classes is None or one.model.label in problem.classes]
        settled = {candidate.label for candidate in problem.weighed.candidates if is_integrated(candidate.model)}
        in_series = problem.cache.get(CORRECTED, set()) & set(labels)
        left = tuple(label for label in labels if label not in settled | in_series)
        if labels and not left:
            by = "series" if in_series else "exact fits"
            return Declined(f"{by} have settled every class that could be looked for")
        return self.strategy.ask(problem if len(left) == len(labels) else replace(problem, classes=left))
