"""The commands that measure files now and solve later: stats and merge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symcat.cli.arguments import Columns, Counts, File, Kinds, Seed, Weights, kinds_of, names_of
from symcat.errors import InvalidData

if TYPE_CHECKING:
    from symcat.data.statistics import Parts

Out = Annotated[
    Path, typer.Option("--output", "-o", metavar="PART", help="The file to write; one that exists is kept.")
]
Force = Annotated[bool, typer.Option("--force", help="Write over a file that exists.")]


def stats(
    file: File,
    output: Out,
    columns: Columns = None,
    kinds: Kinds = None,
    counts: Counts = None,
    weights: Weights = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="tcp://HOST:PORT", help="A Dask scheduler, whose workers measure a file each."),
    ] = None,
    seed: Seed = 0,
    force: Force = False,
) -> None:
    """Measure each file once, and write the statistics that solve --statistics answers from."""
    _check_free(output, force=force)
    if file == ["-"]:
        raise InvalidData("Standard input is no file that could be measured in parts: name files.")
    options: dict[str, Any] = {
        "columns": names_of(columns),
        "kinds": kinds_of(kinds),
        "counts": counts,
        "weights": weights,
        "seed": seed,
    }
    from symcat.data.statistics import Parts

    if scheduler is None:
        _write(Parts.collect(file, **options), output)
        return
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise InvalidData("--scheduler needs Dask: install symcat with its extra 'distributed'.") from error
    with Client(scheduler) as client:  # type: ignore[no-untyped-call]
        _write(
            Parts.collect(
                [one if "://" in one else str(Path(one).absolute()) for one in file], client=client, **options
            ),
            output,
        )


def merge(
    part: Annotated[list[str], typer.Argument(metavar="PART...", help="Files that stats or merge wrote.")],
    output: Out,
    force: Force = False,
) -> None:
    """Join the parts of several files: the same whole, to the last bit, in any order."""
    from symcat.data.statistics import Parts

    _check_free(output, force=force)
    _write(Parts.load(*part), output)


def _write(parts: Parts, output: Path) -> None:
    whole = parts.whole()
    parts.save(output)
    count = f"{len(parts)} part" + "s" * (len(parts) != 1)
    left_out = f" ({whole.n_missing:,} with missing values left out)" if whole.n_missing else ""
    typer.echo(f"{whole.n_rows:,} rows{left_out} of {', '.join(whole.columns)} in {count}")
    for name, reason in whole.set_aside.items():
        typer.echo(f"set aside: {name} ({reason})")
    typer.echo(f"sha256 {parts.digest}")


def _check_free(output: Path, *, force: bool) -> None:
    if output.exists() and not force:
        raise InvalidData(f"{output} exists: name another file, or pass --force to write over it.")
