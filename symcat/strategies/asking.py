"""The strategies asked in turn, until one has an answer that describes the data."""

from __future__ import annotations

import math
from collections.abc import Sequence

from symcat import clock
from symcat.answer.records import Step
from symcat.models.enough_rows import ENOUGH, in_words
from symcat.notices import warn
from symcat.question.values import SEARCHING
from symcat.strategies.base import Answered, Closest, Declined, Problem, Strategy
from symcat.strategies.refusal import misfit_in_words, refusal
from symcat.strategies.verdict import in_a_sentence

Said = tuple[Step, ...]


def settle(
    problem: Problem, strategies: Sequence[Strategy], *, strict: bool = False, patience: float = math.inf
) -> tuple[Answered, Said]:
    """The answer, and what each strategy said.

    An answer that a check rejects is kept while others are asked, those that search only where it does not describe the
    data, and given if none is better: with a warning where it is a misfit. A class asked for alone is given at once,
    and a warning of it is for who has not named it.
    An answer that is less likely for its parameters than the one that is kept does not take its place, whatever its
    checks say, and a search that has not converged takes nothing from it: the warning tells of it. Beside an answer a
    search may take ``patience`` seconds, unless ``strict``, where a misfit is no answer. Raises what ``refusal`` makes
    of it where there is none, or none that describes the data where ``strict``.
    """
    kept: Answered | None = None
    trail: Said = ()
    closest: list[Closest] = []
    for strategy in strategies:
        if kept is not None and kept.judgement.verdict == "close" and strategy.name in SEARCHING:
            continue
        beside = kept is not None and not strict and strategy.name in SEARCHING
        said: Answered | Declined
        try:
            with clock.within(patience if beside else math.inf):
                said = strategy.ask(problem)
        except clock.OutOfTime as late:
            if kept is None:
                raise
            said = Declined(f"the time was used up while {late}")
        if not isinstance(said, Answered):
            trail += (Step(strategy=strategy.name, outcome="declined", reason=said.reason),)
            closest += [said.closest] if said.closest is not None else []
            continue
        better = kept is None or not said.fit.bic[0] >= kept.fit.bic[0]
        if better and (said.judgement.verdict in ("fits", None) or (said.evidence.alone and not strict)):
            few = next((check for check in said.checks if check.name == ENOUGH), None)
            if said.judgement.verdict is None and few is not None:
                warn(in_words(said.fit, few))
            if said.judgement.verdict == "misfit" and problem.classes is None:
                warn(misfit_in_words(problem, said, closest))
            return said, (*trail, _step(said, said.reason))
        trail += (Step(strategy=strategy.name, outcome="declined", reason=_kept_in_words(said)),)
        if better:
            kept = said
    if kept is None or (strict and kept.judgement.verdict == "misfit"):
        raise refusal(problem, trail, closest, kept)
    if kept.judgement.verdict == "misfit":
        warn(misfit_in_words(problem, kept, closest))
    return kept, (*trail, _step(kept, f"the best that was found: {kept.reason}"))


def _kept_in_words(said: Answered) -> str:
    """Why others are asked."""
    return f"{in_a_sentence(said.fit.label, said.judgement)} {said.evidence.reasons()}"


def _step(said: Answered, reason: str) -> Step:
    return Step(strategy=said.fit.source, outcome="answered", reason=reason)
