"""The command line: the library's verbs on files, for people (tables) and for programs (``--json``).

Answers go to stdout, progress and errors to stderr. Exit status: 0 there is an answer; 1 there is none (the reason is
on stderr: a sentence, and a table where classes were weighed); 2 the command line itself is wrong; 3 there is one, but
it does not describe the data well, or has not converged.
"""

from __future__ import annotations

import csv
import json
import warnings
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from symcat.answer.terminal import cell, print_answer, print_fields, print_records, records_of, table_of
from symcat.answer.working import working
from symcat.errors import NoEntry, SymcatError


class _Verbs(TyperGroup):
    """Turns warnings and symcat's own errors into a sentence, the latter with exit status 1 or 3; anything else is a
    bug and keeps its traceback.
    """

    def invoke(self, ctx: Any) -> Any:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_, **__: _say(f"warning: {message}")
            try:
                return super().invoke(ctx)
            except SymcatError as error:
                _say(str(error))
                raise typer.Exit(error.exit_status) from None


def _say(text: str) -> None:
    sentence, *table = text.split("\n  ")
    typer.echo("\n  ".join([f"symcat: {' '.join(sentence.split())}", *table]), err=True)


app = typer.Typer(
    cls=_Verbs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Maximum-entropy models read from a certified catalogue of symmetry classes.",
    epilog="Exit status: 0 there is an answer; 1 there is none, the reason is on stderr; 2 the command line is wrong; "
    "3 the answer does not describe the data well, or has not converged.",
)

NOT_WELL_DESCRIBED = 3

