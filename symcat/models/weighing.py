"""Weighs the candidate classes of a table, or of many groups at once: the smallest BIC is taken.

Checks say how well it describes the data. A poorer class is not taken because a better one fails its checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from symcat.models import surface
from symcat.models.asked_last import Integrals, Last
from symcat.models.base import Center, Floats, Masses, Model
from symcat.models.batches import refused_fit
from symcat.models.candidates import Candidate, Weighed, weighed_of
from symcat.models.column_masses import of_columns
from symcat.models.fit import Observed
from symcat.models.fitting import Rows, checked, fitted, fitted_to_rows, in_time
from symcat.models.hopeless import beaten_groups, hopeless
from symcat.models.misfit import TOLERANCE
from symcat.models.rounding import Rounding
from symcat.models.special import (
    Composite,
    is_composite,
    is_composite_of_rows,
    is_integrated,
    needs_rows,
)


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
    named : whether the candidates were named, so that those that are else weighed last are weighed in any case.
    tolerance : nats a row that a misfit may have where the data count as described.
    """
    groups, rounding = observed.moments.n_groups, Rounding(observed, rows)
    models, off = surface.weighable(models, observed.moments, named=named or alone)
    last = [] if named or alone else [model for model in models if model.weighed_last]
    again = None if rows is None else _Again(rows)
    first = [model for model in models if model not in last]
    candidates = _of_averages_or_rows(first, observed, center, block_models, again, alone=alone)
    integrals = Integrals(observed, center, at_hand, [one for one in models if is_integrated(one)], named, alone)
    if last:

        def of_one(model: Model, beside: Sequence[Candidate]) -> list[Candidate]:
            return _of_averages_or_rows([model], observed, center, None, again, alone=False, beside=beside)

        asked = Last(observed, rounding, alone, tolerance, integrals, of_one)
        candidates = asked.after(candidates, sorted(last, key=lambda one: (one.searches_long, bool(one.blocks))))
    candidates = integrals.after(candidates, integrals.models)
    candidates += [Candidate(model, refused_fit(model.label, observed.moments.count, surface.OFF)) for model in off]
    return weighed_of(rounding.compared(candidates), groups, alone)


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
            found = partial(fitted_to_rows, model, rows, observed, center)
        elif not is_integrated(model):
            why = "" if alone or model.by_group or groups > 1 else hopeless(model, candidates)
            if why:
                candidates.append(Candidate(model, refused_fit(model.label, observed.moments.count, why)))
                continue
            beaten = beaten_groups(model, observed.moments, center, candidates) if groups > 1 and not alone else None
            found = partial(fitted, model, observed, center, beaten)
        else:
            continue
        candidates.append(in_time(model, [*beside, *candidates], observed.moments, found))
    return candidates


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
    return replace(checked(whole, fit, observed, center), parts=parts)
