"""How answers look: tables for a terminal, a notebook and plain text, all drawn once by rich."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from symcat.answer.records import Classification, Evidence, Information
    from symcat.answer.solution import Solution

WIDTH = 100
MOST_ROWS = 24
"""Of a table of parameters; a wide precision matrix is cut there and says so."""


def solution(answer: Solution) -> Any:
    """A rich renderable of a solution: what it is, its numbers, what was considered, what was tested."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    parts: list[Any] = [Text.from_markup(_headline(answer))]
    numbers = Table(box=None, padding=(0, 2), header_style="bold")
    for name, justify in (("parameter", "left"), ("", "left"), ("estimate", "right"), ("std. error", "right")):
        numbers.add_column(name, justify=justify)  # type: ignore[arg-type]
    numbers.add_column("robust", justify="right")
    if answer.regression is not None:
        numbers.add_column("t", justify="right")
        numbers.add_column("p", justify="right")
    rows = answer.scalars()
    for name, place, value, error, robust in rows[:MOST_ROWS]:
        cells = [name, place, _number(value), _number(error, 3), _number(robust, 3)]
        if answer.regression is not None:
            cells += _significance(answer, name, place)
        numbers.add_row(*cells)
    parts += ["", numbers]
    if len(rows) > MOST_ROWS:
        parts.append(Text(f"  ... and {len(rows) - MOST_ROWS} more in .parameters and .to_frame()", style="dim"))
    if answer.checks:
        parts += ["", Text("Tested after the fit", style="bold")]
        for check in answer.checks:
            mark = "[green]passed[/]" if check.passed else "[bold red]FAILED[/]"
            p = "" if check.p_value is None else f", p = {check.p_value:.2g}"
            parts.append(Text.from_markup(f"  {mark}  {check.name}: {check.detail}{p}"))
    if len(answer.evidence) > 1:
        parts += ["", Text("Classes considered", style="bold"), _evidence(answer.evidence)]
    return Group(*parts)


def classification(found: Classification) -> Any:
    """A rich renderable of the evidence on every candidate class."""
    from rich.console import Group
    from rich.text import Text

    verdict = f"[bold green]{found.label}[/]" if found.label else "[bold red]no class fits[/]"
    head = f"{verdict}   {found.n_rows:,} rows of {', '.join(found.columns)}"
    return Group(Text.from_markup(head), "", _evidence(found.evidence))


def _headline(answer: Solution) -> str:
    lines = []
    if answer.regression is not None:
        target, given = answer.regression.target, ", ".join(answer.regression.predictors)
        how = {"gaussian": "least squares", "logistic": "logistic regression"}[answer.regression.family]
        lines.append(f"[bold]{answer.label}[/]  [bold]{target}[/] given {given}: {how}")
    elif answer.parts:
        lines.append(f"[bold]{answer.label}[/]  {' times '.join(part.label for part in answer.parts)}")
    else:
        lines.append(f"[bold]{answer.label}[/]  {answer.model.facts.title}; symmetry: {answer.model.facts.symmetry}")
        lines.append(f"  P(x) = exp(-F(x)) / Z,   F = {_formula(answer)}")
    source = {
        "analog": "relaxed to on the emulated analog device",
        "closed_form": "closed form",
        "catalogue": f"read from the catalogue, version {answer.catalogue_version}",
    }
    facts = [source.get(answer.source, answer.source)]
    if answer.n_rows is not None:
        facts.append(
            f"{answer.n_rows:,} rows"
            + (f" ({answer.n_missing:,} with missing values left out)" if answer.n_missing else "")
        )
    if answer.log_likelihood is not None:
        facts.append(f"log-likelihood {answer.log_likelihood:,.2f}")
    if answer.bic is not None:
        facts.append(f"BIC {answer.bic:,.2f}")
    facts.append(f"log Z {answer.log_partition:.6g}")
    if answer.regression is not None:
        facts.pop()
        if answer.regression.r_squared is not None:
            facts.append(f"R2 {answer.regression.r_squared:.6g}")
    lines.append("  " + "; ".join(facts))
    if answer.levels:
        lines.append(f"  {_levels(answer)}")
    if answer.information is not None:
        lines.append(f"  {_entropies(answer.information)}")
    return "\n".join(lines)


