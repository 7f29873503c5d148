"""What can still be looked for where no class answers: problems made once, for the strategies that ask in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.catalogue import learned
from symcat.models.base import Floats
from symcat.models.enough_rows import ENOUGH
from symcat.models.fit import CheckResult
from symcat.models.relaxation import Dataset, Estimate, Refusal, Relaxable, Relaxation, relaxables
from symcat.strategies.base import Answered, Problem
from symcat.strategies.honesty import dishonest
from symcat.strategies.robust import ORDER
from symcat.strategies.ties import TIES

DRAWN = 4096
"""Rows of the model that are drawn to test it and to learn from."""

MOST_LEARNED = 300
"""Couplings; Fisher's matrix of more makes too large a file."""

_KEY = "prospects"


class Prospect:
    """A class that may state its problem for a table, that problem, and what was learned of such before."""

    def __init__(self, relaxable: Relaxable, dataset: Dataset, unheard: Sequence[str], recall: bool) -> None:
        self.label = relaxable.model.label
        self._relaxable, self._dataset, self._unheard, self._recall = relaxable, dataset, unheard, recall

    @cached_property
    def relaxation(self) -> Relaxation | Refusal:
        """The problem, or why there is none. Rows are read, and averaged over, when this is first asked."""
        ignored = [option for option in self._unheard if option not in self._relaxable.model.takes]
        if ignored:
            return Refusal(f"it does not understand {' and '.join(f'{option}=' for option in ignored)}: leave it out")
        with clock.step("averaging over the rows"):
            return self._relaxable.relaxation(self._dataset)

    @cached_property
    def terms(self) -> tuple[learned.Terms, NDArray[np.int64]] | None:
        """The statistics as learned entries name them, and their order there; None where too many to be learned."""
        relaxation = self.relaxation
        if isinstance(relaxation, Refusal) or relaxation.family.statistics.count > MOST_LEARNED:
            return None
        family = relaxation.family
        chosen = family.statistics
        # Of a sum over the members of an orbit, the first one stands for it.
        first = [max(chosen.exponents[np.flatnonzero(row)].tolist()) for row in chosen.weights]
        spins = np.flatnonzero(chosen.spins).tolist()
        return learned.Terms.ordered(family.label, first, spins, family.symmetry)

    @cached_property
    def reach(self) -> learned.Reach | None:
        """What the nearest learned entry says, in the order of the statistics; None where none has these terms."""
        if not self._recall or self.terms is None or isinstance(self.relaxation, Refusal):
            return None
        (terms, order), family = self.terms, self.relaxation.family
        averages = family.averages[order]
        entry = learned.nearest(terms.label, averages)
        if entry is None:
            return None
        found = learned.reach(entry, averages, family.count)
        back = np.argsort(order)
        return replace(found, couplings=found.couplings[back], standard_errors=found.standard_errors[back])


def prospects(problem: Problem) -> tuple[Prospect, ...]:
    """The classes that may be looked for, in the order in which they are to be tried; only those named, if any are."""
    if _KEY not in problem.cache:
        problem.cache[_KEY] = _prospects(problem)
    found: tuple[Prospect, ...] = problem.cache[_KEY]
    return found


def _prospects(problem: Problem) -> tuple[Prospect, ...]:
    if any(
        candidate.model.measure == "surface" and candidate.fit.answered[0] for candidate in problem.weighed.candidates
    ):
        return ()  # what is looked for are densities of the volume
    dataset = Dataset(
        problem.schema,
        problem.observed,
        problem.center,
        {candidate.label: candidate.fit for candidate in problem.weighed.candidates},
        problem.rows,
        everything=problem.everything,
    )
    options = problem.options
    # No class that is looked for adds a prior of its own accord: all of them understand that there be none.
    unheard = [name for name in options.given if not (name == "prior" and options.prior is None)]
    return tuple(
        Prospect(relaxable, dataset, unheard, problem.recall)
        for relaxable in relaxables(problem.schema, options, problem.tables)
        if problem.classes is None or relaxable.model.label in problem.classes
    )


def drawn_from(relaxation: Relaxation, couplings: Floats, seed: int) -> Floats:
    """(n, d) rows of the model, in the columns of its family."""
    return relaxation.draw(couplings, DRAWN, np.random.default_rng(seed))


def answered(problem: Problem, relaxation: Relaxation, estimate: Estimate, drawn: Floats) -> Answered | Refusal:
    """The answer with its fit, its checks and its robust errors; or why it must not be given."""
    model, fit = relaxation.model, relaxation.fit(estimate, drawn)
    why = dishonest(problem, model, fit)
    if why:
        return Refusal(why)
    checks = model.checks(fit, problem.observed, problem.center)
    return problem.answered(model, fit, checks, estimate.detail, problem.weighed.untaken)


def failed(answer: Answered) -> list[CheckResult]:
    """The checks that reject the answer; order and number of the rows, and repeated values, are not the class's."""
    return [check for check in answer.checks if not check.passed[0] and check.name not in (ORDER, TIES, ENOUGH)]


def log_partition(relaxation: Relaxation, couplings: Floats, sampled: float, error: float) -> tuple[float, float]:
    """log Z and its error: by quadrature where that can be done, else as it was sampled."""
    return (relaxation.log_partition(couplings), 0.0) if relaxation.integrable else (sampled, error)


def in_words(found: Sequence[Prospect], said: Sequence[tuple[str, str]]) -> str:
    """Why no class has an answer; what was said of all of them, once."""
    if not said:
        return "there is no class of such columns whose couplings are looked for"
    reasons = {reason for _, reason in said}
    if len(reasons) == 1:
        return reasons.pop()
    words = next((p.relaxation.words for p in found if not isinstance(p.relaxation, Refusal)), "")
    return "; ".join([*([words] if words else []), *(f"{label}: {reason}" for label, reason in said)])
