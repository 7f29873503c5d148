"""Weighs the candidate classes of a table, or of many groups at once: the smallest BIC is taken.

Checks say how well it describes the data. A poorer class is not taken because a better one fails its checks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from symcat import clock
from symcat.data.moments import Moments
from symcat.data.ties import ties
from symcat.loops import side_by_side
from symcat.models import surface
from symcat.models.base import Center, Floats, Masses, Model
from symcat.models.batches import concatenate_fits, refused_fit
from symcat.models.candidates import Candidate, Weighed, weighed_of
from symcat.models.column_masses import of_columns
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.misfit import TOLERANCE, of_column
from symcat.models.rounding import Rounding
from symcat.models.special import (
    Composite,
    IntegratedModel,
    RowsModel,
    is_composite,
    is_composite_of_rows,
    is_integrated,
    needs_rows,
    takes_counts,
)

PIECE = 1 << 16
"""Numbers of a batch that one thread takes at a time."""

_FEW = 500
"""Rows of several columns up to which checks that pass do not keep others from being weighed."""

_CUT_SHORT = "its search was cut short, as others have an answer: budget_s= gives it longer"
_OF_LONG, _OF_SHORT = 0.5, 0.9
"""Share of the time left that a class takes beside an answer, one that searches long and another."""
_LONG = "not searched for: others have an answer, and its search may take minutes; name it in classes= to have it"

_MOST_WORK = 1e6
"""Rows times squared columns up to which a long search is made that nobody has named: ten seconds or so."""

_LARGE = "not searched for: others have an answer, and the table is large; name it in classes= to have it"

Rows = Callable[[], Iterable[Floats]]
"""All complete encoded rows once more, in batches."""


@dataclass(frozen=True)
class _Again:
    """Rows that are read once more each time they are iterated over."""

    rows: Callable[[], Masses]

    def __iter__(self) -> Iterator[tuple[Floats, Floats]]:
        return iter(self.rows())


def weigh(
    models: Sequence[Model],
    observed: Observed,
    center: Center = None,
    *,
    alone: bool = False,
    block_models: Callable[[tuple[int, ...]], Sequence[Model]] | None = None,
    rows: Callable[[], Masses] | None = None,
    at_hand: Rows | None = None,
    unread: str = "",
    named: bool = False,
    tolerance: float = TOLERANCE,
) -> Weighed:
    """Every candidate with its exact maximum likelihood and its checks, and the one that each group takes.

    Parameters
    ----------
    models : the candidates, for the columns of ``observed``.
    observed : moments of G groups; of a single table also a sample of rows, and the states.
    center : of the symmetry, for the classes that have one.
    alone : whether the candidate, a single one, was asked for by name.
    block_models : the candidates for a block of columns, for composite classes; these need a batch of one.
    rows : all rows of a batch of one and what each counts, for classes of rows; of groups they are in ``observed``.
    at_hand : all rows, or the sample of them that is left, for classes that are integrated, which are asked only where
        no other answers; a batch of one.
    unread : why they cannot be asked, where they are not at hand for a reason that is to be told.
    named : whether the candidates were named, so that those that are else weighed last are weighed in any case.
    tolerance : nats a row that a misfit may have where the data count as described.
    """
    groups, rounding = observed.moments.n_groups, Rounding(observed, rows)
    models, off = surface.weighable(models, observed.moments, named=named or alone)
    last = [] if named or alone else [model for model in models if model.weighed_last]
    again = None if rows is None else _Again(rows)
    first = [model for model in models if model not in last]
    candidates = _of_averages_or_rows(first, observed, center, block_models, again, alone=alone)
    if last:
        asked = _Last(observed, center, again, rounding, alone, tolerance)
        candidates = asked.after(candidates, sorted(last, key=lambda one: (one.searches_long, bool(one.blocks))))
    integrated = [model for model in models if is_integrated(model)] if at_hand is not None and groups == 1 else []
    if at_hand is not None and integrated and not weighed_of(candidates, groups, alone).settled:
        for model in integrated:
            if model.searches_long and not (named or alone) and any(c.fit.answered[0] for c in candidates):
                refused = refused_fit(model.label, observed.moments.count, _LONG)
                candidates.append(Candidate(model, refused))
                continue
            least = max(
                (float(c.fit.log_likelihood[0]) for c in candidates if c.label in model.nested and c.fit.answered[0]),
                default=-math.inf,
            )
            found = partial(_integrated, model, at_hand, observed, center, least)
            candidates.append(_in_time(model, candidates, observed.moments, found))
    if unread and groups == 1 and not weighed_of(candidates, groups, alone).settled:
        left = [model for model in models if is_integrated(model)]
        candidates += [Candidate(model, refused_fit(model.label, observed.moments.count, unread)) for model in left]
    candidates += [Candidate(model, refused_fit(model.label, observed.moments.count, surface.OFF)) for model in off]
    return weighed_of(rounding.compared(surface.apart(candidates, observed.moments)), groups, alone)


@dataclass(frozen=True)
class _Last:
    """Weighs classes that are asked only where the best of the others does not describe the data; of a batch of one."""

    observed: Observed
    center: Center
    rows: Masses | None
    rounding: Rounding
    alone: bool
    tolerance: float

    def after(self, candidates: list[Candidate], models: Sequence[Model]) -> list[Candidate]:
        """The candidates and those of ``models``, in order; of these what searches long stands at the end.

        Checks of few rows in several columns have little power. There those are weighed too that take no searches of
        single columns, or where these were made; if one is likelier than what describes the data, so are all.
        """
        described, parted, counts = self._described(candidates), False, self._of_counts()
        unsure = self.observed.moments.dimension > 1 and self.observed.moments.count[0] <= _FEW
        waiting = []
        moments = self.observed.moments
        large = float(moments.count[0]) * moments.dimension**2 > _MOST_WORK
        for one in models:
            if one.searches_long and large and any(c.fit.answered[0] for c in candidates):
                candidates = [*candidates, Candidate(one, refused_fit(one.label, moments.count, _LARGE))]
                continue
            if one.searches_long and not described:
                described = self._described(candidates)
            if described and not (unsure and (parted or not one.blocks)) and not (counts and takes_counts(one)):
                waiting.append(one)
                continue
            candidates = candidates + self._of(one, candidates)
            parted = parted or bool(one.blocks)
            if not described:
                continue
            compared = self.rounding.compared(candidates)
            likelier = weighed_of(compared, self.observed.moments.n_groups, self.alone).winner()
            if likelier is not None and likelier.model is one:
                described = ""
        for one in waiting:
            if described:
                refused = refused_fit(one.label, self.observed.moments.count, described)
                candidates = [*candidates, Candidate(one, refused)]
            else:
                candidates = candidates + self._of(one, candidates)
        return candidates

    def _of_counts(self) -> bool:
        """Whether all of several columns hold counts, of which a density that describes them is no law."""
        d, sample = self.observed.moments.dimension, self.observed.sample
        if d < 2 or sample is None or not len(sample):
            return False
        found = ties(sample, tuple(range(d)))
        return len(found) == d and all(one.counts for one in found)

    def _of(self, one: Model, candidates: Sequence[Candidate]) -> list[Candidate]:
        return _of_averages_or_rows([one], self.observed, self.center, None, self.rows, alone=False, beside=candidates)

    def _described(self, candidates: Sequence[Candidate]) -> str:
        weighed = weighed_of(self.rounding.compared(candidates), self.observed.moments.n_groups, self.alone)
        return _described(weighed, self.observed, self.tolerance)


def _in_time(
    model: Model, candidates: Sequence[Candidate], moments: Moments, found: Callable[[], Candidate]
) -> Candidate:
    """A class with its answer; where others have one, this takes but a part of the time that is left, half of it if its
    search is long, and is refused after that: the answer at hand is not lost with it."""
    if moments.n_groups > 1 or not any(c.fit.answered[0] and not c.ruled_out[0] for c in candidates):
        return found()
    try:
        with clock.beside_an_answer(_OF_LONG if model.searches_long else _OF_SHORT):
            return found()
    except clock.OutOfTime:
        return Candidate(model, refused_fit(model.label, moments.count, _CUT_SHORT))


def _integrated(model: IntegratedModel, at_hand: Rows, observed: Observed, center: Center, least: float) -> Candidate:
    return _checked(model, model.integrated(at_hand(), observed.moments, center, least=least), observed, center)


def _of_averages_or_rows(
    models: Sequence[Model],
    observed: Observed,
    center: Center,
    block_models: Callable[[tuple[int, ...]], Sequence[Model]] | None,
    rows: Masses | None,
    *,
    alone: bool,
    beside: Sequence[Candidate] = (),
) -> list[Candidate]:
    """The candidates but those that are integrated; ``beside`` are those that there are already."""
    candidates: list[Candidate] = []
    groups = observed.moments.n_groups
    for model in models:
        if is_composite(model):
            found = partial(_composed, model, observed, center, block_models, rows)
        elif needs_rows(model) and (groups == 1 or observed.rows_of is not None):
            found = partial(_of_rows, model, rows, observed, center)
        elif not is_integrated(model):
            hopeless = "" if alone or model.by_group or groups > 1 else _hopeless(model, candidates)
            if hopeless:
                candidates.append(Candidate(model, refused_fit(model.label, observed.moments.count, hopeless)))
                continue
            found = partial(_fitted, model, observed, center)
        else:
            continue
        candidates.append(_in_time(model, [*beside, *candidates], observed.moments, found))
    return candidates


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


def _hopeless(model: Model, candidates: Sequence[Candidate]) -> str:
    """Why a class that takes a search cannot be taken, whatever it finds: no special case is likelier than its class.

    Of a batch of one; empty where it may be taken.
    """
    answered = [c for c in candidates if not c.ruled_out[0] and not math.isnan(c.bic[0])]
    best = min((float(c.bic[0]) for c in answered), default=math.inf)
    for richer in answered:
        if model.label in richer.model.nested and -2.0 * float(richer.fit.log_likelihood[0]) > best:
            return f"not searched for: {richer.label}, of which it is a special case, is not likely enough either"
    return ""


def with_corrections(
    weighed: Weighed, observed: Observed, center: Center = None, at_hand: Rows | None = None
) -> tuple[Weighed, list[str]]:
    """A single table weighed again, with the classes that had no answer answered by the series of their entries.

    Also why a series was refused. ``at_hand`` as of ``weigh``.
    """
    found, refused = [], []
    for candidate in weighed.candidates:
        refusal, other = candidate.fit, None
        if not refusal.answered[0]:
            other = candidate.model.corrected(observed, refusal, center, at_hand)
        if other is not None and other.answered[0]:
            checks = tuple(candidate.model.checks(other, observed, center))
            candidate = replace(candidate, fit=other, checks=checks)
        elif other is not None:
            refused.append(f"{candidate.label}: {other.why(0)}")
        found.append(candidate)
    return weighed_of(found, 1, weighed.alone), refused


def fit_batch(model: Model, moments: Moments, center: Center = None) -> Fit:
    """The fits of one class; large batches are cut into pieces that run side by side. Groups do not know each other."""
    piece = max(1, PIECE // moments.dimension**2)
    if moments.n_groups <= piece:
        return model.fit(moments, center)
    starts = range(0, moments.n_groups, piece)
    fits = side_by_side(lambda start: model.fit(moments.groups(slice(start, start + piece)), center), starts)
    return concatenate_fits(list(fits))


def _fitted(model: Model, observed: Observed, center: Center) -> Candidate:
    return _checked(model, fit_batch(model, observed.moments, center), observed, center)


def _of_rows(model: RowsModel, rows: Masses | None, observed: Observed, center: Center) -> Candidate:
    return _checked(model, model.fit_rows(rows, observed, center), observed, center)


def _checked(model: Model, fit: Fit, observed: Observed, center: Center) -> Candidate:
    fit = model.completed(fit, observed)
    checks = tuple(model.checks(fit, observed, center)) if fit.answered.any() else ()
    return Candidate(model, fit, _of_a_family(checks))


def _of_a_family(checks: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """The same, those that decide each at its share of the level, so that all together have it (Bonferroni)."""
    deciding = sum(check.weight == "deciding" for check in checks)
    return tuple(
        replace(check, level=check.level / deciding) if check.weight == "deciding" and deciding > 1 else check
        for check in checks
    )


def _composed(
    model: Composite,
    observed: Observed,
    center: Center,
    block_models: Callable[[tuple[int, ...]], Sequence[Model]] | None,
    rows: Masses | None,
) -> Candidate:
    """A composite class of the best classes of its blocks, of a batch of one; one of rows weighs these itself."""
    if is_composite_of_rows(model):
        parts = model.weighed_parts(rows, observed)
        if not parts:
            return Candidate(model, model.fit_rows(rows, observed, center))
    else:
        assert block_models is not None
        parts = tuple(
            weigh(
                found,
                observed.part(block),
                None,
                alone=len(found) == 1,
                rows=None if rows is None else partial(of_columns, rows, block),
            )
            for block in model.blocks
            for found in [block_models(block)]
        )
    winners = [part.winner() for part in parts]
    without = [block for block, winner in zip(model.blocks, winners, strict=True) if winner is None]
    if without:
        names = ", ".join(repr(observed.moments.columns[j]) for j in without[0])
        part = parts[model.blocks.index(without[0])]
        refused = refused_fit(model.label, observed.moments.count, f"no class fits {names} ({part.reasons()})")
        return Candidate(model, refused, tuple(model.checks(refused, observed, center)))
    best = [winner for winner in winners if winner is not None]
    whole = model.composed([winner.model for winner in best])
    if is_composite_of_rows(whole):
        fit = whole.fit_rows(rows, observed, center)
    else:
        fit = whole.joined(observed.moments, [winner.fit for winner in best])
    return replace(_checked(whole, fit, observed, center), parts=parts)