File = Annotated[
    list[str],
    typer.Argument(metavar="FILE...", help="CSV or Parquet files, folders of them or patterns; - is standard input."),
]
Columns = Annotated[
    str | None,
    typer.Option(metavar="A,B", help="Columns to use, separated by commas; one with a comma in its name in quotes."),
]
Classes = Annotated[str | None, typer.Option(metavar="A,B", help="Labels of the classes to consider; all by default.")]
Center = Annotated[
    str | None,
    typer.Option(metavar="VALUE|mean", help="A known centre (one number a column), or 'mean'; estimated by default."),
]
Prior = Annotated[
    str, typer.Option(metavar="weak|none|ROWS", help="Two-valued columns: what to do where values never occur.")
]
Seed = Annotated[int, typer.Option(help="Seed of everything random.")]
Counts = Annotated[str | None, typer.Option(metavar="COL", help="The column that says how often each row occurred.")]
Weights = Annotated[str | None, typer.Option(metavar="COL", help="The column that says how much each row weighs.")]
Missing = Annotated[
    str, typer.Option(metavar="drop|em|pairwise", help="Rows with missing values: leave them out, or use every cell.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def solve(
    file: File,
    target: Annotated[str | None, typer.Option(metavar="COL", help="Predict this column from the others.")] = None,
    by: Annotated[
        str | None, typer.Option(metavar="A,B", help="One fit for each value of this column, or of several.")
    ] = None,
    columns: Columns = None,
    classes: Classes = None,
    center: Center = None,
    prior: Prior = "weak",
    interactions: Annotated[
        str | None, typer.Option(metavar="A*B*C,...", help="Two-valued columns: further sets that are coupled.")
    ] = None,
    basis: Annotated[str, typer.Option(metavar="spin|binary", help="Two-valued columns are -1, +1 or 0, 1.")] = "spin",
    no_intercept: Annotated[
        bool, typer.Option("--no-intercept", help="With --target: a regression through zero.")
    ] = False,
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
        str,
        typer.Option(metavar="rows|blocks|cluster|HC0..HC3", help="What the robust errors are of."),
    ] = "rows",
    cluster: Annotated[
        str | None, typer.Option(metavar="COL", help="With --errors cluster: the column that names the clusters.")
    ] = None,
    long: Annotated[bool, typer.Option("--long", help="With --by: a row for each group and parameter.")] = False,
    counts: Counts = None,
    weights: Weights = None,
    missing: Missing = "drop",
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Find the symmetry class of the data and read its parameters."""
    from symcat.question import UNSET
    from symcat.solve import solve as run

    asked: dict[str, Any] = {
        "target": target,
        "by": _names(by),
        "columns": _names(columns),
        "classes": _names(classes),
        "center": _center(center),
        "prior": _prior(prior),
        "interactions": [part.split("*") for part in _names(interactions) or ()],
        "basis": basis,
        "fallback": {None: UNSET, "none": None}.get(fallback, fallback),
        "budget_s": budget_s,
        "strategies": _names(strategies),
        "learn": learn,
        "counts": counts,
        "weights": weights,
        "missing": missing,
        "seed": seed,
        "form": "long" if long else "wide",
        "errors": errors,
        "cluster": cluster,
    }
    with table_of(file) as data:
        solution = run(data, intercept=not no_intercept, **asked)
    if by is not None:
        groups = records_of(solution)
        _check_answered(groups)
        print_records(groups, as_json)
    else:
        print_answer(solution, as_json)
        if any(check.decides and not check.passed for check in solution.checks):
            raise typer.Exit(NOT_WELL_DESCRIBED)


@app.command()
def classify(
    file: File,
    columns: Columns = None,
    classes: Classes = None,
    center: Center = None,
    prior: Prior = "weak",
    counts: Counts = None,
    weights: Weights = None,
    missing: Missing = "drop",
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Weigh every candidate class, without solving."""
    from symcat.classify import classify as run

    way: Any = missing  # the question says which ways there are
    with table_of(file) as data:
        found = run(
            data,
            columns=_names(columns),
            classes=_names(classes),
            center=_center(center),
            prior=_prior(prior),
            counts=counts,
            weights=weights,
            missing=way,
            seed=seed,
        )
    print_answer(found, as_json)
    if found.label is None:
        raise typer.Exit(NOT_WELL_DESCRIBED)


@app.command()
def lookup(
    label: Annotated[str, typer.Argument(metavar="LABEL", help="For example z2.quartic.")],
    averages: Annotated[
        list[str] | None, typer.Argument(metavar="NAME=VALUE...", help="For example m2=1 m4=2.5; lists as in JSON.")
    ] = None,
    n: Annotated[int | None, typer.Option(help="Rows that the averages were taken over.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read the parameters of a class from averages alone."""
    from symcat.lookup import lookup as run

    given: dict[str, Any] = dict(map(_average, averages or ()))
    if n is not None and "n" in given:
        raise typer.BadParameter("n is given twice, as n= and as --n: leave one out.")
    if n is not None:
        given["n"] = n
    print_answer(run(label, **given), as_json)


@app.command()
def classes(as_json: AsJson = False) -> None:
    """List the classes of the catalogue."""
    from symcat.catalogue import default

    catalogue = default()
    print_records([catalogue.entry(label) for label in catalogue.labels()], as_json, ("label", "title", "domain"))


@app.command()
def show(
    label: Annotated[str, typer.Argument(metavar="LABEL", help="For example z2.quartic.")],
    as_json: AsJson = False,
) -> None:
    """Show one class: what it assumes, where it is valid, how its numbers are known."""
    from symcat.catalogue import default

    catalogue = default()
    entry = catalogue.entry(label)
    details = {name: catalogue.rows(name, label) for name in ("coverage", "provenance", "checks")}
    if as_json:
        typer.echo(json.dumps(entry | details, default=str))
        return
    print_fields(entry)
    for name in ("coverage", "provenance"):
        for row in details[name]:
            typer.echo(f"\n{name}")
            print_fields({field: value for field, value in row.items() if field != "label"})
    typer.echo("\nchecks when it was built")
    for check in details["checks"]:
        verdict = "passed" if check["passed"] else "FAILED"
        found = f"{cell(check['residual'])} at {check['points']} points, allowed {cell(check['bound'])}"
        print_fields({verdict: f"{check['name']}: {found} ({check['method']})"})
    typer.echo("\nreferences")
    for reference in catalogue.references(label):
        typer.echo(f"  {reference}")


@app.command()
def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="For example: select label, title from classes")],
    as_json: AsJson = False,
) -> None:
    """Ask the catalogue in SQL."""
    import duckdb

    from symcat import catalogue
    from symcat.errors import CatalogueError

    try:
        relation = catalogue.sql(query)
        records = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    except duckdb.Error as error:
        raise CatalogueError(f"DuckDB cannot answer this query: {error}") from error
    print_records(records, as_json)


@app.command()
def verify(
    full: Annotated[bool, typer.Option("--full", help="Every check, not only the fast ones.")] = False,
    as_json: AsJson = False,
) -> None:
    """Replay the data checks: is every stored number right?"""
    from symcat.verify import verify as run

    with working("checking the catalogue"):
        records = [check.model_dump() for check in run(full=full)]
    failed = [record for record in records if not record["passed"]]
    print_records(records if as_json else failed or _by_check(records), as_json)
    if not as_json:
        entries = len({record["label"] for record in records})
        typer.echo(f"{len(records) - len(failed)} of {len(records)} checks passed on {entries} entries")
    if failed:
        raise typer.Exit(1)


learned_app = typer.Typer(
    no_args_is_help=True, help="What was kept of the analog device's answers, for later ones (solve --learn)."
)
app.add_typer(learned_app, name="learned")


@learned_app.command("list")
def list_learned(as_json: AsJson = False) -> None:
    """List what was learned, a row for each solved problem."""
    from symcat.catalogue import learned

    found = [
        {"file": path.name, "label": entry.label, "columns": entry.terms.dimension, "couplings": len(entry.terms)}
        | {"rows": int(entry.count), "learned": learned.learned_at(path)}
        for path, entry in learned.kept()
    ]
    if found or as_json:
        print_records(found, as_json)
    else:
        typer.echo(f"nothing was learned yet in {learned.directory()}")


@learned_app.command("show")
def show_learned(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A file or a label as listed, or its beginning.")],
    as_json: AsJson = False,
) -> None:
    """Show what was learned of one problem: its terms, their averages and couplings, in canonical units."""
    from symcat.catalogue import learned

    for path, entry in learned.named(name):
        record = entry.record()
        if as_json:
            typer.echo(json.dumps(record))
            continue
        names = ("label", "count", "log_partition", "log_partition_error", "provenance")
        print_fields({"file": str(path)} | {field: record[field] for field in names})
        shown = ("exponents", "statistics", "couplings", "standard_errors")
        rows = zip(*(record[field] for field in shown), strict=True)
        print_records([dict(zip(("term", *shown[1:]), row, strict=True)) for row in rows], as_json)


@learned_app.command("clear")
def clear_learned(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A file or a label as listed, or its beginning; all if none.")
    ] = None,
) -> None:
    """Delete what was learned."""
    from symcat.catalogue import learned

    typer.echo(f"{learned.forget(name)} learned entries deleted from {learned.directory()}")


