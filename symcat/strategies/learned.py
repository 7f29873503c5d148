"""What was learned before: the nearest solved problem of the same terms, if it reaches as far as these averages.

Nothing but the couplings is taken from the entry. Their averages, log Z and Fisher's matrix are measured anew, so that
an entry, wherever it comes from, serves only where its answer passes what a fresh one must pass.
"""

from __future__ import annotations

import numpy as np

from symcat import clock
from symcat.catalogue.learned import Reach
from symcat.errors import SymcatError
from symcat.models.candidates import in_words as check_in_words
from symcat.models.relaxation import Estimate, Refusal, Relaxation
from symcat.strategies.base import Answered, Declined, Problem
from symcat.strategies.prospects import Prospect, answered, drawn_from, failed, in_words, log_partition, prospects

REPLICAS = 1024
"""Of the device that looks at the couplings."""

_LEAST_LOSS = 0.5
"""Nats below the maximum that are nothing; the noise that a new answer may have adds to them."""


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
        with clock.step("confirming what was learned"):
            estimate = _confirmed(relaxation, reach, problem.seed)
        if isinstance(estimate, Refusal):
            return estimate
        with clock.step("drawing rows from the answer"):
            drawn = drawn_from(relaxation, reach.couplings, problem.seed)
        measured = relaxation.agreement(reach.couplings, drawn)
        if not measured.accepted:
            return Refusal(f"{reach.detail}, but {measured.detail}")
        answer = answered(problem, relaxation, estimate, drawn)
        if isinstance(answer, Refusal):
            return answer
        rejecting = ", ".join(check_in_words(check, 0) for check in failed(answer))
        return Refusal(f"does not fit: {rejecting}") if rejecting else answer


def _confirmed(relaxation: Relaxation, reach: Reach, seed: int) -> Estimate | Refusal:
    """The couplings of an entry, with what is known of them measured anew on the device."""
    from symcat.analog import Device
    from symcat.analog.reporting import scaled_inverse
    from symcat.analog.solver import PRECISION, confirm

    family = relaxation.family
    try:
        found = confirm(
            *(family.averages, family.statistics, family.count, family.covariance),
            couplings=reach.couplings,
            device=Device(seed=seed, replicas=REPLICAS),
            most_loss=_LEAST_LOSS + PRECISION * len(reach.couplings),
            seed=seed,
            log_partition=not relaxation.integrable,
        )
    except SymcatError as error:
        return Refusal(f"{reach.detail}, but {error}")
    answer = found.answer
    if not answer.accepted:
        return Refusal(f"{reach.detail}, but {answer.detail}")
    log_z, log_z_error = log_partition(relaxation, reach.couplings, answer.log_partition, answer.log_partition_error)
    return Estimate(
        couplings=reach.couplings,
        standard_errors=np.maximum(answer.standard_errors, reach.standard_errors),
        search_errors=np.zeros_like(reach.couplings),
        row_covariance=scaled_inverse(answer.fisher),
        log_partition=log_z,
        log_partition_error=log_z_error,
        normalised_error=answer.normalised_error,
        detail=f"{reach.detail}; the likelihood is within {max(found.loss, 0.0):.2g} nats of its maximum",
        source="learned",
    )
