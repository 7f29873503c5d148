"""The refusal that teaches: why each class and each strategy was declined, and what to try."""

from __future__ import annotations

from collections.abc import Sequence

from symcat.answer.records import Step
from symcat.errors import InvalidData, NoEntry, SymcatError
from symcat.models.fit import Fault
from symcat.strategies.base import Problem


def refusal(problem: Problem, trail: Sequence[Step]) -> SymcatError:
    """The error for a problem that every strategy has declined: InvalidData where the data are at fault."""
    weighed = problem.weighed
    ordered = weighed.ordered()
    for candidate in ordered:
        why = candidate.fit.why(0)
        if isinstance(why, Fault):
            return InvalidData(why)
    later = " ".join(f"{step.strategy}: {step.reason}." for step in trail[1:])
    message = f"No class fits these data. {weighed.reasons()}." + (
        f" Nor has another strategy an answer. {later}" if later else ""
    )
    for candidate in ordered:
        covered = candidate.fit.coverage
        if covered is not None:
            return NoEntry(
                message,
                label=candidate.label,
                statistic=covered.statistic,
                value=float(candidate.fit.statistics[covered.statistic][0]),
                valid_range=(covered.lo, covered.hi),
                suggestion=_what_to_try(problem),
            )
    return NoEntry(message, label=ordered[0].label, suggestion=_what_to_try(problem))


def _what_to_try(problem: Problem) -> str:
    """What may help that was not asked for already."""
    ways = ["a transformation (logarithm, differences, residuals)", "subgroups with by="]
    if len(problem.schema) > 1 and problem.target is None:
        ways.append("one column given the others with target=")
    if not problem.weighed.alone:
        ways.append("or one class alone with classes=[...], to see its answer with the failed checks beside it")
    return f"Try {', '.join(ways)}."
