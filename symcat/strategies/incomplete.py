"""Tables with missing cells, answered from every cell that was seen instead of from the complete rows.

Of the classes that have a way with gaps, each is fitted and weighed by the likelihood of the seen cells. Checks are
made of the rows as the class fills them, which agree with it as far as they are filled: they are weaker by what is
missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symcat import catalogue, clock
from symcat.answer import frames
from symcat.answer.build import evidence_of, solution_of
from symcat.answer.records import Step
from symcat.answer.solution import Solution
from symcat.data.incomplete import Incomplete, all_rows
from symcat.data.ingest import opened
from symcat.data.moments import Moments
from symcat.data.statistics import Statistics
from symcat.data.validation import check_columns
from symcat.errors import InvalidData, NoEntry, NotConverged
from symcat.models import registry
from symcat.models.base import WEAK, Center, Model, Options
from symcat.models.candidates import Candidate, Weighed, weighed_of
from symcat.models.enough_rows import enough_rows, in_words
from symcat.models.fit import Observed
from symcat.models.incomplete import Gaps, IncompleteModel, Maximum, allows, maximum, pairwise
from symcat.models.tables import Tables
from symcat.notices import warn
from symcat.question import Question
from symcat.strategies.pose import candidates, tell_set_aside
from symcat.strategies.refusal import MOST_LINES, table
from symcat.strategies.ties import tied_values
from symcat.strategies.verdict import in_a_sentence, judged

_SAID = {
    "em": "the maximum of the likelihood of all cells that were seen",
    "pairwise": "averages of every pair over the rows that have both",
}


@dataclass(frozen=True)
class Found:
    """A table with gaps, every class that has a way with them weighed."""

    table: Incomplete
    options: Options
    weighed: Weighed
    maxima: tuple[Maximum, ...]  # of the candidates, in their order
    unable: tuple[str, ...]  # labels of the classes that need complete rows

    @property
    def moments(self) -> Moments:
        """Averages of the rows as the class that is taken fills them."""
        winner = self.weighed.winner()
        place = next((k for k, candidate in enumerate(self.weighed.candidates) if candidate is winner), 0)
        return self.maxima[place].moments

    @property
    def n_rows(self) -> int:
        """Rows with a value at least."""
        return int(self.table.times.sum())

    @property
    def unasked(self) -> str:
        """In words, the classes that were not weighed."""
        return f"; not weighed, as they need complete rows: {', '.join(self.unable)}" if self.unable else ""


def opened_for_gaps(data: object) -> object:
    """The data, so that it can be read twice. Raises InvalidData for statistics, which have forgotten the gaps."""
    if isinstance(data, Statistics):
        raise InvalidData(
            "missing= needs the rows themselves, and these statistics have left out those with gaps: pass the data "
            "itself."
        )
    return opened(data)


def weigh_gaps(question: Question, data: object, tables: Tables) -> Found | None:
    """Every class that has a way with gaps, weighed; None where no cell is missing.

    Raises InvalidData for data or options that it cannot apply to.
    """
    read = all_rows(
        data,
        question.columns,
        kind=question.kind,
        kinds=dict(question.kinds),
        weight=question.weight,
        wide=question.classes is not None,
    )
    schema = read.schema
    options = question.options(schema)
    models, unable = _able(question, candidates(question, schema, options, tables))
    if not read.gaps:
        return None
    tell_set_aside(read.source.set_aside)
    gaps, center = Gaps(schema.columns, read.rows, read.times), question.point(len(schema))
    check_columns(gaps.alone(), schema, full_rank=any(model.full_rank for model in models), counted=False)
    made = []
    for model in models:
        with clock.step(f"fitting {model.label} to the seen cells"):
            made.append(_candidate(model, gaps, center, options, tables, question.missing))
    weighed = weighed_of([candidate for candidate, _ in made], 1, len(models) == 1)
    return Found(read, options, weighed, tuple(found for _, found in made), unable)


def solve_gaps(question: Question, data: object, book: catalogue.Catalogue) -> Solution | None:
    """The answer from all cells that were seen; None where none is missing. Raises NoEntry where no class fits."""
    found = weigh_gaps(question, data, book)
    if found is None:
        return None
    weighed, source = found.weighed, found.table.source
    winner = weighed.winner()
    if winner is None:
        nearest = weighed.ordered()[0]
        raise NoEntry(
            f"No class fits these data: {nearest.label}: {weighed.reason(nearest)}{found.unasked}.",
            label=nearest.label,
            table=table(weighed, (), MOST_LINES - 3),
        )
    place = next(k for k, candidate in enumerate(weighed.candidates) if candidate is winner)
    observed = Observed(found.moments)
    judgement = judged(winner.model, winner.fit, winner.checks, weighed, observed, question.seed, question.tolerance)
    if judgement.verdict == "misfit" and (question.strict or not weighed.alone):
        sentence = in_a_sentence(winner.label, judgement)
        if question.strict:
            raise NoEntry(sentence, label=winner.label, table=table(weighed, (), MOST_LINES - 3))
        warn(sentence)
    few = enough_rows(winner.model, winner.fit, winner.checks)
    if judgement.verdict is None and few:
        warn(in_words(winner.fit, few[0]))
    reason = f"{weighed.reason(winner)}; missing={question.missing!r}: {_SAID[question.missing]}{found.unasked}"
    return solution_of(
        winner.model,
        winner.fit,
        options=found.options,
        version=book.version,
        robust=found.maxima[place].robust,
        errors="rows",
        checks=(*winner.checks, *tied_values(winner.model, winner.fit, found.table.rows), *few),
        judgement=judgement,
        evidence=evidence_of(weighed),
        trail=(Step(strategy=winner.fit.source, outcome="answered", reason=reason),),
        n_missing=found.table.n_empty,
        set_aside=source.set_aside,
        seed=question.seed,
        library=frames.library_of(source.frame) if source.frame is not None else None,
    )


def _able(question: Question, models: Sequence[Model]) -> tuple[list[IncompleteModel], tuple[str, ...]]:
    """The candidates that have the way asked for, and the labels of the others.

    Raises InvalidData where one was named that has not, or none has.
    """
    way = question.missing
    able = [model for model in models if allows(model, way)]
    unable = tuple(model.label for model in models if not allows(model, way))
    if not able or (unable and question.classes is not None):
        others = f"name others than {', '.join(unable)}, or leave missing= out"
        raise InvalidData(f"missing={way!r} is {_PURPOSE[way]}: {others}.")
    return able, unable


_PURPOSE = {
    "em": "for Gaussian classes, and for those of columns with two levels or more that are summed over their states",
    "pairwise": "for Gaussian classes, and for potts.independent, potts.tree and potts.pairwise",
}


def _candidate(
    model: IncompleteModel, gaps: Gaps, center: Center, options: Options, tables: Tables, way: str
) -> tuple[Candidate, Maximum]:
    if way == "pairwise":
        filling = model.filling(gaps, center)
        found = pairwise(model, filling.gaps, center, lambda fit: filling.expected(fit).log_likelihood)
    elif "prior" in model.takes and not isinstance(options.prior, float | int):
        found = _with_prior(model, gaps, center, options, tables)
    else:
        found = maximum(model, gaps, center)
    # Errors and checks know as many rows as the averages are of.
    judged = replace(found.fit, count=found.moments.count)
    checks = tuple(model.checks(judged, Observed(found.moments), center)) if found.fit.answered[0] else ()
    return Candidate(model, found.fit, checks), found


def _with_prior(model: IncompleteModel, gaps: Gaps, center: Center, options: Options, tables: Tables) -> Maximum:
    """Without a prior where that has a maximum; else refused, or with the weak one all along."""

    def of_prior(rows: float | None) -> IncompleteModel:
        (found,) = registry.models((model.label,), model.schema, replace(options, prior=rows), tables)
        assert allows(found, "em")
        return found

    try:
        found = maximum(of_prior(0.0), gaps, center)
    except NotConverged:
        if options.prior is None:
            raise
        # Towards an infinite maximum the steps come to no end; if there is a finite one, this will say so again.
        return maximum(of_prior(WEAK), gaps, center)
    alone = of_prior(None).fit(found.moments, center)
    if alone.answered[0]:
        return found
    return Maximum(alone, found.moments, {}) if options.prior is None else maximum(of_prior(WEAK), gaps, center)
