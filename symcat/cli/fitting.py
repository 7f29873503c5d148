"""The commands that read rows: solve and classify."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from symcat.answer.terminal import cell, print_answer, print_records, records_of, table_of
from symcat.cli.arguments import (
    AsJson,
    Center,
    Classes,
    Collected,
    Columns,
    Counts,
    Interval,
    Kinds,
    Missing,
    OptionalFile,
    Order,
    Prior,
    Seed,
    Weights,
    center_of,
    if_given,
    interval_of,
    kinds_of,
    names_of,
    order_of,
    prior_of,
)
from symcat.errors import NoEntry
from symcat.models.misfit import TOLERANCE

NOT_WELL_DESCRIBED = 3
"""Exit status where there is an answer that does not describe the data well."""


def solve(
    file: OptionalFile = None,
    statistics: Collected = None,
    target: Annotated[str | None, typer.Option(metavar="COL", help="Predict this column from the others.")] = None,
    by: Annotated[
        str | None, typer.Option(metavar="A,B", help="One fit for each value of this column, or of several.")
    ] = None,
    columns: Columns = None,
    kinds: Kinds = None,
    classes: Classes = None,
    center: Center = None,
    interval: Interval = None,
    prior: Prior = None,
    interactions: Annotated[
        str | None, typer.Option(metavar="A*B*C,...", help="Two-valued columns: further sets that are coupled.")
    ] = None,
    basis: Annotated[
        str | None, typer.Option(metavar="spin|binary", help="Two-valued columns are -1, +1, or 0, 1; spin by default.")
    ] = None,
    no_intercept: Annotated[
        bool, typer.Option("--no-intercept", help="With --target: a regression through zero.")
    ] = False,
    couplings: Annotated[
        str | None,
        typer.Option(metavar="all|pairs", help="Of a quartic answered by a series: terms of two columns at most."),
    ] = None,
    fallback: Annotated[
        str | None,
        typer.Option(metavar="analog|none", help="Where no class fits: ask the emulated analog device, or refuse."),
    ] = None,
    budget_s: Annotated[float | None, typer.Option(help="Seconds that the call may take; 60 by default.")] = None,
    strategies: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="What to ask, in order: catalogue, correction, learned, analog."),
    ] = None,
    learn: Annotated[
        bool | None,
        typer.Option(
            "--learn/--no-learn", help="Keep what the device finds for later; or do not even use what was kept."
        ),
    ] = None,
    errors: Annotated[
        str | None,
        typer.Option(metavar="rows|blocks|cluster|HC0..HC3", help="What the robust errors are of; rows by default."),
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="COL", help="With --errors cluster: the column that names the clusters.")
    ] = None,
    long: Annotated[bool, typer.Option("--long", help="With --by: a row for each group and parameter.")] = False,
    counts: Counts = None,
    weights: Weights = None,
    order: Order = "detect",
    missing: Missing = "drop",
    strict: Annotated[bool, typer.Option("--strict", help="Refuse where the best class is a misfit.")] = False,
    tolerance: Annotated[float, typer.Option(help="Nats a row of a misfit that is too small to matter.")] = TOLERANCE,
    average: Annotated[
        str | None, typer.Option(metavar="bic", help="Average couplings over whether each of them is there.")
    ] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Find the symmetry class of the data and read its parameters."""
    from symcat.solve import solve as run

    asked: dict[str, Any] = {
        "target": target,
        "by": names_of(by),
        "columns": names_of(columns),
        "kinds": kinds_of(kinds),
        "classes": names_of(classes),
        "center": center_of(center),
        "prior": prior_of(prior),
        "interactions": [part.split("*") for part in names_of(interactions) or ()],
        "basis": if_given(basis),
        "couplings": if_given(couplings),
        "fallback": None if fallback == "none" else if_given(fallback),
        "budget_s": budget_s,
        "strategies": names_of(strategies),
        "learn": learn,
        "counts": counts,
        "weights": weights,
        "order": order_of(order),
        "missing": missing,
        "seed": seed,
        "form": if_given("long" if long else None),
        "errors": if_given(errors),
        "cluster": cluster,
        "strict": strict,
        "tolerance": tolerance,
        "average": average,
    }
    with _data(file, statistics) as data:
        through = if_given(False if no_intercept else None)
        solution = run(data, intercept=through, interval=interval_of(interval), **asked)
    if by is not None:
        groups = records_of(solution)
        _check_answered(groups)
        print_records(groups, as_json)
    else:
        print_answer(solution, as_json)
        if solution.verdict == "misfit":
            raise typer.Exit(NOT_WELL_DESCRIBED)


def classify(
    file: OptionalFile = None,
    statistics: Collected = None,
    columns: Columns = None,
    kinds: Kinds = None,
    classes: Classes = None,
    center: Center = None,
    interval: Interval = None,
    prior: Prior = None,
    counts: Counts = None,
    weights: Weights = None,
    order: Order = "detect",
    missing: Missing = "drop",
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Weigh every candidate class, without solving."""
    from symcat.classify import classify as run

    way: Any = missing  # the question says which ways there are
    with _data(file, statistics) as data:
        found = run(
            data,
            columns=names_of(columns),
            kinds=kinds_of(kinds),
            classes=names_of(classes),
            center=center_of(center),
            interval=interval_of(interval),
            prior=prior_of(prior),
            counts=counts,
            weights=weights,
            order=order_of(order),
            missing=way,
            seed=seed,
        )
    print_answer(found, as_json)
    if found.label is None or found.verdict == "misfit":
        raise typer.Exit(NOT_WELL_DESCRIBED)


@contextmanager
def _data(file: Sequence[str] | None, statistics: Sequence[str] | None) -> Iterator[Any]:
    """What is named on the command line, as ``solve`` takes it. Raises BadParameter for nothing, or both."""
    if bool(file) == bool(statistics):
        raise typer.BadParameter("name files of rows, or --statistics, and not both")
    if file:
        with table_of(file) as data:
            yield data
        return
    from symcat.data.statistics import Parts

    yield Parts.load(*(statistics or ())).whole()


def _check_answered(groups: list[dict[str, Any]]) -> None:
    """Raises NoEntry where no group has an answer. The last column of the frame is the reason."""
    reasons = [cell(list(group.values())[-1]).removesuffix(".") for group in groups]
    if all(reasons):
        raise NoEntry(f"No group has an answer: {'; '.join(dict.fromkeys(reasons))}.")
