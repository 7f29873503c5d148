"""What was tested after the fit and which classes were considered, as an answer prints them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from symcat.answer.printed import empty_table
from symcat.answer.records import Check, Evidence

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

MOST_CLASSES = 12
"""Lines of the table of candidates."""

_MOST_SAID = 60  # characters of a verdict
_MOST_FAILED = 24  # characters of the names of checks that fail; of more it is said how many
_ALL_TOLD = 4  # checks each of which has its line


def check_lines(checks: Sequence[Check]) -> list[Text]:
    """What fails first, then what is only told, then what passed: of many in one line together."""
    from rich.text import Text

    failed = [check for check in checks if not check.passed and check.decides]
    noted = [check for check in checks if not check.passed and not check.decides]
    passed = [check for check in checks if check.passed]
    if len(checks) <= _ALL_TOLD:
        return [*map(_check, [*failed, *noted, *passed])]
    lines = [*map(_check, [*failed, *noted])]
    if passed:
        said = ", ".join(
            check.name + ("" if check.p_value is None else f" (p = {check.p_value:.2g})") for check in passed
        )
        lines.append(Text.assemble("  ", ("passed", "green"), f"  {said}"))
    return lines


def _check(check: Check) -> Text:
    from rich.text import Text

    mark = ("passed", "green") if check.passed else ("FAILED", "bold red") if check.decides else ("noted ", "yellow")
    p = "" if check.p_value is None else f", p = {check.p_value:.2g}"
    return Text.assemble("  ", mark, f"  {check.name}: {check.detail}{p}")


def evidence_lines(evidence: Sequence[Evidence], n_rows: float | None) -> list[RenderableType]:
    """Every candidate with what it costs beside the best in nats a row, half the difference of BIC; then those that
    have no answer, together where the reason is one. At most ``MOST_CLASSES`` lines."""
    from rich.text import Text

    answered = [e for e in evidence if _charged(e) is not None or e.log_likelihood is not None]
    reasons: dict[str, list[str]] = {}
    for e in evidence:
        if e not in answered:
            reasons.setdefault(e.reason, []).append(e.label)
    room = MOST_CLASSES if len(answered) + len(reasons) <= MOST_CLASSES else MOST_CLASSES - 1
    shown = answered[:room]
    parts: list[RenderableType] = [_table_of(shown, n_rows)] if shown else []
    told = list(reasons.items())[: room - len(shown)]
    for reason, labels in told:
        parts.append(Text(f"  {', '.join(labels)}: {reason}", style="dim", no_wrap=True, overflow="ellipsis"))
    left = len(evidence) - len(shown) - sum(len(labels) for _, labels in told)
    if left:
        parts.append(Text(f"  and {left} more in .evidence", style="dim"))
    return parts


def _table_of(evidence: Sequence[Evidence], n_rows: float | None) -> Table:
    from rich.text import Text

    by_rows = any(e.leave_one_out is not None for e in evidence)
    table = empty_table(("class",), ("log-likelihood", "params", "leave-one-out" if by_rows else "BIC", "costs"))
    table.padding = (0, 1, 0, 2)
    table.columns[0].no_wrap = True
    table.add_column("verdict", overflow="fold")
    charged = [_charged(e) for e in evidence]
    best = min((value for value in charged if value is not None), default=None)
    for e, own in zip(evidence, charged, strict=True):
        compared = e.leave_one_out if by_rows else e.bic
        bic = "" if compared is None else f"{compared:,.1f}"
        likelihood = "" if e.log_likelihood is None else f"{e.log_likelihood:,.1f}"
        costs = "" if own is None or best is None or not n_rows else f"{(own - best) / n_rows:.4f}"
        cells = (e.label, likelihood, str(e.n_parameters), bic, costs, _in_short(e))
        table.add_row(*map(Text, cells), style="green" if e.verdict == "taken" else "")
    return table


def _charged(e: Evidence) -> float | None:
    """By what the classes compare, in nats: half the BIC, or minus the leave-one-out log-likelihood."""
    if e.leave_one_out is not None:
        return -e.leave_one_out
    return None if e.bic is None else 0.5 * e.bic


def _in_short(e: Evidence) -> str:
    """The verdict on a candidate in a line, with the checks that it fails by name or, of many, by number."""
    names = [check.name for check in e.checks if check.decides and not check.passed]
    failed = ", ".join(names)
    if len(failed) > _MOST_FAILED:
        failed = f"{len(names)} checks"
    said = f"fails {failed}" if failed else e.verdict
    if failed and e.verdict == "taken":
        said = f"taken, {said}"
    return textwrap.shorten(said, _MOST_SAID, placeholder=" ...")
