"""Classes that are asked last: where the best of the others does not describe the data, and those that search long at
the end. Of a batch of one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from symcat.data.ties import ties
from symcat.models.base import Center, Model
from symcat.models.batches import refused_fit
from symcat.models.candidates import Candidate, Weighed, weighed_of
from symcat.models.fit import Observed
from symcat.models.fitting import Rows, in_time, integrated
from symcat.models.misfit import of_column
from symcat.models.rounding import Rounding
from symcat.models.special import IntegratedModel, takes_counts

_FEW = 500
"""Rows of several columns up to which checks that pass do not keep others from being weighed."""

_SOON_WORK = 2.5e4
"""Rows times squared columns up to which the checks of a composite class do not either: they are of its blocks and of
pairs of them, and clusters or curves of all columns together pass them; the others take a second or so."""

_LONG = "not searched for: others have an answer, and its search may take minutes; name it in classes= to have it"

_MOST_WORK = 1e6
"""Rows times squared columns up to which a long search is made that nobody has named: ten seconds or so."""
_QUICK_WORK = 1e4
"""Likewise of a long search that takes no longer than integrals, which are made after it then."""
_LARGE = "not searched for: others have an answer, and the table is large; name it in classes= to have it"


@dataclass(frozen=True)
class Integrals:
    """Weighs classes that are integrated over their columns where no other settles the matter; of a batch of one."""

    observed: Observed
    center: Center
    at_hand: Rows | None
    models: Sequence[IntegratedModel]
    named: bool
    alone: bool

    @property
    def quick(self) -> Sequence[IntegratedModel]:
        """Those that take about a second however many rows there are."""
        return [model for model in self.models if not model.searches_long]

    def after(self, candidates: list[Candidate], models: Sequence[IntegratedModel]) -> list[Candidate]:
        """The candidates and those of ``models`` that are not among them."""
        moments = self.observed.moments
        known = {candidate.label for candidate in candidates}
        models = [model for model in models if model.label not in known]
        if self.at_hand is None or moments.n_groups > 1 or not models or self._settled(candidates):
            return candidates
        for model in models:
            answered = [candidate for candidate in candidates if candidate.fit.answered[0]]
            if model.searches_long and not (self.named or self.alone) and answered:
                candidates = [*candidates, Candidate(model, refused_fit(model.label, moments.count, _LONG))]
                continue
            nested = (float(c.fit.log_likelihood[0]) for c in answered if c.label in model.nested)
            least = max(nested, default=-math.inf)
            found = partial(integrated, model, self.at_hand, self.observed, self.center, least)
            candidates = [*candidates, in_time(model, candidates, moments, found)]
        return candidates

    def _settled(self, candidates: Sequence[Candidate]) -> bool:
        return weighed_of(candidates, self.observed.moments.n_groups, self.alone).settled


@dataclass(frozen=True)
class Last:
    """Weighs classes that are asked only where the best of the others does not describe the data; of a batch of one."""

    observed: Observed
    rounding: Rounding
    alone: bool
    tolerance: float
    integrals: Integrals
    candidates_of: Callable[[Model, Sequence[Candidate]], list[Candidate]]  # a class, beside those there are

    def after(self, candidates: list[Candidate], models: Sequence[Model]) -> list[Candidate]:
        """The candidates and those of ``models``, in order; of these what searches long stands at the end.

        Checks of few rows in several columns have little power, as have those of a composite class. There those are
        weighed too that take no searches of single columns, or where these were made; if one is likelier than what
        describes the data, so are all.
        """
        described, parted, counts, every = self._described(candidates), False, self._of_counts(), False
        waiting = []
        moments = self.observed.moments
        work = float(moments.count[0]) * moments.dimension**2
        for one in models:
            if one.searches_long and work > _MOST_WORK and any(c.fit.answered[0] for c in candidates):
                candidates = [*candidates, Candidate(one, refused_fit(one.label, moments.count, _LARGE))]
                continue
            if one.searches_long and not described and not every:
                described = self._described(candidates)
                if not described and work > _QUICK_WORK:
                    known, candidates = len(candidates), self.integrals.after(candidates, self.integrals.quick)
                    described = self._described(candidates) if len(candidates) > known else ""
            if described and not (counts and takes_counts(one)):
                unsure = (parted or not one.blocks) and self._unsure(candidates, work)
                if not unsure:
                    waiting.append(one)
                    continue
            candidates = candidates + self.candidates_of(one, candidates)
            parted = parted or bool(one.blocks)
            if not described:
                continue
            compared = self.rounding.compared(candidates)
            likelier = weighed_of(compared, self.observed.moments.n_groups, self.alone).winner()
            if likelier is not None and likelier.model is one:
                described, every = "", True
        for one in waiting:
            if described:
                refused = refused_fit(one.label, self.observed.moments.count, described)
                candidates = [*candidates, Candidate(one, refused)]
            else:
                candidates = candidates + self.candidates_of(one, candidates)
        return candidates

    def _unsure(self, candidates: Sequence[Candidate], work: float) -> bool:
        """Whether a class of several columns that describes the data may yet be less likely than others."""
        moments = self.observed.moments
        if moments.dimension == 1:
            return False
        if moments.count[0] <= _FEW:
            return True
        if work > _SOON_WORK:
            return False
        winner = weighed_of(self.rounding.compared(candidates), moments.n_groups, self.alone).winner()
        return winner is not None and bool(winner.parts)

    def _of_counts(self) -> bool:
        """Whether all of several columns hold counts, of which a density that describes them is no law."""
        d, sample = self.observed.moments.dimension, self.observed.sample
        if d < 2 or sample is None or not len(sample):
            return False
        found = ties(sample, tuple(range(d)))
        return len(found) == d and all(one.counts for one in found)

    def _described(self, candidates: Sequence[Candidate]) -> str:
        weighed = weighed_of(self.rounding.compared(candidates), self.observed.moments.n_groups, self.alone)
        return _described(weighed, self.observed, self.tolerance)


def _described(weighed: Weighed, observed: Observed, tolerance: float) -> str:
    """Why no further class is weighed, of a batch of one: the one that is taken describes the data; empty else."""
    winner = weighed.winner()
    if winner is None or not _describes(winner, observed, tolerance):
        return ""
    return f"not searched for: {winner.label} describes the data"


def _describes(candidate: Candidate, observed: Observed, tolerance: float) -> bool:
    """Whether no check rejects a class, nor the classes that its blocks take, and no single column is misfitted."""
    line = of_column(candidate.model, candidate.fit, observed.sample)
    if candidate.rejected[0] or (line is not None and line.beyond(tolerance)):
        return False
    taken = [(part.winner(), block) for part, block in zip(candidate.parts, candidate.model.blocks, strict=False)]
    return all(one is None or _describes(one, observed.part(block), tolerance) for one, block in taken)
