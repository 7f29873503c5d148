"""The emulated analog device, asked last: it relaxes to the couplings, from what was learned of such problems before.

The classes are tried in their order. The first answer that no check rejects is taken, else the first at all: one that
ran out of time, or that a check rejects, says so.
"""

from __future__ import annotations

import time

import numpy as np

from symcat.catalogue import learned
from symcat.errors import InvalidData
from symcat.models.base import Floats
from symcat.models.relaxation import Estimate, Refusal
from symcat.strategies.base import Answered, Declined, Problem
from symcat.strategies.device import progress
from symcat.strategies.device.search import search
from symcat.strategies.prospects import Prospect, answered, drawn_from, failed, in_words, prospects


class Device:
    """Asks the device about each class, within ``budget_s`` of the problem in all, and learns what it finds."""

    name = "analog"

    def ask(self, problem: Problem) -> Answered | Declined:
        ends = time.perf_counter() + problem.budget_s
        said: list[tuple[str, str]] = []
        kept: Answered | None = None
        for prospect in prospects(problem):
            relaxation = prospect.relaxation
            if isinstance(relaxation, Refusal):
                said.append((prospect.label, relaxation.reason))
                continue
            found = search(relaxation, prospect.reach, ends, problem.seed, progress.line())
            if isinstance(found, Refusal):
                said.append((prospect.label, found.reason))
                continue
            drawn = drawn_from(relaxation, found.estimate.couplings, problem.seed)
            estimate = found.estimate.measured(relaxation.agreement(found.estimate.couplings, drawn))
            answer = answered(problem, relaxation, estimate, drawn)
            if isinstance(answer, Refusal):
                said.append((prospect.label, answer.reason))
                continue
            _learn(prospect, estimate, drawn, found.device_time_s)
            if not failed(answer):
                return answer
            kept = kept or answer
            if found.interrupted:
                break
        return kept or Declined(in_words(prospects(problem), said))


def _learn(prospect: Prospect, estimate: Estimate, drawn: Floats, device_time_s: float) -> None:
    """Keep what was found; ``drawn`` are rows of the model."""
    if prospect.terms is None or isinstance(prospect.relaxation, Refusal):
        return
    if not (estimate.accepted and np.isfinite(estimate.log_partition)):
        return
    (terms, order), family = prospect.terms, prospect.relaxation.family
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
