"""Records that print themselves: on a terminal, as plain text, and in a notebook.

How each looks is said in ``presentation``, which knows the records and registers it here; a record need not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from io import StringIO
from typing import TYPE_CHECKING

from symcat.answer.records import Record

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

WIDTH = 100


@singledispatch
def rendered(record: Record) -> RenderableType:
    """What rich prints for a record."""
    raise TypeError(f"{type(record).__name__} has no printed form: register one with printed.rendered.")


def empty_table(left: Sequence[str], right: Sequence[str]) -> Table:
    """An empty table as answers print it: columns of words, then columns of numbers."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2), header_style="bold")
    for name in left:
        table.add_column(name)
    for name in right:
        table.add_column(name, justify="right")
    return table


class Printed(Record):
    """A record with a printed form of its own."""

    def __rich__(self) -> RenderableType:
        return rendered(self)

    def __repr__(self) -> str:
        """The printed form as plain text."""
        from rich.console import Console

        out = StringIO()
        Console(file=out, width=WIDTH, color_system=None, force_terminal=False, legacy_windows=False).print(self)
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines())

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """The printed form for notebooks."""
        from rich.console import Console

        console = Console(file=StringIO(), record=True, width=WIDTH, force_jupyter=False)
        console.print(self)
        return console.export_html(inline_styles=True, code_format="<pre style='line-height:1.25'>{code}</pre>")