def _formula(answer: Solution) -> str:
    if answer.basis is not None:
        return _formula_of_spins(answer)
    if answer.label.startswith("polynomial."):
        orders = zip("hKguvw", ("h y", "K yy/2", "g yyy/6", "u yyyy/24", "v y^5/120", "w y^6/720"), strict=True)
        return " + ".join(text for name, text in orders if name in answer.parameters) + ",   y = x - mean"
    if "u" in answer.parameters:
        y = "(x - mean)" if len(answer.columns) == 1 else "|x - mean|"
        return f"r/2 {y}^2 + u/24 {y}^4"
    return "1/2 precision (x - mean)^2" if len(answer.columns) == 1 else "1/2 (x - mean)' precision (x - mean)"


def _formula_of_spins(answer: Solution) -> str:
    alike = np.ndim(answer.parameters["h"]) == 0 and len(answer.columns) > 1
    text = "- sum h s_i" if alike else "- sum h_i s_i"
    if "J" in answer.parameters:
        text += " - sum J s_i s_j" if alike else " - sum J_ij s_i s_j"
    if "interactions" in answer.parameters:
        text += " - sum K s_i s_j s_k"
    if "coupling" in answer.parameters:
        text += " + 1/2 y' precision y - s' coupling y,   y = x - mean"
    return f"{text},   s = {'-1, +1' if answer.basis == 'spin' else '0, 1'}"


def _levels(answer: Solution) -> str:
    """Which value of every two-valued column is +1; said once where all columns agree."""
    assert answer.levels is not None
    plus = "1" if answer.basis == "binary" else "+1"
    pairs = set(answer.levels.values())
    if len(pairs) > 1:
        return f"{plus} is " + ", ".join(f"{name} = {up!r}" for name, (_, up) in answer.levels.items())
    ((down, up),) = pairs
    where = "" if len(answer.columns) == 1 else f" in {', '.join(answer.levels)}"
    if 1 < len(answer.levels) == len(answer.columns):
        where = " in every column"
    return f"{plus} is {up!r}, not {down!r}{where}"


def _entropies(found: Information) -> str:
    text = f"entropy {found.entropy:.5g} nats a row"
    if found.share is not None and found.share_corrected is not None:
        shares = (
            f"{found.share:.3g} of the multi-information, {found.share_corrected:.3g} corrected for states not seen"
        )
        text += f"; the model has {shares}"
    return text


def _significance(answer: Solution, name: str, place: str) -> list[str]:
    assert answer.regression is not None
    t, p = answer.regression.t_values[name], answer.regression.p_values[name]
    if name == "coefficients":
        i = answer.regression.predictors.index(place)
        t, p = t[i], p[i]
    return [f"{t:.2f}", f"{p:.2g}"]


def _evidence(evidence: tuple[Evidence, ...]) -> Any:
    from rich.table import Table

    table = Table(box=None, padding=(0, 2), header_style="bold")
    table.add_column("class")
    for name in ("log-likelihood", "params", "BIC"):
        table.add_column(name, justify="right")
    table.add_column("verdict", overflow="fold")
    for e in evidence:
        style = "green" if e.verdict == "taken" else ""
        bic = "" if e.bic is None else f"{e.bic:,.1f}"
        likelihood = "" if e.log_likelihood is None else f"{e.log_likelihood:,.1f}"
        table.add_row(e.label, likelihood, str(e.n_parameters), bic, f"{e.verdict}: {e.reason}", style=style)
    return table


def _number(value: float | None, digits: int = 7) -> str:
    return "" if value is None else f"{value:.{digits}g}"


def text(answer: Any) -> str:
    """The renderable as plain text."""
    from io import StringIO

    from rich.console import Console

    out = StringIO()
    Console(file=out, width=WIDTH, color_system=None, force_terminal=False, legacy_windows=False).print(
        answer.__rich__()
    )
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def html(answer: Any) -> str:
    """The renderable as HTML, for notebooks."""
    from io import StringIO

    from rich.console import Console

    console = Console(file=StringIO(), record=True, width=WIDTH, force_jupyter=False)
    console.print(answer.__rich__())
    return console.export_html(inline_styles=True, code_format="<pre style='line-height:1.25'>{code}</pre>")
