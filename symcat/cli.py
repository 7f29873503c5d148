"""The command line: the library's verbs on files, for people (tables) and for programs (``--json``).

Answers go to stdout, progress and errors to stderr. Exit status: 0 there is an answer; 1 there is none (the reason is
one sentence on stderr); 2 the command line itself is wrong.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from symcat.errors import SymcatError

SHOWN_ROWS = 40
PIPED_WIDTH = 110
FOLDED_WIDTH = 40  # a cell of a table is not folded below this
PIPED_TABLE_WIDTH = 1000  # a table in a file is not folded


class _Verbs(TyperGroup):
    """Turns symcat's own errors into a sentence and exit status 1; anything else is a bug and keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except SymcatError as error:
            typer.echo(f"symcat: {' '.join(str(error).split())}", err=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    cls=_Verbs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Maximum-entropy models read from a certified catalogue of symmetry classes.",
    epilog="Exit status: 0 there is an answer; 1 there is none, the reason is on stderr; 2 the command line is wrong.",
)

File = Annotated[str, typer.Argument(metavar="FILE", help="A CSV or Parquet file.")]
Columns = Annotated[str | None, typer.Option(metavar="A,B", help="Columns to use, separated by commas.")]
Classes = Annotated[str | None, typer.Option(metavar="A,B", help="Labels of the classes to consider; all by default.")]
Center = Annotated[
    str | None,
    typer.Option(metavar="VALUE|mean", help="A known centre (one number a column), or 'mean'; estimated by default."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def solve(
    file: File,
    target: Annotated[str | None, typer.Option(metavar="COL", help="Predict this column from the others.")] = None,
    by: Annotated[str | None, typer.Option(metavar="COL", help="One fit for each value of this column.")] = None,
    columns: Columns = None,
    classes: Classes = None,
    center: Center = None,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Find the symmetry class of the data and read its parameters."""
    from symcat.solve import solve as run

    with _working(f"solving {file}"):
        solution = run(
            file,
            target=target,
            by=by,
            columns=_names(columns),
            classes=_names(classes),
            center=_center(center),
            seed=seed,
        )
    if by is not None:
        _print_records(_records(solution), as_json)
    else:
        _print(solution, as_json)


@app.command()
def classify(
    file: File,
    columns: Columns = None,
    classes: Classes = None,
    center: Center = None,
    as_json: AsJson = False,
) -> None:
    """Weigh every candidate class, without solving."""
    from symcat.solve import classification as run

    with _working(f"classifying {file}"):
        found = run(file, columns=_names(columns), classes=_names(classes), center=_center(center))
    _print(found, as_json)


@app.command()
def classes(as_json: AsJson = False) -> None:
    """List the classes of the catalogue."""
    from symcat.catalogue import default

    catalogue = default()
    _print_records([catalogue.entry(label) for label in catalogue.labels()], as_json, ("label", "title", "domain"))


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
    _print_fields(entry)
    for name in ("coverage", "provenance"):
        for row in details[name]:
            typer.echo(f"\n{name}")
            _print_fields({field: value for field, value in row.items() if field != "label"})
    typer.echo("\nchecks when it was built")
    for check in details["checks"]:
        verdict = "passed" if check["passed"] else "FAILED"
        found = f"{_cell(check['residual'])} at {check['points']} points, allowed {_cell(check['bound'])}"
        _print_fields({verdict: f"{check['name']}: {found} ({check['method']})"})
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
    _print_records(records, as_json)


@app.command()
def verify(
    full: Annotated[bool, typer.Option("--full", help="Every check, not only the fast ones.")] = False,
    as_json: AsJson = False,
) -> None:
    """Replay the data checks: is every stored number right?"""
    from symcat.verify import verify as run

    with _working("checking the catalogue"):
        records = [check.model_dump() for check in run(full=full)]
    _print_records(records, as_json)
    if not all(record["passed"] for record in records):
        raise typer.Exit(1)


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


@contextmanager
def _working(what: str) -> Iterator[None]:
    """A spinner on stderr while the block runs, where someone is looking."""
    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(escape(what)):
            yield
    else:
        yield


def _console(piped_width: int = PIPED_WIDTH) -> Console:
    """Where answers go: as wide as the terminal, or of a fixed width that a file or pipe shares on every machine."""
    console = Console()
    return console if console.is_terminal else Console(width=piped_width)


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",")]


def _center(text: str | None) -> str | float | list[float] | None:
    if text is None or text == "mean":
        return text
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither 'mean' nor a number (or one number a column)") from None
    return values[0] if len(values) == 1 else values


def _print(answer: Any, as_json: bool) -> None:
    """A Solution or a Classification: as JSON, or as it renders itself."""
    if as_json:
        typer.echo(answer.model_dump_json())
    else:
        _console().print(answer)


def _records(frame: Any) -> list[dict[str, Any]]:
    """Rows of any eager or lazy dataframe."""
    import narwhals as nw

    wrapped = nw.from_native(frame)
    eager = wrapped.collect() if isinstance(wrapped, nw.LazyFrame) else wrapped
    return list(eager.iter_rows(named=True))


def _print_records(records: Sequence[dict[str, Any]], as_json: bool, shown: Sequence[str] | None = None) -> None:
    """Rows as JSON (all fields) or as a table: the fields ``shown``, or those that are not empty throughout."""
    if as_json:
        typer.echo(json.dumps([{name: _plain(value) for name, value in record.items()} for record in records]))
        return
    if not records:
        typer.echo("no rows")
        return
    names = [name for name in shown or records[0] if any(_cell(record[name]) for record in records)]
    rows = [[escape(_cell(record[name])) for name in names] for record in records[:SHOWN_ROWS]]
    fitting = _print_table(names, rows)
    if fitting < len(names) or len(rows) < len(records):
        typer.echo(f"{len(rows)} of {len(records)} rows, {fitting} of {len(names)} columns; --json prints them all")


def _print_table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """As many of the columns as the terminal is wide, all of them into a file or pipe; says how many."""

    def table(count: int) -> Table:
        drawn = Table(box=None, padding=(0, 2), header_style="bold")
        for name, width in zip(names[:count], widths, strict=False):
            drawn.add_column(escape(name), min_width=min(width, FOLDED_WIDTH), overflow="fold")
        for row in rows:
            drawn.add_row(*row[:count])
        return drawn

    widths = [max(map(len, (name, *cells))) for name, *cells in zip(names, *rows, strict=True)]
    console, fitting = _console(PIPED_TABLE_WIDTH), len(names)
    while console.is_terminal and fitting > 1 and console.measure(table(fitting)).minimum > console.width:
        fitting -= 1
    whole = table(fitting)
    console.print(whole)
    return fitting


def _print_fields(record: dict[str, Any]) -> None:
    table = Table.grid(padding=(0, 2))
    for name, value in record.items():
        table.add_row(escape(name), escape(_cell(value)))
    _console().print(table)


def _cell(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value))
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def _plain(value: Any) -> Any:
    """The JSON form of a cell: NaN, which JSON lacks, becomes null; dates and decimals become text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value if value is None or isinstance(value, bool | int | str) else str(value)
