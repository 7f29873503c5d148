"""How the command line prints: tables for people, JSON for programs."""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from symcat.answer.printed import Printed

_MAGIC = {b"PAR1": "standard input.parquet", b"\x1f\x8b": "standard input.csv.gz"}
"""How files begin, and the names that say what they are."""

SHOWN_ROWS = 40
PIPED_WIDTH = 110
FOLDED_WIDTH = 40  # a cell of a table is not folded below this
PIPED_TABLE_WIDTH = 1000  # a table in a file is not folded


@contextmanager
def table_of(files: Sequence[str]) -> Iterator[Any]:
    """What is named on the command line, as ``solve`` takes it; standard input (-) by way of a file."""
    if list(files) != ["-"]:
        yield files[0] if len(files) == 1 else [Path(file) for file in files]
        return
    content = sys.stdin.buffer.read()
    name = next((name for magic, name in _MAGIC.items() if content.startswith(magic)), "standard input.csv")
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / name
        path.write_bytes(content)
        yield path


def output(piped_width: int = PIPED_WIDTH) -> Console:
    """Where answers go: as wide as the terminal, or of a fixed width that a file or pipe shares on every machine."""
    console = Console()
    return console if console.is_terminal else Console(width=piped_width)


def print_answer(answer: Printed, as_json: bool) -> None:
    """A Solution or a Classification: as JSON, or as it renders itself."""
    if as_json:
        typer.echo(answer.model_dump_json())
    else:
        output().print(answer)


def records_of(frame: Any) -> list[dict[str, Any]]:
    """Rows of any eager dataframe, or of the dict of columns that stands for one where no library is installed."""
    import narwhals as nw

    if isinstance(frame, dict):
        return [dict(zip(frame, row, strict=True)) for row in zip(*(list(c) for c in frame.values()), strict=True)]
    return list(nw.from_native(frame, eager_only=True).iter_rows(named=True))


def print_records(records: Sequence[dict[str, Any]], as_json: bool, shown: Sequence[str] | None = None) -> None:
    """Rows as JSON (all fields) or as a table: the fields ``shown``, or those that are not empty throughout."""
    if as_json:
        typer.echo(json.dumps([{name: _plain(value) for name, value in record.items()} for record in records]))
        return
    if not records:
        typer.echo("no rows")
        return
    names = [name for name in shown or records[0] if any(cell(record[name]) for record in records)]
    rows = [[escape(cell(record[name])) for name in names] for record in records[:SHOWN_ROWS]]
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
    console, fitting = output(PIPED_TABLE_WIDTH), len(names)
    while console.is_terminal and fitting > 1 and console.measure(table(fitting)).minimum > console.width:
        fitting -= 1
    whole = table(fitting)
    console.print(whole)
    return fitting


def print_fields(record: dict[str, Any]) -> None:
    """One record, a field a line."""
    table = Table.grid(padding=(0, 2))
    for name, value in record.items():
        table.add_row(escape(name), escape(cell(value)))
    output().print(table)


def cell(value: Any) -> str:
    """A value as people read it; empty where there is none."""
    if value is None or value != value:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value))
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def _plain(value: Any) -> Any:
    """The JSON form of a cell: numbers whatever their type, NaN, which JSON lacks, as null; dates become text."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Decimal | Fraction):
        value = float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value if value is None or isinstance(value, bool | int | str) else str(value)
