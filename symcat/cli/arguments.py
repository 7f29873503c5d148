"""Options that several commands have, and how their text is read."""

from __future__ import annotations

import csv
from typing import Annotated, Any

import typer

_FILES = typer.Argument(
    metavar="FILE...", help="CSV or Parquet files, folders of them or patterns; - is standard input."
)
File = Annotated[list[str], _FILES]
OptionalFile = Annotated[list[str] | None, _FILES]
Collected = Annotated[
    list[str] | None,
    typer.Option("--statistics", metavar="PART", help="Instead of files of rows: what stats or merge wrote."),
]
Columns = Annotated[
    str | None,
    typer.Option(metavar="A,B", help="Columns to use, separated by commas; one with a comma in its name in quotes."),
]
Kinds = Annotated[
    str | None,
    typer.Option(metavar="COL=KIND,...", help="What columns are taken as: real, two-valued or categorical."),
]
Classes = Annotated[str | None, typer.Option(metavar="A,B", help="Labels of the classes to consider; all by default.")]
Center = Annotated[
    str | None,
    typer.Option(metavar="VALUE|mean", help="A known centre (one number a column), or 'mean'; estimated by default."),
]
Interval = Annotated[
    str | None,
    typer.Option(
        metavar="LO,HI", help="One column of proportions or of angles: the ends of its scale, or of a turn, as 0,360."
    ),
]
Prior = Annotated[
    str | None,
    typer.Option(
        metavar="weak|none|ROWS", help="Two-valued columns: what to do where values never occur; weak by default."
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of everything random.")]
Counts = Annotated[str | None, typer.Option(metavar="COL", help="The column that says how often each row occurred.")]
Weights = Annotated[str | None, typer.Option(metavar="COL", help="The column that says how much each row weighs.")]
Missing = Annotated[
    str, typer.Option(metavar="drop|em|pairwise", help="Rows with missing values: leave them out, or use every cell.")
]
Order = Annotated[
    str, typer.Option(metavar="detect|time|none", help="What the order of the rows means; found from them by default.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def names_of(text: str | None) -> list[str] | None:
    """Names separated by commas; one that holds a comma stands in double quotes."""
    if text is None:
        return None
    return [name.strip() for name in next(csv.reader([text], skipinitialspace=True), [""])]


def kinds_of(text: str | None) -> Any:
    """None, or the kind of each column. Raises BadParameter where a part has no equals sign."""
    found = {}
    for part in names_of(text) or ():
        name, equals, kind = part.rpartition("=")
        if not equals:
            raise typer.BadParameter(f"{part!r} does not say what a column is: write it as COL=KIND")
        found[name] = kind
    return found or None


def if_given(value: Any) -> Any:
    """The value of an option, or that it was left out."""
    from symcat.question.values import UNSET

    return UNSET if value is None else value


def order_of(text: str) -> Any:
    """None for "none"; anything else is left for the question to refuse."""
    return None if text == "none" else text


def prior_of(text: str | None) -> Any:
    """'weak', 'none', or a number of rows; anything else is left for ``solve`` to refuse."""
    if text is None:
        return if_given(text)
    if text == "none":
        return None
    try:
        return float(text)
    except ValueError:
        return text


def center_of(text: str | None) -> Any:
    """None, 'mean', or one number or several. Raises BadParameter for anything else."""
    if text is None or text == "mean":
        return text
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither 'mean' nor a number (or one number a column)") from None
    return values[0] if len(values) == 1 else values


def interval_of(text: str | None) -> Any:
    """None, or the two numbers beside the comma. Raises BadParameter for anything else."""
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not two numbers with a comma between them, such as 0,360") from None
    return low, high
