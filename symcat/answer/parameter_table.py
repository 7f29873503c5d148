"""The tables of a printed answer's numbers: parameters, the classes of single columns, and intervals."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from symcat.answer.free_numbers import FreeNumber, free_numbers
from symcat.answer.printed import empty_table
from symcat.answer.solution import Solution
from symcat.models.robust import SMALL_SAMPLE

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

Row: TypeAlias = tuple[str, str, float, float | None, float | None]

MOST_ROWS = 24
"""Of a table of parameters; a wide precision matrix is cut there and says so."""

_USUAL = ("rows", SMALL_SAMPLE)
"""What robust errors are of where nothing is asked, which the table does not say."""

_MOST_OF_A_COLUMN = 3  # numbers of its class that are printed beside it
_MOST_NAMED = 12


def parameter_tables(answer: Solution) -> list[RenderableType]:
    """The table of the free numbers, and how many it leaves out; those of single columns' classes by column."""
    from rich.text import Text

    summary = None if answer.standard_errors is None else answer.regression  # without errors there are no tests
    tests = () if summary is None else ("t", "p")
    usual = answer.errors in (None, *_USUAL)
    rows = list(zip(answer.scalars(), free_numbers(answer.model, answer.parameters), strict=True))
    robust_known = not rows or any(row[4] is not None and math.isfinite(row[4]) for row, _ in rows)
    of_robust = ("robust" if usual else f"robust, {answer.errors}",) if robust_known else ()
    table = empty_table(("parameter", ""), ("estimate", "std. error", *of_robust, *tests))
    alone = _columns_alone(answer, [row for row, _ in rows])
    own = [k for k, (row, _) in enumerate(rows) if row[0] not in alone]
    shown, left = some_of_each([rows[k][0][0] for k in own], [_telling(*rows[k]) for k in own])
    for row, number in (rows[own[k]] for k in shown):
        name, place, value, error, robust = row
        cells = [name, place, estimate(value, error), in_digits(error, 3)]
        cells += [in_digits(robust, 3)] if robust_known else []
        if summary is not None:
            t = number.of(summary.t_values[name])
            cells += [f"{t:.2f}" if abs(t) < 1e6 else f"{t:.3g}", f"{number.of(summary.p_values[name]):.2g}"]
        table.add_row(*map(Text, cells))
    parts: list[RenderableType] = [table] if own else []
    if left:
        of = f" ({', '.join(f'{times} of {name}' for name, times in list(left.items())[:_MOST_NAMED])})"
        more = f"  ... and {sum(left.values())} more in .parameters and .to_frame()" + of * (len(left) > 1)
        parts.append(Text(more, style="dim"))
    if alone:
        parts += [""] * bool(own) + [_column_table(answer, [row for row, _ in rows if row[0] in alone])]
    return parts


def interval_table(answer: Solution) -> Table:
    """95 % intervals of the numbers whose errors are known."""
    from rich.text import Text

    table = empty_table(("parameter", ""), ("lower", "upper"))
    ends = answer.confidence_intervals()
    known = [number for number in free_numbers(answer.model, answer.parameters) if number.parameter in ends]
    for number in known[:MOST_ROWS]:
        low, high = ends[number.parameter]
        cells = (number.parameter, number.place, in_digits(number.of(low), 5), in_digits(number.of(high), 5))
        table.add_row(*map(Text, cells))
    return table


def _leaves(answer: Solution) -> list[Solution]:
    """The answers of single columns, however deep they are among the parts."""
    return [
        leaf
        for part in answer.parts
        for leaf in (_leaves(part) if part.parts else [part] if len(part.columns) == 1 else [])
    ]


def _columns_alone(answer: Solution, rows: Sequence[Row]) -> set[str]:
    """The parameters that belong to the class of one column: ``COLUMN.PARAMETER``."""
    known = {f"{leaf.columns[0]}.{name}" for leaf in _leaves(answer) for name in leaf.parameters}
    return known & {row[0] for row in rows}


def _column_table(answer: Solution, rows: Sequence[Row]) -> Table:
    """Each column with the class it has alone, and the numbers of that where they are few."""
    from rich.text import Text

    table = empty_table(("column", "its class alone"), ())
    table.add_column("numbers", overflow="fold")
    for leaf in _leaves(answer):
        column = leaf.columns[0]
        own = [row for row in rows if row[0].removeprefix(f"{column}.") in leaf.parameters and row[0] != column]
        own = [row for row in own if row[0].startswith(f"{column}.")]
        if not own:
            continue
        said = f"{len(own)} numbers, in .parameters and .to_frame()"
        if len(own) <= _MOST_OF_A_COLUMN:
            said = ", ".join(
                f"{row[0].removeprefix(f'{column}.')} {estimate(row[2], row[3])}"
                + ("" if row[3] is None else f" +- {row[3]:.2g}")
                for row in own
            )
        table.add_row(*map(Text, (column, leaf.label, said)))
    return table


def _telling(row: Row, number: FreeNumber) -> tuple[bool, float]:
    """What is shown first of a table that is cut: what joins two columns, and what is surest not to be zero."""
    _, _, value, error, _ = row
    twice = len(number.at) == 2 and number.at[0] == number.at[1]
    sure = abs(value) / error if error is not None and error > 0.0 else 0.0
    return (not twice, sure)


def some_of_each(names: Sequence[str], telling: Sequence[tuple[bool, float]]) -> tuple[list[int], dict[str, int]]:
    """Which of the free numbers are shown, of the parameters of these names, and how many of each are not.

    Every parameter has the same number of rows, or all that it needs; of one that is cut the most ``telling`` are
    shown, in the order they stand in.
    """
    total = Counter(names)
    share = max((most for most in range(1, MOST_ROWS + 1) if _rows(total, most) <= MOST_ROWS), default=1)
    room = max(MOST_ROWS - _rows(total, share), 0)  # what the even shares leave goes to the first that has more
    shown: list[int] = []
    for name in total:
        places = [k for k, own in enumerate(names) if own == name]
        extra = min(max(len(places) - share, 0), room)
        room -= extra
        first = sorted(places, key=lambda k: telling[k], reverse=True)[: share + extra]
        shown += sorted(first)[: MOST_ROWS - len(shown)]
    seen = Counter(names[k] for k in shown)
    return sorted(shown), {name: total[name] - seen[name] for name in total if total[name] > seen[name]}


def _rows(total: Counter[str], share: int) -> int:
    return sum(min(times, share) for times in total.values())


def estimate(value: float, error: float | None) -> str:
    """A number to one digit more than its error is printed to, where that is known: the others say nothing."""
    if error is None or not 0.0 < error < math.inf:
        return in_digits(value)
    decimals = 3 - math.floor(math.log10(error))
    magnitude = math.floor(math.log10(abs(value))) if value else 0
    return in_digits(value, min(max(magnitude + decimals + 1, 1), _DIGITS))


_DIGITS = 7


def in_digits(value: float | None, digits: int = _DIGITS) -> str:
    """A number in so many significant digits; empty where there is none."""
    return "" if value is None else f"{value:.{digits}g}"
