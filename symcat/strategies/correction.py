"""The series of the catalogue, for classes whose own sums are out of reach, judged against the averages of the data."""

from __future__ import annotations

from symcat.strategies.base import Answered, Declined, Problem


class Correction:
    """Asks every class without an answer for the fit by its series; the smallest BIC of those accepted is taken."""

    name = "correction"

    def ask(self, problem: Problem) -> Answered | Declined:
        moments = problem.observed.moments
        declined = []
        accepted = []
        for candidate in problem.weighed.candidates:
            if candidate.fit.answered[0]:
                continue
            fit = candidate.model.corrected(moments, candidate.fit)
            if fit is None:
                continue
            if fit.answered[0]:
                accepted.append((candidate.model, fit))
            else:
                declined.append(f"{candidate.label}: {fit.why(0)}")
        if not accepted:
            return Declined("; ".join(declined) or "no series of the catalogue covers these data")
        model, fit = min(accepted, key=lambda found: float(found[1].bic[0]))
        return Answered(
            model=model,
            fit=fit,
            checks=tuple(model.checks(fit, problem.observed, problem.center)),
            robust=model.robust_standard_errors(fit, problem.measured.statistics.blocks, problem.center),
            reason=fit.note,
        )
