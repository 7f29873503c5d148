"""The command that checks the catalogue: verify."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from symcat.answer.terminal import print_records
from symcat.answer.working import working
from symcat.cli.arguments import AsJson


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
