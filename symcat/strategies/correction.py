"""The series of the catalogue, for classes whose own sums are out of reach, judged against the averages of the data."""

from __future__ import annotations

from symcat import clock
from symcat.models.weighing import with_corrections
from symcat.strategies.base import Answered, Declined, Problem

CORRECTED = "corrected"
"""Of what a problem remembers: the labels of the classes that a series has answered."""


class Correction:
    """Asks every class without an answer for the fit by its series, and weighs the classes once more."""

    name = "correction"

    def ask(self, problem: Problem) -> Answered | Declined:
        with clock.step("trying the series of the catalogue"):
            weighed, refused = with_corrections(problem.weighed, problem.observed, problem.center, problem.at_hand)
        found = [one for one in weighed.candidates if one.fit.source == self.name]
        problem.cache[CORRECTED] = {one.label for one in found}
        winner = weighed.winner()
        if winner is None or winner.fit.source != self.name:
            said = [*refused, *(f"{one.label}: {weighed.reason(one)}" for one in found)]
            return Declined("; ".join(said) or "no series of the catalogue covers these data")
        return problem.answered(winner.model, winner.fit, winner.checks, winner.fit.note, weighed)
