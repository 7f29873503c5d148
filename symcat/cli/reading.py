"""The commands that read the catalogue: lookup, classes, show and sql."""

from __future__ import annotations

import itertools
import json
import textwrap
from typing import Annotated, Any

import typer

from symcat.answer.terminal import cell, print_answer, print_fields, print_records
from symcat.cli.arguments import AsJson


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


def classes(as_json: AsJson = False) -> None:
    """List the classes of the catalogue."""
    from symcat.catalogue import default
    from symcat.models.registry import forms

    catalogue, shown = default(), ("label", "title", "domain")
    print_records([catalogue.entry(label) for label in catalogue.labels()], as_json, shown)
    if not as_json:
        typer.echo("\nwritten around the label of another class")
        print_records(forms(), as_json, shown)


def show(
    label: Annotated[str, typer.Argument(metavar="LABEL", help="For example z2.quartic.")],
    diagrams: Annotated[
        bool, typer.Option("--diagrams", help="The terms of its series instead, with pictures of their diagrams.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show one class: what it assumes, where it is valid, how its numbers are known."""
    from symcat.catalogue import default
    from symcat.models.registry import words_of

    catalogue = default()
    entry = catalogue.entry(label)
    if diagrams:
        _show_series(catalogue.rows("corrections", label), as_json)
        return
    words = {} if label in catalogue.labels() else words_of(label)
    details = {name: catalogue.rows(name, label) for name in ("coverage", "provenance", "checks")}
    if as_json:
        typer.echo(json.dumps(entry | details | ({"around": words} if words else {}), default=str))
        return
    if words:
        print_fields(words)
        typer.echo("")
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


def _show_series(rows: list[dict[str, Any]], as_json: bool) -> None:
    """Rows of ``corrections``: target by target, order by order, with a picture of each that is a graph."""
    from symcat.answer.diagrams import text

    if as_json or not rows:
        print_records(rows, as_json)
        return
    if any(row["picture"] for row in rows):
        typer.echo("(3) and (4) are third and fourth cumulants of whitened columns, a line sums over an index.\n")
    for (target, order), terms in itertools.groupby(rows, key=lambda row: (row["target"], row["order"])):
        typer.echo(f"{target}, order {order}")
        for row in terms:
            typer.echo(f"  {row['weight']}  {row['subscripts'] or row['diagram']}")
            if row["picture"]:
                typer.echo(textwrap.indent(text(row["picture"]), "    "))
        typer.echo("")


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
