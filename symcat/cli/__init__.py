"""The command line: the library's verbs on files, for people (tables) and for programs (``--json``).

Answers go to stdout, progress and errors to stderr. Exit status: 0 there is an answer; 1 there is none (the reason is
on stderr: a sentence, and a table where classes were weighed); 2 the command line itself is wrong; 3 there is one, but
it does not describe the data well, or has not converged.
"""

from __future__ import annotations

import warnings
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from symcat.cli import learned
from symcat.cli.checking import verify
from symcat.cli.collecting import merge, stats
from symcat.cli.fitting import classify, solve
from symcat.cli.reading import classes, lookup, show, sql
from symcat.errors import SymcatError


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
for command in (solve, classify, stats, merge, lookup, classes, show, sql, verify):
    app.command()(command)
app.add_typer(learned.app, name="learned")


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
