"""``python -m builders``: rebuild, assemble, verify and compare the catalogue."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from builders.assemble import Damaged
from builders.assemble import assemble as assemble_file
from builders.base import Row, number
from builders.diff import diff_one
from builders.rebuild import FAILURES, Outcome, run, stale
from builders.rebuild import rebuild as rebuild_entries
from builders.registry import all_labels
from builders.store.entries import CATALOGUE, CHECKOUT
from builders.verify import verify as verify_entries

app = typer.Typer(help="Build and check the catalogue of symcat.", no_args_is_help=True, add_completion=False)
console = Console()
PACKAGED = CHECKOUT / "symcat" / "symcat.duckdb"

Labels = Annotated[list[str] | None, typer.Argument(metavar="[LABEL ...]", help="Entries; all if none is named.")]
Jobs = Annotated[int, typer.Option(min=1, help="Processes to use.")]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="tcp://HOST:PORT", help="A Dask scheduler, instead of --jobs; its workers share the folder."),
]
Root = Annotated[Path, typer.Option("--catalogue", help="The folder with the text.")]


def _progress() -> Progress:
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


def _chosen(labels: list[str] | None) -> list[str]:
    known = all_labels()
    unknown = [label for label in labels or () if label not in known]
    if unknown:
        raise typer.BadParameter(f"no entry {', '.join(unknown)}; there are {', '.join(known[:8])}, ... {known[-1]}")
    return labels or known


@app.command()
def rebuild(labels: Labels = None, jobs: Jobs = 1, scheduler: Scheduler = None, catalogue: Root = CATALOGUE) -> None:
    """Build the text of entries from their formulas; skip what is up to date."""
    chosen = _chosen(labels)
    start = time.monotonic()
    todo = stale(catalogue, chosen)
    with _progress() as progress:
        bar = progress.add_task("rebuild", total=len(todo))

        def report(outcome: Outcome) -> None:
            progress.update(bar, advance=1, description=outcome.label)

        failures = rebuild_entries(catalogue, todo, jobs, report, scheduler)
    for label, failure in failures:
        console.print(f"[red]{label} cannot be certified[/red] and was not written: {failure}")
    seconds = time.monotonic() - start
    built = len(todo) - len(failures)
    console.print(
        f"{built} built, {len(chosen) - len(todo)} up to date, {len(failures)} failed; "
        f"{seconds:.0f} s with {f'--jobs {jobs}' if scheduler is None else scheduler}"
    )
    if failures:
        console.print(f"The failures are listed in {catalogue / FAILURES}")
        raise typer.Exit(1)


@app.command()
def assemble(
    catalogue: Root = CATALOGUE, target: Annotated[Path, typer.Option(help="The file to write.")] = PACKAGED
) -> None:
    """Make symcat.duckdb from the text."""
    try:
        assemble_file(catalogue, target)
    except (Damaged, FileNotFoundError, ValueError) as error:
        console.print(f"[red]not assembled[/red]: {error}")
        raise typer.Exit(1) from None
    console.print(f"{target}: {target.stat().st_size / 1e6:.2f} MB")


@app.command()
def verify(
    labels: Labels = None,
    full: Annotated[bool, typer.Option(help="Every stored number, at many fresh points.")] = False,
    jobs: Jobs = 1,
    catalogue: Root = CATALOGUE,
) -> None:
    """Replay the data checks."""
    chosen = _chosen(labels)
    with _progress() as progress:
        bar = progress.add_task("verify", total=len(chosen))

        def report(rows: list[Row]) -> None:
            progress.update(bar, advance=1, description=str(rows[0]["label"]))

        rows = verify_entries(catalogue, chosen, "full" if full else "fast", jobs, report)
    failed = [row for row in rows if not row["passed"]]
    console.print(_table(rows))
    for row in failed:
        console.print(
            f"[red]failed[/red] {row['label']}: {row['name']}: residual {row['residual']} above {row['bound']} "
            f"({row['method']})"
        )
    console.print(f"{len(rows) - len(failed)} of {len(rows)} checks passed on {len(chosen)} entries")
    if failed:
        raise typer.Exit(1)


def _table(rows: list[Row]) -> Table:
    """The worst residual of every kind of check."""
    table = Table("check", "entries", "points", "worst residual", "bound", "passed")
    names = sorted({(str(row["name"]), number(row["bound"])) for row in rows})
    for name, bound in names:
        found = [row for row in rows if row["name"] == name and row["bound"] == bound]
        points = sum(int(str(row["points"])) for row in found)
        worst = max(number(row["residual"]) for row in found)
        passed = "yes" if all(row["passed"] for row in found) else "NO"
        table.add_row(name, str(len(found)), str(points), f"{worst:.1e}", f"{bound:.0e}", passed)
    return table


@app.command()
def diff(labels: Labels = None, jobs: Jobs = 1, catalogue: Root = CATALOGUE) -> None:
    """Say what a rebuild would change; nothing is written."""
    chosen = _chosen(labels)
    changed = []
    with _progress() as progress:
        bar = progress.add_task("diff", total=len(chosen))
        for label, sentences in run(diff_one, catalogue, chosen, jobs):
            progress.update(bar, advance=1, description=label)
            if sentences:
                changed.append((label, sentences))
    for label, sentences in sorted(changed):
        console.print(f"[bold]{label}[/bold]")
        for sentence in sentences:
            console.print(f"  {sentence}")
    console.print(f"{len(changed)} of {len(chosen)} entries would change")


if __name__ == "__main__":
    app()
