"""The refusal that teaches: the cause and one call that works in a sentence, then what each class and strategy said."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from symcat.answer.records import Step
from symcat.data.oddities import oddity
from symcat.errors import InvalidData, NoEntry, SymcatError
from symcat.models.candidates import Candidate, Weighed, in_words
from symcat.models.fit import Fault
from symcat.strategies.base import Answered, Closest, Problem
from symcat.strategies.phases import fitting_groups
from symcat.strategies.table import Table
from symcat.strategies.unfinished import not_converged
from symcat.strategies.verdict import in_a_sentence

WIDTH = 108
"""Characters of a line of the table."""
MOST_LINES = 12
"""Of the message in a terminal."""
_MOST_SAID = 280  # characters of a cause in the sentence


def refusal(
    problem: Problem, trail: Sequence[Step], closest: Sequence[Closest] = (), kept: Answered | None = None
) -> SymcatError:
    """The error for a problem that every strategy has declined, or whose best answer, which was ``kept``, is a misfit.

    InvalidData where the data are at fault, NotConverged where a search has come to no end, with the nearest of the
    ``closest`` points.
    """
    ordered = problem.weighed.ordered()
    for candidate in ordered:
        why = candidate.fit.why(0)
        if isinstance(why, Fault):
            return InvalidData(why)
    if closest:
        return not_converged(min(closest, key=lambda one: one.normalised_error))
    if all(step.strategy != Table.name for step in trail):
        said_by = "; ".join(f"{step.strategy}: {step.reason}" for step in trail)
        return NoEntry(f"No strategy that was asked has an answer: {said_by}.", label=ordered[0].label)
    cause, call = _cause(problem, ordered, trail, kept)
    message = f"No class fits these data: {cause};" if call else f"No class fits these data: {cause}."
    suggestion = f"{call}." if call else None
    lines = MOST_LINES - len(textwrap.wrap(f"symcat: {message} {suggestion or ''}", WIDTH))
    later = [step for step in trail if step.strategy != Table.name]
    rows = table(problem.weighed, later, lines - 1, of_target=problem.target is not None)
    said = f"{rows}\n  Or try {', '.join(_ways(problem))}."
    for candidate in ordered:
        covered = candidate.fit.coverage
        if covered is not None:
            return NoEntry(
                message,
                label=candidate.label,
                statistic=covered.statistic,
                value=float(candidate.fit.statistics[covered.statistic][0]),
                valid_range=(covered.lo, covered.hi),
                suggestion=suggestion,
                table=said,
            )
    return NoEntry(message, label=ordered[0].label, suggestion=suggestion, table=said)


def misfit_in_words(problem: Problem, found: Answered, closest: Sequence[Closest] = ()) -> str:
    """What a reader of an answer that does not describe the data is warned of.

    With what is odd about these, and where a search for another class came to no end.
    """
    sentence = in_a_sentence(found.fit.label, found.judgement)
    if closest:
        tried = min(closest, key=lambda one: one.normalised_error)
        sentence = f"{sentence.removesuffix('.')}; the search for {tried.label} has not converged: {tried.words}"
        sentence += " (budget_s= gives it longer)." if tried.late else "."
    sample = problem.observed.sample
    understood = sample is None or problem.target is not None or found.model.measure == "surface"
    odd = None if understood or sample is None else oddity(problem.schema, sample)
    groups = "" if odd is not None else fitting_groups(problem)
    said = f"{odd[0]}: {odd[1]}" if odd is not None else f"try {groups}" if groups else ""
    return f"{sentence.removesuffix('.')}; {said}." if said else sentence


def _ways(problem: Problem) -> list[str]:
    """What may help and was not asked for already."""
    sample, real = problem.observed.sample, list(problem.schema.at("real"))
    positive = sample is not None and bool(real) and bool((sample[:, real] > 0.0).all())
    groups = fitting_groups(problem)
    ways = ["logarithms or residuals" if positive else "residuals", groups or "subgroups with by="]
    if len(problem.schema) > 1 and problem.target is None:
        ways.append("one column from the others with target=")
    return ways


def table(weighed: Weighed, later: Sequence[Step], lines: int, *, of_target: bool = False) -> str:
    """At most so many lines: each class and each later strategy with its reason, cut to the width of a terminal.

    Strategies that said the same share a line; where there are too many lines, classes are left out.
    """
    classes = [(candidate.label, _said(weighed, candidate)) for candidate in weighed.ordered()]
    reasons: dict[str, list[str]] = {}
    for step in later:
        reasons.setdefault(step.reason, []).append(step.strategy)
    beyond = [(", ".join(names), reason) for reason, names in reasons.items()]
    room = max(lines - len(beyond), 1)
    shown = classes if len(classes) <= room else classes[: max(room - 1, 0)]
    kept = shown + beyond
    width = max(len(name) for name, _ in kept)
    rows = [_cut(f"  {name:<{width}}  {' '.join(reason.split())}") for name, reason in kept]
    if len(shown) < len(classes):
        whole = "" if of_target else ": symcat.classify(data) has them all"
        rows.insert(len(shown), f"  and {len(classes) - len(shown)} more{whole}")
    return "\n".join(rows)


def _said(weighed: Weighed, candidate: Candidate) -> str:
    """Why a candidate was not taken; of failed checks all names first, as the line may be cut."""
    failed = [check for check in candidate.failed(0) if check.weight != "told"]
    if not failed or not candidate.fit.answered[0]:
        return weighed.reason(candidate)
    names = ", ".join(check.name for check in failed)
    return f"fails {names}: {in_words(failed[0], 0)}" if len(failed) > 1 else f"fails {in_words(failed[0], 0)}"


def _cause(
    problem: Problem, ordered: Sequence[Candidate], trail: Sequence[Step], kept: Answered | None
) -> tuple[str, str]:
    """Why no class fits, and one call that works; the latter empty where the cause itself says what to do."""
    sample = problem.observed.sample
    found = None if sample is None or problem.target is not None else oddity(problem.schema, sample)
    if found is not None:
        return found
    answered = [candidate for candidate in ordered if candidate.fit.answered[0] and candidate.failed(0)]
    if not answered and kept is not None:
        said = in_a_sentence(kept.fit.label, kept.judgement).removesuffix(".")
        return said, "without strict= its answer is given, with the verdict beside it"
    if not answered:
        # The plainest: that of a class made of others repeats theirs.
        nearest = min(ordered, key=lambda candidate: len(candidate.fit.why(0)))
        own = f"{nearest.label}: "
        later = [step.reason for step in trail if step.strategy != Table.name and step.reason.startswith(own)]
        said = later[0] if later else own + nearest.fit.why(0)  # a strategy that was asked for it knows more
        why = textwrap.shorten(said, len(own) + _MOST_SAID).removesuffix(".")
        # Outside of what an entry covers another class may fit; other reasons say what to do about them.
        others = problem.weighed.alone and problem.target is None and nearest.fit.coverage is not None
        return why, "symcat.classify(data) weighs the other classes" if others else ""
    nearest = min(answered, key=lambda candidate: float(candidate.fit.bic[0]))
    failed = sorted(nearest.failed(0), key=lambda check: float(check.p_value[0]))
    worst = textwrap.shorten(in_words(failed[0], 0), _MOST_SAID) if failed else "a check"
    return (
        f"the nearest, {nearest.label}, fails {worst}",
        "without strict= its answer is given, with the failed checks beside it",
    )


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."
