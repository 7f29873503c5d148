"""The candidate classes of a table, or of many groups at once, and which of them each takes: the smallest BIC."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Floats, Model
from symcat.models.fit import CheckResult, Fault, Fit, Weight
from symcat.models.nesting import nested_check
from symcat.models.special import of_whole_numbers

_SAME = 1e-10
"""Share of a BIC that is rounding: of classes that come to the same that with the shortest label is taken, which is one
without a chart."""


@dataclass(frozen=True)
class Candidate:
    """A class with its fits of G groups and the checks of these."""

    model: Model
    fit: Fit
    checks: tuple[CheckResult, ...] = ()
    parts: tuple[Weighed, ...] = ()  # of a composite class: how the classes of its blocks were weighed
    rounding: float = 0.0  # nats by which its likelihood is above that of the cells around values that repeat

    @cached_property
    def bic(self) -> Floats:
        """(G,) that of the fit, as it compares with that of the others."""
        return self.fit.bic + 2.0 * self.rounding

    @cached_property
    def in_cells(self) -> Fit:
        """The fit with the log-likelihood that compares with those of others; as it is where that is not known."""
        if not self.rounding or not math.isfinite(self.rounding):
            return self.fit
        return replace(self.fit, log_likelihood=self.fit.log_likelihood - self.rounding)

    @property
    def label(self) -> str:
        return self.model.label

    @property
    def left_out(self) -> Floats | None:
        """(G,) log-likelihood of each row from all others, of a categorical target; by it such classes compare."""
        return self.fit.leave_one_out

    def failed(self, group: int) -> tuple[CheckResult, ...]:
        """The checks that reject in a group."""
        return tuple(check for check in self.checks if not check.passed[group])

    def held_against(self, others: Sequence[Fit]) -> Candidate:
        """The same, ruled out in groups in which it is less likely than a special case of it."""
        check = nested_check(self.model, self.fit, others)
        return self if check is None else replace(self, checks=(*self.checks, check))

    @cached_property
    def ruled_out(self) -> NDArray[np.bool_]:
        """(G,) whether it cannot be taken: no answer, or a check that shows that it is none."""
        return ~self.fit.answered | _any_fails(self.checks, "always", self.fit)

    @cached_property
    def rejected(self) -> NDArray[np.bool_]:
        """(G,) whether a check says that it does not describe the data."""
        return _any_fails(self.checks, "deciding", self.fit)


@dataclass(frozen=True)
class Weighed:
    """Every candidate, and which of them each group takes."""

    candidates: tuple[Candidate, ...]
    taken: NDArray[np.intp]  # (G,) index into the candidates; their number where none can be taken
    alone: bool  # whether the only candidate was asked for alone

    def winner(self, group: int = 0) -> Candidate | None:
        """The candidate that a group takes, None where there is none."""
        index = int(self.taken[group])
        return self.candidates[index] if index < len(self.candidates) else None

    @property
    def untaken(self) -> Weighed:
        """The same candidates where the answer is none of them, but was found elsewhere."""
        return replace(self, taken=np.full_like(self.taken, len(self.candidates)))

    def ordered(self, group: int = 0) -> list[Candidate]:
        """The candidates, the one taken first, then by BIC, those without an answer last."""
        winner = self.winner(group)

        def rank(candidate: Candidate) -> tuple[bool, float]:
            answered = bool(candidate.fit.answered[group])
            value = candidate.bic if candidate.left_out is None else -candidate.left_out
            return candidate is not winner, float(value[group]) if answered else math.inf

        return sorted(self.candidates, key=rank)

    @property
    def settled(self) -> bool:
        """Whether the first group takes a candidate that describes its data, or the only one asked for."""
        winner = self.winner()
        return winner is not None and (self.alone or not winner.rejected[0])

    def reasons(self) -> str:
        """Why the first group takes a candidate, or does not, of each in turn."""
        return "; ".join(f"{candidate.label}: {self.reason(candidate)}" for candidate in self.ordered())

    def reason(self, candidate: Candidate, group: int = 0) -> str:
        """In words, why a group takes a candidate, or does not."""
        rejecting = candidate.failed(group)
        failed = ", ".join(in_words(c, group) for c in rejecting if c.weight != "told")
        if not candidate.fit.answered[group]:
            return (f"does not fit: {failed}; " if failed else "") + candidate.fit.why(group)
        winner = self.winner(group)
        if candidate is winner:
            # A verdict that is only told, such as on what never occurs, says nothing of the fit.
            seen = ", ".join(in_words(c, group) for c in rejecting if c.weight != "told" or c.verdict is None)
            chosen = "the maximum of the likelihood" if winner.model.outranks else "smallest BIC"
            if winner.left_out is not None:
                chosen = "most likely of each row from all others"
            if self.alone:
                chosen = "the only class asked for"
            return chosen + (f", though it does not fit: {seen}" if seen else "")
        if candidate.ruled_out[group]:
            return f"is no answer: {failed}"
        if winner is None:
            if any(other.model.outranks and isinstance(other.fit.why(group), Fault) for other in self.candidates):
                return "read from averages, while the rows say that there is no answer"
            return f"does not fit: {failed}" if failed else "fits, but another strategy was asked for"
        if winner.model.outranks and not candidate.model.outranks:
            said = f"read from averages; {winner.label} is the maximum of the likelihood itself"
            return f"{said}, and it does not fit: {failed}" if failed else said
        if candidate.left_out is not None and winner.left_out is not None:
            below = float(winner.left_out[group] - candidate.left_out[group])
            return f"its leave-one-out log-likelihood is {below:.1f} below that of {winner.label}"
        above = float(candidate.bic[group] - winner.bic[group])
        of = "of rounded values " if candidate.rounding else ""
        said = f"its BIC {of}is {above:.1f} above that of {winner.label}"
        return f"{said}, and it does not fit: {failed}" if failed else f"fits, but {said}"


def weighed_of(candidates: Sequence[Candidate], groups: int, alone: bool) -> Weighed:
    """The candidates, held against those nested in them, and which of them each group takes."""
    of = [of_whole_numbers(candidate.model) for candidate in candidates]  # probabilities are not held against densities
    alike: dict[tuple[int, ...], list[Fit]] = {}
    for one, own in zip(candidates, of, strict=True):
        alike.setdefault(own, []).append(one.fit)
    held = tuple(one.held_against(alike[own]) for one, own in zip(candidates, of, strict=True))
    return Weighed(held, _taken(held, groups), alone)


def rules_out(check: CheckResult) -> bool:
    """Whether failing this check keeps a class from being taken."""
    return check.weight == "always"


def in_words(check: CheckResult, group: int) -> str:
    """A check, what it compared and its p-value."""
    p_value = float(check.p_value[group])
    p = "" if math.isnan(p_value) else f"; p = {p_value:.1g}"
    return f"{check.name} ({check.detail(group)}{p})"


def _any_fails(checks: Sequence[CheckResult], weight: Weight, fit: Fit) -> NDArray[np.bool_]:
    """(G,) whether one of the checks of this weight rejects."""
    out = np.zeros(len(fit.count), dtype=np.bool_)
    for check in checks:
        if check.weight == weight:
            out |= ~check.passed
    return out


def _taken(candidates: Sequence[Candidate], groups: int) -> NDArray[np.intp]:
    if not candidates:
        return np.zeros(groups, dtype=np.intp)
    if len(candidates) == 1:
        return candidates[0].ruled_out.astype(np.intp)
    bic = np.stack([_comparable(candidate) for candidate in candidates])
    best = bic.min(axis=0)
    with np.errstate(over="ignore"):  # where no BIC is known
        same = np.isfinite(bic) & (bic <= best + _SAME * (1.0 + np.abs(best)))
    length = np.array([len(candidate.label) for candidate in candidates])[:, None]
    taken: NDArray[np.intp] = np.where(same, length, length.max() + 1).argmin(axis=0)
    taken[np.isinf(best)] = len(candidates)
    for index, candidate in enumerate(candidates):
        if candidate.model.outranks and groups == 1:
            if candidate.fit.answered[0]:
                taken[0] = index
            elif isinstance(candidate.fit.why(0), Fault):  # the rows say that there is no answer
                taken[0] = len(candidates)
    return taken


def _comparable(candidate: Candidate) -> Floats:
    """BIC, last where it is not known; infinite where the candidate cannot be taken. Of a categorical target minus
    twice the leave-one-out log-likelihood, which charges each class for its parameters by what they cost."""
    bic = candidate.bic if candidate.left_out is None else -2.0 * candidate.left_out
    return np.where(candidate.ruled_out, np.inf, np.where(np.isnan(bic), np.finfo(float).max, bic))