def _by_check(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The worst residual of each kind of check over all entries."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        kinds.setdefault(record["check"], []).append(record)
    return [
        {
            "check": check,
            "entries": len(found),
            "points": sum(record["points"] for record in found),
            "worst residual": max(record["residual"] for record in found),
            "allowed": max(record["bound"] for record in found),
        }
        for check, found in kinds.items()
    ]


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=lambda asked: _print_version(asked), is_eager=True, help="Print versions."),
    ] = False,
) -> None:
    """Options of the program itself."""


def main() -> None:
    """Entry point of the ``symcat`` program."""
    app()


def _print_version(asked: bool) -> None:
    if not asked:
        return
    from symcat import __version__
    from symcat.catalogue import default

    typer.echo(f"symcat {__version__}, catalogue {default().version}")
    raise typer.Exit


def _check_answered(groups: list[dict[str, Any]]) -> None:
    """Raises NoEntry where no group has an answer. The last column of the frame is the reason."""
    reasons = [cell(list(group.values())[-1]).removesuffix(".") for group in groups]
    if all(reasons):
        raise NoEntry(f"No group has an answer: {'; '.join(dict.fromkeys(reasons))}.")


def _names(text: str | None) -> list[str] | None:
    """Names separated by commas; one that holds a comma stands in double quotes."""
    if text is None:
        return None
    return [name.strip() for name in next(csv.reader([text], skipinitialspace=True), [""])]


def _average(text: str) -> tuple[str, Any]:
    """The name and the value of an average."""
    name, equals, value = text.partition("=")
    try:
        found = json.loads(value)
    except ValueError:
        found = None
    if not (name.isidentifier() and equals and isinstance(found, int | float | list)) or isinstance(found, bool):
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE, such as m2=1 or covariance=[[1,0.5],[0.5,1]]")
    return name, found


def _prior(text: str) -> Any:
    """'weak', 'none', or a number of rows; anything else is left for ``solve`` to refuse."""
    if text == "none":
        return None
    try:
        return float(text)
    except ValueError:
        return text


def _center(text: str | None) -> Any:
    if text is None or text == "mean":
        return text
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither 'mean' nor a number (or one number a column)") from None
    return values[0] if len(values) == 1 else values
