"""What was learned before: the nearest solved problem of the same terms, if it reaches as far as these averages."""

from __future__ import annotations

import numpy as np

from symcat.models.relaxation import Estimate, Refusal
from symcat.models.weighing import in_words as check_in_words
from symcat.strategies.base import Answered, Declined, Problem
from symcat.strategies.prospects import Prospect, answered, drawn_from, failed, in_words, log_partition, prospects


class Learned:
    """Answers with the first class whose learned entry reaches, and whose answer no check rejects.

    The averages that the answer implies are measured anew, by quadrature or from rows drawn from it.
    """

    name = "learned"

    def ask(self, problem: Problem) -> Answered | Declined:
        said = []
        for prospect in prospects(problem):
            answer = self._of(problem, prospect)
            if isinstance(answer, Answered):
                return answer
            said.append((prospect.label, answer.reason))
        return Declined(in_words(prospects(problem), said))

    def _of(self, problem: Problem, prospect: Prospect) -> Answered | Refusal:
        from symcat.analog.confinement import confines  # the device's room is not loaded before it is wanted

        relaxation = prospect.relaxation
        if isinstance(relaxation, Refusal):
            return relaxation
        reach = prospect.reach
        if reach is None:
            return Refusal("no learned entry of these terms")
        if not reach.answers:
            return Refusal(reach.detail)
        if not confines(relaxation.family.statistics, reach.couplings):
            return Refusal(f"{reach.detail}, but the free energy does not confine")
        drawn = drawn_from(relaxation, reach.couplings, problem.seed)
        measured = relaxation.agreement(reach.couplings, drawn)
        log_z, error = log_partition(relaxation, reach.couplings, reach.log_partition, reach.log_partition_error)
        estimate = Estimate(
            couplings=reach.couplings,
            standard_errors=reach.standard_errors,
            search_errors=np.zeros_like(reach.couplings),
            row_covariance=None,
            log_partition=log_z,
            log_partition_error=error,
            normalised_error=measured.normalised_error,
            accepted=measured.accepted,
            detail=f"{reach.detail}; {measured.detail}",
            source="learned",
        )
        answer = answered(problem, relaxation, estimate, drawn)
        if isinstance(answer, Refusal):
            return answer
        rejecting = ", ".join(check_in_words(check, 0) for check in failed(answer))
        return Refusal(f"does not fit: {rejecting}") if rejecting else answer
