"""The commands about what was learned: list, show and clear."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from symcat.answer.terminal import print_fields, print_records
from symcat.cli.arguments import AsJson

app = typer.Typer(
    no_args_is_help=True, help="What was kept of the analog device's answers, for later ones (solve --learn)."
)


@app.command("list")
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


@app.command("show")
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


@app.command("clear")
def clear_learned(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A file or a label as listed, or its beginning; all if none.")
    ] = None,
) -> None:
    """Delete what was learned."""
    from symcat.catalogue import learned

    typer.echo(f"{learned.forget(name)} learned entries deleted from {learned.directory()}")
