"""The flow: a question, the data measured for it, each strategy asked in turn, an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

from symcat import catalogue
from symcat.answer import frames
from symcat.answer.build import evidence_of, solution_of
from symcat.answer.solution import Solution
from symcat.answer.working import working
from symcat.clock import OutOfTime, step
from symcat.data.schema import Kind
from symcat.models.base import Couplings
from symcat.models.misfit import TOLERANCE
from symcat.models.robust import ErrorsOf
from symcat.question import Question
from symcat.question.values import UNSET, Average, Basis, Fallback, Form, GivenCenter, Missing, Order, Prior, Unset
from symcat.strategies import asked
from symcat.strategies.asking import Said, settle
from symcat.strategies.base import Answered, Problem
from symcat.strategies.groups import solve_groups
from symcat.strategies.incomplete import opened_for_gaps, solve_gaps
from symcat.strategies.pose import pose
from symcat.strategies.unfinished import out_of_time


@overload
def solve(
    data: Any,
    *,
    target: str | None = None,
    by: None = None,
    classes: Sequence[str] | None = None,
    center: GivenCenter = None,
    columns: Sequence[str] | None = None,
    kinds: Mapping[str, Kind] | None = None,
    prior: Prior | Unset = UNSET,
    interactions: Sequence[Sequence[str]] = (),
    basis: Basis | Unset = UNSET,
    intercept: bool | Unset = UNSET,
    interval: tuple[float, float] | None = None,
    couplings: Couplings | Unset = UNSET,
    fallback: Fallback | Unset = UNSET,
    budget_s: float | None = None,
    strategies: Sequence[str] | None = None,
    learn: bool | None = None,
    seed: int = 0,
    counts: str | None = None,
    weights: str | None = None,
    errors: ErrorsOf | Unset = UNSET,
    cluster: str | None = None,
    order: Order = "detect",
    missing: Missing = "drop",
    strict: bool = False,
    tolerance: float = TOLERANCE,
    average: Average | None = None,
) -> Solution: ...


@overload
def solve(
    data: Any,
    *,
    by: str | Sequence[str],
    target: str | None = None,
    classes: Sequence[str] | None = None,
    center: GivenCenter = None,
    columns: Sequence[str] | None = None,
    kinds: Mapping[str, Kind] | None = None,
    prior: Prior | Unset = UNSET,
    interactions: Sequence[Sequence[str]] = (),
    basis: Basis | Unset = UNSET,
    intercept: bool | Unset = UNSET,
    interval: tuple[float, float] | None = None,
    couplings: Couplings | Unset = UNSET,
    fallback: Fallback | Unset = UNSET,
    budget_s: float | None = None,
    seed: int = 0,
    counts: str | None = None,
    weights: str | None = None,
    form: Form | Unset = UNSET,
    tolerance: float = TOLERANCE,
) -> Any: ...


def solve(
    data: Any,
    *,
    target: str | None = None,
    by: str | Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
    center: GivenCenter = None,
    columns: Sequence[str] | None = None,
    kinds: Mapping[str, Kind] | None = None,
    prior: Prior | Unset = UNSET,
    interactions: Sequence[Sequence[str]] = (),
    basis: Basis | Unset = UNSET,
    intercept: bool | Unset = UNSET,
    interval: tuple[float, float] | None = None,
    couplings: Couplings | Unset = UNSET,
    fallback: Fallback | Unset = UNSET,
    budget_s: float | None = None,
    strategies: Sequence[str] | None = None,
    learn: bool | None = None,
    seed: int = 0,
    counts: str | None = None,
    weights: str | None = None,
    form: Form | Unset = UNSET,
    errors: ErrorsOf | Unset = UNSET,
    cluster: str | None = None,
    order: Order = "detect",
    missing: Missing = "drop",
    strict: bool = False,
    tolerance: float = TOLERANCE,
    average: Average | None = None,
) -> Any:
    """Finds the symmetry class of a table and reads its maximum-likelihood parameters.

    Parameters
    ----------
    data : a pandas, polars, pyarrow or Dask frame, a DuckDB relation, a numpy array (n,) or (n, d), a dict of arrays,
        the path of a CSV or Parquet file, or ``Statistics`` collected before. One row is one observation. Two-valued
        columns (booleans, 0 and 1, two texts, ...) are coded -1 and +1; the answer's ``levels`` say which value is +1.
        Text and categories of 3 to 64 levels are categorical; so are whole numbers of 3 to 10 values in a table of
        several columns without ``target=``, if they have 10 rows each on average.
    target : a column to predict from the others: a real one by least squares, a two-valued one by logistic regression,
        both by maximum likelihood of the target given the others; a categorical one by multinomial logistic regression
        or a Gaussian in each level, whichever makes each row's level likelier from all other rows. ``classes=`` names
        one of these, or a class of all columns together to have the regression that it implies; of averages alone that
        is the answer for a two-valued target anyway.
    by : a column of groups, or several: one fit per group, returned as a frame. Rows without a key are left out.
    classes : labels to consider; all that describe these columns if left out. The one with the smallest BIC answers,
        and its verdict says how well. Classes of some of the columns of a mixed table are meant for these.
    center : the centre of the symmetry in the units of the data if it is known, ``"mean"`` for the sample mean, or None
        for the maximum-likelihood centre. Real columns only.
    columns : the columns to use, in order; all that are measurements if left out.
    kinds : what single columns are, by name, where that is not as their values look: ``"real"``, ``"two-valued"`` or
        ``"categorical"``, as of whole numbers that are codes. With ``target=`` a categorical predictor has an indicator
        for each level but the first, as text has.
    prior : of two-valued columns, where the maximum of the likelihood is infinite because some values never occur:
        ``"weak"``, the default, adds one row spread evenly over all states, and says so; None refuses, saying which
        values; a number adds that many such rows always.
    interactions : sets of discrete columns that are coupled: sets of three or more in addition to all pairs; if pairs
        are among them, only those pairs are coupled.
    basis : whether the parameters of two-valued columns multiply ``"spin"`` (-1, +1), the default, or ``"binary"``
        (0, 1) values.
    intercept : whether a regression has one, which is the default. Without, all lines pass through zero, and R2
        compares with zero too.
    interval : of one column, the least and the largest value that it can have, for the classes that know such: the ends
        of a scale, such as ``(0, 100)`` of percentages, or of a turn, such as ``(0, 360)`` of degrees:
        nothing tells angles from other numbers, so that ``vonmises.scalar`` is weighed where ``classes=`` names it.
    couplings : of ``polynomial.quartic`` of five to a hundred real columns, ``"all"``, the default, of at most twelve,
        or ``"pairs"``: terms of one and two columns alone, those of more set to zero.
    fallback : ``"analog"``, the default for a whole table, asks what was learned before and then the emulated analog
        device where no class fits: for a polynomial free energy of up to six real columns, alone or beside two-valued
        ones, or for the pairwise couplings of up to 64 two-valued ones. None refuses instead.
    budget_s : seconds that the whole call may take, 60 if left out; only reading the rows is never cut short. A
        search that has not converged by then has no answer. Left out, a search beside an answer that does not
        describe the data takes at most 20 of them. Within it, no outcome depends on the clock.
    strategies : which ways to an answer to ask, in this order: ``"catalogue"`` (formulas, sums and tables),
        ``"correction"`` (series), ``"learned"`` (what was kept of earlier answers), ``"analog"`` (the device). All
        that the question allows, in this order, if left out. So the device can be asked where a table answers.
    learn : True keeps what the device finds, in a directory of the user's, for later calls. Left out, nothing is
        written (unless the environment variable ``SYMCAT_LEARN`` is 1), and what was kept earlier may answer or be the
        start of a search. False also leaves that aside: the answer depends on the data, the options and the seed alone.
    seed : of the random sample of rows that some checks use, and of the device.
    counts : a column of whole numbers: how often each row occurred. The answer is that of the repeated rows.
    weights : a column of numbers, zero or more: how much of the whole each row stands for. Averages are weighted; BIC
        and model-based errors are those of the effective number of rows, (sum w)^2 / sum w^2, and robust errors take
        each row with its own weight.
    form : of the frame with ``by=``: ``"wide"``, the default, a row per group; ``"long"``, one for each of its numbers.
    errors : what the robust errors are of; frames of ``by=`` have model-based ones only. ``"rows"``, the default: they
        are independent, in whatever order they come; exact up to 8192 rows or two-valued states, of more from a random
        sample of so many. Of a least-squares regression that is ``"HC3"``; ``"HC0"``, ``"HC1"`` and ``"HC2"`` are the
        others (MacKinnon & White 1985). ``"blocks"``: rows are in order of time and depend on their neighbours; how far
        is found from the data. ``"cluster"``: rows with the same value of a column belong together. Where consecutive
        rows depend on each other, a check says so and gives the first two.
    cluster : the name of that column, which is not measured.
    order : what the order of the rows means. ``"time"`` declares that they are in order of time: they count as the
        number of independent rows that they are worth, by the integrated autocorrelation time of the scores of the
        fit, in BIC, checks and tests; every error is that of its own scores, the robust ones are of ``"blocks"``.
        ``"detect"``, the default, does the same, and says so in a warning and first in the answer, where a test of the
        scores at one in a thousand finds that consecutive rows depend on each other, if they look like a series: they
        depend less on those further on, and no column has all its equal values together. Of others, such as sorted and
        grouped files, a check tells. None denies it: no test is made.
    missing : what becomes of rows with a missing value. ``"drop"`` leaves them out. ``"em"`` takes the maximum of the
        likelihood of all cells that were seen, of Gaussian classes and of those of two-valued columns that are fitted
        by sums over their states. ``"pairwise"``, of Gaussian classes, averages every pair of columns over the rows
        that have both, with errors of as many rows as the rarest pair has, and no robust ones.
    strict : refuse, with NoEntry, where the best class does not describe the data (its verdict is ``"misfit"``), rather
        than answer with a warning.
    tolerance : nats a row that a misfit may have to be called ``"close"``: seen by a check, too small to matter.
    average : ``"bic"`` has couplings averaged over whether each is there, as ``averaged`` of the answer: those of the
        richest class that the answer is a special case of, each with the weight of its BIC, and errors that do not take
        the zeros of a smaller class for true.

    Returns
    -------
    A ``Solution``; with ``by=`` a frame in the library the data came from.

    Raises
    ------
    InvalidData : the data cannot be used, or an option cannot apply to them; the message names cause and cure.
    NoEntry : no class has an answer, or with ``strict=True`` none describes the data; carries label, statistic, valid
        range and what to try.
    NotConverged : a NoEntry; a search ran out of time or stalled, and no class of the table has an answer; carries the
        closest point and how far it is.
    KeyboardInterrupt : on Ctrl-C, within a second; what was learned before stays.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> answer = symcat.solve(np.random.default_rng(0).normal(2.0, 3.0, size=1000))
    >>> answer.label, round(answer.parameters["mean"], 2)
    ('gaussian.full', 1.86)
    """
    question = Question.of(
        target=target,
        by=by,
        classes=classes,
        center=center,
        columns=columns,
        kinds=kinds,
        prior=prior,
        interactions=interactions,
        basis=basis,
        intercept=intercept,
        interval=interval,
        couplings=couplings,
        fallback=fallback,
        budget_s=budget_s,
        strategies=strategies,
        learn=learn,
        seed=seed,
        form=form,
        counts=counts,
        weights=weights,
        errors=errors,
        cluster=cluster,
        order=order,
        missing=missing,
        strict=strict,
        tolerance=tolerance,
        average=average,
    )
    book = catalogue.default()
    if question.by:
        with working("fitting the groups"):
            return solve_groups(question, data, book)
    with working("solving", question.budget_s) as work:
        try:
            return _solved(question, data, book)
        except OutOfTime as late:
            raise out_of_time(work.allowed, late) from None


def _solved(question: Question, data: Any, book: catalogue.Catalogue) -> Solution:
    if question.missing != "drop":
        data = opened_for_gaps(data)
        answer = solve_gaps(question, data, book)
        if answer is not None:
            return answer
    with step("reading the rows and weighing the classes"):
        problem = pose(question, data, book)
    if problem.order.known is not None:
        question = question.of_a_series
    said, trail = settle(problem, asked(question), strict=question.strict, patience=question.patience)
    return _answer(problem, said, trail, book.version, average=question.average is not None)


def _answer(problem: Problem, said: Answered, trail: Said, version: str, *, average: bool) -> Solution:
    source = problem.measured.source
    return solution_of(
        said.model,
        problem.order.of_all(said.model, said.fit),
        options=problem.options,
        version=version,
        robust=said.robust,
        errors=said.errors,
        checks=said.checks,
        judgement=said.judgement,
        parts=said.parts,
        evidence=evidence_of(said.evidence),
        trail=trail,
        average=average,
        weighed=said.evidence,
        observed=problem.observed,
        n_rows=problem.measured.statistics.n_rows if problem.measured.weighted else None,
        n_effective=float(said.fit.count[0]) if said.model.measure == "series" else None,
        order=problem.order.known,
        n_missing=problem.measured.statistics.n_missing,
        set_aside=problem.measured.set_aside,
        categories=problem.measured.categories,
        seed=problem.seed,
        library=frames.library_of(frame) if source is not None and (frame := source.frame) is not None else None,
    )
