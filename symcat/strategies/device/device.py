"""The emulated analog device, asked last: it relaxes to the couplings, from what was learned of such problems before.

The classes are tried in their order. The first answer that no check rejects is taken, else the first at all. A search
that has not converged is no answer: the closest point it came to is told.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symcat import clock
from symcat.catalogue import learned
from symcat.errors import InvalidData
from symcat.models.base import Floats
from symcat.models.relaxation import Estimate, Refusal, Relaxation
from symcat.strategies.base import Answered, Closest, Declined, Problem
from symcat.strategies.device.search import search
from symcat.strategies.prospects import Prospect, answered, drawn_from, failed, in_words, prospects


class Device:
    """Asks the device about each class, and keeps what it finds where that was asked for."""

    name = "analog"

    def ask(self, problem: Problem) -> Answered | Declined:
        said: list[tuple[str, str]] = []
        kept: Answered | None = None
        closest: list[Closest] = []
        found = prospects(problem)
        for prospect in found:
            with clock.step(f"looking for the couplings of {prospect.label}"):
                answer = _asked(problem, prospect)
            if isinstance(answer, Answered):
                if not failed(answer):
                    return answer
                kept = kept or answer
                continue
            said.append((prospect.label, answer.words if isinstance(answer, Closest) else answer.reason))
            closest += [answer] if isinstance(answer, Closest) else []
        if kept is not None:
            return _with_others(kept, said)
        if not closest:
            return Declined(in_words(found, said))
        words = "; ".join(f"{label}: {reason}" for label, reason in said)
        return Declined(words, min(closest, key=lambda one: one.normalised_error))


def _asked(problem: Problem, prospect: Prospect) -> Answered | Closest | Refusal:
    """The answer of one class, or how near it came to one."""
    closest = Closest(prospect.label, None, np.inf, "")
    try:
        clock.check()
        relaxation = prospect.relaxation
        if isinstance(relaxation, Refusal):
            return relaxation
        with clock.step("asking the analog device"):
            found = search(relaxation, prospect.reach, problem.seed)
        if isinstance(found, Refusal):
            return found
        closest = _closest(relaxation, found.couplings, found.normalised_error, found.detail, found.late)
        if found.estimate is None:
            return closest
        return _judged(problem, prospect, relaxation, found.estimate, found.device_time_s)
    except clock.OutOfTime as late:
        words = f"the time was used up while {late}"
        return replace(
            closest, late=True, words=words if closest.parameters is None else f"couplings were found, but {words}"
        )


def _judged(
    problem: Problem, prospect: Prospect, relaxation: Relaxation, estimate: Estimate, device_time_s: float
) -> Answered | Closest | Refusal:
    """The answer whose averages, measured anew, are those of the data."""
    with clock.step("drawing rows from the answer"):
        drawn = drawn_from(relaxation, estimate.couplings, problem.seed)
    with clock.step("measuring the averages of the answer"):
        measured = relaxation.agreement(estimate.couplings, drawn)
    if not measured.accepted:
        words = f"{estimate.detail}, but {measured.detail}"
        return _closest(relaxation, estimate.couplings, measured.normalised_error, words)
    with clock.step("checking the answer"):
        answer = answered(problem, relaxation, estimate, drawn)
    if problem.learn and isinstance(answer, Answered):
        _learn(prospect, relaxation, estimate, drawn, device_time_s)
    return answer


def _closest(relaxation: Relaxation, couplings: Floats, error: float, words: str, late: bool = False) -> Closest:
    parameters = relaxation.parameters(couplings) if np.isfinite(couplings).all() else None
    return Closest(relaxation.model.label, parameters, error, words, late)


def _with_others(kept: Answered, said: list[tuple[str, str]]) -> Answered:
    """The answer that a check rejects, and why the classes after it have none."""
    return replace(kept, reason="; ".join([kept.reason, *(f"{label}: {reason}" for label, reason in said)]))


def _learn(prospect: Prospect, relaxation: Relaxation, estimate: Estimate, drawn: Floats, device_time_s: float) -> None:
    """Keep what was found; ``drawn`` are rows of the model."""
    if prospect.terms is None:
        return
    (terms, order), family = prospect.terms, relaxation.family
    try:
        entry = learned.Entry.of(
            terms,
            count=family.count,
            statistics=family.averages[order],
            couplings=estimate.couplings[order],
            noise=estimate.search_errors[order],
            samples=family.statistics.values(drawn)[:, order].astype(np.float64),
            n_samples=len(drawn),
            log_partition=estimate.log_partition,
            log_partition_error=estimate.log_partition_error,
            provenance={"device_time_s": device_time_s, "detail": estimate.detail},
        )
    except InvalidData:
        return  # terms that depend on each other in the model: nothing an entry could serve
    learned.learn(entry)
