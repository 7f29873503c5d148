"""Weighs the candidate classes of a table, or of many groups at once: the smallest BIC is taken.

Checks say how well it describes the data. A poorer class is not taken because a better one fails its checks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.loops import side_by_side
from symcat.models.base import Center, Floats, Masses, Model
from symcat.models.batches import concatenate_fits, refused_fit
from symcat.models.fit import CheckResult, Fault, Fit, Observed, Weight
from symcat.models.misfit import TOLERANCE, of_column
from symcat.models.nesting import nested_check
from symcat.models.rounding import distinct, rounding_cost, spike_cost
from symcat.models.special import Atomic, Composite, CompositeOfRows, IntegratedModel, RowsModel

_SAME = 1e-10
"""Share of a BIC that is rounding: of classes that come to the same that with the shortest label is taken, which is one
without a chart."""

PIECE = 1 << 16
"""Numbers of a batch that one thread takes at a time."""

Rows = Callable[[], Iterable[Floats]]
"""All complete encoded rows once more, in batches."""


@dataclass(frozen=True)
class _Again:
    """Rows that are read once more each time they are iterated over."""

    rows: Callable[[], Masses]

    def __iter__(self) -> Iterator[tuple[Floats, Floats]]:
        return iter(self.rows())


@dataclass(frozen=True)
class Candidate:
    """A class with its fits of G groups and the checks of these."""

    model: Model
    fit: Fit
    checks: tuple[CheckResult, ...] = ()
    parts: tuple[Weighed, ...] = ()  # of a composite class: how the classes of its blocks were weighed
    rounding: float = 0.0  # nats by which its likelihood is too high beside that of a law of whole numbers

    @property
    def bic(self) -> Floats:
        """(G,) that of the fit, as it compares with that of the others."""
        return self.fit.bic + 2.0 * self.rounding

    @property
    def label(self) -> str:
        return self.model.label

    def failed(self, group: int) -> tuple[CheckResult, ...]:
        """The checks that reject in a group."""
        return tuple(check for check in self.checks if not check.passed[group])

    def held_against(self, others: Sequence[Fit]) -> Candidate:
        """The same, ruled out in groups in which it is less likely than a special case of it."""
        check = nested_check(self.model, self.fit, others)
        return self if check is None else replace(self, checks=(*self.checks, check))

    @property
    def ruled_out(self) -> NDArray[np.bool_]:
        """(G,) whether it cannot be taken: no answer, or a check that shows that it is none."""
        return ~self.fit.answered | _any_fails(self.checks, "always", self.fit)

    @property
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
            return candidate is not winner, float(candidate.bic[group]) if answered else math.inf

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
        above = float(candidate.bic[group] - winner.bic[group])
        of = "of rounded values " if candidate.rounding else ""
        said = f"its BIC {of}is {above:.1f} above that of {winner.label}"
        return f"{said}, and it does not fit: {failed}" if failed else f"fits, but {said}"


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
    candidates: list[Candidate] = []
    groups = observed.moments.n_groups
    last = [] if named or alone else [model for model in models if model.weighed_last]
    for model in (model for model in models if model not in last):
        if is_composite(model):
            again = None if rows is None else _Again(rows)
            candidates.append(_composed(model, observed, center, block_models, again))
        elif needs_rows(model) and (groups == 1 or observed.rows_of is not None):
            fit = model.fit_rows(None if rows is None else _Again(rows), observed, center)
            candidates.append(_checked(model, fit, observed, center))
        elif not is_integrated(model):
            hopeless = "" if alone or model.by_group or groups > 1 else _hopeless(model, candidates)
            if hopeless:
                candidates.append(Candidate(model, refused_fit(model.label, observed.moments.count, hopeless)))
            else:
                candidates.append(_fitted(model, observed, center))
    # Searches of single columns take less time than those of all together.
    for some in ([one for one in last if is_composite(one)], [one for one in last if not is_composite(one)]):
        if not some:
            continue
        described = _described(weighed_of(_rounded(candidates, observed, rows), groups, alone), observed, tolerance)
        if described:
            candidates += [Candidate(one, refused_fit(one.label, observed.moments.count, described)) for one in some]
        else:
            candidates += weigh(some, observed, center, named=True, rows=rows).candidates
    if at_hand is not None and groups == 1 and not weighed_of(candidates, groups, alone).settled:
        for model in models:
            if is_integrated(model):
                least = max(
                    (
                        float(c.fit.log_likelihood[0])
                        for c in candidates
                        if c.label in model.nested and c.fit.answered[0]
                    ),
                    default=-math.inf,
                )
                fit = model.integrated(at_hand(), observed.moments, center, least=least)
                candidates.append(_checked(model, fit, observed, center))
    return weighed_of(_rounded(candidates, observed, rows), groups, alone)


def _rounded(
    candidates: Sequence[Candidate], observed: Observed, rows: Callable[[], Masses] | None
) -> Sequence[Candidate]:
    """With what rounding costs the densities, where a law of whole numbers answers beside them; of a batch of one.

    From all rows, or the sample where these are not at hand.
    """
    groups, sample = observed.moments.n_groups, observed.sample
    if groups > 1:
        return candidates
    if not any(c.model.discrete and c.fit.answered[0] for c in candidates):
        atoms = [c for c in candidates if has_atom(c.model) and c.fit.answered[0]]
        return _beside_atom(candidates, atoms[0]) if atoms else candidates
    if rows is not None:
        values, times = distinct(rows())
    elif sample is not None:
        values, times = distinct([(sample, np.ones(len(sample)))])
    else:
        return candidates
    return [
        c
        if c.model.discrete or not c.fit.answered[0]
        else replace(c, rounding=rounding_cost(c.model, c.fit, values, times))
        for c in candidates
    ]


def _beside_atom(candidates: Sequence[Candidate], atom: Candidate) -> Sequence[Candidate]:
    """With what a spike at a value costs the densities beside a class that gives it a probability of its own."""
    assert has_atom(atom.model)
    value, share, cell = atom.model.mass({name: one[0] for name, one in atom.fit.parameters.items()})
    rows = share * float(atom.fit.count[0])
    return [
        replace(c, rounding=spike_cost(c.model, c.fit, value, rows, cell))
        if c.fit.answered[0] and not c.model.discrete and not has_atom(c.model)
        else c
        for c in candidates
    ]


def _described(weighed: Weighed, observed: Observed, tolerance: float) -> str:
    """Why no further class is weighed, of a batch of one: the one that is taken describes the data; empty else."""
    winner = weighed.winner()
    if winner is None or winner.rejected[0]:
        return ""
    line = of_column(winner.model, winner.fit, observed.sample)
    if line is not None and line.beyond(tolerance):
        return ""
    return f"not searched for: {winner.label} describes the data"


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


def weighed_of(candidates: Sequence[Candidate], groups: int, alone: bool) -> Weighed:
    """The candidates, held against those nested in them, and which of them each group takes."""
    fits = [candidate.fit for candidate in candidates]
    held = tuple(candidate.held_against(fits) for candidate in candidates)
    return Weighed(held, _taken(held, groups), alone)


def with_corrections(weighed: Weighed, observed: Observed, center: Center = None) -> tuple[Weighed, list[str]]:
    """A single table weighed again, with the classes that had no answer answered by the series of their entries.

    Also why a series was refused.
    """
    found, refused = [], []
    for candidate in weighed.candidates:
        other = None if candidate.fit.answered[0] else candidate.model.corrected(observed.moments, candidate.fit)
        if other is not None and other.answered[0]:
            candidate = Candidate(candidate.model, other, tuple(candidate.model.checks(other, observed, center)))
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


def rules_out(check: CheckResult) -> bool:
    """Whether failing this check keeps a class from being taken."""
    return check.weight == "always"


def in_words(check: CheckResult, group: int) -> str:
    """A check, what it compared and its p-value."""
    p_value = float(check.p_value[group])
    p = "" if math.isnan(p_value) else f"; p = {p_value:.1g}"
    return f"{check.name} ({check.detail(group)}{p})"


def is_integrated(model: Model) -> TypeGuard[IntegratedModel]:
    """Whether a class is integrated over its columns."""
    return hasattr(model, "integrated")


def has_atom(model: Model) -> TypeGuard[Atomic]:
    """Whether a class gives one value a probability of its own beside a density of the others."""
    return model.atom is not None


def is_composite(model: Model) -> TypeGuard[Composite]:
    """Whether a class is made of those of its blocks."""
    return bool(model.blocks)


def is_composite_of_rows(model: Model) -> TypeGuard[CompositeOfRows]:
    """Whether a class is made of those of its blocks, which it weighs from the rows itself."""
    return is_composite(model) and hasattr(model, "weighed_parts")


def needs_rows(model: Model) -> TypeGuard[RowsModel]:
    """Whether a class is fitted to rows rather than to averages."""
    return hasattr(model, "fit_rows")


def _fitted(model: Model, observed: Observed, center: Center) -> Candidate:
    return _checked(model, fit_batch(model, observed.moments, center), observed, center)


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


def _any_fails(checks: Sequence[CheckResult], weight: Weight, fit: Fit) -> NDArray[np.bool_]:
    """(G,) whether one of the checks of this weight rejects."""
    out = np.zeros(len(fit.count), dtype=np.bool_)
    for check in checks:
        if check.weight == weight:
            out |= ~check.passed
    return out


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
            weigh(found, observed.part(block), None, alone=len(found) == 1)
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
    """BIC, last where it is not known; infinite where the candidate cannot be taken."""
    bic = candidate.bic
    return np.where(candidate.ruled_out, np.inf, np.where(np.isnan(bic), np.finfo(float).max, bic))
